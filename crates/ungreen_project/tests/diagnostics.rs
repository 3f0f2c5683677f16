//! ty's complaints about sources as they are and as they would be.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ungreen_project::{
    NESTING_LIMIT, Options, Project, PythonVersion, TypeReport, with_large_stack,
};

fn lines(report: &TypeReport) -> Vec<String> {
    assert_eq!(report.panicked, Vec::<String>::new());
    report
        .diagnostics
        .iter()
        .map(|found| format!("{}:{}: {}", found.path, found.line, found.rule))
        .collect()
}

#[test]
fn calls_with_type_variables_that_are_not_solved() {
    let project = Project::from_texts(
        &[(
            "a.py",
            "import asyncio\n\nasync def f():\n    q = asyncio.Queue()\n    found = {}\n    found.update(await q.get())\n    found.update(1)\n",
        )],
        &Options {
            target_version: Some(PythonVersion { major: 3, minor: 9 }),
            ..Options::default()
        },
    )
    .expect("assembles");
    let report = project.diagnostics(&["a.py"], &BTreeMap::new());
    let unsolved: Vec<(u32, bool)> = (report.diagnostics.iter())
        .map(|found| (found.line, found.is_unsolved))
        .collect();
    assert_eq!(unsolved, [(6, true), (7, false)]);
}

#[test]
fn original_and_rewritten() {
    let project = Project::from_texts(
        &[
            (
                "a.py",
                "import eventlet, not_installed\nfrom b import f\nf(1)\neventlet.sleep('x')\n",
            ),
            ("b.py", "def f(x: int) -> int: return x\n"),
        ],
        &Options::default(),
    )
    .expect("assembles");
    let paths = ["a.py", "b.py"];
    assert_eq!(
        lines(&project.diagnostics(&paths, &BTreeMap::new())),
        ["a.py:4: invalid-argument-type"]
    );
    let rewritten = BTreeMap::from([
        (
            "b.py".to_owned(),
            "import helper\n\nasync def f(x: str) -> int: return helper.g()\n".to_owned(),
        ),
        (
            "helper.py".to_owned(),
            "def g() -> str: return ''\n".to_owned(),
        ),
    ]);
    let paths = ["a.py", "b.py", "helper.py"];
    assert_eq!(
        lines(&project.diagnostics(&paths, &rewritten)),
        [
            "a.py:3: invalid-argument-type",
            "a.py:4: invalid-argument-type",
            "b.py:3: invalid-return-type"
        ]
    );
    let broken = BTreeMap::from([("b.py".to_owned(), "def f(x:\n".to_owned())]);
    let report = project.diagnostics(&["b.py"], &broken);
    assert!(
        report
            .diagnostics
            .iter()
            .any(|found| found.rule == "invalid-syntax"),
        "{report:?}"
    );
    // The program itself is as it was.
    assert_eq!(
        lines(&project.diagnostics(&["a.py"], &BTreeMap::new())),
        ["a.py:4: invalid-argument-type"]
    );
}

#[test]
fn trees_as_deep_as_allowed() {
    let n = NESTING_LIMIT as usize - 10;
    let mut source = String::from("x = y = 1\n");
    for (start, part, end) in [
        ("", "x + ", "x"),
        ("", "x ** ", "x"),
        ("", "not ", "x"),
        ("", "x if y else ", "x"),
    ] {
        let levels = if part.contains("if") || part.contains("**") {
            n / 2
        } else {
            n
        };
        writeln!(source, "z = {start}{}{end}", part.repeat(levels)).expect("written");
    }
    writeln!(source, "z = x{}", ".a".repeat(n / 3)).expect("written");
    writeln!(source, "z = {}x", "lambda: ".repeat(n)).expect("written");
    writeln!(source, "z = {}x{}", "(".repeat(199), ")".repeat(199)).expect("written");
    let blocks: String = (0..99)
        .map(|level| format!("{}if x:\n", " ".repeat(level)))
        .collect();
    writeln!(source, "{blocks}{}y", " ".repeat(99)).expect("written");
    let project =
        Project::from_texts(&[("a.py", &source)], &Options::default()).expect("assembles");
    assert_eq!(project.skipped, []);
    let report = project.diagnostics(&["a.py"], &BTreeMap::new());
    assert_eq!(report.panicked, Vec::<String>::new());
    // Trees must not overflow when they go either, not even on the test's own small stack.
    drop(project);
    let nested = with_large_stack(|| {
        with_large_stack(|| {
            Project::from_texts(&[("a.py", "x = 1")], &Options::default())
                .expect("assembles")
                .files
                .len()
        })
    });
    assert_eq!(nested, 1);
}
