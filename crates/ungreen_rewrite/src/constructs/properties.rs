//! Properties that suspend: reading one gives a coroutine, which every reader awaits.
//!
//! ```python
//! @property                               @property
//! def state(self):                        async def state(self):
//!     return self._ask("state")               return await self._ask("state")
//!
//! print(link.state)                       print(await link.state)
//! ```
//!
//! Only where all readers are seen: no other attribute of the program has the name, and no string does.

use ruff_python_ast::{AnyNodeRef, ExprContext};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;
use ungreen_callgraph::{
    CallKind, CallSite, Class, ClassId, EdgeKind, FuncId, Function, FunctionKind, Place, Target,
};
use ungreen_color::{PinKind, Proposal};

use super::context::Context;
use super::proposals::{in_group, of_program};
use crate::tree::{NodeId, Tree};

const NAME: &str = "property";
const CODE: &str = "UG302";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let mut done: FxHashSet<FuncId> = FxHashSet::default();
    for (index, facts) in context.program.functions.iter().enumerate() {
        let id = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
        if !is_getter(facts) || !context.may_suspend(id) || done.contains(&id) {
            continue;
        }
        let family = family(context, id, facts);
        done.extend(family.iter().copied());
        if let Some(made) = awaited(context, &facts.name, &family) {
            let group = context.new_group();
            proposals.extend(made.into_iter().map(|proposal| in_group(proposal, group)));
        }
    }
    proposals
}

/// `@property` alone: what is cached could be awaited only once.
fn is_getter(facts: &Function) -> bool {
    let [decorator] = facts.decorators.as_slice() else {
        return false;
    };
    facts.kind == FunctionKind::Def
        && !facts.is_async
        && !facts.is_generator
        && decorator
            .targets
            .iter()
            .all(|target| matches!(target, Target::External(name) if name == "builtins.property"))
        && !decorator.targets.is_empty()
}

/// The function, with those that it overrides and that override it, to any depth.
fn family(context: &Context<'_>, id: FuncId, facts: &Function) -> Vec<FuncId> {
    let mut members = vec![id];
    let mut pending: Vec<FuncId> = facts.overrides.clone();
    while let Some(next) = pending.pop() {
        if members.contains(&next) {
            continue;
        }
        members.push(next);
        if let Some(facts) = context.program.functions.get(next.0 as usize) {
            pending.extend(facts.overrides.iter().copied());
        }
    }
    let roots = members.clone();
    for (index, facts) in context.program.functions.iter().enumerate() {
        let id = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
        if !members.contains(&id) && facts.overrides.iter().any(|above| roots.contains(above)) {
            members.push(id);
        }
    }
    members.sort_unstable();
    members
}

/// The getters as coroutine functions, and their readers.
fn awaited(context: &Context<'_>, name: &str, family: &[FuncId]) -> Option<Vec<Proposal>> {
    let mut proposals = Vec::new();
    let mut reads: FxHashSet<Place> = FxHashSet::default();
    for member in family {
        let facts = context.program.functions.get(member.0 as usize)?;
        if !is_getter(facts) || !facts.external_overrides.is_empty() {
            return None;
        }
        let place = Place {
            file: facts.file,
            range: facts.name_range,
        };
        let summary = format!(
            "`{}` suspends: its readers await what it gives",
            facts.qualname
        );
        let mut proposal = of_program(NAME, CODE, place, *member, summary);
        proposal.needs.only_if_async.push(*member);
        proposal.needs.coroutines.push(*member);
        proposal.needs.lifts.push((*member, PinKind::Property));
        proposals.push(proposal);
        for site in context.callers(*member) {
            let place = Place {
                file: site.file,
                range: site.range,
            };
            if !is_read(context, site, family) {
                return None;
            }
            if reads.insert(place) {
                let mut proposal = of_program(
                    NAME,
                    CODE,
                    place,
                    site.caller,
                    format!("`{name}` is awaited"),
                );
                proposal.needs.only_if_async.push(*member);
                proposal.needs.awaits.push(site.range);
                proposals.push(proposal);
            }
        }
    }
    (!reads.is_empty() && !is_named_elsewhere(context, name, family, &reads)).then_some(proposals)
}

