//! `wsgi.server(listen(address), app)`: aiohttp for an application that can be written as a handler, uvicorn for the others.
//!
//! An application of the program goes on the event loop (`WSGIApp` of the helper), where its requests interleave at the same places as
//! green threads do. One that nobody sees, a framework's, runs in threads (`a2wsgi`).

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;
use ungreen_callgraph::{EdgeKind, FuncId, Place, Target};
use ungreen_catalog::{Origin, catalog};
use ungreen_color::{Part, Proposal};

use super::arguments::{Bound, bind};
use super::context::{Context, EntryCall};
use super::listening::{self, Listener};
use super::proposals::{edit, exact, in_group, manual, source, text, with_difference};
use super::wsgi_handler;

const NAME: &str = "wsgi-server";
pub(super) const SERVER: &str = "eventlet.wsgi.server";

const PARAMETERS: [&str; 18] = [
    "sock",
    "site",
    "log",
    "environ",
    "max_size",
    "max_http_version",
    "protocol",
    "server_event",
    "minimum_chunk_size",
    "log_x_forwarded_for",
    "custom_pool",
    "keepalive",
    "log_output",
    "log_format",
    "url_length_limit",
    "debug",
    "socket_timeout",
    "capitalize_response_headers",
];

/// What no other server has.
const REFUSED: [(&str, &str); 4] = [
    (
        "environ",
        "put the additions to `environ` into a wrapper around the application",
    ),
    (
        "protocol",
        "serve with uvicorn and move what the protocol class does into a wrapper around the application",
    ),
    (
        "server_event",
        "serve with uvicorn.Server and use its `started` and `should_exit`",
    ),
    (
        "custom_pool",
        "serve with uvicorn and count the requests in a wrapper around the application",
    ),
];

/// Parameters whose meaning goes, with what is said about it.
const DROPPED: [(&str, &str); 9] = [
    (
        "log",
        "the access log goes to the logger `uvicorn.access`, not to `log`",
    ),
    ("max_http_version", "the version of HTTP is not limited"),
    (
        "minimum_chunk_size",
        "pieces of a response are sent as they come, not gathered to `minimum_chunk_size`",
    ),
    (
        "log_x_forwarded_for",
        "the access log has no addresses from `X-Forwarded-For`",
    ),
    ("log_format", "the access log has uvicorn's format"),
    (
        "url_length_limit",
        "the length of a request line is limited by the server's own limit",
    ),
    (
        "debug",
        "an exception in the application gives the client `Internal Server Error` without a traceback",
    ),
    ("socket_timeout", "connections have no `socket_timeout`"),
    (
        "capitalize_response_headers",
        "names of headers are written in lower case",
    ),
];

const WORKERS: &str = "100";

/// A server: the call of `wsgi.server`, or of a spawn that runs it.
pub(super) struct Server<'a> {
    pub(super) call: EntryCall<'a>,
    pub(super) bound: Bound<'a>,
    /// The arguments after the spawned function, if it is spawned.
    pub(super) spawned: bool,
}

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let servers = servers(context);
    let blocking = nothing_else_runs(context, &servers);
    let mut proposals = Vec::new();
    for server in servers {
        let place = server.call.place();
        if context.is_claimed(place) {
            continue;
        }
        let found = serve(context, &server, blocking);
        proposals.extend(found.unwrap_or_else(|(reason, advice)| {
            vec![manual(
                NAME,
                place,
                server.call.site.caller,
                SERVER,
                reason,
                advice,
            )]
        }));
        context.claim(place);
    }
    proposals
}

/// Every call of `wsgi.server`, direct or spawned.
pub(super) fn servers<'a>(context: &Context<'a>) -> Vec<Server<'a>> {
    let mut servers = Vec::new();
    for call in context.calls_of(SERVER) {
        if let Some(bound) = bind(call.syntax, &PARAMETERS) {
            servers.push(Server {
                call,
                bound,
                spawned: false,
            });
        }
    }
    servers
}

