//! From paths to a [`Project`]: files, configuration, Python version.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rayon::prelude::*;
use ruff_python_ast::PythonVersion;

use crate::config::{self, Config, ConfigError};
use crate::encoding::{Decoded, decode};
use crate::error::{DiscoverError, SkipReason, Skipped};
use crate::files;
use crate::project::{Loaded, Outline, Project};
use crate::sources::Sources;
use crate::with_large_stack;

/// What the command line says; it wins over the configuration.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub target_version: Option<PythonVersion>,
    /// A virtual environment, or its interpreter.
    pub python: Option<PathBuf>,
    /// A `pyproject.toml`, or a file that holds the keys of `[tool.ungreen]` alone. Without it the nearest
    /// `pyproject.toml` with that table counts.
    pub config: Option<PathBuf>,
    /// Further patterns of files and folders to leave out.
    pub exclude: Vec<String>,
    /// Take files that `.gitignore` and the like name as well.
    pub no_gitignore: bool,
}

/// What migrated code needs at least, whatever the project still declares.
const LOWEST_TARGET_VERSION: PythonVersion = PythonVersion::PY39;

/// The Python version for which is written when nothing says another.
pub const DEFAULT_TARGET_VERSION: PythonVersion = PythonVersion::PY311;

/// Left out without being told; the patterns are those of `.gitignore`. Hidden folders and virtual environments are left out too.
pub const DEFAULT_EXCLUDES: [&str; 9] = [
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
];

const PROJECT_MARKERS: [&str; 3] = ["pyproject.toml", "setup.cfg", "setup.py"];

/// Reads and parses the Python files in `paths`.
///
/// A file that cannot be used is listed in [`Project::skipped`] and costs nothing but itself.
///
/// # Errors
/// A path that does not exist, a configuration that is wrong, or an environment that was named and cannot be used.
pub fn discover(paths: &[PathBuf], options: &Options) -> Result<Project, DiscoverError> {
    with_large_stack(|| discover_here(paths, options))
}

fn discover_here(paths: &[PathBuf], options: &Options) -> Result<Project, DiscoverError> {
    Project::assemble(outline(paths, options)?)
}

/// Reads and decodes the Python files in `paths`, and parses none of them.
///
/// # Errors
/// Those of [`discover`].
pub fn read(paths: &[PathBuf], options: &Options) -> Result<Sources, DiscoverError> {
    with_large_stack(|| outline(paths, options)).map(Sources::new)
}

