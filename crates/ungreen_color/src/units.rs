//! Units of migration: what one entry point reaches.

use rustc_hash::FxHashSet;
use ungreen_callgraph::{FuncId, FunctionKind, Program, Target};

use crate::{Color, Plan};

/// What one entry point reaches over call and spawn edges.
#[derive(Debug)]
pub struct Unit {
    /// The module body or console-script function that starts it.
    pub entry: FuncId,
    /// Functions that it reaches, itself included, by id.
    pub functions: Vec<FuncId>,
    /// Those of them that become coroutines.
    pub colored: Vec<FuncId>,
    /// Indexes into [`Plan::blockers`] of the blockers in it.
    pub blockers: Vec<usize>,
}

/// The units of `entries`, those without blockers first, then the smaller ones.
#[must_use]
pub fn units(program: &Program, plan: &Plan, entries: &[FuncId]) -> Vec<Unit> {
    let mut callees: Vec<Vec<FuncId>> = vec![Vec::new(); program.functions.len()];
    for call in &program.calls {
        for edge in &call.edges {
            if let Target::Function(target) = edge.target {
                callees[call.caller.0 as usize].push(target);
            }
        }
    }
    let mut units: Vec<Unit> = entries
        .iter()
        .map(|entry| {
            let mut reached: FxHashSet<FuncId> = FxHashSet::default();
            let mut pending = vec![*entry];
            while let Some(function) = pending.pop() {
                if reached.insert(function) {
                    pending.extend(callees[function.0 as usize].iter().copied());
                }
            }
            let mut functions: Vec<FuncId> = reached
                .iter()
                .copied()
                .filter(|id| {
                    *id == *entry || program.functions[id.0 as usize].kind != FunctionKind::Module
                })
                .collect();
            functions.sort_unstable();
            let colored = functions
                .iter()
                .copied()
                .filter(|id| {
                    let function = &plan.functions[id.0 as usize];
                    function.color == Color::Async && !function.was_async
                })
                .collect();
            let blockers = plan
                .blockers
                .iter()
                .enumerate()
                .filter(|(_, blocker)| reached.contains(&blocker.function))
                .map(|(index, _)| index)
                .collect();
            Unit {
                entry: *entry,
                functions,
                colored,
                blockers,
            }
        })
        .collect();
    units.sort_by_key(|unit| (unit.blockers.len(), unit.functions.len(), unit.entry));
    units
}
