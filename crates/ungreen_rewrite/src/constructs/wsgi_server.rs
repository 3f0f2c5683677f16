//! `wsgi.server(listen(address), app)`: aiohttp for an application that can be written as a handler, uvicorn for the others.
//!
//! An application of the program goes on the event loop (`WSGIApp` of the helper), where its requests interleave at the same places as
//! green threads do. One that nobody sees, a framework's, runs in threads (`a2wsgi`), and so does one whose answers block while they are read.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::{CallSite, EdgeKind, FuncId, Place, Target};
use ungreen_color::Proposal;

use super::arguments::{Bound, bind, bind_values};
use super::context::{Context, EntryCall};
use super::layout::Line;
use super::listening::{self, Serves};
use super::proposals::{edit, exact, in_group, manual, with_difference};
use super::serving::{self, Uvicorn};
use super::wsgi_tls::unwrap_ssl;
use super::{alone, in_threads, websocket_wsgi, wsgi_handler};

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

const BY_HAND: &str =
    "serve the application with uvicorn (`a2wsgi.WSGIMiddleware` for one that is not ASGI)";

/// A server: the call of `wsgi.server`, or of a spawn that runs it.
pub(super) struct Server<'a> {
    pub(super) call: EntryCall<'a>,
    pub(super) bound: Bound<'a>,
    /// In a call that runs it: the name of the server and its arguments.
    pub(super) handed: Option<TextRange>,
}

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let servers = servers(context);
    let mut proposals = Vec::new();
    let mut web = websocket_wsgi::Applications::of(context);
    for server in &servers {
        let place = server.call.place();
        if context.is_claimed(place) {
            continue;
        }
        let blocking = nothing_else_runs(context, server, &servers);
        let found = serve(context, server, blocking, &mut web);
        let is_refused = found.is_err();
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
        let Some(handed) = server.handed else {
            context.claim(place);
            continue;
        };
        claim_name(context, place, handed);
        if is_refused {
            // A task of something that stays on Eventlet would be of no use.
            context.claim(place);
            for id in &server.call.site.result {
                context.claim_allocation(*id);
            }
        }
    }
    proposals.extend(others(context));
    proposals.extend(web.proposals());
    proposals
}

/// The reference to `wsgi.server` at the start of a range.
fn claim_name(context: &mut Context<'_>, place: Place, handed: TextRange) {
    let name = context
        .references_of(SERVER)
        .iter()
        .find(|reference| {
            reference.place.file == place.file && reference.place.range.start() == handed.start()
        })
        .map(|reference| reference.place);
    if let Some(name) = name {
        context.claim(name);
    }
}

/// Every call of `wsgi.server`, direct or by a call that runs it.
pub(super) fn servers<'a>(context: &Context<'a>) -> Vec<Server<'a>> {
    let mut servers = Vec::new();
    for call in context.entry_calls() {
        if context.is_claimed(call.place()) {
            continue;
        }
        if context.entry_names(call.site).any(|name| name == SERVER) {
            if let Some(bound) = bind(call.syntax, &PARAMETERS) {
                servers.push(Server {
                    call,
                    bound,
                    handed: None,
                });
            }
            continue;
        }
        let Some((bound, handed)) = handed(&call) else {
            continue;
        };
        servers.push(Server {
            call,
            bound,
            handed: Some(handed),
        });
    }
    servers
}

fn is_server(target: &Target) -> bool {
    matches!(target, Target::Entry { name, .. } if *name == SERVER)
}

/// `spawn(wsgi.server, sock, app)`: the arguments of the server.
fn handed<'a>(call: &EntryCall<'a>) -> Option<(Bound<'a>, TextRange)> {
    let arguments = &call.syntax.arguments;
    let name = call
        .site
        .edges
        .iter()
        .filter(|edge| is_server(&edge.target))
        .find_map(|edge| edge.argument)?;
    let position = arguments
        .args
        .iter()
        .position(|argument| argument.range() == name)?;
    let bound = bind_values(
        arguments.args.get(position + 1..)?,
        &arguments.keywords,
        &PARAMETERS,
    )?;
    let last = arguments.iter_source_order().last()?;
    Some((bound, TextRange::new(name.start(), last.range().end())))
}

/// What else is done with the function: nobody rewrites that.
fn others(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for reference in context.references_of(SERVER) {
        let place = reference.place;
        if context.is_callee(place) {
            continue;
        }
        proposals.push(manual(
            NAME,
            place,
            reference.function,
            SERVER,
            "`wsgi.server` is handed on in a way that is not followed",
            BY_HAND,
        ));
        context.claim(place);
        leave_call(context, place);
    }
    proposals
}

