//! Functions, call sites and where every call goes.

mod advice;
mod emit;
mod facts;
mod flow;
mod interest;
mod ir;
mod lower;
mod model;
mod oracle;
mod pycg;

pub use emit::names_in_strings;
pub use model::*;
pub use oracle::*;
pub use pycg::{pycg_json, pycg_modules};

use rayon::prelude::*;
use ruff_python_ast as ast;

/// One parsed file, as resolution takes it. `FileId(n)` is the n-th of the list.
pub struct Module<'a> {
    /// Relative to the project's root, with `/`.
    pub path: &'a str,
    /// Dotted module name.
    pub name: &'a str,
    /// The file is a package's `__init__.py`.
    pub is_package: bool,
    pub source: &'a str,
    pub syntax: &'a ast::ModModule,
}

/// The stack of the threads that walk trees. A walk takes up to some kilobytes for each level of nesting; only what is used is backed by memory.
const STACK: usize = 1 << 30;

/// Resolves the whole program. The oracle is asked about methods of objects whose class the flow of values does not tell.
#[must_use]
pub fn resolve(modules: &[Module<'_>], oracle: Option<&dyn TypeOracle>) -> Program {
    let files = lower_all(modules);
    let mut solver = flow::Solver::new(&files, modules);
    solver.run();
    let paths: Vec<&str> = modules.iter().map(|module| module.path).collect();
    solver.fill_fixtures(&paths);
    solver.assume_results();
    let answered = oracle
        .map(|oracle| advice::consult(&mut solver, oracle))
        .unwrap_or_default();
    if let Some(oracle) = oracle {
        oracle.release();
    }
    solver.assume_parameters();
    solver.settle();
    emit::emit(&mut solver, modules, &answered)
}

fn lower_all<'a>(modules: &[Module<'a>]) -> Vec<ir::FileIr<'a>> {
    with_large_stacks(|| modules.par_iter().map(lower::lower).collect())
}

/// Runs the work on threads that can walk deep trees. Who calls from a pool of threads has given them the stacks that his trees need.
fn with_large_stacks<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if rayon::current_thread_index().is_some() {
        return work();
    }
    match rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}
