//! A connection that one function uses as a stream: `recv` becomes `reader.read`, `sendall` becomes `writer.write` with `drain`.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{AllocId, FuncId, ObjectUse, Place};
use ungreen_color::{Part, Proposal};

use super::context::Context;
use super::proposals::{edit, exact, source, text, with_difference};
use crate::tree::Tree;

pub(super) const NAME: &str = "stream";
pub(super) const CONNECTION: &str = "eventlet.greenio.GreenSocket";

const BUFFERED: &str = "`drain` waits only while more than 64 KiB are unsent, so that a send that fails may show at a later one";

/// The connection's name in the function that uses it.
pub(super) struct User<'a> {
    pub(super) function: FuncId,
    pub(super) place: Place,
    pub(super) name: &'a str,
    /// How often the function names the connection without using it.
    pub(super) bindings: usize,
}

/// One proposal for each use; `None` if streams cannot do what one of them does.
pub(super) fn uses(context: &Context<'_>, id: AllocId, user: &User<'_>) -> Option<Vec<Proposal>> {
    let allocation = context.program.allocations.get(id.0 as usize)?;
    let tree = context.tree(user.place.file)?;
    if !allocation.escapes.is_empty() || !context.is_green_object(id) {
        return None;
    }
    let mut proposals = Vec::new();
    for used in &allocation.uses {
        if used.place.file != user.place.file || used.function != user.function || used.mixed {
            return None;
        }
        proposals.push(one(tree, used, user.name)?);
    }
    let named = names(tree, user.place.range)
        .filter(|name| *name == user.name)
        .count();
    let is_free = names(tree, user.place.range).all(|name| {
        // Whoever tells a broken pipe from a connection that was reset would miss it.
        !["reader", "writer", "BrokenPipeError"].contains(&name)
    });
    (is_free && !proposals.is_empty() && named == proposals.len() + user.bindings)
        .then_some(proposals)
}

/// Names and parameters in a part of the file.
pub(super) fn names<'a>(
    tree: &'a Tree<'_>,
    range: TextRange,
) -> impl Iterator<Item = &'a str> + 'a {
    tree.nodes().filter_map(move |(_, node)| match node {
        AnyNodeRef::ExprName(name) if range.contains_range(name.range) => Some(name.id.as_str()),
        AnyNodeRef::Parameter(parameter) if range.contains_range(parameter.range) => {
            Some(parameter.name.as_str())
        }
        _ => None,
    })
}

/// The statement fills its lines, but for a comment behind it.
pub(super) fn is_alone(tree: &Tree<'_>, statement: TextRange) -> bool {
    let before = TextRange::new(tree.line_start(statement.start()), statement.start());
    let after = TextRange::new(statement.end(), tree.line_end(statement.end()));
    let rest = tree.slice(after).trim();
    tree.slice(before).trim().is_empty() && (rest.is_empty() || rest.starts_with('#'))
}

