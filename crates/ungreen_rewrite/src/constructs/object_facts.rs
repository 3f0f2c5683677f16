//! What decides how objects of Eventlet are replaced: who makes them, who derives from their classes, what they run.

use ruff_text_size::Ranged;
use ungreen_callgraph::{
    AllocId, Allocation, CallSite, ClassId, EdgeKind, FuncId, Function, Place, Program, Target,
};
use ungreen_catalog::{Entry, Kind, Origin, Scenario, SpawnKind, catalog};
use ungreen_color::PinKind;

use super::arguments::{bind, literal_number};
use super::context::{Context, EntryCall, entry_names};
use super::denotation::{absolute, other_targets, stands_for};
use super::object_sets::{Node, derives_from};
use super::sleep::is_own_name;
use crate::helper::helper;
use crate::usage::dotted;

/// Classes of the helper whose objects nothing outside of the program can work with.
const WITHOUT_COUNTERPART: [&str; 2] = ["AsyncSocket", "SocketFile"];

/// Last names of what goes by the green thread that runs.
const NAMES_OF_THE_RUNNING: [&str; 4] = ["current_thread", "get_ident", "getcurrent", "local"];

/// Functions that take a green thread, whatever call made it.
const TAKE_GREEN_THREADS: [&str; 3] = [
    "eventlet.kill",
    "eventlet.greenthread.cancel",
    "eventlet.getcurrent",
];
const GREEN_THREAD: &str = "eventlet.greenthread.GreenThread";

/// What happens to an object of the helper's class out of sight would go wrong.
pub(super) fn must_stay_in_sight(class: &str) -> bool {
    helper().is_proxy(class) || WITHOUT_COUNTERPART.contains(&class)
}

/// The name under which the catalog keeps an entry, for as long as the program runs.
pub(super) fn canonical(name: &str) -> Option<&'static str> {
    catalog().entry(name).map(|entry| entry.name.as_str())
}

/// The object is made by calling a class of the program that derives from the catalog's.
pub(super) fn made_by_subclass(context: &Context<'_>, allocation: &Allocation) -> bool {
    context
        .program
        .call_index
        .get(&allocation.place)
        .and_then(|id| context.site(*id))
        .is_some_and(|site| {
            site.edges
                .iter()
                .any(|edge| matches!(edge.target, Target::Class(_)))
                || context
                    .entry_names(site)
                    .all(|name| !stands_for(name, allocation.class))
        })
}

/// The first items of a pool whose `create` suspends: a constructor cannot await them.
pub(super) fn items_made_later(
    context: &Context<'_>,
    call: &EntryCall<'_>,
    class: &str,
) -> Option<&'static str> {
    let parameters = match class {
        "Pool" => &["min_size"][..],
        "ConnectionPool" => &["db_module", "min_size"],
        _ => return None,
    };
    let none_at_first = bind(call.syntax, parameters).is_some_and(|bound| {
        bound
            .get("min_size")
            .is_none_or(|size| literal_number(size) == Some(0.0))
    });
    let suspends = class == "ConnectionPool"
        || call.site.edges.iter().any(|edge| match edge.target {
            Target::Function(function) => edge.argument.is_some() && context.may_suspend(function),
            Target::Class(class) => method_of(context.program, class, "create", 16)
                .is_some_and(|create| context.may_suspend(create)),
            _ => false,
        });
    (!none_at_first && suspends)
        .then_some("the first items of the pool are made when they are needed, not at once")
}

/// The method of the class, its own or inherited. `depth` bounds the length of a chain of bases.
fn method_of(program: &Program, class: ClassId, name: &str, depth: usize) -> Option<FuncId> {
    let facts = program.classes.get(class.0 as usize)?;
    let depth = depth.checked_sub(1)?;
    facts.methods.get(name).copied().or_else(|| {
        facts.bases.iter().find_map(|base| match base.target {
            Target::Class(base) => method_of(program, base, name, depth),
            _ => None,
        })
    })
}

pub(super) fn calls_something_else(context: &Context<'_>, place: Place) -> Option<String> {
    let call = context.program.call_index.get(&place)?;
    other_targets(context.program, context.site(*call)?)
}

/// `path:line` for reports.
pub(super) fn position(context: &Context<'_>, place: Place) -> String {
    let Some(module) = context.modules.get(place.file.0 as usize) else {
        return String::new();
    };
    let before = module
        .source
        .get(..place.range.start().to_usize())
        .unwrap_or_default();
    format!("{}:{}", module.path, before.matches('\n').count() + 1)
}

/// Functions that the call runs: the helper's threads are tasks, and what it calls may be a coroutine function.
pub(super) fn runs_in_thread(context: &Context<'_>, place: Place) -> Vec<(FuncId, PinKind)> {
    context
        .program
        .call_index
        .get(&place)
        .and_then(|id| context.site(*id))
        .into_iter()
        .flat_map(|site| &site.edges)
        .filter_map(|edge| match (edge.kind, &edge.target) {
            (EdgeKind::Spawn(SpawnKind::Thread), Target::Function(function)) => {
                Some((*function, PinKind::RealThread))
            }
            // The helper awaits what a callable returns, as Eventlet lets it switch.
            (_, Target::Function(function)) if edge.argument.is_some() => {
                Some((*function, PinKind::Callback))
            }
            _ => None,
        })
        .collect()
}

