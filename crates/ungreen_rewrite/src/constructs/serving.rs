//! The text that serves an application: uvicorn's, or aiohttp's.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;
use ungreen_color::{Part, Proposal};

use super::arguments::Bound;
use super::context::Context;
use super::layout::Line;
use super::listening::Listener;
use super::proposals::{asyncio, edit, source, text};

const WORKERS: &str = "100";

/// How uvicorn serves.
pub(super) struct Uvicorn<'b, 'a> {
    pub(super) bound: &'b Bound<'a>,
    pub(super) site: &'b Expr,
    pub(super) listener: &'b Listener,
    pub(super) ssl: &'b [Vec<Part>],
    /// In threads; otherwise on the event loop.
    pub(super) threads: bool,
    pub(super) websockets: bool,
}

fn name(module: &'static str, name: &'static str) -> Part {
    Part::Name { module, name }
}

fn keyword(name: &str, value: Part) -> Vec<Part> {
    vec![text(format!("{name}=")), value]
}

/// `name=` and the text of a value.
fn keyword_parts(name: &str, value: &[Part]) -> Vec<Part> {
    let mut parts = vec![text(format!("{name}="))];
    parts.extend(value.iter().cloned());
    parts
}

pub(super) fn is_off(value: Option<&Expr>) -> bool {
    matches!(value, Some(Expr::BooleanLiteral(literal)) if !literal.value)
}

impl Uvicorn<'_, '_> {
    /// The application as uvicorn takes it.
    fn application(&self, line: Line<'_>) -> Vec<Part> {
        let site = vec![source(self.site.range())];
        let size = self
            .bound
            .get("max_size")
            .filter(|size| !size.is_none_literal_expr())
            .map(|size| source(size.range()));
        if self.threads {
            let workers = size.unwrap_or_else(|| text(WORKERS));
            return line.call(
                vec![name("a2wsgi", "WSGIMiddleware")],
                &[site, keyword("workers", workers)],
            );
        }
        let mut arguments = vec![site];
        arguments.extend(size.map(|size| keyword("max_size", size)));
        line.call(vec![Part::Helper("WSGIApp")], &arguments)
    }

    /// The arguments of `uvicorn.Config` and `uvicorn.run`, and those of `run` and `serve` of a server.
    fn arguments(&self, line: Line<'_>) -> (Vec<Vec<Part>>, Vec<Vec<Part>>) {
        let mut config = vec![self.application(line)];
        let mut sockets = Vec::new();
        let backlog = match self.listener {
            Listener::Address {
                host,
                port,
                backlog,
            } => {
                config.push(keyword_parts("host", host));
                config.push(keyword_parts("port", port));
                backlog
            }
            Listener::Socket { socket, backlog } => {
                let mut parts = vec![text("sockets=[")];
                parts.extend(socket.iter().cloned());
                parts.push(text("]"));
                sockets.push(parts);
                backlog
            }
        };
        config.push(keyword_parts("backlog", backlog));
        config.extend(self.ssl.iter().cloned());
        if self.websockets {
            config.push(vec![text("ws_max_size=8 << 20")]);
            config.push(vec![text("ws_ping_interval=None")]);
        }
        match self.bound.get("keepalive") {
            Some(Expr::BooleanLiteral(keep)) if !keep.value => {
                config.push(vec![text("headers=[(\"Connection\", \"close\")]")]);
            }
            Some(value @ Expr::NumberLiteral(_)) => {
                config.push(keyword("timeout_keep_alive", source(value.range())));
            }
            _ => {}
        }
        if is_off(self.bound.get("log_output")) {
            config.push(vec![text("access_log=False")]);
            config.push(vec![text("log_level=\"warning\"")]);
        }
        (config, sockets)
    }

    fn server(&self, line: Line<'_>, method: &str) -> (Vec<Part>, Vec<Vec<Part>>) {
        let (config, sockets) = self.arguments(line.inside());
        let tail = sockets.iter().flatten().count() * 8;
        (server(line, &config, method, tail), sockets)
    }

    /// `uvicorn.run(app, ...)`, without a loop around it.
    pub(super) fn run(&self, line: Line<'_>) -> Vec<Part> {
        if matches!(self.listener, Listener::Address { .. }) {
            let (config, _) = self.arguments(line);
            return line.call(vec![name("uvicorn", "run")], &config);
        }
        let (mut parts, sockets) = self.server(line, "run(");
        parts.extend(sockets.into_iter().flatten());
        parts.push(text(")"));
        parts
    }

    /// `uvicorn.Server(uvicorn.Config(app, ...)).serve()`, to be awaited.
    pub(super) fn serve(&self, line: Line<'_>) -> Vec<Part> {
        let (mut parts, sockets) = self.server(line.wider("await ".len()), "serve(");
        parts.extend(sockets.into_iter().flatten());
        parts.push(text(")"));
        parts
    }

    /// The configuration as a statement of its own, for a server whose application is only a name.
    pub(super) fn configuration(&self, line: Line<'_>, variable: &str) -> Option<Vec<Part>> {
        if !self.site.is_name_expr() {
            return None;
        }
        let line = line.alone(variable.len() + " = ".len());
        let (config, _) = self.arguments(line);
        let mut parts = vec![text(format!("{variable} = "))];
        parts.extend(line.call(vec![name("uvicorn", "Config")], &config));
        parts.push(text(format!("\n{}", line.indent(0))));
        Some(parts)
    }

