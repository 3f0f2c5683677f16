//! Functions that the configuration keeps sync and out of the event loop: `work(x)` in a coroutine becomes `await asyncio.to_thread(work, x)`.

use ungreen_callgraph::{CallId, CallKind, CallSite, EdgeKind, FuncId, Place, Target};
use ungreen_catalog::Confidence;
use ungreen_color::{Needs, Proposal};

use super::context::Context;
use super::offload::called_in_thread;
use super::proposals::edit;

const NAME: &str = "thread-policy";
const CODE: &str = "UG314";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    if context.config.in_threads.is_empty() {
        return Vec::new();
    }
    let mut proposals = Vec::new();
    for index in 0..context.program.calls.len() {
        let Some(site) = context.site(CallId(u32::try_from(index).unwrap_or(u32::MAX))) else {
            continue;
        };
        let place = Place {
            file: site.file,
            range: site.range,
        };
        if !targets(site).any(|target| context.config.in_threads.contains(&target))
            || context.is_claimed(place)
        {
            continue;
        }
        context.claim(place);
        proposals.push(in_thread(context, site, place));
    }
    proposals
}

/// Functions that the site itself calls.
fn targets(site: &CallSite) -> impl Iterator<Item = FuncId> + '_ {
    site.edges.iter().filter_map(|edge| match edge.target {
        Target::Function(function) if edge.kind == EdgeKind::Call && edge.argument.is_none() => {
            Some(function)
        }
        _ => None,
    })
}

fn in_thread(context: &Context<'_>, site: &CallSite, place: Place) -> Proposal {
    let called = context.text(place).lines().next().unwrap_or_default();
    let proposal = |confidence, summary: String| Proposal {
        construct: NAME,
        place,
        function: site.caller,
        entry: None,
        code: CODE,
        confidence,
        summary,
        differences: Vec::new(),
        advice: None,
        group: None,
        needs: Needs {
            only_if_async: vec![site.caller],
            ..Needs::default()
        },
        edits: Vec::new(),
        imports: Vec::new(),
        helper: Vec::new(),
    };
    let only_those = site.edges.iter().all(|edge| {
        matches!(edge.target, Target::Function(function) if context.config.in_threads.contains(&function))
    });
    let parts = context
        .tree(site.file)
        .and_then(|tree| tree.call(site.range))
        .filter(|_| only_those && site.kind == CallKind::Call)
        .and_then(|syntax| called_in_thread(context, site, syntax));
    let Some(parts) = parts else {
        return Proposal {
            advice: Some(
                "call the function with `await asyncio.to_thread(…)` by hand, where it is the one that is called"
                    .to_string(),
            ),
            ..proposal(
                Confidence::Manual,
                format!("`{called}` is not known to call nothing but functions that run in a thread"),
            )
        };
    };
    let mut proposal = Proposal {
        differences: vec![
            "the function runs in a thread of the default executor, beside the event loop: what it shares with coroutines needs a lock"
                .to_string(),
        ],
        ..proposal(Confidence::Review, format!("`{called}` runs in a thread"))
    };
    proposal.needs.awaits.push(place.range);
    proposal.edits.push(edit(place, place.range, parts));
    proposal
}