/// The program has no other green threads, so that the server may run a loop of its own.
fn nothing_else_runs(context: &Context<'_>, servers: &[Server<'_>]) -> bool {
    let applications: Vec<FuncId> = servers
        .iter()
        .flat_map(|server| applications(server).0)
        .collect();
    let mut served: Vec<FuncId> = applications.clone();
    for function in &applications {
        if let Some(facts) = context.program.functions.get(function.0 as usize) {
            served.extend(context.reached_from(facts.file, facts.range));
        }
    }
    servers.iter().filter(|server| !server.spawned).count() == 1
        && context.entry_calls().all(|call| {
            served.contains(&call.site.caller)
                || context.entry_names(call.site).all(|name| {
                    matches!(
                        name,
                        SERVER
                            | "eventlet.listen"
                            | "eventlet.wrap_ssl"
                            | "eventlet.monkey_patch"
                            | "eventlet.websocket.WebSocketWSGI"
                    ) || catalog()
                        .entry(name)
                        .is_none_or(|entry| entry.origin != Origin::Eventlet)
                })
        })
}

/// Functions of the program that are served, and whether something else may be.
fn applications(server: &Server<'_>) -> (Vec<FuncId>, bool) {
    let mut functions = Vec::new();
    let mut others = server.call.site.unresolved.is_some();
    for edge in &server.call.site.edges {
        if let EdgeKind::Spawn(_) = edge.kind {
            match edge.target {
                Target::Function(function) => functions.push(function),
                _ => others = true,
            }
        }
    }
    let others = others || functions.is_empty();
    (functions, others)
}

type Refusal = (String, String);

fn serve(
    context: &mut Context<'_>,
    server: &Server<'_>,
    blocking: bool,
) -> Result<Vec<Proposal>, Refusal> {
    let place = server.call.place();
    let bound = &server.bound;
    let by_hand =
        "serve the application with uvicorn (`a2wsgi.WSGIMiddleware` for one that is not ASGI)";
    let (Some(socket), Some(site)) = (bound.get("sock"), bound.get("site")) else {
        return Err((
            "`wsgi.server` without a socket or an application".to_string(),
            by_hand.to_string(),
        ));
    };
    if !bound.is_exact() {
        return Err((
            "`wsgi.server` with arguments that are not known".to_string(),
            by_hand.to_string(),
        ));
    }
    for (name, advice) in REFUSED {
        if bound
            .get(name)
            .is_some_and(|value| !value.is_none_literal_expr())
        {
            return Err((
                format!("`wsgi.server` with `{name}`, which other servers do not have"),
                advice.to_string(),
            ));
        }
    }
    let (functions, others) = applications(server);
    if is_websocket(context, server, &functions) {
        return Err((
            "the application is a websocket handler in a form that is not recognized, or hands requests on to one".to_string(),
            "serve the handler with `websockets.serve`, or pages and websockets with `aiohttp.web` and its `WebSocketResponse`".to_string(),
        ));
    }
    let (ssl, socket) = unwrap_ssl(context, place, socket);
    let found = listening::find(context, place.file, socket).map_err(|reason| {
        (
            reason,
            "make the listening socket in the function that serves, by `eventlet.listen`"
                .to_string(),
        )
    })?;
    let mut proposal = exact(
        NAME,
        place,
        server.call.site.caller,
        SERVER,
        "the WSGI server becomes one of asyncio",
    );
    let as_handler = if blocking && ssl.is_empty() && !others {
        match functions.as_slice() {
            [function] => wsgi_handler::handler(context, *function, place),
            _ => None,
        }
    } else {
        None
    };
    let group = context.new_group();
    let mut proposals = listening::take(context, &found, place);
    if let Some(handler) = as_handler
        && context.is_expression_statement(place)
    {
        proposal.summary =
            "the WSGI application becomes an aiohttp handler for every path and method".to_string();
        aiohttp_text(context, &mut proposal, &found.listener, server, site);
        proposal.needs.coroutines.extend(handler.function);
        proposal = with_difference(
            proposal,
            "the access log has aiohttp's format, and a request has at most 8190 bytes in a line",
        );
        proposals.extend(handler.proposals);
    } else {
        let threads = others
            || (!context.patched.is_empty()
                && !functions
                    .iter()
                    .any(|function| context.may_suspend(*function)));
        proposal.summary = if threads {
            "the WSGI application is served by uvicorn, in threads".to_string()
        } else {
            "the WSGI application is served by uvicorn, on the event loop".to_string()
        };
        uvicorn_text(
            &mut proposal,
            &found.listener,
            server,
            site,
            threads,
            blocking,
            &ssl,
        );
        if threads {
            proposal = with_difference(
                proposal,
                "the application runs in threads, which may interleave anywhere",
            );
            for function in &functions {
                proposal.needs.stays_sync.push((
                    *function,
                    "the WSGI server calls it in a thread".to_string(),
                ));
            }
        } else {
            proposal.helper.push("WSGIApp");
            proposal = with_difference(
                proposal,
                "the body of a request is read before the application runs",
            );
        }
        proposal = with_difference(
            proposal,
            "idle connections are closed after 5 seconds, and the access log has uvicorn's format",
        );
    }
    for (name, difference) in DROPPED {
        if bound.get(name).is_some() {
            proposal = with_difference(proposal, difference);
        }
    }
    proposals.push(proposal);
    Ok(proposals
        .into_iter()
        .map(|proposal| in_group(proposal, group))
        .collect())
}

