//! Functions of libraries that a call of Eventlet is to run: `pool.spawn(requests.get, url)`. What was green there would block the
//! event loop in a task, so it runs in a thread.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{CallSite, EdgeKind, Place, Target};
use ungreen_catalog::{Entry, Kind, SpawnKind, catalog};
use ungreen_color::{Edit, Part};

use super::context::Context;
use super::object_facts::is_left;
use super::offload::offloads;
use super::proposals::{asyncio, edit, source, text};

const SLEEPS: [&str; 2] = ["eventlet.sleep", "time.sleep"];

/// What the argument of a call becomes.
enum Form {
    Sleep,
    /// `spawn(f, x)` becomes `spawn(asyncio.to_thread, f, x)`.
    FirstOfItsArguments,
    Partial,
}

/// What becomes of the arguments that a call runs.
#[derive(Clone, Default)]
pub(super) struct HandedOver {
    pub(super) edits: Vec<Edit>,
    /// Some of them run in threads.
    pub(super) in_threads: bool,
}

/// The arguments that the call at `place` runs, or why it cannot run them in tasks.
pub(super) fn handed_over(context: &Context<'_>, place: Place) -> Result<HandedOver, String> {
    let mut given_over = HandedOver::default();
    let site = context.program.call_index.get(&place);
    let Some(site) = site.and_then(|id| context.site(*id)) else {
        return Ok(given_over);
    };
    for (argument, entry) in run_by(site) {
        let given = Place {
            range: argument,
            ..place
        };
        let denoted = context
            .program
            .references
            .iter()
            .find(|reference| reference.place == given);
        let is_alone = denoted.is_some_and(|reference| reference.targets.len() == 1);
        let form = if SLEEPS.iter().any(|name| stands_for(entry, name)) {
            Form::Sleep
        } else if !context.switches(entry) || !is_left(context, entry) {
            continue;
        } else if offloads(entry) && is_alone {
            form(context, site, argument)
        } else {
            return Err(format!(
                "it runs `{}`, which has no counterpart",
                entry.name
            ));
        };
        given_over.in_threads |= !matches!(form, Form::Sleep);
        let parts = match form {
            Form::Sleep if is_alone => vec![asyncio("sleep")],
            Form::Sleep => {
                return Err("what it runs may be something else than `sleep`".to_string());
            }
            Form::FirstOfItsArguments => vec![asyncio("to_thread"), text(", "), source(argument)],
            Form::Partial => vec![
                Part::Name {
                    module: "functools",
                    name: "partial",
                },
                text("("),
                asyncio("to_thread"),
                text(", "),
                source(argument),
                text(")"),
            ],
        };
        let change = edit(place, argument, parts);
        if !given_over.edits.contains(&change) {
            given_over.edits.push(change);
        }
    }
    Ok(given_over)
}

/// The functions of the catalog that the call runs, at once or in green threads, with the arguments that denote them.
pub(super) fn run_by(site: &CallSite) -> impl Iterator<Item = (TextRange, &'static Entry)> + '_ {
    site.edges
        .iter()
        .filter_map(|edge| match (edge.kind, &edge.target) {
            (
                EdgeKind::Call | EdgeKind::Spawn(SpawnKind::Green | SpawnKind::Thread),
                Target::Entry { name, .. },
            ) => {
                let entry = catalog().entry(name)?;
                let runs = matches!(entry.kind, Kind::Function | Kind::Method);
                runs.then_some((edge.argument?, entry))
            }
            _ => None,
        })
}

/// The expression is an argument that the call around it runs.
pub(super) fn is_run_by_call(context: &Context<'_>, place: Place) -> bool {
    let call = context.tree(place.file).and_then(|tree| {
        let (id, _) = tree.expression(place.range)?;
        let (_, call) = tree.ancestors(id).find(|(_, node)| node.is_expr_call())?;
        let around = Place {
            range: call.range(),
            ..place
        };
        context.site(*context.program.call_index.get(&around)?)
    });
    call.is_some_and(|site| run_by(site).any(|(argument, _)| argument == place.range))
}

fn stands_for(entry: &Entry, name: &str) -> bool {
    entry.name == name || entry.stands_for.as_deref() == Some(name)
}

/// `Thread(target=f)` and `imap(f, items)` take the function alone; the arguments that follow it elsewhere are its own.
fn form<'a>(context: &Context<'a>, site: &'a CallSite, argument: TextRange) -> Form {
    let is_keyword = context.tree(site.file).is_some_and(|tree| {
        let parent = tree
            .expression(argument)
            .and_then(|(id, _)| tree.parent(id));
        matches!(parent, Some((_, AnyNodeRef::Keyword(_))))
    });
    let takes_arguments = context.entry_names(site).all(|name| {
        matches!(
            name.rsplit('.').next().unwrap_or_default(),
            "spawn" | "spawn_n" | "spawn_after" | "spawn_after_local" | "with_timeout"
        )
    });
    if takes_arguments && !is_keyword {
        Form::FirstOfItsArguments
    } else {
        Form::Partial
    }
}
