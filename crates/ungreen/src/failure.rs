//! Why a run could not do its work: what, why, and a hint.

use std::fmt;

use ungreen_project::{CopyError, DiscoverError};

/// Ends a run with exit code 2.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hint: Some(hint.into()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl From<DiscoverError> for Failure {
    fn from(error: DiscoverError) -> Self {
        let hint = match &error {
            DiscoverError::Path { .. } => Some("give files and folders that exist and can be read"),
            DiscoverError::Config(_) => Some("the keys are described in docs/configuration.md"),
            DiscoverError::Environment { .. } => {
                Some("give the folder of a virtual environment or its `bin/python`")
            }
            DiscoverError::PathNotText { .. }
            | DiscoverError::NoPaths
            | DiscoverError::SearchPaths { .. } => None,
        };
        Self {
            what: error.to_string(),
            hint: hint.map(str::to_string),
        }
    }
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        Self {
            what: error.to_string(),
            hint: None,
        }
    }
}
