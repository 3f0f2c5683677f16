//! `timer = Timeout(5)`, `try: … finally: timer.cancel()` becomes `try: async with Timeout(5) as timer: …`, and without `try` a block up to
//! the `timer.cancel()`.

use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtAssign};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::Place;
use ungreen_color::Edit;

use super::context::Context;
use super::proposals::{source, text};
use crate::tree::Tree;

/// What becomes of a timeout that is not entered.
pub(super) struct Timed {
    pub(super) edit: Edit,
    pub(super) difference: Option<&'static str>,
}

/// The edit that moves the timeout made at `place` into the `try` statement right behind it.
pub(super) fn timed_try(context: &Context<'_>, place: Place) -> Option<Timed> {
    let tree = context.tree(place.file)?;
    let (id, _) = tree.expression(place.range)?;
    let (statement, AnyNodeRef::StmtAssign(assign)) = tree.parent(id)? else {
        return None;
    };
    let [Expr::Name(timer)] = assign.targets.as_slice() else {
        return None;
    };
    let (block, position) = tree.block_of(statement)?;
    let is_cancel = |statement: &Stmt| {
        matches!(statement, Stmt::Expr(expression)
            if matches!(&*expression.value, Expr::Call(call)
                if call.arguments.is_empty()
                    && matches!(&*call.func, Expr::Attribute(attribute)
                        if attribute.attr.as_str() == "cancel"
                            && matches!(&*attribute.value, Expr::Name(name) if name.id == timer.id))))
    };
    let Some(Stmt::Try(attempt)) = block.get(position + 1) else {
        return up_to_cancel(
            tree,
            place,
            assign,
            &timer.id,
            block.get(position + 1..)?,
            is_cancel,
        );
    };
    if !attempt.finalbody.iter().any(is_cancel) {
        return None;
    }
    let (first, last) = (attempt.body.first()?, attempt.body.last()?);
    // `try: f()` on one line has no block to indent.
    if tree.line_start(first.start()) <= attempt.start() {
        return None;
    }
    let end = tree.line_end(last.end());
    let between = TextRange::new(tree.line_end(assign.end()), attempt.start());
    let leading = tree.slice(between);
    let blank = leading.len() - leading.trim_start().len();
    let comments = TextRange::new(
        between.start() + TextSize::try_from(blank).ok()?,
        attempt.start(),
    );
    let inner = tree.indentation_at(first.start());
    let head = TextRange::new(attempt.start(), first.start());
    let edit = Edit {
        place: Place {
            file: place.file,
            range: TextRange::new(assign.start(), end),
        },
        parts: vec![
            source(comments),
            source(head),
            text("async with "),
            source(place.range),
            text(format!(" as {}:\n{inner}{}", timer.id, tree.indent_unit())),
            ungreen_color::Part::Indented {
                range: TextRange::new(first.start(), end),
                levels: 1,
            },
        ],
    };
    Some(Timed {
        edit,
        difference: None,
    })
}

/// `timer = Timeout(5)`, some statements, `timer.cancel()`.
fn up_to_cancel(
    tree: &Tree<'_>,
    place: Place,
    assign: &StmtAssign,
    timer: &str,
    behind: &[Stmt],
    is_cancel: impl Fn(&Stmt) -> bool,
) -> Option<Timed> {
    let count = behind.iter().position(is_cancel)?;
    let (limited, cancel) = (behind.get(..count)?, behind.get(count)?);
    let (first, last) = (limited.first()?, limited.last()?);
    let is_assigned_again = tree.nodes().any(|(_, node)| {
        matches!(node, AnyNodeRef::ExprName(name)
            if name.ctx.is_store() && name.id == timer && name.range.start() > first.start() && name.range.end() < last.end())
    });
    let head = tree.line_end(assign.end());
    let end = tree.line_end(cancel.end());
    let shares_lines = first.start() < head || tree.line_start(cancel.start()) < last.end();
    let tail = tree.slice(TextRange::new(cancel.end(), end));
    if is_assigned_again || shares_lines || !tail.trim().is_empty() {
        return None;
    }
    let moved = tree.slice(TextRange::new(head, cancel.start()));
    let leading = TextSize::try_from(moved.len() - moved.trim_start().len()).ok()?;
    let trailing = TextSize::try_from(moved.len() - moved.trim_end().len()).ok()?;
    let indentation = tree.indentation_at(assign.start());
    let edit = Edit {
        place: Place {
            file: place.file,
            range: TextRange::new(assign.start(), end),
        },
        parts: vec![
            text("async with "),
            source(place.range),
            text(format!(" as {timer}:\n{indentation}{}", tree.indent_unit())),
            ungreen_color::Part::Indented {
                range: TextRange::new(head + leading, cancel.start() - trailing),
                levels: 1,
            },
        ],
    };
    Some(Timed {
        edit,
        difference: Some("the timeout is canceled as well if what it limits raises or returns"),
    })
}