fn one(tree: &Tree<'_>, used: &ObjectUse, name: &str) -> Option<Proposal> {
    let range = used.call?;
    let place = Place {
        file: used.place.file,
        range,
    };
    let call = tree.call(range)?;
    let method = call.func.as_attribute_expr()?;
    let is_named = matches!(&*method.value, Expr::Name(found) if found.id.as_str() == name);
    let (id, _) = tree.expression(range)?;
    let (_, parent) = tree.parent(id)?;
    if !is_named || !call.arguments.keywords.is_empty() || !is_alone(tree, parent.range()) {
        return None;
    }
    let statement = parent.range();
    let indent = tree.indentation_at(statement.start());
    let unit = tree.indent_unit();
    let made = |what: &str| {
        let summary = format!("`{}` becomes {what}", used.attribute);
        exact(NAME, place, used.function, CONNECTION, summary)
    };
    match (used.attribute.as_str(), &*call.arguments.args, parent) {
        ("recv", [size], AnyNodeRef::StmtAssign(assign)) if !size.is_starred_expr() => {
            let [Expr::Name(target)] = assign.targets.as_slice() else {
                return None;
            };
            let mut proposal = made("`reader.read`; a reset is an end, as before");
            proposal.needs.awaits.push(range);
            proposal
                .edits
                .push(edit(place, method.range, vec![text("reader.read")]));
            proposal.edits.push(edit(
                place,
                statement,
                vec![
                    text(format!("try:\n{indent}{unit}")),
                    source(statement),
                    text(format!(
                        "\n{indent}except ConnectionResetError:\n{indent}{unit}{} = b\"\"",
                        target.id
                    )),
                ],
            ));
            Some(proposal)
        }
        ("sendall" | "send", [data], AnyNodeRef::StmtExpr(_)) if !data.is_starred_expr() => {
            let mut proposal = made("`writer.write` and `writer.drain`");
            proposal.needs.suspends = true;
            proposal.edits.push(edit(
                place,
                range,
                vec![
                    text("writer.write("),
                    source(data.range()),
                    text(format!(")\n{indent}await writer.drain()")),
                ],
            ));
            Some(with_difference(proposal, BUFFERED))
        }
        ("close", [], AnyNodeRef::StmtExpr(_)) => {
            let mut proposal = made("`writer.close`");
            proposal
                .edits
                .push(edit(place, method.range, vec![text("writer.close")]));
            Some(proposal)
        }
        _ => None,
    }
}

/// `name.close()`.
pub(super) fn closes(statement: &Stmt, name: &str) -> bool {
    matches!(statement, Stmt::Expr(expression)
        if matches!(&*expression.value, Expr::Call(call)
            if call.arguments.is_empty()
                && matches!(&*call.func, Expr::Attribute(attribute)
                    if attribute.attr.as_str() == "close"
                        && matches!(&*attribute.value, Expr::Name(found) if found.id.as_str() == name))))
}

/// The statement is `try` and closes the connection whatever happens.
pub(super) fn closes_at_last(statement: &Stmt, name: &str) -> bool {
    matches!(statement, Stmt::Try(attempt)
        if attempt.finalbody.iter().any(|statement| closes(statement, name)))
}

/// What stands in front of the body of a function that is given a stream, and around it: the stream is closed when the body
/// ends, as a socket is that nothing refers to any more. `None` if the body is written in a way that cannot be indented.
pub(super) fn closed_body(
    tree: &Tree<'_>,
    function: &ast::StmtFunctionDef,
    name: &str,
    first_line: Option<String>,
) -> Option<Vec<(TextRange, Vec<Part>)>> {
    let is_docstring = |statement: &&Stmt| matches!(statement, Stmt::Expr(expression) if expression.value.is_string_literal_expr());
    let docstring = usize::from(function.body.first().as_ref().is_some_and(is_docstring));
    let body = function.body.get(docstring..)?;
    let (first, last) = (body.first()?, body.last()?);
    if !is_alone(tree, TextRange::new(first.start(), last.end())) {
        return None;
    }
    let indent = tree.indentation_at(first.start());
    let unit = tree.indent_unit();
    let head = first_line
        .map(|line| format!("{line}\n{indent}"))
        .unwrap_or_default();
    if let [only] = body
        && closes_at_last(only, name)
    {
        let start = TextRange::empty(first.start());
        return Some(if head.is_empty() {
            Vec::new()
        } else {
            vec![(start, vec![text(head)])]
        });
    }
    let kept = match body {
        [.., before, last] if closes(last, name) => {
            let end = tree.line_end(before.end());
            let between = TextRange::new(end, last.start());
            tree.slice(between).trim().is_empty().then_some(end)
        }
        _ => None,
    };
    let inner = TextRange::new(first.start(), kept.unwrap_or(last.end()));
    let whole = TextRange::new(first.start(), last.end());
    Some(vec![(
        whole,
        vec![
            text(format!("{head}try:\n{indent}{unit}")),
            Part::Indented {
                range: inner,
                levels: 1,
            },
            text(format!("\n{indent}finally:\n{indent}{unit}writer.close()")),
        ],
    )])
}
