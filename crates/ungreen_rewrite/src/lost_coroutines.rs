//! Coroutines of the rewritten program that nothing awaits.

use std::collections::BTreeMap;

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{
    CallKind, CallSite, EdgeKind, FileId, FuncId, Function, FunctionKind, Module, Program, Target,
};

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
    program: &Program,
    lambdas: &Lambdas,
    file: FileId,
    tree: &Tree<'_>,
    path: &str,
) -> Vec<RecheckProblem> {
    let mut problems = Vec::new();
    for site in program.calls.iter().filter(|site| site.file == file) {
        let target = coroutine_of(program, lambdas, site)
            .and_then(|function| program.functions.get(function.0 as usize));
        let Some(target) = target else { continue };
        let fine = match site.kind {
            CallKind::Call => is_consumed(program, file, tree, site.range, target),
            CallKind::Iterate | CallKind::With => {
                target.is_generator || is_asynchronous(tree, site.range)
            }
            CallKind::Decorate | CallKind::Implicit => true,
        };
        if !fine {
            problems.push(RecheckProblem::new(
                path,
                line_of(tree.source, site.range.start()),
                format!(
                    "the coroutine that `{}` returns is not awaited",
                    target.qualname
                ),
            ));
        }
    }
    problems
}

fn is_consumed(
    program: &Program,
    file: FileId,
    tree: &Tree<'_>,
    range: TextRange,
    target: &Function,
) -> bool {
    let imports = program
        .files
        .get(file.0 as usize)
        .map_or(&[][..], |facts| facts.imports.as_slice());
    let Some((id, _)) = tree.expression(range) else {
        return true;
    };
    for (_, node) in tree.ancestors(id) {
        match node {
            AnyNodeRef::ExprAwait(_) => return true,
            // Whoever calls the lambda awaits it.
            AnyNodeRef::ExprLambda(_) => return true,
            AnyNodeRef::ExprCall(call) => {
                let written = dotted(&call.func).unwrap_or_default();
                // `from aio_green import run as aio_run`.
                let name = imports
                    .iter()
                    .find(|import| import.name == written)
                    .map_or(written.as_str(), |import| import.target.as_str());
                return CONSUMERS.contains(&name.rsplit('.').next().unwrap_or_default())
                    || target.is_generator;
            }
            AnyNodeRef::StmtFor(statement) => return statement.is_async && target.is_generator,
            AnyNodeRef::Comprehension(clause) if clause.iter.range().contains_range(range) => {
                return clause.is_async;
            }
            AnyNodeRef::WithItem(_) => return is_asynchronous(tree, range),
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

/// The expression is an item of `async with`, or what `async for` goes over.
fn is_asynchronous(tree: &Tree<'_>, range: TextRange) -> bool {
    let Some((id, _)) = tree.expression(range) else {
        return true;
    };
    tree.ancestors(id)
        .find_map(|(_, node)| match node {
            AnyNodeRef::StmtWith(statement) => Some(statement.is_async),
            AnyNodeRef::StmtFor(statement) => Some(statement.is_async),
            AnyNodeRef::Comprehension(clause) => Some(clause.is_async),
            AnyNodeRef::ExprCall(_) => Some(true),
            _ => None,
        })
        .unwrap_or(true)
}
