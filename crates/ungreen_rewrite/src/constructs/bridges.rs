//! `green_wait(f(x))`, with which green code waits for a coroutine of a unit that was migrated before: a coroutine awaits it itself.

use ruff_text_size::Ranged;
use ungreen_callgraph::{FuncId, Place, Target};
use ungreen_color::Proposal;

use super::context::Context;
use super::proposals::{edit, exact, source};
use crate::plan_edits::BRIDGE;

const NAME: &str = "bridge";
const ENTRY: &str = "eventlet.asyncio.spawn_for_awaitable";
/// The first line of every helper.
const HELPER: &str = "# SPDX-License-Identifier: 0BSD";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let program = context.program;
    let waits: Vec<FuncId> = (0..)
        .zip(&program.functions)
        .filter(|(_, function)| function.qualname == BRIDGE)
        .filter(|(_, function)| {
            let module = context.modules.get(function.file.0 as usize);
            module.is_some_and(|module| module.source.starts_with(HELPER))
        })
        .map(|(index, _)| FuncId(index))
        .collect();
    let mut proposals = Vec::new();
    for site in &program.calls {
        let [edge] = &*site.edges else { continue };
        if !matches!(edge.target, Target::Function(called) if waits.contains(&called)) {
            continue;
        }
        let place = Place {
            file: site.file,
            range: site.range,
        };
        let argument = context
            .tree(place.file)
            .and_then(|tree| tree.call(place.range))
            .map(|call| &*call.arguments.args);
        let Some([coroutine]) = argument else {
            continue;
        };
        let summary = format!("`{}` is awaited", context.text(place));
        let mut proposal = exact(NAME, place, site.caller, ENTRY, summary);
        proposal.needs.is_bridge = true;
        proposal.needs.awaits.push(place.range);
        let parts = vec![source(coroutine.range())];
        proposal.edits.push(edit(place, place.range, parts));
        proposals.push(proposal);
    }
    proposals
}
