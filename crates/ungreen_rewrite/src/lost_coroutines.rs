//! Coroutines of the rewritten program that nothing awaits.

use std::collections::BTreeMap;

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::{
    CallKind, CallSite, Edge, EdgeKind, FileId, FuncId, Function, FunctionKind, Module, Program,
    Target,
};

use crate::checked::Checked;
use crate::recheck::{RecheckProblem, line_of};
use crate::tree::Tree;
use crate::usage::dotted;

/// Consumers of a coroutine that is not awaited at once.
const CONSUMERS: [&str; 16] = [
    "create_task",
    "ensure_future",
    "gather",
    "run",
    "run_until_complete",
    "run_coroutine_threadsafe",
    "settled",
    "shield",
    "wait_for",
    "as_completed",
    "spawn_background",
    "run_sync",
    "green_wait",
    "enter_async_context",
    "aclosing",
    "spawn_for_awaitable",
];

/// Where these consumers come from; `?` is the class of an object of which nothing is known.
const LIBRARIES: [&str; 4] = ["asyncio", "contextlib", "eventlet", "?"];

/// Libraries that await what the functions that they are given return.
const AWAITING_CALLBACKS: [&str; 3] = ["aiohttp", "asyncio", "websockets"];

/// What a lambda gives when it is called, if that is a coroutine: `lambda: store.load(key)`, with the function that it calls.
pub(crate) type Lambdas = BTreeMap<FuncId, FuncId>;

