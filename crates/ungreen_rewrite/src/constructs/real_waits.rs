//! Waits on objects that are not patched and that only green threads share: under Eventlet they block the one thread for ever, and
//! a rewrite must not hide that.
//!
//! ```python
//! queue = queue.Queue()           # of an unpatched module
//! def worker():
//!     queue.get()                 # nobody else runs who could put something
//! eventlet.spawn(worker)
//! ```

use rustc_hash::FxHashSet;
use ungreen_callgraph::{AllocId, CallSite, EdgeKind, FuncId, Target};
use ungreen_catalog::{Entry, Origin, SpawnKind, catalog};
use ungreen_color::Proposal;

use super::context::{Context, EntryCall};
use super::proposals::manual;

const NAME: &str = "real-wait";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let waits: Vec<(EntryCall<'_>, &'static Entry)> = catalog()
        .entries()
        .iter()
        .filter(|entry| entry.waits_for_another && !context.switches(entry))
        .flat_map(|entry| {
            context
                .calls_of(&entry.name)
                .into_iter()
                .map(move |call| (call, entry))
        })
        .collect();
    if waits.is_empty() {
        return Vec::new();
    }
    let green = Threads::of(context, true);
    let real = Threads::of(context, false);
    let mut proposals = Vec::new();
    for (call, entry) in waits {
        let objects = receivers(call.site, entry);
        let hangs = !objects.is_empty()
            && objects
                .iter()
                .all(|id| only_green_threads_share(context, *id, &green, &real));
        if !hangs {
            continue;
        }
        let place = call.place();
        let shown = context.text(place).lines().next().unwrap_or_default();
        proposals.push(manual(
            NAME,
            place,
            call.site.caller,
            &entry.name,
            format!("`{shown}` blocks all green threads for ever: its module is not patched, and only green threads use the object"),
            "make the object of Eventlet's own module (`eventlet.queue`, `eventlet.green.threading`), or call `monkey_patch()` first; then migrate",
        ));
        context.claim(place);
    }
    proposals
}

fn receivers(site: &CallSite, entry: &Entry) -> Vec<AllocId> {
    site.edges
        .iter()
        .filter(|edge| edge.argument.is_none())
        .flat_map(|edge| match &edge.target {
            Target::Entry { name, allocations } if *name == entry.name => allocations.clone(),
            _ => Vec::new(),
        })
        .collect()
}

fn only_green_threads_share(
    context: &Context<'_>,
    id: AllocId,
    green: &Threads,
    real: &Threads,
) -> bool {
    let Some(object) = context.program.allocations.get(id.0 as usize) else {
        return false;
    };
    let mut users = object.uses.iter().map(|used| used.function);
    !context.is_green_object(id)
        && object.escapes.is_empty()
        && object
            .uses
            .iter()
            .all(|used| !real.0.contains(&used.function))
        && users.any(|function| green.0.contains(&function))
}

/// What runs in threads of one kind.
struct Threads(FxHashSet<FuncId>);

impl Threads {
    fn of(context: &Context<'_>, green: bool) -> Self {
        let mut functions = FxHashSet::default();
        for site in &context.program.calls {
            for edge in &site.edges {
                let (EdgeKind::Spawn(kind), Target::Function(function)) = (edge.kind, &edge.target)
                else {
                    continue;
                };
                let is_green = match kind {
                    SpawnKind::Green => true,
                    SpawnKind::Thread => makes_green_threads(context, site),
                    SpawnKind::Callback | SpawnKind::Process => continue,
                };
                if is_green == green
                    && functions.insert(*function)
                    && let Some(facts) = context.program.functions.get(function.0 as usize)
                {
                    functions.extend(context.reached_from(facts.file, facts.range));
                }
            }
        }
        Self(functions)
    }
}

/// The threads of the called class are green ones.
fn makes_green_threads<'a>(context: &Context<'a>, site: &'a CallSite) -> bool {
    context
        .entry_names(site)
        .filter_map(|name| catalog().entry(name))
        .any(|entry| {
            context.is_green(entry)
                || (entry.origin == Origin::Eventlet && entry.stands_for.is_some())
        })
}
