//! On request, a Flask application becomes one of FastAPI: all of it, or nothing.
//!
//! Every view has to be written in a form whose answers are known, so that bodies, methods and status codes stay.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{CallKind, FuncId, Place, Target};
use ungreen_catalog::Scenario;
use ungreen_color::{Edit, Part, PinKind, Proposal};

use super::context::Context;
use super::fastapi_views::View;
use super::proposals::{edit, exact, in_group, manual, text, with_difference};
use super::websocket_uses::definition;
use super::wsgi_server;

pub(super) const NAME: &str = "fastapi";
const FLASK: [&str; 2] = ["flask.Flask", "flask.app.Flask"];
const IMPORTED: [&str; 3] = ["flask.Flask", "flask.jsonify", "flask.request"];
const ROUTES: [&str; 6] = ["route", "get", "post", "put", "delete", "patch"];
const DIFFERENCES: [&str; 3] = [
    "the pages for 404, 405 and 500 are JSON instead of HTML, and OPTIONS is answered by 405",
    "views that do not await run in at most 40 threads at a time, and the others interleave at each `await`",
    "a body that is not JSON, or a parameter of the query that is missing, gives 500 instead of 400 or 415",
];

/// Why something has no counterpart in FastAPI.
pub(super) type Refusal = (Place, FuncId, String);

/// What is written, or what stands in the way.
pub(super) fn propose(context: &mut Context<'_>) -> Result<Vec<Proposal>, Vec<Proposal>> {
    match application(context) {
        Ok(proposals) => {
            for proposal in &proposals {
                context.claim(proposal.place);
            }
            let group = context.new_group();
            Ok(proposals
                .into_iter()
                .map(|proposal| in_group(proposal, group))
                .collect())
        }
        Err(refusals) => Err(refusals
            .into_iter()
            .map(|(place, function, reason)| Proposal {
                entry: None,
                code: Scenario::WebFramework.code(),
                ..manual(
                    NAME,
                    place,
                    function,
                    "flask",
                    reason,
                    "rewrite this for FastAPI by hand, or leave the application to Flask in threads, without `--flask fastapi`",
                )
            })
            .collect()),
    }
}

pub(super) fn written(place: Place, function: FuncId, summary: String) -> Proposal {
    Proposal {
        entry: None,
        code: Scenario::WebFramework.code(),
        ..exact(NAME, place, function, "flask", summary)
    }
}

fn application(context: &Context<'_>) -> Result<Vec<Proposal>, Vec<Refusal>> {
    let mut refusals = imports(context);
    for server in wsgi_server::servers(context) {
        let reason = "an application of FastAPI is not served by `wsgi.server`".to_string();
        refusals.push((server.call.place(), server.call.site.caller, reason));
    }
    let mut proposals = Vec::new();
    for site in &context.program.calls {
        let is_flask = site.kind == CallKind::Call
            && site.edges.iter().any(
                |edge| matches!(&edge.target, Target::External(name) if FLASK.contains(&name.as_str())),
            );
        if !is_flask {
            continue;
        }
        let place = Place {
            file: site.file,
            range: site.range,
        };
        match made(context, place, site.caller) {
            Ok(proposal) => proposals.push(proposal),
            Err(reason) => refusals.push((place, site.caller, reason)),
        }
    }
    for (facts, index) in context.program.functions.iter().zip(0..) {
        let of_flask = |target: &Target| matches!(target, Target::External(name) if name.starts_with("flask."));
        let decorated = facts
            .decorators
            .iter()
            .any(|decorator| decorator.targets.iter().any(of_flask));
        if !decorated {
            continue;
        }
        let function = FuncId(index);
        let place = Place {
            file: facts.file,
            range: facts.name_range,
        };
        match view(context, function) {
            Ok(proposal) => proposals.push(proposal),
            Err(reason) => refusals.push((place, function, reason)),
        }
    }
    if refusals.is_empty() {
        Ok(proposals)
    } else {
        Err(refusals)
    }
}

