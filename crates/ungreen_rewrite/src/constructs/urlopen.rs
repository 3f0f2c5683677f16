//! `urllib.request.urlopen(url).read()` becomes `async with http_session().get(url) as response: await response.read()`: one session of
//! aiohttp for the program. All of a program's requests change or none, since they share their errors.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{AllocId, Place};
use ungreen_catalog::{Entry, catalog};
use ungreen_color::{Part, Proposal};

use super::arguments::bind;
use super::context::{Context, EntryCall};
use super::denotation::other_targets;
use super::offload::runs_nothing;
use super::proposals::{edit, exact, in_group, source, text, with_difference};
use super::url_errors;
use super::url_responses::{self, Use};

pub(super) const NAME: &str = "urlopen";
pub(super) const URLOPEN: &str = "urllib.request.urlopen";
pub(super) const REQUEST: &str = "urllib.request.Request";
/// Name of the helper for a time limit that is not written as a number.
const TIMEOUT: &str = "http_timeout";
/// It changes what `urlopen` does.
const INSTALL: &str = "urllib.request.install_opener";
const DIFFERENCES: [&str; 3] = [
    "a status of 400 or more raises aiohttp.ClientResponseError, which has no body, and a connection that fails raises aiohttp.ClientConnectionError",
    "the requests have other headers of their own (User-Agent, Accept-Encoding), and connections are kept for further requests",
    "aiohttp, which has to be installed with the program, opens http and https URLs only",
];

/// What becomes of one call of `urlopen`.
struct Opened<'a> {
    call: EntryCall<'a>,
    entry: &'static Entry,
    request: Vec<Part>,
    /// The call of `Request` among the arguments.
    inner: Option<TextRange>,
    form: Form,
    uses: Vec<Use>,
    objects: Vec<AllocId>,
}

#[derive(Clone, Copy)]
enum Form {
    /// `with urlopen(url) as response:`.
    With,
    /// `return urlopen(url).read()`: the statement moves into an `async with`; the range is that of `urlopen(url).read()`.
    Statement {
        read: TextRange,
        statement: TextRange,
    },
    Expression,
}

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let Some(opened) = all_opened(context) else {
        return Vec::new();
    };
    let Some(errors) = url_errors::find(context) else {
        return Vec::new();
    };
    if opened.is_empty() {
        return Vec::new();
    }
    let group = context.new_group();
    let mut proposals = Vec::new();
    for error in errors {
        let (place, function) = (error.place, error.function);
        let summary = format!("`{}` becomes an error of aiohttp", context.text(place));
        let mut proposal = exact(NAME, place, function, &error.entry.name, summary);
        proposal.edits = error.edits;
        context.claim(place);
        proposals.push(in_group(proposal, group));
    }
    for one in opened {
        for proposal in one.propose(context) {
            proposals.push(in_group(proposal, group));
        }
    }
    proposals
}

/// The entry is this name of the standard library, or its green form.
pub(super) fn means(entry: &Entry, name: &str) -> bool {
    entry.name == name || entry.stands_for.as_deref() == Some(name)
}

/// Green entries that mean the name.
fn entries(context: &Context<'_>, name: &str) -> Vec<&'static Entry> {
    catalog()
        .entries()
        .iter()
        .filter(|entry| means(entry, name) && (entry.name != name || context.is_green(entry)))
        .collect()
}

/// `None` if aiohttp cannot express all of them.
fn all_opened<'a>(context: &Context<'a>) -> Option<Vec<Opened<'a>>> {
    let mut opened = Vec::new();
    let mut inner = Vec::new();
    for entry in entries(context, URLOPEN) {
        if context
            .references_of(&entry.name)
            .iter()
            .any(|reference| !context.is_callee(reference.place))
        {
            return None;
        }
        for call in context.calls_of(&entry.name) {
            if other_targets(context.program, call.site).is_some() {
                return None;
            }
            let one = open(context, entry, call)?;
            inner.extend(one.inner.map(|range| Place {
                file: call.site.file,
                range,
            }));
            opened.push(one);
        }
    }
    let others = catalog().entries().iter().any(|entry| {
        let calls = || context.calls_of(&entry.name);
        (means(entry, INSTALL) && !calls().is_empty())
            || (means(entry, REQUEST) && calls().iter().any(|call| !inner.contains(&call.place())))
    });
    (!others).then_some(opened)
}