fn outline(paths: &[PathBuf], options: &Options) -> Result<Outline, DiscoverError> {
    let given = paths
        .iter()
        .map(|path| {
            let canonical = files::canonical(path).map_err(|error| DiscoverError::Path {
                path: path.clone(),
                error,
            })?;
            if canonical.to_str().is_none() {
                return Err(DiscoverError::PathNotText { path: path.clone() });
            }
            Ok(canonical)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let root = common_folder(&given).ok_or(DiscoverError::NoPaths)?;
    let folder = project_folder(&root);
    let (config, config_folder) = configuration(&root, &folder, options.config.as_deref())?;
    let target_version = options
        .target_version
        .or(config.target_version.map(|version| version.0))
        .or_else(|| declared_version(&folder))
        .unwrap_or(DEFAULT_TARGET_VERSION);

    let found = find(&given, &root, &config, &config_folder, options)?;
    let mut skipped = found.skipped;
    let (loaded, failed): (Vec<_>, Vec<_>) = found
        .python
        .into_par_iter()
        .map(|(path, absolute)| load(path, absolute))
        .partition_map(|result| match result {
            Ok(loaded) => rayon::iter::Either::Left(loaded),
            Err(failed) => rayon::iter::Either::Right(failed),
        });
    skipped.extend(failed);

    let site_packages = site_packages(&folder, &config, &config_folder, options)?;
    let configured = config
        .src
        .as_ref()
        .map(|folders| configured_roots(folders, &config_folder, &root))
        .transpose()?;
    let (prefix, top) = enclosing_package(&root);
    Ok(Outline {
        root,
        folder,
        given,
        config,
        target_version,
        configured,
        projects: found.projects,
        prefix,
        top,
        site_packages,
        loaded,
        skipped,
        others: found.others,
        through_to_disk: true,
    })
}

/// Folders of `src` that lie below the root, relative to it. When the root lies below one, its packages say so.
fn configured_roots(
    folders: &[String],
    config_folder: &Path,
    root: &Path,
) -> Result<Vec<String>, ConfigError> {
    let mut below = Vec::new();
    for name in folders {
        let folder = normalize(&config_folder.join(name));
        if !files::is_folder(&folder) {
            return Err(ConfigError {
                path: config_folder.join("pyproject.toml"),
                line: None,
                key: Some("src".to_owned()),
                message: format!("`{}` is no folder", folder.display()),
            });
        }
        below.extend(relative(&folder, root));
    }
    Ok(below)
}

/// Reads and decodes one file. A file that is left out is still `Err` with its reason.
fn load(path: String, absolute: PathBuf) -> Result<Loaded, Skipped> {
    let skip = |line, reason| Skipped {
        path: path.clone(),
        line,
        column: None,
        reason,
    };
    let bytes = files::read_source(&absolute).map_err(|reason| skip(None, reason))?;
    let decoded = decode(&bytes).map_err(|(line, reason)| skip(line, reason))?;
    Ok(Loaded {
        path,
        absolute,
        decoded,
    })
}

/// The folder that holds all paths; of one folder it is that folder.
fn common_folder(given: &[PathBuf]) -> Option<PathBuf> {
    let folder = |path: &PathBuf| {
        if files::is_folder(path) {
            path.clone()
        } else {
            path.parent().unwrap_or(path).to_path_buf()
        }
    };
    let mut common = folder(given.first()?);
    for path in given {
        let path = folder(path);
        while !path.starts_with(&common) {
            common.pop();
        }
    }
    Some(common)
}

/// The nearest folder at or above `root` with a project's file, at most as far as a git repository reaches.
fn project_folder(root: &Path) -> PathBuf {
    for folder in root.ancestors() {
        if PROJECT_MARKERS
            .iter()
            .any(|marker| files::exists(&folder.join(marker)))
        {
            return folder.to_path_buf();
        }
        if files::exists(&folder.join(".git")) {
            break;
        }
    }
    root.to_path_buf()
}

/// The configuration and the folder that its paths are relative to.
fn configuration(
    root: &Path,
    folder: &Path,
    named: Option<&Path>,
) -> Result<(Config, PathBuf), DiscoverError> {
    let unreadable = |path: &Path, error: &std::io::Error| ConfigError {
        path: path.to_path_buf(),
        line: None,
        key: None,
        message: format!("cannot be read: {error}"),
    };
    if let Some(path) = named {
        let text = files::read_optional(path)
            .and_then(|text| text.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound)))
            .map_err(|error| unreadable(path, &error))?;
        let base = files::canonical(path)
            .ok()
            .and_then(|path| path.parent().map(Path::to_path_buf));
        let config = if path
            .file_name()
            .is_some_and(|name| name == "pyproject.toml")
        {
            config::parse_pyproject(path, &text)?.unwrap_or_default()
        } else {
            config::parse_standalone(path, &text)?
        };
        return Ok((config, base.unwrap_or_else(|| root.to_path_buf())));
    }
    for candidate in root.ancestors() {
        let path = candidate.join("pyproject.toml");
        if let Some(text) =
            files::read_optional(&path).map_err(|error| unreadable(&path, &error))?
            && let Some(config) = config::parse_pyproject(&path, &text)?
        {
            return Ok((config, candidate.to_path_buf()));
        }
        if files::exists(&candidate.join(".git")) {
            break;
        }
    }
    Ok((Config::default(), folder.to_path_buf()))
}

fn declared_version(folder: &Path) -> Option<PythonVersion> {
    let read = |name: &str| files::read_optional(&folder.join(name)).ok().flatten();
    read("pyproject.toml")
        .and_then(|text| config::requires_python(&text))
        .or_else(|| read("setup.cfg").and_then(|text| config::python_requires(&text)))
        .map(|version| version.max(LOWEST_TARGET_VERSION))
}

#[derive(Default)]
struct Found {
    /// Relative and absolute path, in the order of the former.
    python: BTreeMap<String, PathBuf>,
    /// Relative paths of the files that are not Python.
    others: Vec<String>,
    projects: Vec<String>,
    skipped: Vec<Skipped>,
}

