//! `spawn_for_awaitable(x)`, with which green code waits for coroutines on Eventlet's asyncio hub: a coroutine awaits them itself.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;
use ungreen_callgraph::Place;
use ungreen_color::Proposal;

use super::components::{Component, components_of};
use super::context::Context;
use super::denotation::spelled_out;
use super::proposals::{asyncio, edit, exact, in_group, source, text, with_difference};
use super::tasks::is_interrupted;

const NAME: &str = "awaitable";
const ENTRY: &str = "eventlet.asyncio.spawn_for_awaitable";
const WAIT: &str = "eventlet.greenthread.GreenThread.wait";
const GREEN_THREAD: &str = "eventlet.greenthread.GreenThread";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for component in components_of(context, GREEN_THREAD) {
        let Some(written) = awaited(context, &component) else {
            continue;
        };
        let group = context.new_group();
        for (id, _) in &component.members {
            context.claim_allocation(*id);
        }
        proposals.extend(written.into_iter().map(|one| in_group(one, group)));
    }
    proposals
}

/// What is only waited for is a task, or awaited where it stands.
fn awaited(context: &Context<'_>, component: &Component<'_>) -> Option<Vec<Proposal>> {
    if !component.is_closed(GREEN_THREAD) {
        return None;
    }
    let mut proposals: Vec<Proposal> = Vec::new();
    for (_, allocation) in &component.members {
        let place = allocation.place;
        let call = context.entry_call(*context.program.call_index.get(&place)?)?;
        let only = context.entry_names(call.site).all(|name| name == ENTRY);
        if !only || spelled_out(context, place.file, call.site.callee).is_none() {
            return None;
        }
        let [awaitable] = &*call.syntax.arguments.args else {
            return None;
        };
        if !call.syntax.arguments.keywords.is_empty() || awaitable.is_starred_expr() {
            return None;
        }
        // A green thread of which nothing is known later tells of its failure; a task tells when it is forgotten.
        if allocation.uses.is_empty() {
            return None;
        }
        let mut at_once = false;
        for used in &allocation.uses {
            let range = used.call?;
            let waited = Place {
                file: used.place.file,
                range,
            };
            let syntax = context.tree(waited.file)?.call(range)?;
            let Expr::Attribute(method) = &*syntax.func else {
                return None;
            };
            if used.attribute != "wait" || !syntax.arguments.is_empty() {
                return None;
            }
            let here = waited.file == place.file && method.value.range() == place.range;
            at_once |= here;
            if proposals.iter().any(|proposal| proposal.place == waited) {
                continue;
            }
            let mut proposal = exact(
                NAME,
                waited,
                used.function,
                WAIT,
                format!("`{}` is awaited", context.text(waited)),
            );
            proposal.needs.awaits.push(range);
            let receiver = source(method.value.range());
            proposal.edits.push(edit(waited, range, vec![receiver]));
            if !here && is_interrupted(context) {
                proposal = with_difference(
                    proposal,
                    "a task that is killed while it waits cancels what it waits for; a green thread leaves it running",
                );
            }
            proposals.push(proposal);
        }
        let mut proposal = exact(
            NAME,
            place,
            call.site.caller,
            ENTRY,
            format!("`{}` needs no green thread", context.text(place)),
        );
        let mut parts = vec![source(awaitable.range())];
        if !at_once {
            parts.insert(0, text("("));
            parts.insert(0, asyncio("ensure_future"));
            parts.push(text(")"));
            proposal.needs.running_loop = true;
        }
        proposal.edits.push(edit(place, place.range, parts));
        proposals.push(proposal);
    }
    Some(proposals)
}
