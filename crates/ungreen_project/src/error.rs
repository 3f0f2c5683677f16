//! What can go wrong before resolution: for the whole run, or for one file.

use std::path::PathBuf;

use crate::config::ConfigError;
use crate::nesting::TooNested;
use crate::source::FILE_SIZE_LIMIT;

/// Why nothing can be done at all.
#[derive(Debug)]
pub enum DiscoverError {
    /// A path that was given does not exist or cannot be reached.
    Path {
        path: PathBuf,
        error: std::io::Error,
    },
    /// A path that was given is not text; no file of the program can be named by it.
    PathNotText {
        path: PathBuf,
    },
    NoPaths,
    Config(ConfigError),
    /// The Python environment that was named cannot be used.
    Environment {
        path: PathBuf,
        message: String,
    },
    /// The type engine refuses the folders to search.
    SearchPaths {
        message: String,
    },
}

impl std::fmt::Display for DiscoverError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DiscoverError::Path { path, error } => {
                write!(f, "cannot read `{}`: {error}", path.display())
            }
            DiscoverError::PathNotText { path } => {
                write!(
                    f,
                    "the path `{}` is not valid UTF-8; rename it",
                    path.display()
                )
            }
            DiscoverError::NoPaths => write!(f, "no path was given"),
            DiscoverError::Config(error) => error.fmt(f),
            DiscoverError::Environment { path, message } => {
                write!(
                    f,
                    "`{}` is no usable Python environment: {message}",
                    path.display()
                )
            }
            DiscoverError::SearchPaths { message } => {
                write!(f, "cannot search for modules: {message}")
            }
        }
    }
}

impl std::error::Error for DiscoverError {}

impl From<ConfigError> for DiscoverError {
    fn from(error: ConfigError) -> Self {
        DiscoverError::Config(error)
    }
}

/// A file or folder that is left alone, with the place and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Relative to the root, with `/`; absolute when it lies elsewhere.
    pub path: String,
    /// 1-based.
    pub line: Option<u32>,
    /// 1-based, in characters.
    pub column: Option<u32>,
    pub reason: SkipReason,
}

impl std::fmt::Display for Skipped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        write!(f, ": {}", self.reason)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    Unreadable {
        message: String,
    },
    TooLarge {
        bytes: u64,
    },
    NotUtf8,
    BadBytes {
        encoding: String,
    },
    UnknownEncoding {
        name: String,
    },
    BomConflict {
        name: String,
    },
    NoRoundTrip {
        encoding: String,
    },
    NulByte,
    Syntax {
        message: String,
    },
    /// The parser panicked.
    ParserFailed,
    TooNested(TooNested),
    /// A symbolic link to a Python file or to a folder.
    Symlink,
    PathNotText,
}

impl SkipReason {
    /// What the user can do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            SkipReason::Unreadable { .. } => "check its permissions",
            SkipReason::TooLarge { .. } => "exclude it, or split it if it has code to migrate",
            SkipReason::NotUtf8 => {
                "save it as UTF-8, or declare its encoding in line 1: `# -*- coding: latin-1 -*-`"
            }
            SkipReason::BadBytes { .. } => "correct the bytes or the declaration of the encoding",
            SkipReason::UnknownEncoding { .. }
            | SkipReason::BomConflict { .. }
            | SkipReason::NoRoundTrip { .. } => "save it as UTF-8 and declare that, or nothing",
            SkipReason::NulByte => "remove the NUL byte; Python refuses it too",
            SkipReason::Syntax { .. } => {
                "correct it; code of Python 2 has to be moved to Python 3 first"
            }
            SkipReason::ParserFailed => "report this file as a bug of Ungreen",
            SkipReason::TooNested(_) => "split the expression or exclude the file",
            SkipReason::Symlink => "give the path of its target if that is to be migrated too",
            SkipReason::PathNotText => "rename it to valid UTF-8",
        }
    }
}

impl std::fmt::Display for SkipReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SkipReason::Unreadable { message } => write!(f, "cannot be read: {message}"),
            SkipReason::TooLarge { bytes } => {
                write!(
                    f,
                    "is {} MB long, the limit is {} MB",
                    bytes >> 20,
                    FILE_SIZE_LIMIT >> 20
                )
            }
            SkipReason::NotUtf8 => write!(f, "is not UTF-8 and declares no encoding"),
            SkipReason::BadBytes { encoding } => {
                write!(f, "is not valid in its declared encoding `{encoding}`")
            }
            SkipReason::UnknownEncoding { name } => {
                write!(f, "has the encoding `{name}`, which is not supported")
            }
            SkipReason::BomConflict { name } => {
                write!(
                    f,
                    "declares the encoding `{name}` but starts with a UTF-8 byte order mark"
                )
            }
            SkipReason::NoRoundTrip { encoding } => {
                write!(
                    f,
                    "cannot be written back byte for byte in its encoding `{encoding}`"
                )
            }
            SkipReason::NulByte => write!(f, "contains a NUL byte"),
            SkipReason::Syntax { message } => write!(f, "syntax error: {message}"),
            SkipReason::ParserFailed => write!(f, "makes the parser fail"),
            SkipReason::TooNested(reason) => write!(f, "nests too deeply: {reason}"),
            SkipReason::Symlink => write!(f, "is a symbolic link, which is not followed"),
            SkipReason::PathNotText => write!(f, "has a name that is not valid UTF-8"),
        }
    }
}
