//! Classes whose `__enter__` or `__exit__` suspends: they become `__aenter__` and `__aexit__`. The `with` statements follow from the Plan;
//! an `ExitStack` that enters them becomes an `AsyncExitStack`.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;
use ungreen_callgraph::{CallKind, Class, FuncId, Place, Target};
use ungreen_color::{GroupId, PinKind, Proposal};

use super::context::Context;
use super::exit_stacks::{Stack, stacks};
use super::proposals::{edit, in_group, of_program, text};

const NAME: &str = "class-context";
const CODE: &str = "UG301";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let stacks = stacks(context);
    let entered: FxHashSet<Place> = stacks.iter().flat_map(Stack::entered).collect();
    let mut groups: Vec<Option<GroupId>> = vec![None; stacks.len()];
    for class in &context.program.classes {
        let (Some(enter), Some(exit)) = (
            class.methods.get("__enter__"),
            class.methods.get("__exit__"),
        ) else {
            continue;
        };
        let pair = [*enter, *exit];
        // A base or a subclass with methods of its own would have to change as well.
        let alone = pair.iter().all(|method| {
            context
                .program
                .functions
                .get(method.0 as usize)
                .is_some_and(|facts| {
                    facts.overrides.is_empty()
                        && facts.external_overrides.is_empty()
                        && !facts.is_async
                })
        }) && !class.subclasses.iter().any(|subclass| {
            context
                .program
                .classes
                .get(subclass.0 as usize)
                .is_some_and(|subclass| {
                    subclass.methods.contains_key("__enter__")
                        || subclass.methods.contains_key("__exit__")
                })
        });
        if !alone
            || !only_by_with(context, &pair, &entered)
            || is_handed_over(context, class, &entered)
        {
            continue;
        }
        let group = group_with(context, &pair, &stacks, &mut groups, &mut proposals);
        for method in pair {
            let Some(facts) = context.program.functions.get(method.0 as usize) else {
                continue;
            };
            let place = Place {
                file: facts.file,
                range: facts.name_range,
            };
            let name = if facts.name == "__enter__" {
                "__aenter__"
            } else {
                "__aexit__"
            };
            let mut proposal = of_program(
                NAME,
                CODE,
                place,
                class.body,
                format!("`{}` becomes `{name}`", facts.qualname),
            );
            proposal.needs.only_if_async.extend(pair);
            proposal.needs.coroutines.push(method);
            proposal.needs.lifts.push((method, PinKind::Dunder));
            proposal
                .edits
                .push(edit(place, place.range, vec![text(name)]));
            proposals.push(in_group(proposal, group));
        }
    }
    for (stack, group) in stacks.iter().zip(groups) {
        let group = group.unwrap_or_else(|| context.new_group());
        proposals.extend(stack.proposals(group));
    }
    proposals
}

/// The group of a class: one with the stacks that enter its objects, and so with the other classes that they enter.
fn group_with(
    context: &mut Context<'_>,
    pair: &[FuncId],
    stacks: &[Stack],
    groups: &mut [Option<GroupId>],
    proposals: &mut [Proposal],
) -> GroupId {
    let group = context.new_group();
    for index in 0..stacks.len() {
        if !stacks[index].runs(pair) {
            continue;
        }
        let Some(joined) = groups[index].replace(group) else {
            continue;
        };
        for other in groups.iter_mut().filter(|other| **other == Some(joined)) {
            *other = Some(group);
        }
        for proposal in proposals
            .iter_mut()
            .filter(|proposal| proposal.group == Some(joined))
        {
            proposal.group = Some(group);
        }
    }
    group
}

/// The methods are run by `with` statements and known stacks and by nothing else, and each of those runs nothing else.
fn only_by_with(context: &Context<'_>, methods: &[FuncId], entered: &FxHashSet<Place>) -> bool {
    let mut items: FxHashSet<(u32, TextRange)> = FxHashSet::default();
    for site in &context.program.calls {
        let runs_it = site.edges.iter().any(
            |edge| matches!(edge.target, Target::Function(function) if methods.contains(&function)),
        );
        if !runs_it {
            continue;
        }
        let place = Place {
            file: site.file,
            range: site.range,
        };
        let only = site.edges.iter().all(
            |edge| matches!(edge.target, Target::Function(function) if methods.contains(&function)),
        );
        if site.kind != CallKind::With
            || !only
            || site.is_mixed
            || (context.with_of(place).is_none() && !entered.contains(&place))
        {
            return false;
        }
        items.insert((site.file.0, site.range));
    }
    !items.is_empty()
}

/// An object of the class is an argument right where it is made, of something that may enter it unseen.
fn is_handed_over(context: &Context<'_>, class: &Class, entered: &FxHashSet<Place>) -> bool {
    let id = context
        .program
        .classes
        .iter()
        .position(|known| std::ptr::eq(known, class));
    context.program.calls.iter().any(|site| {
        let makes_it = site
            .edges
            .iter()
            .any(|edge| matches!(edge.target, Target::Class(made) if Some(made.0 as usize) == id));
        makes_it
            && site.kind == CallKind::Call
            && !entered.contains(&Place {
                file: site.file,
                range: site.range,
            })
            && context.tree(site.file).is_some_and(|tree| {
                tree.expression(site.range).is_some_and(|(id, _)| {
                    matches!(
                        tree.parent(id),
                        Some((_, AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_)))
                    )
                })
            })
    })
}
