//! Objects of Eventlet that the helper has a class for, and functions that it has a function for.
//!
//! The names and which of their methods suspend come from the headers of the helper's parts. Objects that may meet in one
//! variable are replaced together or not at all.

use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{AllocId, Allocation, EdgeKind, Place, Target};
use ungreen_catalog::{Kind, catalog};
use ungreen_color::Proposal;

use super::cleanups;
use super::context::{Context, is_class};
use super::denotation::{other_targets, spelled_out};
use super::methods::function_for;
use super::object_facts::{
    calls_something_else, canonical, given_beside, given_to_what_stays, is_closing, is_private,
    items_made_later, kept_for_a_server, made_by_subclass, made_by_what_stays, must_stay_in_sight,
    needs_loop_elsewhere, overrides_of, position, replacement, runs_what_stays, stand_in, taken_by,
};
use super::object_items::{Item, What};
use super::object_sets::{Node, Sets, derives_from};
use super::proposals::in_group;
use super::timed_try::timed_try;
use crate::helper::helper;

pub(super) const NAME: &str = "helper-object";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut items = Items::default();
    items.named(context);
    items.members(context);
    let mut sets = Sets::default();
    for item in &items.list {
        sets.join(&item.nodes);
    }
    // What is known of a class only by its name may be any object of it.
    let known: Vec<Node> = sets.parents.keys().copied().collect();
    for node in known {
        if let Node::Class(class) = node {
            for (index, allocation) in context.program.allocations.iter().enumerate() {
                let id = AllocId(u32::try_from(index).unwrap_or(u32::MAX));
                if derives_from(allocation.class, class) && !context.is_claimed_allocation(id) {
                    sets.join(&[node, Node::Object(id)]);
                }
            }
        }
    }
    let waiting: FxHashSet<Node> = items
        .list
        .iter()
        .filter(|item| !item.works_without_loop())
        .flat_map(|item| &item.nodes)
        .map(|node| sets.root(*node))
        .collect();
    let mut groups = FxHashMap::default();
    let mut proposals = Vec::new();
    for item in items.list {
        let root = item.nodes.first().map(|node| sets.root(*node));
        if root.is_some_and(|root| !waiting.contains(&root)) {
            context.claim(item.place);
            continue;
        }
        let group = item.nodes.first().map(|node| {
            let root = sets.root(*node);
            *groups.entry(root).or_insert_with(|| context.new_group())
        });
        context.claim(item.place);
        let proposal = item.propose(context);
        // Its arguments among them: `spawn(sleep, 1)`.
        for edit in &proposal.edits {
            context.claim(edit.place);
        }
        proposals.push(match group {
            Some(group) => in_group(proposal, group),
            None => proposal,
        });
    }
    proposals
}

#[derive(Default)]
struct Items {
    list: Vec<Item>,
    seen: FxHashSet<(Place, String)>,
}

impl Items {
    fn push(&mut self, item: Item) {
        let what = match &item.what {
            What::Name { .. } => String::new(),
            What::Member { attribute, .. } => attribute.clone(),
            What::TimedTry(_) => "try".to_string(),
        };
        if self.seen.insert((item.place, what.clone())) {
            self.list.push(item);
            return;
        }
        // The same place, seen for another object.
        if let Some(known) = self.list.iter_mut().find(|known| {
            known.place == item.place
                && match &known.what {
                    What::Name { .. } => what.is_empty(),
                    What::Member { attribute, .. } => *attribute == what,
                    What::TimedTry(_) => false,
                }
        }) {
            known.nodes.extend(item.nodes);
            known.problem = known.problem.take().or(item.problem);
            known.differences.extend(item.differences);
        }
    }