fn find(
    given: &[PathBuf],
    root: &Path,
    config: &Config,
    config_folder: &Path,
    options: &Options,
) -> Result<Found, DiscoverError> {
    let excluded = excludes(config, config_folder, options)?;
    let respect = !options.no_gitignore && config.respect_gitignore.unwrap_or(true);
    let mut found = walk(given, root, &excluded, respect, respect);
    if found.python.is_empty() && respect {
        // A folder that was named counts even when a file above it says that git ignores it.
        found = walk(given, root, &excluded, true, false);
    }
    found.others.sort();
    found.others.dedup();
    found.projects.sort();
    found.projects.dedup();
    Ok(found)
}

fn excludes(
    config: &Config,
    config_folder: &Path,
    options: &Options,
) -> Result<Gitignore, DiscoverError> {
    let mut builder = GitignoreBuilder::new(config_folder);
    let defaults: Vec<String> = DEFAULT_EXCLUDES.iter().map(ToString::to_string).collect();
    let listed = [
        ("exclude", config.exclude.as_ref().unwrap_or(&defaults)),
        ("extend-exclude", &config.extend_exclude),
        ("--exclude", &options.exclude),
    ];
    let error = |key: &str, message: String| ConfigError {
        path: config_folder.join("pyproject.toml"),
        line: None,
        key: Some(key.to_owned()),
        message,
    };
    for (key, patterns) in listed {
        for pattern in patterns {
            builder
                .add_line(None, pattern)
                .map_err(|cause| error(key, cause.to_string()))?;
        }
    }
    Ok(builder
        .build()
        .map_err(|cause| error("exclude", cause.to_string()))?)
}

fn walk(
    given: &[PathBuf],
    root: &Path,
    excluded: &Gitignore,
    respect: bool,
    parents: bool,
) -> Found {
    let mut found = Found::default();
    let Some((first, rest)) = given.split_first() else {
        return found;
    };
    let mut builder = WalkBuilder::new(first);
    for path in rest {
        builder.add(path);
    }
    let excluded = excluded.clone();
    builder
        .standard_filters(respect)
        .hidden(true)
        .parents(parents)
        .require_git(false)
        .follow_links(false)
        .filter_entry(move |entry| {
            let folder = entry
                .file_type()
                .is_some_and(|file_type| file_type.is_dir());
            entry.depth() == 0
                || !(excluded.matched(entry.path(), folder).is_ignore()
                    || folder && is_foreign(entry.path()))
        });
    for entry in builder.build() {
        match entry {
            Ok(entry) => found.take(&entry, root),
            Err(error) => found.skipped.push(unreadable_entry(&error, root)),
        }
    }
    found
}

/// A virtual environment, or a migrated copy.
fn is_foreign(folder: &Path) -> bool {
    ["pyvenv.cfg", files::MANIFEST]
        .iter()
        .any(|name| files::exists(&folder.join(name)))
}

impl Found {
    fn take(&mut self, entry: &ignore::DirEntry, root: &Path) {
        let absolute = entry.path();
        let skip = |reason| Skipped {
            path: display(absolute, root),
            line: None,
            column: None,
            reason,
        };
        let Some(file_type) = entry.file_type() else {
            return;
        };
        let extension = absolute
            .extension()
            .and_then(|extension| extension.to_str());
        if file_type.is_symlink() {
            if extension == Some("py") || files::is_folder(absolute) {
                self.skipped.push(skip(SkipReason::Symlink));
            }
            return;
        }
        if !file_type.is_file() {
            return;
        }
        let is_python = match extension {
            Some("py") => true,
            None => entry.depth() == 0 || files::has_python_shebang(absolute),
            Some(_) => entry.depth() == 0,
        };
        let Some(path) = relative(absolute, root) else {
            if is_python {
                self.skipped.push(skip(SkipReason::PathNotText));
            }
            return;
        };
        if PROJECT_MARKERS.contains(&path.rsplit('/').next().unwrap_or_default()) {
            self.projects.push(
                path.rsplit_once('/')
                    .map_or("", |(folder, _)| folder)
                    .to_owned(),
            );
        }
        if is_python {
            self.python.insert(path, absolute.to_path_buf());
        } else {
            self.others.push(path);
        }
    }
}

