//! Calls of coroutines that reach, through sync functions, a use that still waits on Eventlet.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use ungreen_callgraph::{CallSite, EdgeKind, FuncId, Place, Target};
use ungreen_catalog::{SpawnKind, Switch, catalog};

use crate::assemble::{Wrapped, runs_in_coroutine, wrapped};
use crate::coloring::Coloring;
use crate::{BlocksLoop, Verdict};

/// One entry per call, by place. Every function that waits on Eventlet is reached by its shortest way:
///
/// ```python
/// def rate(currency):         # stays sync: cached
///     eventlet.sleep(1)       # the use
/// async def main():
///     rate("usd")             # the call
/// ```
pub(crate) fn blocking_calls(coloring: &Coloring<'_>, verdicts: &[Verdict]) -> Vec<BlocksLoop> {
    let program = coloring.input.program;
    let wrapped = wrapped(coloring);
    let uses = waiting_functions(coloring, verdicts, &wrapped);
    let mut runners: FxHashMap<FuncId, Vec<&CallSite>> = FxHashMap::default();
    for site in &program.calls {
        for target in run_in_loop(site) {
            runners.entry(target).or_default().push(site);
        }
    }

    let mut waits = uses;
    let mut queue: VecDeque<FuncId> = waits.keys().copied().collect();
    queue.make_contiguous().sort_unstable();
    let mut found: FxHashMap<Place, BlocksLoop> = FxHashMap::default();
    while let Some(function) = queue.pop_front() {
        let Some(used) = waits.get(&function).copied() else {
            continue;
        };
        for site in runners.get(&function).map_or(&[][..], Vec::as_slice) {
            if !coloring.suspends_caller(site, function) {
                continue;
            }
            if runs_in_coroutine(coloring, &wrapped, site.file.0, site.caller, site.range) {
                let call = Place {
                    file: site.file,
                    range: site.range,
                };
                found.entry(call).or_insert(BlocksLoop {
                    call,
                    caller: site.caller,
                    target: function,
                    used,
                });
            } else if let std::collections::hash_map::Entry::Vacant(entry) =
                waits.entry(site.caller)
            {
                entry.insert(used);
                queue.push_back(site.caller);
            }
        }
    }
    let mut found: Vec<BlocksLoop> = found.into_values().collect();
    found.sort_unstable_by_key(|blocks| (blocks.call.file, blocks.call.range.start()));
    found
}

/// Functions that stay sync and contain a use that switches and is left, each with the first such proposal.
fn waiting_functions(
    coloring: &Coloring<'_>,
    verdicts: &[Verdict],
    wrapped: &Wrapped,
) -> FxHashMap<FuncId, usize> {
    let mut waiting = FxHashMap::default();
    for (index, (proposal, verdict)) in coloring.input.proposals.iter().zip(verdicts).enumerate() {
        let left = !matches!(verdict, Verdict::Accepted | Verdict::NotNeeded);
        let switches = proposal
            .entry
            .and_then(|name| catalog().entry(name))
            .is_some_and(|entry| entry.switch != Switch::Never);
        if left
            && switches
            && !runs_in_coroutine(
                coloring,
                wrapped,
                proposal.place.file.0,
                proposal.function,
                proposal.place.range,
            )
        {
            waiting.entry(proposal.function).or_insert(index);
        }
    }
    waiting
}

/// Functions of the program that the site runs in the thread of its caller: at once, as a task, or as a callback.
fn run_in_loop(site: &CallSite) -> impl Iterator<Item = FuncId> + '_ {
    site.edges
        .iter()
        .filter_map(|edge| match (edge.kind, &edge.target) {
            (
                EdgeKind::Call | EdgeKind::Spawn(SpawnKind::Green | SpawnKind::Callback),
                Target::Function(function),
            ) => Some(*function),
            _ => None,
        })
}
