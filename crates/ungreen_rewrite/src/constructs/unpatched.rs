//! Which uses of the standard library block although the program is patched: names that a module took by `from time import sleep`
//! before `monkey_patch()` ran, modules that are not patched where others are imported by `import_patched`, and scripts of their own.

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{CallSite, EdgeKind, FileId, FuncId, Module, Place, Program, Target};
use ungreen_catalog::{Kind, Origin, catalog};

use super::call_index::CallIndex;
use super::standalone::standalone;

const PATCH: &str = "eventlet.monkey_patch";
const IMPORT_PATCHED: &str = "eventlet.import_patched";

/// Where the standard library blocks.
#[derive(Debug, Default)]
pub(super) struct Unpatched {
    /// Names of module scopes that were bound before patching.
    early: FxHashSet<(FileId, String)>,
    /// If nothing but `import_patched` patches: the files that it imports.
    only: FxHashSet<FileId>,
    /// Files that run in processes which patch nothing.
    standalone: FxHashSet<FileId>,
}

impl Unpatched {
    pub(super) fn of(program: &Program, modules: &[Module<'_>], calls: &CallIndex) -> Self {
        let patching = patching_functions(program, calls);
        if !program.calls.iter().any(|site| is_call_of(site, PATCH)) {
            return Self {
                early: FxHashSet::default(),
                only: imported_patched(program, modules),
                standalone: FxHashSet::default(),
            };
        }
        Self {
            early: early_bindings(program, modules, &patching),
            only: FxHashSet::default(),
            standalone: standalone(program, modules),
        }
    }

    /// Files that are green although the program is not patched.
    pub(super) const fn green_files(&self) -> &FxHashSet<FileId> {
        &self.only
    }

    /// Calls and references of functions and classes of the standard library that block.
    pub(super) fn places(&self, program: &Program, modules: &[Module<'_>]) -> Vec<Place> {
        let mut places = Vec::new();
        for site in &program.calls {
            let callee = Place {
                file: site.file,
                range: site.callee,
            };
            let targets = site
                .edges
                .iter()
                .filter(|edge| edge.argument.is_none())
                .map(|edge| &edge.target);
            if self.blocks(program, modules, targets, callee, site.caller) {
                places.push(callee);
                places.push(Place {
                    range: site.range,
                    ..callee
                });
            }
        }
        for reference in &program.references {
            if self.blocks(
                program,
                modules,
                reference.targets.iter(),
                reference.place,
                reference.function,
            ) {
                places.push(reference.place);
            }
        }
        // `Worker()` with `class Worker(threading.Thread)`.
        let made = (program.allocations.iter()).filter(|allocation| {
            self.standalone.contains(&allocation.place.file)
                && catalog()
                    .entry(allocation.class)
                    .is_some_and(|class| class.origin == Origin::Stdlib)
        });
        places.extend(made.map(|allocation| allocation.place));
        places
    }

    fn blocks<'t>(
        &self,
        program: &Program,
        modules: &[Module<'_>],
        targets: impl Iterator<Item = &'t Target>,
        place: Place,
        scope: FuncId,
    ) -> bool {
        let is_standalone = self.standalone.contains(&place.file);
        let mut entries = targets
            .filter_map(|target| match target {
                Target::Entry { name, .. } => catalog().entry(name),
                Target::Function(_) | Target::Class(_) | Target::External(_) => None,
            })
            .filter(|entry| {
                entry.origin == Origin::Stdlib
                    && (is_standalone || matches!(entry.kind, Kind::Function | Kind::Class))
            })
            .peekable();
        if entries.peek().is_none() {
            return false;
        }
        if is_standalone || !self.only.is_empty() && !self.only.contains(&place.file) {
            return true;
        }
        let text = modules
            .get(place.file.0 as usize)
            .and_then(|module| module.source.get(place.range.to_std_range()))
            .unwrap_or_default();
        let Some(file) = program.files.get(place.file.0 as usize) else {
            return false;
        };
        let own_name = || {
            file.imports
                .iter()
                .any(|binding| binding.name == text && binding.scope == scope && scope != file.body)
        };
        self.early.contains(&(place.file, text.to_string()))
            && entries.any(|entry| entry.blocks_if_early)
            && !own_name()
    }
}

fn is_call_of(site: &CallSite, entry: &str) -> bool {
    site.edges.iter().any(|edge| {
        edge.argument.is_none()
            && matches!(&edge.target, Target::Entry { name, .. } if *name == entry)
    })
}

/// Functions that patch, themselves or through what they call.
fn patching_functions(program: &Program, calls: &CallIndex) -> FxHashSet<FuncId> {
    let mut found = FxHashSet::default();
    let mut pending: Vec<FuncId> = program
        .calls
        .iter()
        .filter(|site| is_call_of(site, PATCH))
        .map(|site| site.caller)
        .collect();
    while let Some(function) = pending.pop() {
        if found.insert(function) {
            pending.extend(
                calls
                    .of(function)
                    .iter()
                    .filter_map(|id| program.calls.get(id.0 as usize))
                    .map(|site| site.caller),
            );
        }
    }
    found
}

/// Files that `import_patched` imports by a literal name, and that nothing imports otherwise.
fn imported_patched(program: &Program, modules: &[Module<'_>]) -> FxHashSet<FileId> {
    let names: FxHashMap<&str, FileId> = module_names(program);
    let plainly: FxHashSet<FileId> = program
        .files
        .iter()
        .flat_map(|file| &file.imports)
        .flat_map(|binding| imported_files(&names, &binding.target))
        .collect();
    program
        .calls
        .iter()
        .filter(|site| is_call_of(site, IMPORT_PATCHED))
        .filter_map(|site| {
            let source = modules.get(site.file.0 as usize)?.source;
            let after = TextRange::new(site.callee.end(), site.range.end());
            let arguments = source.get(after.to_std_range())?;
            let name = arguments
                .trim()
                .trim_start_matches('(')
                .trim_end_matches(')')
                .trim();
            let name = name.trim_matches(['"', '\'']);
            names.get(name).copied()
        })
        .filter(|file| !plainly.contains(file))
        .collect()
}

pub(super) fn module_names(program: &Program) -> FxHashMap<&str, FileId> {
    program
        .files
        .iter()
        .enumerate()
        .filter_map(|(index, file)| {
            Some((file.module.as_str(), FileId(u32::try_from(index).ok()?)))
        })
        .collect()
}

/// The files that run when the dotted name is imported: its packages first.
pub(super) fn imported_files(names: &FxHashMap<&str, FileId>, target: &str) -> Vec<FileId> {
    let ends = target
        .match_indices('.')
        .map(|(at, _)| at)
        .chain([target.len()]);
    ends.filter_map(|end| names.get(target.get(..end)?).copied())
        .collect()
}

/// What happens when a module is run, in order.
enum Event<'a> {
    Import { name: &'a str, target: &'a str },
    Patch,
}

struct Runs<'a> {
    names: FxHashMap<&'a str, FileId>,
    events: Vec<Vec<(TextSize, Event<'a>)>>,
    /// `if __name__ == "__main__":`.
    guards: Vec<Vec<TextRange>>,
}

/// Names that are bound before patching in every run of the program that binds them and patches.
fn early_bindings(
    program: &Program,
    modules: &[Module<'_>],
    patching: &FxHashSet<FuncId>,
) -> FxHashSet<(FileId, String)> {
    let names = module_names(program);
    let mut events: Vec<Vec<(TextSize, Event<'_>)>> = program
        .files
        .iter()
        .map(|file| {
            file.imports
                .iter()
                .filter(|binding| binding.scope == file.body && !binding.type_checking)
                .map(|binding| {
                    let event = Event::Import {
                        name: &binding.name,
                        target: &binding.target,
                    };
                    (binding.range.start(), event)
                })
                .collect()
        })
        .collect();
    for site in &program.calls {
        let Some(file) = program.files.get(site.file.0 as usize) else {
            continue;
        };
        let patches = is_call_of(site, PATCH) || site.edges.iter().any(|edge| {
            edge.kind == EdgeKind::Call
                && matches!(edge.target, Target::Function(function) if patching.contains(&function))
        });
        if patches
            && site.caller == file.body
            && let Some(list) = events.get_mut(site.file.0 as usize)
        {
            list.push((site.range.start(), Event::Patch));
        }
    }
    for list in &mut events {
        list.sort_by_key(|(at, _)| *at);
    }
    let imported: FxHashSet<FileId> = program
        .files
        .iter()
        .flat_map(|file| &file.imports)
        .flat_map(|binding| imported_files(&names, &binding.target))
        .collect();
    let runs = Runs {
        names,
        events,
        guards: modules.iter().map(guards).collect(),
    };
    let mut early = FxHashSet::default();
    let mut late = FxHashSet::default();
    for index in 0..program.files.len() {
        let Ok(root) = u32::try_from(index).map(FileId) else {
            continue;
        };
        let guarded = runs.guards.get(index).is_some_and(|list| !list.is_empty());
        if imported.contains(&root) && !guarded {
            continue;
        }
        let mut run = Run::default();
        runs.enter(root, true, &mut run);
        if run.patched {
            early.extend(run.before);
            late.extend(run.after);
        }
    }
    early.retain(|binding| !late.contains(binding));
    early
}

#[derive(Default)]
struct Run {
    patched: bool,
    entered: FxHashSet<FileId>,
    before: FxHashSet<(FileId, String)>,
    after: FxHashSet<(FileId, String)>,
}

impl Runs<'_> {
    fn enter(&self, file: FileId, is_main: bool, run: &mut Run) {
        // Files on the way and where they stand: imports may be nested deeper than the stack allows.
        let mut stack = vec![(file, 0)];
        run.entered.insert(file);
        while let Some((file, next)) = stack.pop() {
            let Some((at, event)) = self
                .events
                .get(file.0 as usize)
                .and_then(|list| list.get(next))
            else {
                continue;
            };
            stack.push((file, next + 1));
            let guarded = self
                .guards
                .get(file.0 as usize)
                .is_some_and(|list| list.iter().any(|range| range.contains(*at)));
            if guarded && !(is_main && stack.len() == 1) {
                continue;
            }
            match event {
                Event::Patch => run.patched = true,
                Event::Import { name, target } => {
                    let binding = (file, (*name).to_string());
                    if run.patched {
                        run.after.insert(binding);
                    } else {
                        run.before.insert(binding);
                    }
                    for imported in imported_files(&self.names, target).into_iter().rev() {
                        if run.entered.insert(imported) {
                            stack.push((imported, 0));
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn guards(module: &Module<'_>) -> Vec<TextRange> {
    module
        .syntax
        .body
        .iter()
        .filter_map(|statement| match statement {
            Stmt::If(conditional) => match &*conditional.test {
                Expr::Compare(compare) => matches!(
                    &*compare.left,
                    Expr::Name(name) if name.id.as_str() == "__name__"
                )
                .then(|| conditional.range()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}
