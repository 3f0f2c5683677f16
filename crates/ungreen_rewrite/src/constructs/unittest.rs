//! `unittest.TestCase` becomes `unittest.IsolatedAsyncioTestCase` where a test suspends.
//!
//! Its `setUp` runs before there is a running loop, so a fixture that suspends or makes tasks becomes `asyncSetUp`.

use std::collections::BTreeMap;

use ruff_python_ast::{self as ast, Expr, ExprLambda};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashSet;
use ungreen_callgraph::{CallSite, ClassId, FileId, FuncId, Place, Program, Target};
use ungreen_catalog::{Confidence, catalog};
use ungreen_color::{Edit, Needs, Part, PinKind, Proposal};

use super::cleanups;
use super::context::Context;
use super::proposals::{edit, source, text, with_difference};

const NAME: &str = "unittest";
const CODE: &str = "UG112";
/// Methods of `unittest.TestCase` that the test runner calls outside the loop.
/// `setUp` and `tearDown` are lifted where they are renamed.
const CALLED_BY_UNITTEST: [&str; 12] = [
    "setUp",
    "tearDown",
    "setUpClass",
    "tearDownClass",
    "run",
    "debug",
    "id",
    "shortDescription",
    "defaultTestResult",
    "countTestCases",
    "doCleanups",
    "doClassCleanups",
];
const FIXTURES: [(&str, &str); 2] = [("setUp", "asyncSetUp"), ("tearDown", "asyncTearDown")];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let mut test_classes: FxHashSet<ClassId> = FxHashSet::default();
    let program = context.program;
    for (index, class) in program.classes.iter().enumerate() {
        let Some(id) = u32::try_from(index).ok().map(ClassId) else {
            continue;
        };
        for base in &class.bases {
            if !is_test_case(&base.target) {
                continue;
            }
            let hierarchy = hierarchy(program, id);
            let methods = collected(program, &hierarchy);
            if methods.is_empty() {
                continue;
            }
            test_classes.extend(&hierarchy);
            let place = Place {
                file: class.file,
                range: base.range,
            };
            let lifts = methods
                .iter()
                .map(|method| (*method, PinKind::TestRunner))
                .chain(
                    own_methods(program, &hierarchy)
                        .into_iter()
                        .map(|method| (method, PinKind::LibraryBase)),
                )
                .collect();
            proposals.push(Proposal {
                needs: Needs {
                    only_if_async: methods,
                    lifts,
                    ..Needs::default()
                },
                edits: vec![edit(
                    place,
                    base.range,
                    vec![Part::Name {
                        module: "unittest",
                        name: "IsolatedAsyncioTestCase",
                    }],
                )],
                ..proposal(
                    place,
                    class.body,
                    format!(
                        "`{}` derives from `unittest.IsolatedAsyncioTestCase`",
                        class.name
                    ),
                )
            });
        }
    }
    let mut methods: Vec<FuncId> = collected(program, &test_classes);
    methods.sort_unstable();
    methods.dedup();
    for method in &methods {
        proposals.extend(fixture(context, *method));
        proposals.extend(runs_tasks(context, *method));
    }
    proposals.extend(calls_of_fixtures(context, &methods));
    proposals.extend(assertions(context, &test_classes));
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

pub(super) fn is_test_case(target: &Target) -> bool {
    let name = match target {
        Target::External(name) => name.as_str(),
        Target::Entry { name, .. } => name,
        Target::Function(_) | Target::Class(_) => return false,
    };
    is_name_of_test_case(name)
}

fn is_name_of_test_case(name: &str) -> bool {
    matches!(name, "unittest.TestCase" | "unittest.case.TestCase")
}

/// The class, its subclasses and their mixins.
fn hierarchy(program: &Program, root: ClassId) -> FxHashSet<ClassId> {
    let mut found: FxHashSet<ClassId> = FxHashSet::default();
    let mut pending = vec![root];
    if let Some(class) = program.classes.get(root.0 as usize) {
        pending.extend(&class.subclasses);
    }
    while let Some(id) = pending.pop() {
        let Some(class) = program.classes.get(id.0 as usize) else {
            continue;
        };
        if found.insert(id) {
            pending.extend(class.bases.iter().filter_map(|base| match base.target {
                Target::Class(base) => Some(base),
                _ => None,
            }));
        }
    }
    found
}

/// The methods that the test runner calls, by id.
fn collected(program: &Program, classes: &FxHashSet<ClassId>) -> Vec<FuncId> {
    let mut methods: Vec<FuncId> = classes
        .iter()
        .filter_map(|id| program.classes.get(id.0 as usize))
        .flat_map(|class| &class.methods)
        .filter(|(name, _)| {
            name.starts_with("test") || FIXTURES.iter().any(|(fixture, _)| fixture == name)
        })
        .map(|(_, method)| *method)
        .collect();
    methods.sort_unstable();
    methods
}

