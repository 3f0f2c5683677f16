//! One file a command.

mod callgraph;
mod explain;
mod migrate;
mod plan;
mod scan;
mod standard_input;
mod why;

pub(crate) use callgraph::callgraph;
pub(crate) use explain::explain;
pub(crate) use migrate::migrate;
pub(crate) use plan::plan;
pub(crate) use scan::scan;
pub(crate) use why::why;

use ungreen_report::SkippedView;

use crate::terminal::Terminal;

/// Files that were not looked at, for formats that do not list them.
fn warn_of_skipped(skipped: &[SkippedView], terminal: Terminal) {
    for skipped in skipped {
        terminal.warn(&format!(
            "{}: {}; {}",
            skipped.place(),
            skipped.reason,
            skipped.advice
        ));
    }
}
