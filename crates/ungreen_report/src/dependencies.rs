//! Lines outside the program that ask for Eventlet.

use schemars::JsonSchema;
use serde::Serialize;
use ungreen_project::{DependencyKind, DependencyUse};

/// A line that asks for Eventlet or greenlet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DependencyView {
    /// Relative to the root, with `/`; starts with `../` for a file of the project above it.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// `UG010`: a dependency; `UG011`: a command line or setting that starts Eventlet workers.
    pub code: String,
    pub kind: String,
    /// The line or the requirement.
    pub text: String,
}

impl From<&DependencyUse> for DependencyView {
    fn from(found: &DependencyUse) -> Self {
        let (code, kind) = match found.kind {
            DependencyKind::Requirements => ("UG010", "requirements"),
            DependencyKind::Pyproject => ("UG010", "pyproject"),
            DependencyKind::SetupCfg => ("UG010", "setup-cfg"),
            DependencyKind::SetupPy => ("UG010", "setup-py"),
            DependencyKind::Pipfile => ("UG010", "pipfile"),
            DependencyKind::Lock => ("UG010", "lock"),
            DependencyKind::Tox => ("UG010", "tox"),
            DependencyKind::GunicornWorker => ("UG011", "gunicorn-worker"),
            DependencyKind::CeleryPool => ("UG011", "celery-pool"),
        };
        Self {
            path: found.path.clone(),
            line: found.line,
            code: code.to_string(),
            kind: kind.to_string(),
            text: found.text.clone(),
        }
    }
}
