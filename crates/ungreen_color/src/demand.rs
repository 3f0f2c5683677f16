//! Which functions would be coroutines if nothing had to stay sync.
//!
//! A use that has no rewrite suspends all the same: what runs it would be a coroutine once it is migrated by hand.
//! Tests demand nothing of what they test.

use ungreen_callgraph::{EdgeKind, FuncId, Target};
use ungreen_catalog::{Confidence, Kind, SpawnKind, Switch, catalog};

use crate::coloring::Coloring;
use crate::families::Families;
use crate::{Proposal, Reason};

impl Coloring<'_> {
    /// Colors as if every proposal were accepted, and keeps the reasons as the demands.
    pub(crate) fn find_demands(&mut self) {
        let mut seeds = Vec::new();
        for (index, proposal) in self.input.proposals.iter().enumerate() {
            if proposal.confidence != Confidence::Manual {
                continue;
            }
            if self.is_switch(proposal) {
                seeds.push((proposal.function, Reason::Suspends(index)));
            }
            for function in self.spawned_at(proposal) {
                seeds.push((function, Reason::Spawned(index)));
            }
        }
        seeds.extend(self.waits_in_libraries());
        let input = self.input;
        let without_tests =
            Families::without(input.program, |file| input.test_files.contains(&file));
        let families = std::mem::replace(&mut self.families, without_tests);
        self.demanding = true;
        self.spread_with(seeds);
        self.follow_names();
        self.demanding = false;
        self.families = families;
        self.demands = self
            .reasons
            .iter()
            .zip(&self.colored)
            .map(|(reason, colored)| colored.then(|| reason.clone()))
            .collect();
    }

    /// What a function of the tests does demands nothing of the program: a fake that stands for one of its functions has to
    /// follow it, and not the other way round.
    pub(crate) fn is_of_tests_alone(&self, function: FuncId, concerned: FuncId) -> bool {
        let is_test = |function: FuncId| {
            let file = self.input.program.functions[function.0 as usize].file;
            self.input.test_files.contains(&file)
        };
        self.demanding && is_test(function) && !is_test(concerned)
    }

    /// The use is a call that suspends, not only a name that is mentioned or an object that is made.
    fn is_switch(&self, proposal: &Proposal) -> bool {
        let program = self.input.program;
        let runs = proposal
            .entry
            .and_then(|name| catalog().entry(name))
            .is_some_and(|entry| {
                entry.switch != Switch::Never
                    && matches!(entry.kind, Kind::Function | Kind::Method | Kind::Class)
            });
        runs && program.call_index.get(&proposal.place).is_some_and(|call| {
            let site = &program.calls[call.0 as usize];
            site.edges.iter().any(|edge| {
                edge.argument.is_none()
                    && matches!(&edge.target, Target::Entry { name, .. } if Some(*name) == proposal.entry)
            })
        })
    }

    /// Functions that the use runs in green threads.
    fn spawned_at(&self, proposal: &Proposal) -> Vec<FuncId> {
        let program = self.input.program;
        let Some(call) = program.call_index.get(&proposal.place) else {
            return Vec::new();
        };
        program.calls[call.0 as usize]
            .edges
            .iter()
            .filter_map(|edge| match (edge.kind, &edge.target) {
                (EdgeKind::Spawn(SpawnKind::Green), Target::Function(function)) => Some(*function),
                _ => None,
            })
            .collect()
    }
}
