//! Which dotted name a file is imported by, and from which folders modules are searched.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast as ast;
use ruff_python_ast::statement_visitor::{StatementVisitor, walk_stmt};
use rustc_hash::FxHashSet;

/// Absolute imports of one file: `a.b.c` for `import a.b.c`; `a.b` and `a.b.c` for `from a.b import c`.
pub(crate) fn absolute_imports(tree: &ast::ModModule) -> FxHashSet<String> {
    struct Imports(FxHashSet<String>);
    impl<'a> StatementVisitor<'a> for Imports {
        fn visit_stmt(&mut self, stmt: &'a ast::Stmt) {
            match stmt {
                ast::Stmt::Import(import) => self
                    .0
                    .extend(import.names.iter().map(|alias| alias.name.to_string())),
                ast::Stmt::ImportFrom(ast::StmtImportFrom {
                    module: Some(module),
                    names,
                    level: 0,
                    ..
                }) => {
                    self.0.insert(module.to_string());
                    self.0
                        .extend(names.iter().map(|alias| format!("{module}.{}", alias.name)));
                }
                _ => walk_stmt(self, stmt),
            }
        }
    }
    let mut imports = Imports(FxHashSet::default());
    imports.visit_body(&tree.body);
    imports.0
}

/// What decides the names, all relative to the root, with `/`; the root itself is the empty text.
#[derive(Debug, Default)]
pub(crate) struct Layout<'a> {
    /// Every Python file of the program with its absolute imports, in path order.
    pub(crate) files: Vec<(&'a str, &'a FxHashSet<String>)>,
    /// Folders that the configuration names; they alone count when present.
    pub(crate) configured: Option<Vec<String>>,
    /// Folders with a `pyproject.toml`, `setup.cfg` or `setup.py`.
    pub(crate) projects: Vec<String>,
    /// Package to which the root belongs when it lies inside one: `nova.api`.
    pub(crate) prefix: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Names {
    /// In the order of [`Layout::files`].
    pub(crate) modules: Vec<String>,
    /// Source roots, most general first.
    pub(crate) roots: Vec<String>,
}

pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

type File<'a> = (&'a str, &'a FxHashSet<String>);

/// The files below `folder`, which is not the root.
fn inside<'f, 'a>(files: &'f [File<'a>], folder: &str) -> &'f [File<'a>] {
    let start = format!("{folder}/");
    // `0` is the character after `/`.
    let end = format!("{folder}0");
    let before = |bound: &str| files.partition_point(|(path, _)| *path < bound);
    &files[before(&start)..before(&end)]
}

/// `path` below `folder`, without the `/` between.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        Some(path)
    } else {
        path.strip_prefix(folder)?.strip_prefix('/')
    }
}

/// Files are imported by their path below a source root. Source roots are: configured folders, or the root, its `src`, and the
/// same of nested projects. A folder without `__init__.py` further down is one too when its own files import one another
/// from it, or when it holds packages that nobody imports by the longer name. Of folders that hold the same name none is one:
/// a program cannot import both by it.
pub(crate) fn name(layout: &Layout<'_>) -> Names {
    let packages: FxHashSet<&str> = layout
        .files
        .iter()
        .filter(|(path, _)| file_name(path) == "__init__.py")
        .map(|(path, _)| folder_of(path))
        .collect();
    let mut roots: BTreeSet<String> = BTreeSet::new();
    roots.insert(String::new());
    match &layout.configured {
        Some(configured) => roots.extend(configured.iter().cloned()),
        None => {
            for project in layout.projects.iter().map(String::as_str).chain([""]) {
                let source = join(project, "src");
                for folder in [project, source.as_str()] {
                    if !packages.contains(folder)
                        && !folder.is_empty()
                        && !inside(&layout.files, folder).is_empty()
                    {
                        roots.insert(folder.to_owned());
                    }
                }
            }
            let evident = evident_roots(layout, &packages, &roots);
            roots.extend(evident);
        }
    }
    let mut by_depth: Vec<&str> = roots.iter().map(String::as_str).collect();
    by_depth.sort_by_key(|folder| {
        (
            folder.split('/').filter(|part| !part.is_empty()).count(),
            *folder,
        )
    });

    let mut modules = vec![String::new(); layout.files.len()];
    let mut taken: FxHashSet<String> = FxHashSet::default();
    // Where two files would have the same name, the one below the more general root keeps it.
    let mut order: Vec<usize> = (0..layout.files.len()).collect();
    let depth = |path: &str| {
        by_depth
            .iter()
            .rposition(|root| below(path, root).is_some())
            .unwrap_or(0)
    };
    order.sort_by_key(|&index| (depth(layout.files[index].0), index));
    for index in order {
        let path = layout.files[index].0;
        let candidates = by_depth[..=depth(path)]
            .iter()
            .rev()
            .filter_map(|root| Some((root.is_empty(), module_name(below(path, root)?))))
            .map(
                |(at_root, name)| match (at_root, layout.prefix.as_str(), name.as_str()) {
                    (true, prefix, "") => prefix.to_owned(),
                    (true, prefix, name) if !prefix.is_empty() => format!("{prefix}.{name}"),
                    _ => name,
                },
            );
        let mut shortest = None;
        for candidate in candidates {
            if !taken.contains(&candidate) {
                shortest = Some(candidate);
                break;
            }
            shortest.get_or_insert(candidate);
        }
        let name = shortest.unwrap_or_default();
        taken.insert(name.clone());
        modules[index] = name;
    }
    Names {
        modules,
        roots: by_depth.into_iter().map(str::to_owned).collect(),
    }
}

