//! A program: its files, their trees, and the database that answers questions about them.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use ruff_db::PythonFile;
use ruff_db::files::File;
use ruff_db::parsed::{ParsedModuleRef, parsed_module};
use ruff_db::system::SystemPathBuf;
use ruff_python_ast as ast;
use ruff_python_ast::PythonVersion;
use ruff_python_parser::Parsed;
use ruff_source_file::LineIndex;
use ruff_text_size::TextSize;
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FileId, Module};

use crate::config::Config;
use crate::database::{Database, SearchFolders};
use crate::encoding::Decoded;
use crate::error::{DiscoverError, SkipReason, Skipped};
use crate::modules::{self, Layout};
use crate::nesting;
use crate::oracle::TyOracle;
use crate::overlay::{Overlay, Texts};
use crate::source::{Newline, SourceFile, is_test_path};
use crate::stack::{spawn_with_large_stack, with_large_stack};

/// A whole program, read and parsed.
pub struct Project {
    /// The folder that holds everything that was given; of one folder it is that folder. All paths are relative to it.
    pub root: PathBuf,
    /// The nearest folder at or above `root` with a `pyproject.toml`, `setup.cfg` or `setup.py`; else `root`.
    pub folder: PathBuf,
    /// The paths that were given, made canonical.
    pub given: Vec<PathBuf>,
    pub config: Config,
    pub target_version: PythonVersion,
    /// Folders from which modules of the program are imported, most general first.
    pub source_roots: Vec<PathBuf>,
    /// In path order: `FileId(n)` is the n-th.
    pub files: Vec<SourceFile>,
    /// What is left alone, in path order.
    pub skipped: Vec<Skipped>,
    /// Files that are not Python, relative to the root, in path order.
    pub others: Vec<String>,
    trees: Vec<ParsedModuleRef>,
    salsa_files: Vec<File>,
    ids: FxHashMap<File, FileId>,
    database: Mutex<Database>,
    idle: Mutex<Vec<Database>>,
    released: AtomicBool,
}

/// A file that was read and decoded.
pub(crate) struct Loaded {
    pub(crate) path: String,
    pub(crate) absolute: PathBuf,
    pub(crate) decoded: Decoded,
}

/// All that is known before parsing.
pub(crate) struct Outline {
    pub(crate) root: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) given: Vec<PathBuf>,
    pub(crate) config: Config,
    pub(crate) target_version: PythonVersion,
    /// Source roots that the configuration names, relative to the root.
    pub(crate) configured: Option<Vec<String>>,
    /// Folders with a project's file, relative to the root.
    pub(crate) projects: Vec<String>,
    /// Dotted name of the package that `root` is, or nothing.
    pub(crate) prefix: String,
    /// From where that package is imported; else the root.
    pub(crate) top: PathBuf,
    pub(crate) site_packages: Vec<PathBuf>,
    /// In path order.
    pub(crate) loaded: Vec<Loaded>,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) others: Vec<String>,
    /// The type engine may look at the disk.
    pub(crate) through_to_disk: bool,
}

