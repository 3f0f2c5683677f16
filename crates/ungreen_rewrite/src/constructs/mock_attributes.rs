//! Mocks that tests put in the place of methods that become coroutines: `client.call = Mock()`, `client.call.return_value = 3`.
//!
//! What the object is often cannot be told, so the methods of the program with that name decide.

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, StmtAssign};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;
use ungreen_callgraph::{FileId, FuncId, FunctionKind, Place};
use ungreen_catalog::Confidence;
use ungreen_color::{Edit, Needs, Part, Proposal};

use super::context::Context;
use super::mocks::is_mock;
use super::proposals::edit;

const NAME: &str = "mock-attribute";
const CODE: &str = "UG112";
/// Attributes of a mock that say what calling it gives.
const RESULTS: [&str; 2] = ["return_value", "side_effect"];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let methods_by_name = methods_by_name(context);
    for (index, facts) in context.program.files.iter().enumerate() {
        let Some(file) = u32::try_from(index).ok().map(FileId) else {
            continue;
        };
        let makes_mocks = context
            .modules
            .get(index)
            .is_some_and(|module| module.source.contains("Mock("));
        let (true, Some(tree)) = (makes_mocks, context.tree(file)) else {
            continue;
        };
        for (_, node) in tree.nodes() {
            let AnyNodeRef::StmtAssign(assign) = node else {
                continue;
            };
            let Some((method, made)) = mocked(assign) else {
                continue;
            };
            let Some(methods) = methods_by_name.get(method.attr.as_str()) else {
                continue;
            };
            let place = Place {
                file,
                range: assign.range(),
            };
            proposals.push(proposal(
                place,
                facts.body,
                method.attr.as_str(),
                made,
                methods.clone(),
            ));
        }
    }
    proposals
}

/// The attribute that stands for a method, and the class of the mock if the statement makes it.
fn mocked(assign: &StmtAssign) -> Option<(&ExprAttribute, Option<&Expr>)> {
    let [Expr::Attribute(target)] = assign.targets.as_slice() else {
        return None;
    };
    if let Expr::Call(call) = &*assign.value
        && is_mock(&call.func)
        && !RESULTS.contains(&target.attr.as_str())
    {
        return Some((target, Some(&call.func)));
    }
    let of = target.value.as_attribute_expr()?;
    RESULTS
        .contains(&target.attr.as_str())
        .then_some((of, None))
}

/// Methods that a mock may stand for and whose call would be awaited.
fn methods_by_name<'a>(context: &Context<'a>) -> FxHashMap<&'a str, Vec<FuncId>> {
    let mut found: FxHashMap<&str, Vec<FuncId>> = FxHashMap::default();
    for (facts, index) in context.program.functions.iter().zip(0..) {
        if facts.class.is_some() && facts.kind == FunctionKind::Def && !facts.is_generator {
            found.entry(&facts.name).or_default().push(FuncId(index));
        }
    }
    found
}

fn proposal(
    place: Place,
    function: FuncId,
    method: &str,
    made: Option<&Expr>,
    methods: Vec<FuncId>,
) -> Proposal {
    let (summary, difference) = match made {
        Some(_) => (
            format!("the mock of `{method}` becomes an `AsyncMock`"),
            format!(
                "that the mock stands for a method which becomes a coroutine is told from the name `{method}`"
            ),
        ),
        None => (
            format!("the mock of `{method}` is awaited"),
            format!(
                "if the object is a plain `Mock`, its `{method}` cannot be awaited: make it an `AsyncMock` (`patch` does it by itself)"
            ),
        ),
    };
    let edits: Vec<Edit> = made
        .map(|class| {
            let part = Part::Name {
                module: "unittest.mock",
                name: "AsyncMock",
            };
            edit(place, class.range(), vec![part])
        })
        .into_iter()
        .collect();
    Proposal {
        construct: NAME,
        place,
        function,
        entry: None,
        code: CODE,
        confidence: Confidence::Review,
        summary,
        differences: vec![difference],
        advice: None,
        group: None,
        needs: Needs {
            only_if_async: methods,
            ..Needs::default()
        },
        edits,
        imports: Vec::new(),
        helper: Vec::new(),
    }
}
