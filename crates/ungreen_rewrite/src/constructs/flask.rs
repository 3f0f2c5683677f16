//! `app.run(...)` of a Flask application under monkey patching: uvicorn serves it, in threads.
//!
//! What runs in those threads blocks its own thread only, as a green thread did: the standard library's calls stay as they are.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;
use ungreen_callgraph::{CallKind, EdgeKind, FuncId, Place, Target};
use ungreen_catalog::{Origin, Scenario, catalog};
use ungreen_color::{Part, Proposal};

use super::arguments::bind;
use super::context::Context;
use super::denotation::{other_targets, spelled_out};
use super::proposals::{edit, exact, manual, source, text, with_difference};

const NAME: &str = "flask";
const RUN: [&str; 2] = ["flask.Flask.run", "flask.app.Flask.run"];
const IN_THREAD: &str = "a Flask view runs in a thread of the server";

/// Calls that block their thread and nothing more.
const BLOCKING: [&str; 8] = [
    "time.sleep",
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "select.select",
];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    if context.patched.is_empty() {
        return Vec::new();
    }
    let served = served(context);
    let mut proposals = in_threads(context, &served);
    proposals.extend(servers(context, &served));
    proposals
}

/// Functions that run in the server's threads and nowhere else: views, and what only they call.
fn served(context: &Context<'_>) -> FxHashSet<FuncId> {
    let mut served: FxHashSet<FuncId> = FxHashSet::default();
    for (index, function) in context.program.functions.iter().enumerate() {
        let is_view = function.decorators.iter().any(|decorator| {
            decorator.targets.iter().any(
                |target| matches!(target, Target::External(name) if name.starts_with("flask.")),
            )
        });
        if is_view && !function.is_async {
            let id = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
            served.insert(id);
            served.extend(context.reached_from(function.file, function.range));
        }
    }
    loop {
        let outside: Vec<FuncId> = context
            .program
            .calls
            .iter()
            .filter(|site| site.kind != CallKind::Decorate && !served.contains(&site.caller))
            .flat_map(|site| site.edges.iter())
            .filter_map(|edge| match (&edge.target, edge.kind) {
                (Target::Function(function), EdgeKind::Call | EdgeKind::Spawn(_)) => {
                    Some(*function)
                }
                _ => None,
            })
            .filter(|function| served.contains(function))
            .collect();
        if outside.is_empty() {
            return served;
        }
        for function in outside {
            served.remove(&function);
        }
    }
}

/// Blocking calls stay, and `eventlet.sleep` becomes `time.sleep`.
fn in_threads(context: &mut Context<'_>, served: &FxHashSet<FuncId>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for name in BLOCKING {
        let Some(entry) = catalog().entry(name) else {
            continue;
        };
        for call in context.calls_of(&entry.name) {
            if !served.contains(&call.site.caller) || !context.is_green(entry) {
                continue;
            }
            let place = call.place();
            context.claim(place);
            let mut proposal = exact(
                NAME,
                place,
                call.site.caller,
                &entry.name,
                format!(
                    "`{}` stays: {IN_THREAD}",
                    context.text(place).lines().next().unwrap_or_default()
                ),
            );
            proposal
                .needs
                .stays_sync
                .push((call.site.caller, IN_THREAD.to_string()));
            proposals.push(proposal);
        }
    }
    for call in context.calls_of("eventlet.sleep") {
        let place = call.place();
        let Some(bound) = bind(call.syntax, &["seconds"]).filter(|bound| bound.is_exact()) else {
            continue;
        };
        let spelled = spelled_out(context, place.file, call.site.callee).is_some();
        if !served.contains(&call.site.caller)
            || other_targets(context.program, call.site).is_some()
            || !spelled
        {
            continue;
        }
        context.claim(place);
        let mut proposal = exact(
            NAME,
            place,
            call.site.caller,
            "eventlet.sleep",
            format!(
                "`{}` becomes `time.sleep`: {IN_THREAD}",
                context.text(place)
            ),
        );
        let seconds = bound
            .get("seconds")
            .map_or_else(|| text("0"), |seconds| source(seconds.range()));
        proposal.edits.push(edit(
            place,
            place.range,
            vec![
                Part::Name {
                    module: "time",
                    name: "sleep",
                },
                text("("),
                seconds,
                text(")"),
            ],
        ));
        proposal
            .needs
            .stays_sync
            .push((call.site.caller, IN_THREAD.to_string()));
        proposals.push(proposal);
    }
    proposals
}

fn servers(context: &mut Context<'_>, served: &FxHashSet<FuncId>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let alone = context.entry_calls().all(|call| {
        served.contains(&call.site.caller)
            || context.entry_names(call.site).all(|name| {
                name == "eventlet.monkey_patch"
                    || catalog()
                        .entry(name)
                        .is_none_or(|entry| entry.origin != Origin::Eventlet)
            })
    });
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
        let refuse = |reason: &str, advice: &str| Proposal {
            entry: None,
            code,
            ..manual(NAME, place, site.caller, "flask", reason, advice)
        };
        let bound = bind(call, &["host", "port", "debug", "load_dotenv", "threaded"])
            .filter(|bound| bound.is_exact());
        let Some(bound) = bound else {
            proposals.push(refuse(
                "`app.run` with arguments that uvicorn does not have",
                "serve `a2wsgi.WSGIMiddleware(app, workers=100)` with `uvicorn.run` and its options",
            ));
            continue;
        };
        let on = |name: &str| {
            bound.get(name).is_some_and(|value| {
                !matches!(value, Expr::BooleanLiteral(literal) if !literal.value)
                    && !value.is_none_literal_expr()
            })
        };
        if on("debug") {
            proposals.push(refuse(
                "`app.run` with `debug` has a reloader and a debugger, which uvicorn has not",
                "keep `flask run --debug` for development, and serve with uvicorn otherwise",
            ));
            continue;
        }
        let argument = |name: &str, default: &'static str| {
            bound
                .get(name)
                .filter(|value| !value.is_none_literal_expr())
                .map_or_else(|| text(default), |value| source(value.range()))
        };
        let mut parts = Vec::new();
        if alone {
            parts.extend([
                Part::Name {
                    module: "uvicorn",
                    name: "run",
                },
                text("("),
            ]);
        } else {
            parts.extend([
                Part::Name {
                    module: "uvicorn",
                    name: "Server",
                },
                text("("),
                Part::Name {
                    module: "uvicorn",
                    name: "Config",
                },
                text("("),
            ]);
        }
        parts.extend([
            Part::Name {
                module: "a2wsgi",
                name: "WSGIMiddleware",
            },
            text("("),
            source(method.value.range()),
            text(", workers=100), host="),
            argument("host", "\"127.0.0.1\""),
            text(", port="),
            argument("port", "5000"),
            text(if alone { ")" } else { ")).serve()" }),
        ]);
        let mut proposal = Proposal {
            entry: None,
            code,
            ..exact(
                NAME,
                place,
                site.caller,
                "flask",
                "the Flask application is served by uvicorn, in threads",
            )
        };
        if !alone {
            proposal.needs.awaits.push(place.range);
        }
        proposal.needs.handles_calls.push(place.range);
        proposal.edits.push(edit(place, place.range, parts));
        proposal = with_difference(
            proposal,
            "at most 100 requests are served at the same time, in threads, which may interleave anywhere",
        );
        proposals.push(with_difference(
            proposal,
            "the access log and the `Server` header are uvicorn's",
        ));
    }
    proposals
}
