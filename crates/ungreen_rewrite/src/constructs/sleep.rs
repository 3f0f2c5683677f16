//! `eventlet.sleep(1)` becomes `await asyncio.sleep(1)`; so does `time.sleep` where it is green.

use ruff_text_size::Ranged;
use ungreen_callgraph::Target;
use ungreen_catalog::catalog;
use ungreen_color::Proposal;

use super::arguments::bind;
use super::context::Context;
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
        for call in context.calls_of(entry_name) {
            let place = call.place();
            context.claim(place);
            let only = call.site.edges.iter().all(
                |edge| matches!(&edge.target, Target::Entry { name, .. } if SLEEPS.contains(name)),
            );
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
            proposal
                .edits
                .push(edit(place, call.site.callee, vec![asyncio("sleep")]));
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
    }
    proposals
}
