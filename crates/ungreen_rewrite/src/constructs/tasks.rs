//! `eventlet.spawn(f, x)`: a task that is awaited, or one that runs in the background.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;
use ungreen_callgraph::{AllocId, FuncId, Place};
use ungreen_color::{Part, Proposal};

use super::arguments::arguments_from;
use super::components::{Component, components_of};
use super::context::{Context, EntryCall};
use super::denotation::{other_targets, spelled_out};
use super::plain::annotations_of;
use super::proposals::{asyncio, edit, exact, in_group, source, text, with_difference};

const NAME: &str = "task";
const GREEN_THREAD: &str = "eventlet.greenthread.GreenThread";
const AT_EXIT: &str = "at the end of the program asyncio cancels what still runs, so that its `except` and `finally` blocks run; Eventlet abandons it";

/// Uses of Eventlet that can end a green thread while another waits for it: a task would be canceled with its waiter.
const INTERRUPTING: [&str; 7] = [
    "eventlet.kill",
    "eventlet.greenthread.cancel",
    "eventlet.greenthread.GreenThread.kill",
    "eventlet.greenthread.GreenThread.cancel",
    "eventlet.Timeout",
    "eventlet.with_timeout",
    "eventlet.greenthread.exc_after",
];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = background(context);
    // `isinstance` that names the class speaks of the helper's.
    let references = context.references_of(GREEN_THREAD);
    let is_spoken_of = references.iter().any(|reference| !reference.is_annotation);
    if is_interrupted(context) || is_spoken_of {
        return proposals;
    }
    let annotations = annotations_of(context, GREEN_THREAD);
    let components = components_of(context, GREEN_THREAD);
    let groups: Vec<Option<Vec<Proposal>>> = components
        .iter()
        .map(|component| awaited(context, component))
        .collect();
    // An annotation speaks of all green threads.
    if !annotations.is_empty() && (groups.is_empty() || groups.iter().any(Option::is_none)) {
        return proposals;
    }
    let common = (!annotations.is_empty()).then(|| context.new_group());
    for (component, group) in components.iter().zip(groups) {
        let Some(members) = group else { continue };
        for (id, _) in &component.members {
            context.claim_allocation(*id);
        }
        let group = common.unwrap_or_else(|| context.new_group());
        proposals.extend(
            members
                .into_iter()
                .map(|proposal| in_group(proposal, group)),
        );
    }
    for place in annotations {
        context.claim(place);
        let function = context.body_of(place.file);
        let summary = format!("`{}` becomes `asyncio.Task`", context.text(place));
        let mut proposal = exact(NAME, place, function, GREEN_THREAD, summary);
        (proposal.edits).push(edit(place, place.range, vec![asyncio("Task")]));
        proposals.extend(common.map(|group| in_group(proposal, group)));
    }
    proposals
}

/// Something in the program can end a green thread while it waits for another.
pub(super) fn is_interrupted(context: &Context<'_>) -> bool {
    context.entry_calls().any(|call| {
        context
            .entry_names(call.site)
            .any(|name| INTERRUPTING.contains(&name))
    })
}

/// Functions of the program that the call can run as coroutines.
fn coroutines(context: &Context<'_>, call: &EntryCall<'_>) -> Option<Vec<FuncId>> {
    let first = call.syntax.arguments.args.first()?;
    if !matches!(first, Expr::Name(_) | Expr::Attribute(_)) {
        return None;
    }
    let functions = context.spawned_functions(call.site)?;
    let fits = functions.iter().all(|function| {
        context.is_plain_def(*function)
            && (context.may_suspend(*function) || !context.has_callers(*function))
    });
    (fits
        && other_targets(context.program, call.site).is_none()
        && spelled_out(context, call.site.file, call.site.callee).is_some())
    .then_some(functions)
}