impl Project {
    /// Parses every file. Must run on a large stack.
    pub(crate) fn assemble(outline: Outline) -> Result<Self, DiscoverError> {
        let Outline {
            root,
            config,
            target_version,
            mut skipped,
            ..
        } = outline;
        let (shallow, deep): (Vec<_>, Vec<_>) = outline
            .loaded
            .into_par_iter()
            .map(|loaded| match nesting::check(&loaded.decoded.text) {
                Ok(()) => (loaded, None),
                Err(error) => (loaded, Some(error)),
            })
            .partition(|(_, error)| error.is_none());
        let mut texts = Texts::default();
        // ty must not parse what this crate refuses to parse, not even when another file imports it.
        for file in &skipped {
            if let Some(path) = SystemPathBuf::from_path_buf(root.join(&file.path)).ok()
                && file.path.ends_with(".py")
            {
                texts.insert(path, Arc::from(""));
            }
        }
        for (loaded, error) in deep {
            if let Some((offset, reason)) = error {
                let text = &loaded.decoded.text;
                let (line, column) = line_and_column(text, offset);
                let reason = SkipReason::TooNested(reason);
                skipped.push(Skipped {
                    path: loaded.path,
                    line: Some(line),
                    column: Some(column),
                    reason,
                });
            }
            if let Ok(path) = SystemPathBuf::from_path_buf(loaded.absolute) {
                texts.insert(path, Arc::from(""));
            }
        }
        let sources: Vec<(Loaded, Arc<str>, SystemPathBuf)> = shallow
            .into_iter()
            .filter_map(|(loaded, _)| {
                let text = Arc::clone(&loaded.decoded.text);
                let path = SystemPathBuf::from_path_buf(loaded.absolute.clone()).ok()?;
                texts.insert(path.clone(), Arc::clone(&text));
                Some((loaded, text, path))
            })
            .collect();

        let stubs = add_stubs(
            &mut texts,
            sources.iter().map(|(loaded, _, _)| loaded.path.as_str()),
        );

        let system_root = SystemPathBuf::from_path_buf(root.clone())
            .map_err(|path| DiscoverError::PathNotText { path })?;
        let overlay = Overlay::new(&system_root, texts, outline.through_to_disk);
        let mut database = Database::new(overlay, target_version);

        let parsed: Vec<_> = sources
            .par_iter()
            .map_with(database.clone(), |database, (_, _, path)| {
                let handle = database.clone();
                let parsed = ruff_db::panic::catch_unwind(AssertUnwindSafe(|| {
                    let file = handle.file(path)?;
                    let python_file = PythonFile::new(&handle, file, target_version);
                    let tree = parsed_module(&handle, python_file).load(&handle);
                    let imports = modules::absolute_imports(tree.syntax());
                    Some((file, tree, imports))
                }));
                parsed.ok().flatten()
            })
            .collect();

        let mut good = Vec::new();
        for ((loaded, text, _), parsed) in sources.into_iter().zip(parsed) {
            let Some((file, tree, imports)) = parsed else {
                skipped.push(Skipped {
                    path: loaded.path,
                    line: None,
                    column: None,
                    reason: SkipReason::ParserFailed,
                });
                continue;
            };
            match tree.errors().first() {
                None => good.push((loaded, text, file, tree, imports)),
                Some(error) => {
                    let (line, column) = line_and_column(&text, error.location.start().to_usize());
                    let reason = SkipReason::Syntax {
                        message: error.error.to_string(),
                    };
                    skipped.push(Skipped {
                        path: loaded.path,
                        line: Some(line),
                        column: Some(column),
                        reason,
                    });
                }
            }
        }

        let names = modules::name(&Layout {
            files: good
                .iter()
                .map(|(loaded, _, _, _, imports)| (loaded.path.as_str(), imports))
                .collect(),
            configured: outline.configured,
            projects: outline.projects,
            prefix: outline.prefix,
        });
        let source_roots: Vec<PathBuf> = names
            .roots
            .iter()
            .map(|folder| {
                if folder.is_empty() {
                    outline.top.clone()
                } else {
                    root.join(folder)
                }
            })
            .collect();
        let system_paths = |paths: &[PathBuf]| -> Vec<SystemPathBuf> {
            paths
                .iter()
                .filter_map(|path| SystemPathBuf::from_path_buf(path.clone()).ok())
                .collect()
        };
        database
            .search_in(SearchFolders {
                stubs,
                sources: system_paths(&source_roots),
                site_packages: system_paths(&outline.site_packages),
            })
            .map_err(|message| DiscoverError::SearchPaths { message })?;

        let mut project = Self {
            root,
            folder: outline.folder,
            given: outline.given,
            config,
            target_version,
            source_roots,
            files: Vec::with_capacity(good.len()),
            skipped,
            others: outline.others,
            trees: Vec::with_capacity(good.len()),
            salsa_files: Vec::with_capacity(good.len()),
            ids: FxHashMap::default(),
            database: Mutex::new(database),
            idle: Mutex::new(Vec::new()),
            released: AtomicBool::new(false),
        };
        for (number, ((loaded, text, file, tree, _), module)) in
            (0..).zip(good.into_iter().zip(names.modules))
        {
            let id = FileId(number);
            project.files.push(SourceFile {
                id,
                is_package: loaded.path.rsplit('/').next() == Some("__init__.py"),
                is_test: is_test_path(&loaded.path),
                path: loaded.path,
                absolute: loaded.absolute,
                module,
                newline: Newline::of(&text),
                text,
                encoding: loaded.decoded.encoding,
                bom: loaded.decoded.bom,
            });
            project.trees.push(tree);
            project.salsa_files.push(file);
            project.ids.insert(file, id);
        }
        project
            .skipped
            .sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        Ok(project)
    }

