//! What the result imports.

use std::collections::BTreeMap;

use ruff_python_stdlib::sys::is_known_standard_library;
use rustc_hash::FxHashSet;
use ungreen_callgraph::{ImportBinding, Module, Program};

use crate::recheck::line_of;

/// Minor version of Python whose standard library tells which modules are part of it.
const NEWEST_MINOR: u8 = 13;

/// An import that stayed.
#[derive(Debug, Clone)]
pub struct RemainingImport {
    pub path: String,
    /// 1-based, in the text that the file has after the rewrite.
    pub line: usize,
    /// `eventlet.green.socket`.
    pub target: String,
}

/// A package outside the program that the rewrite has brought in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPackage {
    /// As it is imported: `pytest_asyncio`.
    pub module: String,
    /// The first file that imports it.
    pub path: String,
}

fn root_of(import: &ImportBinding) -> &str {
    import.target.split('.').next().unwrap_or_default()
}

fn is_eventlet(import: &ImportBinding) -> bool {
    matches!(root_of(import), "eventlet" | "greenlet")
}

/// Does any file import Eventlet or greenlet?
pub(crate) fn imports_eventlet(program: &Program) -> bool {
    (program.files.iter()).any(|file| file.imports.iter().any(is_eventlet))
}

/// Of the files whose paths are given.
pub(crate) fn new_packages(
    before: &Program,
    after: &Program,
    rewritten: &FxHashSet<&str>,
) -> Vec<NewPackage> {
    let own = after
        .files
        .iter()
        .filter_map(|file| file.module.split('.').next());
    let imported = before
        .files
        .iter()
        .flat_map(|file| &file.imports)
        .map(root_of);
    let known: FxHashSet<&str> = own.chain(imported).collect();
    let mut found: BTreeMap<&str, &str> = BTreeMap::new();
    for file in &after.files {
        if !rewritten.contains(file.path.as_str()) {
            continue;
        }
        for root in file.imports.iter().map(root_of) {
            if !known.contains(root) && !is_known_standard_library(NEWEST_MINOR, root) {
                found.entry(root).or_insert(&file.path);
            }
        }
    }
    found
        .into_iter()
        .map(|(module, path)| NewPackage {
            module: module.to_string(),
            path: path.to_string(),
        })
        .collect()
}

pub(crate) fn remaining_imports(program: &Program, modules: &[Module<'_>]) -> Vec<RemainingImport> {
    let mut found = Vec::new();
    for (facts, module) in program.files.iter().zip(modules) {
        let of_eventlet = facts.imports.iter().filter(|import| is_eventlet(import));
        found.extend(of_eventlet.map(|import| RemainingImport {
            path: facts.path.clone(),
            line: line_of(module.source, import.statement.start()),
            target: import.target.clone(),
        }));
    }
    found
}
