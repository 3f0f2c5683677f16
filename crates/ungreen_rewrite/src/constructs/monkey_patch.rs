//! `eventlet.monkey_patch()` goes when nothing in the program needs it any more.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::Place;
use ungreen_color::{Edit, Proposal};

use super::context::Context;
use super::proposals::{exact, manual, text};
use crate::tree::{NodeId, Tree};

const NAME: &str = "monkey-patch";
const ENTRIES: [&str; 3] = [
    "eventlet.monkey_patch",
    "eventlet.hubs.use_hub",
    "eventlet.debug.hub_prevent_multiple_readers",
];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for entry in ENTRIES {
        for call in context.calls_of(entry) {
            let place = call.place();
            context.claim(place);
            let removal = context.tree(place.file).and_then(|tree| {
                let (id, _) = tree.expression(place.range)?;
                let (statement, AnyNodeRef::StmtExpr(_)) = tree.parent(id)? else {
                    return None;
                };
                Some(removal(tree, place, statement))
            });
            proposals.push(match removal {
                Some(edit) => {
                    let mut proposal = exact(
                        NAME,
                        place,
                        call.site.caller,
                        entry,
                        format!("`{}` goes: nothing needs it any more", context.text(place)),
                    );
                    proposal.needs.when_all_else_is_done = true;
                    proposal.edits.push(edit);
                    proposal
                }
                None => manual(
                    NAME,
                    place,
                    call.site.caller,
                    entry,
                    "the value of the call is used",
                    "take the call out once nothing in the program uses Eventlet",
                ),
            });
        }
    }
    proposals
}

/// Takes a statement out with its line, and the blank lines that would be left over; `pass` keeps a block from being empty.
pub(super) fn removal(tree: &Tree<'_>, place: Place, statement: NodeId) -> Edit {
    let range = tree
        .node(statement)
        .map_or(place.range, |node| node.range());
    let keep_block = !tree.is_top_level(statement)
        && tree
            .block_of(statement)
            .is_some_and(|(block, _)| block.len() == 1);
    if keep_block {
        return Edit::text(
            Place {
                file: place.file,
                range,
            },
            "pass",
        );
    }
    let line = TextRange::new(tree.line_start(range.start()), tree.line_end(range.end()));
    let before = tree.slice(TextRange::new(line.start(), range.start()));
    let after = tree.slice(TextRange::new(range.end(), line.end()));
    let alone =
        before.trim().is_empty() && (after.trim().is_empty() || after.trim().starts_with('#'));
    let removed = if alone {
        let next = |offset: TextSize| {
            let rest = tree.slice(TextRange::new(offset, tree.source_end()));
            let width = if rest.starts_with("\r\n") {
                2
            } else {
                u32::from(!rest.is_empty())
            };
            offset + TextSize::new(width)
        };
        let is_blank = |offset: TextSize| {
            tree.slice(TextRange::new(offset, tree.line_end(offset)))
                .trim()
                .is_empty()
        };
        let mut end = next(line.end());
        let first = line.start() == TextSize::new(0);
        let blank_above = !first && is_blank(tree.line_start(line.start() - TextSize::new(1)));
        // Of the blank lines above and below, those above stay; a file does not begin with one.
        while first && end < tree.source_end() && is_blank(end) {
            end = next(tree.line_end(end));
        }
        if blank_above && end < tree.source_end() && is_blank(end) {
            end = next(tree.line_end(end));
        }
        TextRange::new(line.start(), end)
    } else if let Some(rest) = after.trim_start().strip_prefix(';') {
        let skipped = after.len() - rest.trim_start().len();
        TextRange::new(
            range.start(),
            range.end() + TextSize::try_from(skipped).unwrap_or_default(),
        )
    } else {
        // `a(); b()`: from the semicolon on.
        let kept = before.trim_end().trim_end_matches(';').len();
        TextRange::new(
            line.start() + TextSize::try_from(kept).unwrap_or_default(),
            range.end(),
        )
    };
    Edit {
        place: Place {
            file: place.file,
            range: removed,
        },
        parts: vec![text("")],
    }
}