/// Methods by which classes of the program that derive from `base` override what they inherit from outside.
pub(super) fn overrides_of<'a>(
    context: &Context<'a>,
    base: &str,
) -> impl Iterator<Item = (FuncId, &'a Function)> {
    let program = context.program;
    let inherited = |external: &String| {
        external.rsplit_once('.').is_some_and(|(class, _)| {
            stands_for(base, class)
                || canonical(class).is_some_and(|class| derives_from(base, class))
        })
    };
    let overrides = move |function: &Function| {
        function.external_overrides.iter().any(inherited)
            && function
                .class
                .is_some_and(|class| has_base(program, class, base, 16))
    };
    program
        .functions
        .iter()
        .enumerate()
        .filter(move |(_, function)| overrides(function))
        .map(|(index, function)| (FuncId(u32::try_from(index).unwrap_or(u32::MAX)), function))
}

/// The class derives from the entry, or from its green form. `depth` bounds the length of a chain of bases.
fn has_base(program: &Program, class: ClassId, base: &str, depth: usize) -> bool {
    let (Some(facts), Some(depth)) = (program.classes.get(class.0 as usize), depth.checked_sub(1))
    else {
        return false;
    };
    facts.bases.iter().any(|known| match &known.target {
        Target::Entry { name, .. } => stands_for(base, name) || stands_for(name, base),
        Target::Class(above) => has_base(program, *above, base, depth),
        Target::Function(_) | Target::External(_) => false,
    })
}

/// `contextlib.closing(object)`: what `with` enters is not the object.
pub(super) fn is_closing(context: &Context<'_>, place: Place) -> bool {
    let facts = context.program.files.get(place.file.0 as usize);
    let call = context
        .tree(place.file)
        .and_then(|tree| tree.call(place.range));
    facts.zip(call).is_some_and(|(facts, call)| {
        dotted(&call.func)
            .and_then(|name| absolute(facts, &name))
            .is_some_and(|name| name == "contextlib.closing")
    })
}

/// The helper's name for an entry that this construct replaces.
pub(super) fn replacement(context: &Context<'_>, entry: &Entry) -> Option<&'static str> {
    if entry.origin == Origin::Stdlib && !context.is_green(entry) {
        return None;
    }
    stand_in(entry).filter(|name| !is_private(name))
}

/// Objects of the helper's private classes come from its methods: what names such a class is left alone.
pub(super) fn is_private(class: &str) -> bool {
    class.starts_with('_')
}

/// The same for an entry of which it is known that it is green here.
pub(super) fn stand_in(entry: &Entry) -> Option<&'static str> {
    let other_construct = matches!(
        entry.scenario,
        Scenario::WsgiServer | Scenario::Websocket | Scenario::NetworkCalls
    ) || entry.name.starts_with("eventlet.tpool.");
    if other_construct {
        return None;
    }
    helper().replacement(&entry.name)
}

/// Servers of Eventlet that accept connections from a socket they are given.
const SERVERS: [&str; 2] = ["eventlet.wsgi.server", "eventlet.backdoor.backdoor_server"];

/// Functions without a counterpart in the helper that other constructs write anew.
const WRITTEN_BY_OTHERS: [&str; 3] = [
    "eventlet.wsgi.server",
    "eventlet.sleep",
    "eventlet.green.time.sleep",
];

/// A listening socket from which the program does not accept itself is for a server of Eventlet; one that no server took stays with it.
pub(super) fn kept_for_a_server(
    context: &Context<'_>,
    entry: &str,
    site: &CallSite,
) -> Option<String> {
    let accepts = |id: &AllocId| {
        context
            .program
            .allocations
            .get(id.0 as usize)
            .is_some_and(|made| made.uses.iter().any(|used| used.attribute == "accept"))
    };
    let served = || {
        let is_server = |name: &str| SERVERS.contains(&name);
        context
            .entry_calls()
            .any(|call| context.entry_names(call.site).any(is_server))
            || context.program.references.iter().any(|reference| {
                reference
                    .targets
                    .iter()
                    .any(|target| matches!(target, Target::Entry { name, .. } if is_server(name)))
            })
    };
    (entry == "eventlet.listen" && !site.result.iter().any(accepts) && served())
        .then(|| "the socket is for a server of Eventlet".to_string())
}

