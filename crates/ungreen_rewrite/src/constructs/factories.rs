//! Classes whose `__init__` suspends: a class method that is a coroutine makes their objects.
//!
//! ```python
//! def __init__(self, path):               def __init__(self, path):
//!     self.path = path                        self.path = path
//!     self.data = self._load()
//!                                         @classmethod
//!                                         async def create(cls, path):
//!                                             self = cls(path)
//!                                             await self._start()
//!                                             return self
//!
//!                                         async def _start(self):
//!                                             self.data = await self._load()
//! ```
//!
//! What suspends is in a method of the object, where type checkers look for attributes.

use ruff_python_ast::{AnyNodeRef, Expr, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::{
    CallKind, CallSite, Class, ClassId, EdgeKind, FuncId, Function, FunctionKind, Place, Target,
};
use ungreen_color::{Part, PinKind, Proposal};

use super::adapters::class_at;
use super::context::Context;
use super::factory_split::Split;
use super::proposals::{edit, in_group, of_program, source, text};
use crate::tree::{NodeId, Tree};

const NAME: &str = "factory";
const CODE: &str = "UG301";

/// What the class method may be called, the best name first.
const FACTORIES: &[&str] = &["create", "create_async", "acreate"];

/// What the method with the part that suspends may be called.
const STARTERS: &[&str] = &["_start", "_begin", "_start_async"];

/// Bases that make no difference to how objects are made.
const PLAIN_BASES: &[&str] = &["builtins.object", "abc.ABC", "typing.Generic"];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for (index, class) in context.program.classes.iter().enumerate() {
        let id = ClassId(u32::try_from(index).unwrap_or(u32::MAX));
        let Some(init) = class.methods.get("__init__").copied() else {
            continue;
        };
        if context.may_suspend(init)
            && let Some(made) = factory(context, id, class, init)
        {
            let group = context.new_group();
            proposals.extend(made.into_iter().map(|proposal| in_group(proposal, group)));
        }
    }
    proposals
}

/// The method, and the calls that make an object.
fn factory(
    context: &Context<'_>,
    id: ClassId,
    class: &Class,
    init: FuncId,
) -> Option<Vec<Proposal>> {
    let facts = context.program.functions.get(init.0 as usize)?;
    if facts.is_async || facts.is_generator || facts.kind != FunctionKind::Def {
        return None;
    }
    let family: Vec<ClassId> = std::iter::once(id)
        .chain(class.subclasses.iter().copied())
        .collect();
    if !is_made_plainly(context, class, facts, &family) {
        return None;
    }
    let constructions = constructions(context, init, &family)?;
    if constructions.is_empty() || is_a_value(context, &family, &constructions) {
        return None;
    }
    let tree = context.tree(facts.file)?;
    let function = tree.function(facts.name_range)?;
    let name = free_name(context, &family, FACTORIES)?;
    let start = free_name(context, &family, STARTERS)?;
    let split = Split::of(context, tree, init, function)?;

    let place = Place {
        file: facts.file,
        range: facts.name_range,
    };
    let mut proposals = vec![of_program(
        NAME,
        CODE,
        place,
        class.body,
        format!(
            "`{}` suspends: `await {}.{name}(…)` makes the object",
            facts.qualname, class.name
        ),
    )];
    if let Some(proposal) = proposals.first_mut() {
        proposal.needs.only_if_async.push(init);
        proposal.needs.coroutines.push(init);
        proposal.needs.lifts.push((init, PinKind::Dunder));
        proposal
            .edits
            .push(edit(place, split.range, split.parts(tree, name, start)));
    }
    for site in constructions {
        let place = Place {
            file: site.file,
            range: site.range,
        };
        let summary = format!("`{}` is made by `{name}`", class.name);
        let mut proposal = of_program(NAME, CODE, place, site.caller, summary);
        proposal.needs.only_if_async.push(init);
        let parts: Vec<Part> = vec![source(site.callee), text(format!(".{name}"))];
        proposal.edits.push(edit(place, site.callee, parts));
        proposals.push(proposal);
    }
    Some(proposals)
}

/// Calling the class runs its `__init__` and nothing else that a library, a metaclass, a decorator or another class of the chain adds.
fn is_made_plainly(
    context: &Context<'_>,
    class: &Class,
    init: &Function,
    family: &[ClassId],
) -> bool {
    let of_program = |id: &ClassId| context.program.classes.get(id.0 as usize);
    let plain = |class: &Class| {
        let definition = (context.tree(class.file)).and_then(|tree| class_at(tree, class));
        definition.is_some_and(|node| {
            node.decorator_list.is_empty()
                && node.arguments.as_ref().is_none_or(|arguments| {
                    let others = (arguments.args.iter()).filter(|base| !names_object(base));
                    arguments.keywords.is_empty() && others.count() == class.bases.len()
                })
        }) && !class.methods.contains_key("__new__")
            && class.bases.iter().all(|base| match &base.target {
                Target::Class(_) => true,
                Target::External(name) => PLAIN_BASES.contains(&name.as_str()),
                Target::Entry { .. } | Target::Function(_) => false,
            })
    };
    let mut above = vec![class];
    let mut seen: Vec<&Class> = Vec::new();
    while let Some(next) = above.pop() {
        if seen.iter().any(|known| std::ptr::eq(*known, next)) {
            continue;
        }
        seen.push(next);
        above.extend(next.bases.iter().filter_map(|base| match &base.target {
            Target::Class(base) => of_program(base),
            _ => None,
        }));
    }
    init.overrides.is_empty()
        && init.decorators.is_empty()
        && seen.into_iter().all(plain)
        && family.iter().skip(1).all(|id| {
            of_program(id)
                .is_some_and(|class| plain(class) && !class.methods.contains_key("__init__"))
        })
}

