//! Which mains are run by the helper's `run`: those that lead to something which `asyncio.run` does otherwise.

use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;
use ungreen_callgraph::{FileId, FuncId, Place};

use crate::assemble::{Wrapped, runs_in_coroutine};
use crate::beside::run_in_thread_of_caller;
use crate::coloring::{Coloring, direct_targets};
use crate::{ModuleMain, Runner, Verdict};

/// What a main runs.
struct Reached {
    functions: FxHashSet<FuncId>,
    /// Top-level code that moves into the main.
    moved: Option<(FileId, TextRange)>,
}

impl Reached {
    fn contains(&self, place: Place, function: FuncId) -> bool {
        self.functions.contains(&function)
            || self.moved.is_some_and(|(file, range)| {
                file == place.file && range.contains_range(place.range)
            })
    }
}

/// The mains, by index, that need the helper's `run`. Proposals that need one and get none are excluded.
pub(crate) fn helper_runs(
    coloring: &Coloring<'_>,
    wrapped: &Wrapped,
    verdicts: &mut [Verdict],
) -> Vec<usize> {
    let wanting: Vec<(usize, Runner)> = coloring
        .input
        .proposals
        .iter()
        .enumerate()
        .filter_map(|(index, proposal)| Some((index, proposal.needs.runner?)))
        .filter(|(index, _)| verdicts[*index] == Verdict::Accepted)
        .collect();
    if wanting.is_empty() {
        return Vec::new();
    }
    let reached: Vec<Reached> = coloring
        .mains
        .iter()
        .map(|main| reached_by(coloring, main))
        .collect();
    let mut runs = FxHashSet::default();
    for (index, runner) in wanting {
        let proposal = coloring.proposal(index);
        let place = proposal.place;
        let is_coroutine = runs_in_coroutine(
            coloring,
            wrapped,
            place.file.0,
            proposal.function,
            place.range,
        );
        let mut found = false;
        for (main, reached) in reached.iter().enumerate() {
            if is_coroutine && reached.contains(place, proposal.function) {
                runs.insert(main);
                found = true;
            }
        }
        if runner == Runner::Interrupts && !is_coroutine {
            verdicts[index] = Verdict::NotNeeded;
        } else if runner == Runner::Interrupts && !found {
            verdicts[index] = Verdict::Excluded {
                reason: "no `asyncio.run` that is written here leads to it, and under one that is not, Ctrl-C cancels the main task: the handler is not reached".to_string(),
            };
        }
    }
    let mut runs: Vec<usize> = runs.into_iter().collect();
    runs.sort_unstable();
    runs
}

fn reached_by(coloring: &Coloring<'_>, main: &ModuleMain) -> Reached {
    let program = coloring.input.program;
    let mut moved = None;
    let mut pending: Vec<FuncId> = match main {
        ModuleMain::RunCall { file, call } => program
            .call_index
            .get(&Place {
                file: *file,
                range: *call,
            })
            .map(|id| direct_targets(&program.calls[id.0 as usize]).collect())
            .unwrap_or_default(),
        ModuleMain::SyncEntry { function, .. } => vec![*function],
        ModuleMain::Wrap {
            file, statements, ..
        } => {
            moved = Some((*file, *statements));
            let body = program.files[file.0 as usize].body;
            coloring.calls_by_caller[body.0 as usize]
                .iter()
                .map(|call| &program.calls[call.0 as usize])
                .filter(|site| statements.contains_range(site.range))
                .flat_map(run_in_thread_of_caller)
                .collect()
        }
    };
    let mut functions: FxHashSet<FuncId> = FxHashSet::default();
    while let Some(function) = pending.pop() {
        if functions.insert(function) {
            for call in &coloring.calls_by_caller[function.0 as usize] {
                pending.extend(run_in_thread_of_caller(&program.calls[call.0 as usize]));
            }
        }
    }
    Reached { functions, moved }
}
