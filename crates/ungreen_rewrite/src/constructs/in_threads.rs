//! What runs in the threads of a WSGI server blocks its own thread only, as a green thread did: the standard library's calls stay as they are.

use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;
use ungreen_callgraph::{CallKind, CallSite, ClassId, EdgeKind, FuncId, Target};
use ungreen_catalog::{Kind, Origin, Switch, catalog};
use ungreen_color::{Part, Proposal};

use super::arguments::bind;
use super::context::{Context, EntryCall};
use super::denotation::{other_targets, spelled_out};
use super::proposals::{edit, exact, source, text};

const NAME: &str = "in-threads";
const REASON: &str = "it runs in a thread of the server";

/// The functions, what they call, and what answers to iterating over their classes: functions that run in the server's threads and nowhere else.
/// `is_server` tells which calls hand them to the server.
pub(super) fn served(
    context: &Context<'_>,
    roots: Vec<FuncId>,
    is_server: &dyn Fn(&CallSite) -> bool,
) -> FxHashSet<FuncId> {
    let mut served: FxHashSet<FuncId> = FxHashSet::default();
    let mut pending = roots;
    while let Some(function) = pending.pop() {
        if !served.insert(function) {
            continue;
        }
        let Some(facts) = context.program.functions.get(function.0 as usize) else {
            continue;
        };
        pending.extend(context.called_from(facts.file, facts.range));
        pending.extend(bodies(context, function));
    }
    if served.is_empty() {
        return served;
    }
    let mut outside: Vec<&CallSite> = context
        .program
        .calls
        .iter()
        .filter(|site| !served.contains(&site.caller))
        .collect();
    while let Some(site) = outside.pop() {
        if site.kind == CallKind::Decorate || is_server(site) {
            continue;
        }
        for edge in &site.edges {
            if let (Target::Function(function), EdgeKind::Call | EdgeKind::Spawn(_)) =
                (&edge.target, edge.kind)
                && served.remove(function)
            {
                outside.extend(context.calls_in(*function));
            }
        }
    }
    served
}

/// The functions and what they call, at any depth.
pub(super) fn reached(context: &Context<'_>, functions: &[FuncId]) -> FxHashSet<FuncId> {
    let mut reached: FxHashSet<FuncId> = functions.iter().copied().collect();
    for function in functions {
        if let Some(facts) = context.program.functions.get(function.0 as usize) {
            reached.extend(context.reached_from(facts.file, facts.range));
        }
    }
    reached
}

/// What runs in the threads of a server: the application's functions, those that a web framework calls, the bodies of their answers, and
/// all that they call.
pub(super) fn run(context: &Context<'_>, application: &[FuncId]) -> Vec<FuncId> {
    let mut roots = application.to_vec();
    roots.extend(framework_functions(context));
    let mut found = reached(context, &roots);
    let bodies: Vec<FuncId> = (found.iter())
        .flat_map(|function| bodies(context, *function))
        .collect();
    found.extend(reached(context, &bodies));
    let mut functions: Vec<FuncId> = found.into_iter().collect();
    functions.sort_unstable();
    functions
}

/// The functions use, without waiting, what belongs to the event loop afterwards: `queue.put_nowait(item)`, `eventlet.spawn(f)`.
pub(super) fn use_loop(context: &Context<'_>, functions: &FxHashSet<FuncId>) -> bool {
    context
        .entry_calls()
        .filter(|call| functions.contains(&call.site.caller))
        .flat_map(|call| context.entry_names(call.site))
        .filter_map(|name| catalog().entry(name))
        .any(|entry| match entry.kind {
            Kind::Method => entry.switch == Switch::Never,
            Kind::Function => entry.origin == Origin::Eventlet && entry.switch == Switch::Never,
            _ => false,
        })
}

/// Methods by which a server reads an object that the function makes: the body of an answer.
pub(super) fn bodies(context: &Context<'_>, function: FuncId) -> Vec<FuncId> {
    let made = context
        .calls_in(function)
        .flat_map(|site| &site.edges)
        .filter_map(|edge| match edge.target {
            Target::Class(class) => Some(class),
            _ => None,
        });
    made.flat_map(|class| methods(context, class, &["__iter__", "__next__", "close"]))
        .collect()
}

