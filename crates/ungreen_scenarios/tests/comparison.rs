//! The comparison of transcripts and trees, and the cases as they lie in the repository.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use ungreen_scenarios::case::{self, Difference};
use ungreen_scenarios::{process, snapshot, transcript};

fn difference(original: Option<&str>, migrated: Option<&str>) -> Difference {
    let owned = |line: Option<&str>| line.map(str::to_string);
    Difference {
        original: owned(original),
        migrated: owned(migrated),
        why: "a reason".to_string(),
    }
}

fn check(original: &str, migrated: &str, allowed: &[Difference], agree: bool) {
    let found = transcript::compare(original, migrated, allowed);
    assert_eq!(
        found.is_none(),
        agree,
        "{original:?} and {migrated:?}: {found:?}"
    );
}

#[test]
fn transcripts_agree_only_within_the_allowed_differences() {
    check("a\nb\n", "a\nb\n", &[], true);
    check("a\nb\n", "b\na\n", &[], false);
    check("a\n", "a\nb\n", &[], false);

    let replaced = [difference(Some("old"), Some("new"))];
    check("a\nold\n", "a\nnew\n", &replaced, true);
    check("a\nold\n", "a\nold\n", &replaced, true);
    check("a\nold\n", "a\nother\n", &replaced, false);
    check("a\nold\n", "a\n", &replaced, false);

    check("a\nold\n", "a\n", &[difference(Some("old"), None)], true);
    check("a\n", "a\nnew\n", &[difference(None, Some("new"))], true);
    check("a\n", "b\nnew\n", &[difference(None, Some("new"))], false);
}

#[test]
fn a_run_without_driver_tells_exit_code_and_last_error() {
    let mut command = Command::new("sh");
    command
        .args(["-c", "echo out; echo first >&2; echo at $PWD >&2; exit 3"])
        .current_dir("/");
    let finished = process::run(command, Duration::from_secs(10)).expect("sh runs");
    let text = transcript::of_run(&finished, false, &[("at /".to_string(), "HERE")]);
    assert_eq!(text, "out\n[exit 3]\n[stderr] HERE\n");
    assert_eq!(
        transcript::of_run(&finished, true, &[]),
        "out\n[driver failed: 3]\nfirst\nat /\n"
    );
}

#[test]
fn the_time_limit_ends_a_program_with_its_children() {
    let begin = Instant::now();
    let mut command = Command::new("sh");
    command.args(["-c", "sleep 30 & echo started; wait"]);
    let finished = process::run(command, Duration::from_millis(300)).expect("sh runs");
    assert!(finished.timed_out);
    assert!(
        begin.elapsed() < Duration::from_secs(10),
        "the child held the pipe"
    );
    assert_eq!(
        transcript::of_run(&finished, true, &[]),
        "started\n[time limit]\n"
    );
}

#[test]
fn endless_output_is_cut() {
    let mut command = Command::new("sh");
    command.args(["-c", "while true; do echo again; done"]);
    let finished = process::run(command, Duration::from_millis(700)).expect("sh runs");
    assert!(finished.timed_out);
    assert!(
        finished.stdout.len() < 300 * 1024,
        "{} bytes",
        finished.stdout.len()
    );
    assert!(finished.stdout.ends_with("[more output was cut]\n"));
    assert!(transcript::compare("again\n", &finished.stdout, &[]).is_some());
}

#[test]
fn a_forgotten_await_is_a_defect() {
    let stderr = "app.py:3: RuntimeWarning: coroutine 'work' was never awaited\n  work()\n";
    assert_eq!(
        transcript::defect(stderr),
        Some("app.py:3: RuntimeWarning: coroutine 'work' was never awaited")
    );
    assert_eq!(transcript::defect("ValueError: bad\n"), None);
}

#[test]
fn trees_are_compared_byte_for_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = folder.path().join("one");
    fs::create_dir_all(one.join("pkg/__pycache__")).expect("folders");
    fs::write(one.join("pkg/a.py"), "x = 1\r\n").expect("a file");
    fs::write(one.join("pkg/__pycache__/a.pyc"), "compiled").expect("a file");
    let tree = snapshot::read_tree(&one).expect("a tree");
    assert_eq!(
        tree.keys()
            .map(|path| path.display().to_string())
            .collect::<Vec<_>>(),
        ["pkg/a.py"]
    );

    let two = folder.path().join("two");
    snapshot::write_tree(&two, &tree).expect("a copy");
    assert_eq!(
        snapshot::compare(&tree, &snapshot::read_tree(&two).expect("a tree")),
        None
    );
    fs::write(two.join("pkg/a.py"), "x = 1\n").expect("a file");
    fs::write(two.join("b.py"), "").expect("a file");
    let report = snapshot::compare(&tree, &snapshot::read_tree(&two).expect("a tree"))
        .expect("a difference");
    assert!(report.contains("expected/pkg/a.py"), "{report}");
}

#[test]
fn every_case_of_the_repository_is_whole() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let cases = case::discover(&scenarios).expect("the cases can be read");
    assert!(!cases.is_empty());
    let listed = |file: &str| -> BTreeSet<String> {
        let text = fs::read_to_string(scenarios.join(file)).expect("the requirements can be read");
        text.lines()
            .filter_map(|line| line.split("==").next())
            .map(str::to_lowercase)
            .collect()
    };
    let (original, migrated) = (
        listed("requirements-original.txt"),
        listed("requirements-migrated.txt"),
    );
    assert!(!migrated.contains("eventlet") && !migrated.contains("greenlet"));
    for case in cases {
        let tree = |name: &str| snapshot::read_tree(&case.folder.join(name));
        let source = tree("original").expect("the original can be read");
        let mentions = source
            .values()
            .any(|bytes| String::from_utf8_lossy(bytes).contains("eventlet"));
        assert!(mentions, "{}: the original does not use Eventlet", case.id);
        let targets = if case.folder.join("target").is_dir() {
            tree("target").expect("the target")
        } else {
            Default::default()
        };
        for (path, bytes) in &targets {
            let imports = String::from_utf8_lossy(bytes).lines().any(|line| {
                let line = line.trim_start();
                line.starts_with("import eventlet") || line.starts_with("from eventlet")
            });
            assert!(
                !imports || case.manifest.keeps_eventlet,
                "{}: {} imports eventlet",
                case.id,
                path.display()
            );
        }
        for name in &case.manifest.original_requirements {
            assert!(
                original.contains(name),
                "{}: {name} is not in requirements-original.txt",
                case.id
            );
        }
        for name in &case.manifest.requirements {
            assert!(
                migrated.contains(name),
                "{}: {name} is not in requirements-migrated.txt",
                case.id
            );
        }
    }
}
