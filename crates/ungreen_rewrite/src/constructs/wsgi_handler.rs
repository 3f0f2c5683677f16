//! A WSGI function that sets constant headers and returns a list of bytes becomes an aiohttp handler:
//!
//! ```python
//! def app(environ, start_response):
//!     start_response("200 OK", [("Content-Type", "text/plain")])
//!     return [b"Hello"]
//! ```

use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{EdgeKind, FuncId, Place, Target};
use ungreen_color::{Edit, Part, Proposal};

use super::context::Context;
use super::proposals::{edit, exact, source, text, with_difference};
use super::wsgi_server::SERVER;
use crate::tree::Tree;

const NAME: &str = "wsgi-handler";

/// A function that can be an aiohttp handler, with what is written in it.
pub(super) struct Handler {
    pub(super) function: Vec<FuncId>,
    pub(super) proposals: Vec<Proposal>,
}

/// Status lines that aiohttp writes itself.
const REASONS: [&str; 16] = [
    "200 OK",
    "201 Created",
    "202 Accepted",
    "204 No Content",
    "301 Moved Permanently",
    "302 Found",
    "303 See Other",
    "304 Not Modified",
    "400 Bad Request",
    "401 Unauthorized",
    "403 Forbidden",
    "404 Not Found",
    "405 Method Not Allowed",
    "409 Conflict",
    "500 Internal Server Error",
    "503 Service Unavailable",
];

/// `None` if the function does anything that a handler cannot do the same way. `server` is the place that serves it.
pub(super) fn handler(context: &Context<'_>, function: FuncId, server: Place) -> Option<Handler> {
    let facts = context.program.functions.get(function.0 as usize)?;
    let only_served = facts.decorators.is_empty()
        && facts.class.is_none()
        && !facts.is_async
        && context.is_plain_def(function)
        && context.program.calls.iter().all(|site| {
            site.edges.iter().all(|edge| {
                edge.target != Target::Function(function)
                    || (matches!(edge.kind, EdgeKind::Spawn(_))
                        && site.file == server.file
                        && site.range == server.range)
            })
        })
        && context.program.references.iter().all(|reference| {
            !reference.targets.contains(&Target::Function(function))
                || (reference.place.file == server.file
                    && server.range.contains_range(reference.place.range))
        });
    if !only_served {
        return None;
    }
    let tree = context.tree(facts.file)?;
    let definition = tree.function(facts.name_range)?;
    let [environ, start_response] = definition.parameters.args.as_slice() else {
        return None;
    };
    let plain = definition.parameters.iter().count() == 2
        && environ.default.is_none()
        && start_response.default.is_none()
        && environ.parameter.annotation.is_none()
        && start_response.parameter.annotation.is_none()
        && definition.returns.is_none();
    if !plain {
        return None;
    }
    let place = Place {
        file: facts.file,
        range: definition.name.range(),
    };
    let mut writer = Writer {
        tree,
        place,
        environ: environ.parameter.name.as_str(),
        start_response: start_response.parameter.name.as_str(),
        edits: Vec::new(),
        understood: Vec::new(),
        decodes: false,
    };
    writer.block(&definition.body)?;
    if !always_returns(&definition.body) {
        return None;
    }
    writer.uses(definition)?;
    let parameters = TextRange::new(
        environ.parameter.range.start(),
        start_response.parameter.range.end(),
    );
    writer
        .edits
        .push(edit(place, parameters, vec![text("request")]));
    let mut proposal = exact(
        NAME,
        place,
        function,
        SERVER,
        format!("`{}` becomes an aiohttp handler", definition.name),
    );
    if writer.decodes {
        proposal = with_difference(
            proposal,
            "`PATH_INFO` is decoded as UTF-8 instead of Latin-1",
        );
    }
    proposal.edits = writer.edits;
    Some(Handler {
        function: vec![function],
        proposals: vec![proposal],
    })
}

struct Writer<'t, 'a> {
    tree: &'t Tree<'a>,
    place: Place,
    environ: &'t str,
    start_response: &'t str,
    edits: Vec<Edit>,
    /// Uses of the parameters that the edits replace.
    understood: Vec<TextRange>,
    decodes: bool,
}

impl Writer<'_, '_> {
    /// Every `return` stands right behind the `start_response` that belongs to it.
    fn block(&mut self, block: &[Stmt]) -> Option<()> {
        let mut previous: Option<&Stmt> = None;
        for statement in block {
            match statement {
                Stmt::Return(_) => self.response(previous?, statement)?,
                Stmt::If(branch) => {
                    self.block(&branch.body)?;
                    for clause in &branch.elif_else_clauses {
                        self.block(&clause.body)?;
                    }
                }
                Stmt::Expr(_)
                | Stmt::Assign(_)
                | Stmt::AugAssign(_)
                | Stmt::Pass(_)
                | Stmt::Global(_) => {}
                _ => return None,
            }
            previous = Some(statement);
        }
        Some(())
    }