/// Names of Flask that have no counterpart, and `request` outside of views.
fn imports(context: &Context<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (facts, index) in context.program.files.iter().zip(0..) {
        let file = ungreen_callgraph::FileId(index);
        for binding in &facts.imports {
            let is_flask = binding.target == "flask" || binding.target.starts_with("flask.");
            let place = Place {
                file,
                range: binding.range,
            };
            if is_flask && !IMPORTED.contains(&binding.target.as_str()) {
                let reason = format!("`{}` has no counterpart in FastAPI", binding.target);
                refusals.push((place, binding.scope, reason));
            } else if is_flask && !binding.target.ends_with(&format!(".{}", binding.name)) {
                let reason = format!("`{}` is imported under another name", binding.target);
                refusals.push((place, binding.scope, reason));
            }
        }
    }
    refusals
}

/// `app = Flask(__name__)`, where `app` is used for routes and `run` only.
fn made(context: &Context<'_>, place: Place, function: FuncId) -> Result<Proposal, String> {
    let tree = context.tree(place.file).ok_or("the file cannot be read")?;
    let call = tree.call(place.range).ok_or("the call was not found")?;
    let plain = call.arguments.keywords.is_empty()
        && matches!(&*call.arguments.args, [Expr::Name(name)] if name.id.as_str() == "__name__");
    if !plain {
        return Err("`Flask` has arguments besides `__name__`".to_string());
    }
    let assigned = tree
        .expression(place.range)
        .and_then(|(id, _)| tree.parent(id))
        .and_then(|(_, parent)| match parent {
            AnyNodeRef::StmtAssign(assign) => match assign.targets.as_slice() {
                [Expr::Name(name)] => Some(name.id.as_str()),
                _ => None,
            },
            _ => None,
        })
        .ok_or("the application is not assigned to a name")?;
    for (id, node) in tree.nodes() {
        let AnyNodeRef::ExprName(name) = node else {
            continue;
        };
        if name.id.as_str() != assigned || !name.ctx.is_load() {
            continue;
        }
        let known = matches!(
            tree.parent(id),
            Some((_, AnyNodeRef::ExprAttribute(attribute)))
                if ROUTES.contains(&attribute.attr.as_str()) || attribute.attr.as_str() == "run"
        );
        if !known {
            return Err(format!(
                "`{assigned}` is used for more than routes and `run`"
            ));
        }
    }
    let mut proposal = written(
        place,
        function,
        "the Flask application becomes one of FastAPI".to_string(),
    );
    proposal.edits.push(edit(
        place,
        place.range,
        vec![
            Part::Name {
                module: "fastapi",
                name: "FastAPI",
            },
            text("(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)"),
        ],
    ));
    for difference in DIFFERENCES {
        proposal = with_difference(proposal, difference);
    }
    Ok(proposal)
}

fn view(context: &Context<'_>, function: FuncId) -> Result<Proposal, String> {
    let facts = context
        .program
        .functions
        .get(function.0 as usize)
        .ok_or("the view was not found")?;
    let tree = context.tree(facts.file).ok_or("the file cannot be read")?;
    let [decorator] = facts.decorators.as_slice() else {
        return Err(format!("`{}` has several decorators", facts.name));
    };
    let defined = definition(context, function).ok_or("the view was not found")?;
    if facts.class.is_some() || !context.is_plain_def(function) || context.has_callers(function) {
        return Err(format!("`{}` is more than a view", facts.name));
    }
    let place = Place {
        file: facts.file,
        range: facts.name_range,
    };
    let mut proposal = written(
        place,
        function,
        format!("`{}` answers as a handler of FastAPI", facts.name),
    );
    let decorated = Place {
        file: facts.file,
        range: decorator.range,
    };
    proposal.edits.push(route(context, decorated)?);
    let mut view = View::new(tree, place);
    view.read(&defined.body)?;
    if view.requests {
        let parameters = &defined.parameters;
        if parameters
            .iter()
            .any(|parameter| parameter.name() == "request")
        {
            return Err(format!("`{}` has a parameter `request`", facts.name));
        }
        let open = parameters.range.start() + ruff_text_size::TextSize::new(1);
        let mut parts = vec![
            text("request: "),
            Part::Name {
                module: "fastapi",
                name: "Request",
            },
        ];
        if parameters.iter().next().is_some() {
            parts.push(text(", "));
        }
        view.edits.push(edit(place, TextRange::empty(open), parts));
    }
    proposal.edits.extend(view.edits);
    proposal.needs.awaits.extend(view.awaits);
    proposal.needs.lifts.push((function, PinKind::Decorator));
    if view.json {
        proposal.helper.push("json_text");
    }
    Ok(proposal)
}

