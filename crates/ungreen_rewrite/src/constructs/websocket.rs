//! `WebSocketWSGI(handler)` served by `wsgi.server` becomes `websockets.serve(handler, ...)`.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{EdgeKind, FuncId, Place, Target};
use ungreen_color::{Part, PinKind, Proposal};

use super::arguments::arguments_from;
use super::context::Context;
use super::layout::Line;
use super::listening::{self, Listener, Serves};
use super::proposals::{asyncio, edit, exact, in_group, source, text, with_difference};
use super::websocket_uses::{Uses, definition, handler_parameter};
use super::wsgi_server::{SERVER, Server, servers};
use crate::tree::Tree;

const NAME: &str = "websocket";
pub(super) const WRAPPER: &str = "eventlet.websocket.WebSocketWSGI";
const DIFFERENCES: [&str; 5] = [
    "a closing frame has the status 1000, where Eventlet's has none",
    "an exception in the handler closes the connection with 1011",
    "a request that is no websocket's is answered by 426 instead of 400",
    "sending to a peer that is gone raises `websockets.ConnectionClosed`, which is no OSError",
    "the protocols of before 2011 (hixie-75, hixie-76) are not spoken",
];
pub(super) const ASSUMED: &str =
    "the connection is kept in a container, and what comes out of it is taken for a connection";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for server in servers(context) {
        if context.is_claimed(server.call.place()) {
            continue;
        }
        if let Some(found) = serve(context, &server) {
            proposals.extend(found);
        }
    }
    proposals
}

/// A handler, and where it is wrapped.
struct Wrapped {
    functions: Vec<FuncId>,
    proposals: Vec<Proposal>,
    claims: Vec<Place>,
}

/// `name=` and the text of a value.
fn keyword(name: &str, value: &[Part]) -> Vec<Part> {
    let mut parts = vec![text(format!("{name}="))];
    parts.extend(value.iter().cloned());
    parts
}

fn serve(context: &mut Context<'_>, server: &Server<'_>) -> Option<Vec<Proposal>> {
    let place = server.call.place();
    let (socket, site) = (server.bound.get("sock")?, server.bound.get("site")?);
    if server.handed.is_some()
        || !server.bound.is_exact()
        || !context.is_expression_statement(place)
    {
        return None;
    }
    let kept_options = ["environ", "protocol", "server_event", "custom_pool"];
    if kept_options
        .iter()
        .any(|name| server.bound.get(name).is_some())
    {
        return None;
    }
    let wrapped = wrapped(context, server, site)?;
    let found = listening::find(context, place, socket, Serves::InLoop).ok()?;
    let mut uses = Uses::default();
    for function in &wrapped.functions {
        uses.follow(context, *function, handler_parameter(context, *function)?)?;
    }
    if uses.escapes {
        uses.add_kept(context);
    }
    let written = written(&uses, context)?;
    let tree = context.tree(place.file)?;
    let mut proposal = exact(
        NAME,
        place,
        server.call.site.caller,
        SERVER,
        "the websocket server becomes `websockets.serve`",
    );
    let indentation = tree.indentation_at(place.range.start());
    let unit = tree.indent_unit();
    let mut arguments = vec![vec![source(site.range())]];
    match &found.listener {
        Listener::Address {
            host,
            port,
            backlog,
        } => {
            arguments.extend([host.clone(), port.clone(), keyword("backlog", backlog)]);
            arguments.push(vec![text("reuse_port=True")]);
        }
        Listener::Socket { socket, backlog } => {
            arguments.extend([keyword("sock", socket), keyword("backlog", backlog)]);
        }
    }
    arguments.push(vec![text("max_size=8 << 20")]);
    arguments.push(vec![text("ping_interval=None")]);
    let function = Part::Name {
        module: "websockets",
        name: "serve",
    };
    let line = Line::of(tree, place.range).wider("async with :".len());
    let mut parts = vec![text("async with ")];
    parts.extend(line.call(vec![function], &arguments));
    parts.push(text(format!(":\n{indentation}{unit}await ")));
    parts.extend([asyncio("Future"), text("()")]);
    proposal.edits.push(edit(place, place.range, parts));
    proposal.needs.suspends = true;
    proposal.needs.coroutines.clone_from(&wrapped.functions);
    for difference in DIFFERENCES {
        proposal = with_difference(proposal, difference);
    }
    let group = context.new_group();
    let mut proposals = listening::take(context, &found, place);
    context.claim(place);
    for claimed in &wrapped.claims {
        context.claim(*claimed);
    }
    proposals.push(proposal);
    proposals.extend(wrapped.proposals);
    proposals.extend(written);
    uses.claim(context);
    Some(
        proposals
            .into_iter()
            .map(|proposal| in_group(proposal, group))
            .collect(),
    )
}

