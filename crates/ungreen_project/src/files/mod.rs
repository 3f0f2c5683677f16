//! The only module that reads and writes files.

mod copy;
mod write;

pub use copy::CopyError;
pub(crate) use copy::MANIFEST;
pub use write::{Before, Change, WriteError, WriteFailure, WriteReport};

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::SkipReason;
use crate::source::FILE_SIZE_LIMIT;

/// The bytes of a file of at most [`FILE_SIZE_LIMIT`].
pub(crate) fn read_source(path: &Path) -> Result<Vec<u8>, SkipReason> {
    let unreadable = |error: std::io::Error| SkipReason::Unreadable {
        message: error.to_string(),
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(SkipReason::Unreadable {
            message: "is no regular file".to_owned(),
        });
    }
    if metadata.len() > FILE_SIZE_LIMIT {
        return Err(SkipReason::TooLarge {
            bytes: metadata.len(),
        });
    }
    fs::read(path).map_err(unreadable)
}

/// A text file of at most `limit` bytes.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<String, SkipReason> {
    let unreadable = |error: std::io::Error| SkipReason::Unreadable {
        message: error.to_string(),
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.len() > limit {
        return Err(SkipReason::TooLarge {
            bytes: metadata.len(),
        });
    }
    String::from_utf8(fs::read(path).map_err(unreadable)?).map_err(|_| SkipReason::NotUtf8)
}

/// Names of the files directly in a folder, sorted; those that are not UTF-8 are no file that this crate reads.
pub(crate) fn file_names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|file_type| file_type.is_file()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// A text file that may be absent.
pub(crate) fn read_optional(path: &Path) -> std::io::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| std::io::Error::new(std::io::ErrorKind::InvalidData, "is not UTF-8")),
        Err(error)
            if matches!(
                error.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::IsADirectory
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Whether a file without an extension is a Python script: `#!/usr/bin/env python3`.
pub(crate) fn has_python_shebang(path: &Path) -> bool {
    let mut start = [0; 128];
    let Ok(length) = fs::File::open(path).and_then(|mut file| file.read(&mut start)) else {
        return false;
    };
    let line = start[..length]
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    line.starts_with(b"#!") && line.windows(6).any(|window| window == b"python")
}

pub(crate) fn exists(path: &Path) -> bool {
    path.exists()
}

pub(crate) fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Without symbolic links; on Windows without the `\\?\` that `/` does not go with.
pub(crate) fn canonical(path: &Path) -> std::io::Result<PathBuf> {
    dunce::canonicalize(path)
}
