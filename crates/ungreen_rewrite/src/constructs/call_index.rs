//! The calls of a program by what constructs ask for: their file, their caller, their target.

use std::collections::VecDeque;

use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{
    CallId, CallKind, CallSite, EdgeKind, FileId, FuncId, FunctionKind, Place, Program, Target,
};
use ungreen_catalog::SpawnKind;

use super::context::entry_names;

/// Made once, so that no construct goes over all calls for each of its places.
pub(super) struct CallIndex {
    by_file: Vec<Vec<CallId>>,
    by_caller: Vec<Vec<CallId>>,
    /// Call sites that run the function in the caller.
    by_target: Vec<Vec<CallId>>,
    /// Explicit calls of any catalog name.
    of_entries: Vec<CallId>,
    /// The function makes a green thread, or calls one that does.
    spawns: Vec<bool>,
    lambdas: FxHashMap<Place, FuncId>,
}

impl CallIndex {
    pub(super) fn new(program: &Program) -> Self {
        let count = program.functions.len();
        let mut by_file = vec![Vec::new(); program.files.len()];
        let mut by_caller = vec![Vec::new(); count];
        let mut by_target: Vec<Vec<CallId>> = vec![Vec::new(); count];
        let mut of_entries = Vec::new();
        let mut spawners = VecDeque::new();
        for (index, site) in program.calls.iter().enumerate() {
            let id = CallId(u32::try_from(index).unwrap_or(u32::MAX));
            push(&mut by_file, site.file.0, id);
            push(&mut by_caller, site.caller.0, id);
            if site.kind == CallKind::Call && entry_names(site).next().is_some() {
                of_entries.push(id);
            }
            for target in called(site) {
                push(&mut by_target, target.0, id);
            }
            if site
                .edges
                .iter()
                .any(|edge| edge.kind == EdgeKind::Spawn(SpawnKind::Green))
            {
                spawners.push_back(site.caller);
            }
        }
        let mut spawns = vec![false; count];
        while let Some(function) = spawners.pop_front() {
            let Some(known) = spawns.get_mut(function.0 as usize) else {
                continue;
            };
            if !std::mem::replace(known, true) {
                for call in by_target.get(function.0 as usize).into_iter().flatten() {
                    spawners.extend(program.calls.get(call.0 as usize).map(|site| site.caller));
                }
            }
        }
        Self {
            by_file,
            by_caller,
            by_target,
            of_entries,
            spawns,
            lambdas: lambdas(program),
        }
    }

    /// In the order of the program's calls.
    pub(super) fn in_file(&self, file: FileId) -> &[CallId] {
        self.by_file.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// The calls in the body of `function`, nested functions excluded.
    pub(super) fn in_function(&self, function: FuncId) -> &[CallId] {
        self.by_caller
            .get(function.0 as usize)
            .map_or(&[], Vec::as_slice)
    }

    /// The calls that run `function` in their caller.
    pub(super) fn of(&self, function: FuncId) -> &[CallId] {
        self.by_target
            .get(function.0 as usize)
            .map_or(&[], Vec::as_slice)
    }

    /// Explicit calls of any catalog name, in the order of the program.
    pub(super) fn of_entries(&self) -> &[CallId] {
        &self.of_entries
    }

    /// The lambda that is written at the place.
    pub(super) fn lambda(&self, place: Place) -> Option<&FuncId> {
        self.lambdas.get(&place)
    }

    /// The function makes a green thread, or calls one that does.
    pub(super) fn spawns(&self, function: FuncId) -> bool {
        self.spawns
            .get(function.0 as usize)
            .is_some_and(|spawns| *spawns)
    }

    /// The functions that calls in `range` call, each as often as it is called.
    pub(super) fn called_from<'p>(
        &'p self,
        program: &'p Program,
        file: FileId,
        range: TextRange,
    ) -> impl Iterator<Item = FuncId> + 'p {
        self.in_file(file)
            .iter()
            .filter_map(|id| program.calls.get(id.0 as usize))
            .filter(move |site| range.contains_range(site.range))
            .flat_map(called)
    }

    /// The functions that calls in `range` reach, through calls and not through spawns, sorted. Only those that `counts` holds for are
    /// taken and followed.
    pub(super) fn reached_from(
        &self,
        program: &Program,
        file: FileId,
        range: TextRange,
        counts: impl Fn(FuncId) -> bool,
    ) -> Vec<FuncId> {
        let site = |id: &CallId| program.calls.get(id.0 as usize);
        let mut pending: Vec<FuncId> = self.called_from(program, file, range).collect();
        let mut seen: FxHashSet<FuncId> = FxHashSet::default();
        while let Some(function) = pending.pop() {
            if counts(function) && seen.insert(function) {
                pending.extend(
                    self.in_function(function)
                        .iter()
                        .filter_map(site)
                        .flat_map(called),
                );
            }
        }
        let mut reached: Vec<FuncId> = seen.into_iter().collect();
        reached.sort_unstable();
        reached
    }
}

fn called(site: &CallSite) -> impl Iterator<Item = FuncId> + '_ {
    site.edges
        .iter()
        .filter_map(|edge| match (edge.kind, &edge.target) {
            (EdgeKind::Call, Target::Function(function)) => Some(*function),
            _ => None,
        })
}

fn push(lists: &mut [Vec<CallId>], index: u32, id: CallId) {
    if let Some(list) = lists.get_mut(index as usize)
        && list.last() != Some(&id)
    {
        list.push(id);
    }
}

fn lambdas(program: &Program) -> FxHashMap<Place, FuncId> {
    (0..)
        .map(FuncId)
        .zip(&program.functions)
        .filter(|(_, facts)| facts.kind == FunctionKind::Lambda)
        .map(|(id, facts)| {
            let place = Place {
                file: facts.file,
                range: facts.range,
            };
            (place, id)
        })
        .collect()
}
