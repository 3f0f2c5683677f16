//! `except HTTPError` and `except URLError` become the errors of aiohttp, with the attributes that handlers read.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{FileId, FuncId, Place, Target};
use ungreen_catalog::{Entry, catalog};
use ungreen_color::{Edit, Part};

use super::context::Context;
use super::proposals::{edit, text};
use super::urlopen::means;
use crate::tree::Tree;
use crate::usage::dotted;

const HTTP_ERROR: &str = "urllib.error.HTTPError";
const URL_ERROR: &str = "urllib.error.URLError";
/// They catch the errors of urllib, and not all of those of aiohttp.
const SYSTEM_ERRORS: [&str; 7] = [
    "OSError",
    "IOError",
    "EnvironmentError",
    "socket.error",
    "socket.timeout",
    "TimeoutError",
    "ConnectionError",
];
const ANY_ERRORS: [&str; 2] = ["Exception", "BaseException"];

/// A name of an error in an `except` clause.
pub(super) struct ErrorName {
    pub(super) place: Place,
    pub(super) function: FuncId,
    pub(super) entry: &'static Entry,
    pub(super) edits: Vec<Edit>,
}

/// `None` if the program looks at errors in a way that aiohttp's cannot be looked at.
pub(super) fn find(context: &Context<'_>) -> Option<Vec<ErrorName>> {
    let mut found = Vec::new();
    for reference in &context.program.references {
        let entry = reference.targets.iter().find_map(|target| match target {
            Target::Entry { name, .. } => catalog()
                .entry(name)
                .filter(|entry| means(entry, HTTP_ERROR) || means(entry, URL_ERROR)),
            _ => None,
        });
        if let Some(entry) = entry {
            // `error` in `urllib.error.HTTPError` is a reference of its own.
            found.push(handled(
                context,
                reference.place,
                reference.function,
                entry,
            )?);
        }
    }
    let mut calls = catalog()
        .entries()
        .iter()
        .filter(|entry| means(entry, HTTP_ERROR) || means(entry, URL_ERROR));
    if calls.any(|entry| !context.calls_of(&entry.name).is_empty()) {
        return None;
    }
    let files = u32::try_from(context.modules.len()).ok()?;
    (0..files)
        .all(|file| handlers_fit(context, FileId(file)))
        .then_some(found)
}

/// The handlers of a file for errors of many kinds do not tell those of aiohttp from those of urllib.
fn handlers_fit(context: &Context<'_>, file: FileId) -> bool {
    let Some(tree) = context.tree(file) else {
        return true;
    };
    tree.nodes().all(|(_, node)| {
        let AnyNodeRef::ExceptHandlerExceptHandler(handler) = node else {
            return true;
        };
        let names = handler.type_.as_deref().map_or_else(Vec::new, types);
        if names.iter().any(|name| is_one_of(name, &SYSTEM_ERRORS)) {
            return false;
        }
        !names.iter().any(|name| is_one_of(name, &ANY_ERRORS))
            || handler.name.as_ref().is_none_or(|name| {
                loads(tree, handler, name)
                    .iter()
                    .all(|load| is_cause(tree, load.range()))
            })
    })
}

fn types(expression: &Expr) -> Vec<&Expr> {
    match expression {
        Expr::Tuple(tuple) => tuple.elts.iter().collect(),
        other => vec![other],
    }
}

fn is_one_of(expression: &Expr, names: &[&str]) -> bool {
    dotted(expression).is_some_and(|name| names.contains(&name.as_str()))
}

fn loads<'a>(
    tree: &Tree<'a>,
    handler: &ast::ExceptHandlerExceptHandler,
    name: &ast::Identifier,
) -> Vec<&'a ast::ExprName> {
    tree.nodes()
        .filter_map(|(_, node)| match node {
            AnyNodeRef::ExprName(load)
                if load.id == name.id && handler.range().contains_range(load.range()) =>
            {
                Some(load)
            }
            _ => None,
        })
        .collect()
}

