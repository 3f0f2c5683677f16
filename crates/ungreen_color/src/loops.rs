//! Code that needs a running loop without being a coroutine: what makes tasks, and the bodies of modules.

use rustc_hash::FxHashSet;
use ungreen_callgraph::{CallKind, FileId, FuncId, FunctionKind, Place};

use crate::coloring::{Coloring, direct_targets};
use crate::mains::{Requirement, Surroundings, plan_main};
use crate::{Blocker, Bridge, ModuleMain, Pin, PinKind};

impl Coloring<'_> {
    /// Finds sync functions that need a running loop (they make tasks), and rejects what would make them from a thread without one.
    pub(crate) fn check_loop_bound(&mut self) -> bool {
        self.loop_bound.clear();
        let mut pending: Vec<(FuncId, usize)> = Vec::new();
        let mut changed = false;
        for index in 0..self.active.len() {
            if self.active[index] && self.proposal(index).needs.running_loop {
                pending.push((self.proposal(index).function, index));
            }
        }
        while let Some((function, needing)) = pending.pop() {
            let facts = &self.input.program.functions[function.0 as usize];
            if facts.is_async
                || self.colored[function.0 as usize]
                || !self.loop_bound.insert(function)
            {
                continue;
            }
            if self.is_sync_entry(function) {
                changed |= self.enter_loop(function, needing);
                continue;
            }
            for call in &self.callers[function.0 as usize] {
                if self.calls_face(*call, function) {
                    continue;
                }
                pending.push((self.input.program.calls[call.0 as usize].caller, needing));
            }
            if facts.kind == FunctionKind::ClassBody
                && let Some(parent) = facts.parent
            {
                pending.push((parent, needing));
            }
        }
        let mut bound: Vec<FuncId> = self.loop_bound.iter().copied().collect();
        bound.sort_unstable();
        for function in bound {
            let pin = (self.pins.called_without_loop(function, &self.lifted))
                .cloned()
                .or_else(|| self.makes_tasks_outside(function));
            let Some(pin) = pin else {
                continue;
            };
            // `hub.schedule_call_global(5, f)` that becomes `loop.call_later(5, f)` calls it in the loop.
            let is_migrated = pin.kind == PinKind::Callback
                && self.rewritten.iter().any(|place| {
                    place.file == pin.place.file && place.range.contains_range(pin.place.range)
                });
            if is_migrated {
                continue;
            }
            let blocker = self.block(Blocker {
                is_left_out: false,
                is_settled: false,
                code: pin.kind.code(),
                place: pin.place,
                function,
                reason: format!(
                    "`{}` would make tasks, but {}",
                    self.input.program.functions[function.0 as usize].qualname, pin.detail
                ),
                advice: pin.kind.advice().to_string(),
            });
            changed |= self.reject_loop_needs_below(function, blocker);
        }
        changed
    }

    /// Makes a coroutine of an entry point that only makes tasks, from the next round on; rejects them if it cannot be one.
    fn enter_loop(&mut self, function: FuncId, needing: usize) -> bool {
        match self.refused.get(&function) {
            Some(refusal) => self.reject_loop_needs_below(function, refusal.blocker),
            None => self.loop_entries.insert(function, needing) != Some(needing),
        }
    }

    /// Rejects the proposals that need a running loop in `function` and in the sync functions that it calls.
    pub(crate) fn reject_loop_needs_below(&mut self, function: FuncId, blocker: usize) -> bool {
        let mut changed = false;
        let mut pending = vec![function];
        let mut seen = FxHashSet::default();
        while let Some(function) = pending.pop() {
            if !self.loop_bound.contains(&function) || !seen.insert(function) {
                continue;
            }
            for index in self
                .proposals_by_function
                .get(&function)
                .cloned()
                .unwrap_or_default()
            {
                if self.active[index] && self.proposal(index).needs.running_loop {
                    changed |= self.reject(index, blocker);
                }
            }
            for call in &self.calls_by_caller[function.0 as usize] {
                let targets = direct_targets(&self.input.program.calls[call.0 as usize]);
                pending.extend(targets.filter(|target| !self.calls_face(*call, *target)));
            }
        }
        changed
    }

    /// Gives every module body that needs one a loop; refuses the bodies that cannot have one.
    pub(crate) fn plan_mains(&mut self) -> bool {
        self.mains.clear();
        let mut changed = false;
        for (index, file) in self.input.program.files.iter().enumerate() {
            if self.is_outside(file.body) {
                continue;
            }
            let requirements = self.requirements(file.body);
            if requirements.is_empty() {
                continue;
            }
            let Some(module) = self.input.modules.get(index) else {
                continue;
            };
            let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            let around = Surroundings {
                file: id,
                imported_by: self.importer_of(index),
            };
            match plan_main(module.syntax, &requirements, &around) {
                Ok(main) => self.mains.push(main),
                Err((range, detail)) => {
                    let pin = Pin {
                        kind: PinKind::ModuleBody,
                        place: Place { file: id, range },
                        detail,
                    };
                    changed |= self.refuse_with(file.body, &pin);
                    if let Some(blocker) =
                        self.refused.get(&file.body).map(|refusal| refusal.blocker)
                    {
                        self.loop_bound.insert(file.body);
                        changed |= self.reject_loop_needs_below(file.body, blocker);
                    }
                }
            }
        }
        let mut entries = self.input.entries.clone();
        entries.extend(
            self.input
                .unit
                .iter()
                .filter(|entry| self.is_green_face(**entry)),
        );
        entries.sort_unstable();
        entries.dedup();
        for function in entries {
            if self.colored[function.0 as usize] && self.is_sync_entry(function) {
                let facts = &self.input.program.functions[function.0 as usize];
                self.mains.push(ModuleMain::SyncEntry {
                    function,
                    inner: format!("_{}", facts.name.trim_start_matches('_')),
                    bridge: if self.is_green_face(function) {
                        Bridge::GreenWait
                    } else {
                        Bridge::AsyncioRun
                    },
                });
            }
        }
        changed
    }

    fn requirements(&self, body: FuncId) -> Vec<Requirement> {
        let mut requirements = Vec::new();
        for index in self
            .proposals_by_function
            .get(&body)
            .map_or(&[][..], Vec::as_slice)
        {
            let proposal = self.proposal(*index);
            if !self.active[*index] {
                continue;
            }
            let needs = &proposal.needs;
            let places = (needs.awaits.iter())
                .chain(&needs.async_with)
                .chain(&needs.async_for);
            requirements.extend(places.map(|range| Requirement {
                range: *range,
                is_call: false,
            }));
            if proposal.needs.suspends || proposal.needs.running_loop {
                requirements.push(Requirement {
                    range: proposal.place.range,
                    is_call: false,
                });
            }
        }
        for call in &self.calls_by_caller[body.0 as usize] {
            let site = &self.input.program.calls[call.0 as usize];
            if self.handled.contains(&Place {
                file: site.file,
                range: site.range,
            }) {
                continue;
            }
            for target in direct_targets(site) {
                if self.calls_face(*call, target) {
                    continue;
                }
                let suspends = self.colored[target.0 as usize]
                    && self.suspends_caller(site, target)
                    && !self.is_sync_entry(target)
                    && !self.copies.contains(target);
                if suspends || self.loop_bound.contains(&target) {
                    requirements.push(Requirement {
                        range: site.range,
                        is_call: suspends
                            && site.kind == CallKind::Call
                            && !self.consumes_at_once(site, target),
                    });
                }
            }
        }
        requirements
            .sort_by_key(|requirement| (requirement.range.start(), requirement.range.end()));
        requirements.dedup_by_key(|requirement| requirement.range);
        requirements
    }

    /// Another module of the program that imports the file.
    fn importer_of(&self, file: usize) -> Option<String> {
        let program = self.input.program;
        let module = program.files.get(file)?.module.as_str();
        if module.is_empty() || module == "__main__" || module.ends_with(".__main__") {
            return None;
        }
        self.input
            .importers
            .get(module)
            .and_then(|importers| {
                importers
                    .iter()
                    .find(|importer| importer.as_str() != module)
            })
            .cloned()
    }
}