    fn response(&mut self, start: &Stmt, statement: &Stmt) -> Option<()> {
        let (Stmt::Expr(start), Stmt::Return(returned)) = (start, statement) else {
            return None;
        };
        let Expr::Call(call) = &*start.value else {
            return None;
        };
        let is_start =
            matches!(&*call.func, Expr::Name(name) if name.id.as_str() == self.start_response);
        let [Expr::StringLiteral(status), Expr::List(headers)] = &*call.arguments.args else {
            return None;
        };
        if !is_start || !call.arguments.keywords.is_empty() {
            return None;
        }
        let between = self
            .tree
            .slice(TextRange::new(start.range.end(), returned.range.start()));
        if !between.trim().is_empty() {
            return None;
        }
        let Some(Expr::List(body)) = returned.value.as_deref() else {
            return None;
        };
        let status = status.value.to_str();
        let code = status.get(..3)?.parse::<u16>().ok()?;
        if code < 200 {
            return None;
        }
        let mut parts = vec![
            text("return "),
            Part::Name {
                module: "aiohttp.web",
                name: "Response",
            },
            text("("),
        ];
        let mut arguments: Vec<Vec<Part>> = Vec::new();
        if code != 200 {
            arguments.push(vec![text(format!("status={code}"))]);
        }
        if !REASONS.contains(&status) {
            let reason = status.get(4..)?;
            if reason.contains(['"', '\\']) {
                return None;
            }
            arguments.push(vec![text(format!("reason=\"{reason}\""))]);
        }
        match body.elts.as_slice() {
            [] => {}
            [Expr::Starred(_)] => return None,
            [only] => arguments.push(vec![text("body="), source(only.range())]),
            _ => arguments.push(vec![
                text("body=b\"\".join("),
                source(body.range),
                text(")"),
            ]),
        }
        arguments.push(header_parts(&headers.elts)?);
        for (index, argument) in arguments.into_iter().enumerate() {
            if index > 0 {
                parts.push(text(", "));
            }
            parts.extend(argument);
        }
        parts.push(text(")"));
        self.understood.push(call.func.range());
        self.edits.push(edit(
            self.place,
            TextRange::new(start.range.start(), returned.range.end()),
            parts,
        ));
        Some(())
    }

    /// Every use of the parameters is one that has a counterpart.
    fn uses(&mut self, definition: &StmtFunctionDef) -> Option<()> {
        for (id, node) in self.tree.nodes() {
            let AnyNodeRef::ExprName(name) = node else {
                continue;
            };
            if !definition.range.contains_range(name.range) {
                continue;
            }
            if name.id.as_str() == "request" {
                return None;
            }
            let is_start = name.id.as_str() == self.start_response;
            if !(is_start || name.id.as_str() == self.environ)
                || self.understood.contains(&name.range)
            {
                continue;
            }
            if is_start {
                return None;
            }
            let (_, AnyNodeRef::ExprSubscript(subscript)) = self.tree.parent(id)? else {
                return None;
            };
            let Expr::StringLiteral(key) = &*subscript.slice else {
                return None;
            };
            if !subscript.ctx.is_load() || subscript.value.range() != name.range {
                return None;
            }
            let counterpart = match key.value.to_str() {
                "PATH_INFO" => {
                    self.decodes = true;
                    "request.path"
                }
                "REQUEST_METHOD" => "request.method",
                "QUERY_STRING" => "request.rel_url.raw_query_string",
                _ => return None,
            };
            self.edits
                .push(edit(self.place, subscript.range, vec![text(counterpart)]));
        }
        Some(())
    }
}

/// `headers={...}` for a list of pairs of literals (the value may be any text).
fn header_parts(headers: &[Expr]) -> Option<Vec<Part>> {
    let mut parts = vec![text("headers={")];
    let mut seen: Vec<String> = Vec::new();
    for (index, header) in headers.iter().enumerate() {
        let Expr::Tuple(pair) = header else {
            return None;
        };
        let [Expr::StringLiteral(name), value] = pair.elts.as_slice() else {
            return None;
        };
        let key = name.value.to_str().to_ascii_lowercase();
        // aiohttp writes these itself, or takes them apart.
        let own = matches!(
            key.as_str(),
            "content-length" | "transfer-encoding" | "connection" | "date"
        );
        if own || seen.contains(&key) {
            return None;
        }
        seen.push(key);
        if index > 0 {
            parts.push(text(", "));
        }
        parts.extend([source(name.range()), text(": "), source(value.range())]);
    }
    parts.push(text("}"));
    // Without the header, aiohttp would add one of its own.
    if !seen.iter().any(|name| name == "content-type") {
        return None;
    }
    Some(parts)
}

fn always_returns(block: &[Stmt]) -> bool {
    match block.last() {
        Some(Stmt::Return(_)) => true,
        Some(Stmt::If(branch)) => {
            always_returns(&branch.body)
                && branch
                    .elif_else_clauses
                    .last()
                    .is_some_and(|clause| clause.test.is_none())
                && branch
                    .elif_else_clauses
                    .iter()
                    .all(|clause| always_returns(&clause.body))
        }
        _ => false,
    }
}
