//! `signal.signal(signal.SIGTERM, handler)`, where the handler uses what lives in the loop, becomes
//! `asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, handler, signal.SIGTERM, None)`: a handler that Python calls
//! between two instructions may not touch the loop, and does not wake it.

use ruff_python_ast::{Expr, ExprContext};
use ruff_text_size::Ranged;
use ungreen_callgraph::{EdgeKind, FuncId, FunctionKind, Target};
use ungreen_catalog::catalog;
use ungreen_color::Proposal;

use super::context::{Context, EntryCall};
use super::proposals::{asyncio, edit, exact, source, text, with_difference};

const NAME: &str = "signal";
const SIGNAL: &str = "signal.signal";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for call in context.calls_of(SIGNAL) {
        if let Some(proposal) = in_loop(context, call) {
            context.claim(call.place());
            proposals.push(proposal);
        }
    }
    proposals
}

fn in_loop(context: &Context<'_>, call: EntryCall<'_>) -> Option<Proposal> {
    let place = call.place();
    let [signal, handler] = &*call.syntax.arguments.args else {
        return None;
    };
    // The signal is named twice.
    let is_plain = matches!(signal, Expr::Name(_) | Expr::Attribute(_));
    if !is_plain
        || !call.syntax.arguments.keywords.is_empty()
        || !context.is_expression_statement(place)
    {
        return None;
    }
    if !is_function(context, call, handler) {
        return None;
    }
    // A module that registers handlers when it is imported has no loop, and the one it would be given ends at once.
    let registers = context.program.functions.get(call.site.caller.0 as usize)?;
    if registers.kind == FunctionKind::Module {
        return None;
    }
    let handlers: Vec<FuncId> = call
        .site
        .edges
        .iter()
        .filter_map(|edge| match (&edge.target, edge.kind) {
            (Target::Function(function), EdgeKind::Spawn(_)) => Some(*function),
            _ => None,
        })
        .collect();
    if !handlers
        .iter()
        .any(|handler| uses_eventlet(context, *handler))
    {
        return None;
    }
    let summary = format!(
        "`{}` becomes `add_signal_handler`",
        context.text(place).lines().next().unwrap_or_default()
    );
    let mut proposal = with_difference(
        exact(NAME, place, call.site.caller, SIGNAL, summary),
        "the loop calls the handler, when it gets to it, with `None` for the frame; what the handler raises is reported, but for SystemExit; on Unix only",
    );
    proposal.needs.running_loop = true;
    proposal.edits.push(edit(
        place,
        call.syntax.range(),
        vec![
            asyncio("get_running_loop"),
            text("().add_signal_handler("),
            source(signal.range()),
            text(", "),
            source(handler.range()),
            text(", "),
            source(signal.range()),
            text(", None)"),
        ],
    ));
    Some(proposal)
}

/// Not `SIG_IGN if quiet else stop`, nor a variable with such a value: the loop takes functions only.
fn is_function(context: &Context<'_>, call: EntryCall<'_>, handler: &Expr) -> bool {
    let is_assigned = |name: &str| {
        context.tree(call.place().file).is_none_or(|tree| {
            tree.nodes().any(|(_, node)| {
                node.expr_name()
                    .is_some_and(|other| other.ctx != ExprContext::Load && other.id == name)
            })
        })
    };
    match handler {
        Expr::Name(name) => !is_assigned(&name.id),
        Expr::Attribute(_) | Expr::Lambda(_) => true,
        _ => false,
    }
}

/// The function, or what it calls, uses something of Eventlet, or of the standard library that was green.
fn uses_eventlet(context: &Context<'_>, function: FuncId) -> bool {
    let Some(facts) = context.program.functions.get(function.0 as usize) else {
        return false;
    };
    let mut functions = context.reached_from(facts.file, facts.range);
    functions.push(function);
    functions
        .iter()
        .flat_map(|function| context.calls_in(*function))
        .flat_map(|site| &site.edges)
        .any(|edge| match &edge.target {
            Target::Entry { name, .. } => {
                name.starts_with("eventlet.")
                    || catalog()
                        .entry(name)
                        .is_some_and(|entry| entry.was_green == Some(true))
            }
            _ => false,
        })
}
