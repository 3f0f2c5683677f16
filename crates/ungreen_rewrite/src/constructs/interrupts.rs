//! `except KeyboardInterrupt` in a coroutine: under `asyncio.run`, Ctrl-C cancels the main task, and the handler is not reached.
//! The helper's `run` raises KeyboardInterrupt there, as Eventlet does in the main green thread.

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, Stmt, StmtTry};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{FileId, FuncId, FunctionKind, Place};
use ungreen_catalog::Confidence;
use ungreen_color::{Needs, Proposal, Runner};

use super::context::Context;

const NAME: &str = "interrupt";
const CODE: &str = "UG107";
const INTERRUPT: &str = "KeyboardInterrupt";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for index in 0..context.modules.len() {
        let Some(file) = u32::try_from(index).ok().map(FileId) else {
            continue;
        };
        let mentions_it = context
            .modules
            .get(index)
            .is_some_and(|module| module.source.contains(INTERRUPT));
        let (true, Some(tree)) = (mentions_it, context.tree(file)) else {
            continue;
        };
        for (_, node) in tree.nodes() {
            let AnyNodeRef::StmtTry(attempt) = node else {
                continue;
            };
            let Some(range) = caught_at(attempt) else {
                continue;
            };
            let place = Place { file, range };
            if let Some(function) = function_around(context, place) {
                proposals.push(proposal(place, function));
            }
        }
    }
    proposals
}

fn proposal(place: Place, function: FuncId) -> Proposal {
    Proposal {
        construct: NAME,
        place,
        function,
        entry: None,
        code: CODE,
        confidence: Confidence::Exact,
        summary: "the helper's `run` raises KeyboardInterrupt in the main task on Ctrl-C".to_string(),
        differences: Vec::new(),
        advice: Some(
            "run the program by the helper's `run`, or handle the signal with `loop.add_signal_handler`".to_string(),
        ),
        group: None,
        needs: Needs {
            only_if_async: vec![function],
            runner: Some(Runner::Interrupts),
            ..Needs::default()
        },
        edits: Vec::new(),
        imports: Vec::new(),
        helper: Vec::new(),
    }
}

/// Where the statement catches KeyboardInterrupt by name and does more than to raise it again.
fn caught_at(attempt: &StmtTry) -> Option<TextRange> {
    let handlers = || {
        attempt.handlers.iter().map(|handler| {
            let ExceptHandler::ExceptHandler(handler) = handler;
            handler
        })
    };
    // A handler of everything would take the cancellation in its place.
    let catches_all = handlers().any(|handler| {
        handler
            .type_
            .as_deref()
            .is_none_or(|kind| is_named(kind, "BaseException"))
    });
    handlers()
        .filter(|handler| {
            let passes_on = matches!(
                handler.body.as_slice(),
                [Stmt::Raise(raise)] if raise.exc.is_none()
            );
            catches_all || !passes_on
        })
        .filter_map(|handler| handler.type_.as_deref())
        .find(|kind| match kind {
            Expr::Tuple(kinds) => kinds.elts.iter().any(|kind| is_named(kind, INTERRUPT)),
            kind => is_named(kind, INTERRUPT),
        })
        .map(Ranged::range)
}

fn is_named(expression: &Expr, name: &str) -> bool {
    match expression {
        Expr::Name(found) => found.id.as_str() == name,
        Expr::Attribute(found) => {
            found.attr.as_str() == name
                && matches!(&*found.value, Expr::Name(module) if module.id.as_str() == "builtins")
        }
        _ => false,
    }
}

/// The innermost function or module body around the place; none in a class body.
fn function_around(context: &Context<'_>, place: Place) -> Option<FuncId> {
    context
        .program
        .functions
        .iter()
        .enumerate()
        .filter(|(_, facts)| {
            facts.file == place.file
                && facts.kind != FunctionKind::Lambda
                && (facts.kind == FunctionKind::Module || facts.range.contains_range(place.range))
        })
        .min_by_key(|(_, facts)| match facts.kind {
            FunctionKind::Module => u32::MAX,
            _ => u32::from(facts.range.len()),
        })
        .filter(|(_, facts)| facts.kind != FunctionKind::ClassBody && !facts.is_async)
        .and_then(|(index, _)| u32::try_from(index).ok().map(FuncId))
}