fn is_websocket(context: &Context<'_>, server: &Server<'_>, functions: &[FuncId]) -> bool {
    let wrapper = "eventlet.websocket.WebSocketWSGI";
    let is_entry =
        |target: &Target| matches!(target, Target::Entry { name, .. } if *name == wrapper);
    server
        .call
        .site
        .edges
        .iter()
        .any(|edge| is_entry(&edge.target))
        || with_what_they_call(context, functions)
            .iter()
            .any(|function| {
                context
                    .program
                    .functions
                    .get(function.0 as usize)
                    .is_some_and(|facts| {
                        facts
                            .decorators
                            .iter()
                            .any(|decorator| decorator.targets.iter().any(is_entry))
                    })
            })
}

/// The functions, and those of the program that they call: an application may hand some requests on to a websocket.
fn with_what_they_call(context: &Context<'_>, functions: &[FuncId]) -> Vec<FuncId> {
    let mut all = functions.to_vec();
    for function in functions {
        if let Some(facts) = context.program.functions.get(function.0 as usize) {
            all.extend(context.reached_from(facts.file, facts.range));
        }
    }
    all
}

/// `eventlet.wrap_ssl(listen(address), certfile=c, keyfile=k, server_side=True)`: uvicorn's arguments, and the socket inside.
fn unwrap_ssl<'e>(
    context: &mut Context<'_>,
    place: Place,
    socket: &'e Expr,
) -> (Vec<Part>, &'e Expr) {
    let Expr::Call(call) = socket else {
        return (Vec::new(), socket);
    };
    let wrapped = Place {
        range: call.range(),
        ..place
    };
    let is_wrap = context
        .program
        .call_index
        .get(&wrapped)
        .and_then(|id| context.entry_call(*id))
        .is_some_and(|call| {
            context
                .entry_names(call.site)
                .all(|name| name == "eventlet.wrap_ssl")
        });
    let Some(inner) = call.arguments.args.first().filter(|_| is_wrap) else {
        return (Vec::new(), socket);
    };
    let mut parts = Vec::new();
    for keyword in &call.arguments.keywords {
        let name = match keyword
            .arg
            .as_ref()
            .map(ruff_python_ast::Identifier::as_str)
        {
            Some("certfile") => "ssl_certfile",
            Some("keyfile") => "ssl_keyfile",
            Some("ca_certs") => "ssl_ca_certs",
            Some("cert_reqs") => "ssl_cert_reqs",
            Some("server_side") => continue,
            _ => return (Vec::new(), socket),
        };
        parts.push(text(format!(", {name}=")));
        parts.push(source(keyword.value.range()));
    }
    context.claim(wrapped);
    (parts, inner)
}

/// `, backlog=50`.
fn backlog_text(parts: &mut Vec<Part>, backlog: &[Part]) {
    parts.push(text(", backlog="));
    parts.extend(backlog.iter().cloned());
}

