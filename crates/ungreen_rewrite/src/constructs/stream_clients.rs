//! Connections that a function opens, uses and closes: `asyncio.open_connection`.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;
use ungreen_callgraph::{AllocId, FileId, FuncId, Place};
use ungreen_color::{Part, Proposal};

use super::arguments::bind;
use super::context::{Context, EntryCall};
use super::denotation::other_targets;
use super::layout::Line;
use super::listening::assigned_values;
use super::proposals::{asyncio, edit, exact, in_group, source, text, with_difference};
use super::stream_listening::is_stream_of_ipv4;
use super::stream_uses::{
    NAME, User, body_of, closed_at, closes, is_alone, made_at, mentions, uses,
};
use crate::tree::Tree;

const CONNECT: [&str; 2] = [
    "eventlet.greenio.GreenSocket.connect",
    "socket.socket.connect",
];
const CONNECTED: [(&str, &str); 3] = [
    ("eventlet.connect", "addr"),
    ("eventlet.green.socket.create_connection", "address"),
    ("socket.create_connection", "address"),
];

const MESSAGE: &str = "the message of a connection that cannot be opened is asyncio's";
const ADDRESSES: &str = "each address of the host is tried; if several fail, the error is an `OSError` that names them all";

/// Names with which a program tells errors apart that streams report differently.
const BY_NUMBER: [&str; 2] = ["BrokenPipeError", "errno"];
const BY_CLASS: [&str; 2] = ["ConnectionError", "ConnectionRefusedError"];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    if mentions(context, &BY_NUMBER) {
        return proposals;
    }
    let tells_classes = mentions(context, &BY_CLASS);
    let entries = CONNECT.iter().map(|entry| (*entry, None)).chain(
        CONNECTED
            .iter()
            .map(|(entry, parameter)| (*entry, Some(*parameter))),
    );
    let mut calls = Vec::new();
    let mut connections: FxHashMap<FuncId, usize> = FxHashMap::default();
    for (entry, parameter) in entries {
        for call in context.calls_of(entry) {
            *connections.entry(call.site.caller).or_default() += 1;
            calls.push((entry, parameter, call));
        }
    }
    for (entry, parameter, call) in calls {
        // A function has room for one reader and one writer.
        let is_only = connections.get(&call.site.caller) == Some(&1);
        if !is_only || context.is_claimed(call.place()) {
            continue;
        }
        let client = match parameter {
            Some(parameter) => connected(context, &call, entry, parameter, tells_classes),
            None => connecting(context, &call, entry, tells_classes),
        };
        let Some(client) = client else {
            continue;
        };
        let group = context.new_group();
        let members = client.proposals.into_iter();
        proposals.extend(members.map(|proposal| in_group(proposal, group)));
        for place in client.places {
            context.claim(place);
        }
        context.claim_allocation(client.connection);
    }
    proposals
}

struct Client {
    proposals: Vec<Proposal>,
    places: Vec<Place>,
    connection: AllocId,
}

/// What opens a connection.
struct Opening<'a> {
    entry: &'static str,
    call: EntryCall<'a>,
    /// The call that makes the socket.
    made: TextRange,
    address: &'a Expr,
    /// The socket is one of IPv4.
    is_ipv4: bool,
    name: &'a str,
    form: Form<'a>,
}

enum Form<'a> {
    /// The statement that assigns the connection, the last one that belongs to opening it, and what follows.
    Assigned {
        first: TextRange,
        last: TextRange,
        rest: &'a [Stmt],
    },
    /// `with`, and the statement at its beginning that connects.
    With {
        statement: &'a ast::StmtWith,
        connects: Option<TextRange>,
    },
}

/// `connection = eventlet.connect(address)`, `with socket.create_connection(address) as connection:`.
fn connected<'a>(
    context: &Context<'a>,
    call: &EntryCall<'a>,
    entry: &'static str,
    parameter: &'static str,
    tells_classes: bool,
) -> Option<Client> {
    let bound = bind(call.syntax, &[parameter]).filter(super::arguments::Bound::is_exact)?;
    let tree = context.tree(call.site.file)?;
    let (name, form) = form_of(context, tree, call.place())?;
    let opening = Opening {
        entry,
        call: *call,
        made: call.site.range,
        address: bound.get(parameter)?,
        is_ipv4: parameter == "addr",
        name,
        form,
    };
    client(context, tree, &opening, tells_classes)
}

