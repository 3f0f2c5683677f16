//! Tests whose runner knows nothing of coroutines run each in an event loop of its own.
//!
//! ```python
//! class ServiceTest(testtools.TestCase):
//!     @in_loop
//!     async def test_start(self): ...
//! ```

use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;
use ungreen_callgraph::{ClassId, FuncId, Function, FunctionKind, Place, Program, Target};
use ungreen_catalog::Confidence;
use ungreen_color::{Needs, Part, PinKind, Proposal};

use super::context::Context;
use super::proposals::{edit, text};
use super::unittest::{is_test_case, runs_tasks};

const NAME: &str = "foreign_tests";
const CODE: &str = "UG112";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let program = context.program;
    let classes = classes_of_foreign_runners(program);
    let mut proposals = Vec::new();
    for (index, function) in program.functions.iter().enumerate() {
        let Some(id) = u32::try_from(index).ok().map(FuncId) else {
            continue;
        };
        let is_test = function.kind == FunctionKind::Def
            && !function.is_async
            && function.name.starts_with("test")
            && function.class.is_some_and(|class| classes.contains(&class))
            && !context.has_callers(id);
        if is_test {
            proposals.extend(test(context, id, function));
            proposals.extend(runs_tasks(context, id));
        }
    }
    proposals
}

/// The classes whose hierarchy, above or below, has a base outside the program that is not `unittest`'s.
fn classes_of_foreign_runners(program: &Program) -> FxHashSet<ClassId> {
    let mut found = FxHashSet::default();
    let mut seen: FxHashSet<ClassId> = FxHashSet::default();
    for index in 0..program.classes.len() {
        let mut hierarchy = Vec::new();
        let mut is_foreign = false;
        let mut is_unittest = false;
        let mut pending = vec![ClassId(u32::try_from(index).unwrap_or(u32::MAX))];
        while let Some(class) = pending.pop() {
            let Some(facts) = program.classes.get(class.0 as usize) else {
                continue;
            };
            if !seen.insert(class) {
                continue;
            }
            hierarchy.push(class);
            pending.extend(&facts.subclasses);
            for base in &facts.bases {
                match &base.target {
                    Target::Class(base) => pending.push(*base),
                    target if is_test_case(target) => is_unittest = true,
                    Target::External(name) if name == "builtins.object" => {}
                    Target::External(_) | Target::Entry { .. } | Target::Function(_) => {
                        is_foreign = true;
                    }
                }
            }
        }
        if is_foreign && !is_unittest {
            found.extend(hierarchy);
        }
    }
    found
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
        construct: NAME,
        place,
        function: function.parent.unwrap_or(id),
        entry: None,
        code: CODE,
        confidence: Confidence::Review,
        summary: format!("`{}` runs in an event loop of its own", function.name),
        differences: vec![
            "its fixtures run outside of the loop, and tasks that still run when the test returns are canceled"
                .to_string(),
        ],
        advice: None,
        group: None,
        needs: Needs {
            only_if_async: vec![id],
            lifts: vec![(id, PinKind::TestRunner), (id, PinKind::LibraryBase)],
            ..Needs::default()
        },
        edits: vec![edit(
            place,
            TextRange::empty(start),
            vec![text("@"), Part::Helper("in_loop"), text(format!("\n{indent}"))],
        )],
        imports: Vec::new(),
        helper: vec!["in_loop"],
    })
}
