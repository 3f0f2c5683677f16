//! Methods that a function of the helper stands in for: `sock.makefile("r")` becomes `makefile(sock, "r")`.

use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::Place;
use ungreen_catalog::{Kind, catalog};
use ungreen_color::{Edit, Part};

use super::context::Context;
use super::proposals::{edit, source, text};
use crate::helper::helper;

/// The helper's function for a method.
pub(super) fn function_for(entry: &str) -> Option<&'static str> {
    let entry = catalog().entry(entry)?;
    (entry.kind == Kind::Method).then(|| helper().replacement(&entry.name))?
}

/// `function(receiver, arguments)` for `receiver.method(arguments)`.
pub(super) fn receiver_first(
    context: &Context<'_>,
    call: Place,
    function: &'static str,
) -> Option<Edit> {
    let syntax = context.tree(call.file)?.call(call.range)?;
    let receiver = &syntax.func.as_attribute_expr()?.value;
    let mut parts = vec![Part::Helper(function), text("("), source(receiver.range())];
    if !syntax.arguments.is_empty() {
        let arguments = syntax.arguments.range();
        parts.push(text(", "));
        parts.push(source(TextRange::new(
            arguments.start() + TextSize::new(1),
            arguments.end() - TextSize::new(1),
        )));
    }
    parts.push(text(")"));
    Some(edit(call, call.range, parts))
}