pub(super) fn is_wrapper(target: &Target) -> bool {
    matches!(target, Target::Entry { name, .. } if *name == WRAPPER)
}

/// The handlers behind the application: a decorated function, or `WebSocketWSGI(handler)` in place or assigned to the name.
fn wrapped(context: &Context<'_>, server: &Server<'_>, site: &Expr) -> Option<Wrapped> {
    let place = server.call.place();
    let mut found = Wrapped {
        functions: Vec::new(),
        proposals: Vec::new(),
        claims: Vec::new(),
    };
    let decorated: Vec<FuncId> = server
        .call
        .site
        .edges
        .iter()
        .filter_map(|edge| match (edge.kind, &edge.target) {
            (EdgeKind::Spawn(_), Target::Function(function)) => Some(*function),
            _ => None,
        })
        .collect();
    if let [function] = decorated.as_slice() {
        let facts = context.program.functions.get(function.0 as usize)?;
        let [decorator] = facts.decorators.as_slice() else {
            return None;
        };
        if !decorator.targets.iter().all(is_wrapper) || decorator.targets.is_empty() {
            return None;
        }
        // Somebody who calls it as an application has requests that are no websocket's as well.
        if context.has_callers(*function) {
            return None;
        }
        let tree = context.tree(facts.file)?;
        let own = Place {
            file: facts.file,
            range: decorator.range,
        };
        let start = tree.line_start(decorator.range.start());
        let indentation = tree.indentation_at(decorator.range.start());
        let defined = definition(context, *function)?;
        let keyword = tree.line_start(defined.name.range.start());
        let between = tree.slice(TextRange::new(decorator.range.end(), keyword));
        if !between.trim().is_empty() {
            return None;
        }
        let at = start + ruff_text_size::TextSize::of(indentation);
        let to = keyword + ruff_text_size::TextSize::of(indentation);
        let mut proposal = exact(
            NAME,
            own,
            facts.parent?,
            WRAPPER,
            format!("`{}` handles connections of `websockets`", facts.name),
        );
        proposal
            .edits
            .push(edit(own, TextRange::new(at, to), Vec::new()));
        proposal.needs.lifts.push((*function, PinKind::Decorator));
        found.functions.push(*function);
        found.proposals.push(proposal);
        found.claims.push(own);
        return Some(found);
    }
    let calls: Vec<&Expr> = match site {
        Expr::Call(_) => vec![site],
        _ => listening::assigned_values(context, place, site)?,
    };
    for value in calls {
        let own = Place {
            range: value.range(),
            ..place
        };
        let id = context.program.call_index.get(&own)?;
        let call = context.entry_call(*id)?;
        let [handler] = &*call.syntax.arguments.args else {
            return None;
        };
        let wraps = call.site.edges.iter().all(|edge| match edge.kind {
            EdgeKind::Call => is_wrapper(&edge.target),
            EdgeKind::Spawn(_) => matches!(edge.target, Target::Function(_)),
        });
        if !wraps || !call.syntax.arguments.keywords.is_empty() {
            return None;
        }
        found
            .functions
            .extend(context.spawned_functions(call.site)?);
        let mut proposal = exact(
            NAME,
            own,
            call.site.caller,
            WRAPPER,
            format!(
                "`{}` handles connections of `websockets`",
                context.text(Place {
                    range: handler.range(),
                    ..own
                })
            ),
        );
        proposal
            .edits
            .push(edit(own, own.range, vec![source(handler.range())]));
        found.proposals.push(proposal);
        found.claims.push(own);
    }
    Some(found)
}

