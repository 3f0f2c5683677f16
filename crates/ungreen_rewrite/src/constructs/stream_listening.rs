//! Where `asyncio.start_server` listens in the place of an accept loop.

use ruff_python_ast::{self as ast, Expr, Number, Stmt};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{AllocId, Place};
use ungreen_color::{Part, Proposal};

use super::arguments::bind;
use super::context::Context;
use super::denotation::spelled_out;
use super::listening::{LISTEN, backlog_of, host_text, listen_call, plain_socket};
use super::proposals::{edit, exact, source, text};
use super::stream_uses::{NAME, is_alone, is_constant, names};
use super::streams::Loop;

/// Where the server listens.
pub(super) struct Listens {
    /// The arguments that say it.
    pub(super) arguments: Vec<Vec<Part>>,
    /// The statements that the server takes the place of.
    pub(super) replaced: TextRange,
    /// The server's name.
    pub(super) name: String,
    /// What becomes of the socket, if the server is given it.
    pub(super) socket: Option<Proposal>,
}

pub(super) fn listens(
    context: &Context<'_>,
    accepting: &Loop<'_, '_>,
    listener: AllocId,
) -> Option<Listens> {
    if let Some(listens) = at_once(context, accepting) {
        return Some(listens);
    }
    let allocation = context.program.allocations.get(listener.0 as usize)?;
    let tree = context.tree(allocation.place.file)?;
    let mut made = None;
    let backlog = if let Some(call) = listen_call(context, allocation.place) {
        // The text of another place means the same here only if it is a number.
        let backlog = match bind(call, &["addr", "family", "backlog"])?.get("backlog") {
            None => "50",
            Some(number @ Expr::NumberLiteral(_)) => tree.slice(number.range()),
            Some(_) => return None,
        };
        spelled_out(context, allocation.place.file, call.func.range())?;
        let mut plain = exact(
            NAME,
            allocation.place,
            allocation.function,
            LISTEN,
            "the listening socket becomes a plain one for the server",
        );
        plain.edits.push(edit(
            allocation.place,
            allocation.place.range,
            plain_socket(call).ok()?,
        ));
        made = Some(plain);
        backlog.to_string()
    } else {
        let listen = allocation
            .uses
            .iter()
            .filter(|used| used.attribute == "listen");
        let calls: Vec<_> = listen
            .filter_map(|used| context.tree(used.place.file)?.call(used.call?))
            .collect();
        let [call] = calls.as_slice() else {
            return None;
        };
        match &*call.arguments.args {
            [] => "128".to_string(),
            [number @ Expr::NumberLiteral(_)] => tree.slice(number.range()).to_string(),
            _ => return None,
        }
    };
    let name = "server";
    let is_taken = names(accepting.tree, accepting.tree.module.range).any(|used| used == name);
    let name = if is_taken { "stream_server" } else { name };
    Some(Listens {
        arguments: vec![
            vec![text("sock="), source(accepting.listener.range())],
            vec![text(format!("backlog={backlog}"))],
        ],
        replaced: accepting.statement.range,
        name: name.to_string(),
        socket: made,
    })
}

/// Statements right in front of the loop that make the listening socket and do nothing else.
fn at_once(context: &Context<'_>, accepting: &Loop<'_, '_>) -> Option<Listens> {
    let Expr::Name(name) = accepting.listener else {
        return None;
    };
    let tree = accepting.tree;
    let (id, _) = tree.statement(accepting.statement.range)?;
    let (block, index) = tree.block_of(id)?;
    let file = accepting.place.file;
    let mut address = None;
    let mut backlog = None;
    let mut reuses_address = false;
    let mut rest = block.get(..index)?;
    let mut count = 1;
    while let [before @ .., statement] = rest {
        rest = before;
        count += 1;
        match statement {
            Stmt::Assign(assign) => {
                let [Expr::Name(target)] = assign.targets.as_slice() else {
                    return None;
                };
                let Expr::Call(call) = &*assign.value else {
                    return None;
                };
                let range = TextRange::new(assign.start(), accepting.statement.end());
                let used = names(tree, tree.module.range)
                    .filter(|used| *used == name.id.as_str())
                    .count();
                if target.id != name.id
                    || used != count
                    || !is_alone(tree, assign.range)
                    || tree.slice(range).contains('#')
                {
                    return None;
                }
                let made = Place {
                    file,
                    range: call.range(),
                };
                let mut arguments = Vec::new();
                if let Some(call) = listen_call(context, made) {
                    let bound = bind(call, &["addr", "family", "backlog"])?;
                    let Some(Expr::Tuple(given)) = bound.get("addr") else {
                        return None;
                    };
                    if address.is_some() || !bound.is_exact() || bound.get("family").is_some() {
                        return None;
                    }
                    arguments.extend(host_and_port(given)?);
                    let mut number = vec![text("backlog=")];
                    number.extend(backlog_of(call));
                    arguments.push(number);
                    arguments.push(vec![text("reuse_port=True")]);
                } else {
                    if !is_stream_of_ipv4(call) {
                        return None;
                    }
                    arguments.extend(host_and_port(address?)?);
                    arguments.push(vec![text("backlog="), backlog?]);
                    if !reuses_address {
                        arguments.push(vec![text("reuse_address=False")]);
                    }
                }
                return Some(Listens {
                    arguments,
                    replaced: range,
                    name: name.id.to_string(),
                    socket: None,
                });
            }
            Stmt::Expr(expression) => {
                let Expr::Call(call) = &*expression.value else {
                    return None;
                };
                let method = call.func.as_attribute_expr()?;
                if !matches!(&*method.value, Expr::Name(found) if found.id == name.id)
                    || !call.arguments.keywords.is_empty()
                {
                    return None;
                }
                match (method.attr.as_str(), &*call.arguments.args) {
                    ("bind", [Expr::Tuple(given)]) if address.is_none() => address = Some(given),
                    ("listen", []) if backlog.is_none() => backlog = Some(text("128")),
                    ("listen", [number]) if backlog.is_none() && !number.is_starred_expr() => {
                        backlog = Some(source(number.range()));
                    }
                    ("setsockopt", [level, option, Expr::NumberLiteral(on)])
                        if is_constant(level, "SOL_SOCKET")
                            && is_constant(option, "SO_REUSEADDR")
                            && matches!(&on.value, Number::Int(one) if *one == 1) =>
                    {
                        reuses_address = true;
                    }
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
    None
}

/// `socket.socket(socket.AF_INET, socket.SOCK_STREAM)`, or with its defaults.
pub(super) fn is_stream_of_ipv4(call: &ast::ExprCall) -> bool {
    let is = |value: Option<&Expr>, name: &str| value.is_none_or(|value| is_constant(value, name));
    bind(call, &["family", "type"]).is_some_and(|kind| {
        kind.is_exact() && is(kind.get("family"), "AF_INET") && is(kind.get("type"), "SOCK_STREAM")
    })
}

/// The host and the port of an address of IPv4; another host may stand for several addresses.
fn host_and_port(address: &ast::ExprTuple) -> Option<[Vec<Part>; 2]> {
    let [host, port] = address.elts.as_slice() else {
        return None;
    };
    let Expr::StringLiteral(literal) = host else {
        return None;
    };
    let host_is_known =
        literal.value.is_empty() || literal.value.to_str().parse::<std::net::Ipv4Addr>().is_ok();
    host_is_known.then(|| [host_text(host), vec![source(port.range())]])
}
