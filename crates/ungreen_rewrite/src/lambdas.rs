//! Lambdas that become local `async def`s.

use ruff_python_ast::{AnyNodeRef, Expr, ExprLambda, Stmt};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{FileId, Place};
use ungreen_color::{Edit, Part};

use crate::tree::{NodeId, Tree};

/// The edits for the lambda at `range`, or why there are none. `taken`: names that earlier ones were given.
pub(crate) fn lambda_edits(
    tree: &Tree<'_>,
    file: FileId,
    range: TextRange,
    taken: &mut Vec<String>,
) -> Result<Vec<Edit>, &'static str> {
    let Some((id, AnyNodeRef::ExprLambda(lambda))) = tree.expression(range) else {
        return Err("there is no lambda at the place");
    };
    let Some((statement_id, statement)) = tree.enclosing_statement(id) else {
        return Err("the lambda is not part of a statement");
    };
    let at = |range| Place { file, range };
    let indentation = tree.indentation_at(statement.start());
    let (touches_before, touches_after) = neighbors(tree, statement_id);
    let mut edits = Vec::new();
    if touches_before {
        edits.push(Edit {
            place: at(TextRange::empty(tree.line_start(statement.start()))),
            parts: vec![Part::Text("\n".to_string())],
        });
    }
    if let AnyNodeRef::StmtAssign(assign) = statement
        && let [Expr::Name(name)] = assign.targets.as_slice()
        && assign.value.range() == range
    {
        let name = name.id.as_str();
        let mut parts = definition(tree, lambda, name, indentation, Part::Source);
        if touches_after {
            parts.push(Part::Text("\n".to_string()));
        }
        edits.push(Edit {
            place: at(statement.range()),
            parts,
        });
        return Ok(edits);
    }
    let name = free_name(tree, lambda, taken);
    let mut reference = vec![Part::Text(name.clone())];
    reference.extend(
        lambda
            .parameters
            .iter()
            .map(|parameters| Part::Taken(parameters.range())),
    );
    reference.push(Part::Taken(lambda.body.range()));
    let mut parts = definition(tree, lambda, &name, indentation, Part::Moved);
    parts.push(Part::Text(format!("\n\n{indentation}")));
    taken.push(name);
    edits.push(Edit {
        place: at(TextRange::empty(statement.start())),
        parts,
    });
    edits.push(Edit {
        place: at(range),
        parts: reference,
    });
    Ok(edits)
}

/// `async def name(parameters): return body`.
fn definition(
    tree: &Tree<'_>,
    lambda: &ExprLambda,
    name: &str,
    indentation: &str,
    part: fn(TextRange) -> Part,
) -> Vec<Part> {
    let body = lambda.body.range();
    let is_long = tree.slice(body).contains(['\n', '\r']);
    let (open, close) = if is_long { ("(", ")") } else { ("", "") };
    let mut parts = vec![Part::Text(format!("async def {name}("))];
    parts.extend(
        lambda
            .parameters
            .iter()
            .map(|parameters| part(parameters.range())),
    );
    let unit = tree.indent_unit();
    parts.push(Part::Text(format!("):\n{indentation}{unit}return {open}")));
    parts.push(part(body));
    parts.push(Part::Text(close.to_string()));
    parts
}

/// Whether the statements before and after follow without a blank line.
fn neighbors(tree: &Tree<'_>, statement: NodeId) -> (bool, bool) {
    let Some((block, position)) = tree.block_of(statement) else {
        return (false, false);
    };
    let touches = |first: Option<&Stmt>, second: Option<&Stmt>| {
        first.zip(second).is_some_and(|(first, second)| {
            let between = tree.slice(TextRange::new(first.end(), second.start()));
            between.lines().count() <= 2
        })
    };
    let own = block.get(position);
    let before = position.checked_sub(1).and_then(|index| block.get(index));
    (touches(before, own), touches(own, block.get(position + 1)))
}

/// A name after the first call in the body that the file does not use yet.
fn free_name(tree: &Tree<'_>, lambda: &ExprLambda, taken: &[String]) -> String {
    let body = lambda.body.range();
    let called = tree.nodes().find_map(|(_, node)| match node {
        AnyNodeRef::ExprCall(call) if body.contains_range(call.range()) => match &*call.func {
            Expr::Name(name) => Some(name.id.as_str()),
            Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
            _ => None,
        },
        _ => None,
    });
    let stem = called.map_or("", |name| name.trim_matches('_'));
    let stem = if stem.is_empty() {
        "callback".to_string()
    } else {
        format!("call_{stem}")
    };
    let is_free = |name: &String| !taken.contains(name) && !tree.source.contains(name.as_str());
    let numbered = (2..).map(|number| format!("{stem}_{number}"));
    std::iter::once(stem.clone())
        .chain(numbered.take(10_000))
        .find(is_free)
        .unwrap_or(stem)
}