/// `f(x)` for `spawn(f, x)`.
fn target_call(context: &Context<'_>, call: &EntryCall<'_>) -> Option<Vec<Part>> {
    let tree = context.tree(call.site.file)?;
    let function = call.syntax.arguments.args.first()?;
    let mut parts = vec![source(function.range()), text("(")];
    parts.extend(arguments_from(tree, call.syntax, 1).map(source));
    parts.push(text(")"));
    Some(parts)
}

/// Green threads that nobody looks at again.
fn background(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for entry in ["eventlet.spawn", "eventlet.spawn_n"] {
        for call in context.calls_of(entry) {
            let place = call.place();
            let unused = context.is_expression_statement(place)
                && call.site.result.iter().all(|id| has_no_use(context, *id));
            if !unused {
                continue;
            }
            let (Some(functions), Some(target)) =
                (coroutines(context, &call), target_call(context, &call))
            else {
                continue;
            };
            context.claim(place);
            for id in &call.site.result {
                context.claim_allocation(*id);
            }
            let mut parts = vec![Part::Helper("spawn_background"), text("(")];
            parts.extend(target);
            parts.push(text(")"));
            let mut proposal = exact(
                NAME,
                place,
                call.site.caller,
                entry,
                format!(
                    "`{}` runs as a task in the background",
                    context.text(place).lines().next().unwrap_or_default()
                ),
            );
            proposal.needs.coroutines = functions;
            proposal.needs.running_loop = true;
            proposal.edits.push(edit(place, place.range, parts));
            proposal.helper.push("spawn_background");
            proposals.push(with_difference(proposal, AT_EXIT));
        }
    }
    proposals
}

fn has_no_use(context: &Context<'_>, id: AllocId) -> bool {
    context
        .program
        .allocations
        .get(id.0 as usize)
        .is_none_or(|allocation| allocation.uses.is_empty() && allocation.escapes.is_empty())
}

/// Green threads that are only waited for.
fn awaited(context: &Context<'_>, component: &Component<'_>) -> Option<Vec<Proposal>> {
    if !component.is_closed(GREEN_THREAD) {
        return None;
    }
    let mut proposals: Vec<Proposal> = Vec::new();
    for (_, allocation) in &component.members {
        let id = context.program.call_index.get(&allocation.place)?;
        let call = context.entry_call(*id)?;
        if !context
            .entry_names(call.site)
            .all(|name| name == "eventlet.spawn")
        {
            return None;
        }
        let mut parts = vec![asyncio("create_task"), text("(")];
        parts.extend(target_call(context, &call)?);
        parts.push(text(")"));
        let mut proposal = exact(
            NAME,
            allocation.place,
            call.site.caller,
            "eventlet.spawn",
            format!(
                "`{}` becomes `asyncio.create_task`",
                context
                    .text(allocation.place)
                    .lines()
                    .next()
                    .unwrap_or_default()
            ),
        );
        proposal.needs.coroutines = coroutines(context, &call)?;
        proposal.needs.running_loop = true;
        proposal
            .edits
            .push(edit(allocation.place, allocation.place.range, parts));
        if allocation.uses.is_empty() {
            proposal = with_difference(proposal, AT_EXIT);
        }
        proposals.push(proposal);
        for used in &allocation.uses {
            let range = used.call?;
            let place = Place {
                file: used.place.file,
                range,
            };
            if proposals.iter().any(|proposal| proposal.place == place) {
                continue;
            }
            let tree = context.tree(place.file)?;
            let syntax = tree.call(range)?;
            let Expr::Attribute(method) = &*syntax.func else {
                return None;
            };
            if used.attribute != "wait" || !syntax.arguments.is_empty() {
                return None;
            }
            let mut proposal = exact(
                NAME,
                place,
                used.function,
                "eventlet.greenthread.GreenThread.wait",
                format!("`{}` awaits the task", context.text(place)),
            );
            proposal.needs.awaits.push(range);
            proposal
                .edits
                .push(edit(place, range, vec![source(method.value.range())]));
            proposals.push(proposal);
        }
    }
    Some(proposals)
}