/// `connection = socket.socket()` and `connection.connect(address)`.
fn connecting<'a>(
    context: &Context<'a>,
    call: &EntryCall<'a>,
    entry: &'static str,
    tells_classes: bool,
) -> Option<Client> {
    let tree = context.tree(call.site.file)?;
    let (id, _) = tree.expression(call.site.range)?;
    let (statement, AnyNodeRef::StmtExpr(connects)) = tree.parent(id)? else {
        return None;
    };
    let [address] = &*call.syntax.arguments.args else {
        return None;
    };
    let (block, index) = tree.block_of(statement)?;
    let value = match index.checked_sub(1) {
        Some(before) => match block.get(before)? {
            Stmt::Assign(assign) => &*assign.value,
            _ => return None,
        },
        None => match tree.parent(statement)? {
            (_, AnyNodeRef::StmtWith(with)) => match with.items.as_slice() {
                [item] => &item.context_expr,
                _ => return None,
            },
            _ => return None,
        },
    };
    let made = Place {
        file: call.site.file,
        range: value.range(),
    };
    let (name, form) = form_of(context, tree, made)?;
    let form = match form {
        Form::Assigned { first, rest, .. } => Form::Assigned {
            first,
            last: connects.range,
            rest: rest.get(1..)?,
        },
        Form::With { statement, .. } => Form::With {
            statement,
            connects: Some(connects.range),
        },
    };
    let is_socket = is_stream_of_ipv4(value.as_call_expr()?);
    let receiver = &*call.syntax.func.as_attribute_expr()?.value;
    let is_named = matches!(receiver, Expr::Name(found) if found.id.as_str() == name);
    if !is_socket || !is_named || !is_alone(tree, connects.range) {
        return None;
    }
    let opening = Opening {
        entry,
        call: *call,
        made: value.range(),
        address,
        is_ipv4: true,
        name,
        form,
    };
    client(context, tree, &opening, tells_classes)
}

/// The name that a connection gets, and where.
fn form_of<'a>(context: &Context<'a>, tree: &Tree<'a>, made: Place) -> Option<(&'a str, Form<'a>)> {
    if let Some((statement, item)) = context.with_of(made) {
        let Some(Expr::Name(name)) = item.optional_vars.as_deref() else {
            return None;
        };
        let is_plain = statement.items.len() == 1 && !statement.is_async;
        let form = Form::With {
            statement,
            connects: None,
        };
        return is_plain.then(|| (name.id.as_str(), form));
    }
    let (id, _) = tree.expression(made.range)?;
    let (statement, AnyNodeRef::StmtAssign(assign)) = tree.parent(id)? else {
        return None;
    };
    let [Expr::Name(name)] = assign.targets.as_slice() else {
        return None;
    };
    let (block, index) = tree.block_of(statement)?;
    let form = Form::Assigned {
        first: assign.range,
        last: assign.range,
        rest: block.get(index + 1..)?,
    };
    is_alone(tree, assign.range).then(|| (name.id.as_str(), form))
}