fn unreadable_entry(error: &ignore::Error, root: &Path) -> Skipped {
    let mut path = None;
    let mut cause = error;
    loop {
        cause = match cause {
            ignore::Error::WithPath { path: inner, err } => {
                path = Some(inner.clone());
                err
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => err,
            _ => break,
        };
    }
    Skipped {
        path: path.map_or_else(|| ".".to_owned(), |path| display(&path, root)),
        line: None,
        column: None,
        reason: SkipReason::Unreadable {
            message: cause
                .io_error()
                .map_or_else(|| cause.to_string(), |error| error.kind().to_string()),
        },
    }
}

/// `path` below `root`, with `/`; `None` if it lies elsewhere or is not UTF-8. The root itself is the empty text.
pub(crate) fn relative(path: &Path, root: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path
        .strip_prefix(root)
        .ok()?
        .components()
        .map(|part| part.as_os_str().to_str())
        .collect();
    Some(parts?.join("/"))
}

fn display(path: &Path, root: &Path) -> String {
    match relative(path, root) {
        Some(text) if text.is_empty() => ".".to_owned(),
        Some(text) => text,
        None => path
            .strip_prefix(root)
            .unwrap_or(path)
            .to_string_lossy()
            .into_owned(),
    }
}

/// Removes `.` and `..` without asking the disk.
fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

/// Dotted name of the package that `root` is, and the folder from which that is imported.
fn enclosing_package(root: &Path) -> (String, PathBuf) {
    let mut parts = Vec::new();
    let mut top = root;
    while files::exists(&top.join("__init__.py"))
        && let (Some(name), Some(parent)) =
            (top.file_name().and_then(|name| name.to_str()), top.parent())
    {
        parts.push(name);
        top = parent;
    }
    parts.reverse();
    (parts.join("."), top.to_path_buf())
}

/// `--python`, `python` of the configuration, `.venv` beside the project's file, or `VIRTUAL_ENV`.
fn site_packages(
    folder: &Path,
    config: &Config,
    config_folder: &Path,
    options: &Options,
) -> Result<Vec<PathBuf>, DiscoverError> {
    let named = options
        .python
        .clone()
        .or_else(|| config.python.as_ref().map(|path| config_folder.join(path)));
    if let Some(path) = named {
        return crate::environment::site_packages(&path)
            .map_err(|message| DiscoverError::Environment { path, message });
    }
    // An environment that nobody named is an offer; without it the packages are unknown, which is no error.
    let activated = std::env::var_os("VIRTUAL_ENV").map(PathBuf::from);
    let offered = [folder.join(".venv")].into_iter().chain(activated);
    Ok(offered
        .filter(|path| files::is_folder(path))
        .find_map(|path| crate::environment::site_packages(&path).ok())
        .unwrap_or_default())
}

impl Project {
    /// A project whose files are in memory, without configuration: relative path with `/`, and text. Only names in `.py` count.
    ///
    /// # Errors
    /// None that a caller can cause; those of the type engine's search paths.
    pub fn from_texts(texts: &[(&str, &str)], options: &Options) -> Result<Project, DiscoverError> {
        let root = PathBuf::from(if cfg!(windows) {
            r"C:\ungreen"
        } else {
            "/ungreen"
        });
        let ordered: BTreeMap<&str, &str> = texts.iter().copied().collect();
        let loaded = ordered
            .into_iter()
            .filter(|(path, _)| path.ends_with(".py"))
            .map(|(path, text)| Loaded {
                path: path.to_owned(),
                absolute: root.join(path),
                decoded: Decoded {
                    text: Arc::from(text),
                    encoding: crate::Encoding::Utf8,
                    bom: false,
                },
            })
            .collect();
        with_large_stack(|| {
            Project::assemble(Outline {
                top: root.clone(),
                folder: root.clone(),
                given: vec![root.clone()],
                root,
                config: Config::default(),
                target_version: options.target_version.unwrap_or(DEFAULT_TARGET_VERSION),
                configured: None,
                projects: Vec::new(),
                prefix: String::new(),
                site_packages: Vec::new(),
                loaded,
                skipped: Vec::new(),
                others: Vec::new(),
                through_to_disk: false,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};
    use std::path::Path;

    use super::unreadable_entry;

    #[test]
    fn folders_that_cannot_be_read() {
        let cause = ignore::Error::Io(Error::new(ErrorKind::PermissionDenied, "not allowed"));
        let error = ignore::Error::WithDepth {
            depth: 1,
            err: Box::new(ignore::Error::WithPath {
                path: "/project/data".into(),
                err: Box::new(cause),
            }),
        };
        let skipped = unreadable_entry(&error, Path::new("/project"));
        assert_eq!(
            skipped.to_string(),
            "data: cannot be read: permission denied"
        );
    }
}