    /// Calls of, and references to, classes and functions that the helper stands in for.
    fn named(&mut self, context: &Context<'_>) {
        let calls: Vec<_> = context.entry_calls().collect();
        for call in calls {
            let place = call.place();
            if context.is_claimed(place) {
                continue;
            }
            for name in context.entry_names(call.site) {
                let Some(entry) = catalog().entry(name) else {
                    continue;
                };
                if !(is_class(entry) || entry.kind == Kind::Function) {
                    continue;
                }
                let Some(replaced_by) = replacement(context, entry) else {
                    continue;
                };
                let results: Vec<AllocId> = call
                    .site
                    .result
                    .iter()
                    .copied()
                    .filter(|id| !context.is_claimed_allocation(*id))
                    .collect();
                let mut nodes: Vec<Node> = results.into_iter().map(Node::Object).collect();
                if is_class(entry) && nodes.is_empty() {
                    nodes.push(Node::Class(name));
                }
                nodes.extend(taken_by(name, call.site));
                self.push(Item {
                    place,
                    function: call.site.caller,
                    entry: name,
                    nodes,
                    what: What::Name {
                        expression: spelled_out(context, call.site.file, call.site.callee),
                        helper: replaced_by,
                        call: Some(call.site.range),
                    },
                    problem: other_targets(context.program, call.site)
                        .or_else(|| kept_for_a_server(context, name, call.site))
                        .or_else(|| runs_what_stays(context, call.site)),
                    differences: items_made_later(context, &call, replaced_by)
                        .map(str::to_string)
                        .into_iter()
                        .collect(),
                });
            }
        }
        for reference in &context.program.references {
            if context.is_claimed(reference.place) || context.is_callee(reference.place) {
                continue;
            }
            for target in &reference.targets {
                let Target::Entry { name, .. } = target else {
                    continue;
                };
                let Some(entry) = catalog().entry(name) else {
                    continue;
                };
                let Some(replaced_by) = replacement(context, entry) else {
                    continue;
                };
                let expression = spelled_out(context, reference.place.file, reference.place.range);
                if expression.is_none() {
                    continue;
                }
                let awaited_elsewhere = helper().is_awaited(replaced_by)
                    && !context.is_handed_to_catalog(reference.place)
                    && cleanups::awaited(context, reference.place).is_none();
                let unknown = overrides_of(context, name).find(|(_, method)| {
                    !method.name.starts_with("__")
                        && !helper().has_member(replaced_by, &method.name)
                });
                let unknown = unknown.map(|(_, method)| {
                    format!(
                        "`{}` overrides a method that the helper's `{replaced_by}` does not have",
                        method.qualname
                    )
                });
                self.push(Item {
                    place: reference.place,
                    function: reference.function,
                    entry: name,
                    nodes: if is_class(entry) {
                        vec![Node::Class(name)]
                    } else {
                        // `listen = eventlet.listen`: whoever calls it gets such an object.
                        let made = entry.returns.as_deref().and_then(canonical);
                        let made = made.filter(|class| catalog().entry(class).is_some_and(|class| stand_in(class).is_some()));
                        let mut nodes = given_beside(context, reference.place);
                        nodes.extend(made.map(Node::Class));
                        nodes
                    },
                    what: What::Name {
                        expression,
                        helper: replaced_by,
                        call: None,
                    },
                    problem: awaited_elsewhere.then(|| {
                        format!("`{name}` is handed over here, and whoever calls it would have to await it")
                    }).or(unknown).or_else(|| needs_loop_elsewhere(context, reference.place, entry)),
                    differences: Vec::new(),
                });
            }
        }
    }

