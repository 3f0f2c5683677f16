//! Where a server listens: the socket that is given to `wsgi.server`, and how another server gets at it.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, StringFlags};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{AllocId, FileId, Place};
use ungreen_color::{Part, Proposal};

use super::arguments::bind;
use super::context::Context;
use super::denotation::{other_targets, spelled_out};
use super::proposals::{edit, exact, source, text};

const NAME: &str = "listening-socket";
const LISTEN: &str = "eventlet.listen";
const PARAMETERS: [&str; 5] = ["addr", "family", "backlog", "reuse_addr", "reuse_port"];

/// What a plain socket does the way a green one does.
const PLAIN_USES: [&str; 8] = [
    "getsockname",
    "fileno",
    "close",
    "setsockopt",
    "getsockopt",
    "family",
    "type",
    "shutdown",
];

/// Where a server listens.
pub(super) enum Listener {
    Address {
        /// Text of the host, the port and the backlog.
        host: Vec<Part>,
        port: Vec<Part>,
        backlog: Vec<Part>,
    },
    /// An expression for a listening socket, made elsewhere or in place.
    Socket {
        socket: Vec<Part>,
        backlog: Vec<Part>,
    },
}

/// The listener, with the allocations that it speaks for.
pub(super) struct Found {
    pub(super) listener: Listener,
    pub(super) sockets: Vec<AllocId>,
}

/// What the first argument of `wsgi.server` is; `Err` with the reason if it cannot be told.
pub(super) fn find(context: &Context<'_>, file: FileId, socket: &Expr) -> Result<Found, String> {
    let place = Place {
        file,
        range: socket.range(),
    };
    if let Some(call) = listen_call(context, place) {
        let sockets = made_at(context, place);
        return Ok(Found {
            listener: inline(call)?,
            sockets,
        });
    }
    let made = assigned_values(context, place, socket)
        .ok_or("the place where the listening socket is made was not found")?;
    let mut sockets = Vec::new();
    for value in made {
        let place = Place {
            file,
            range: value.range(),
        };
        let call =
            listen_call(context, place).ok_or("the socket is not made by `eventlet.listen`")?;
        if spelled_out(context, file, call.func.range()).is_none() {
            return Err("`eventlet.listen` is called under another name".to_string());
        }
        plain_socket(call)?;
        sockets.extend(made_at(context, place));
    }
    for id in &sockets {
        if let Some(used) = context
            .program
            .allocations
            .get(id.0 as usize)
            .and_then(|allocation| {
                allocation
                    .uses
                    .iter()
                    .find(|used| !PLAIN_USES.contains(&used.attribute.as_str()))
            })
        {
            return Err(format!(
                "the program uses `{}` of the listening socket itself",
                used.attribute
            ));
        }
    }
    Ok(Found {
        listener: Listener::Socket {
            socket: vec![source(socket.range())],
            backlog: vec![text("50")],
        },
        sockets,
    })
}

/// The values that are assigned to a name in its scope, or to an attribute in the file; `None` if there is none or another way to bind it.
pub(super) fn assigned_values<'a>(
    context: &Context<'a>,
    place: Place,
    target: &Expr,
) -> Option<Vec<&'a Expr>> {
    if !matches!(target, Expr::Name(_) | Expr::Attribute(_)) {
        return None;
    }
    let tree = context.tree(place.file)?;
    let shown = tree.slice(target.range());
    let scope_of = |range: TextRange| {
        tree.nodes()
            .filter_map(|(_, node)| match node {
                AnyNodeRef::StmtFunctionDef(function) if function.range.contains_range(range) => {
                    Some(function)
                }
                _ => None,
            })
            .last()
    };
    let scope = scope_of(place.range);
    let mut local = Vec::new();
    let mut global = Vec::new();
    for (_, node) in tree.nodes() {
        let AnyNodeRef::StmtAssign(assign) = node else {
            continue;
        };
        if !assign
            .targets
            .iter()
            .any(|bound| tree.slice(bound.range()) == shown)
        {
            continue;
        }
        let here = scope_of(assign.range);
        if target.is_attribute_expr()
            || here.map(|function| function.range) == scope.map(|function| function.range)
        {
            local.push(&*assign.value);
        } else if here.is_none() {
            global.push(&*assign.value);
        }
    }
    let is_parameter = target.is_name_expr()
        && scope.is_some_and(|function| {
            function
                .parameters
                .iter()
                .any(|parameter| parameter.name() == shown)
        });
    if is_parameter {
        return None;
    }
    let found = if local.is_empty() { global } else { local };
    (!found.is_empty()).then_some(found)
}

