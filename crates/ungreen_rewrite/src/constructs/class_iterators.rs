//! Classes whose `__iter__` or `__next__` suspends: they become `__aiter__` and `__anext__`. The loops over their objects follow from the Plan.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;
use ungreen_callgraph::{CallKind, CallSite, FuncId, Function, Place, Target};
use ungreen_color::{PinKind, Proposal};

use super::context::Context;
use super::proposals::{edit, exact, in_group, text, with_difference};

const NAME: &str = "class-iterator";
const DIFFERENCE: &str =
    "code outside the program that iterates over these objects would have to do it by `async for`";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for members in iterators(context) {
        if !members
            .iter()
            .all(|method| can_be_renamed(context, *method, &members))
        {
            continue;
        }
        let suspending: Vec<FuncId> = (members.iter().copied())
            .filter(|method| function(context, *method).is_some_and(runs_the_iteration))
            .collect();
        let group = context.new_group();
        for method in &members {
            let Some(facts) = function(context, *method) else {
                continue;
            };
            let place = Place {
                file: facts.file,
                range: facts.name_range,
            };
            let name = if facts.name == "__iter__" {
                "__aiter__"
            } else {
                "__anext__"
            };
            let class_body = facts.parent.unwrap_or(*method);
            let summary = format!("`{}` becomes `{name}`", facts.qualname);
            let mut proposal = Proposal {
                entry: None,
                code: "UG301",
                ..exact(NAME, place, class_body, "", summary)
            };
            proposal
                .needs
                .only_if_async
                .extend(suspending.iter().copied());
            if suspending.contains(method) {
                proposal.needs.coroutines.push(*method);
                proposal.needs.lifts.push((*method, PinKind::Dunder));
            }
            proposal
                .edits
                .push(edit(place, place.range, vec![text(name)]));
            for raised in ends(context, facts) {
                proposal
                    .edits
                    .push(edit(place, raised, vec![text("StopAsyncIteration")]));
            }
            proposals.push(in_group(with_difference(proposal, DIFFERENCE), group));
        }
    }
    proposals
}

fn function<'a>(context: &Context<'a>, method: FuncId) -> Option<&'a Function> {
    context.program.functions.get(method.0 as usize)
}

/// `__next__`, or an `__iter__` that yields. Any other `__iter__` only gives the iterator.
fn runs_the_iteration(facts: &Function) -> bool {
    facts.name == "__next__" || facts.is_generator
}

fn is_iterator_method(context: &Context<'_>, target: &Target) -> Option<FuncId> {
    let Target::Function(method) = target else {
        return None;
    };
    let facts = function(context, *method)?;
    (facts.class.is_some()
        && matches!(facts.name.as_str(), "__iter__" | "__next__")
        && !facts.is_async)
        .then_some(*method)
}

/// The methods of iteration, in sets of those that meet in one class or at one place.
fn iterators(context: &Context<'_>) -> Vec<Vec<FuncId>> {
    let mut sets: Vec<Vec<FuncId>> = Vec::new();
    let mut join = |methods: Vec<FuncId>| {
        let (joined, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut sets)
            .into_iter()
            .partition(|set| set.iter().any(|method| methods.contains(method)));
        sets = rest;
        let mut set: Vec<FuncId> = joined.into_iter().flatten().chain(methods).collect();
        set.sort_unstable();
        set.dedup();
        sets.push(set);
    };
    for class in &context.program.classes {
        let own: Vec<FuncId> = ["__iter__", "__next__"]
            .iter()
            .filter_map(|name| class.methods.get(*name))
            .filter_map(|method| is_iterator_method(context, &Target::Function(*method)))
            .collect();
        if !own.is_empty() {
            join(own);
        }
    }
    for site in &context.program.calls {
        if site.kind == CallKind::Iterate {
            let met: Vec<FuncId> = (site.edges.iter())
                .filter_map(|edge| is_iterator_method(context, &edge.target))
                .collect();
            if met.len() > 1 {
                join(met);
            }
        }
    }
    sets.sort_unstable();
    sets.retain(|set| {
        set.iter().any(|method| {
            function(context, *method).is_some_and(runs_the_iteration)
                && context.may_suspend(*method)
        })
    });
    sets
}

/// Nothing but iteration uses the method, and its end can be told by the other exception.
fn can_be_renamed(context: &Context<'_>, method: FuncId, members: &[FuncId]) -> bool {
    let Some(facts) = function(context, method) else {
        return false;
    };
    let is_target = |target: &Target| *target == Target::Function(method);
    let overrides_known = facts.overrides.iter().all(|base| members.contains(base));
    let is_named = context
        .program
        .references
        .iter()
        .any(|reference| reference.targets.iter().any(is_target));
    let by_iteration = |site: &CallSite| {
        !site.edges.iter().any(|edge| is_target(&edge.target)) || site.kind == CallKind::Iterate
    };
    overrides_known
        && facts.external_overrides.is_empty()
        && facts.decorators.is_empty()
        && !is_named
        && context.program.calls.iter().all(by_iteration)
        && (facts.name != "__next__" || ends_by_raise(context, facts))
}

/// The nodes of the method itself.
fn own_nodes<'a>(
    context: &'a Context<'_>,
    facts: &Function,
) -> impl Iterator<Item = AnyNodeRef<'a>> {
    let range = facts.range;
    context
        .tree(facts.file)
        .into_iter()
        .flat_map(|tree| tree.nodes())
        .map(|(_, node)| node)
        .filter(move |node| range.contains_range(node.range()))
}

/// `StopIteration` leaves the method only by `raise StopIteration`, or out of `next` of what becomes asynchronous as well.
fn ends_by_raise(context: &Context<'_>, facts: &Function) -> bool {
    let iterated: FxHashSet<TextRange> = context
        .calls_in_file(facts.file)
        .filter(|site| site.kind == CallKind::Iterate && !site.is_mixed)
        .filter(|site| {
            site.edges.iter().all(|edge| match edge.target {
                Target::Function(function) => context.may_suspend(function),
                _ => false,
            })
        })
        .map(|site| site.range)
        .collect();
    own_nodes(context, facts).all(|node| match node {
        AnyNodeRef::ExprCall(call) => match (&*call.func, &*call.arguments.args) {
            (Expr::Name(name), [source]) if name.id == "next" => iterated.contains(&source.range()),
            (Expr::Attribute(attribute), []) => {
                !matches!(attribute.attr.as_str(), "__next__" | "next")
            }
            _ => true,
        },
        AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
            !handler.type_.as_deref().is_some_and(names_the_end)
        }
        _ => true,
    })
}

fn names_the_end(kind: &Expr) -> bool {
    match kind {
        Expr::Name(name) => name.id == "StopIteration",
        Expr::Tuple(kinds) => kinds.elts.iter().any(names_the_end),
        _ => false,
    }
}

/// `StopIteration` in the `raise` statements of a `__next__`.
fn ends(context: &Context<'_>, facts: &Function) -> Vec<TextRange> {
    if facts.name != "__next__" {
        return Vec::new();
    }
    own_nodes(context, facts)
        .filter_map(|node| match node {
            AnyNodeRef::StmtRaise(ast::StmtRaise {
                exc: Some(raised), ..
            }) => Some(raised),
            _ => None,
        })
        .map(|raised| match &**raised {
            Expr::Call(call) => &*call.func,
            other => other,
        })
        .filter(|kind| names_the_end(kind) && kind.is_name_expr())
        .map(Ranged::range)
        .collect()
}
