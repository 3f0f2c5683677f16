//! What no construct has taken: each use is named, so that nothing stays behind unsaid.

use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;
use ungreen_callgraph::{CallSite, Place, Target};
use ungreen_catalog::{Entry, Kind, Origin, catalog};
use ungreen_color::Proposal;

use super::context::Context;
use super::proposals::manual;

const NAME: &str = "left-over";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let mut said: FxHashSet<Place> = FxHashSet::default();
    for site in &context.program.calls {
        let place = Place {
            file: site.file,
            range: site.range,
        };
        if context.is_claimed(place) {
            continue;
        }
        let unknown = site.edges.iter().find_map(|edge| match &edge.target {
            Target::External(name)
                if edge.argument.is_none() && is_eventlet(name) && !is_of_plain_result(name) =>
            {
                Some(name)
            }
            _ => None,
        });
        if let Some(name) = unknown
            && said.insert(place)
        {
            proposals.push(manual(
                NAME,
                place,
                site.caller,
                nearest_entry(name).map_or("eventlet", |entry| entry.name.as_str()),
                format!("`{name}` has no automatic rewrite"),
                "migrate it by hand",
            ));
        }
        for name in context.entry_names(site) {
            let Some(entry) = catalog().entry(name) else {
                continue;
            };
            if is_of_interest(context, entry) && said.insert(place) {
                said.insert(Place {
                    range: callee(site),
                    ..place
                });
                proposals.push(left(context, place, site.caller, entry));
            }
        }
    }
    for reference in &context.program.references {
        if context.is_claimed(reference.place) || said.contains(&reference.place) {
            continue;
        }
        for target in &reference.targets {
            let Target::Entry { name, .. } = target else {
                continue;
            };
            let Some(entry) = catalog().entry(name) else {
                continue;
            };
            let inside = context
                .tree(reference.place.file)
                .and_then(|tree| {
                    let (id, _) = tree.expression(reference.place.range)?;
                    let (_, parent) = tree.parent(id)?;
                    Some(parent.is_expr_attribute() || parent.range() == reference.place.range)
                })
                .unwrap_or(false);
            if entry.origin == Origin::Eventlet && !inside && said.insert(reference.place) {
                proposals.push(left(context, reference.place, reference.function, entry));
            }
        }
    }
    proposals
}

fn is_eventlet(name: &str) -> bool {
    matches!(name.split('.').next(), Some("eventlet" | "greenlet"))
}

/// The entry of the name, or of the nearest module, class or function around it.
fn nearest_entry(name: &str) -> Option<&'static Entry> {
    catalog()
        .entry(name)
        .or_else(|| nearest_entry(name.rsplit_once('.')?.0))
}

/// `(file.readline()).strip()`: a member of what a call returns, which is no object of Eventlet.
fn is_of_plain_result(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(call, _)| {
        let entry = nearest_entry(call);
        entry.is_some_and(|entry| {
            matches!(entry.kind, Kind::Function | Kind::Method) && entry.returns.is_none()
        })
    })
}

fn callee(site: &CallSite) -> ruff_text_size::TextRange {
    site.callee
}

/// Uses of Eventlet, and of the standard library where a patched name suspends.
fn is_of_interest(context: &Context<'_>, entry: &Entry) -> bool {
    match entry.origin {
        Origin::Eventlet => true,
        Origin::Stdlib => context.switches(entry),
    }
}

fn left(
    context: &Context<'_>,
    place: Place,
    function: ungreen_callgraph::FuncId,
    entry: &'static Entry,
) -> Proposal {
    let advice = entry.replacement_for(context.config.target).map_or_else(
        || "migrate it by hand".to_string(),
        |replacement| format!("the catalog's replacement is `{replacement}`"),
    );
    manual(
        NAME,
        place,
        function,
        &entry.name,
        format!(
            "`{}` has no automatic rewrite here: {}",
            entry.name, entry.summary
        ),
        advice,
    )
}