/// The lambdas of a program that hand on the coroutine of what they call, another lambda included.
pub(crate) fn lambdas_with_coroutines(program: &Program, modules: &[Module<'_>]) -> Lambdas {
    let mut trees: BTreeMap<FileId, Tree<'_>> = BTreeMap::new();
    let mut handed_on: Vec<&CallSite> = Vec::new();
    for site in &program.calls {
        let in_lambda = (program.functions.get(site.caller.0 as usize))
            .is_some_and(|caller| caller.kind == FunctionKind::Lambda);
        let Some(module) = modules.get(site.file.0 as usize) else {
            continue;
        };
        if !in_lambda || site.kind != CallKind::Call {
            continue;
        }
        let tree =
            (trees.entry(site.file)).or_insert_with(|| Tree::new(module.source, module.syntax));
        if is_value_of_lambda(tree, site.range) {
            handed_on.push(site);
        }
    }
    let mut lambdas = Lambdas::new();
    loop {
        let before = lambdas.len();
        for site in &handed_on {
            if let Some(function) = coroutine_of(program, &lambdas, site) {
                lambdas.entry(site.caller).or_insert(function);
            }
        }
        if lambdas.len() == before {
            return lambdas;
        }
    }
}

fn is_value_of_lambda(tree: &Tree<'_>, range: TextRange) -> bool {
    let Some((id, _)) = tree.expression(range) else {
        return false;
    };
    (tree.ancestors(id))
        .find(|(_, node)| !matches!(node, AnyNodeRef::ExprIf(_)))
        .is_some_and(|(_, node)| {
            // Not its parameters' defaults, which belong to the scope around the lambda.
            matches!(node, AnyNodeRef::ExprLambda(lambda) if lambda.body.range().contains_range(range))
        })
}

/// The coroutine function whose coroutine the call gives.
fn coroutine_of(program: &Program, lambdas: &Lambdas, site: &CallSite) -> Option<FuncId> {
    site.edges.iter().find_map(|edge| match edge.target {
        Target::Function(function) if edge.kind == EdgeKind::Call => {
            let is_async = (program.functions.get(function.0 as usize))
                .is_some_and(|function| function.is_async);
            if is_async {
                Some(function)
            } else {
                lambdas.get(&function).copied()
            }
        }
        _ => None,
    })
}

/// Calls of coroutine functions whose result is neither awaited nor handed to something that runs it.
pub(crate) fn lost_coroutines(
    checked: &Checked<'_>,
    file: FileId,
    tree: &Tree<'_>,
    path: &str,
) -> Vec<RecheckProblem> {
    let mut problems = Vec::new();
    let mut lost = |start: TextSize, function: FuncId| {
        let Some(function) = checked.function(function) else {
            return;
        };
        problems.push(RecheckProblem::new(
            path,
            line_of(tree.source, start),
            format!(
                "the coroutine that `{}` returns is not awaited",
                function.qualname
            ),
        ));
    };
    for site in checked.calls(file) {
        if let Some(function) = coroutine_of(checked.program, &checked.lambdas, site) {
            let target = checked.function(function);
            let fine = target.is_none_or(|target| match site.kind {
                CallKind::Call => is_consumed(checked, file, tree, site.range, target),
                // `misuse.rs` looks at loops and context managers.
                CallKind::Iterate | CallKind::With | CallKind::Decorate | CallKind::Implicit => {
                    true
                }
            });
            if !fine {
                lost(site.range.start(), function);
            }
        }
        if let Some((function, argument)) = spawned_coroutine(checked, site) {
            lost(argument.unwrap_or(site.range).start(), function);
        }
    }
    for (lambda, function) in &checked.lambdas {
        if let Some(facts) = checked.function(*lambda)
            && facts.file == file
            && !checked.reached.contains(lambda)
            && !is_given_to_awaiting(checked, file, tree, facts.range)
        {
            lost(facts.range.start(), *function);
        }
    }
    problems
}

/// The coroutine function that something starts which only calls it: `Thread(target=f)`, `loop.call_soon(f)`, `atexit.register(f)`.
fn spawned_coroutine(
    checked: &Checked<'_>,
    site: &CallSite,
) -> Option<(FuncId, Option<TextRange>)> {
    site.edges.iter().find_map(|edge| match edge.target {
        Target::Function(function) if edge.kind != EdgeKind::Call => {
            let facts = checked.function(function)?;
            let coroutine = if facts.is_async && !facts.is_generator {
                function
            } else {
                *checked.lambdas.get(&function)?
            };
            Some((coroutine, edge.argument))
        }
        _ => None,
    })
}

fn is_consumed(
    checked: &Checked<'_>,
    file: FileId,
    tree: &Tree<'_>,
    range: TextRange,
    target: &Function,
) -> bool {
    let Some((id, _)) = tree.expression(range) else {
        return true;
    };
    for (_, node) in tree.ancestors(id) {
        match node {
            AnyNodeRef::ExprAwait(_) => return true,
            // Whoever calls the lambda awaits it; the default of a parameter is made here.
            AnyNodeRef::ExprLambda(lambda) => return lambda.body.range().contains_range(range),
            AnyNodeRef::ExprCall(call) => {
                return takes_coroutines(checked, file, call) || target.is_generator;
            }
            AnyNodeRef::StmtFor(_) | AnyNodeRef::WithItem(_) => return target.is_generator,
            AnyNodeRef::Comprehension(clause) if clause.iter.range().contains_range(range) => {
                return target.is_generator;
            }
            // `gather(*[f(x) for x in xs])` and its like: a container that a consumer takes.
            AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprGenerator(_)
            | AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprTuple(_)
            | AnyNodeRef::ExprStarred(_)
            | AnyNodeRef::ExprIf(_)
            | AnyNodeRef::Arguments(_)
            | AnyNodeRef::Keyword(_) => {}
            // A generator is only made here, and iterated over elsewhere.
            _ => return target.is_generator,
        }
    }
    false
}

/// `asyncio.start_server(lambda reader, writer: handle(reader, writer, store))`, `self.addAsyncCleanup(awaited, lambda: relay.close())`.
fn is_given_to_awaiting(
    checked: &Checked<'_>,
    file: FileId,
    tree: &Tree<'_>,
    lambda: TextRange,
) -> bool {
    let Some((id, _)) = tree.expression(lambda) else {
        return false;
    };
    let around = (tree.ancestors(id))
        .find(|(_, node)| !matches!(node, AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_)));
    let Some((_, AnyNodeRef::ExprCall(call))) = around else {
        return false;
    };
    let is_library = |edge: &Edge| match &edge.target {
        Target::External(name) => AWAITING_CALLBACKS.contains(&root_of(name)),
        Target::Entry { name, .. } => AWAITING_CALLBACKS.contains(&root_of(name)),
        _ => false,
    };
    let of_helper = |argument: &Expr| {
        checked
            .references(file, argument.range())
            .iter()
            .any(|target| {
                matches!(target, Target::Function(function) if checked.is_of_helper(*function))
            })
    };
    checked.edges(file, call.range()).iter().any(is_library)
        || call.arguments.args.iter().any(of_helper)
}

/// The call hands the coroutines among its arguments to something that runs them. A function of the program, or of a library that knows
/// nothing of coroutines, does not do so whatever its name: `subprocess.run(load())`.
pub(crate) fn takes_coroutines(checked: &Checked<'_>, file: FileId, call: &ast::ExprCall) -> bool {
    let imports = (checked.program.files)
        .get(file.0 as usize)
        .map_or(&[][..], |facts| facts.imports.as_slice());
    let written = dotted(&call.func).unwrap_or_default();
    // `from aio_green import run as aio_run`.
    let name = imports
        .iter()
        .find(|import| import.name == written)
        .map_or(written.as_str(), |import| import.target.as_str());
    let last = match call.func.as_ref() {
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => name.rsplit('.').next().unwrap_or_default(),
    };
    if !CONSUMERS.contains(&last) {
        return false;
    }
    let edges = checked.edges(file, call.range());
    edges
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Call)
        .all(|edge| match &edge.target {
            Target::Function(function) => checked.is_of_helper(*function),
            Target::Class(_) => true,
            Target::Entry { name, .. } => LIBRARIES.contains(&root_of(name)),
            Target::External(name) => LIBRARIES.contains(&root_of(name)),
        })
}

fn root_of(name: &str) -> &str {
    name.split('.').next().unwrap_or_default()
}