/// `raise Other(...) from error`.
fn is_cause(tree: &Tree<'_>, range: TextRange) -> bool {
    tree.expression(range)
        .and_then(|(id, _)| tree.parent(id))
        .is_some_and(|(_, node)| match node {
            AnyNodeRef::StmtRaise(raise) => raise
                .cause
                .as_ref()
                .is_some_and(|cause| cause.range() == range),
            _ => false,
        })
}

fn handled(
    context: &Context<'_>,
    place: Place,
    function: FuncId,
    entry: &'static Entry,
) -> Option<ErrorName> {
    let tree = context.tree(place.file)?;
    let (id, _) = tree.expression(place.range)?;
    let mut around = tree.ancestors(id);
    let (handler_id, handler) = around.find_map(|(id, node)| match node {
        AnyNodeRef::ExceptHandlerExceptHandler(handler) => Some((id, handler)),
        _ => None,
    })?;
    let names = types(handler.type_.as_deref()?);
    if !names.iter().any(|name| name.range() == place.range) {
        return None;
    }
    let is_status = means(entry, HTTP_ERROR);
    let statuses_are_caught = caught_before(context, place.file, tree, handler_id, handler);
    let mut by = if is_status {
        "ClientResponseError"
    } else if statuses_are_caught {
        "ClientConnectionError"
    } else {
        "ClientError"
    };
    let mut edits = Vec::new();
    for load in handler
        .name
        .iter()
        .flat_map(|name| loads(tree, handler, name))
    {
        if is_cause(tree, load.range()) {
            continue;
        }
        let (load_id, _) = tree.expression(load.range())?;
        let AnyNodeRef::ExprAttribute(attribute) = tree.parent(load_id)?.1 else {
            return None;
        };
        let renamed = match attribute.attr.as_str() {
            "code" | "status" if is_status && names.len() == 1 => "status",
            "reason" | "msg" if is_status && names.len() == 1 => "message",
            "headers" | "hdrs" if is_status && names.len() == 1 => "headers",
            "reason"
                if statuses_are_caught
                    && names.len() == 1
                    && is_asked_for_type(tree, attribute) =>
            {
                by = "ClientConnectorError";
                "os_error"
            }
            _ => return None,
        };
        edits.push(edit(place, attribute.attr.range(), vec![text(renamed)]));
    }
    edits.push(edit(
        place,
        place.range,
        vec![Part::Name {
            module: "aiohttp",
            name: by,
        }],
    ));
    Some(ErrorName {
        place,
        function,
        entry,
        edits,
    })
}

/// `type(error.reason)`, `isinstance(error.reason, ...)`: the texts of the errors differ, their types do not.
fn is_asked_for_type(tree: &Tree<'_>, attribute: &ast::ExprAttribute) -> bool {
    tree.expression(attribute.range())
        .into_iter()
        .flat_map(|(id, _)| tree.ancestors(id).take(2).collect::<Vec<_>>())
        .any(|(_, node)| match node {
            AnyNodeRef::ExprCall(call) => {
                matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "type" | "isinstance"))
            }
            _ => false,
        })
}

/// A handler of the same `try` further up catches `HTTPError`, which is a `URLError`.
fn caught_before(
    context: &Context<'_>,
    file: FileId,
    tree: &Tree<'_>,
    handler_id: crate::tree::NodeId,
    handler: &ast::ExceptHandlerExceptHandler,
) -> bool {
    let Some((_, AnyNodeRef::StmtTry(statement))) = tree.parent(handler_id) else {
        return false;
    };
    statement
        .handlers
        .iter()
        .filter(|other| other.start() < handler.start())
        .filter_map(|other| other.as_except_handler())
        .filter_map(|other| other.type_.as_deref())
        .flat_map(types)
        .any(|name| {
            let place = Place {
                file,
                range: name.range(),
            };
            context
                .program
                .reference_index
                .get(&place)
                .and_then(|index| context.program.references.get(*index as usize))
                .is_some_and(|reference| {
                    reference.targets.iter().any(|target| match target {
                        Target::Entry { name, .. } => catalog()
                            .entry(name)
                            .is_some_and(|entry| means(entry, HTTP_ERROR)),
                        _ => false,
                    })
                })
        })
}
