//! A file system for the type engine: texts in memory over the disk.

use std::any::Any;
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::sync::Arc;

use ruff_db::file_revision::FileRevision;
use ruff_db::system::walk_directory::WalkDirectoryBuilder;
use ruff_db::system::{
    DirectoryEntry, FileType, Metadata, OsSystem, Result, System, SystemPath, SystemPathBuf,
    SystemVirtualPath, WhichError, WhichResult, WritableSystem,
};
use ruff_notebook::{Notebook, NotebookError};
use rustc_hash::FxHashMap;

/// Texts that stand over the disk. Their folders exist even where the disk has none.
#[derive(Debug, Default, Clone)]
pub(crate) struct Texts {
    files: FxHashMap<SystemPathBuf, Arc<str>>,
    /// Entries by folder and name.
    folders: FxHashMap<SystemPathBuf, BTreeMap<String, FileType>>,
}

impl Texts {
    /// `path` must be absolute and without `..`.
    pub(crate) fn insert(&mut self, path: SystemPathBuf, text: Arc<str>) {
        let mut file_type = FileType::File;
        let mut child = path.as_path();
        while let (Some(folder), Some(name)) = (child.parent(), child.file_name()) {
            let entries = self.folders.entry(folder.to_path_buf()).or_default();
            if entries.insert(name.to_owned(), file_type).is_some() {
                break;
            }
            file_type = FileType::Directory;
            child = folder;
        }
        self.files.insert(path, text);
    }

    pub(crate) fn holds_folder(&self, path: &SystemPath) -> bool {
        self.folders.contains_key(path)
    }
}

/// [`Texts`] over the disk, or over nothing. Never writes, runs no commands, reads no environment.
#[derive(Debug, Clone)]
pub(crate) struct Overlay {
    texts: Arc<Texts>,
    disk: OsSystem,
    /// Read from the disk what has no text.
    through: bool,
}

impl Overlay {
    pub(crate) fn new(root: &SystemPath, texts: Texts, through: bool) -> Self {
        Self {
            texts: Arc::new(texts),
            disk: OsSystem::new(root),
            through,
        }
    }

    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The same with other texts.
    pub(crate) fn with_texts(&self, texts: Texts) -> Self {
        Self {
            texts: Arc::new(texts),
            ..self.clone()
        }
    }

    fn below(&self) -> Result<&OsSystem> {
        if self.through {
            Ok(&self.disk)
        } else {
            Err(Error::from(ErrorKind::NotFound))
        }
    }

    fn in_memory(&self, path: &SystemPath) -> bool {
        self.texts.files.contains_key(path) || self.texts.folders.contains_key(path)
    }
}

impl System for Overlay {
    fn path_metadata(&self, path: &SystemPath) -> Result<Metadata> {
        // The texts of an overlay never change, so neither do their revisions.
        let unchanging = |file_type| Metadata::new(FileRevision::new(0), None, file_type);
        if self.texts.files.contains_key(path) {
            Ok(unchanging(FileType::File))
        } else if self.texts.folders.contains_key(path) {
            Ok(unchanging(FileType::Directory))
        } else {
            self.below()?.path_metadata(path)
        }
    }

    fn canonicalize_path(&self, path: &SystemPath) -> Result<SystemPathBuf> {
        if self.in_memory(path) {
            Ok(path.to_path_buf())
        } else {
            self.below()?.canonicalize_path(path)
        }
    }

    fn is_same_file(&self, first: &SystemPath, second: &SystemPath) -> Result<bool> {
        if self.in_memory(first) || self.in_memory(second) {
            Ok(first == second)
        } else {
            self.below()?.is_same_file(first, second)
        }
    }

    fn which(&self, _binary_name: &str) -> WhichResult {
        Err(WhichError::CannotFindBinaryPath)
    }

    fn read_to_string(&self, path: &SystemPath) -> Result<String> {
        match self.texts.files.get(path) {
            Some(text) => Ok(text.as_ref().to_owned()),
            None => self.below()?.read_to_string(path),
        }
    }

    fn read_to_notebook(&self, _path: &SystemPath) -> std::result::Result<Notebook, NotebookError> {
        Err(NotebookError::Io(Error::from(ErrorKind::Unsupported)))
    }

    fn read_virtual_path_to_string(&self, _path: &SystemVirtualPath) -> Result<String> {
        Err(Error::from(ErrorKind::Unsupported))
    }

    fn read_virtual_path_to_notebook(
        &self,
        _path: &SystemVirtualPath,
    ) -> std::result::Result<Notebook, NotebookError> {
        Err(NotebookError::Io(Error::from(ErrorKind::Unsupported)))
    }

    fn current_directory(&self) -> &SystemPath {
        self.disk.current_directory()
    }

    fn user_config_directory(&self) -> Option<SystemPathBuf> {
        None
    }

    fn cache_dir(&self) -> Option<SystemPathBuf> {
        None
    }

    fn read_directory<'a>(
        &'a self,
        path: &SystemPath,
    ) -> Result<Box<dyn Iterator<Item = Result<DirectoryEntry>> + 'a>> {
        let on_disk = self.below().and_then(|disk| disk.read_directory(path));
        let Some(entries) = self.texts.folders.get(path) else {
            return on_disk;
        };
        let in_memory = entries
            .iter()
            .map(|(name, file_type)| Ok(DirectoryEntry::new(path.join(name), *file_type)))
            .collect::<Vec<_>>();
        let on_disk = on_disk.into_iter().flatten().filter(|entry| {
            !matches!(entry, Ok(entry) if entry.path().file_name().is_some_and(|name| entries.contains_key(name)))
        });
        Ok(Box::new(on_disk.chain(in_memory)))
    }

    fn walk_directory(&self, path: &SystemPath) -> WalkDirectoryBuilder {
        self.disk.walk_directory(path)
    }

    fn as_writable(&self) -> Option<&dyn WritableSystem> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn dyn_clone(&self) -> Box<dyn System> {
        Box::new(self.clone())
    }
}
