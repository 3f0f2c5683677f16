//! `app.run(...)` of a Flask application under monkey patching: uvicorn serves it, in threads.
//!
//! What runs in those threads blocks its own thread only, as a green thread did: the standard library's calls stay as they are.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;
use ungreen_callgraph::{CallKind, FuncId, Place, Target};
use ungreen_catalog::Scenario;
use ungreen_color::{Part, Proposal};

use super::arguments::bind;
use super::context::{Context, FlaskTarget};
use super::layout::Line;
use super::proposals::{edit, exact, manual, source, text, with_difference};
use super::{alone, fastapi, in_threads, serving};

const NAME: &str = "flask";
const RUN: [&str; 2] = ["flask.Flask.run", "flask.app.Flask.run"];
const PARAMETERS: [&str; 9] = [
    "host",
    "port",
    "debug",
    "load_dotenv",
    "threaded",
    "use_reloader",
    "use_debugger",
    "use_evalex",
    "reloader_type",
];
const DEVELOPMENT: [&str; 3] = ["debug", "use_reloader", "use_debugger"];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let views = in_threads::framework_functions(context);
    let served = in_threads::served(context, views, &|_| false);
    let mut left = Vec::new();
    if context.config.flask == FlaskTarget::FastApi {
        match fastapi::propose(context) {
            Ok(mut proposals) => {
                proposals.extend(servers(context, &served, true));
                return proposals;
            }
            Err(refusals) => left = refusals,
        }
    }
    if context.patched.is_empty() {
        return left;
    }
    let mut proposals = in_threads::proposals(context, &served);
    proposals.extend(servers(context, &served, false));
    proposals.extend(left);
    proposals
}

fn servers(
    context: &mut Context<'_>,
    served: &FxHashSet<FuncId>,
    is_fastapi: bool,
) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let is_patched = !context.patched.is_empty();
    let served: Vec<FuncId> = served.iter().copied().collect();
    for site in &context.program.calls {
        let is_run = site.kind == CallKind::Call
            && site.unresolved.is_none()
            && !site.edges.is_empty()
            && site.edges.iter().all(
                |edge| matches!(&edge.target, Target::External(name) if RUN.contains(&name.as_str())),
            );
        if !is_run {
            continue;
        }
        let place = Place {
            file: site.file,
            range: site.range,
        };
        let Some(call) = context
            .tree(site.file)
            .and_then(|tree| tree.call(site.range))
        else {
            continue;
        };
        let Expr::Attribute(method) = &*call.func else {
            continue;
        };
        let code = Scenario::WebFramework.code();
        let refuse = |reason: &str, advice: &str| {
            let mut refused = manual(NAME, place, site.caller, "flask", reason, advice);
            refused.needs.runs_hub = is_patched;
            Proposal {
                entry: None,
                code,
                ..refused
            }
        };
        let bound = bind(call, &PARAMETERS).filter(|bound| bound.is_exact());
        let Some(bound) = bound else {
            proposals.push(refuse(
                "`app.run` with arguments that uvicorn does not have",
                "serve `a2wsgi.WSGIMiddleware(app, workers=100)` with `uvicorn.run` and its options",
            ));
            continue;
        };
        let is_off = |value: &Expr| {
            matches!(value, Expr::BooleanLiteral(literal) if !literal.value)
                || value.is_none_literal_expr()
        };
        if DEVELOPMENT
            .iter()
            .any(|name| bound.get(name).is_some_and(|value| !is_off(value)))
        {
            proposals.push(refuse(
                "`app.run` with `debug` has a reloader and a debugger, which uvicorn has not",
                "keep `flask run --debug` for development, and serve with uvicorn otherwise",
            ));
            continue;
        }
        let one_by_one = bound.get("threaded").is_some_and(is_off);
        let argument = |name: &str, default: &'static str| {
            bound
                .get(name)
                .filter(|value| !value.is_none_literal_expr())
                .map_or_else(|| text(default), |value| source(value.range()))
        };
        let Some(line) = context
            .tree(site.file)
            .map(|tree| Line::of(tree, place.range))
        else {
            continue;
        };
        let name = |module, name| Part::Name { module, name };
        let workers = if one_by_one { "1" } else { "100" };
        let application = if is_fastapi {
            vec![source(method.value.range())]
        } else {
            vec![
                name("a2wsgi", "WSGIMiddleware"),
                text("("),
                source(method.value.range()),
                text(format!(", workers={workers})")),
            ]
        };
        let arguments = [
            application,
            vec![text("host="), argument("host", "\"127.0.0.1\"")],
            vec![text("port="), argument("port", "5000")],
        ];
        let files = alone::files_with(context, site.file);
        let alone = alone::nothing_else_runs(context, &files, &served);
        let parts = if alone {
            line.call(vec![name("uvicorn", "run")], &arguments)
        } else {
            serving::server(line.wider("await ".len()), &arguments, "serve()", 0)
        };
        let mut proposal = Proposal {
            entry: None,
            code,
            ..exact(
                NAME,
                place,
                site.caller,
                "flask",
                if is_fastapi {
                    "the application is served by uvicorn"
                } else {
                    "the Flask application is served by uvicorn, in threads"
                },
            )
        };
        proposal.needs.runs_hub = is_patched;
        if !is_fastapi {
            proposal.needs.threads = in_threads::run(context, &[]);
        }
        if !alone {
            proposal.needs.awaits.push(place.range);
        }
        proposal.needs.handles_calls.push(place.range);
        proposal.edits.push(edit(place, place.range, parts));
        if !one_by_one && !is_fastapi {
            proposal = with_difference(
                proposal,
                "at most 100 requests are served at the same time, in threads, which may interleave anywhere",
            );
        }
        proposals.push(with_difference(
            proposal,
            "the access log and the `Server` header are uvicorn's",
        ));
    }
    proposals
}
