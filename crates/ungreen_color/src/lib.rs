//! Coloring, families, pins, boundaries and the Plan.

mod advice;
mod annotations;
mod assemble;
mod beside;
mod border;
mod by_name;
mod coloring;
mod conflict;
mod copies;
mod demand;
mod faces;
mod families;
mod lambdas;
mod loops;
mod mains;
mod names;
mod own_objects;
mod pins;
mod plan;
mod proposal;
mod runners;
mod syntax;
mod threads;
mod units;
mod unseen;
mod waits;
mod why;

pub use plan::*;
pub use proposal::*;
pub use syntax::EAGER_CONSUMERS;
pub use units::{Unit, units};
pub use why::{Step, decisive_step, why};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FileId, FuncId, Module, Program};

/// What coloring starts from.
pub struct Input<'a> {
    pub program: &'a Program,
    /// The trees, by `FileId`.
    pub modules: &'a [Module<'a>],
    pub proposals: Vec<Proposal>,
    pub policies: Policies,
    /// Functions that are called from outside without a loop: console scripts.
    pub entries: Vec<FuncId>,
    /// Functions that whoever loads a group of entry points calls: plug-ins.
    pub plugins: Vec<FuncId>,
    /// Files that a test runner collects.
    pub test_files: FxHashSet<FileId>,
    /// Module name to the modules of the program that import it; see [`importers`].
    pub importers: FxHashMap<String, Vec<String>>,
    /// Only proposals that keep the behavior.
    pub exact_only: bool,
    /// Color functions also where they run something that stays on Eventlet, which blocks the event loop then: see [`Plan::blocking`].
    pub unfinished: bool,
    /// Entries of the units that are migrated, while the rest goes on under Eventlet's asyncio hub. Empty: the whole program is migrated.
    pub unit: Vec<FuncId>,
    /// Proposals that are left out from the start, with the reason; their groups go with them.
    pub excluded: FxHashMap<usize, String>,
}

/// Functions whose color the configuration fixes.
#[derive(Debug, Default)]
pub struct Policies {
    pub asynchronous: Vec<FuncId>,
    pub sync: Vec<FuncId>,
    /// They stay, and coroutines call a copy that is one.
    pub copied: Vec<FuncId>,
}

/// Who imports whom, by module name, parents of an imported module included.
#[must_use]
pub fn importers(program: &Program) -> FxHashMap<String, Vec<String>> {
    let modules: FxHashSet<&str> = program
        .files
        .iter()
        .map(|file| file.module.as_str())
        .collect();
    let mut importers: FxHashMap<String, Vec<String>> = FxHashMap::default();
    for file in &program.files {
        let mut seen = FxHashSet::default();
        for import in &file.imports {
            let mut name = import.target.as_str();
            loop {
                if modules.contains(name) && name != file.module && seen.insert(name) {
                    importers
                        .entry(name.to_string())
                        .or_default()
                        .push(file.module.clone());
                }
                match name.rsplit_once('.') {
                    Some((parent, _)) => name = parent,
                    None => break,
                }
            }
        }
    }
    importers
}

/// Colors the program and says what becomes of every proposal.
///
/// The result depends only on the input, not on the order of its files or on threads.
#[must_use]
pub fn color(input: Input<'_>) -> Plan {
    let syntax: Vec<syntax::Syntax> = input
        .modules
        .par_iter()
        .map(|module| syntax::Syntax::new(module.source, module.syntax))
        .collect();
    let coloring = coloring::Coloring::run(&input, &syntax);
    let parts = assemble::assemble(&coloring);
    parts.into_plan(input.proposals)
}