/// The methods of these classes that `unittest` does not call itself, or awaits in an `IsolatedAsyncioTestCase`.
fn own_methods(program: &Program, classes: &FxHashSet<ClassId>) -> Vec<FuncId> {
    let mut methods: Vec<FuncId> = classes
        .iter()
        .filter_map(|id| program.classes.get(id.0 as usize))
        .flat_map(|class| &class.methods)
        .filter(|(name, _)| !CALLED_BY_UNITTEST.contains(&name.as_str()))
        .map(|(_, method)| *method)
        .collect();
    methods.sort_unstable();
    methods
}

/// `setUp` becomes `asyncSetUp` if it suspends.
fn fixture(context: &Context<'_>, method: FuncId) -> Option<Proposal> {
    let facts = context.program.functions.get(method.0 as usize)?;
    let (name, renamed) = FIXTURES.iter().find(|(name, _)| *name == facts.name)?;
    let place = Place {
        file: facts.file,
        range: facts.name_range,
    };
    let mut edits = vec![edit(place, facts.name_range, vec![text(*renamed)])];
    let mut awaits = Vec::new();
    for site in context.calls_in(method) {
        if let Some(inherited) = inherited_fixture(context, site, name, renamed) {
            edits.push(inherited);
            awaits.push(site.range);
        }
    }
    let proposal = Proposal {
        needs: Needs {
            only_if_async: vec![method],
            lifts: vec![
                (method, PinKind::TestRunner),
                (method, PinKind::LibraryBase),
            ],
            awaits,
            ..Needs::default()
        },
        edits,
        ..proposal(place, method, format!("`{name}` becomes `{renamed}`"))
    };
    if *name == "setUp" && !context.spawned_below(method).is_empty() {
        return Some(with_difference(
            proposal,
            "the loop goes on between it and the test: the tasks that it starts begin before the test does",
        ));
    }
    Some(proposal)
}

/// `super().setUp()` and `TestCase.setUp(self)` in a fixture go on to the fixture of the same kind.
fn inherited_fixture(
    context: &Context<'_>,
    site: &CallSite,
    name: &str,
    renamed: &str,
) -> Option<Edit> {
    let call = context.tree(site.file)?.call(site.range)?;
    let place = Place {
        file: site.file,
        range: site.range,
    };
    if let Some(attribute) = super_call(call, name) {
        return Some(edit(place, attribute, vec![text(renamed)]));
    }
    let of_unittest = site.edges.iter().any(|edge| {
        matches!(&edge.target, Target::External(target)
            if target.rsplit_once('.').is_some_and(|(class, method)| method == name && is_name_of_test_case(class)))
    });
    let case = Part::Name {
        module: "unittest",
        name: "IsolatedAsyncioTestCase",
    };
    of_unittest.then(|| {
        edit(
            place,
            call.func.range(),
            vec![case, text(format!(".{renamed}"))],
        )
    })
}

/// Calls of fixtures from other functions use the new name.
fn calls_of_fixtures(context: &Context<'_>, methods: &[FuncId]) -> Vec<Proposal> {
    let name_of = |method: FuncId| {
        let facts = context.program.functions.get(method.0 as usize)?;
        FIXTURES.iter().find(|(name, _)| *name == facts.name)
    };
    let mut sites: BTreeMap<(FileId, TextSize, TextSize), (&CallSite, Vec<FuncId>)> =
        BTreeMap::new();
    for method in methods {
        for site in context.callers(*method) {
            let key = (site.file, site.range.start(), site.range.end());
            sites
                .entry(key)
                .or_insert((site, Vec::new()))
                .1
                .push(*method);
        }
    }
    let mut proposals = Vec::new();
    for (site, targets) in sites.into_values() {
        let Some(((name, renamed), call)) =
            targets.first().and_then(|method| name_of(*method)).zip(
                context
                    .tree(site.file)
                    .and_then(|tree| tree.call(site.range)),
            )
        else {
            continue;
        };
        let by_fixture = methods.contains(&site.caller) && super_call(call, name).is_some();
        let attribute = call
            .func
            .as_attribute_expr()
            .filter(|attribute| attribute.attr.as_str() == *name);
        let Some(attribute) = attribute.filter(|_| !by_fixture) else {
            continue;
        };
        let place = Place {
            file: site.file,
            range: site.range,
        };
        proposals.push(Proposal {
            needs: Needs {
                only_if_async: targets,
                ..Needs::default()
            },
            edits: vec![edit(place, attribute.attr.range(), vec![text(*renamed)])],
            ..proposal(
                place,
                site.caller,
                format!("the call of `{name}` becomes one of `{renamed}`"),
            )
        });
    }
    proposals
}

/// The attribute's range in `super().name(…)`.
fn super_call(call: &ast::ExprCall, name: &str) -> Option<TextRange> {
    let Expr::Attribute(attribute) = &*call.func else {
        return None;
    };
    let Expr::Call(receiver) = &*attribute.value else {
        return None;
    };
    let is_super = matches!(&*receiver.func, Expr::Name(name) if name.id.as_str() == "super");
    (is_super && attribute.attr.as_str() == name).then(|| attribute.attr.range())
}

