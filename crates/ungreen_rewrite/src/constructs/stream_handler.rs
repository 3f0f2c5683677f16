//! The function that an accept loop starts for each connection: it is given a reader and a writer.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{AllocId, FuncId, Function, Place, Target};
use ungreen_color::{Part, Proposal};

use super::context::Context;
use super::proposals::{asyncio, edit, exact, source, text, with_difference};
use super::stream_uses::{CONNECTION, NAME, PEER, User, closed_body, names, uses};
use super::streams::Loop;
use crate::tree::Tree;

const BUFFERED: &str = "`drain` waits only while more than 64 KiB are unsent, so that a send that fails may show at a later one";

/// What handles a connection.
pub(super) struct Handler {
    pub(super) function: FuncId,
    /// What `start_server` calls.
    pub(super) callback: Vec<Part>,
    pub(super) proposals: Vec<Proposal>,
    /// The annotation that goes with the parameter.
    pub(super) annotation: Option<Place>,
}

/// The function that handles a connection, what `start_server` is given for it, and what changes in it.
pub(super) fn handler(
    context: &Context<'_>,
    accepting: &Loop<'_, '_>,
    connection: AllocId,
) -> Option<Handler> {
    let arguments = &accepting.spawn.syntax.arguments;
    let [callee, given @ ..] = &*arguments.args else {
        return None;
    };
    let functions = context.spawned_functions(accepting.spawn.site)?;
    let [function] = functions.as_slice() else {
        return None;
    };
    let facts = context.program.functions.get(function.0 as usize)?;
    if !arguments.keywords.is_empty()
        || !matches!(callee, Expr::Name(_) | Expr::Attribute(_))
        || !is_only_spawned(context, *function, facts)
    {
        return None;
    }
    let tree = context.tree(facts.file)?;
    let (_, AnyNodeRef::StmtFunctionDef(definition)) = tree.statement(facts.range)? else {
        return None;
    };
    let parameters = &definition.parameters;
    let skipped = usize::from(facts.class.is_some());
    let fits = parameters.posonlyargs.is_empty()
        && parameters.vararg.is_none()
        && parameters.kwarg.is_none()
        && parameters.kwonlyargs.is_empty()
        && parameters.args.len() == given.len() + skipped
        && (facts.class.is_none() || callee.is_attribute_expr());
    let is_name = |argument: &Expr, name: &str| matches!(argument, Expr::Name(found) if found.id.as_str() == name);
    let position = given
        .iter()
        .position(|argument| is_name(argument, accepting.connection))?;
    let is_simple = given.iter().enumerate().all(|(index, argument)| {
        (index == position || !is_name(argument, accepting.connection))
            && (matches!(argument, Expr::Name(_) | Expr::Attribute(_))
                || argument.is_literal_expr())
    });
    let parameter = parameters.args.get(position + skipped)?;
    if !fits || !is_simple || parameter.default.is_some() {
        return None;
    }
    let name = parameter.parameter.name.as_str();
    let place = Place {
        file: facts.file,
        range: facts.range,
    };
    let user = User {
        function: *function,
        place,
        name,
        bindings: 1,
        within: facts.range,
        skipped: Vec::new(),
        sending: Some(BUFFERED),
    };
    let mut proposals = uses(context, connection, &user)?;
    let mut given_address = given
        .iter()
        .any(|argument| is_name(argument, accepting.address));
    let mut replaced = parameter.range();
    let mut first_line = None;
    let callback = match given {
        [_] => vec![source(callee.range())],
        [_, second] if position == 0 && is_name(second, accepting.address) => {
            let address = parameters.args.get(1 + skipped)?;
            if address.default.is_some() {
                return None;
            }
            replaced = TextRange::new(replaced.start(), address.end());
            let address = address.parameter.name.as_str();
            if names(tree, facts.range)
                .filter(|used| *used == address)
                .count()
                > 1
            {
                first_line = Some(format!("{address} = writer.get_extra_info(\"peername\")"));
            } else {
                given_address = false;
            }
            vec![source(callee.range())]
        }
        _ => {
            let mut parts = vec![
                text("lambda reader, writer: "),
                source(callee.range()),
                text("("),
            ];
            for (index, argument) in given.iter().enumerate() {
                parts.push(text(if index > 0 { ", " } else { "" }));
                parts.push(if index == position {
                    text("reader, writer")
                } else if is_name(argument, accepting.address) {
                    text("writer.get_extra_info(\"peername\")")
                } else {
                    source(argument.range())
                });
            }
            parts.push(text(")"));
            parts
        }
    };
    let mut signature = exact(
        NAME,
        place,
        *function,
        CONNECTION,
        format!("`{}` is given a reader and a writer", facts.qualname),
    );
    let typed = parameter.annotation().is_some();
    let types = if typed {
        vec![
            text("reader: "),
            asyncio("StreamReader"),
            text(", writer: "),
            asyncio("StreamWriter"),
        ]
    } else {
        vec![text("reader, writer")]
    };
    signature.edits.push(edit(place, replaced, types));
    for (range, parts) in closed_body(tree, definition, name, first_line)? {
        signature.edits.push(edit(place, range, parts));
    }
    // What the statement that closes at the end becomes is part of the body.
    proposals.retain(|use_of| !is_dropped(tree, definition, name, use_of));
    proposals.push(if given_address {
        with_difference(signature, PEER)
    } else {
        signature
    });
    Some(Handler {
        function: *function,
        callback,
        proposals,
        annotation: parameter.annotation().map(|annotation| Place {
            file: facts.file,
            range: annotation.range(),
        }),
    })
}

/// The proposal is for `connection.close()` at the end of the body, which `finally` takes over.
fn is_dropped(
    tree: &Tree<'_>,
    definition: &ast::StmtFunctionDef,
    name: &str,
    proposal: &Proposal,
) -> bool {
    closed_body(tree, definition, name, None)
        .unwrap_or_default()
        .iter()
        .flat_map(|(whole, parts)| parts.iter().map(move |part| (whole, part)))
        .any(|(whole, part)| {
            matches!(part, Part::Indented { range, .. }
                if whole.contains_range(proposal.place.range) && !range.contains_range(proposal.place.range))
        })
}

/// The loop is the only one that runs the function.
fn is_only_spawned(context: &Context<'_>, function: FuncId, facts: &Function) -> bool {
    let references = context
        .program
        .references
        .iter()
        .filter(|reference| reference.targets.contains(&Target::Function(function)))
        .count();
    let is_overridden = context
        .program
        .functions
        .iter()
        .any(|other| other.overrides.contains(&function));
    context.is_plain_def(function)
        && references == 1
        && !is_overridden
        && !facts.is_async
        && facts.decorators.is_empty()
        && facts.overrides.is_empty()
        && facts.external_overrides.is_empty()
        && !context.has_callers(function)
}
