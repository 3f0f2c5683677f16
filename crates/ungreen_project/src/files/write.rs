//! Writing changes, each file whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use ungreen_callgraph::FileId;

use crate::project::Project;

/// What must be on the disk for a change to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    Absent,
    Content(Vec<u8>),
}

/// One file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Relative to the root, with `/`.
    pub path: String,
    pub before: Before,
    pub after: Vec<u8>,
}

impl Change {
    /// A new file in UTF-8.
    pub fn create(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            before: Before::Absent,
            after: text.as_bytes().to_vec(),
        }
    }

    /// A file that is not Python, from the text that was read with [`Project::read_other`].
    pub fn replace(path: &str, before: &str, after: &str) -> Self {
        Self {
            path: path.to_owned(),
            before: Before::Content(before.as_bytes().to_vec()),
            after: after.as_bytes().to_vec(),
        }
    }
}

/// Why a file was not written. It is as it was before.
#[derive(Debug)]
pub enum WriteError {
    /// The path does not lie below the root.
    OutsideRoot,
    /// A symbolic link on the way leads out of the root.
    LinkLeavesRoot,
    ChangedSinceRead,
    AlreadyExists,
    ReadOnly,
    NotEncodable {
        character: char,
        encoding: &'static str,
    },
    Io(io::Error),
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WriteError::OutsideRoot => write!(
                f,
                "lies outside the folder that was given; give that folder too"
            ),
            WriteError::LinkLeavesRoot => write!(
                f,
                "is reached through a symbolic link that leaves the folder that was given"
            ),
            WriteError::ChangedSinceRead => {
                write!(f, "was changed while Ungreen ran; run it again")
            }
            WriteError::AlreadyExists => write!(
                f,
                "exists already; remove it or configure another `helper-module`"
            ),
            WriteError::ReadOnly => write!(f, "is read-only; make it writable"),
            WriteError::NotEncodable {
                character,
                encoding,
            } => {
                write!(
                    f,
                    "cannot hold `{character}` in its encoding `{encoding}`; save it as UTF-8"
                )
            }
            WriteError::Io(error) => write!(f, "cannot be written: {error}"),
        }
    }
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        WriteError::Io(error)
    }
}

#[derive(Debug)]
pub struct WriteFailure {
    /// Relative to the root, with `/`.
    pub path: String,
    pub error: WriteError,
}

impl std::fmt::Display for WriteFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.error)
    }
}

/// What became of the changes, in their order.
#[derive(Debug, Default)]
pub struct WriteReport {
    pub written: Vec<String>,
    pub failed: Vec<WriteFailure>,
    /// Files that were copied unchanged; only for a copy of the tree.
    pub copied: usize,
}

impl Project {
    /// The change that gives a file another text, in the file's encoding.
    ///
    /// # Errors
    /// The encoding lacks a character of the text, or there is no such file.
    pub fn rewrite(&self, id: FileId, text: &str) -> Result<Change, WriteFailure> {
        let missing = || WriteFailure {
            path: format!("{id:?}"),
            error: WriteError::Io(io::ErrorKind::NotFound.into()),
        };
        let file = self.file(id).ok_or_else(missing)?;
        let encode = |text| {
            file.encode(text).map_err(|character| WriteFailure {
                path: file.path.clone(),
                error: WriteError::NotEncodable {
                    character,
                    encoding: file.encoding.name(),
                },
            })
        };
        Ok(Change {
            path: file.path.clone(),
            before: Before::Content(encode(&file.text)?),
            after: encode(text)?,
        })
    }

    /// The text of a file of [`Project::others`].
    ///
    /// # Errors
    /// It cannot be read or is not UTF-8.
    pub fn read_other(&self, path: &str) -> io::Result<String> {
        super::read_optional(&self.root.join(path))?.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// What would keep the changes from being written, without writing.
    pub fn unwritable(&self, changes: &[Change]) -> Vec<WriteFailure> {
        let failure = |change: &Change| {
            let error = prepare(&self.root, change).err()?;
            Some(WriteFailure {
                path: change.path.clone(),
                error,
            })
        };
        changes.iter().filter_map(failure).collect()
    }

    /// Writes the changes. One that fails does not keep the others from being written.
    pub fn write(&self, changes: &[Change]) -> WriteReport {
        let mut report = WriteReport::default();
        for change in changes {
            match prepare(&self.root, change).and_then(|target| replace(&target, change)) {
                Ok(()) => report.written.push(change.path.clone()),
                Err(error) => report.failed.push(WriteFailure {
                    path: change.path.clone(),
                    error,
                }),
            }
        }
        report
    }
}

/// Checks everything that can be checked beforehand. Returns the path to write to, which is no symbolic link.
pub(super) fn prepare(root: &Path, change: &Change) -> Result<PathBuf, WriteError> {
    let path = Path::new(&change.path);
    if change.path.is_empty()
        || !path
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
    {
        return Err(WriteError::OutsideRoot);
    }
    let named = root.join(path);
    let existing = named
        .ancestors()
        .find(|ancestor| fs::symlink_metadata(ancestor).is_ok())
        .unwrap_or(root);
    let resolved = super::canonical(existing)?;
    if !resolved.starts_with(root) {
        return Err(WriteError::LinkLeavesRoot);
    }
    match &change.before {
        Before::Absent if existing == named => Err(WriteError::AlreadyExists),
        Before::Absent => Ok(resolved.join(named.strip_prefix(existing).unwrap_or(path))),
        Before::Content(before) => {
            if existing != named || fs::read(&resolved)? != *before {
                return Err(WriteError::ChangedSinceRead);
            }
            if fs::metadata(&resolved)?.permissions().readonly() {
                return Err(WriteError::ReadOnly);
            }
            Ok(resolved)
        }
    }
}

fn replace(target: &Path, change: &Change) -> Result<(), WriteError> {
    let folder = target.parent().ok_or(WriteError::OutsideRoot)?;
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".ungreen-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The process's umask is taken off these.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(folder)?;
    temporary.write_all(&change.after)?;
    match change.before {
        Before::Absent => {
            temporary.as_file().sync_all()?;
            temporary
                .persist_noclobber(target)
                .map_err(|error| match error.error.kind() {
                    io::ErrorKind::AlreadyExists => WriteError::AlreadyExists,
                    _ => WriteError::Io(error.error),
                })?;
        }
        Before::Content(_) => {
            temporary
                .as_file()
                .set_permissions(fs::metadata(target)?.permissions())?;
            temporary.as_file().sync_all()?;
            temporary.persist(target).map_err(|error| error.error)?;
        }
    }
    sync_folder(folder);
    Ok(())
}

/// Makes the rename last. Not every file system can; the file itself is safe either way.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        drop(folder.sync_all());
    }
}