fn open<'a>(
    context: &Context<'a>,
    entry: &'static Entry,
    call: EntryCall<'a>,
) -> Option<Opened<'a>> {
    let (request, inner) = request(context, call)?;
    let mut uses = Vec::new();
    let objects = call.site.result.clone();
    if objects.is_empty() {
        return None;
    }
    for id in &objects {
        uses.extend(url_responses::uses(context, *id)?);
    }
    let form = form(context, call, &uses);
    Some(Opened {
        call,
        entry,
        request,
        inner,
        form,
        uses,
        objects,
    })
}

fn form(context: &Context<'_>, call: EntryCall<'_>, uses: &[Use]) -> Form {
    let place = call.place();
    if context.with_of(place).is_some() {
        return Form::With;
    }
    let read = uses
        .iter()
        .find(|used| used.is_read_of(call.site.range))
        .map(|used| used.range);
    read.and_then(|read| {
        let statement = only_part_of_statement(context, place, read)?;
        Some(Form::Statement { read, statement })
    })
    .unwrap_or(Form::Expression)
}

/// The statement around `read`, if nothing else in it can suspend, or run before.
fn only_part_of_statement(
    context: &Context<'_>,
    place: Place,
    read: TextRange,
) -> Option<TextRange> {
    let tree = context.tree(place.file)?;
    let (mut id, _) = tree.expression(read)?;
    let mut range = read;
    loop {
        let (parent, node) = tree.parent(id)?;
        match node {
            AnyNodeRef::ExprAttribute(_) => {}
            AnyNodeRef::Arguments(_) => {
                id = parent;
                continue;
            }
            AnyNodeRef::ExprCall(outer) => {
                let called = outer.func.range() == range
                    && outer.arguments.keywords.is_empty()
                    && outer.arguments.args.iter().all(Expr::is_literal_expr);
                let given = matches!(&*outer.arguments.args, [only] if only.range() == range)
                    && outer.arguments.keywords.is_empty();
                if !(called || given) || !runs_nothing(context, place.file, outer) {
                    return None;
                }
            }
            AnyNodeRef::StmtReturn(_) | AnyNodeRef::StmtExpr(_) => break,
            AnyNodeRef::StmtAssign(assign) if matches!(&*assign.targets, [Expr::Name(_)]) => {
                break;
            }
            _ => return None,
        }
        id = parent;
        range = node.range();
    }
    let (statement, node) = tree.enclosing_statement(id)?;
    let own_line = tree
        .slice(TextRange::new(tree.line_start(node.start()), node.start()))
        .trim()
        .is_empty()
        && tree
            .slice(TextRange::new(node.end(), tree.line_end(node.end())))
            .trim_start()
            .chars()
            .next()
            .is_none_or(|next| next == '#');
    (own_line && !tree.is_top_level(statement) && !tree.slice(node.range()).contains('\n'))
        .then(|| node.range())
}