fn methods(context: &Context<'_>, class: ClassId, names: &[&str]) -> Vec<FuncId> {
    context
        .program
        .classes
        .get(class.0 as usize)
        .map(|class| {
            names
                .iter()
                .filter_map(|name| class.methods.get(*name).copied())
                .collect()
        })
        .unwrap_or_default()
}

/// Functions that a web framework of WSGI calls: decorated by it, or methods of its classes.
pub(super) fn framework_functions(context: &Context<'_>) -> Vec<FuncId> {
    let mut found = Vec::new();
    for (facts, index) in context.program.functions.iter().zip(0..) {
        let is_view = facts.decorators.iter().any(|decorator| {
            decorator
                .targets
                .iter()
                .any(|target| is_framework(context, target, 8))
        });
        if is_view && !facts.is_async {
            found.push(FuncId(index));
        }
    }
    for class in &context.program.classes {
        if class
            .bases
            .iter()
            .any(|base| is_framework(context, &base.target, 8))
        {
            found.extend(class.methods.values());
        }
    }
    found.sort_unstable();
    found
}

/// Something of a WSGI framework, or a class of the program that derives from one of its. `depth` bounds the length of a chain of bases.
fn is_framework(context: &Context<'_>, target: &Target, depth: usize) -> bool {
    match target {
        Target::External(name) => catalog()
            .third_party(name)
            .is_some_and(|package| package.serves_wsgi),
        Target::Class(class) => depth.checked_sub(1).is_some_and(|depth| {
            context
                .program
                .classes
                .get(class.0 as usize)
                .is_some_and(|class| {
                    class
                        .bases
                        .iter()
                        .any(|base| is_framework(context, &base.target, depth))
                })
        }),
        Target::Function(_) | Target::Entry { .. } => false,
    }
}

/// Blocking calls stay, and `eventlet.sleep` becomes `time.sleep`. What else is Eventlet's is not touched.
pub(super) fn proposals(context: &mut Context<'_>, served: &FxHashSet<FuncId>) -> Vec<Proposal> {
    let calls: Vec<EntryCall<'_>> = context
        .entry_calls()
        .filter(|call| served.contains(&call.site.caller) && !context.is_claimed(call.place()))
        .collect();
    let mut proposals = Vec::new();
    for call in calls {
        let names: Vec<&'static str> = context.entry_names(call.site).collect();
        let [name] = names.as_slice() else { continue };
        let Some(entry) = catalog().entry(name) else {
            continue;
        };
        let place = call.place();
        let shown = context.text(place).lines().next().unwrap_or_default();
        let mut proposal = exact(NAME, place, call.site.caller, &entry.name, String::new());
        // `eventlet.green.time.sleep` is `time.sleep` with other insides.
        let plain = name
            .strip_prefix("eventlet.green.")
            .and_then(|plain| plain.rsplit_once('.'));
        if entry.name == "eventlet.sleep" {
            let Some(bound) = bind(call.syntax, &["seconds"]).filter(|bound| bound.is_exact())
            else {
                continue;
            };
            if other_targets(context.program, call.site).is_some()
                || spelled_out(context, place.file, call.site.callee).is_none()
            {
                continue;
            }
            let seconds = bound
                .get("seconds")
                .map_or_else(|| text("0"), |seconds| source(seconds.range()));
            proposal.summary = format!("`{shown}` becomes `time.sleep`: {REASON}");
            let sleep = Part::Name {
                module: "time",
                name: "sleep",
            };
            let parts = vec![sleep, text("("), seconds, text(")")];
            proposal.edits.push(edit(place, place.range, parts));
        } else if let Some((module, name)) = plain
            && entry.kind == Kind::Function
        {
            if spelled_out(context, place.file, call.site.callee).is_none() {
                continue;
            }
            proposal.summary = format!("`{shown}` becomes `{module}.{name}`: {REASON}");
            let parts = vec![Part::Name { module, name }];
            proposal.edits.push(edit(place, call.site.callee, parts));
        } else if context.is_green(entry) && entry.switch != Switch::Never && entry.owner.is_none()
        {
            proposal.summary = format!("`{shown}` stays: {REASON}");
        } else {
            continue;
        }
        context.claim(place);
        proposal
            .needs
            .stays_sync
            .push((call.site.caller, REASON.to_string()));
        proposals.push(proposal);
    }
    proposals
}