/// `app.route("/books/<int:number>", methods=["GET"])` as `app.api_route("/books/{number:int}", methods=["GET", "HEAD"])`.
fn route(context: &Context<'_>, decorator: Place) -> Result<Edit, String> {
    let form = || "the route is not written out".to_string();
    let tree = context.tree(decorator.file).ok_or_else(form)?;
    let call = tree.call(decorator.range).ok_or_else(form)?;
    let Expr::Attribute(method) = &*call.func else {
        return Err(form());
    };
    let [Expr::StringLiteral(rule)] = &*call.arguments.args else {
        return Err(form());
    };
    let mut methods: Vec<String> = match method.attr.as_str() {
        "route" => vec!["GET".to_string()],
        name if ROUTES.contains(&name) => vec![name.to_ascii_uppercase()],
        name => return Err(format!("`{name}` has no counterpart in FastAPI")),
    };
    for keyword in &call.arguments.keywords {
        let (Some("methods"), Expr::List(list)) = (
            keyword.arg.as_ref().map(ast::Identifier::as_str),
            &keyword.value,
        ) else {
            return Err(form());
        };
        methods = list
            .elts
            .iter()
            .map(|method| match method {
                Expr::StringLiteral(text) => Some(text.value.to_str().to_ascii_uppercase()),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()
            .ok_or_else(form)?;
    }
    if methods.iter().any(|method| method == "GET") && !methods.iter().any(|name| name == "HEAD") {
        methods.push("HEAD".to_string());
    }
    let methods: Vec<String> = methods.iter().map(|name| format!("\"{name}\"")).collect();
    let path = path_of(rule.value.to_str())?;
    Ok(edit(
        decorator,
        decorator.range,
        vec![
            ungreen_color::Part::Source(method.value.range()),
            text(format!(
                ".api_route(\"{path}\", methods=[{}])",
                methods.join(", ")
            )),
        ],
    ))
}

/// Starlette's path for a rule of Werkzeug.
fn path_of(rule: &str) -> Result<String, String> {
    let refuse = || format!("the rule `{rule}` has no counterpart in FastAPI");
    if rule.contains(['{', '}', '"', '\\'])
        || !rule.starts_with('/')
        || (rule.len() > 1 && rule.ends_with('/'))
    {
        return Err(refuse());
    }
    let mut path = String::new();
    let mut rest = rule;
    while let Some((before, after)) = rest.split_once('<') {
        let (variable, behind) = after.split_once('>').ok_or_else(refuse)?;
        path.push_str(before);
        match variable.split_once(':') {
            None => path.push_str(&format!("{{{variable}}}")),
            Some((kind @ ("int" | "float" | "path"), name)) => {
                path.push_str(&format!("{{{name}:{kind}}}"));
            }
            Some(("string", name)) => path.push_str(&format!("{{{name}}}")),
            Some(_) => return Err(refuse()),
        }
        rest = behind;
    }
    path.push_str(rest);
    Ok(path)
}

/// Every path through the block ends with an answer or an exception.
pub(super) fn always_answers(block: &[Stmt]) -> bool {
    match block.last() {
        Some(Stmt::Return(_) | Stmt::Raise(_)) => true,
        Some(Stmt::If(branch)) => {
            let clauses = &branch.elif_else_clauses;
            always_answers(&branch.body)
                && clauses.last().is_some_and(|clause| clause.test.is_none())
                && clauses.iter().all(|clause| always_answers(&clause.body))
        }
        Some(Stmt::With(with)) => always_answers(&with.body),
        Some(Stmt::Try(attempt)) => {
            (always_answers(&attempt.body) || always_answers(&attempt.orelse))
                && attempt.handlers.iter().all(|handler| {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    always_answers(&handler.body)
                })
        }
        _ => false,
    }
}
