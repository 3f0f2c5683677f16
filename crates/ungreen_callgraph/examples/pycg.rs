//! Prints the call graph of the given files in PyCG's format; `--time` prints times and counts instead.

use std::collections::BTreeMap;
use std::time::Instant;

use ruff_python_parser::parse_module;
use ungreen_callgraph::{Module, Target, pycg_json, pycg_modules, resolve};

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the command line"
)]
fn main() -> std::io::Result<()> {
    let mut paths: Vec<String> = std::env::args().skip(1).collect();
    let time = paths.first().is_some_and(|first| first == "--time");
    if time {
        paths.remove(0);
    }
    if let [list] = paths.as_slice()
        && list.ends_with(".txt")
    {
        paths = std::fs::read_to_string(list)?
            .lines()
            .map(str::to_owned)
            .collect();
    }
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let source = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        match parse_module(&source) {
            Ok(parsed) => files.push((path, source, parsed)),
            Err(error) => eprintln!("{path}: {error}"),
        }
    }
    let names = pycg_modules(
        &files
            .iter()
            .map(|(path, ..)| path.as_str())
            .collect::<Vec<_>>(),
    );
    let modules: Vec<Module<'_>> = files
        .iter()
        .zip(&names)
        .map(|((path, source, parsed), (name, is_package))| Module {
            path,
            name,
            is_package: *is_package,
            source,
            syntax: parsed.syntax(),
        })
        .collect();
    let start = Instant::now();
    let program = resolve(&modules, None);
    if time {
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        let mut nameless = 0;
        for call in &program.calls {
            if let Some(reason) = call.unresolved {
                *reasons.entry(format!("{reason:?}")).or_default() += 1;
            }
            nameless += usize::from(call.edges.iter().any(
                |edge| matches!(&edge.target, Target::External(name) if name.starts_with("?.")),
            ));
        }
        println!("{reasons:?}, {nameless} methods of unknown objects that nothing in sight has");
        let unresolved = program
            .calls
            .iter()
            .filter(|call| call.unresolved.is_some())
            .count();
        println!(
            "{:?}: {} files, {} functions, {} calls, {unresolved} unresolved, {} allocations, {} references",
            start.elapsed(),
            program.files.len(),
            program.functions.len(),
            program.calls.len(),
            program.allocations.len(),
            program.references.len()
        );
    } else {
        println!("{}", pycg_json(&program));
    }
    Ok(())
}
