//! Calls that were green under Eventlet and have no counterpart in asyncio run in a thread:
//! `subprocess.run(args)` becomes `await asyncio.to_thread(subprocess.run, args)`.

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::{CallSite, EdgeKind, FileId, Place, Target};
use ungreen_catalog::{Entry, Kind, Switch, catalog};
use ungreen_color::{Part, Proposal, Runner};

use super::context::{Context, EntryCall};
use super::denotation::other_targets;
use super::object_facts::is_closing;
use super::proposals::{asyncio, edit, exact, manual, source, text, with_difference};

const NAME: &str = "thread";
/// Runs its first argument in a thread: `tpool.execute(f, x)` becomes `asyncio.to_thread(f, x)`.
const EXECUTE: &str = "eventlet.tpool.execute";
pub(super) const SHARED_THREADS: &str = "the calls share the threads of the default executor, and one that is canceled goes on in its thread";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut entries: Vec<&'static Entry> = catalog()
        .entries()
        .iter()
        .filter(|entry| entry.name == EXECUTE || offloads(entry))
        .collect();
    // Methods of a response come before what makes it: see `in_one_thread`.
    entries.sort_by_key(|entry| entry.kind != Kind::Method);
    let mut proposals = Vec::new();
    for entry in entries {
        for call in context.calls_of(&entry.name) {
            let concerned = context.switches(entry) || on_green_object(context, entry, call);
            if !concerned || other_targets(context.program, call.site).is_some() {
                continue;
            }
            if is_read_out_of_sight(context, call) {
                context.claim(call.place());
                proposals.push(manual(
                    NAME,
                    call.place(),
                    call.site.caller,
                    &entry.name,
                    format!(
                        "what `{}` gives is used through `contextlib.closing`, where reading it would block the event loop",
                        context.text(Place {
                            file: call.site.file,
                            range: call.site.callee,
                        })
                    ),
                    "use the object itself in `with`, or close it in `finally`, and run again",
                ));
                continue;
            }
            let Some(proposal) = in_thread(context, entry, call) else {
                continue;
            };
            context.claim(call.place());
            proposals.push(with_difference(proposal, SHARED_THREADS));
        }
    }
    proposals
}

/// `with closing(urlopen(url)) as response:` whose reads are not followed.
fn is_read_out_of_sight(context: &Context<'_>, call: EntryCall<'_>) -> bool {
    let place = call.place();
    let Some(tree) = context.tree(place.file) else {
        return false;
    };
    tree.expression(place.range)
        .and_then(|(id, _)| tree.ancestors(id).nth(1))
        .is_some_and(|(_, around)| {
            let around = Place {
                range: around.range(),
                ..place
            };
            is_closing(context, around)
                && context
                    .with_of(around)
                    .is_none_or(|(_, item)| item.optional_vars.is_some())
        })
}

/// A thread can make the call: the catalog says so of the name, or of what it stands for.
pub(super) fn offloads(entry: &Entry) -> bool {
    entry.offload
        || entry
            .stands_for
            .as_deref()
            .and_then(|name| catalog().entry(name))
            .is_some_and(|counterpart| counterpart.offload)
}

/// The receiver was made by Eventlet: `eventlet.green.urllib.request.urlopen(url).read()`.
fn on_green_object(context: &Context<'_>, entry: &Entry, call: EntryCall<'_>) -> bool {
    call.site.edges.iter().any(|edge| match &edge.target {
        Target::Entry { name, allocations } => {
            edge.argument.is_none()
                && *name == entry.name
                && allocations.iter().any(|id| context.is_green_object(*id))
        }
        Target::Function(_) | Target::Class(_) | Target::External(_) => false,
    })
}

fn in_thread(
    context: &mut Context<'_>,
    entry: &'static Entry,
    call: EntryCall<'_>,
) -> Option<Proposal> {
    let place = call.place();
    let summary = format!(
        "`{}` runs in a thread",
        context.text(place).lines().next().unwrap_or_default()
    );
    let mut proposal = exact(NAME, place, call.site.caller, &entry.name, summary);
    proposal.needs.awaits.push(place.range);
    if entry.name == EXECUTE {
        proposal.needs.runner = Some(Runner::Threads);
        proposal
            .edits
            .push(edit(place, call.site.callee, vec![asyncio("to_thread")]));
        return Some(proposal);
    }
    if let Some(inner) = in_one_thread(context, call) {
        context.claim(Place {
            file: place.file,
            range: inner,
        });
        proposal.needs.handles_calls.push(inner);
        proposal.edits.push(edit(
            place,
            place.range,
            vec![
                asyncio("to_thread"),
                text("(lambda: "),
                source(call.site.callee),
                source(call.syntax.arguments.range()),
                text(")"),
            ],
        ));
        return Some(proposal);
    }
    proposal.edits.push(edit(
        place,
        place.range,
        called_in_thread(context, call.site, call.syntax)?,
    ));
    Some(proposal)
}

