//! `timer = Timeout(5)`, `try: … finally: timer.cancel()` becomes `try: async with Timeout(5) as timer: …`.

use ruff_python_ast::{AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::Place;
use ungreen_color::Edit;

use super::context::Context;
use super::proposals::{source, text};

/// The edit that moves the timeout made at `place` into the `try` statement right behind it.
pub(super) fn timed_try(context: &Context<'_>, place: Place) -> Option<Edit> {
    let tree = context.tree(place.file)?;
    let (id, _) = tree.expression(place.range)?;
    let (statement, AnyNodeRef::StmtAssign(assign)) = tree.parent(id)? else {
        return None;
    };
    let [Expr::Name(timer)] = assign.targets.as_slice() else {
        return None;
    };
    let (block, position) = tree.block_of(statement)?;
    let Some(Stmt::Try(attempt)) = block.get(position + 1) else {
        return None;
    };
    let is_cancel = |statement: &Stmt| {
        matches!(statement, Stmt::Expr(expression)
            if matches!(&*expression.value, Expr::Call(call)
                if call.arguments.is_empty()
                    && matches!(&*call.func, Expr::Attribute(attribute)
                        if attribute.attr.as_str() == "cancel"
                            && matches!(&*attribute.value, Expr::Name(name) if name.id == timer.id))))
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
        between.start() + ruff_text_size::TextSize::try_from(blank).ok()?,
        attempt.start(),
    );
    let inner = tree.indentation_at(first.start());
    let head = TextRange::new(attempt.start(), first.start());
    Some(Edit {
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
    })
}