/// What runs the server stays on Eventlet with it.
fn leave_call(context: &mut Context<'_>, argument: Place) {
    let Some(tree) = context.tree(argument.file) else {
        return;
    };
    let call = tree.expression(argument.range).and_then(|(id, _)| {
        tree.ancestors(id).find_map(|(_, node)| match node {
            AnyNodeRef::ExprCall(call) => Some(call.range()),
            _ => None,
        })
    });
    let Some(range) = call else { return };
    let place = Place { range, ..argument };
    let site = context
        .program
        .call_index
        .get(&place)
        .and_then(|id| context.site(*id));
    let Some(site) = site else { return };
    context.claim(place);
    for id in &site.result {
        context.claim_allocation(*id);
    }
}

/// The part of the program that the server belongs to has no other green threads, so that the server may run a loop of its own.
fn nothing_else_runs(context: &Context<'_>, server: &Server<'_>, servers: &[Server<'_>]) -> bool {
    let files = alone::files_with(context, server.call.site.file);
    let mut served: Vec<FuncId> = Vec::new();
    for other in servers {
        for function in applications(other).0 {
            served.push(function);
            if let Some(facts) = context.program.functions.get(function.0 as usize) {
                served.extend(context.reached_from(facts.file, facts.range));
            }
            served.extend(in_threads::bodies(context, function));
        }
    }
    for function in in_threads::framework_functions(context) {
        served.push(function);
        if let Some(facts) = context.program.functions.get(function.0 as usize) {
            served.extend(context.reached_from(facts.file, facts.range));
        }
    }
    let alone = servers
        .iter()
        .filter(|other| files.contains(&other.call.site.file))
        .count()
        == 1;
    server.handed.is_none() && alone && alone::nothing_else_runs(context, &files, &served)
}

/// Functions of the program that are served, and whether something else may be.
pub(super) fn applications(server: &Server<'_>) -> (Vec<FuncId>, bool) {
    let site = server.bound.get("site").map(Ranged::range);
    let mut functions = Vec::new();
    let mut others = server.call.site.unresolved.is_some();
    for edge in &server.call.site.edges {
        if matches!(edge.kind, EdgeKind::Spawn(_)) && edge.argument == site {
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

fn refuse(reason: &str, advice: &str) -> Refusal {
    (reason.to_string(), advice.to_string())
}

/// What keeps a server from being replaced.
fn refused(bound: &Bound<'_>) -> Result<(), Refusal> {
    if !bound.is_exact() {
        return Err(refuse(
            "`wsgi.server` with arguments that are not known",
            BY_HAND,
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
    Ok(())
}

fn serve(
    context: &mut Context<'_>,
    server: &Server<'_>,
    blocking: bool,
    web: &mut websocket_wsgi::Applications,
) -> Result<Vec<Proposal>, Refusal> {
    let place = server.call.place();
    let bound = &server.bound;
    refused(bound)?;
    let (Some(socket), Some(site)) = (bound.get("sock"), bound.get("site")) else {
        return Err(refuse(
            "`wsgi.server` without a socket or an application",
            BY_HAND,
        ));
    };
    let (functions, others) = applications(server);
    let websockets = web.are_served(context, server);
    if websockets && !web.can_be_moved(context) {
        return Err(refuse(
            "the application hands requests on to a websocket handler that is not understood",
            "serve the handler with `websockets.serve`, or pages and websockets with `aiohttp.web` and its `WebSocketResponse`",
        ));
    }
    let (ssl, socket) = unwrap_ssl(context, place, socket);
    let serves = match (server.handed, blocking) {
        (Some(_), _) => Serves::Later,
        (None, true) => Serves::Here,
        (None, false) => Serves::InLoop,
    };
    let found = listening::find(context, place, socket, serves).map_err(|reason| {
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
    let is_statement = server.handed.is_none() && context.is_expression_statement(place);
    let as_handler = match functions.as_slice() {
        [function] if is_statement && ssl.is_empty() && !others && !websockets => {
            wsgi_handler::handler(context, *function, place)
        }
        _ => None,
    };
    let group = if websockets {
        web.group(context)
    } else {
        context.new_group()
    };
    let mut proposals = listening::take(context, &found, place);
    if let Some(handler) = as_handler {
        proposal.summary =
            "the WSGI application becomes an aiohttp handler for every path and method".to_string();
        serving::aiohttp(
            context,
            &mut proposal,
            &found.listener,
            bound,
            site,
            blocking,
        );
        proposal.needs.coroutines.extend(handler.function);
        proposal = with_difference(
            proposal,
            "responses have a `Server` header, the access log has aiohttp's format, and a request has at most 8190 bytes in a line",
        );
        proposals.extend(handler.proposals);
    } else {
        let threads = !websockets && runs_in_threads(context, &functions, others);
        let line = context
            .tree(place.file)
            .map(|tree| Line::of(tree, server.handed.unwrap_or(place.range)));
        let Some(line) = line else {
            return Err(refuse("the file cannot be read", BY_HAND));
        };
        let uvicorn = Uvicorn {
            bound,
            site,
            listener: &found.listener,
            ssl: &ssl,
            threads,
            websockets,
        };
        let (range, parts) = match server.handed {
            Some(handed) => {
                let statement = statement_of(context, place);
                let variable = serving::fresh(context, place, &["config", "uvicorn_config"]);
                let configuration = statement.and_then(|_| uvicorn.configuration(line, &variable));
                let named = configuration.as_ref().map(|_| variable.as_str());
                let parts = uvicorn.handed(line, named);
                if let (Some(parts), Some(start)) = (configuration, statement) {
                    proposal
                        .edits
                        .push(edit(place, TextRange::empty(start), parts));
                }
                (handed, parts)
            }
            None if blocking => (place.range, uvicorn.run(line)),
            None => {
                proposal.needs.awaits.push(place.range);
                (place.range, uvicorn.serve(line))
            }
        };
        proposal.edits.push(edit(place, range, parts));
        if server.handed.is_some() {
            proposal.needs.running_loop = true;
        }
        if threads {
            proposal.summary = "the WSGI application is served by uvicorn, in threads".to_string();
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
            proposal.needs.threads = in_threads::run(context, &functions);
            let is_server = |site: &CallSite| site.edges.iter().any(|edge| is_server(&edge.target));
            let served = in_threads::served(context, functions, &is_server);
            proposals.extend(in_threads::proposals(context, &served));
        } else {
            proposal.summary =
                "the WSGI application is served by uvicorn, on the event loop".to_string();
            proposal.helper.push("WSGIApp");
            proposal.needs.iterates = in_threads::reached(context, &functions)
                .into_iter()
                .collect();
            proposal.needs.iterates.sort_unstable();
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
        let kept = name == "minimum_chunk_size"
            && bound
                .get(name)
                .and_then(super::literal_number)
                .is_some_and(|size| size <= 1.0);
        let quiet = name.starts_with("log") && serving::is_off(bound.get("log_output"));
        if bound.get(name).is_some() && !kept && !quiet {
            proposal = with_difference(proposal, difference);
        }
    }
    if let Some(difference) = found.difference {
        proposal = with_difference(proposal, difference);
    }
    proposals.push(proposal);
    Ok(proposals
        .into_iter()
        .map(|proposal| in_group(proposal, group))
        .collect())
}

/// The start of the simple statement around a place, if nothing in it is evaluated more than once or later.
fn statement_of(context: &Context<'_>, place: Place) -> Option<TextSize> {
    let tree = context.tree(place.file)?;
    let (id, _) = tree.expression(place.range)?;
    let (statement, node) = tree.enclosing_statement(id)?;
    let is_simple = node.is_stmt_expr() || node.is_stmt_assign();
    let start = node.range().start();
    let alone = tree
        .slice(TextRange::new(tree.line_start(start), start))
        .trim()
        .is_empty();
    let repeated = tree
        .ancestors(id)
        .take_while(|(id, _)| *id != statement)
        .any(|(_, node)| node.is_comprehension() || node.is_expr_lambda() || is_branch(node));
    (is_simple && alone && !repeated).then_some(start)
}

fn is_branch(node: AnyNodeRef<'_>) -> bool {
    matches!(
        node,
        AnyNodeRef::ExprIf(_)
            | AnyNodeRef::ExprBoolOp(_)
            | AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprGenerator(_)
    )
}

/// The application blocks in ways that only threads allow, or nobody sees what it does.
fn runs_in_threads(context: &Context<'_>, functions: &[FuncId], others: bool) -> bool {
    let reached = in_threads::reached(context, functions);
    let blocking_body = reached
        .iter()
        .flat_map(|function| in_threads::bodies(context, *function))
        .any(|method| {
            context.may_suspend(method)
                && context
                    .program
                    .functions
                    .get(method.0 as usize)
                    .is_some_and(|facts| !facts.is_generator)
        });
    others
        || blocking_body
        || (!context.patched.is_empty()
            && !functions
                .iter()
                .any(|function| context.may_suspend(*function))
            && !in_threads::use_loop(context, &reached))
}