/// `object` in `class C(object)`, which says nothing.
fn names_object(base: &Expr) -> bool {
    matches!(base, Expr::Name(name) if name.id.as_str() == "object")
}

/// The calls that run `__init__`, if each of them makes an object of one of the classes and nothing else.
fn constructions<'a>(
    context: &Context<'a>,
    init: FuncId,
    family: &[ClassId],
) -> Option<Vec<&'a CallSite>> {
    let mut found = Vec::new();
    for site in &context.program.calls {
        if !site
            .edges
            .iter()
            .any(|edge| edge.target == Target::Function(init))
        {
            continue;
        }
        let makes_it = |target: &Target| match target {
            Target::Class(class) => family.contains(class),
            Target::Function(function) => *function == init,
            Target::Entry { .. } | Target::External(_) => false,
        };
        let direct = site.kind == CallKind::Call
            && !site.is_mixed
            && site.unresolved.is_none()
            && site.edges.iter().all(|edge| {
                edge.kind == EdgeKind::Call && edge.argument.is_none() && makes_it(&edge.target)
            })
            && site
                .edges
                .iter()
                .any(|edge| matches!(edge.target, Target::Class(_)));
        let names_it = context.tree(site.file).is_some_and(|tree| {
            matches!(
                tree.expression(site.callee),
                Some((_, AnyNodeRef::ExprName(_) | AnyNodeRef::ExprAttribute(_)))
            )
        });
        if !direct || !names_it {
            return None;
        }
        found.push(site);
    }
    Some(found)
}

/// One of the classes is used where an object may be made of it unseen.
fn is_a_value(context: &Context<'_>, family: &[ClassId], constructions: &[&CallSite]) -> bool {
    context.program.references.iter().any(|reference| {
        let denotes = reference
            .targets
            .iter()
            .any(|target| matches!(target, Target::Class(class) if family.contains(class)));
        denotes
            && !reference.is_annotation
            && !constructions.iter().any(|site| {
                site.file == reference.place.file && site.callee == reference.place.range
            })
            && !context
                .tree(reference.place.file)
                .is_some_and(|tree| is_only_looked_at(tree, reference.place.range))
    })
}

/// A base in a `class` statement, `C.attribute`, `type(x) is C`, `except C`, `isinstance(x, C)`.
fn is_only_looked_at(tree: &Tree<'_>, range: TextRange) -> bool {
    let Some((id, _)) = tree.expression(range) else {
        // The name in the `class` statement, or in an import.
        return true;
    };
    let above: Vec<(NodeId, AnyNodeRef<'_>)> = tree.ancestors(id).take(3).collect();
    match above.first().map(|(_, node)| node) {
        Some(
            AnyNodeRef::ExprAttribute(_)
            | AnyNodeRef::ExprCompare(_)
            | AnyNodeRef::ExceptHandlerExceptHandler(_)
            | AnyNodeRef::StmtImportFrom(_),
        ) => true,
        Some(AnyNodeRef::Arguments(_)) => match above.get(1).map(|(_, node)| node) {
            Some(AnyNodeRef::StmtClassDef(_)) => true,
            Some(AnyNodeRef::ExprCall(call)) => {
                matches!(tree.slice(call.func.range()), "isinstance" | "issubclass")
            }
            _ => false,
        },
        _ => false,
    }
}

/// A name that nothing in the classes and their bases has yet.
fn free_name(
    context: &Context<'_>,
    family: &[ClassId],
    names: &[&'static str],
) -> Option<&'static str> {
    let mut classes: Vec<&Class> = Vec::new();
    let mut pending: Vec<ClassId> = family.to_vec();
    while let Some(id) = pending.pop() {
        let class = context.program.classes.get(id.0 as usize)?;
        if classes.iter().any(|known| std::ptr::eq(*known, class)) {
            continue;
        }
        classes.push(class);
        pending.extend(class.bases.iter().filter_map(|base| match &base.target {
            Target::Class(base) => Some(*base),
            _ => None,
        }));
    }
    let is_used = |name: &str| {
        classes.iter().any(|class| {
            context.tree(class.file).is_none_or(|tree| {
                tree.nodes().any(|(_, node)| {
                    class.range.contains_range(node.range())
                        && match node {
                            AnyNodeRef::StmtFunctionDef(function) => function.name.as_str() == name,
                            AnyNodeRef::ExprName(used) => used.id.as_str() == name,
                            AnyNodeRef::ExprAttribute(used) => used.attr.as_str() == name,
                            _ => false,
                        }
                })
            })
        })
    };
    names.iter().copied().find(|name| !is_used(name))
}

/// The `def` of a function without decorators.
pub(super) fn def_of(function: &StmtFunctionDef) -> TextRange {
    TextRange::at(function.start(), TextSize::of("def"))
}
