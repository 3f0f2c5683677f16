//! `with eventlet.Timeout(5):` becomes `async with asyncio.timeout(5):` where nobody can tell the difference.
//!
//! An Eventlet timeout is no `Exception` and appears inside the block; asyncio's is one, and appears at its end. So no clause
//! in the block may catch it, and none outside may catch `Exception` before the clause that waits for the timeout.
//! Everything else is the helper's.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;
use ungreen_callgraph::{FuncId, Place, Target};
use ungreen_catalog::PythonVersion;
use ungreen_color::{Part, Proposal};

use super::context::Context;
use super::denotation::spelled_out;
use super::proposals::{asyncio, edit, exact, in_group};
use crate::tree::Tree;
use crate::usage::dotted;

const NAME: &str = "asyncio-timeout";
const TIMEOUT: &str = "eventlet.Timeout";

/// With one of these in the program, a timeout may be more than a block with a limit.
const DEMANDING: [&str; 8] = [
    "eventlet.with_timeout",
    "eventlet.is_timeout",
    "eventlet.wrap_is_timeout",
    "eventlet.Timeout.cancel",
    "eventlet.Timeout.start",
    "eventlet.Timeout.pending",
    "eventlet.greenthread.GreenThread.wait",
    "eventlet.greenthread.exc_after",
];

/// Modules that raise the built-in `TimeoutError` themselves.
const RAISING: [&str; 10] = [
    "socket",
    "ssl",
    "http",
    "urllib",
    "requests",
    "concurrent",
    "asyncio",
    "multiprocessing",
    "smtplib",
    "ftplib",
];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    if context.config.target
        < (PythonVersion {
            major: 3,
            minor: 11,
        })
    {
        return Vec::new();
    }
    let Some(proposals) = all_or_nothing(context) else {
        return Vec::new();
    };
    let group = context.new_group();
    for proposal in &proposals {
        context.claim(proposal.place);
    }
    let ids: Vec<_> = context
        .program
        .allocations
        .iter()
        .enumerate()
        .filter(|(_, allocation)| allocation.class == TIMEOUT)
        .map(|(index, _)| ungreen_callgraph::AllocId(u32::try_from(index).unwrap_or(u32::MAX)))
        .collect();
    if !proposals.is_empty() {
        for id in ids {
            context.claim_allocation(id);
        }
    }
    proposals
        .into_iter()
        .map(|proposal| in_group(proposal, group))
        .collect()
}

/// One timeout that needs the helper makes all of them need it: they meet in the same `except` clauses.
fn all_or_nothing(context: &Context<'_>) -> Option<Vec<Proposal>> {
    let demanding = context.entry_calls().any(|call| {
        context
            .entry_names(call.site)
            .any(|name| DEMANDING.contains(&name))
    });
    let raising = context.program.files.iter().any(|file| {
        file.imports.iter().any(|binding| {
            let target = binding
                .target
                .strip_prefix("eventlet.green.")
                .unwrap_or(&binding.target);
            RAISING.contains(&target.split('.').next().unwrap_or_default())
        })
    });
    if demanding || raising {
        return None;
    }
    let mut proposals = Vec::new();
    for call in context.calls_of(TIMEOUT) {
        let place = call.place();
        let (statement, item) = context.with_of(place)?;
        let arguments = &call.syntax.arguments;
        let plain = arguments.keywords.is_empty()
            && arguments.args.len() == 1
            && !arguments.args.iter().any(Expr::is_starred_expr);
        if !plain || item.optional_vars.is_some() || statement.items.len() != 1 {
            return None;
        }
        let tree = context.tree(place.file)?;
        spelled_out(context, place.file, call.site.callee)?;
        let body = TextRange::new(
            statement.body.first()?.start(),
            statement.body.last()?.end(),
        );
        if catches_inside(context, tree, place, body) || !reaches_its_handler(context, place) {
            return None;
        }
        let mut proposal = exact(
            NAME,
            place,
            call.site.caller,
            TIMEOUT,
            format!("`{}` becomes `asyncio.timeout`", context.text(place)),
        );
        proposal.needs.async_with.push(place.range);
        proposal
            .edits
            .push(edit(place, call.site.callee, vec![asyncio("timeout")]));
        proposals.push(proposal);
    }
    for reference in context.references_of(TIMEOUT) {
        if context.is_callee(reference.place) {
            continue;
        }
        let tree = context.tree(reference.place.file)?;
        let handler = handler_of(tree, reference.place.range)?;
        let uses_it = handler.name.as_ref().is_some_and(|name| {
            tree.nodes().any(|(_, node)| {
                matches!(node, AnyNodeRef::ExprName(used)
                    if used.id == name.id && handler.range.contains_range(used.range()))
            })
        });
        spelled_out(context, reference.place.file, reference.place.range)?;
        if uses_it {
            return None;
        }
        let mut proposal = exact(
            NAME,
            reference.place,
            reference.function,
            TIMEOUT,
            "`except Timeout` becomes `except TimeoutError`",
        );
        proposal.edits.push(edit(
            reference.place,
            reference.place.range,
            vec![Part::Name {
                module: "builtins",
                name: "TimeoutError",
            }],
        ));
        proposals.push(proposal);
    }
    Some(proposals)
}

