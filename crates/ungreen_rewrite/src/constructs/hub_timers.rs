//! `hubs.get_hub().schedule_call_global(seconds, function)` becomes `asyncio.get_running_loop().call_later(seconds, function)`.

use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{Place, Target};
use ungreen_color::Proposal;

use super::context::{Context, EntryCall};
use super::denotation::other_targets;
use super::proposals::{asyncio, edit, exact, in_group, manual, text, with_difference};

const NAME: &str = "hub-timer";
const GET_HUB: &str = "eventlet.hubs.get_hub";
const METHODS: [&str; 2] = [
    "eventlet.hubs.hub.BaseHub.schedule_call_global",
    "eventlet.hubs.hub.BaseHub.schedule_call_local",
];
const CANCEL: &str = "eventlet.hubs.timer.Timer.cancel";
const LOCAL: &str = "eventlet.hubs.hub.BaseHub.schedule_call_local";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let calls: Vec<(&'static str, EntryCall<'_>)> = METHODS
        .into_iter()
        .flat_map(|entry| {
            let calls = context.calls_of(entry);
            calls.into_iter().map(move |call| (entry, call))
        })
        .collect();
    if calls.is_empty() {
        return Vec::new();
    }
    let group = context.new_group();
    let mut proposals = Vec::new();
    for (entry, call) in calls {
        let proposal = later(context, entry, call);
        context.claim(call.place());
        proposals.push(in_group(proposal, group));
    }
    for call in context.calls_of(GET_HUB) {
        let place = call.place();
        if let Some(reason) = other_use(context, call) {
            let summary = format!("`{}` stays: {reason}", context.text(place));
            let advice = "use the methods of `asyncio.get_running_loop()`";
            let proposal = manual(NAME, place, call.site.caller, GET_HUB, summary, advice);
            context.claim(place);
            proposals.push(in_group(proposal, group));
            continue;
        }
        context.claim(place);
        let summary = format!(
            "`{}` becomes `asyncio.get_running_loop()`",
            context.text(place)
        );
        let mut proposal = exact(NAME, place, call.site.caller, GET_HUB, summary);
        proposal.needs.running_loop = true;
        proposal.edits.push(edit(
            place,
            call.site.callee,
            vec![asyncio("get_running_loop")],
        ));
        proposals.push(in_group(proposal, group));
    }
    claim_cancels(context);
    proposals
}

fn later(context: &Context<'_>, entry: &'static str, call: EntryCall<'_>) -> Proposal {
    let place = call.place();
    let shown = context.text(place).lines().next().unwrap_or_default();
    let arguments = &call.syntax.arguments;
    let method = call.syntax.func.as_attribute_expr();
    let (Some(method), None, true) = (
        method,
        other_targets(context.program, call.site),
        arguments.keywords.is_empty() && arguments.args.len() >= 2,
    ) else {
        return manual(
            NAME,
            place,
            call.site.caller,
            entry,
            format!(
                "`{shown}` stays on Eventlet: `call_later` takes a delay, a function and positional arguments"
            ),
            "use `asyncio.get_running_loop().call_later(...)`, with `functools.partial` for keywords",
        );
    };
    let summary = format!("`{shown}` becomes `call_later`");
    let mut proposal = exact(NAME, place, call.site.caller, entry, summary);
    proposal.edits.push(edit(
        place,
        TextRange::new(method.attr.start(), method.attr.end()),
        vec![text("call_later")],
    ));
    if entry == LOCAL {
        proposal = with_difference(
            proposal,
            "the function is called even if the task that asked for it has ended by then",
        );
    }
    proposal
}

/// The hub is used for something else than timers.
fn other_use(context: &Context<'_>, call: EntryCall<'_>) -> Option<String> {
    for id in &call.site.result {
        let allocation = context.program.allocations.get(id.0 as usize)?;
        if !allocation.escapes.is_empty() {
            return Some("the hub is handed over".to_string());
        }
        let other = allocation.uses.iter().find(|used| {
            used.call.is_none()
                || !METHODS
                    .iter()
                    .any(|method| method.rsplit('.').next() == Some(&used.attribute))
        });
        if let Some(other) = other {
            return Some(format!(
                "`{}` of the hub has no counterpart",
                other.attribute
            ));
        }
    }
    None
}

/// `timer.cancel()` is the same for what `call_later` gives.
fn claim_cancels(context: &mut Context<'_>) {
    let of_timer = |target: &Target| match target {
        Target::Entry { name, .. } => *name == CANCEL,
        Target::External(name) => METHODS.iter().any(|method| {
            let made = method.rsplit('.').next().unwrap_or_default();
            name.ends_with(&format!(".{made}.cancel"))
        }),
        Target::Function(_) | Target::Class(_) => false,
    };
    let places: Vec<Place> = context
        .program
        .calls
        .iter()
        .filter(|site| site.edges.iter().any(|edge| of_timer(&edge.target)))
        .map(|site| Place {
            file: site.file,
            range: site.range,
        })
        .collect();
    for place in places {
        context.claim(place);
    }
}
