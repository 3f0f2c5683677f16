//! `map`, `filter` and `sorted` by a function that becomes a coroutine function: their asynchronous forms stand in the helper.
//! What was green outside the program, and a builtin runs, stays: `map(requests.get, urls)`.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{CallKind, CallSite, EdgeKind, FuncId, Place, Target};
use ungreen_catalog::Entry;
use ungreen_color::{EAGER_CONSUMERS, Part, PinKind, Proposal};

use super::context::Context;
use super::handed_over::run_by;
use super::proposals::{edit, exact, manual};
use crate::tree::{NodeId, Tree};

const NAME: &str = "mapped";
/// The builtin, its asynchronous form, and whether that is a coroutine function (else it is an async generator).
const FORMS: [(&str, &str, bool); 3] = [
    ("map", "amap", false),
    ("filter", "afilter", false),
    ("sorted", "asorted", true),
];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let program = context.program;
    let mut proposals = Vec::new();
    for site in &program.calls {
        let Some(builtin) = builtin_of(site) else {
            continue;
        };
        let left = run_by(site).find(|(_, entry)| context.switches(entry));
        match left {
            Some((argument, entry)) => {
                let range = argument;
                context.claim(Place {
                    file: site.file,
                    range,
                });
                proposals.push(left_to(context, site, builtin, argument, entry));
            }
            None => proposals.extend(proposal(context, site, builtin)),
        }
    }
    proposals
}

/// The builtin that the site calls.
fn builtin_of(site: &CallSite) -> Option<&str> {
    if site.kind != CallKind::Call {
        return None;
    }
    site.edges
        .iter()
        .filter(|edge| edge.argument.is_none())
        .find_map(|edge| match &edge.target {
            Target::External(name) => name.strip_prefix("builtins."),
            Target::Entry { name, .. } => name.strip_prefix("builtins."),
            _ => None,
        })
}

fn left_to(
    context: &Context<'_>,
    site: &CallSite,
    builtin: &str,
    argument: TextRange,
    entry: &'static Entry,
) -> Proposal {
    let place = Place {
        file: site.file,
        range: site.range,
    };
    let shown = context.text(Place {
        range: argument,
        ..place
    });
    manual(
        NAME,
        place,
        site.caller,
        &entry.name,
        format!("`{builtin}` calls `{shown}`, and cannot await it: it would block the event loop"),
        format!("write a loop that calls `{shown}` itself"),
    )
}

fn proposal(context: &Context<'_>, site: &CallSite, builtin: &str) -> Option<Proposal> {
    let (_, form, awaited) = FORMS.iter().find(|(name, _, _)| *name == builtin)?;
    let called: Vec<FuncId> = site
        .edges
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Call && edge.argument.is_some())
        .filter_map(|edge| match edge.target {
            Target::Function(function) if context.may_suspend(function) => Some(function),
            _ => None,
        })
        .collect();
    if called.is_empty() {
        return None;
    }
    let tree = context.tree(site.file)?;
    let (id, AnyNodeRef::ExprCall(call)) = tree.expression(site.range)? else {
        return None;
    };
    let Expr::Name(function) = &*call.func else {
        return None;
    };
    let has_star = call.arguments.args.iter().any(Expr::is_starred_expr);
    if has_star || !(*awaited || is_consumed(tree, id)) {
        return None;
    }
    let place = Place {
        file: site.file,
        range: site.range,
    };
    let mut proposal = Proposal {
        entry: None,
        code: "UG305",
        ..exact(
            NAME,
            place,
            site.caller,
            "",
            format!("`{builtin}` becomes `{form}` of the helper"),
        )
    };
    proposal
        .needs
        .lifts
        .extend(called.iter().map(|function| (*function, PinKind::Callback)));
    if *awaited {
        proposal.needs.awaits.push(site.range);
    } else {
        proposal.needs.async_for.push(site.range);
    }
    proposal.needs.only_if_async = called;
    proposal.helper.push(form);
    proposal
        .edits
        .push(edit(place, function.range(), vec![Part::Helper(form)]));
    Some(proposal)
}

/// The items of the expression are consumed at once or one after the other, right where it stands.
fn is_consumed(tree: &Tree<'_>, id: NodeId) -> bool {
    let Some((node, range)) = tree.node(id).map(|node| (id, node.range())) else {
        return false;
    };
    let mut above = tree.ancestors(node).map(|(_, above)| above);
    match above.next() {
        Some(AnyNodeRef::StmtFor(statement)) => statement.iter.range() == range,
        Some(AnyNodeRef::Comprehension(clause)) => {
            clause.iter.range() == range
                && above.next().is_some_and(|owner| {
                    matches!(
                        owner,
                        AnyNodeRef::ExprListComp(_)
                            | AnyNodeRef::ExprSetComp(_)
                            | AnyNodeRef::ExprDictComp(_)
                    )
                })
        }
        Some(AnyNodeRef::ExprStarred(_)) => true,
        Some(AnyNodeRef::Arguments(_)) => match above.next() {
            Some(AnyNodeRef::ExprCall(call)) => {
                let name = match &*call.func {
                    Expr::Name(name) => name.id.as_str(),
                    Expr::Attribute(attribute) => attribute.attr.as_str(),
                    _ => "",
                };
                // `any` stops at the first item that decides.
                EAGER_CONSUMERS.contains(&name) && !matches!(name, "any" | "all")
            }
            _ => false,
        },
        _ => false,
    }
}