fn client<'a>(
    context: &Context<'a>,
    tree: &Tree<'_>,
    opening: &Opening<'a>,
    tells_classes: bool,
) -> Option<Client> {
    let site = opening.call.site;
    let (host_is_ipv4, address) = address_of(context, site.file, opening.address)?;
    let facts = context.program.functions.get(site.caller.0 as usize)?;
    let is_shared = tree.nodes().any(|(_, node)| {
        facts.range.contains_range(node.range())
            && (node.is_stmt_global() || node.is_stmt_nonlocal())
    });
    let only =
        other_targets(context.program, site).is_none() && context.entry_names(site).count() == 1;
    if !context.is_plain_def(site.caller) || is_shared || !only || (tells_classes && !host_is_ipv4)
    {
        return None;
    }
    let connection = made_at(
        context,
        Place {
            file: site.file,
            range: opening.made,
        },
    )?;
    if context.is_claimed_allocation(connection) {
        return None;
    }
    let is_connected_later = opening.made != site.range;
    let within = match &opening.form {
        Form::Assigned { rest, .. } => TextRange::new(rest.first()?.start(), rest.last()?.end()),
        Form::With { statement, .. } => TextRange::new(
            statement.body.first()?.start(),
            statement.body.last()?.end(),
        ),
    };
    let user = User {
        function: site.caller,
        place: Place {
            file: facts.file,
            range: facts.range,
        },
        name: opening.name,
        bindings: 1 + usize::from(is_connected_later),
        within,
        skipped: vec![site.range, opening.made],
        sending: None,
    };
    let mut proposals = uses(context, connection, &user)?;
    let mut arguments = address;
    if opening.is_ipv4 && !host_is_ipv4 {
        let family = Part::Name {
            module: "socket",
            name: "AF_INET",
        };
        arguments.push(vec![text("family="), family]);
    }
    let mut proposal = exact(
        NAME,
        opening.call.place(),
        site.caller,
        opening.entry,
        "the connection becomes a reader and a writer",
    );
    proposal = with_difference(proposal, MESSAGE);
    if !host_is_ipv4 {
        proposal = with_difference(proposal, ADDRESSES);
    }
    let sends = context
        .program
        .allocations
        .get(connection.0 as usize)?
        .uses
        .iter()
        .any(|used| matches!(used.attribute.as_str(), "send" | "sendall"));
    let Opened { range, parts, rest } = opened(tree, opening, &arguments, sends)?;
    // Behind the end, only closing once more would be seen.
    if proposals
        .iter()
        .any(|used| used.place.range.start() >= rest)
    {
        return None;
    }
    let kept = |used: &Proposal| {
        parts.iter().any(|part| covers(part, used.place.range))
            || !range.contains_range(used.place.range)
    };
    proposals.retain(kept);
    proposal
        .edits
        .push(edit(opening.call.place(), range, parts));
    proposal.needs.suspends = true;
    proposal.needs.handles_calls = vec![site.range];
    proposals.push(proposal);
    Some(Client {
        proposals,
        places: vec![
            opening.call.place(),
            Place {
                file: site.file,
                range: opening.made,
            },
        ],
        connection,
    })
}

/// The part of an edit writes that range.
fn covers(part: &Part, range: TextRange) -> bool {
    matches!(part, Part::Source(written) | Part::Indented { range: written, .. } if written.contains_range(range))
}

/// The host is an address of IPv4, and the arguments.
fn address_of(
    context: &Context<'_>,
    file: FileId,
    address: &Expr,
) -> Option<(bool, Vec<Vec<Part>>)> {
    match address {
        Expr::Tuple(pair) => {
            let [host, port] = pair.elts.as_slice() else {
                return None;
            };
            let is_empty = matches!(host, Expr::StringLiteral(literal) if literal.value.is_empty());
            if is_empty || host.is_starred_expr() || port.is_starred_expr() {
                return None;
            }
            let arguments = vec![vec![source(host.range())], vec![source(port.range())]];
            let is_ipv4 = is_ipv4(host) || is_constant_of_ipv4(context, file, host);
            Some((is_ipv4, arguments))
        }
        Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) | Expr::Call(_) => {
            Some((false, vec![vec![text("*"), source(address.range())]]))
        }
        _ => None,
    }
}

fn is_ipv4(host: &Expr) -> bool {
    matches!(host, Expr::StringLiteral(literal)
        if literal.value.to_str().parse::<std::net::Ipv4Addr>().is_ok())
}

