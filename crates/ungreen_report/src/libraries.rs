//! Libraries of the program of which the catalog has something to say.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;
use ungreen_scan::Library;

use crate::Style;
use crate::scan::confidence_name;
use crate::table::count;

/// A library that waits without Eventlet being named, or chooses it itself.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LibraryView {
    pub name: String,
    /// The first file that imports it, relative to the root, with `/`.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// Files that import it.
    pub files: usize,
    /// How sure its replacement keeps the behavior: `exact`, `review` or `manual`.
    pub confidence: String,
    /// What takes its place.
    pub replacement: String,
    /// How that differs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<String>,
}

impl From<&Library> for LibraryView {
    fn from(library: &Library) -> Self {
        let package = library.package;
        Self {
            name: package.name.clone(),
            path: library.path.clone(),
            line: library.line,
            files: library.files,
            confidence: confidence_name(package.confidence).to_string(),
            replacement: package.replacement.clone(),
            differences: package.differences.clone(),
        }
    }
}

/// The part of the report about libraries. `verbose`: how their replacements differ as well.
pub(crate) fn libraries_text(libraries: &[LibraryView], style: Style, verbose: bool) -> String {
    let mut text = format!(
        "\n{}\n",
        style.bold("Libraries that wait, or that know Eventlet")
    );
    for library in libraries {
        let place = format!(
            "({}:{}, {})",
            library.path,
            library.line,
            count(library.files, "file")
        );
        let _ = writeln!(
            text,
            "  {} {}: {}",
            library.name,
            style.faint(&place),
            library.replacement
        );
        for difference in library.differences.iter().filter(|_| verbose) {
            let _ = writeln!(text, "      {difference}");
        }
    }
    text
}