fn uvicorn_text(
    proposal: &mut Proposal,
    listener: &Listener,
    server: &Server<'_>,
    site: &Expr,
    threads: bool,
    blocking: bool,
    ssl: &[Part],
) {
    let bound = &server.bound;
    let name = |name| Part::Name {
        module: "uvicorn",
        name,
    };
    let mut config = Vec::new();
    if threads {
        let workers = bound
            .get("max_size")
            .filter(|size| !size.is_none_literal_expr())
            .map_or_else(|| text(WORKERS), |size| source(size.range()));
        config.extend([
            Part::Name {
                module: "a2wsgi",
                name: "WSGIMiddleware",
            },
            text("("),
            source(site.range()),
            text(", workers="),
            workers,
            text(")"),
        ]);
    } else {
        config.extend([
            Part::Helper("WSGIApp"),
            text("("),
            source(site.range()),
            text(")"),
        ]);
    }
    let sockets = match listener {
        Listener::Address {
            host,
            port,
            backlog,
        } => {
            config.push(text(", host="));
            config.extend(host.iter().cloned());
            config.push(text(", port="));
            config.extend(port.iter().cloned());
            backlog_text(&mut config, backlog);
            None
        }
        Listener::Socket { socket, backlog } => {
            backlog_text(&mut config, backlog);
            Some(socket.clone())
        }
    };
    config.extend(ssl.iter().cloned());
    match bound.get("keepalive") {
        Some(Expr::BooleanLiteral(keep)) if !keep.value => {
            config.push(text(", timeout_keep_alive=0"));
        }
        Some(value @ Expr::NumberLiteral(_)) => {
            config.extend([text(", timeout_keep_alive="), source(value.range())]);
        }
        _ => {}
    }
    if is_off(bound.get("log_output")) {
        config.push(text(", access_log=False, log_level=\"warning\""));
    }
    config.push(text(")"));
    let mut parts = Vec::new();
    if blocking && sockets.is_none() {
        parts.extend([name("run"), text("(")]);
        parts.extend(config);
    } else {
        parts.extend([name("Server"), text("("), name("Config"), text("(")]);
        parts.extend(config);
        parts.push(text(if blocking { ").run(" } else { ").serve(" }));
        if let Some(socket) = sockets {
            parts.push(text("sockets=["));
            parts.extend(socket);
            parts.push(text("]"));
        }
        parts.push(text(")"));
    }
    let place = proposal.place;
    if !blocking {
        proposal.needs.awaits.push(place.range);
    }
    proposal.edits.push(edit(place, place.range, parts));
}

fn is_off(value: Option<&Expr>) -> bool {
    matches!(value, Some(Expr::BooleanLiteral(literal)) if !literal.value)
}

/// The application object, its only route, and `run_app`, in front of and at the place of the statement.
fn aiohttp_text(
    context: &Context<'_>,
    proposal: &mut Proposal,
    listener: &Listener,
    server: &Server<'_>,
    site: &Expr,
) {
    let place = proposal.place;
    let Some(tree) = context.tree(place.file) else {
        return;
    };
    let indentation = tree.indentation_at(place.range.start());
    let taken = |name: &str| {
        tree.nodes().any(|(_, node)| match node {
            ruff_python_ast::AnyNodeRef::ExprName(found) => found.id.as_str() == name,
            ruff_python_ast::AnyNodeRef::StmtFunctionDef(found) => found.name.as_str() == name,
            ruff_python_ast::AnyNodeRef::StmtClassDef(found) => found.name.as_str() == name,
            ruff_python_ast::AnyNodeRef::Parameter(found) => found.name.as_str() == name,
            _ => false,
        })
    };
    let app = ["app", "web_app", "aiohttp_app", "wsgi_replacement"]
        .into_iter()
        .find(|name| !taken(name))
        .unwrap_or("_ungreen_app");
    let name = |name| Part::Name {
        module: "aiohttp.web",
        name,
    };
    let mut parts = vec![
        text(format!("{app} = ")),
        name("Application"),
        text(format!(
            "(client_max_size=0)\n{indentation}{app}.router.add_route(\"*\", \"/{{path:.*}}\", "
        )),
        source(site.range()),
        text(format!(")\n{indentation}")),
        name("run_app"),
        text(format!("({app}, ")),
    ];
    match listener {
        Listener::Address {
            host,
            port,
            backlog,
        } => {
            parts.push(text("host="));
            parts.extend(host.iter().cloned());
            parts.push(text(", port="));
            parts.extend(port.iter().cloned());
            backlog_text(&mut parts, backlog);
            parts.push(text(", reuse_port=True"));
        }
        Listener::Socket { socket, backlog } => {
            parts.push(text("sock="));
            parts.extend(socket.iter().cloned());
            backlog_text(&mut parts, backlog);
        }
    }
    if is_off(server.bound.get("log_output")) {
        parts.push(text(", access_log=None"));
    }
    parts.push(text(")"));
    proposal.edits.push(edit(place, place.range, parts));
}
