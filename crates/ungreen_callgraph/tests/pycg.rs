//! PyCG's micro-benchmark as a gate: no fewer cases complete (no edge too many) and sound (no edge missing) than now.
//!
//! The benchmark is part of PyCG's source distribution, which is fetched once into the repository's `.cache/`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use ruff_python_parser::parse_module;
use ungreen_callgraph::{Module, pycg_json, pycg_modules, resolve};

const VERSION: &str = "0.0.8";

type Graph = BTreeMap<String, BTreeSet<String>>;

fn benchmark() -> PathBuf {
    let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.cache");
    let snippets = cache.join(format!("pycg-{VERSION}/micro-benchmark/snippets"));
    if !snippets.exists() {
        std::fs::create_dir_all(&cache).expect("a writable repository");
        run(Command::new("python3")
            .args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--no-binary",
                ":all:",
                "--dest",
            ])
            .arg(&cache)
            .arg(format!("pycg=={VERSION}")));
        run(Command::new("python3")
            .args(["-m", "tarfile", "--extract"])
            .arg(cache.join(format!("pycg-{VERSION}.tar.gz")))
            .arg(&cache));
    }
    snippets
}

fn run(command: &mut Command) {
    let status = command.status().expect("the program starts");
    assert!(status.success(), "{command:?}: {status}");
}

fn files_below(folder: &Path, name_ends: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(&path, name_ends, found);
        } else if path.to_string_lossy().ends_with(name_ends) {
            found.push(path);
        }
    }
    found.sort();
}

fn resolved(folder: &Path) -> Graph {
    let mut paths = Vec::new();
    files_below(folder, ".py", &mut paths);
    let texts: Vec<String> = paths
        .iter()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    let sources: Vec<String> = paths
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("a readable file"))
        .collect();
    let parsed: Vec<_> = sources
        .iter()
        .map(|source| parse_module(source).expect("valid Python"))
        .collect();
    let names = pycg_modules(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let modules: Vec<Module<'_>> = texts
        .iter()
        .zip(&sources)
        .zip(parsed.iter().zip(&names))
        .map(|((path, source), (parsed, (name, is_package)))| Module {
            path,
            name,
            is_package: *is_package,
            source,
            syntax: parsed.syntax(),
        })
        .collect();
    serde_json::from_str(&pycg_json(&resolve(&modules, None))).expect("JSON")
}

fn edges(graph: &Graph, callers: &Graph) -> BTreeSet<(String, String)> {
    let known = graph
        .iter()
        .filter(|(caller, _)| callers.contains_key(*caller));
    known
        .flat_map(|(caller, callees)| {
            callees
                .iter()
                .map(|callee| (caller.clone(), callee.clone()))
        })
        .collect()
}

#[test]
fn micro_benchmark() {
    let mut expectations = Vec::new();
    files_below(&benchmark(), "callgraph.json", &mut expectations);
    let (mut complete, mut sound, mut right, mut wrong, mut missed) = (0, 0, 0, 0, 0);
    for path in &expectations {
        let text = std::fs::read_to_string(path).expect("a readable file");
        let expected: Graph = serde_json::from_str(&text).expect("JSON");
        let found = resolved(path.parent().expect("a folder"));
        let (expected, found) = (edges(&expected, &expected), edges(&found, &expected));
        complete += usize::from(found.is_subset(&expected));
        sound += usize::from(expected.is_subset(&found));
        right += found.intersection(&expected).count();
        wrong += found.difference(&expected).count();
        missed += expected.difference(&found).count();
    }
    assert_eq!(expectations.len(), 118);
    assert!(complete >= 117, "{complete} complete");
    assert!(sound >= 114, "{sound} sound");
    assert!(
        wrong <= 1 && missed <= 8,
        "{right} right, {wrong} wrong, {missed} missed"
    );
    // F1 of the edges, at least 0.98.
    assert!(100 * 2 * right >= 98 * (2 * right + wrong + missed));
}