/// What is written for `websockets`.
fn written(uses: &Uses, context: &Context<'_>) -> Option<Vec<Proposal>> {
    let mut proposals = Vec::new();
    for (function, place, method) in &uses.methods {
        let tree = context.tree(place.file)?;
        let call = tree.call(place.range)?;
        let Expr::Attribute(attribute) = &*call.func else {
            return None;
        };
        let mut proposal = exact(
            NAME,
            *place,
            *function,
            match method.as_str() {
                "wait" => "eventlet.websocket.WebSocket.wait",
                "send" => "eventlet.websocket.WebSocket.send",
                "close" => "eventlet.websocket.WebSocket.close",
                _ => return None,
            },
            format!("`{}` is awaited", context.text(*place)),
        );
        match method.as_str() {
            "wait" if call.arguments.is_empty() => {
                receive(tree, &mut proposal, attribute, *place);
            }
            "send" if call.arguments.args.len() == 1 && call.arguments.keywords.is_empty() => {}
            "close" if call.arguments.is_empty() => {}
            "close" => {
                // `ws.close((1001, "bye"))`
                let [Expr::Tuple(data)] = &*call.arguments.args else {
                    return None;
                };
                let [_, _] = data.elts.as_slice() else {
                    return None;
                };
                arguments_from(tree, call, 0)?;
                proposal.edits.push(edit(
                    *place,
                    data.range,
                    vec![
                        source(data.elts[0].range()),
                        text(", "),
                        source(data.elts[1].range()),
                    ],
                ));
            }
            _ => return None,
        }
        proposal.needs.awaits.push(place.range);
        if uses.assumed.contains(place) {
            proposal = with_difference(proposal, ASSUMED);
        }
        proposals.push(proposal);
    }
    for (function, place, attribute) in &uses.reads {
        let tree = context.tree(place.file)?;
        let (_, AnyNodeRef::ExprAttribute(read)) = tree.expression(place.range)? else {
            return None;
        };
        let entry = match attribute.as_str() {
            "path" => "eventlet.websocket.WebSocket.path",
            "origin" => "eventlet.websocket.WebSocket.origin",
            "protocol" => "eventlet.websocket.WebSocket.protocol",
            _ => return None,
        };
        let connection = source(read.value.range());
        let parts = match attribute.as_str() {
            "path" => vec![
                Part::Name {
                    module: "urllib.parse",
                    name: "unquote",
                },
                text("("),
                connection,
                text(".request.path.partition(\"?\")[0])"),
            ],
            "origin" => vec![connection, text(".request.headers.get(\"Origin\")")],
            _ => vec![connection, text(".subprotocol")],
        };
        let mut proposal = exact(
            NAME,
            *place,
            *function,
            entry,
            format!("`{}` is read from the request", context.text(*place)),
        );
        proposal.edits.push(edit(*place, place.range, parts));
        proposals.push(proposal);
    }
    Some(proposals)
}

/// `message = ws.wait()` becomes a `try` around `ws.recv()`; in other places the helper does that.
fn receive(
    tree: &Tree<'_>,
    proposal: &mut Proposal,
    attribute: &ruff_python_ast::ExprAttribute,
    place: Place,
) {
    let assigned = tree
        .expression(place.range)
        .and_then(|(id, _)| tree.parent(id))
        .and_then(|(_, parent)| match parent {
            AnyNodeRef::StmtAssign(assign) if assign.value.range() == place.range => {
                match assign.targets.as_slice() {
                    [Expr::Name(name)] => Some((assign.range, name.range)),
                    _ => None,
                }
            }
            _ => None,
        });
    let Some((statement, name)) = assigned else {
        proposal.helper.push("receive");
        proposal.edits.push(edit(
            place,
            place.range,
            vec![
                Part::Helper("receive"),
                text("("),
                source(attribute.value.range()),
                text(")"),
            ],
        ));
        return;
    };
    let indentation = tree.indentation_at(statement.start());
    let unit = tree.indent_unit();
    proposal
        .edits
        .push(edit(place, attribute.attr.range(), vec![text("recv")]));
    proposal.edits.push(edit(
        place,
        statement,
        vec![
            text(format!("try:\n{indentation}{unit}")),
            source(name),
            text(" = "),
            source(place.range),
            text(format!("\n{indentation}except ")),
            Part::Name {
                module: "websockets",
                name: "ConnectionClosed",
            },
            text(format!(":\n{indentation}{unit}")),
            source(name),
            text(" = None"),
        ],
    ));
}
