//! Where modules of the program lie, and which of Eventlet's names they hand on.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::bindings::Denoted;

/// Files by module name, as far as their paths tell: a source root is a folder that is no package.
#[derive(Debug, Default)]
pub(crate) struct Locations {
    /// Folders with an `__init__.py`.
    packages: FxHashSet<String>,
    /// Dotted module name to the names of Eventlet that it hands on.
    exports: FxHashMap<String, FxHashMap<String, Denoted>>,
    /// Those modules and the packages around them.
    leading: FxHashSet<String>,
}

impl Locations {
    pub(crate) fn new<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let packages = paths
            .filter_map(|path| {
                let folder = path.strip_suffix("__init__.py")?;
                Some(folder.strip_suffix('/').unwrap_or(folder).to_string())
            })
            .collect();
        Self {
            packages,
            ..Self::default()
        }
    }

    /// Dotted name of the module in the file.
    pub(crate) fn module(&self, path: &str) -> String {
        let stem = path.strip_suffix(".py").unwrap_or(path);
        let stem = stem
            .strip_suffix("/__init__")
            .unwrap_or(if stem == "__init__" { "" } else { stem });
        let mut start = stem.rfind('/').map_or(0, |slash| slash + 1);
        while start > 0 && self.packages.contains(&stem[..start - 1]) {
            start = stem[..start - 1].rfind('/').map_or(0, |slash| slash + 1);
        }
        stem[start..].replace('/', ".")
    }

    /// The module that an import in the file at `path` names.
    pub(crate) fn absolute(&self, path: &str, level: u32, module: &str) -> Option<String> {
        if level == 0 {
            return Some(module.to_string());
        }
        let own = self.module(path);
        let is_package = path.ends_with("__init__.py");
        let mut base = own.as_str();
        for _ in 0..level - u32::from(is_package) {
            base = base.rsplit_once('.').map_or("", |(parent, _)| parent);
        }
        Some(match (base, module) {
            ("", module) => module.to_string(),
            (base, "") => base.to_string(),
            (base, module) => format!("{base}.{module}"),
        })
    }

    pub(crate) fn export(&self, module: &str, name: &str) -> Option<Denoted> {
        self.exports.get(module)?.get(name).cloned()
    }

    pub(crate) fn exports_of(&self, module: &str) -> impl Iterator<Item = (&str, &Denoted)> {
        self.exports
            .get(module)
            .into_iter()
            .flatten()
            .map(|(name, denoted)| (name.as_str(), denoted))
    }

    /// The dotted name is a module that hands names on, or a package around one.
    pub(crate) fn leads_to_exports(&self, dotted: &str) -> bool {
        self.leading.contains(dotted)
    }

    /// Adds what a module hands on. Returns whether anything was new.
    pub(crate) fn add_exports(
        &mut self,
        module: String,
        names: FxHashMap<String, Denoted>,
    ) -> bool {
        if names.is_empty() {
            return false;
        }
        if !self.exports.contains_key(&module) {
            let ends = module.match_indices('.').map(|(end, _)| end);
            for end in ends.chain([module.len()]) {
                self.leading.insert(module[..end].to_string());
            }
        }
        let known = self.exports.entry(module).or_default();
        let before = known.len();
        for (name, denoted) in names {
            known.entry(name).or_insert(denoted);
        }
        known.len() > before
    }

    /// Modules that hand names on, with those names.
    pub(crate) fn exporting(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
        self.exports
            .iter()
            .map(|(module, names)| (module.as_str(), names.keys().map(String::as_str)))
    }
}

#[cfg(test)]
mod tests {
    use super::Locations;

    #[test]
    fn names_of_modules() {
        let locations = Locations::new(
            [
                "src/app/__init__.py",
                "src/app/io/__init__.py",
                "src/app/io/hub.py",
                "run.py",
            ]
            .into_iter(),
        );
        for (path, module) in [
            ("src/app/__init__.py", "app"),
            ("src/app/io/hub.py", "app.io.hub"),
            ("src/app/io/__init__.py", "app.io"),
            ("run.py", "run"),
            ("tools/gen.py", "gen"),
        ] {
            assert_eq!(locations.module(path), module, "{path}");
        }
    }

    #[test]
    fn relative_imports() {
        let locations = Locations::new(["app/__init__.py", "app/io/__init__.py"].into_iter());
        for (path, level, module, absolute) in [
            ("app/io/hub.py", 1, "pool", "app.io.pool"),
            ("app/io/hub.py", 2, "pool", "app.pool"),
            ("app/io/hub.py", 2, "", "app"),
            ("app/io/__init__.py", 1, "hub", "app.io.hub"),
            ("app/main.py", 0, "os", "os"),
        ] {
            assert_eq!(
                locations.absolute(path, level, module).as_deref(),
                Some(absolute),
                "{path}"
            );
        }
    }
}
