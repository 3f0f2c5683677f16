//! A migrated copy of the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::write::{Before, Change, WriteError, WriteFailure, WriteReport, prepare};
use crate::discover::relative;
use crate::project::Project;

/// Lists what a copy consists of, one path a line; its presence says that the folder is a copy that Ungreen made.
pub(crate) const MANIFEST: &str = ".ungreen-output";

/// Not copied: what tools make anew, and what would make the copy a second work tree.
const LEFT_OUT: [&str; 8] = [
    ".git",
    "__pycache__",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    ".nox",
    "node_modules",
];

/// Why no copy was made. Nothing was written.
#[derive(Debug)]
pub enum CopyError {
    /// The folder has content that is not from an earlier copy.
    NotOurs {
        path: PathBuf,
    },
    /// The program lies inside the folder.
    AroundRoot {
        path: PathBuf,
    },
    Io {
        path: PathBuf,
        error: io::Error,
    },
}

impl std::fmt::Display for CopyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CopyError::NotOurs { path } => {
                write!(
                    f,
                    "`{}` is not empty and was not made by Ungreen; name another folder",
                    path.display()
                )
            }
            CopyError::AroundRoot { path } => {
                write!(
                    f,
                    "`{}` is or holds the program itself; name another folder",
                    path.display()
                )
            }
            CopyError::Io { path, error } => {
                write!(f, "cannot write to `{}`: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for CopyError {}

impl Project {
    /// Copies everything that was given to `output`, with the changes made. The program itself is not touched.
    ///
    /// An earlier copy in `output` is replaced; files that were added to it stay. Left out are `.git`, virtual
    /// environments and what tools make anew.
    ///
    /// # Errors
    /// `output` cannot be used. A single file that cannot be copied is in the report instead.
    pub fn write_copy(&self, output: &Path, changes: &[Change]) -> Result<WriteReport, CopyError> {
        let at = |error| CopyError::Io {
            path: output.to_path_buf(),
            error,
        };
        fs::create_dir_all(output).map_err(at)?;
        let output = super::canonical(output).map_err(at)?;
        if self.root.starts_with(&output) {
            return Err(CopyError::AroundRoot { path: output });
        }
        clear_earlier_copy(&output)?;

        let mut report = WriteReport::default();
        let mut copied = BTreeSet::new();
        let by_path: BTreeMap<&str, &Change> = changes
            .iter()
            .map(|change| (change.path.as_str(), change))
            .collect();
        for source in tree(&self.given, &output) {
            let Some(path) = relative(&source, &self.root) else {
                report.failed.push(WriteFailure {
                    path: source.to_string_lossy().into_owned(),
                    error: WriteError::Io(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "its name is not valid UTF-8",
                    )),
                });
                continue;
            };
            // The manifest of a copy that is itself copied says nothing of the new one.
            if path == MANIFEST || by_path.contains_key(path.as_str()) {
                continue;
            }
            match copy(&source, &output.join(&path)) {
                Ok(()) => {
                    report.copied += 1;
                    copied.insert(path);
                }
                Err(error) => report.failed.push(WriteFailure {
                    path,
                    error: error.into(),
                }),
            }
        }
        for change in changes {
            // A read-only file may be copied, all other checks hold here too.
            let checked = match prepare(&self.root, change) {
                Err(WriteError::ReadOnly) => Ok(()),
                checked => checked.map(|_| ()),
            };
            match checked.and_then(|()| Ok(write(&self.root, &output, change)?)) {
                Ok(()) => {
                    report.written.push(change.path.clone());
                    copied.insert(change.path.clone());
                }
                Err(error) => report.failed.push(WriteFailure {
                    path: change.path.clone(),
                    error,
                }),
            }
        }
        let manifest: String = copied
            .iter()
            .flat_map(|path| [path.as_str(), "\n"])
            .collect();
        fs::write(output.join(MANIFEST), manifest).map_err(|error| CopyError::Io {
            path: output.clone(),
            error,
        })?;
        Ok(report)
    }
}

/// Removes the files of an earlier copy. Refuses a folder with any other content.
fn clear_earlier_copy(output: &Path) -> Result<(), CopyError> {
    let at = |error| CopyError::Io {
        path: output.to_path_buf(),
        error,
    };
    match fs::read_to_string(output.join(MANIFEST)) {
        Ok(manifest) => {
            for path in manifest.lines() {
                // The manifest is data from the disk: nothing outside the folder may be removed by it.
                let path = output.join(path);
                let inside = path
                    .parent()
                    .and_then(|folder| super::canonical(folder).ok());
                if inside.is_some_and(|folder| folder.starts_with(output)) {
                    match fs::remove_file(&path) {
                        Err(error) if error.kind() != io::ErrorKind::NotFound => {
                            return Err(at(error));
                        }
                        _ => {}
                    }
                }
            }
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if fs::read_dir(output).map_err(at)?.next().is_some() {
                return Err(CopyError::NotOurs {
                    path: output.to_path_buf(),
                });
            }
            Ok(())
        }
        Err(error) => Err(at(error)),
    }
}

/// Files and symbolic links below the given paths, in order.
fn tree(given: &[PathBuf], output: &Path) -> Vec<PathBuf> {
    let mut found = BTreeSet::new();
    for path in given {
        let output = output.to_path_buf();
        let walk = WalkBuilder::new(path)
            .standard_filters(false)
            .follow_links(false)
            .filter_entry(move |entry| {
                let name = entry.file_name().to_str().unwrap_or_default();
                let folder = entry
                    .file_type()
                    .is_some_and(|file_type| file_type.is_dir());
                entry.depth() == 0
                    || !(LEFT_OUT.contains(&name)
                        || entry.path() == output
                        || folder
                            && (super::exists(&entry.path().join("pyvenv.cfg"))
                                || super::exists(&entry.path().join(MANIFEST))))
            })
            .build();
        found.extend(
            walk.filter_map(Result::ok)
                .filter(|entry| {
                    entry
                        .file_type()
                        .is_some_and(|file_type| file_type.is_file() || file_type.is_symlink())
                })
                .map(ignore::DirEntry::into_path),
        );
    }
    found.into_iter().collect()
}

/// A symbolic link is copied as one.
fn copy(source: &Path, target: &Path) -> io::Result<()> {
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    if fs::symlink_metadata(source)?.is_symlink() {
        return link(&fs::read_link(source)?, target);
    }
    fs::copy(source, target).map(|_| ())
}

#[cfg(unix)]
fn link(destination: &Path, target: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(destination, target)
}

#[cfg(not(unix))]
fn link(_destination: &Path, _target: &Path) -> io::Result<()> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "symbolic links are not copied on this system",
    ))
}

fn write(root: &Path, output: &Path, change: &Change) -> io::Result<()> {
    let target = output.join(&change.path);
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&target, &change.after)?;
    match change.before {
        Before::Absent => Ok(()),
        Before::Content(_) => fs::set_permissions(
            &target,
            fs::metadata(root.join(&change.path))?.permissions(),
        ),
    }
}