    /// The parsed files as resolution takes them, in the order of their ids.
    pub fn modules(&self) -> Vec<Module<'_>> {
        self.files
            .iter()
            .zip(&self.trees)
            .map(|(file, tree)| Module {
                path: &file.path,
                name: &file.module,
                is_package: file.is_package,
                source: &file.text,
                syntax: tree.syntax(),
            })
            .collect()
    }

    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The tree and tokens of a file, the same that ty knows.
    pub fn parsed(&self, id: FileId) -> Option<&Parsed<ast::ModModule>> {
        self.trees.get(id.0 as usize).map(|tree| &**tree)
    }

    /// The type engine over this program.
    pub fn oracle(&self) -> TyOracle<'_> {
        TyOracle::new(self)
    }

    /// `None` once the type engine was [released](Self::release_types).
    pub(crate) fn salsa_file(&self, id: FileId) -> Option<File> {
        if self.released.load(Ordering::Acquire) {
            return None;
        }
        self.salsa_files.get(id.0 as usize).copied()
    }

    /// Frees what the type engine has found out, on a thread beside. Questions about attributes have no answer any more; texts
    /// can still be checked.
    pub(crate) fn release_types(&self) {
        self.released.store(true, Ordering::Release);
        let old = {
            let mut database = self.database.lock().unwrap_or_else(PoisonError::into_inner);
            let empty = database.over(database.overlay().clone());
            std::mem::replace(&mut *database, empty)
        };
        let handles =
            std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        spawn_with_large_stack(move || drop((old, handles)));
    }

    pub(crate) fn id_of(&self, file: File) -> Option<FileId> {
        self.ids.get(&file).copied()
    }

    /// Runs a query of the type engine on a large stack. `None` if it panics, which prints nothing and costs nothing else.
    pub(crate) fn query<R: Send>(&self, work: impl FnOnce(&Database) -> R + Send) -> Option<R> {
        let handle = self.handle();
        let (result, handle) = with_large_stack(move || {
            // The hook that this installs is silent inside the call only. A handle on which a query panicked is dropped.
            match ruff_db::panic::catch_unwind(AssertUnwindSafe(|| work(&handle))) {
                Ok(result) => (Some(result), Some(handle)),
                Err(_) => (None, None),
            }
        });
        if let Some(handle) = handle {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(handle);
        }
        result
    }

    /// A handle for the calling thread alone.
    pub(crate) fn handle(&self) -> Database {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.unwrap_or_else(|| {
            self.database
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone()
        })
    }
}

/// Serves the catalog's stubs, except those of packages that the program itself holds. Returns the folder to search.
fn add_stubs<'a>(texts: &mut Texts, program: impl Iterator<Item = &'a str>) -> Vec<SystemPathBuf> {
    let folder = SystemPathBuf::from(if cfg!(windows) {
        r"C:\.ungreen\stubs"
    } else {
        "/.ungreen/stubs"
    });
    let own: FxHashSet<&str> = program
        .filter_map(|path| {
            path.strip_prefix("src/")
                .unwrap_or(path)
                .strip_suffix("/__init__.py")
        })
        .collect();
    for (path, text) in ungreen_catalog::stub_files() {
        let package = path.split('/').next().unwrap_or_default();
        if !own.contains(package) {
            texts.insert(folder.join(path), Arc::from(text));
        }
    }
    // Without any stub the folder does not exist, and would be an error to search.
    if texts.holds_folder(&folder) {
        vec![folder]
    } else {
        Vec::new()
    }
}

/// 1-based; the column counts characters.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let offset = TextSize::try_from(offset.min(text.len())).unwrap_or_default();
    let place = LineIndex::from_source_text(text).line_column(offset, text);
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    (number(place.line.get()), number(place.column.get()))
}

#[cfg(test)]
mod tests {
    use crate::{Options, Project};

    #[test]
    fn a_panic_costs_one_query() {
        let project =
            Project::from_texts(&[("a.py", "x = 1")], &Options::default()).expect("assembles");
        assert_eq!(project.query(|_| panic!("as ty does")), None::<()>);
        assert_eq!(project.query(|_| 1), Some(1));
        let report = project.diagnostics(&["a.py"], &std::collections::BTreeMap::new());
        assert_eq!(report, crate::TypeReport::default());
    }
}