    /// Uses of the objects.
    fn members(&mut self, context: &Context<'_>) {
        for (index, allocation) in context.program.allocations.iter().enumerate() {
            let id = AllocId(u32::try_from(index).unwrap_or(u32::MAX));
            let Some(class) = catalog()
                .entry(allocation.class)
                .filter(|_| context.is_green_object(id))
                .and_then(stand_in)
            else {
                continue;
            };
            if context.is_claimed_allocation(id) {
                continue;
            }
            let has_own_members = made_by_subclass(context, allocation);
            let escape = allocation.escapes.first().map(|place| {
                format!(
                    "the object leaves sight at {}: uses there are not seen",
                    position(context, *place)
                )
            });
            let origin = made_by_what_stays(context, allocation);
            let escape = (must_stay_in_sight(class))
                .then(|| given_to_what_stays(context, allocation))
                .flatten()
                .or(escape);
            if class == "Timeout" {
                self.list.extend(running_timeout(context, id, allocation));
            }
            for used in &allocation.uses {
                let range = used.call.unwrap_or(used.place.range);
                let place = Place {
                    file: used.place.file,
                    range,
                };
                let implicit = used.attribute.starts_with("__");
                let closed_by_with = implicit && is_closing(context, place);
                let close_suspends = helper().is_awaited(&format!("{class}.close"));
                if closed_by_with && !close_suspends {
                    continue;
                }
                let entry = canonical(&format!("{}.{}", allocation.class, used.attribute))
                    .unwrap_or(allocation.class);
                let mut problem = origin.clone();
                if implicit && place == allocation.place && is_private(class) {
                    // The call that makes the object says what goes over it.
                    continue;
                }
                if closed_by_with {
                    problem = Some("`contextlib.closing` cannot await its `close`".to_string());
                }
                let missing = !implicit
                    && !helper().has_member(class, &used.attribute)
                    && function_for(entry).is_none();
                if missing && (has_own_members || class == "local") {
                    // An attribute that the program's own subclass has, or that the program sets on it.
                    continue;
                }
                if missing {
                    problem = Some(format!(
                        "the helper's `{class}` has no `{}`",
                        used.attribute
                    ));
                }
                let suspends = helper().is_awaited(&format!("{class}.{}", used.attribute));
                let mut differences: Vec<String> = escape.iter().cloned().collect();
                if suspends
                    && used.call.is_none()
                    && helper().is_of_the_original(class, &used.attribute)
                {
                    if catalog()
                        .entry(entry)
                        .is_none_or(|entry| entry.kind != Kind::Attribute)
                    {
                        differences.push(format!(
                            "`{}` is taken for data; if it is a method, whoever calls it has to await it",
                            used.attribute
                        ));
                    }
                } else if suspends
                    && used.call.is_none()
                    && !context.is_handed_to_catalog(used.place)
                    && cleanups::awaited(context, used.place).is_none()
                {
                    problem = Some(format!(
                        "the method `{}` is handed over here, and whoever calls it would have to await it",
                        used.attribute
                    ));
                }
                if must_stay_in_sight(class) {
                    problem = problem.or_else(|| escape.clone());
                }
                if used.mixed && suspends {
                    if let Some(other) = calls_something_else(context, place) {
                        problem = Some(other);
                    } else {
                        differences.push(
                            "the receiver may be an object of another kind, which could not be awaited"
                                .to_string(),
                        );
                    }
                }
                self.push(Item {
                    place,
                    function: used.function,
                    entry,
                    nodes: vec![Node::Object(id)],
                    what: What::Member {
                        class,
                        attribute: used.attribute.clone(),
                        call: used.call,
                    },
                    problem,
                    differences,
                });
            }
            // The call that made the object belongs to it even if nothing is done with the object.
            if let Some(known) = self
                .list
                .iter_mut()
                .find(|known| known.place == allocation.place)
            {
                if !known.nodes.contains(&Node::Object(id)) {
                    known.nodes.push(Node::Object(id));
                }
                if must_stay_in_sight(class) {
                    known.problem = known.problem.take().or(escape);
                }
            }
        }
        let calls: Vec<_> = context.entry_calls().collect();
        for call in calls {
            if context.is_claimed(call.place()) {
                continue;
            }
            for edge in &call.site.edges {
                let Target::Entry { name, allocations } = &edge.target else {
                    continue;
                };
                if edge.kind != EdgeKind::Call || edge.argument.is_some() {
                    continue;
                }
                let Some(owner) = catalog()
                    .entry(name)
                    .filter(|entry| matches!(entry.kind, Kind::Method | Kind::Attribute))
                    .and_then(|entry| canonical(entry.owner.as_deref()?))
                else {
                    continue;
                };
                let on_green = allocations.iter().any(|id| context.is_green_object(*id));
                let Some(class) = catalog().entry(owner).and_then(|entry| {
                    if on_green {
                        stand_in(entry)
                    } else {
                        replacement(context, entry)
                    }
                }) else {
                    continue;
                };
                let attribute = name.rsplit('.').next().unwrap_or_default().to_string();
                let mut nodes: Vec<Node> = allocations
                    .iter()
                    .copied()
                    .filter(|id| !context.is_claimed_allocation(*id))
                    .map(Node::Object)
                    .collect();
                if nodes.is_empty() {
                    if !allocations.is_empty() {
                        continue;
                    }
                    nodes.push(Node::Class(owner));
                }
                nodes.extend(
                    call.site
                        .result
                        .iter()
                        .copied()
                        .filter(|id| !context.is_claimed_allocation(*id))
                        .map(Node::Object),
                );
                let problem = (!helper().has_member(class, &attribute)
                    && function_for(name).is_none())
                .then(|| format!("the helper's `{class}` has no `{attribute}`"))
                .or_else(|| other_targets(context.program, call.site));
                self.push(Item {
                    place: call.place(),
                    function: call.site.caller,
                    entry: name,
                    nodes,
                    what: What::Member {
                        class,
                        attribute,
                        call: Some(call.site.range),
                    },
                    problem,
                    differences: Vec::new(),
                });
            }
        }
    }
}

/// A timeout that runs without `with`: Eventlet throws it wherever its green thread switches, a task can only be interrupted in a block.
fn running_timeout(context: &Context<'_>, id: AllocId, allocation: &Allocation) -> Option<Item> {
    let entered = allocation
        .uses
        .iter()
        .any(|used| used.attribute == "__enter__");
    let call = context
        .tree(allocation.place.file)?
        .call(allocation.place.range)?;
    if entered || context.with_of(allocation.place).is_some() || call.arguments.is_empty() {
        return None;
    }
    let block = timed_try(context, allocation.place);
    let problem = block.is_none().then(|| {
        "the timeout is neither entered by `with`, nor canceled in the `finally` of a `try` right behind it or in the same block".to_string()
    });
    let place = block
        .as_ref()
        .map_or(allocation.place, |timed| timed.edit.place);
    let differences = block.as_ref().and_then(|timed| timed.difference);
    Some(Item {
        place,
        function: allocation.function,
        entry: allocation.class,
        nodes: vec![Node::Object(id)],
        what: match block {
            Some(timed) => What::TimedTry(timed.edit),
            None => What::Name {
                expression: None,
                helper: "Timeout",
                call: None,
            },
        },
        problem,
        differences: differences.into_iter().map(ToString::to_string).collect(),
    })
}
