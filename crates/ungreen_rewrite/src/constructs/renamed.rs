//! Names of Eventlet that are the standard library's under another name: `eventlet.queue.Empty` is `queue.Empty`.

use ungreen_callgraph::{FuncId, Place};
use ungreen_catalog::catalog;
use ungreen_color::{Part, Proposal};

use super::context::Context;
use super::denotation::spelled_out;
use super::proposals::{edit, exact};

const NAME: &str = "renamed";

/// Canonical name, module, name.
const RENAMED: &[(&str, &str, &str)] = &[
    ("eventlet.queue.Empty", "queue", "Empty"),
    ("eventlet.queue.Full", "queue", "Full"),
    ("eventlet.green.Queue.Empty", "queue", "Empty"),
    ("eventlet.green.Queue.Full", "queue", "Full"),
];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for (entry, module, name) in RENAMED {
        let Some(entry) = catalog().entry(entry).map(|entry| entry.name.as_str()) else {
            continue;
        };
        // `queue.Empty()` is a call, and `except queue.Empty` is none.
        let mut places: Vec<(Place, FuncId)> = context
            .references_of(entry)
            .iter()
            .map(|reference| (reference.place, reference.function))
            .collect();
        for call in context.calls_of(entry) {
            let callee = Place {
                range: call.site.callee,
                ..call.place()
            };
            context.claim(call.place());
            if !places.iter().any(|(place, _)| *place == callee) {
                places.push((callee, call.site.caller));
            }
        }
        for (place, function) in places {
            if spelled_out(context, place.file, place.range).is_none() {
                continue;
            }
            context.claim(place);
            let mut proposal = exact(
                NAME,
                place,
                function,
                entry,
                format!("`{}` becomes `{module}.{name}`", context.text(place)),
            );
            // It is the same class, so where Eventlet stays its name may as well.
            proposal.needs.not_beside_eventlet = true;
            proposal
                .edits
                .push(edit(place, place.range, vec![Part::Name { module, name }]));
            proposals.push(proposal);
        }
    }
    proposals
}