/// `spawn(backdoor_server, listener)`: a function of Eventlet that has no counterpart cannot run in a task.
pub(super) fn runs_what_stays(context: &Context<'_>, site: &CallSite) -> Option<String> {
    site.edges
        .iter()
        .find_map(|edge| match (edge.kind, &edge.target) {
            (EdgeKind::Spawn(SpawnKind::Green), Target::Entry { name, .. }) => {
                let entry = catalog().entry(name)?;
                let stays = entry.origin == Origin::Eventlet
                    && entry.kind == Kind::Function
                    && replacement(context, entry).is_none()
                    && !WRITTEN_BY_OTHERS.contains(name);
                stays.then(|| format!("it runs `{name}`, which has no counterpart"))
            }
            _ => None,
        })
}

/// What makes the object has no counterpart, and so has no object of the helper's class to give.
pub(super) fn made_by_what_stays(context: &Context<'_>, allocation: &Allocation) -> Option<String> {
    let call = context.program.call_index.get(&allocation.place)?;
    entry_names(context.site(*call)?).find_map(|name| {
        let entry = catalog().entry(name)?;
        let stays = entry.kind == Kind::Function && is_left(context, entry);
        stays.then(|| format!("`{name}`, which makes it, has no counterpart"))
    })
}

/// The object is an argument of a call that has no counterpart: `ssl.wrap_socket(sock)` cannot work with one of the helper's class.
pub(super) fn given_to_what_stays(
    context: &Context<'_>,
    allocation: &Allocation,
) -> Option<String> {
    allocation.given_to.iter().find_map(|call| {
        let site = context.site(*call)?;
        let place = Place {
            file: site.file,
            range: site.range,
        };
        if context.is_claimed(place) {
            return None;
        }
        entry_names(site)
            .filter_map(|name| catalog().entry(name))
            .find(|entry| is_left(context, entry))
            .map(|entry| {
                let position = position(context, place);
                format!(
                    "`{}` takes it at {position}, which has no counterpart",
                    entry.name
                )
            })
    })
}

/// Nothing takes the place of the function. Methods are replaced with the objects that they belong to, here or in a derived class.
pub(super) fn is_left(context: &Context<'_>, entry: &Entry) -> bool {
    let belongs_to_stand_in = entry.owner.as_deref().is_some_and(|owner| {
        let is_of = |class: &Entry| derives_from(&class.name, owner) && stand_in(class).is_some();
        catalog().entries().iter().any(is_of)
    });
    !belongs_to_stand_in
        && entry.spawn.is_none()
        && entry.calls.is_none()
        && replacement(context, entry).is_none()
        && !WRITTEN_BY_OTHERS.contains(&entry.name.as_str())
}

/// The entry is a class of exceptions.
pub(super) fn is_exception(name: &str) -> bool {
    catalog()
        .entry(name)
        .is_some_and(|entry| entry.kind == Kind::Exception)
}

/// `eventlet.debug.hub_exceptions`: for as long as anything runs in Eventlet's hub, that is what it speaks of.
pub(super) fn configures_hub(name: &str) -> bool {
    catalog()
        .entry(name)
        .is_some_and(|entry| entry.scenario == Scenario::Debugging)
}

/// What it gives depends on which green thread runs, and with the helper's on which task.
pub(super) fn tells_green_thread(name: &str) -> bool {
    NAMES_OF_THE_RUNNING.contains(&name.rsplit('.').next().unwrap_or_default())
}

/// Objects that the call takes, besides those that it is called on: they are replaced with it.
pub(super) fn taken_by(name: &str, site: &CallSite) -> Vec<Node> {
    let mut nodes: Vec<Node> = site
        .edges
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Call && edge.argument.is_some())
        .filter_map(|edge| match &edge.target {
            Target::Entry { allocations, .. } => Some(allocations),
            _ => None,
        })
        .flatten()
        .map(|id| Node::Object(*id))
        .collect();
    if TAKE_GREEN_THREADS.contains(&name) {
        nodes.push(Node::Class(GREEN_THREAD));
    }
    nodes
}

/// Objects that the function at the place, an argument of a call, is given by that call: `spawn(serve, listener, handle)`.
pub(super) fn given_beside(context: &Context<'_>, place: Place) -> Vec<Node> {
    let site = context.tree(place.file).and_then(|tree| {
        let (id, _) = tree.expression(place.range)?;
        let (_, call) = tree.ancestors(id).find(|(_, node)| node.is_expr_call())?;
        let place = Place {
            file: place.file,
            range: call.range(),
        };
        context.site(*context.program.call_index.get(&place)?)
    });
    site.map_or_else(Vec::new, |site| taken_by("", site))
}

/// `mock.spawn = eventlet.spawn`: whoever calls the attribute may have no running loop.
pub(super) fn needs_loop_elsewhere(
    context: &Context<'_>,
    place: Place,
    entry: &Entry,
) -> Option<String> {
    entry.spawn.as_ref()?;
    let tree = context.tree(place.file)?;
    let (id, _) = tree.expression(place.range)?;
    let (_, parent) = tree.parent(id)?;
    let assign = parent.stmt_assign()?;
    (!assign.targets.iter().all(is_own_name)).then(|| {
        format!(
            "`{}` is stored here, and whoever calls it would need a running event loop",
            entry.name
        )
    })
}
