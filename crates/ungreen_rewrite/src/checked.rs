//! A program that is checked for coroutines used wrongly.

use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;
use ungreen_callgraph::{CallSite, Edge, FileId, FuncId, Function, Module, Place, Program, Target};

use crate::helper::Helper;
use crate::lost_coroutines::{Lambdas, lambdas_with_coroutines};

/// A program with what several checks ask for.
pub(crate) struct Checked<'p> {
    pub(crate) program: &'p Program,
    pub(crate) modules: &'p [Module<'p>],
    pub(crate) lambdas: Lambdas,
    /// The functions that some call is seen to reach.
    pub(crate) reached: FxHashSet<FuncId>,
    /// The calls of each file, as indices.
    by_file: Vec<Vec<usize>>,
    helpers: Vec<bool>,
}

impl<'p> Checked<'p> {
    pub(crate) fn new(program: &'p Program, modules: &'p [Module<'p>]) -> Self {
        let mut by_file = vec![Vec::new(); program.files.len()];
        let mut reached = FxHashSet::default();
        for (index, site) in program.calls.iter().enumerate() {
            if let Some(calls) = by_file.get_mut(site.file.0 as usize) {
                calls.push(index);
            }
            reached.extend(site.edges.iter().filter_map(|edge| match edge.target {
                Target::Function(function) => Some(function),
                _ => None,
            }));
        }
        Self {
            program,
            modules,
            lambdas: lambdas_with_coroutines(program, modules),
            reached,
            by_file,
            helpers: (modules.iter())
                .map(|module| Helper::names_of(module.source).is_some())
                .collect(),
        }
    }

    /// The calls that the file makes.
    pub(crate) fn calls(&self, file: FileId) -> impl Iterator<Item = &'p CallSite> + '_ {
        let calls = self.by_file.get(file.0 as usize);
        (calls.into_iter().flatten()).filter_map(|index| self.program.calls.get(*index))
    }

    pub(crate) fn function(&self, function: FuncId) -> Option<&'p Function> {
        self.program.functions.get(function.0 as usize)
    }

    /// The file is a helper that Ungreen wrote, now or before.
    pub(crate) fn is_helper(&self, file: FileId) -> bool {
        self.helpers.get(file.0 as usize).copied().unwrap_or(false)
    }

    pub(crate) fn is_of_helper(&self, function: FuncId) -> bool {
        self.function(function)
            .is_some_and(|function| self.is_helper(function.file))
    }

    /// What the call with this range reaches.
    pub(crate) fn edges(&self, file: FileId, range: TextRange) -> &'p [Edge] {
        self.call(file, range).map_or(&[], |site| &site.edges)
    }

    pub(crate) fn call(&self, file: FileId, range: TextRange) -> Option<&'p CallSite> {
        let call = self.program.call_index.get(&Place { file, range })?;
        self.program.calls.get(call.0 as usize)
    }

    /// What the expression denotes, if it names a function or class without calling it.
    pub(crate) fn references(&self, file: FileId, range: TextRange) -> &'p [Target] {
        let reference = self.program.reference_index.get(&Place { file, range });
        reference
            .and_then(|index| self.program.references.get(*index as usize))
            .map_or(&[], |reference| &reference.targets)
    }
}