/// The name is always bound to an address of IPv4.
fn is_constant_of_ipv4(context: &Context<'_>, file: FileId, host: &Expr) -> bool {
    let (Expr::Name(name), Some(tree)) = (host, context.tree(file)) else {
        return false;
    };
    let is_rebound = tree.nodes().any(|(_, node)| match node {
        AnyNodeRef::StmtGlobal(global) => global.names.iter().any(|bound| bound.id == name.id),
        AnyNodeRef::StmtNonlocal(outer) => outer.names.iter().any(|bound| bound.id == name.id),
        _ => false,
    });
    let stored = tree.nodes().filter(|(_, node)| {
        matches!(node, AnyNodeRef::ExprName(found) if found.id == name.id && !found.ctx.is_load())
    });
    let place = Place {
        file,
        range: host.range(),
    };
    // Each way to bind the name is one of these values.
    let values = assigned_values(context, place, host).unwrap_or_default();
    !is_rebound
        && !values.is_empty()
        && stored.count() == values.len()
        && values.into_iter().all(is_ipv4)
}

/// The text of a connection that is opened, used and closed.
struct Opened {
    range: TextRange,
    parts: Vec<Part>,
    /// Where what follows it begins.
    rest: TextSize,
}

fn opened(
    tree: &Tree<'_>,
    opening: &Opening<'_>,
    arguments: &[Vec<Part>],
    sends: bool,
) -> Option<Opened> {
    let start = match &opening.form {
        Form::Assigned { first, .. } => first.start(),
        Form::With { statement, .. } => statement.start(),
    };
    let before = TextRange::new(tree.line_start(start), start);
    if !tree.slice(before).trim().is_empty() {
        return None;
    }
    let indent = tree.indentation_at(start);
    let unit = tree.indent_unit();
    let head = "reader, writer = await ";
    let line = Line::of(tree, TextRange::empty(start)).alone(head.len());
    let mut parts = vec![text(head)];
    parts.extend(line.call(vec![asyncio("open_connection")], arguments));
    if sends {
        // Then `drain` waits for what `sendall` waits for.
        parts.push(text(format!(
            "\n{indent}writer.transport.set_write_buffer_limits(0)"
        )));
    }
    let closing = text(format!("\n{indent}finally:\n{indent}{unit}writer.close()"));
    let is_blank =
        |from: TextSize, to: TextSize| tree.slice(TextRange::new(from, to)).trim().is_empty();
    match &opening.form {
        Form::With {
            statement,
            connects,
        } => {
            let [item] = statement.items.as_slice() else {
                return None;
            };
            let mut body = body_of(tree, statement, item.range().end())?;
            if let Some(connects) = connects {
                if !is_blank(body.start(), connects.start())
                    || !is_blank(connects.end(), tree.line_end(connects.end()))
                {
                    return None;
                }
                body = TextRange::new(connects.end(), body.end());
            }
            parts.extend([text(format!("\n{indent}try:")), source(body), closing]);
            Some(Opened {
                range: TextRange::new(start, statement.end()),
                parts,
                rest: statement.end(),
            })
        }
        Form::Assigned { first, last, rest } => {
            if tree
                .slice(TextRange::new(first.start(), last.end()))
                .contains('#')
            {
                return None;
            }
            if let Some(closing) = closed_at(rest, opening.name) {
                return Some(Opened {
                    range: TextRange::new(first.start(), last.end()),
                    parts,
                    rest: rest.get(closing)?.end(),
                });
            }
            let closed = rest
                .iter()
                .position(|statement| closes(statement, opening.name));
            let body = rest.get(..closed.unwrap_or(rest.len()))?;
            let body = TextRange::new(body.first()?.start(), body.last()?.end());
            let end = match closed {
                Some(index) => rest.get(index)?.range(),
                None => TextRange::empty(body.end()),
            };
            if !is_blank(last.end(), body.start()) || !is_blank(body.end(), end.start()) {
                return None;
            }
            parts.extend([
                text(format!("\n{indent}try:\n{indent}{unit}")),
                Part::Indented {
                    range: body,
                    levels: 1,
                },
                closing,
            ]);
            Some(Opened {
                range: TextRange::new(first.start(), end.end()),
                parts,
                rest: end.end(),
            })
        }
    }
}
