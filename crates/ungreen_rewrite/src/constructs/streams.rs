//! Loops that accept connections and start a green thread for each: `asyncio.start_server`.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Number, Stmt};
use ruff_text_size::Ranged;
use ungreen_callgraph::{AllocId, Place, Target};
use ungreen_color::Proposal;

use super::context::{Context, EntryCall};
use super::denotation::{other_targets, spelled_out};
use super::layout::Line;
use super::proposals::{asyncio, edit, exact, in_group, text, with_difference};
use super::stream_clients;
use super::stream_handler::{Handler, handler};
use super::stream_listening::{Listens, listens};
use super::stream_uses::{CONNECTION, NAME, is_alone, made_at, mentions};
use crate::tree::Tree;

const ACCEPT: [&str; 2] = [
    "eventlet.greenio.GreenSocket.accept",
    "socket.socket.accept",
];
const SPAWN: [&str; 2] = ["eventlet.spawn", "eventlet.spawn_n"];

/// What the program may do with the listening socket, besides accepting: none of it waits.
const LISTENER_USES: [&str; 5] = ["accept", "bind", "getsockname", "listen", "setsockopt"];

const LOGGED: &str = "an exception in a handler is logged by asyncio";
const AT_EXIT: &str = "at the end of the program asyncio cancels what still runs, so that its `except` and `finally` blocks run; Eventlet abandons it";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    // Streams do not know that limit.
    if mentions(context, &["setdefaulttimeout"]) {
        return Vec::new();
    }
    let mut proposals = Vec::new();
    for entry in ACCEPT {
        for call in context.calls_of(entry) {
            let Some(server) = accept_loop(context, &call) else {
                continue;
            };
            let group = context.new_group();
            proposals.extend(
                server
                    .proposals
                    .into_iter()
                    .map(|proposal| in_group(proposal, group)),
            );
            for place in server.places {
                context.claim(place);
            }
            for id in server.sockets {
                context.claim_allocation(id);
            }
        }
    }
    proposals.extend(stream_clients::propose(context));
    proposals
}

struct Server {
    proposals: Vec<Proposal>,
    places: Vec<Place>,
    sockets: Vec<AllocId>,
}

/// `while True: connection, address = listener.accept(); spawn(handle, connection)`.
pub(super) struct Loop<'c, 'a> {
    pub(super) tree: &'c Tree<'a>,
    pub(super) place: Place,
    pub(super) statement: &'a ast::StmtWhile,
    pub(super) connection: &'a str,
    pub(super) address: &'a str,
    pub(super) listener: &'a Expr,
    pub(super) spawn: EntryCall<'a>,
}

fn accept_loop<'a>(context: &Context<'a>, call: &EntryCall<'a>) -> Option<Server> {
    let accepting = parts_of(context, call)?;
    let connection = made_at(context, call.place())?;
    let listener = listener_of(context, call)?;
    let Handler {
        function,
        callback,
        mut proposals,
        annotation,
    } = handler(context, &accepting, connection)?;
    let mut proposal = exact(
        NAME,
        call.place(),
        call.site.caller,
        CONNECTION,
        "the loop that accepts connections becomes `asyncio.start_server`",
    );
    let Listens {
        arguments,
        replaced,
        name,
        socket,
    } = listens(context, &accepting, listener)?;
    let mut all = vec![callback];
    all.extend(arguments);
    let tree = accepting.tree;
    let indent = tree.indentation_at(accepting.statement.start());
    let unit = tree.indent_unit();
    let opening = format!("{name} = await ");
    let line = Line::of(tree, accepting.statement.range).alone(opening.len());
    let mut parts = vec![text(opening)];
    parts.extend(line.call(vec![asyncio("start_server")], &all));
    parts.extend([
        text(format!("\n{indent}try:\n{indent}{unit}await ")),
        asyncio("Event"),
        text(format!(
            "().wait()\n{indent}finally:\n{indent}{unit}{name}.close()"
        )),
    ]);
    proposal.edits.push(edit(accepting.place, replaced, parts));
    proposal.needs.suspends = true;
    proposal.needs.coroutines.push(function);
    proposal.needs.handles_calls = vec![call.site.range, accepting.spawn.site.range];
    proposals.push(with_difference(with_difference(proposal, LOGGED), AT_EXIT));
    proposals.extend(socket);
    let mut sockets = vec![connection, listener];
    sockets.extend(&accepting.spawn.site.result);
    let mut places = vec![call.place(), accepting.spawn.place()];
    places.extend(annotation);
    Some(Server {
        proposals,
        places,
        sockets,
    })
}

fn parts_of<'c, 'a>(context: &'c Context<'a>, call: &EntryCall<'a>) -> Option<Loop<'c, 'a>> {
    let file = call.site.file;
    let tree = context.tree(file)?;
    let (id, _) = tree.expression(call.site.range)?;
    let (assign_id, AnyNodeRef::StmtAssign(assign)) = tree.parent(id)? else {
        return None;
    };
    let (_, AnyNodeRef::StmtWhile(statement)) = tree.parent(assign_id)? else {
        return None;
    };
    let is_endless = match &*statement.test {
        Expr::BooleanLiteral(literal) => literal.value,
        Expr::NumberLiteral(literal) => matches!(&literal.value, Number::Int(one) if *one == 1),
        _ => false,
    };
    let [Expr::Tuple(targets)] = assign.targets.as_slice() else {
        return None;
    };
    let [Expr::Name(connection), Expr::Name(address)] = targets.elts.as_slice() else {
        return None;
    };
    let [Stmt::Assign(_), Stmt::Expr(spawn)] = statement.body.as_slice() else {
        return None;
    };
    let spawn = context.entry_call(*context.program.call_index.get(&Place {
        file,
        range: spawn.value.range(),
    })?)?;
    let is_spawn = context
        .entry_names(spawn.site)
        .all(|name| SPAWN.contains(&name));
    // A comment in the loop would be lost.
    let has_comment = tree.slice(statement.range).contains('#');
    (is_endless
        && is_spawn
        && !has_comment
        && statement.orelse.is_empty()
        && is_alone(tree, statement.range)
        && !context.is_claimed(spawn.place())
        && other_targets(context.program, spawn.site).is_none()
        && other_targets(context.program, call.site).is_none()
        && spelled_out(context, file, spawn.site.callee).is_some())
    .then_some(Loop {
        tree,
        place: Place {
            file,
            range: statement.range,
        },
        statement,
        connection: connection.id.as_str(),
        address: address.id.as_str(),
        listener: &call.syntax.func.as_attribute_expr()?.value,
        spawn,
    })
}

/// The one socket that the call accepts from.
fn listener_of(context: &Context<'_>, call: &EntryCall<'_>) -> Option<AllocId> {
    let mut found = Vec::new();
    for edge in &call.site.edges {
        if let Target::Entry { allocations, .. } = &edge.target {
            found.extend(allocations.iter().copied());
        }
    }
    found.dedup();
    let [id] = found.as_slice() else {
        return None;
    };
    let allocation = context.program.allocations.get(id.0 as usize)?;
    let accepts = allocation
        .uses
        .iter()
        .filter(|used| used.attribute == "accept")
        .count();
    let is_known = allocation.uses.iter().all(|used| {
        LISTENER_USES.contains(&used.attribute.as_str()) && used.call.is_some() && !used.mixed
    });
    (is_known
        && accepts == 1
        && allocation.escapes.is_empty()
        && context.is_green_object(*id)
        && !context.is_claimed_allocation(*id))
    .then_some(*id)
}