/// A test or fixture that makes tasks without suspending must run inside the loop as well, if they are no green threads any more.
pub(super) fn runs_tasks(context: &Context<'_>, method: FuncId) -> Option<Proposal> {
    let facts = context.program.functions.get(method.0 as usize)?;
    if facts.is_async {
        return None;
    }
    let spawned = context.spawned_below(method);
    let place = Place {
        file: facts.file,
        range: facts.name_range,
    };
    (!spawned.is_empty()).then(|| Proposal {
        needs: Needs {
            only_if_async: spawned,
            coroutines: vec![method],
            ..Needs::default()
        },
        ..proposal(
            place,
            facts.parent.unwrap_or(method),
            format!(
                "`{}` runs inside the loop because it makes tasks",
                facts.name
            ),
        )
    })
}

/// `self.assertRaises(E, fetch, url)`, `pytest.raises(E, fetch, url)` and `self.addCleanup(close)` with a function that becomes a coroutine.
fn assertions(context: &Context<'_>, classes: &FxHashSet<ClassId>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for site in &context.program.calls {
        let in_test = context
            .program
            .functions
            .get(site.caller.0 as usize)
            .and_then(|caller| caller.class)
            .is_some_and(|class| classes.contains(&class));
        let of_pytest = site
            .edges
            .iter()
            .any(|edge| matches!(&edge.target, Target::External(name) if name == "pytest.raises"));
        if !in_test && !of_pytest {
            continue;
        }
        let Some(tree) = context.tree(site.file) else {
            continue;
        };
        let Some(call) = tree.call(site.range) else {
            continue;
        };
        let (name, name_range) = match &*call.func {
            Expr::Attribute(attribute) => (attribute.attr.as_str(), attribute.attr.range()),
            Expr::Name(name) if of_pytest => (name.id.as_str(), name.range()),
            _ => continue,
        };
        let position = match name {
            _ if of_pytest => 1,
            "addCleanup" => 0,
            "assertRaises" | "assertWarns" => 1,
            "assertRaisesRegex" | "assertWarnsRegex" => 2,
            _ => continue,
        };
        let Some(callable) = call.arguments.args.get(position) else {
            continue;
        };
        let place = Place {
            file: site.file,
            range: site.range,
        };
        let functions = context.functions_denoted(Place {
            range: callable.range(),
            ..place
        });
        if functions.is_empty() || call.arguments.args.iter().any(Expr::is_starred_expr) {
            continue;
        }
        let needs = Needs {
            lifts: functions
                .iter()
                .map(|function| (*function, PinKind::Callback))
                .collect(),
            only_if_async: functions,
            ..Needs::default()
        };
        if position == 0 {
            let summary = "`addCleanup` becomes `addAsyncCleanup`".to_string();
            let added = proposal(place, site.caller, summary);
            let added = match &*call.func {
                Expr::Attribute(method) if callable.is_lambda_expr() => Proposal {
                    edits: vec![cleanups::add_async(place, call, &method.attr)],
                    helper: vec![cleanups::AWAITED],
                    ..added
                },
                _ => Proposal {
                    edits: vec![edit(place, name_range, vec![text("addAsyncCleanup")])],
                    ..added
                },
            };
            proposals.push(Proposal { needs, ..added });
            continue;
        }
        if !context.is_expression_statement(place) {
            continue;
        }
        let indent = format!(
            "{}{}",
            tree.indentation_at(site.range.start()),
            tree.indent_unit()
        );
        let mut parts = vec![
            text("with "),
            source(call.func.range()),
            text("("),
            source(TextRange::new(
                call.arguments.args[0].start(),
                call.arguments.args[position - 1].end(),
            )),
            text(format!("):\n{indent}await ")),
        ];
        let arguments = super::arguments_from(tree, call, position + 1);
        match callable {
            Expr::Lambda(lambda)
                if arguments.is_none() && only_hands_on(context, lambda, place) =>
            {
                parts.push(source(lambda.body.range()));
            }
            Expr::Lambda(_) => {
                parts.extend([text("("), source(callable.range()), text(")(")]);
                parts.extend(arguments.map(source));
                parts.push(text(")"));
            }
            _ => {
                parts.extend([source(callable.range()), text("(")]);
                parts.extend(arguments.map(source));
                parts.push(text(")"));
            }
        }
        proposals.push(Proposal {
            needs: Needs {
                suspends: true,
                ..needs
            },
            edits: vec![edit(place, site.range, parts)],
            ..proposal(
                place,
                site.caller,
                format!("`{name}` becomes a `with` block around the awaited call"),
            )
        });
    }
    proposals
}

/// `lambda: self.service.start(-1)`: nothing in it suspends but the one call, whose coroutine it gives.
fn only_hands_on(context: &Context<'_>, lambda: &ExprLambda, place: Place) -> bool {
    let body = lambda.body.range();
    lambda.parameters.is_none()
        && lambda.body.is_call_expr()
        && context
            .calls_in_file(place.file)
            .filter(|site| body.contains_range(site.range) && site.range != body)
            .flat_map(|site| &site.edges)
            .all(|edge| match edge.target {
                Target::Function(function) => !context.may_suspend(function),
                Target::Entry { name, .. } => catalog()
                    .entry(name)
                    .is_none_or(|entry| !context.switches(entry)),
                Target::Class(_) | Target::External(_) => true,
            })
}
