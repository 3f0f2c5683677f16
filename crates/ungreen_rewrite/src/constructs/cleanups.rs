//! `self.addCleanup(thread.kill)` of a method that is awaited: `addAsyncCleanup`.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, Identifier};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::{ClassId, Place, Program, Target};
use ungreen_color::{Edit, Part, Proposal};

use super::context::Context;
use super::proposals::{edit, text};
use super::unittest::is_test_case;

const ADD_CLEANUP: &str = "unittest.TestCase.addCleanup";

/// The helper's function that calls another one and awaits what it gives.
pub(super) const AWAITED: &str = "awaited";

/// What to write if the callable at the place is handed to `addCleanup` in a method of a test case, and gives something to await.
pub(super) fn awaited(context: &Context<'_>, callable: Place) -> Option<Edit> {
    let tree = context.tree(callable.file)?;
    let (id, _) = tree.expression(callable.range)?;
    let call = tree.ancestors(id).find_map(|(_, node)| match node {
        AnyNodeRef::ExprCall(call) => Some(call),
        _ => None,
    })?;
    let Expr::Attribute(method) = &*call.func else {
        return None;
    };
    let first = call.arguments.args.first()?;
    let place = Place {
        file: callable.file,
        range: call.range(),
    };
    let site = context.site(*context.program.call_index.get(&place)?)?;
    let adds = site
        .edges
        .iter()
        .any(|edge| matches!(edge.target, Target::Entry { name, .. } if name == ADD_CLEANUP));
    let class = context
        .program
        .functions
        .get(site.caller.0 as usize)?
        .class?;
    let is_first = first.range() == callable.range;
    (is_first && adds && is_of_unittest(context.program, class))
        .then(|| add_async(callable, call, &method.attr))
}

/// `addCleanup(` becomes `addAsyncCleanup(awaited, `, since `unittest` awaits what is an `async def` only.
pub(super) fn add_async(place: Place, call: &ExprCall, method: &Identifier) -> Edit {
    let opening = call.arguments.range.start() + TextSize::of('(');
    edit(
        place,
        TextRange::new(method.range.start(), opening),
        vec![text("addAsyncCleanup("), Part::Helper(AWAITED), text(", ")],
    )
}

/// The method that adds it becomes a coroutine, so that its class becomes an `IsolatedAsyncioTestCase`.
pub(super) fn add(mut proposal: Proposal, rename: Edit) -> Proposal {
    proposal.needs.coroutines.push(proposal.function);
    proposal.edits.push(rename);
    proposal.helper.push(AWAITED);
    proposal
}

fn is_of_unittest(program: &Program, class: ClassId) -> bool {
    let mut pending = vec![class];
    let mut seen = Vec::new();
    while let Some(id) = pending.pop() {
        let Some(facts) = program.classes.get(id.0 as usize) else {
            continue;
        };
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        if facts.bases.iter().any(|base| is_test_case(&base.target)) {
            return true;
        }
        pending.extend(facts.bases.iter().filter_map(|base| match base.target {
            Target::Class(base) => Some(base),
            _ => None,
        }));
    }
    false
}
