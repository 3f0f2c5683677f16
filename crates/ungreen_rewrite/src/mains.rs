//! Top-level code that gets an event loop.

use ruff_python_ast::{AnyNodeRef, ParameterWithDefault, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::{FileId, Place, Program};
use ungreen_color::{Bridge, Edit, ModuleMain, Part, Plan};

use crate::plan_edits::{Unwritable, bridge_parts, def_keyword};
use crate::tree::Tree;

/// Runs a main: of asyncio, or of the helper.
pub(crate) const RUN: &str = "run";
const ASYNCIO_RUN: Part = Part::Name {
    module: "asyncio",
    name: RUN,
};

/// Edits for the mains of one file.
pub(crate) fn main_edits(
    program: &Program,
    plan: &Plan,
    file: FileId,
    tree: &Tree<'_>,
) -> (Vec<Edit>, Vec<Unwritable>) {
    let mut edits = Vec::new();
    let mut unwritable = Vec::new();
    for (index, main) in plan.mains.iter().enumerate() {
        let run = if plan.helper_runs.contains(&index) {
            Part::Helper(RUN)
        } else {
            ASYNCIO_RUN
        };
        let written = match main {
            ModuleMain::RunCall { file: owner, call } if *owner == file => Ok(Edit {
                place: Place { file, range: *call },
                parts: vec![run, text("("), Part::Source(*call), text(")")],
            }),
            ModuleMain::Wrap {
                file: owner,
                name,
                statements,
                globals,
                keep,
            } if *owner == file => wrap(tree, file, name, *statements, globals, keep, run),
            ModuleMain::SyncEntry {
                function,
                inner,
                bridge,
            } => match program.functions.get(function.0 as usize) {
                Some(facts) if facts.file == file => {
                    let face = Face {
                        range: facts.range,
                        inner,
                        is_method: facts.class.is_some(),
                        runner: (*bridge != Bridge::GreenWait).then_some(run),
                    };
                    match sync_face(tree, file, face) {
                        Ok(pair) => {
                            edits.extend(pair);
                            continue;
                        }
                        Err(problem) => Err(problem),
                    }
                }
                _ => continue,
            },
            _ => continue,
        };
        match written {
            Ok(edit) => edits.push(edit),
            Err(problem) => unwritable.push(problem),
        }
    }
    (edits, unwritable)
}

fn text(text: impl Into<String>) -> Part {
    Part::Text(text.into())
}

fn unwritable(range: TextRange, reason: &str) -> Unwritable {
    Unwritable {
        range,
        reason: reason.to_string(),
    }
}

/// Moves `statements` into `async def name()` in front of the top-level statement that they are in, and runs it where they stood.
fn wrap(
    tree: &Tree<'_>,
    file: FileId,
    name: &str,
    statements: TextRange,
    globals: &[String],
    keep: &[TextRange],
    runner: Part,
) -> Result<Edit, Unwritable> {
    let unit = tree.indent_unit();
    let first = tree
        .nodes()
        .find(|(_, node)| node.is_statement() && node.start() == statements.start())
        .ok_or_else(|| unwritable(statements, "the statements to be moved were not found"))?;
    let depth = tree
        .ancestors(first.0)
        .filter(|(_, node)| node.is_statement())
        .count();
    let levels = i8::try_from(depth).map_or(i8::MIN, |depth| 1 - depth);
    let (block, position) = tree
        .block_of(first.0)
        .ok_or_else(|| unwritable(statements, "the block to be moved was not found"))?;
    let moved: Vec<&Stmt> = block[position..]
        .iter()
        .filter(|statement| statements.contains_range(statement.range()))
        .collect();
    let end = tree.line_end(statements.end());

    let mut kept = Vec::new();
    let mut body = vec![text(format!("async def {name}():\n"))];
    if !globals.is_empty() {
        body.push(text(format!("{unit}global {}\n", globals.join(", "))));
    }
    let mut run: Option<TextRange> = None;
    let mut pieces: Vec<TextRange> = Vec::new();
    for statement in &moved {
        let range = with_comments(tree, statement.range());
        if keep.contains(&statement.range()) {
            pieces.extend(run.take());
            if !kept.is_empty() {
                kept.push(text("\n\n\n"));
            }
            kept.push(Part::Source(range));
        } else {
            run = Some(run.map_or(range, |open| open.cover(range)));
        }
    }
    pieces.extend(run);
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            body.push(text("\n"));
        }
        // The first line has no indentation of its own: its range starts behind it.
        body.push(text(unit));
        body.push(Part::Indented {
            range: *piece,
            levels,
        });
    }

    let mut parts = Vec::new();
    if depth == 0 {
        let start = moved.first().map_or(statements.start(), |first| {
            with_comments(tree, first.range()).start()
        });
        parts.push(text(missing_blank_lines(tree, start)));
        if !kept.is_empty() {
            parts.extend(kept);
            parts.push(text("\n\n\n"));
        }
        parts.extend(body);
        parts.push(text("\n\n\n"));
        parts.extend([runner, text(format!("({name}())"))]);
        return Ok(Edit {
            place: Place {
                file,
                range: TextRange::new(start, end),
            },
            parts,
        });
    }
    let outer = tree
        .top_level_statement(statements)
        .ok_or_else(|| unwritable(statements, "the block to be moved was not found"))?;
    let outer_start = with_comments(tree, outer.range()).start();
    parts.push(text(missing_blank_lines(tree, outer_start)));
    parts.extend(body);
    parts.push(text("\n\n\n"));
    let head_end = pieces
        .first()
        .map_or(statements.start(), |piece| piece.start());
    parts.push(Part::Source(TextRange::new(outer_start, head_end)));
    if !kept.is_empty() {
        let indentation = tree.indentation_at(statements.start());
        for part in kept {
            match part {
                Part::Text(_) => parts.push(text(format!("\n{indentation}"))),
                other => parts.push(other),
            }
        }
        parts.push(text(format!("\n{indentation}")));
    }
    parts.extend([runner, text(format!("({name}())"))]);
    Ok(Edit {
        place: Place {
            file,
            range: TextRange::new(outer_start, end),
        },
        parts,
    })
}