/// `a/b.py` is `a.b`, `a/__init__.py` is `a`. A script's name need not be an identifier.
fn module_name(path: &str) -> String {
    let stem = path.strip_suffix(".py").unwrap_or(path);
    let stem = stem
        .strip_suffix("/__init__")
        .unwrap_or(if stem == "__init__" { "" } else { stem });
    stem.replace('.', "_").replace('/', ".")
}

fn evident_roots(
    layout: &Layout<'_>,
    packages: &FxHashSet<&str>,
    base: &BTreeSet<String>,
) -> Vec<String> {
    /// What can be imported directly from a folder.
    #[derive(Default)]
    struct Entries<'a> {
        names: BTreeSet<&'a str>,
        packages: BTreeSet<&'a str>,
    }
    let mut folders: BTreeMap<&str, Entries<'_>> = BTreeMap::new();
    for (path, _) in &layout.files {
        let (holder, name, is_package) = match file_name(path).strip_suffix(".py") {
            Some("__init__") => (folder_of(folder_of(path)), file_name(folder_of(path)), true),
            Some(stem) => (folder_of(path), stem, false),
            None => continue,
        };
        if !name.is_empty() && !packages.contains(holder) {
            let entries = folders.entry(holder).or_default();
            entries.names.insert(name);
            if is_package {
                entries.packages.insert(name);
            }
        }
    }
    let base_names: FxHashSet<&str> = base
        .iter()
        .filter_map(|root| folders.get(root.as_str()))
        .flat_map(|entries| entries.names.iter().copied())
        .collect();
    let imported: FxHashSet<&str> = layout
        .files
        .iter()
        .flat_map(|(_, imports)| imports.iter().map(String::as_str))
        .collect();

    // Names that are imported, or would be, from each folder.
    let mut claims: Vec<(&str, BTreeSet<&str>)> = Vec::new();
    for (folder, entries) in &folders {
        let Some(long) = base
            .iter()
            .filter_map(|root| below(folder, root))
            .min_by_key(|rest| rest.len())
        else {
            continue;
        };
        let long = long.replace('/', ".");
        let by_long_name = |name: &&str| imported.contains(format!("{long}.{name}").as_str());
        if base.contains(*folder) || entries.names.iter().any(by_long_name) {
            continue;
        }
        let mut claimed = entries.packages.clone();
        for (_, imports) in inside(&layout.files, folder) {
            let tops = imports.iter().filter_map(|import| import.split('.').next());
            claimed.extend(tops.filter_map(|top| entries.names.get(top).copied()));
        }
        if claimed.iter().any(|name| !base_names.contains(name)) {
            claims.push((folder, claimed));
        }
    }
    let mut claimants: BTreeMap<&str, usize> = BTreeMap::new();
    for name in claims.iter().flat_map(|(_, claimed)| claimed) {
        *claimants
            .entry(name)
            .or_insert(usize::from(base_names.contains(name))) += 1;
    }
    claims
        .into_iter()
        .filter(|(_, claimed)| claimed.iter().all(|name| claimants.get(name) == Some(&1)))
        .map(|(folder, _)| folder.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashSet;

    use super::{Layout, absolute_imports, name};

    /// Files with their absolute imports, to their names.
    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        check_layout(files, Layout::default(), expected);
    }

    #[track_caller]
    fn check_layout(files: &[(&str, &str)], layout: Layout<'_>, expected: &[&str]) {
        let mut files: Vec<_> = files.iter().zip(expected).collect();
        files.sort();
        let expected: Vec<_> = files.iter().map(|(_, name)| **name).collect();
        let imports: Vec<FxHashSet<String>> = files
            .iter()
            .map(|((_, imports), _)| imports.split_whitespace().map(str::to_owned).collect())
            .collect();
        let files = files
            .iter()
            .zip(&imports)
            .map(|(((path, _), _), imports)| (*path, imports))
            .collect();
        assert_eq!(name(&Layout { files, ..layout }).modules, expected);
    }

    #[test]
    fn names_by_layout() {
        check(
            &[("a.py", ""), ("p/__init__.py", ""), ("p/m.py", "")],
            &["a", "p", "p.m"],
        );
        check(
            &[
                ("src/p/__init__.py", ""),
                ("src/p/m.py", ""),
                ("setup.py", ""),
            ],
            &["p", "p.m", "setup"],
        );
        check(
            &[("scripts/run.py", ""), ("scripts/util.py", "")],
            &["scripts.run", "scripts.util"],
        );
        check(&[("bin/swift-proxy", "")], &["bin.swift-proxy"]);
        check(
            &[("src/__init__.py", ""), ("src/a.py", "")],
            &["src", "src.a"],
        );
    }

    #[test]
    fn folders_whose_files_import_one_another() {
        check(
            &[("scripts/run.py", "util"), ("scripts/util.py", "")],
            &["run", "util"],
        );
        check(
            &[("main.py", "util"), ("util.py", ""), ("tools/x.py", "util")],
            &["main", "util", "tools.x"],
        );
    }

    #[test]
    fn packages_in_folders_that_are_no_packages() {
        let service = [
            ("services/api/app/__init__.py", ""),
            ("services/api/app/m.py", "app.m"),
        ];
        check(&service, &["app", "app.m"]);
        let namespace = [
            ("google/cloud/x/__init__.py", ""),
            ("main.py", "google.cloud google.cloud.x"),
        ];
        check(&namespace, &["google.cloud.x", "main"]);
    }

    #[test]
    fn equal_names() {
        check(
            &[
                ("a/app/__init__.py", ""),
                ("b/app/__init__.py", ""),
                ("b/app/m.py", ""),
            ],
            &["a.app", "b.app", "b.app.m"],
        );
        check(
            &[
                ("app/__init__.py", ""),
                ("tests/data/app/__init__.py", ""),
                ("tests/data/app/m.py", ""),
            ],
            &["app", "tests.data.app", "tests.data.app.m"],
        );
        check(&[("src/x.py", ""), ("x.py", "")], &["src.x", "x"]);
    }

    #[test]
    fn configured_nested_and_inside_a_package() {
        let configured = Layout {
            configured: Some(vec!["lib".to_owned()]),
            ..Layout::default()
        };
        check_layout(
            &[("lib/a.py", ""), ("src/b.py", "")],
            configured,
            &["a", "src.b"],
        );
        let nested = Layout {
            projects: vec!["one".to_owned()],
            ..Layout::default()
        };
        check_layout(
            &[("one/src/p/__init__.py", ""), ("one/x.py", "")],
            nested,
            &["p", "x"],
        );
        let inside = Layout {
            prefix: "nova.api".to_owned(),
            ..Layout::default()
        };
        check_layout(
            &[("__init__.py", ""), ("m.py", "")],
            inside,
            &["nova.api", "nova.api.m"],
        );
    }

    #[test]
    fn imports_at_any_depth() {
        let source =
            "import a.b\nfrom c import d\nfrom . import e\ndef f():\n  if x:\n    import g as h\n";
        let parsed = ruff_python_parser::parse_module(source).expect("parses");
        let mut imports: Vec<_> = absolute_imports(parsed.syntax()).into_iter().collect();
        imports.sort();
        assert_eq!(imports, ["a.b", "c", "c.d", "g"]);
    }
}
