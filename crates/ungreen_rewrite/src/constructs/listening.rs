//! Where a server listens: the socket that is given to `wsgi.server`, and how another server gets at it.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, StringFlags};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::{AllocId, FileId, Place, Target};
use ungreen_color::{Part, Proposal};

use super::arguments::{Bound, bind};
use super::context::Context;
use super::denotation::{other_targets, spelled_out};
use super::proposals::{edit, exact, source, text};
use crate::tree::Tree;

const NAME: &str = "listening-socket";
pub(super) const LISTEN: &str = "eventlet.listen";
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

/// When the server begins to listen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Serves {
    /// Where it is called.
    Here,
    /// The same, in a coroutine.
    InLoop,
    /// In a task.
    Later,
}

/// The listener, with the allocations that it speaks for.
pub(super) struct Found {
    pub(super) listener: Listener,
    pub(super) sockets: Vec<AllocId>,
    /// The lines of an assignment that goes, because the server gets the address itself.
    removed: Option<TextRange>,
    pub(super) difference: Option<&'static str>,
}

/// What the first argument of the server at `server` is; `Err` with the reason if it cannot be told.
pub(super) fn find(
    context: &Context<'_>,
    server: Place,
    socket: &Expr,
    serves: Serves,
) -> Result<Found, String> {
    let file = server.file;
    let place = Place {
        file,
        range: socket.range(),
    };
    if let Some(call) = listen_call(context, place) {
        let sockets = made_at(context, place);
        let listener = if serves != Serves::Later {
            inline(call)?
        } else {
            Listener::Socket {
                socket: plain_socket(call)?,
                backlog: backlog_of(call),
            }
        };
        return Ok(Found {
            listener,
            sockets,
            removed: None,
            difference: None,
        });
    }
    if serves != Serves::Later
        && let Some(found) = assigned_before(context, server, socket, serves)
    {
        return Ok(found);
    }
    let made = assigned_values(context, place, socket)
        .ok_or("the place where the listening socket is made was not found")?;
    let mut sockets = Vec::new();
    let mut backlogs: Vec<&str> = Vec::new();
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
        backlogs.push(
            match bind(call, &PARAMETERS).and_then(|bound| bound.get("backlog")) {
                None => "50",
                Some(number @ Expr::NumberLiteral(_)) => context.text(Place {
                    file,
                    range: number.range(),
                }),
                Some(_) => "",
            },
        );
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
    backlogs.sort_unstable();
    backlogs.dedup();
    let known = match backlogs.as_slice() {
        [only] if !only.is_empty() => Some(*only),
        _ => None,
    };
    Ok(Found {
        listener: Listener::Socket {
            socket: vec![source(socket.range())],
            backlog: vec![text(known.unwrap_or("50"))],
        },
        sockets,
        removed: None,
        difference: known
            .is_none()
            .then_some("the server listens with a backlog of 50 instead of the one of its socket"),
    })
}

/// The listener of `sock = eventlet.listen((host, port))` right in front of the statement that serves, if nothing else uses `sock`.
fn assigned_before(
    context: &Context<'_>,
    server: Place,
    socket: &Expr,
    serves: Serves,
) -> Option<Found> {
    let Expr::Name(name) = socket else {
        return None;
    };
    let file = server.file;
    let tree = context.tree(file)?;
    let (id, _) = tree.expression(server.range)?;
    let (statement, _) = tree.enclosing_statement(id)?;
    // There, a socket that cannot be bound may be waited for.
    if tree
        .ancestors(statement)
        .any(|(_, node)| node.is_stmt_try())
    {
        return None;
    }
    let (block, index) = tree.block_of(statement)?;
    let ast::Stmt::Assign(assign) = block.get(index.checked_sub(1)?)? else {
        return None;
    };
    let [Expr::Name(target)] = assign.targets.as_slice() else {
        return None;
    };
    let uses = tree
        .nodes()
        .filter(|(_, node)| matches!(node, AnyNodeRef::ExprName(found) if found.id == name.id))
        .count();
    if target.id != name.id || uses != 2 || is_imported(context, file, name.id.as_str()) {
        return None;
    }
    let made = Place {
        file,
        range: assign.value.range(),
    };
    let call = listen_call(context, made)?;
    let bound = bind(call, &PARAMETERS).filter(Bound::is_exact)?;
    let Some(Expr::Tuple(address)) = bound.get("addr") else {
        return None;
    };
    // What is written anew must not hold anything that is rewritten as well.
    let is_simple = context.program.calls.iter().all(|site| {
        site.file != file
            || site.range == made.range
            || !made.range.contains_range(site.range)
            || site
                .edges
                .iter()
                .all(|edge| matches!(edge.target, Target::External(_)))
    });
    let [host, port] = address.elts.as_slice() else {
        return None;
    };
    let start = tree.line_start(assign.range.start());
    let line = TextRange::new(start, tree.line_end(assign.range.end()));
    let alone = tree.slice(line).trim() == tree.slice(assign.range);
    if !is_simple || !alone || bound.get("family").is_some() {
        return None;
    }
    let end = after_line(tree, assign.range.end());
    // The statement moves to a function of its own, with blank lines in front of that.
    let mut from = start;
    let moves = serves == Serves::InLoop && tree.is_top_level(statement);
    while moves && from > TextSize::new(0) {
        let above = tree.line_start(from - TextSize::new(1));
        if !tree.slice(TextRange::new(above, from)).trim().is_empty() {
            break;
        }
        from = above;
    }
    Some(Found {
        listener: Listener::Address {
            host: host_text(host),
            port: vec![source(port.range())],
            backlog: backlog_of(call),
        },
        sockets: made_at(context, made),
        removed: Some(TextRange::new(from, end)),
        difference: None,
    })
}

/// The start of the next line.
fn after_line(tree: &Tree<'_>, offset: TextSize) -> TextSize {
    let end = tree.line_end(offset);
    let rest = tree.slice(TextRange::new(end, tree.source_end()));
    let width: u32 = if rest.starts_with("\r\n") {
        2
    } else {
        u32::from(!rest.is_empty())
    };
    end + TextSize::new(width)
}

/// Another module imports the name from this one.
fn is_imported(context: &Context<'_>, file: FileId, name: &str) -> bool {
    let Some(facts) = context.program.files.get(file.0 as usize) else {
        return true;
    };
    let dotted = format!("{}.{name}", facts.module);
    context
        .program
        .files
        .iter()
        .any(|other| other.imports.iter().any(|binding| binding.target == dotted))
}

pub(super) fn backlog_of(call: &ast::ExprCall) -> Vec<Part> {
    bind(call, &PARAMETERS)
        .and_then(|bound| bound.get("backlog"))
        .map_or_else(|| vec![text("50")], |backlog| vec![source(backlog.range())])
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

pub(super) fn listen_call<'a>(context: &Context<'a>, place: Place) -> Option<&'a ast::ExprCall> {
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
pub(super) fn host_text(host: &Expr) -> Vec<Part> {
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
pub(super) fn plain_socket(call: &ast::ExprCall) -> Result<Vec<Part>, String> {
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
        if let Some(removed) = found.removed {
            let mut proposal = exact(
                NAME,
                place,
                allocation.function,
                LISTEN,
                "the server gets the address of the listening socket",
            );
            proposal.edits.push(edit(place, removed, Vec::new()));
            proposals.push(proposal);
        } else if !inside
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
