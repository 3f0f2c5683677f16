//! Where programs start.

use schemars::JsonSchema;
use serde::Serialize;
use ungreen_project::{EntryKind, EntryPoint};

/// One place where a program starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntryPointView {
    pub kind: String,
    /// Group of entry points, or the program of a command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// `pkg.mod:function`, or the module alone.
    pub target: String,
    /// Where it is said, relative to the root.
    pub path: String,
    /// 1-based.
    pub line: u32,
}

impl From<&EntryPoint> for EntryPointView {
    fn from(found: &EntryPoint) -> Self {
        let kind = match found.kind {
            EntryKind::Script => "script",
            EntryKind::Plugin => "plugin",
            EntryKind::MainGuard => "main-guard",
            EntryKind::MainModule => "main-module",
            EntryKind::Executable => "executable",
            EntryKind::Command => "command",
            EntryKind::Configured => "configured",
        };
        Self {
            kind: kind.to_string(),
            group: (!found.group.is_empty()).then(|| found.group.clone()),
            target: match &found.function {
                Some(function) => format!("{}:{function}", found.module),
                None => found.module.clone(),
            },
            path: found.path.clone(),
            line: found.line,
        }
    }
}
