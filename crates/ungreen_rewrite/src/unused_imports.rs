//! Takes out imports that the rewrite has left without a use.

use std::collections::BTreeSet;

use ruff_python_ast as ast;
use ruff_python_parser::parse_module;
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashSet;

use crate::imports::{ImportFacts, is_eventlet, module_of};
use crate::spelling::NewImport;
use crate::tree::{NodeId, Tree};
use crate::usage::{dotted, used_names};

/// The name that an alias binds.
fn bound_name(alias: &ast::Alias, is_from: bool) -> &str {
    match &alias.asname {
        Some(name) => name.as_str(),
        None if is_from => alias.name.as_str(),
        None => alias.name.split('.').next().unwrap_or_default(),
    }
}

/// Deletes import names that the rewrite left without a use, innermost text first. True if a block went that another import was for.
pub(crate) fn remove_unused(
    text: &str,
    wanted: &BTreeSet<NewImport>,
    facts: &ImportFacts<'_>,
) -> Result<(String, bool), String> {
    let parsed = parse_module(text).map_err(|error| error.to_string())?;
    let module = parsed.syntax();
    let tree = Tree::new(text, module);
    let used = used_names(&tree);
    let mut deletions: Vec<(TextRange, String)> = Vec::new();
    let mut whole: Vec<(NodeId, TextRange)> = Vec::new();
    // From the start of a line to the end of a line.
    let mut lines: Vec<(TextSize, TextSize)> = Vec::new();
    for (id, node) in tree.nodes() {
        let (names, is_from, source_module) = match node {
            ast::AnyNodeRef::StmtImport(import) => (&import.names, false, None),
            ast::AnyNodeRef::StmtImportFrom(import) => {
                (&import.names, true, Some(module_of(import)))
            }
            _ => continue,
        };
        // `try: import x` binds the name in its handlers as well.
        if tree
            .parent(id)
            .is_some_and(|(_, parent)| parent.is_stmt_try())
            || source_module.as_deref() == Some("__future__")
        {
            continue;
        }
        let top_level = tree.is_top_level(id);
        // `*` stands for every name.
        let is_exported =
            |name: &str| facts.exported.contains(name) || facts.exported.contains("*");
        let goes = |alias: &ast::Alias| {
            let name = bound_name(alias, is_from);
            let is_wanted = wanted.iter().any(|import| {
                source_module.as_deref().unwrap_or(alias.name.as_str()) == import.module
                    && (!is_from || import.name.as_deref() == Some(alias.name.as_str()))
            });
            let in_use = used.contains(name) && !facts.freed.contains(name);
            if name == "*" || in_use || is_wanted || (top_level && is_exported(name)) {
                return false;
            }
            if facts.used_before.contains(name) {
                return true;
            }
            let origin = source_module.as_deref().unwrap_or(alias.name.as_str());
            is_eventlet(origin) && !(facts.is_package && is_from)
        };
        let removed: Vec<bool> = names.iter().map(goes).collect();
        if !removed.contains(&true) {
            continue;
        }
        if removed.iter().all(|removed| *removed) {
            whole.push((id, node.range()));
        } else {
            deletions.extend(members(&tree, names, &removed));
        }
    }
    let again = with_their_blocks(&tree, &mut whole);
    for (position, (id, range)) in whole.iter().enumerate() {
        match whole_statement(&tree, *id, *range, &whole, position) {
            Removal::Lines(start, end) => match lines.last_mut() {
                Some((_, last)) if next_line(&tree, *last) == start => *last = end,
                _ => lines.push((start, end)),
            },
            Removal::Text(range, replacement) => deletions.push((range, replacement)),
        }
    }
    deletions.extend(
        lines
            .into_iter()
            .map(|(start, end)| (without_blank_lines(&tree, start, end), String::new())),
    );
    deletions.sort_by_key(|(range, _)| range.start());
    let mut result = text.to_string();
    for (range, replacement) in deletions.into_iter().rev() {
        result.replace_range(range.to_std_range(), &replacement);
    }
    Ok((result, again))
}

/// An `if TYPE_CHECKING:` of which all statements go, goes itself.
fn with_their_blocks(tree: &Tree<'_>, whole: &mut Vec<(NodeId, TextRange)>) -> bool {
    let removed: FxHashSet<TextRange> = whole.iter().map(|(_, range)| *range).collect();
    let mut any = false;
    for (id, range) in whole.iter_mut() {
        if let Some((parent, ast::AnyNodeRef::StmtIf(statement))) = tree.parent(*id)
            && statement.elif_else_clauses.is_empty()
            && dotted(&statement.test)
                .is_some_and(|test| test.rsplit('.').next() == Some("TYPE_CHECKING"))
            && statement
                .body
                .iter()
                .all(|inner| removed.contains(&inner.range()))
        {
            (*id, *range) = (parent, statement.range());
            any = true;
        }
    }
    whole.dedup();
    any
}

/// How a statement goes.
enum Removal {
    /// With its lines, from the start of the first to the end of the last.
    Lines(TextSize, TextSize),
    Text(TextRange, String),
}