/// `get(url, headers=...)`, and the call of `Request` that it is made of.
fn request(context: &Context<'_>, call: EntryCall<'_>) -> Option<(Vec<Part>, Option<TextRange>)> {
    let outer = bind(call.syntax, &["url", "data", "timeout"])?;
    if !outer.is_exact() {
        return None;
    }
    let url = outer.get("url")?;
    let inner = request_call(context, call, url);
    let described = match inner {
        Some(call) => Some(bind(
            call,
            &[
                "url",
                "data",
                "headers",
                "origin_req_host",
                "unverifiable",
                "method",
            ],
        )?),
        None => None,
    };
    if described.as_ref().is_some_and(|request| {
        !request.is_exact()
            || request.get("origin_req_host").is_some()
            || request.get("unverifiable").is_some()
    }) {
        return None;
    }
    let of_request = |name: &str| described.as_ref().and_then(|request| request.get(name));
    let address = of_request("url").or((inner.is_none()).then_some(url))?;
    if is_other_scheme(address) {
        return None;
    }
    let data = match outer.get("data").or_else(|| of_request("data")) {
        Some(Expr::NoneLiteral(_)) => None,
        Some(data) if is_bytes(context, call.site.file, data) => Some(data),
        Some(_) => return None,
        None => None,
    };
    let mut parts = match of_request("method") {
        None => vec![text(if data.is_some() { "post(" } else { "get(" })],
        Some(Expr::StringLiteral(method)) => {
            let method = method.value.to_str().to_ascii_lowercase();
            if !["get", "post", "put", "delete", "head", "patch"].contains(&method.as_str()) {
                return None;
            }
            vec![text(format!("{method}("))]
        }
        Some(method) => vec![text("request("), source(method.range()), text(", ")],
    };
    parts.push(source(address.range()));
    if let Some(data) = data {
        parts.push(text(", data="));
        parts.push(source(data.range()));
    }
    let headers = of_request("headers");
    match (headers, data) {
        (Some(headers), Some(_)) if !names_content_type(headers) => {
            parts.push(text(
                ", headers={\"Content-Type\": \"application/x-www-form-urlencoded\", **",
            ));
            parts.push(source(headers.range()));
            parts.push(text("}"));
        }
        (Some(headers), _) => {
            parts.push(text(", headers="));
            parts.push(source(headers.range()));
        }
        (None, Some(_)) => {
            parts.push(text(
                ", headers={\"Content-Type\": \"application/x-www-form-urlencoded\"}",
            ));
        }
        (None, None) => {}
    }
    match outer.get("timeout") {
        None | Some(Expr::NoneLiteral(_)) => {}
        Some(seconds) if seconds.is_number_literal_expr() => {
            parts.push(text(", timeout="));
            parts.push(Part::Name {
                module: "aiohttp",
                name: "ClientTimeout",
            });
            parts.push(text("(sock_connect="));
            parts.push(source(seconds.range()));
            parts.push(text(", sock_read="));
            parts.push(source(seconds.range()));
            parts.push(text(")"));
        }
        Some(seconds) => {
            parts.push(text(", timeout="));
            parts.push(Part::Helper(TIMEOUT));
            parts.push(text("("));
            parts.push(source(seconds.range()));
            parts.push(text(")"));
        }
    }
    parts.push(text(")"));
    Some((parts, inner.map(Ranged::range)))
}

/// `Request(...)`, written as the argument.
fn request_call<'e>(
    context: &Context<'_>,
    call: EntryCall<'_>,
    url: &'e Expr,
) -> Option<&'e ast::ExprCall> {
    let inner = url.as_call_expr()?;
    let place = Place {
        file: call.site.file,
        range: inner.range(),
    };
    let site = context.site(*context.program.call_index.get(&place)?)?;
    context
        .entry_names(site)
        .filter_map(|name| catalog().entry(name))
        .any(|entry| means(entry, REQUEST))
        .then_some(inner)
}

/// A literal address of a file, or data.
fn is_other_scheme(address: &Expr) -> bool {
    let literal = match address {
        Expr::StringLiteral(literal) => literal.value.to_str(),
        Expr::BinOp(operation) => return is_other_scheme(&operation.left),
        _ => return false,
    };
    literal.split_once(':').is_some_and(|(scheme, _)| {
        !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https")
    })
}

fn names_content_type(headers: &Expr) -> bool {
    let Expr::Dict(dict) = headers else {
        return false;
    };
    dict.items.iter().any(|item| {
        matches!(&item.key, Some(Expr::StringLiteral(name)) if name.value.to_str().eq_ignore_ascii_case("content-type"))
    })
}

/// The expression is bytes for certain, and not `None`, with which the request would be another.
fn is_bytes(context: &Context<'_>, file: ungreen_callgraph::FileId, expression: &Expr) -> bool {
    match expression {
        Expr::BytesLiteral(_) => true,
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Attribute(attribute) if attribute.attr.as_str() == "encode")
        }
        Expr::Name(name) => local_value(context, file, name)
            .is_some_and(|value| !value.is_name_expr() && is_bytes(context, file, value)),
        _ => false,
    }
}

/// What the name is assigned, if the function around it assigns it once, right in its body.
fn local_value<'a>(
    context: &Context<'a>,
    file: ungreen_callgraph::FileId,
    name: &ast::ExprName,
) -> Option<&'a Expr> {
    let tree = context.tree(file)?;
    let (id, _) = tree.expression(name.range())?;
    let function = tree.ancestors(id).find_map(|(_, node)| match node {
        AnyNodeRef::StmtFunctionDef(function) => Some(function),
        _ => None,
    })?;
    let stores = tree
        .nodes()
        .filter(|(_, node)| match node {
            AnyNodeRef::ExprName(other) => {
                other.id == name.id
                    && !other.ctx.is_load()
                    && function.range().contains_range(other.range())
            }
            AnyNodeRef::Parameter(parameter) => {
                parameter.name.id == name.id && function.range().contains_range(parameter.range())
            }
            _ => false,
        })
        .count();
    let value = function.body.iter().find_map(|statement| match statement {
        ast::Stmt::Assign(assign) => match &*assign.targets {
            [Expr::Name(target)] if target.id == name.id => Some(&*assign.value),
            _ => None,
        },
        _ => None,
    })?;
    (stores == 1).then_some(value)
}

