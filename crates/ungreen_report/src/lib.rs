//! Text, concise and JSON views of what the stages found. Nothing here decides anything, prints or reads a file.

mod bug;
mod dependencies;
mod effort;
mod entry_points;
mod graph;
mod left;
mod libraries;
mod migrate;
mod places;
mod plan;
mod scan;
mod style;
mod table;

pub use bug::BugView;
pub use dependencies::DependencyView;
pub use effort::Effort;
pub use entry_points::EntryPointView;
pub use left::{LeftView, RewriteView};
pub use libraries::LibraryView;
pub use migrate::{ChangedFile, FailedFile, MigrateReport};
pub use places::{PlaceView, Places, function_name};
pub use plan::{
    BoundaryView, ChainView, Counts, FunctionView, PlanReport, StepView, UnitView, WhyReport,
};
pub use scan::{FileRow, FindingView, ScanReport, ScenarioRow, SkippedView};
pub use style::Style;

use schemars::JsonSchema;
use serde::Serialize;

/// Version of the machine formats. It changes when a field is removed or means something else, not when one is added.
pub const FORMAT_VERSION: u32 = 1;

/// The JSON text of a report, on several lines with a line break at the end.
#[must_use]
pub fn json<T: Serialize>(report: &T) -> String {
    // The reports are plain data with text keys: nothing in them can fail to be written.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}

/// The JSON schema of a report, as it lies in `docs/schema/`.
#[must_use]
pub fn schema<T: JsonSchema>() -> String {
    json(&schemars::schema_for!(T))
}

/// Whether a code is wanted: it begins with one of `select` (or that is empty) and with none of `ignore`.
#[must_use]
pub fn is_selected(code: &str, select: &[String], ignore: &[String]) -> bool {
    let begins = |prefixes: &[String]| {
        prefixes
            .iter()
            .any(|prefix| code.starts_with(prefix.as_str()))
    };
    (select.is_empty() || begins(select)) && !begins(ignore)
}