/// `to_thread(callee, arguments)`.
pub(super) fn called_in_thread(
    context: &Context<'_>,
    site: &CallSite,
    syntax: &ExprCall,
) -> Option<Vec<Part>> {
    let tree = context.tree(site.file)?;
    let arguments = syntax.arguments.range();
    let inside = TextRange::new(
        arguments.start() + TextSize::new(1),
        arguments.end() - TextSize::new(1),
    );
    let given = tree.slice(inside);
    let mut parts = vec![asyncio("to_thread"), text("(")];
    let line_break = given.trim_start_matches([' ', '\t']);
    if given.trim().is_empty() {
        parts.push(source(site.callee));
    } else if line_break.starts_with(['\n', '\r']) {
        let first = given.len() - given.trim_start().len();
        let first = inside.start() + TextSize::try_from(first).unwrap_or_default();
        parts.push(text(format!("\n{}", tree.indentation_at(first))));
        parts.push(source(site.callee));
        parts.push(text(","));
        parts.push(source(inside));
    } else {
        parts.push(source(site.callee));
        parts.push(text(", "));
        parts.push(source(inside));
    }
    parts.push(text(")"));
    Some(parts)
}

/// `urlopen(url).read()`, where opening and reading are one matter for the thread: the place of the inner call.
/// Its arguments are evaluated in the thread, so they must be plain.
fn in_one_thread(context: &Context<'_>, call: EntryCall<'_>) -> Option<TextRange> {
    let Expr::Call(inner) = &*call.syntax.func.as_attribute_expr()?.value else {
        return None;
    };
    let place = Place {
        file: call.site.file,
        range: inner.range(),
    };
    let site = context.site(*context.program.call_index.get(&place)?)?;
    let opens = context
        .entry_names(site)
        .any(|name| name.ends_with(".urlopen"));
    let plain = |call: &ExprCall| arguments_are_plain(context, place.file, call);
    (opens && other_targets(context.program, site).is_none() && plain(inner) && plain(call.syntax))
        .then_some(inner.range())
}

fn arguments_are_plain(context: &Context<'_>, file: FileId, call: &ExprCall) -> bool {
    let arguments = &call.arguments;
    arguments
        .args
        .iter()
        .chain(arguments.keywords.iter().map(|keyword| &keyword.value))
        .all(|argument| is_plain(context, file, argument))
}

/// Evaluating the expression runs nothing of the program.
fn is_plain(context: &Context<'_>, file: FileId, expression: &Expr) -> bool {
    let plain = |expression: &Expr| is_plain(context, file, expression);
    match expression {
        Expr::Name(_)
        | Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::NumberLiteral(_)
        | Expr::NoneLiteral(_)
        | Expr::BooleanLiteral(_) => true,
        Expr::Attribute(attribute) => plain(&attribute.value),
        Expr::BinOp(operation) => plain(&operation.left) && plain(&operation.right),
        Expr::Tuple(tuple) => tuple.elts.iter().all(plain),
        Expr::Dict(dict) => dict
            .items
            .iter()
            .all(|item| item.key.as_ref().is_none_or(plain) && plain(&item.value)),
        Expr::Call(call) => {
            plain(&call.func)
                && arguments_are_plain(context, file, call)
                && runs_nothing(context, file, call)
        }
        _ => false,
    }
}

/// The call is of a library, runs nothing that is handed to it, and does not suspend.
pub(super) fn runs_nothing(context: &Context<'_>, file: FileId, call: &ExprCall) -> bool {
    let place = Place {
        file,
        range: call.range(),
    };
    let Some(site) = context
        .program
        .call_index
        .get(&place)
        .and_then(|id| context.site(*id))
    else {
        return false;
    };
    !site.edges.is_empty()
        && site.edges.iter().all(|edge| match &edge.target {
            Target::Entry { name, .. } => {
                edge.kind == EdgeKind::Call
                    && catalog()
                        .entry(name)
                        .is_some_and(|entry| entry.switch == Switch::Never)
            }
            Target::External(_) => true,
            Target::Function(_) | Target::Class(_) => false,
        })
}
