//! A connection that one function uses as a stream: `recv` becomes `reader.read`, `sendall` becomes `writer.write` with `drain`.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::{AllocId, FileId, FuncId, ObjectUse, Place};
use ungreen_color::{Part, Proposal};

use super::context::Context;
use super::proposals::{edit, exact, source, text, with_difference};
use crate::tree::{NodeId, Tree};
use crate::usage::dotted;

pub(super) const NAME: &str = "stream";
pub(super) const CONNECTION: &str = "eventlet.greenio.GreenSocket";

pub(super) const PEER: &str =
    "the peer's address is `None` if the peer is gone before the address is looked up";

/// Names that the function must not have for something else, and those with which it would tell a broken pipe from a reset.
const TAKEN: [&str; 5] = ["reader", "writer", "received", "BrokenPipeError", "errno"];

/// The connection's name in the function that uses it.
pub(super) struct User<'a> {
    pub(super) function: FuncId,
    pub(super) place: Place,
    pub(super) name: &'a str,
    /// How often the function names the connection but for uses that are rewritten.
    pub(super) bindings: usize,
    /// Where those are.
    pub(super) within: TextRange,
    /// Expressions that use it and go.
    pub(super) skipped: Vec<TextRange>,
    /// What sending changes.
    pub(super) sending: Option<&'static str>,
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
        let is_skipped = |range| user.skipped.contains(&range);
        if is_skipped(used.place.range) || used.call.is_some_and(is_skipped) {
            continue;
        }
        if user.within.contains_range(used.place.range) {
            proposals.push(one(tree, used, user)?);
        } else {
            return None;
        }
    }
    let named = names(tree, user.place.range)
        .filter(|name| *name == user.name)
        .count();
    let is_free = names(tree, user.place.range).all(|name| !TAKEN.contains(&name));
    (is_free && !proposals.is_empty() && named == proposals.len() + user.bindings)
        .then_some(proposals)
}

/// The object that a call makes.
pub(super) fn made_at(context: &Context<'_>, place: Place) -> Option<AllocId> {
    let allocations = &context.program.allocations;
    let index = allocations
        .iter()
        .position(|allocation| allocation.place == place)?;
    Some(AllocId(u32::try_from(index).ok()?))
}

