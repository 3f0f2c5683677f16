//! Scripts that run in a process of their own, in which nothing is patched: `tools/install.py` beside a program that is.

use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FileFacts, FileId, Module, Program, Target};
use ungreen_catalog::{Origin, catalog};

use super::unpatched::{guards, imported_files, module_names};

/// The scripts and what they import, as far as neither they, nor what imports it, nor anything that these import uses Eventlet,
/// and none of it lies in a package: other files of a package may be loaded by name.
pub(super) fn standalone(program: &Program, modules: &[Module<'_>]) -> FxHashSet<FileId> {
    let ids = || (0..program.files.len()).filter_map(|index| u32::try_from(index).ok().map(FileId));
    let packages: FxHashSet<&str> = program
        .files
        .iter()
        .filter_map(|file| file.path.strip_suffix("__init__.py"))
        .collect();
    let mut green: FxHashSet<FileId> = ids()
        .zip(&program.files)
        .filter(|(_, file)| {
            packages.contains(folder(&file.path))
                || file
                    .imports
                    .iter()
                    .any(|binding| is_eventlet(&binding.target))
        })
        .map(|(id, _)| id)
        .collect();
    green.extend(
        program
            .calls
            .iter()
            .filter(|site| {
                site.edges.iter().any(|edge| match &edge.target {
                    Target::Entry { name, .. } => catalog()
                        .entry(name)
                        .is_some_and(|entry| entry.origin == Origin::Eventlet),
                    _ => false,
                })
            })
            .map(|site| site.file),
    );
    let imports = imports(program);
    let mut linked: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
    for (from, to) in &imports {
        linked.entry(*from).or_default().push(*to);
        linked.entry(*to).or_default().push(*from);
    }
    let linked_to = |file: &FileId| linked.get(file).cloned().unwrap_or_default();
    let green = closure(green, linked_to);
    let scripts = ids().zip(modules).filter(|(id, module)| {
        !green.contains(id) && (module.source.starts_with("#!") || !guards(module).is_empty())
    });
    let imported = |file: &FileId| {
        imports
            .iter()
            .filter(|(from, _)| from == file)
            .map(|(_, to)| *to)
            .collect()
    };
    closure(scripts.map(|(id, _)| id).collect(), imported)
}

fn is_eventlet(target: &str) -> bool {
    target == "eventlet" || target.starts_with("eventlet.")
}

/// With the last `/`.
fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |end| &path[..=end])
}

/// Who imports whom; a file next to it counts by its name alone.
fn imports(program: &Program) -> Vec<(FileId, FileId)> {
    let names = module_names(program);
    let paths: FxHashMap<&str, FileId> = program
        .files
        .iter()
        .zip(0..)
        .map(|(file, index)| (file.path.as_str(), FileId(index)))
        .collect();
    let beside = |file: &FileFacts, target: &str| {
        let first = target.split('.').next().unwrap_or_default();
        paths
            .get(format!("{}{first}.py", folder(&file.path)).as_str())
            .copied()
    };
    let mut found = Vec::new();
    for (file, index) in program.files.iter().zip(0..) {
        for binding in &file.imports {
            let targets = imported_files(&names, &binding.target);
            found.extend(
                targets
                    .into_iter()
                    .chain(beside(file, &binding.target))
                    .map(|to| (FileId(index), to)),
            );
        }
    }
    found
}

fn closure(from: FxHashSet<FileId>, next: impl Fn(&FileId) -> Vec<FileId>) -> FxHashSet<FileId> {
    let mut reached = FxHashSet::default();
    let mut pending: Vec<FileId> = from.into_iter().collect();
    while let Some(file) = pending.pop() {
        if reached.insert(file) {
            pending.extend(next(&file));
        }
    }
    reached
}