    /// A function and its arguments, for a call that runs the server in a task.
    pub(super) fn handed(&self, line: Line<'_>, configuration: Option<&str>) -> Vec<Part> {
        let (mut parts, sockets) = match configuration {
            Some(variable) => (
                vec![
                    name("uvicorn", "Server"),
                    text(format!("({variable}).serve")),
                ],
                self.arguments(line).1,
            ),
            None => self.server(line, "serve"),
        };
        for socket in sockets {
            parts.push(text(", "));
            parts.extend(socket);
        }
        parts
    }
}

/// `uvicorn.Server(uvicorn.Config(...)).method`, with `tail` columns behind it.
pub(super) fn server(line: Line<'_>, config: &[Vec<Part>], method: &str, tail: usize) -> Vec<Part> {
    let mut flat = vec![name("uvicorn", "Config"), text("(")];
    flat.extend(config.iter().flatten().cloned());
    let around = tail + method.len() + config.len() * 2 + "uvicorn.Server()".len();
    let callee = vec![name("uvicorn", "Config")];
    let mut parts = vec![name("uvicorn", "Server"), text("(")];
    if line.wider(around).fits(&flat) {
        parts.extend(line.wider(around).call(callee, config));
    } else {
        parts.push(text(format!("\n{}", line.indent(1))));
        parts.extend(line.inside().call(callee, config));
        parts.push(text(format!("\n{}", line.indent(0))));
    }
    parts.push(text(format!(").{method}")));
    parts
}

/// A name that the file does not use yet.
pub(super) fn fresh(
    context: &Context<'_>,
    place: ungreen_callgraph::Place,
    names: &[&'static str],
) -> String {
    let is_taken = |name: &str| {
        context.tree(place.file).is_some_and(|tree| {
            tree.nodes().any(|(_, node)| match node {
                AnyNodeRef::ExprName(found) => found.id.as_str() == name,
                AnyNodeRef::StmtFunctionDef(found) => found.name.as_str() == name,
                AnyNodeRef::StmtClassDef(found) => found.name.as_str() == name,
                AnyNodeRef::Parameter(found) => found.name.as_str() == name,
                AnyNodeRef::Alias(found) => {
                    found.asname.as_ref().unwrap_or(&found.name).as_str() == name
                }
                _ => false,
            })
        })
    };
    names
        .iter()
        .find(|name| !is_taken(name))
        .map_or_else(|| format!("_{}", names[0]), ToString::to_string)
}

/// The aiohttp application, its only route, and what serves it, in place of the statement.
pub(super) fn aiohttp(
    context: &Context<'_>,
    proposal: &mut Proposal,
    listener: &Listener,
    bound: &Bound<'_>,
    site: &Expr,
    blocking: bool,
) {
    let place = proposal.place;
    let Some(tree) = context.tree(place.file) else {
        return;
    };
    let line = Line::of(tree, place.range);
    let indentation = line.indent(0);
    let app = fresh(context, place, &["app", "web_app", "aiohttp_app"]);
    let mut parts = vec![
        text(format!("{app} = ")),
        name("aiohttp.web", "Application"),
        text(format!(
            "(client_max_size=0)\n{indentation}{app}.router.add_route(\"*\", \"/{{path:.*}}\", "
        )),
        source(site.range()),
        text(format!(")\n{indentation}")),
    ];
    let mut arguments = Vec::new();
    let is_address = match listener {
        Listener::Address {
            host,
            port,
            backlog,
        } => {
            arguments.push(keyword_parts("host", host));
            arguments.push(keyword_parts("port", port));
            arguments.push(keyword_parts("backlog", backlog));
            arguments.push(vec![text("reuse_port=True")]);
            true
        }
        Listener::Socket { socket, backlog } => {
            arguments.push(keyword_parts("sock", socket));
            arguments.push(keyword_parts("backlog", backlog));
            false
        }
    };
    let quiet = is_off(bound.get("log_output"));
    if blocking {
        arguments.insert(0, vec![text(app)]);
        if quiet {
            arguments.push(vec![text("access_log=None")]);
        }
        parts.extend(line.call(vec![name("aiohttp.web", "run_app")], &arguments));
    } else {
        let runner = fresh(context, place, &["runner", "app_runner", "web_runner"]);
        let unit = tree.indent_unit();
        let log = if quiet { ", access_log=None" } else { "" };
        parts.extend([
            text(format!("{runner} = ")),
            name("aiohttp.web", "AppRunner"),
            text(format!(
                "({app}{log})\n{indentation}await {runner}.setup()\n{indentation}try:\n{indentation}{unit}await "
            )),
        ]);
        arguments.insert(0, vec![text(runner.clone())]);
        let site = if is_address { "TCPSite" } else { "SockSite" };
        parts.extend(
            line.inside()
                .wider("await .start()".len())
                .call(vec![name("aiohttp.web", site)], &arguments),
        );
        parts.push(text(format!(".start()\n{indentation}{unit}await ")));
        parts.push(asyncio("Future"));
        parts.push(text(format!(
            "()\n{indentation}finally:\n{indentation}{unit}await {runner}.cleanup()"
        )));
        proposal.needs.suspends = true;
    }
    proposal.edits.push(edit(place, place.range, parts));
}
