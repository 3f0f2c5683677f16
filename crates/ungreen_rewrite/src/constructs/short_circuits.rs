//! `any(check(x) for x in xs)` where `check` becomes a coroutine, and `any(items())` over what becomes an asynchronous generator:
//! a list takes the place of the generator, so that all items are there before the first is looked at.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;
use ungreen_callgraph::{CallKind, FileId, FuncId, Place, Target};
use ungreen_catalog::{Confidence, catalog};
use ungreen_color::{Needs, Proposal};

use super::context::Context;

const NAME: &str = "short-circuit";
/// They stop at the first item that decides.
const STOP_EARLY: [&str; 2] = ["any", "all"];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for index in 0..context.modules.len() {
        let Some(file) = u32::try_from(index).ok().map(FileId) else {
            continue;
        };
        let Some(tree) = context.tree(file) else {
            continue;
        };
        for (_, node) in tree.nodes() {
            let AnyNodeRef::ExprCall(call) = node else {
                continue;
            };
            let (Expr::Name(name), [argument]) = (&*call.func, &*call.arguments.args) else {
                continue;
            };
            if STOP_EARLY.contains(&name.id.as_str()) {
                let place = Place {
                    file,
                    range: call.range(),
                };
                proposals.extend(proposal(context, place, name.id.as_str(), argument));
            }
        }
    }
    proposals
}

fn proposal(context: &Context<'_>, place: Place, name: &str, argument: &Expr) -> Option<Proposal> {
    let mut function: Option<FuncId> = None;
    let mut suspending: Vec<FuncId> = Vec::new();
    for site in context.calls_in_file(place.file) {
        if site.range == place.range {
            function = Some(site.caller);
        }
        let is_item = argument.is_generator_expr() || site.kind == CallKind::Iterate;
        if !argument.range().contains_range(site.range) || !is_item {
            continue;
        }
        for edge in &site.edges {
            match edge.target {
                Target::Function(called) if context.may_suspend(called) => suspending.push(called),
                Target::Entry { name, .. }
                    if catalog()
                        .entry(name)
                        .is_some_and(|entry| context.switches(entry)) =>
                {
                    suspending.push(site.caller);
                }
                _ => {}
            }
        }
    }
    suspending.sort_unstable();
    suspending.dedup();
    let function = function?;
    (!suspending.is_empty()).then(|| Proposal {
        construct: NAME,
        place,
        function,
        entry: None,
        code: "UG312",
        confidence: Confidence::Review,
        summary: format!("`{name}` gets a list"),
        differences: vec![format!(
            "all items are computed before `{name}` looks at the first, where it stopped at the first that decides"
        )],
        advice: Some("write a loop that ends early if the items cost much, or never end".to_string()),
        group: None,
        needs: Needs {
            only_if_async: suspending,
            ..Needs::default()
        },
        edits: Vec::new(),
        imports: Vec::new(),
        helper: Vec::new(),
    })
}