/// The program has one of the names, or an attribute of that name.
pub(super) fn mentions(context: &Context<'_>, words: &[&str]) -> bool {
    (0..context.program.files.len())
        .filter_map(|file| context.tree(FileId(u32::try_from(file).unwrap_or(u32::MAX))))
        .any(|tree| {
            tree.nodes().any(|(_, node)| match node {
                AnyNodeRef::ExprName(name) => words.contains(&name.id.as_str()),
                AnyNodeRef::ExprAttribute(attribute) => words.contains(&attribute.attr.as_str()),
                _ => false,
            })
        })
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

fn one(tree: &Tree<'_>, used: &ObjectUse, user: &User<'_>) -> Option<Proposal> {
    let is_managed = used.attribute == "__enter__";
    let range = if is_managed {
        used.place.range
    } else {
        used.call?
    };
    let place = Place {
        file: used.place.file,
        range,
    };
    let made = |what: &str| {
        let summary = format!("`{}` becomes {what}", used.attribute);
        exact(NAME, place, used.function, CONNECTION, summary)
    };
    if is_managed {
        let mut proposal = made("`try` and `finally`");
        let (range, parts) = managed(tree, range, user.name)?;
        proposal.edits.push(edit(place, range, parts));
        return Some(proposal);
    }
    let call = tree.call(range)?;
    let method = call.func.as_attribute_expr()?;
    let is_named = matches!(&*method.value, Expr::Name(found) if found.id.as_str() == user.name);
    if !is_named || !call.arguments.keywords.is_empty() {
        return None;
    }
    let replaced = |mut proposal: Proposal, range: TextRange, with: &str| {
        proposal.edits.push(edit(place, range, vec![text(with)]));
        proposal
    };
    match (used.attribute.as_str(), &*call.arguments.args) {
        ("getpeername", []) => {
            let info = "writer.get_extra_info(\"peername\")";
            let proposal = replaced(made("`get_extra_info`"), range, info);
            return Some(with_difference(proposal, PEER));
        }
        ("getsockname", []) => {
            let info = "writer.get_extra_info(\"sockname\")";
            return Some(replaced(made("`get_extra_info`"), range, info));
        }
        ("setsockopt" | "getsockopt", [_, ..]) => {
            let socket = "writer.get_extra_info(\"socket\")";
            let proposal = made("a method of the stream's socket");
            return Some(replaced(proposal, method.value.range(), socket));
        }
        ("recv", [size]) => {
            let mut proposal = made("`reader.read`; a reset is an end, as before");
            received(tree, place, size, &mut proposal)?;
            return Some(proposal);
        }
        _ => {}
    }
    let (id, _) = tree.expression(range)?;
    let (_, AnyNodeRef::StmtExpr(statement)) = tree.parent(id)? else {
        return None;
    };
    if !is_alone(tree, statement.range) {
        return None;
    }
    let indent = tree.indentation_at(statement.start());
    match (used.attribute.as_str(), &*call.arguments.args) {
        ("sendall" | "send", [data]) if !data.is_starred_expr() => {
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
            Some(match user.sending {
                Some(difference) => with_difference(proposal, difference),
                None => proposal,
            })
        }
        ("shutdown", [how]) if is_constant(how, "SHUT_WR") => Some(replaced(
            made("`writer.write_eof`"),
            range,
            "writer.write_eof()",
        )),
        ("close", []) => Some(replaced(
            made("`writer.close`"),
            method.range,
            "writer.close",
        )),
        _ => None,
    }
}

/// The value is `socket.NAME` or `NAME`.
pub(super) fn is_constant(value: &Expr, name: &str) -> bool {
    match value {
        Expr::Name(found) => found.id.as_str() == name,
        Expr::Attribute(found) => found.attr.as_str() == name,
        _ => false,
    }
}

/// `data = connection.recv(size)`, `return connection.recv(size)`, `print(connection.recv(size).decode())`.
fn received(tree: &Tree<'_>, place: Place, size: &Expr, proposal: &mut Proposal) -> Option<()> {
    let range = place.range;
    let call = tree.call(range)?;
    let (id, _) = tree.expression(range)?;
    let statement = first_evaluated_in(tree, id)?;
    let whole = statement.range();
    if size.is_starred_expr() || !is_alone(tree, whole) {
        return None;
    }
    let indent = tree.indentation_at(whole.start());
    let unit = tree.indent_unit();
    let is_whole = |value: &Expr| value.range() == range;
    let instead = match statement {
        AnyNodeRef::StmtAssign(assign) if is_whole(&assign.value) => match &*assign.targets {
            [Expr::Name(target)] => Some(format!("{} = b\"\"", target.id)),
            _ => None,
        },
        AnyNodeRef::StmtAugAssign(assign) => {
            let is_sum = assign.op == ast::Operator::Add && assign.target.is_name_expr();
            (is_sum && is_whole(&assign.value)).then(|| "pass".to_string())
        }
        AnyNodeRef::StmtReturn(returned) => {
            let is_returned = returned.value.as_deref().is_some_and(is_whole);
            is_returned.then(|| "return b\"\"".to_string())
        }
        _ => None,
    };
    if whole == range {
        proposal.needs.suspends = true;
        proposal.edits.push(edit(
            place,
            whole,
            vec![
                text(format!("try:\n{indent}{unit}await reader.read(")),
                source(size.range()),
                text(format!(
                    ")\n{indent}except ConnectionResetError:\n{indent}{unit}pass"
                )),
            ],
        ));
        return Some(());
    }
    if let Some(instead) = instead {
        proposal.needs.awaits.push(range);
        let read = vec![text("reader.read")];
        proposal.edits.push(edit(place, call.func.range(), read));
        proposal.edits.push(edit(
            place,
            whole,
            vec![
                text(format!("try:\n{indent}{unit}")),
                source(whole),
                text(format!(
                    "\n{indent}except ConnectionResetError:\n{indent}{unit}{instead}"
                )),
            ],
        ));
        return Some(());
    }
    // What is written in front of the statement must mean the same there.
    if statement.is_stmt_aug_assign() || !(size.is_number_literal_expr() || size.is_name_expr()) {
        return None;
    }
    proposal.needs.suspends = true;
    proposal
        .edits
        .push(edit(place, range, vec![text("received")]));
    proposal.edits.push(edit(
        place,
        whole,
        vec![
            text(format!(
                "try:\n{indent}{unit}received = await reader.read({})\n{indent}except ConnectionResetError:\n{indent}{unit}received = b\"\"\n{indent}",
                tree.slice(size.range())
            )),
            source(whole),
        ],
    ));
    Some(())
}

/// The simple statement in which nothing is evaluated before the expression but names.
fn first_evaluated_in<'a>(tree: &'a Tree<'_>, id: NodeId) -> Option<AnyNodeRef<'a>> {
    let mut below = tree.node(id)?.range();
    for (_, node) in tree.ancestors(id) {
        match node {
            AnyNodeRef::ExprAttribute(_) => {}
            AnyNodeRef::Arguments(arguments) => {
                if arguments.args.first().map(Ranged::range) != Some(below) {
                    return None;
                }
            }
            AnyNodeRef::ExprCall(call) => {
                let is_first = call.func.range() == below
                    || (dotted(&call.func).is_some()
                        && call.arguments.args.first().is_some_and(|first| {
                            first.range() == below || call.arguments.range() == below
                        }));
                if !is_first {
                    return None;
                }
            }
            AnyNodeRef::StmtAssign(assign) => {
                return (assign.value.range() == below).then_some(node);
            }
            AnyNodeRef::StmtAugAssign(assign) => {
                return (assign.value.range() == below).then_some(node);
            }
            AnyNodeRef::StmtReturn(_) | AnyNodeRef::StmtExpr(_) => return Some(node),
            _ => return None,
        }
        below = node.range();
    }
    None
}

/// `with connection:`.
fn managed(tree: &Tree<'_>, context: TextRange, name: &str) -> Option<(TextRange, Vec<Part>)> {
    let (id, _) = tree.expression(context)?;
    let statement = tree.ancestors(id).find_map(|(_, node)| match node {
        AnyNodeRef::StmtWith(statement) => Some(statement),
        _ => None,
    })?;
    let [item] = statement.items.as_slice() else {
        return None;
    };
    let is_named = matches!(&item.context_expr, Expr::Name(found) if found.id.as_str() == name);
    if !is_named || item.optional_vars.is_some() || statement.is_async {
        return None;
    }
    let body = body_of(tree, statement, item.range().end())?;
    let indent = tree.indentation_at(statement.start());
    let unit = tree.indent_unit();
    Some((
        TextRange::new(statement.start(), body.end()),
        vec![
            text("try:"),
            source(body),
            text(format!("\n{indent}finally:\n{indent}{unit}writer.close()")),
        ],
    ))
}

/// What stands behind the colon of `with`; `None` if it stands on the line of `with`.
pub(super) fn body_of(
    tree: &Tree<'_>,
    statement: &ast::StmtWith,
    items_end: TextSize,
) -> Option<TextRange> {
    let first = statement.body.first()?;
    let head = TextRange::new(items_end, tree.line_end(items_end));
    let colon = items_end + TextSize::new(1);
    let rest = TextRange::new(statement.end(), tree.line_end(statement.end()));
    (tree.slice(head).starts_with(':')
        && first.start() > head.end()
        && tree.slice(rest).trim().is_empty())
    .then(|| TextRange::new(colon, statement.end()))
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

/// The statement is `try` or `with` and closes the connection whatever happens.
fn closes_at_last(statement: &Stmt, name: &str) -> bool {
    match statement {
        Stmt::Try(attempt) => attempt
            .finalbody
            .iter()
            .any(|statement| closes(statement, name)),
        Stmt::With(with) => with.items.first().is_some_and(
            |item| matches!(&item.context_expr, Expr::Name(found) if found.id.as_str() == name),
        ),
        _ => false,
    }
}

/// The first of the statements that matters closes the connection whatever happens: its position.
pub(super) fn closed_at(statements: &[Stmt], name: &str) -> Option<usize> {
    let cannot_fail = |statement: &Stmt| {
        matches!(statement, Stmt::Assign(assign)
        if assign.targets.iter().all(Expr::is_name_expr)
            && match &*assign.value {
                Expr::List(list) => list.elts.is_empty(),
                Expr::Dict(dict) => dict.items.is_empty(),
                value => value.is_literal_expr() || value.is_name_expr(),
            })
    };
    let position = statements
        .iter()
        .position(|statement| !cannot_fail(statement))?;
    closes_at_last(statements.get(position)?, name).then_some(position)
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
    if closed_at(body, name).is_some() {
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
