//! Which functions would be coroutines if nothing had to stay sync.
//!
//! A use that has no rewrite suspends all the same: what runs it would be a coroutine once it is migrated by hand.

use ungreen_callgraph::{EdgeKind, FuncId, Target};
use ungreen_catalog::{Confidence, Kind, SpawnKind, Switch, catalog};

use crate::coloring::Coloring;
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
        self.spread_with(seeds);
        self.demands = self
            .reasons
            .iter()
            .zip(&self.colored)
            .map(|(reason, colored)| colored.then(|| reason.clone()))
            .collect();
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