fn allocations<'a>(
    context: &Context<'a>,
) -> impl Iterator<Item = (AllocId, &'a ungreen_callgraph::Allocation)> {
    context
        .program
        .allocations
        .iter()
        .enumerate()
        .map(|(index, allocation)| {
            (
                AllocId(u32::try_from(index).unwrap_or(u32::MAX)),
                allocation,
            )
        })
}

fn made_at(context: &Context<'_>, place: Place) -> Vec<AllocId> {
    allocations(context)
        .filter(|(_, allocation)| allocation.place == place)
        .map(|(id, _)| id)
        .collect()
}

fn listen_call<'a>(context: &Context<'a>, place: Place) -> Option<&'a ast::ExprCall> {
    let id = context.program.call_index.get(&place)?;
    let call = context.entry_call(*id)?;
    let only = context.entry_names(call.site).all(|name| name == LISTEN)
        && other_targets(context.program, call.site).is_none();
    only.then_some(call.syntax)
}

fn inline(call: &ast::ExprCall) -> Result<Listener, String> {
    let bound = bind(call, &PARAMETERS)
        .filter(|bound| bound.is_exact())
        .ok_or("the arguments of `listen` are starred")?;
    let backlog = bound
        .get("backlog")
        .map_or_else(|| vec![text("50")], |backlog| vec![source(backlog.range())]);
    if bound.get("family").is_none()
        && let Some(Expr::Tuple(address)) = bound.get("addr")
        && let [host, port] = address.elts.as_slice()
    {
        return Ok(Listener::Address {
            host: host_text(host),
            port: vec![source(port.range())],
            backlog,
        });
    }
    Ok(Listener::Socket {
        socket: plain_socket(call)?,
        backlog,
    })
}

/// Eventlet's empty host is every IPv4 address; others take IPv6 along.
fn host_text(host: &Expr) -> Vec<Part> {
    match host {
        Expr::StringLiteral(literal) if literal.value.is_empty() => {
            let quote = literal
                .value
                .iter()
                .next()
                .map_or("\"", |part| part.flags.quote_style().as_str());
            vec![text(format!("{quote}0.0.0.0{quote}"))]
        }
        Expr::StringLiteral(_) => vec![source(host.range())],
        _ => {
            let range = host.range();
            vec![
                text(if is_simple(host) { "" } else { "(" }),
                source(range),
                text(if is_simple(host) { "" } else { ")" }),
                text(" or \"0.0.0.0\""),
            ]
        }
    }
}

const fn is_simple(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) | Expr::Call(_)
    )
}

/// `socket.create_server(address, backlog=50, reuse_port=True)`: what `eventlet.listen` makes, but not green.
fn plain_socket(call: &ast::ExprCall) -> Result<Vec<Part>, String> {
    let bound = bind(call, &PARAMETERS)
        .filter(|bound| bound.is_exact())
        .ok_or("the arguments of `listen` are starred")?;
    let Some(address) = bound.get("addr") else {
        return Err("`listen` has no address".to_string());
    };
    if address.is_string_literal_expr() {
        return Err("a path is no address for `socket.create_server`".to_string());
    }
    let mut parts = vec![
        Part::Name {
            module: "socket",
            name: "create_server",
        },
        text("("),
        source(address.range()),
    ];
    if let Some(family) = bound.get("family") {
        parts.extend([text(", family="), source(family.range())]);
    }
    parts.push(text(", backlog="));
    parts.push(
        bound
            .get("backlog")
            .map_or_else(|| text("50"), |backlog| source(backlog.range())),
    );
    match bound.get("reuse_port") {
        Some(reuse) if !reuse.is_none_literal_expr() => {
            parts.extend([text(", reuse_port="), source(reuse.range())]);
        }
        _ => parts.push(text(", reuse_port=True")),
    }
    parts.push(text(")"));
    Ok(parts)
}

/// Takes the sockets, and rewrites those that are made in a place of their own (not inside `server`).
pub(super) fn take(context: &mut Context<'_>, found: &Found, server: Place) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for id in &found.sockets {
        let Some(allocation) = context.program.allocations.get(id.0 as usize) else {
            continue;
        };
        let place = allocation.place;
        let inside = place.file == server.file && server.range.contains_range(place.range);
        if !inside
            && !context.is_claimed(place)
            && let Some(call) = listen_call(context, place)
            && let Ok(parts) = plain_socket(call)
            && spelled_out(context, place.file, call.func.range()).is_some()
        {
            let mut proposal = exact(
                NAME,
                place,
                allocation.function,
                LISTEN,
                format!(
                    "`{}` becomes a plain listening socket for the server",
                    context.text(place)
                ),
            );
            proposal.edits.push(edit(place, place.range, parts));
            proposals.push(proposal);
        }
        context.claim_allocation(*id);
        context.claim(place);
    }
    proposals
}
