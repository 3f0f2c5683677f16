//! Modules that hand on names of Eventlet: when everything that used them is migrated, the names leave `__all__`.

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;
use ungreen_callgraph::{FileId, Place};
use ungreen_color::Proposal;

use super::context::Context;
use super::proposals::{edit, exact, text, with_difference};

const NAME: &str = "exports";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for (index, facts) in context.program.files.iter().enumerate() {
        let handed_on: FxHashSet<&str> = facts
            .imports
            .iter()
            .filter(|import| import.scope == facts.body && import.target.starts_with("eventlet"))
            .map(|import| import.name.as_str())
            .collect();
        let Some(file) = u32::try_from(index).ok().map(FileId) else {
            continue;
        };
        let (false, Some(module)) = (handed_on.is_empty(), context.modules.get(index)) else {
            continue;
        };
        for statement in &module.syntax.body {
            let Some(items) = public_items(statement) else {
                continue;
            };
            let goes: Vec<bool> = items
                .iter()
                .map(|item| {
                    matches!(item, Expr::StringLiteral(name) if handed_on.contains(name.value.to_str()))
                })
                .collect();
            if !goes.contains(&true) {
                continue;
            }
            let place = Place {
                file,
                range: statement.range(),
            };
            let names: Vec<&str> = items
                .iter()
                .zip(&goes)
                .filter(|(_, goes)| **goes)
                .map(|(item, _)| {
                    context.text(Place {
                        file,
                        range: item.range(),
                    })
                })
                .collect();
            let mut proposal = Proposal {
                entry: None,
                code: "UG100",
                ..exact(
                    NAME,
                    place,
                    facts.body,
                    "",
                    format!("`__all__` loses {}", names.join(", ")),
                )
            };
            proposal.needs.when_all_else_is_done = true;
            proposal.edits = removed(items, &goes)
                .into_iter()
                .map(|range| edit(place, range, vec![text("")]))
                .collect();
            proposals.push(with_difference(
                proposal,
                format!(
                    "code outside the program that takes these names from `{}` finds them no more",
                    facts.module
                ),
            ));
        }
    }
    proposals
}

/// The items of `__all__ = [...]`.
fn public_items(statement: &Stmt) -> Option<&[Expr]> {
    let Stmt::Assign(assign) = statement else {
        return None;
    };
    let is_all = assign
        .targets
        .iter()
        .any(|target| matches!(target, Expr::Name(name) if name.id.as_str() == "__all__"));
    match &*assign.value {
        Expr::List(list) if is_all => Some(&list.elts),
        Expr::Tuple(tuple) if is_all => Some(&tuple.elts),
        _ => None,
    }
}

/// The text of the items that go, each run of them with the comma and the space on one side.
fn removed(items: &[Expr], goes: &[bool]) -> Vec<TextRange> {
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < items.len() {
        if !goes.get(start).copied().unwrap_or(false) {
            start += 1;
            continue;
        }
        let length = goes.iter().skip(start).take_while(|goes| **goes).count();
        let run = items.iter().skip(start).take(length);
        let (first, last) = (run.clone().next(), run.last());
        let before = start.checked_sub(1).and_then(|index| items.get(index));
        let range = match (first, last, items.get(start + length), before) {
            (Some(first), _, Some(next), _) => TextRange::new(first.start(), next.start()),
            (_, Some(last), None, Some(before)) => TextRange::new(before.end(), last.end()),
            (Some(first), Some(last), None, None) => TextRange::new(first.start(), last.end()),
            _ => break,
        };
        ranges.push(range);
        start += length;
    }
    ranges
}