/// The clause whose type the expression is, alone or in a tuple.
fn handler_of<'a>(
    tree: &Tree<'a>,
    range: TextRange,
) -> Option<&'a ast::ExceptHandlerExceptHandler> {
    let (id, _) = tree.expression(range)?;
    tree.ancestors(id).take(2).find_map(|(_, node)| match node {
        AnyNodeRef::ExceptHandlerExceptHandler(handler)
            if handler
                .type_
                .as_ref()
                .is_some_and(|kind| kind.range().contains_range(range)) =>
        {
            Some(handler)
        }
        _ => None,
    })
}

/// What a clause does to a timeout that comes by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Catch {
    Nothing,
    /// Eventlet's and asyncio's alike.
    Both,
    /// Only asyncio's, which is an `OSError`.
    OnlyAsyncio,
}

fn catch(context: &Context<'_>, file: Place, handler: &ast::ExceptHandlerExceptHandler) -> Catch {
    let Some(kind) = &handler.type_ else {
        return Catch::Both;
    };
    let kinds: Vec<&Expr> = match &**kind {
        Expr::Tuple(tuple) => tuple.elts.iter().collect(),
        other => vec![other],
    };
    let mut caught = Catch::Nothing;
    for kind in kinds {
        let place = Place {
            range: kind.range(),
            ..file
        };
        let is_timeout = context
            .program
            .reference_index
            .get(&place)
            .and_then(|index| context.program.references.get(*index as usize))
            .is_some_and(|reference| {
                reference
                    .targets
                    .iter()
                    .any(|target| matches!(target, Target::Entry { name, .. } if *name == TIMEOUT))
            });
        let name = dotted(kind).unwrap_or_default();
        let last = name.rsplit('.').next().unwrap_or_default();
        if is_timeout || last == "BaseException" {
            return Catch::Both;
        }
        let known_narrow = matches!(
            last,
            "ValueError"
                | "KeyError"
                | "TypeError"
                | "IndexError"
                | "AttributeError"
                | "LookupError"
                | "RuntimeError"
                | "AssertionError"
                | "StopIteration"
                | "ZeroDivisionError"
                | "ArithmeticError"
                | "UnicodeDecodeError"
                | "UnicodeError"
                | "ImportError"
                | "FileNotFoundError"
                | "NotImplementedError"
                | "NameError"
                | "EOFError"
                | "MemoryError"
                | "RecursionError"
                | "SystemExit"
                | "KeyboardInterrupt"
                | "Empty"
                | "Full"
        ) || is_own_class(context, place);
        if !known_narrow {
            caught = Catch::OnlyAsyncio;
        }
    }
    caught
}