impl Opened<'_> {
    fn propose(self, context: &mut Context<'_>) -> Vec<Proposal> {
        let place = self.call.place();
        let function = self.call.site.caller;
        let shown = context.text(place).lines().next().unwrap_or_default();
        let summary = format!("`{shown}` becomes a request of aiohttp");
        let mut proposal = exact(NAME, place, function, &self.entry.name, summary);
        proposal.helper.push("http_session");
        if self.request.contains(&Part::Helper(TIMEOUT)) {
            proposal.helper.push(TIMEOUT);
        }
        proposal.needs.handles_calls.extend(self.inner);
        let mut request = vec![Part::Helper("http_session"), text("().")];
        request.extend(self.request);
        let mut moved = None;
        match self.form {
            Form::With => proposal.needs.async_with.push(place.range),
            Form::Expression if self.uses.iter().any(|used| used.is_load_of(place.range)) => {
                proposal.needs.suspends = true;
                request.insert(0, text("await (await "));
                request.push(text(").read()"));
            }
            Form::Expression => proposal.needs.awaits.push(place.range),
            Form::Statement { read, statement } => {
                if let Some(name) = free_name(context, place) {
                    moved = Some(read);
                    proposal.needs.suspends = true;
                    proposal.needs.handles_calls.push(read);
                    let parts = moved_statement(context, place, (read, statement), &request, name);
                    proposal.edits.push(edit(place, statement, parts));
                } else {
                    proposal.needs.awaits.push(place.range);
                }
            }
        }
        if moved.is_none() {
            proposal.edits.push(edit(place, place.range, request));
        }
        for difference in DIFFERENCES {
            proposal = with_difference(proposal, difference);
        }
        context.claim(place);
        if let Some(range) = self.inner {
            context.claim(Place { range, ..place });
        }
        let mut proposals = vec![proposal];
        for used in self.uses {
            if moved != Some(used.range) {
                proposals.push(used.propose(place.range));
            }
        }
        for id in self.objects {
            context.claim_allocation(id);
        }
        proposals
    }
}

/// `async with request as response:`, and the statement in it, with `await response.read()` in place of `read`.
fn moved_statement(
    context: &Context<'_>,
    place: Place,
    (read, statement): (TextRange, TextRange),
    request: &[Part],
    name: &str,
) -> Vec<Part> {
    let (indentation, unit) = context.tree(place.file).map_or(("", "    "), |tree| {
        (tree.indentation_at(statement.start()), tree.indent_unit())
    });
    let before = TextRange::new(statement.start(), read.start());
    let after = TextRange::new(read.end(), statement.end());
    let (open, close) = if context
        .text(Place {
            range: after,
            ..place
        })
        .starts_with(['.', '['])
    {
        ("(", ")")
    } else {
        ("", "")
    };
    let mut parts = vec![text("async with ")];
    parts.extend(request.iter().cloned());
    parts.push(text(format!(" as {name}:\n{indentation}{unit}")));
    parts.push(source(before));
    parts.push(text(format!("{open}await {name}.read(){close}")));
    parts.push(source(after));
    parts
}

/// A name for the response that the function does not use.
fn free_name(context: &Context<'_>, place: Place) -> Option<&'static str> {
    let tree = context.tree(place.file)?;
    ["response", "answer", "reply"]
        .into_iter()
        .find(|candidate| {
            !tree.nodes().any(|(_, node)| match node {
                AnyNodeRef::ExprName(name) => name.id.as_str() == *candidate,
                AnyNodeRef::Parameter(parameter) => parameter.name.as_str() == *candidate,
                AnyNodeRef::Alias(alias) => {
                    alias.asname.as_ref().unwrap_or(&alias.name).as_str() == *candidate
                }
                _ => false,
            })
        })
}
