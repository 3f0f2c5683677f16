//! Places as people and programs read them.

use std::fmt;
use std::sync::OnceLock;

use ruff_source_file::LineIndex;
use ruff_text_size::TextSize;
use schemars::JsonSchema;
use serde::Serialize;
use ungreen_callgraph::{FuncId, Place, Program};
use ungreen_project::Project;

/// Where something is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct PlaceView {
    /// Relative to the root, with `/`.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
}

impl fmt::Display for PlaceView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// Turns the places of one program into views.
pub struct Places<'a> {
    project: &'a Project,
    program: &'a Program,
    lines: Vec<OnceLock<LineIndex>>,
}

impl<'a> Places<'a> {
    #[must_use]
    pub fn new(project: &'a Project, program: &'a Program) -> Self {
        Self {
            project,
            program,
            lines: project.files.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// A place in no file of the program has an empty path.
    #[must_use]
    pub fn view(&self, place: Place) -> PlaceView {
        let index = place.file.0 as usize;
        let (Some(file), Some(lines)) = (self.project.files.get(index), self.lines.get(index))
        else {
            return PlaceView {
                path: String::new(),
                line: 1,
                column: 1,
            };
        };
        let lines = lines.get_or_init(|| LineIndex::from_source_text(&file.text));
        let end = TextSize::try_from(file.text.len()).unwrap_or_default();
        let at = lines.line_column(place.range.start().min(end), &file.text);
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        PlaceView {
            path: file.path.clone(),
            line: number(at.line.get()),
            column: number(at.column.get()),
        }
    }

    /// `pkg.mod:Class.method`; a module body by the module alone.
    #[must_use]
    pub fn function(&self, function: FuncId) -> String {
        function_name(self.program, function)
    }
}

/// `pkg.mod:Class.method`; a module body by the module alone.
#[must_use]
pub fn function_name(program: &Program, function: FuncId) -> String {
    let Some(facts) = program.functions.get(function.0 as usize) else {
        return String::new();
    };
    let module = program
        .files
        .get(facts.file.0 as usize)
        .map_or("", |file| file.module.as_str());
    if facts.parent.is_none() {
        module.to_string()
    } else {
        format!("{module}:{}", facts.qualname)
    }
}