/// `obj.name`, where nothing but the getters can be meant.
fn is_read(context: &Context<'_>, site: &CallSite, family: &[FuncId]) -> bool {
    let is_attribute = context.tree(site.file).is_some_and(|tree| {
        matches!(tree.expression(site.range), Some((_, AnyNodeRef::ExprAttribute(read)))
            if read.ctx == ExprContext::Load)
    });
    is_attribute
        && site.kind == CallKind::Implicit
        && !site.is_mixed
        && site.unresolved.is_none()
        && site.edges.iter().all(|edge| {
            edge.kind == EdgeKind::Call
                && edge.argument.is_none()
                && !edge.is_by_name
                && matches!(edge.target, Target::Function(function) if family.contains(&function))
        })
}

/// The name may be read where it is not seen: as an attribute of something unknown, or by a string.
fn is_named_elsewhere(
    context: &Context<'_>,
    name: &str,
    family: &[FuncId],
    reads: &FxHashSet<Place>,
) -> bool {
    let owners: FxHashSet<ClassId> = (family.iter())
        .filter_map(|member| context.program.functions.get(member.0 as usize)?.class)
        .collect();
    context.modules.iter().enumerate().any(|(index, module)| {
        let file = ungreen_callgraph::FileId(u32::try_from(index).unwrap_or(u32::MAX));
        if !module.source.contains(name) {
            return false;
        }
        context.tree(file).is_some_and(|tree| {
            tree.nodes().any(|(id, node)| match node {
                AnyNodeRef::ExprAttribute(read) => {
                    let place = Place {
                        file,
                        range: read.range(),
                    };
                    read.attr.as_str() == name
                        && read.ctx == ExprContext::Load
                        && !reads.contains(&place)
                        && !is_of_other_class(context, tree, id, read, place, &owners)
                }
                AnyNodeRef::ExprStringLiteral(text) => {
                    text.value.to_str().rsplit('.').next() == Some(name)
                }
                _ => false,
            })
        })
    })
}

/// `self.name` in a method of a class that has nothing to do with the owners of the property.
fn is_of_other_class(
    context: &Context<'_>,
    tree: &Tree<'_>,
    id: NodeId,
    read: &ruff_python_ast::ExprAttribute,
    place: Place,
    owners: &FxHashSet<ClassId>,
) -> bool {
    let Some(receiver) = read.value.as_name_expr() else {
        return false;
    };
    let method = tree.ancestors(id).find_map(|(_, node)| match node {
        AnyNodeRef::StmtFunctionDef(function) => Some(function),
        _ => None,
    });
    let is_self = method.is_some_and(|method| {
        let parameters = &method.parameters;
        let first = (parameters.posonlyargs.first()).or_else(|| parameters.args.first());
        first.is_some_and(|first| first.parameter.name.as_str() == receiver.id.as_str())
    });
    let class = context
        .program
        .classes
        .iter()
        .enumerate()
        .filter(|(_, class)| class.file == place.file && class.range.contains_range(place.range))
        .min_by_key(|(_, class)| class.range.len());
    is_self && class.is_some_and(|(index, class)| !is_related(context, index, class, owners))
}

/// The class, a class that derives from it, or a base of one of those is an owner.
fn is_related(
    context: &Context<'_>,
    index: usize,
    class: &Class,
    owners: &FxHashSet<ClassId>,
) -> bool {
    let id = ClassId(u32::try_from(index).unwrap_or(u32::MAX));
    let mut pending: Vec<ClassId> = std::iter::once(id)
        .chain(class.subclasses.iter().copied())
        .collect();
    let mut seen: FxHashSet<ClassId> = FxHashSet::default();
    while let Some(next) = pending.pop() {
        if owners.contains(&next) {
            return true;
        }
        if seen.insert(next)
            && let Some(class) = context.program.classes.get(next.0 as usize)
        {
            pending.extend(class.bases.iter().filter_map(|base| match &base.target {
                Target::Class(base) => Some(*base),
                _ => None,
            }));
        }
    }
    false
}
