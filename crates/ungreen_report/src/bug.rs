//! What to send to the developers when a rewrite did not pass its second analysis.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;
use ungreen_project::Project;
use ungreen_rewrite::RecheckProblem;

use crate::Style;

/// A rewrite that did not pass its second analysis: an error of Ungreen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BugView {
    /// The version of Ungreen.
    pub ungreen: String,
    /// The Python version that the result was to run on.
    pub target: String,
    pub path: String,
    /// 1-based, in the original; in the rewritten text for a file that is new.
    pub line: usize,
    /// What the second analysis says.
    pub diagnostic: String,
    /// The lines around the place, with their numbers; empty for a file that is new.
    pub original: String,
    /// What they would have become.
    pub rewritten: String,
}

impl BugView {
    pub(crate) fn new(project: &Project, problem: &RecheckProblem) -> Self {
        let target = project.target_version;
        Self {
            ungreen: env!("CARGO_PKG_VERSION").to_string(),
            target: format!("{}.{}", target.major, target.minor),
            path: problem.path.clone(),
            line: problem.line,
            diagnostic: problem.reason.clone(),
            original: problem.original.clone(),
            rewritten: problem.rewritten.clone(),
        }
    }
}

/// The text to send, with a line that asks for it; nothing without bugs.
pub(crate) fn text_to_send(bugs: &[BugView], style: Style) -> String {
    let mut text = String::new();
    let Some(first) = bugs.first() else {
        return text;
    };
    let _ = writeln!(
        text,
        "{}",
        style.bold("Please report what follows: it is an error of Ungreen (lines of your program are in it)")
    );
    let _ = writeln!(
        text,
        "  ungreen {}, for Python {}",
        first.ungreen, first.target
    );
    for bug in bugs {
        let _ = writeln!(text, "  {}:{}: {}", bug.path, bug.line, bug.diagnostic);
        for (title, lines) in [("original", &bug.original), ("rewritten", &bug.rewritten)] {
            if lines.is_empty() {
                continue;
            }
            let _ = writeln!(text, "    {title}:");
            for line in lines.lines() {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    text
}