/// The statement with the comment lines right above it and the comment behind it.
fn with_comments(tree: &Tree<'_>, statement: TextRange) -> TextRange {
    let mut start = statement.start();
    let indentation = tree.indentation_at(start);
    loop {
        let line = tree.line_start(start);
        if line == TextSize::new(0) {
            break;
        }
        let above = tree.line_start(line - TextSize::new(1));
        let above_text = tree.slice(TextRange::new(above, tree.line_end(above)));
        let is_comment = above_text
            .strip_prefix(indentation)
            .is_some_and(|rest| rest.starts_with('#') && !rest.starts_with("#!"));
        let candidate = above + size(indentation.len());
        if !is_comment || declares_encoding(above_text) {
            break;
        }
        start = candidate;
    }
    TextRange::new(start, tree.line_end(statement.end()))
}

fn declares_encoding(line: &str) -> bool {
    line.contains("coding:") || line.contains("coding=")
}

/// Line breaks that make two blank lines in front of `start`, which is the start of a line's code.
fn missing_blank_lines(tree: &Tree<'_>, start: TextSize) -> String {
    let before = tree.slice(TextRange::up_to(tree.line_start(start)));
    if before.trim().is_empty() {
        return String::new();
    }
    let mut blank = 0;
    let mut rest = before;
    while blank < 2 {
        let line = rest
            .strip_suffix("\r\n")
            .or_else(|| rest.strip_suffix('\n'))
            .or_else(|| rest.strip_suffix('\r'));
        let Some(line) = line else { break };
        let content = line
            .rfind(['\n', '\r'])
            .map_or(line, |found| &line[found + 1..]);
        if !content.trim().is_empty() {
            break;
        }
        blank += 1;
        rest = &line[..line.len() - content.len()];
    }
    "\n".repeat(2 - blank)
}

/// A function that runs a coroutine function with the code that it had.
struct Face<'a> {
    range: TextRange,
    inner: &'a str,
    is_method: bool,
    /// None: it waits in a green thread.
    runner: Option<Part>,
}

/// `def main(argv=None): …` becomes `async def inner(argv=None): …` and a `main` that runs it.
fn sync_face(tree: &Tree<'_>, file: FileId, face: Face<'_>) -> Result<[Edit; 2], Unwritable> {
    let Face {
        range,
        inner,
        is_method,
        runner,
    } = face;
    let function = tree.at(range).iter().find_map(|id| match tree.node(*id)? {
        AnyNodeRef::StmtFunctionDef(function) => Some(function),
        _ => None,
    });
    let Some(function) = function else {
        return Err(unwritable(range, "the function was not found"));
    };
    let name = function.name.range();
    let Some(keyword) = def_keyword(tree, name) else {
        return Err(unwritable(range, "the `def` of the function was not found"));
    };
    let parameters = &function.parameters;
    let mut arguments: Vec<String> = Vec::new();
    let by_name = |parameter: &ParameterWithDefault| parameter.parameter.name.to_string();
    arguments.extend(parameters.posonlyargs.iter().map(by_name));
    arguments.extend(parameters.args.iter().map(by_name));
    if let Some(rest) = &parameters.vararg {
        arguments.push(format!("*{}", rest.name));
    }
    arguments.extend(
        parameters
            .kwonlyargs
            .iter()
            .map(|parameter| format!("{0}={0}", parameter.parameter.name)),
    );
    if let Some(rest) = &parameters.kwarg {
        arguments.push(format!("**{}", rest.name));
    }
    let receiver = match arguments.first() {
        Some(first) if is_method => format!("{first}."),
        _ => String::new(),
    };
    if is_method {
        arguments.remove(0);
    }
    let unit = tree.indent_unit();
    let indentation = tree.indentation_at(keyword.start());
    let header = TextRange::new(
        name.end(),
        function
            .returns
            .as_ref()
            .map_or(parameters.range().end(), |returns| returns.range().end()),
    );
    let face_start = function
        .decorator_list
        .first()
        .map_or(keyword.start(), |decorator| decorator.range().start());
    let first = Edit {
        place: Place {
            file,
            range: TextRange::new(face_start, name.end()),
        },
        parts: vec![text(format!("async def {inner}"))],
    };
    let end = tree.line_end(function.range.end());
    let mut parts = vec![if is_method {
        text(format!("\n\n{indentation}"))
    } else {
        text("\n\n\n")
    }];
    if face_start < keyword.start() {
        parts.push(text(
            tree.slice(TextRange::new(face_start, keyword.start())),
        ));
    }
    parts.push(text(format!(
        "def {}{}:\n{indentation}{unit}return ",
        function.name,
        tree.slice(header)
    )));
    let call = format!("{receiver}{inner}({})", arguments.join(", "));
    match runner {
        Some(runner) => parts.extend([runner, text(format!("({call})"))]),
        None => parts.extend(bridge_parts(vec![text(call)])),
    }
    let second = Edit {
        place: Place {
            file,
            range: TextRange::empty(end),
        },
        parts,
    };
    Ok([first, second])
}

fn size(length: usize) -> TextSize {
    TextSize::try_from(length).unwrap_or_default()
}
