//! Where the program starts, as functions of it.

use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FuncId, FunctionKind, Program};
use ungreen_project::{EntryKind, EntryPoint, Project};

use crate::functions::find_functions;

/// Modules that a name may be imported through on its way to an entry point.
const LONGEST_WAY: usize = 16;

/// The functions that entry points of these kinds name.
pub(crate) fn named(program: &Program, starts: &[EntryPoint], kinds: &[EntryKind]) -> Vec<FuncId> {
    let mut found: Vec<FuncId> = starts
        .iter()
        .filter(|start| kinds.contains(&start.kind))
        .filter_map(|start| Some(format!("{}.{}", start.module, start.function.as_ref()?)))
        .flat_map(|name| find_functions(program, &defined_as(program, name)))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// `app.cli.main` for `app.main`, if `app/__init__.py` has `from app.cli import main`.
fn defined_as(program: &Program, mut name: String) -> String {
    for _ in 0..LONGEST_WAY {
        let Some(further) = imported_from(program, &name) else {
            break;
        };
        name = further;
    }
    name
}

fn imported_from(program: &Program, name: &str) -> Option<String> {
    program.files.iter().find_map(|file| {
        let own = name.strip_prefix(file.module.as_str())?.strip_prefix('.')?;
        let first = own.split('.').next()?;
        let binding = file
            .imports
            .iter()
            .find(|binding| binding.scope == file.body && binding.name == first)?;
        Some(format!("{}{}", binding.target, &own[first.len()..]))
    })
}

/// Bodies of modules that are started as programs, or that no module of the program imports.
pub(crate) fn bodies(
    project: &Project,
    program: &Program,
    starts: &[EntryPoint],
    importers: &FxHashMap<String, Vec<String>>,
) -> Vec<FuncId> {
    let started: FxHashSet<&str> = starts
        .iter()
        .filter(|start| start.function.is_none())
        .map(|start| start.module.as_str())
        .collect();
    program
        .files
        .iter()
        .zip(&project.files)
        .filter(|(facts, file)| {
            let nobody_imports =
                !file.is_test && !file.is_package && !importers.contains_key(&facts.module);
            nobody_imports || started.contains(facts.module.as_str())
        })
        .map(|(facts, _)| facts.body)
        .filter(|body| {
            program
                .functions
                .get(body.0 as usize)
                .is_some_and(|body| body.kind == FunctionKind::Module)
        })
        .collect()
}
