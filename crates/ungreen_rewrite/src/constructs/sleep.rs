//! `eventlet.sleep(1)` becomes `await asyncio.sleep(1)`; so does `time.sleep` where it is green.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;
use ungreen_callgraph::Place;
use ungreen_catalog::catalog;
use ungreen_color::Proposal;

use super::arguments::bind;
use super::context::Context;
use super::denotation::{other_targets, spelled_out};
use super::handed_over::is_run_by_call;
use super::proposals::{asyncio, edit, exact, manual, source, text};

const NAME: &str = "sleep";
const SLEEPS: [&str; 3] = ["eventlet.sleep", "eventlet.green.time.sleep", "time.sleep"];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for name in SLEEPS {
        let Some(entry) = catalog().entry(name) else {
            continue;
        };
        let entry_name = entry.name.as_str();
        if entry_name == "time.sleep" && !context.is_green(entry) {
            continue;
        }
        let aliased = context.new_group();
        for call in context.calls_of(entry_name) {
            let place = call.place();
            context.claim(place);
            let only = other_targets(context.program, call.site).is_none();
            // `nap = eventlet.sleep` is rewritten where it stands, and `nap(1)` is awaited.
            let spelled = spelled_out(context, place.file, call.site.callee);
            let Some(bound) =
                bind(call.syntax, &["seconds"]).filter(|bound| only && bound.is_exact())
            else {
                proposals.push(manual(
                    NAME,
                    place,
                    call.site.caller,
                    entry_name,
                    "the call may reach something else, or its argument is starred",
                    "write the call as `sleep(seconds)`",
                ));
                continue;
            };
            let mut proposal = exact(
                NAME,
                place,
                call.site.caller,
                entry_name,
                format!("`{}` becomes `await asyncio.sleep`", context.text(place)),
            );
            proposal.needs.awaits.push(call.site.range);
            match spelled {
                Some(callee) => {
                    proposal
                        .edits
                        .push(edit(place, callee, vec![asyncio("sleep")]));
                }
                None => proposal.group = Some(aliased),
            }
            let arguments = call.syntax.arguments.range();
            match bound.get("seconds") {
                // asyncio calls the parameter `delay`, so the name of the keyword goes.
                Some(seconds) if !call.syntax.arguments.keywords.is_empty() => {
                    proposal.edits.push(edit(
                        place,
                        arguments,
                        vec![text("("), source(seconds.range()), text(")")],
                    ));
                }
                Some(_) => {}
                None => proposal
                    .edits
                    .push(edit(place, arguments, vec![text("(0)")])),
            }
            proposals.push(proposal);
        }
        for reference in context.references_of(entry_name) {
            let place = reference.place;
            // `spawn(sleep, 1)` is written by whoever writes the call.
            if context.is_callee(place) || is_run_by_call(context, place) {
                continue;
            }
            context.claim(place);
            let shown = context.text(place);
            let is_alias = is_assigned(context, place) && !is_put_back(context, place);
            if !is_alias || spelled_out(context, place.file, place.range).is_none() {
                proposals.push(manual(
                    NAME,
                    place,
                    reference.function,
                    entry_name,
                    format!(
                        "`{shown}` is handed over, and whoever calls it would have to await it"
                    ),
                    "hand over `asyncio.sleep` once its caller awaits it",
                ));
                continue;
            }
            let mut proposal = exact(
                NAME,
                place,
                reference.function,
                entry_name,
                format!("`{shown}` becomes `asyncio.sleep`"),
            );
            proposal
                .edits
                .push(edit(place, place.range, vec![asyncio("sleep")]));
            proposal.group = is_alias.then_some(aliased);
            proposals.push(proposal);
        }
    }
    proposals
}

/// A name, or an attribute of the object that the code belongs to.
pub(super) fn is_own_name(target: &Expr) -> bool {
    match target {
        Expr::Name(_) => true,
        Expr::Attribute(attribute) => attribute
            .value
            .as_name_expr()
            .is_some_and(|owner| matches!(owner.id.as_str(), "self" | "cls")),
        _ => false,
    }
}

/// `old = client.sleep`, where the file assigns to `client.sleep` as well: what other code calls by that name is not known.
fn is_put_back(context: &Context<'_>, place: Place) -> bool {
    let shown = context.text(place);
    context.tree(place.file).is_some_and(|tree| {
        tree.nodes()
            .filter_map(|(_, node)| node.stmt_assign())
            .flat_map(|assign| &assign.targets)
            .any(|target| target.is_attribute_expr() && tree.slice(target.range()) == shown)
    })
}

/// `nap = eventlet.sleep`, and `self.nap = eventlet.sleep`, whose calls are seen; not `mock.side_effect = eventlet.sleep`.
fn is_assigned(context: &Context<'_>, place: Place) -> bool {
    context
        .tree(place.file)
        .and_then(|tree| {
            let (id, _) = tree.expression(place.range)?;
            tree.parent(id)
        })
        .and_then(|(_, parent)| parent.stmt_assign())
        .is_some_and(|assign| assign.targets.iter().all(is_own_name))
}
