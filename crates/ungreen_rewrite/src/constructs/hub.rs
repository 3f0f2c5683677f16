//! `--stage hub`: Eventlet's asyncio hub is turned on before anything is patched.

use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::Place;
use ungreen_color::{Edit, ImportNeed, Part, Proposal};

use super::context::Context;
use super::proposals::{exact, manual, text};

const NAME: &str = "hub";
const PATCH: &str = "eventlet.monkey_patch";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    if !context.calls_of("eventlet.hubs.use_hub").is_empty() {
        return proposals;
    }
    let calls: Vec<_> = context
        .entry_calls()
        .filter(|call| context.entry_names(call.site).any(|name| name == PATCH))
        .collect();
    for call in calls {
        let place = call.place();
        let Some(tree) = context.tree(place.file) else {
            continue;
        };
        let statement = tree
            .expression(place.range)
            .and_then(|(id, _)| tree.enclosing_statement(id))
            .map(|(_, node)| node.range());
        let Some(statement) = statement else {
            proposals.push(manual(
                NAME,
                place,
                call.site.caller,
                PATCH,
                "the hub cannot be set before this call",
                "call `eventlet.hubs.use_hub(\"asyncio\")` before `monkey_patch()`",
            ));
            continue;
        };
        let indentation = tree.indentation_at(statement.start());
        let mut proposal = exact(
            NAME,
            place,
            call.site.caller,
            PATCH,
            "`eventlet.hubs.use_hub(\"asyncio\")` is called before `monkey_patch()`",
        );
        proposal.imports.push(ImportNeed::Module("eventlet.hubs"));
        proposal.edits.push(Edit {
            place: Place {
                file: place.file,
                range: TextRange::empty(statement.start()),
            },
            parts: vec![
                Part::Name {
                    module: "eventlet.hubs",
                    name: "use_hub",
                },
                text(format!("(\"asyncio\")\n{indentation}")),
            ],
        });
        proposals.push(proposal);
    }
    proposals
}
