//! What goes over an object that is iterable only asynchronously.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;
use ungreen_callgraph::{CallKind, Place};
use ungreen_catalog::{Confidence, PythonVersion};
use ungreen_color::{EAGER_CONSUMERS, Edit, Part, Proposal};

use super::context::Context;
use super::proposals::{edit, source, text, with_difference};
use crate::usage::dotted;

/// The expression is iterated over, by the way it is written or by what is known of its value.
fn is_iterated(context: &Context<'_>, place: Place) -> bool {
    let by_syntax = context.tree(place.file).is_some_and(|tree| {
        let parent = tree
            .expression(place.range)
            .and_then(|(id, _)| tree.parent(id));
        match parent {
            Some((_, AnyNodeRef::StmtFor(statement))) => statement.iter.range() == place.range,
            Some((_, AnyNodeRef::Comprehension(clause))) => clause.iter.range() == place.range,
            _ => consumer_of(context, place)
                .and_then(|call| dotted(&call.func))
                .is_some_and(|name| {
                    EAGER_CONSUMERS.contains(&name.rsplit('.').next().unwrap_or_default())
                }),
        }
    });
    by_syntax
        || context
            .calls_in_file(place.file)
            .any(|site| site.kind == CallKind::Iterate && site.range == place.range)
}

/// Consumers that take one item after the other, and that have no asynchronous form.
const LAZY_CONSUMERS: [&str; 5] = ["zip", "enumerate", "map", "filter", "iter"];

/// The object at the place is asynchronously iterable: what goes over it says `async for`.
pub(super) fn iterated(context: &Context<'_>, mut proposal: Proposal, place: Place) -> Proposal {
    let range = place.range;
    let consumer = consumer_of(context, place);
    let name = consumer.and_then(|call| dotted(&call.func));
    match name.as_deref() {
        Some("next") => match consumer.and_then(|call| advance(context, place, call)) {
            Some(change) => {
                let call = consumer.map_or(range, Ranged::range);
                proposal.needs.awaits.push(call);
                proposal.edits.extend(change.edits);
                match change.difference {
                    Some(difference) => with_difference(proposal, difference),
                    None => proposal,
                }
            }
            None => Proposal {
                confidence: Confidence::Manual,
                advice: Some("write an `async for` that ends early".to_string()),
                ..proposal
            },
        },
        Some(name) if LAZY_CONSUMERS.contains(&name) => {
            proposal.needs.suspends = true;
            proposal.edits.push(edit(
                place,
                range,
                vec![
                    text("[item async for item in "),
                    Part::Source(range),
                    text("]"),
                ],
            ));
            with_difference(
                proposal,
                format!("all items are collected before `{name}` takes the first"),
            )
        }
        _ => {
            if is_iterated(context, place) {
                proposal.needs.async_for.push(range);
            }
            proposal
        }
    }
}

/// The call that has the expression as its argument.
fn consumer_of<'a>(context: &Context<'a>, place: Place) -> Option<&'a ast::ExprCall> {
    let tree = context.tree(place.file)?;
    let (id, _) = tree.expression(place.range)?;
    let call = tree.ancestors(id).take(2).last()?.1.expr_call()?;
    (call.func.range() != place.range).then_some(call)
}

struct Advance {
    edits: Vec<Edit>,
    difference: Option<&'static str>,
}

/// `next(items)` becomes `anext(items)`, to be awaited, or what does the same before Python 3.10; and who catches
/// its `StopIteration` catches `StopAsyncIteration`. `None` where that cannot be written.
fn advance(context: &Context<'_>, place: Place, call: &ast::ExprCall) -> Option<Advance> {
    let has_default = match &*call.arguments.args {
        [_] => false,
        [_, default] if !default.is_starred_expr() => true,
        _ => return None,
    };
    let mut edits = Vec::new();
    if context.config.target > PythonVersion::OLDEST {
        edits.push(edit(place, call.func.range(), vec![text("anext")]));
    } else if has_default || !call.arguments.args.first().is_some_and(super::is_primary) {
        return None;
    } else {
        edits.push(edit(
            place,
            call.range(),
            vec![source(place.range), text(".__anext__()")],
        ));
    }
    if has_default {
        return Some(Advance {
            edits,
            difference: None,
        });
    }
    let caught = catchers(context, place);
    let difference = caught
        .is_empty()
        .then_some("an iterator at its end raises `StopAsyncIteration` instead of `StopIteration`");
    edits.extend(caught);
    Some(Advance { edits, difference })
}

/// Edits of the handlers for `StopIteration` around the place, in its function. Of several calls in one `try` the first makes them.
fn catchers(context: &Context<'_>, place: Place) -> Vec<Edit> {
    let Some(tree) = context.tree(place.file) else {
        return Vec::new();
    };
    let Some((id, _)) = tree.expression(place.range) else {
        return Vec::new();
    };
    for (_, node) in tree.ancestors(id) {
        let statement = match node {
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_) => break,
            AnyNodeRef::StmtTry(statement) => statement,
            _ => continue,
        };
        let in_body = |range| {
            statement
                .body
                .iter()
                .any(|inside| inside.range().contains_range(range))
        };
        let classes: Vec<(&Expr, bool)> = statement
            .handlers
            .iter()
            .filter_map(|handler| {
                let ast::ExceptHandler::ExceptHandler(handler) = handler;
                handler.type_.as_deref()
            })
            .flat_map(|class| match class {
                Expr::Tuple(classes) => classes.elts.iter().map(|class| (class, false)).collect(),
                class => vec![(class, true)],
            })
            .filter(|(class, _)| dotted(class).as_deref() == Some("StopIteration"))
            .collect();
        if classes.is_empty() || !in_body(place.range) {
            continue;
        }
        let mut others = tree
            .nodes()
            .filter_map(|(_, node)| node.expr_call())
            .filter(|call| {
                dotted(&call.func).as_deref() == Some("next")
                    && in_body(call.range())
                    && !call.range().contains_range(place.range)
            })
            .peekable();
        let is_alone = others.peek().is_none();
        if others.any(|other| other.start() < place.range.start()) {
            break;
        }
        return classes
            .into_iter()
            .map(|(class, is_whole)| {
                let name = match (is_alone, is_whole) {
                    (true, _) => "StopAsyncIteration",
                    (false, false) => "StopIteration, StopAsyncIteration",
                    (false, true) => "(StopIteration, StopAsyncIteration)",
                };
                edit(place, class.range(), vec![text(name)])
            })
            .collect();
    }
    Vec::new()
}