/// An exception class of the program that does not derive from `OSError`.
fn is_own_class(context: &Context<'_>, place: Place) -> bool {
    let class = context
        .program
        .reference_index
        .get(&place)
        .and_then(|index| context.program.references.get(*index as usize))
        .and_then(|reference| match reference.targets.as_slice() {
            [Target::Class(class)] => context.program.classes.get(class.0 as usize),
            _ => None,
        });
    class.is_some_and(|class| {
        class.bases.iter().all(|base| {
            matches!(&base.target, Target::External(name)
                if matches!(name.rsplit('.').next(), Some("Exception" | "ValueError" | "RuntimeError" | "KeyError" | "LookupError" | "TypeError")))
        })
    })
}

/// A clause in the timed block, or in what it calls, would see the timeout.
fn catches_inside(context: &Context<'_>, tree: &Tree<'_>, place: Place, body: TextRange) -> bool {
    let sees = |tree: &Tree<'_>, place: Place, range: TextRange| {
        tree.nodes().any(|(_, node)| match node {
            AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                range.contains_range(handler.range) && catch(context, place, handler) == Catch::Both
            }
            _ => false,
        })
    };
    if sees(tree, place, body) {
        return true;
    }
    context
        .reached_from(place.file, body)
        .into_iter()
        .any(|function| {
            let Some(facts) = context.program.functions.get(function.0 as usize) else {
                return true;
            };
            let place = Place {
                file: facts.file,
                range: facts.range,
            };
            context
                .tree(facts.file)
                .is_none_or(|tree| sees(tree, place, facts.range))
        })
}

/// On its way out the timeout meets the clause for it before any that is too broad.
fn reaches_its_handler(context: &Context<'_>, start: Place) -> bool {
    let mut seen: FxHashSet<FuncId> = FxHashSet::default();
    let mut pending = vec![start];
    while let Some(place) = pending.pop() {
        let Some(tree) = context.tree(place.file) else {
            return false;
        };
        match way_out(context, tree, place) {
            Catch::OnlyAsyncio => return false,
            Catch::Both => continue,
            Catch::Nothing => {}
        }
        let Some(function) = innermost_function(context, place) else {
            continue;
        };
        if !seen.insert(function) {
            continue;
        }
        pending.extend(context.callers(function).map(|site| Place {
            file: site.file,
            range: site.range,
        }));
    }
    true
}

/// What the `try` and `with` statements around the place, within its function, do to a timeout.
fn way_out(context: &Context<'_>, tree: &Tree<'_>, place: Place) -> Catch {
    let Some(start) = tree.at(place.range).first() else {
        return Catch::OnlyAsyncio;
    };
    for (_, node) in tree.ancestors(*start) {
        match node {
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_) => break,
            AnyNodeRef::StmtTry(statement) => {
                let in_body = statement
                    .body
                    .iter()
                    .any(|inner| inner.range().contains_range(place.range));
                if !in_body {
                    continue;
                }
                for handler in &statement.handlers {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    match catch(context, place, handler) {
                        Catch::Nothing => {}
                        caught => return caught,
                    }
                }
            }
            AnyNodeRef::StmtWith(statement) => {
                let hides = statement.items.iter().any(|item| {
                    matches!(&item.context_expr, Expr::Call(call)
                        if dotted(&call.func).is_some_and(|name| name.ends_with("suppress") || name.contains("assertRaises") || name.ends_with("raises")))
                });
                if hides {
                    return Catch::OnlyAsyncio;
                }
            }
            _ => {}
        }
    }
    Catch::Nothing
}

fn innermost_function(context: &Context<'_>, place: Place) -> Option<FuncId> {
    context
        .program
        .functions
        .iter()
        .enumerate()
        .filter(|(_, function)| {
            function.file == place.file
                && function.range.contains_range(place.range)
                && function.kind == ungreen_callgraph::FunctionKind::Def
        })
        .min_by_key(|(_, function)| function.range.len())
        .map(|(index, _)| FuncId(u32::try_from(index).unwrap_or(u32::MAX)))
}