/// Takes a statement out with its line; leaves `pass` where the block would be empty. `whole`: all statements that go, of which it is
/// the one at `position`.
fn whole_statement(
    tree: &Tree<'_>,
    id: NodeId,
    statement: TextRange,
    whole: &[(NodeId, TextRange)],
    position: usize,
) -> Removal {
    let later = whole.get(position + 1..).unwrap_or_default();
    let empties_block = tree.block_of(id).is_some_and(|(block, _)| {
        block
            .iter()
            .all(|inner| whole.iter().any(|(_, range)| *range == inner.range()))
            && !later
                .iter()
                .any(|(_, range)| block.iter().any(|inner| inner.range() == *range))
    });
    if empties_block && !tree.is_top_level(id) {
        return Removal::Text(statement, "pass".to_string());
    }
    let line_start = tree.line_start(statement.start());
    let line_end = tree.line_end(statement.end());
    let before = tree.slice(TextRange::new(line_start, statement.start()));
    let after = tree.slice(TextRange::new(statement.end(), line_end));
    if let Some(rest) = after.trim_start().strip_prefix(';') {
        let skipped = after.len() - rest.trim_start().len();
        let end = statement.end() + TextSize::try_from(skipped).unwrap_or_default();
        return Removal::Text(TextRange::new(statement.start(), end), String::new());
    }
    if !before.trim().is_empty() {
        // `a(); import b`: from the semicolon on.
        let kept = before.trim_end().trim_end_matches(';').len();
        let start = line_start + TextSize::try_from(kept).unwrap_or_default();
        return Removal::Text(TextRange::new(start, statement.end()), String::new());
    }
    let comment = after.trim();
    if comment.starts_with('#') && !is_about_import(comment) {
        return Removal::Text(
            TextRange::new(statement.start(), line_end),
            comment.to_string(),
        );
    }
    Removal::Lines(line_start, line_end)
}

fn is_about_import(comment: &str) -> bool {
    let comment = comment.to_lowercase();
    [
        "noqa", "isort", "type:", "pylint", "pragma", "import", "eventlet", "green", "patch",
    ]
    .iter()
    .any(|word| comment.contains(word))
}

/// The lines from `start` to `end` with so many blank lines around them that the larger gap stays.
fn without_blank_lines(tree: &Tree<'_>, start: TextSize, end: TextSize) -> TextRange {
    let next_start = next_line(tree, end);
    let mut above = 0;
    let mut position = start;
    while position > TextSize::new(0) {
        let line = tree.line_start(position - TextSize::new(1));
        let line_text = tree.slice(TextRange::new(line, position));
        if !line_text.trim().is_empty() {
            break;
        }
        above += 1;
        position = line;
    }
    let at_top = position == TextSize::new(0);
    let mut below = 0;
    let mut after = next_start;
    let mut starts = vec![next_start];
    while after < tree.source_end() {
        let line_text = tree.slice(TextRange::new(after, tree.line_end(after)));
        if !line_text.trim().is_empty() {
            break;
        }
        below += 1;
        after = next_line(tree, tree.line_end(after));
        starts.push(after);
    }
    let drop = if at_top { below } else { above.min(below) };
    TextRange::new(start, starts.get(drop).copied().unwrap_or(next_start))
}

fn next_line(tree: &Tree<'_>, line_end: TextSize) -> TextSize {
    let rest = tree.slice(TextRange::new(line_end, tree.source_end()));
    let width: u32 = if rest.starts_with("\r\n") {
        2
    } else {
        u32::from(!rest.is_empty())
    };
    line_end + TextSize::new(width)
}

/// Takes members out of an import of several.
fn members(tree: &Tree<'_>, names: &[ast::Alias], removed: &[bool]) -> Vec<(TextRange, String)> {
    let own_line = |alias: &ast::Alias| {
        let line = TextRange::new(tree.line_start(alias.start()), tree.line_end(alias.end()));
        let before = tree.slice(TextRange::new(line.start(), alias.start()));
        let after = tree.slice(TextRange::new(alias.end(), line.end()));
        let after = after.trim_start().trim_start_matches(',').trim_start();
        before.trim().is_empty() && (after.is_empty() || after.starts_with('#'))
    };
    if names.iter().all(own_line) {
        return names
            .iter()
            .zip(removed)
            .filter(|(_, removed)| **removed)
            .map(|(alias, _)| {
                let end = next_line(tree, tree.line_end(alias.end()));
                (
                    TextRange::new(tree.line_start(alias.start()), end),
                    String::new(),
                )
            })
            .collect();
    }
    let mut found = Vec::new();
    let mut kept: Option<&ast::Alias> = None;
    let mut first_removed: Option<&ast::Alias> = None;
    for (alias, removed) in names.iter().zip(removed) {
        match (removed, kept) {
            (true, Some(kept)) => {
                // With the comma in front of it, and not with the comment behind that.
                let before = TextRange::new(kept.end(), alias.start());
                let comment = tree.slice(before).contains('#');
                let comma = tree.slice(before).find(',');
                let comma = comma.and_then(|at| TextSize::try_from(at).ok());
                match comma.filter(|_| comment) {
                    Some(comma) => {
                        let comma = kept.end() + comma;
                        found.push(TextRange::at(comma, TextSize::new(1)));
                        found.push(alias.range());
                    }
                    None => found.push(TextRange::new(kept.end(), alias.end())),
                }
            }
            (true, None) => {
                first_removed.get_or_insert(alias);
            }
            (false, _) => {
                if let Some(first) = first_removed.take() {
                    found.push(TextRange::new(first.start(), alias.start()));
                }
            }
        }
        // Two that go in a row: the second goes from the end of the first.
        if kept.is_some() || !removed {
            kept = Some(alias);
        }
    }
    found
        .into_iter()
        .map(|range| (range, String::new()))
        .collect()
}
