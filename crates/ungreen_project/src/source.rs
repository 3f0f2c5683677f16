//! A source file as every stage sees it.

use std::path::PathBuf;
use std::sync::Arc;

use ungreen_callgraph::FileId;

use crate::encoding::{Encoding, encode};

/// Larger files are skipped: no program is written by hand in a file of 30 MB.
pub const FILE_SIZE_LIMIT: u64 = 30 << 20;

/// A Python file that was read and parsed.
#[derive(Debug, Clone)]
pub struct SourceFile {
    pub id: FileId,
    /// Relative to the project's root, with `/`.
    pub path: String,
    pub absolute: PathBuf,
    /// Dotted module name; of `pkg/__init__.py` it is `pkg`.
    pub module: String,
    /// The file is a package's `__init__.py`.
    pub is_package: bool,
    /// The file belongs to tests: `test_*.py`, `*_test.py`, `conftest.py`, or anything in a folder `tests` or `test`.
    pub is_test: bool,
    /// Without a byte order mark; line endings as in the file.
    pub text: Arc<str>,
    pub encoding: Encoding,
    /// The file starts with a UTF-8 byte order mark.
    pub bom: bool,
    pub newline: Newline,
}

impl SourceFile {
    /// The bytes of this file with another text: in its encoding, with its byte order mark.
    ///
    /// # Errors
    /// The first character of `text` that the encoding lacks.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, char> {
        encode(text, self.encoding, self.bom)
    }
}

/// The line ending of new lines in a file: the first that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newline {
    Lf,
    CrLf,
    Cr,
}

impl Newline {
    pub fn as_str(self) -> &'static str {
        match self {
            Newline::Lf => "\n",
            Newline::CrLf => "\r\n",
            Newline::Cr => "\r",
        }
    }

    pub(crate) fn of(text: &str) -> Self {
        match text.find(['\n', '\r']) {
            Some(at) if text[at..].starts_with("\r\n") => Newline::CrLf,
            Some(at) if text[at..].starts_with('\r') => Newline::Cr,
            _ => Newline::Lf,
        }
    }
}

/// `path` is relative to the root, with `/`.
pub(crate) fn is_test_path(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    name == "conftest.py"
        || name.starts_with("test_")
        || name
            .strip_suffix(".py")
            .is_some_and(|stem| stem.ends_with("_test"))
        || folders
            .split('/')
            .any(|folder| matches!(folder, "tests" | "test"))
}

#[cfg(test)]
mod tests {
    use super::{Newline, is_test_path};

    #[test]
    fn test_files() {
        for path in [
            "test_a.py",
            "a_test.py",
            "conftest.py",
            "pkg/tests/helper.py",
            "test/x.py",
            "pkg/conftest.py",
        ] {
            assert!(is_test_path(path), "{path}");
        }
        for path in [
            "a.py",
            "contest.py",
            "latest/x.py",
            "attest.py",
            "testing.py",
        ] {
            assert!(!is_test_path(path), "{path}");
        }
    }

    #[test]
    fn newlines() {
        for (text, newline) in [
            ("a\nb\r\n", Newline::Lf),
            ("a\r\nb\n", Newline::CrLf),
            ("a\rb\n", Newline::Cr),
            ("a", Newline::Lf),
        ] {
            assert_eq!(Newline::of(text), newline, "{text:?}");
        }
    }
}
