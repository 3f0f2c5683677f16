//! pytest tests and fixtures that suspend run under pytest-asyncio.

use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;
use ungreen_callgraph::{ClassId, FuncId, Function, FunctionKind, Place, Program, Target};
use ungreen_catalog::Confidence;
use ungreen_color::{ImportNeed, Needs, Part, PinKind, Proposal};

use super::context::Context;
use super::proposals::{edit, text};

const NAME: &str = "pytest";
const CODE: &str = "UG112";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let plain = classes_of_pytest(context.program);
    for (index, function) in context.program.functions.iter().enumerate() {
        let Some(id) = u32::try_from(index).ok().map(FuncId) else {
            continue;
        };
        if function.kind != FunctionKind::Def || function.is_async {
            continue;
        }
        proposals.extend(fixture(context, id, function));
        if is_test(context, &plain, id, function) {
            proposals.extend(test(context, id, function));
        } else if is_called_test(context, id, function) {
            proposals.push(called_test(context, id, function));
        }
    }
    proposals
}

fn proposal(place: Place, function: FuncId, summary: String) -> Proposal {
    Proposal {
        construct: NAME,
        place,
        function,
        entry: None,
        code: CODE,
        confidence: Confidence::Exact,
        summary,
        differences: Vec::new(),
        advice: None,
        group: None,
        needs: Needs::default(),
        edits: Vec::new(),
        imports: Vec::new(),
        helper: Vec::new(),
    }
}

/// A function or method that pytest collects and nothing in the program calls. In a file of `unittest` cases only
/// methods of plain classes and uncalled functions are left to pytest.
fn is_test(
    context: &Context<'_>,
    plain: &FxHashSet<ClassId>,
    id: FuncId,
    function: &Function,
) -> bool {
    if !function.name.starts_with("test")
        || context.has_callers(id)
        || !is_test_path(context, function)
    {
        return false;
    }
    match function.class {
        Some(class) => plain.contains(&class),
        None => function
            .parent
            .and_then(|parent| context.program.functions.get(parent.0 as usize))
            .is_some_and(|parent| parent.kind == FunctionKind::Module),
    }
}

/// A function of a test module that is named like a test, but that other tests call.
fn is_called_test(context: &Context<'_>, id: FuncId, function: &Function) -> bool {
    function.name.starts_with("test")
        && function.class.is_none()
        && context.has_callers(id)
        && is_test_path(context, function)
}

/// The callers await it. pytest collects it as well, which `unittest` does not.
fn called_test(context: &Context<'_>, id: FuncId, function: &Function) -> Proposal {
    let uses_pytest = context.program.files.iter().any(|file| {
        file.imports
            .iter()
            .any(|import| import.target == "pytest" || import.target.starts_with("pytest."))
    });
    let place = Place {
        file: function.file,
        range: function.name_range,
    };
    if uses_pytest && let Some(proposal) = test(context, id, function) {
        return proposal;
    }
    Proposal {
        needs: Needs {
            only_if_async: vec![id],
            lifts: vec![(id, PinKind::TestRunner)],
            ..Needs::default()
        },
        confidence: Confidence::Review,
        differences: vec![
            "pytest would collect this coroutine function by its name and not await it; unittest does not collect it"
                .to_string(),
        ],
        advice: Some(
            "if pytest runs this module, rename the function or mark it with `@pytest.mark.asyncio`"
                .to_string(),
        ),
        ..proposal(
            place,
            function.parent.unwrap_or(id),
            format!("the tests that call `{}` await it", function.name),
        )
    }
}

fn is_test_path(context: &Context<'_>, function: &Function) -> bool {
    let path = context
        .program
        .files
        .get(function.file.0 as usize)
        .map_or("", |file| file.path.as_str());
    let name = path.rsplit('/').next().unwrap_or_default();
    name.starts_with("test_") || name.ends_with("_test.py")
}

/// The classes of which no class of the hierarchy, above or below, derives from one outside the program, or has a constructor, and one
/// has a name by which pytest collects it.
fn classes_of_pytest(program: &Program) -> FxHashSet<ClassId> {
    let mut plain = FxHashSet::default();
    let mut seen: FxHashSet<ClassId> = FxHashSet::default();
    for index in 0..program.classes.len() {
        let mut hierarchy = Vec::new();
        let mut outside = false;
        let mut is_named = false;
        let mut pending = vec![ClassId(u32::try_from(index).unwrap_or(u32::MAX))];
        while let Some(class) = pending.pop() {
            let Some(facts) = program.classes.get(class.0 as usize) else {
                outside = true;
                continue;
            };
            if !seen.insert(class) {
                continue;
            }
            hierarchy.push(class);
            is_named |= facts.name.starts_with("Test");
            outside |= facts.methods.contains_key("__init__");
            pending.extend(&facts.subclasses);
            for base in &facts.bases {
                match &base.target {
                    Target::Class(base) => pending.push(*base),
                    Target::External(name) if name == "builtins.object" => {}
                    Target::External(_) | Target::Entry { .. } | Target::Function(_) => {
                        outside = true;
                    }
                }
            }
        }
        if !outside && is_named {
            plain.extend(hierarchy);
        }
    }
    plain
}

fn test(context: &Context<'_>, id: FuncId, function: &Function) -> Option<Proposal> {
    let tree = context.tree(function.file)?;
    let start = function.range.start();
    let place = Place {
        file: function.file,
        range: function.name_range,
    };
    let indent = tree.indentation_at(start);
    Some(Proposal {
        needs: Needs {
            only_if_async: vec![id],
            lifts: vec![(id, PinKind::TestRunner)],
            ..Needs::default()
        },
        edits: vec![edit(
            place,
            TextRange::empty(start),
            vec![text(format!("@pytest.mark.asyncio\n{indent}"))],
        )],
        imports: vec![ImportNeed::Module("pytest")],
        ..proposal(
            place,
            function.parent.unwrap_or(id),
            format!("`{}` runs under pytest-asyncio", function.name),
        )
    })
}

/// `@pytest.fixture` becomes `@pytest_asyncio.fixture`.
fn fixture(context: &Context<'_>, id: FuncId, function: &Function) -> Option<Proposal> {
    let decorator = function.decorators.iter().find(|decorator| {
        decorator
            .targets
            .iter()
            .any(|target| matches!(target, Target::External(name) if name == "pytest.fixture"))
            || decorator.text == "pytest.fixture"
    })?;
    let place = Place {
        file: function.file,
        range: decorator.range,
    };
    let tree = context.tree(function.file)?;
    // `@pytest.fixture(scope="module")`: the callee alone is replaced.
    let callee = tree.call(decorator.range).map_or(decorator.range, |call| {
        use ruff_text_size::Ranged;
        call.func.range()
    });
    Some(Proposal {
        needs: Needs {
            only_if_async: vec![id],
            lifts: vec![(id, PinKind::Decorator), (id, PinKind::TestRunner)],
            ..Needs::default()
        },
        edits: vec![edit(
            place,
            callee,
            vec![Part::Name {
                module: "pytest_asyncio",
                name: "fixture",
            }],
        )],
        ..proposal(
            place,
            function.parent.unwrap_or(id),
            format!("the fixture `{}` becomes asynchronous", function.name),
        )
    })
}
