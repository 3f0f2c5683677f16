//! What runs in threads beside the event loop: the application of a WSGI server.
//!
//! ```python
//! @app.route("/")
//! def index():                # runs in a thread of the server
//!     finished.send(1)        # the event of the loop cannot be set from there
//! ```

use rustc_hash::FxHashMap;
use ungreen_callgraph::{FuncId, ObjectUse, Place};
use ungreen_catalog::{Entry, Kind, Origin, catalog};

use crate::beside::runs_in_hub;
use crate::coloring::Coloring;
use crate::{Blocker, Proposal};

/// The diagnostic code of what threads cannot use.
const CODE: &str = "UG327";

impl Coloring<'_> {
    /// Rejects what functions in threads would do with objects and tasks of the event loop. True if something changed.
    pub(crate) fn refuse_in_threads(&mut self) -> bool {
        let threads = self.in_threads();
        let mut changed = false;
        for (function, server) in &threads {
            let proposals = self.proposals_by_function.get(function).cloned();
            for index in proposals.unwrap_or_default() {
                if self.active[index] && self.uses_loop(index) {
                    let proposal = self.proposal(index);
                    let used = proposal.entry.unwrap_or_default();
                    let blocker = self.block_in_thread(*function, proposal.place, used, *server);
                    changed |= self.reject(index, blocker);
                }
            }
        }
        changed || (!threads.is_empty() && self.keep_objects_of_threads(&threads))
    }

    /// Uses that stay as they are written, `stop.set()`, have no proposal of their own: the object has.
    fn keep_objects_of_threads(&mut self, threads: &[(FuncId, usize)]) -> bool {
        let mut changed = false;
        for allocation in &self.input.program.allocations {
            let class = catalog().entry(allocation.class);
            let unsafe_use = |used: &&ObjectUse| {
                used.call.is_some()
                    && class
                        .and_then(|class| member(class, &used.attribute, 8))
                        .is_some_and(|entry| entry.kind == Kind::Method && !entry.only_reads)
            };
            let found = (allocation.uses.iter()).find_map(|used| {
                let index = threads
                    .binary_search_by_key(&used.function, |(function, _)| *function)
                    .ok()?;
                let (_, server) = threads.get(index)?;
                unsafe_use(&used).then_some((used, *server))
            });
            let Some((used, server)) = found else {
                continue;
            };
            let made = self.proposals_by_function.get(&allocation.function);
            let index = made.into_iter().flatten().copied().find(|index| {
                let proposal = self.proposal(*index);
                self.active[*index]
                    && proposal.place == allocation.place
                    && self.is_waited_for(proposal)
            });
            if let Some(index) = index {
                let name = format!("{}.{}", allocation.class, used.attribute);
                let blocker = self.block_in_thread(used.function, used.place, &name, server);
                changed |= self.reject(index, blocker);
            }
        }
        changed
    }

    /// Rejects servers whose threads would run a use that stays on Eventlet: there is no hub in them. True if something changed.
    pub(crate) fn refuse_servers_in_threads(&mut self) -> bool {
        let mut changed = false;
        for (function, server) in self.in_threads() {
            let proposals = self.proposals_by_function.get(&function);
            let used = proposals.into_iter().flatten().copied().find(|index| {
                let proposal = self.proposal(*index);
                self.is_left(*index) && self.needs_hub(proposal) && self.is_of_eventlet(proposal)
            });
            if let Some(used) = used
                && self.active[server]
            {
                let cause = self.rejected[used].and_then(|blocker| self.left_uses.get(&blocker));
                let blocker = self.block_use(cause.copied().unwrap_or(used));
                changed |= self.reject(server, blocker);
            }
        }
        changed
    }

    /// The functions that stay sync and run in threads of a server, each with the proposal that makes it run there.
    fn in_threads(&self) -> Vec<(FuncId, usize)> {
        let mut threads: FxHashMap<FuncId, usize> = FxHashMap::default();
        for index in (0..self.active.len()).filter(|index| self.active[*index]) {
            for function in &self.proposal(index).needs.threads {
                if !self.colored[function.0 as usize] {
                    threads.entry(*function).or_insert(index);
                }
            }
        }
        let mut threads: Vec<(FuncId, usize)> = threads.into_iter().collect();
        threads.sort_unstable();
        threads
    }

    /// The rewritten place needs the loop that runs in another thread. What says itself that it runs in a thread does not.
    fn uses_loop(&self, index: usize) -> bool {
        let proposal = self.proposal(index);
        let needs = &proposal.needs;
        if (needs.stays_sync.iter()).any(|(function, _)| *function == proposal.function) {
            return false;
        }
        let named = proposal.entry.and_then(|name| catalog().entry(name));
        let is_used = |entry: &Entry| match (entry.origin, entry.kind) {
            (Origin::Eventlet, Kind::Function | Kind::Method) => {
                runs_in_hub(entry) && !entry.only_reads
            }
            (Origin::Stdlib, Kind::Method) => !entry.only_reads && self.is_waited_for(proposal),
            _ => false,
        };
        needs.running_loop || named.is_some_and(is_used)
    }

    /// Something waits in the event loop for what the proposal is about.
    fn is_waited_for(&self, proposal: &Proposal) -> bool {
        let members = proposal
            .group
            .and_then(|group| self.groups.get(&group.0))
            .map_or(&[][..], Vec::as_slice);
        members
            .iter()
            .any(|member| self.active[*member] && self.proposal(*member).needs.suspend())
    }

    fn is_of_eventlet(&self, proposal: &Proposal) -> bool {
        let named = proposal.entry.and_then(|name| catalog().entry(name));
        self.called_entries(proposal)
            .chain(named)
            .any(|entry| entry.origin == Origin::Eventlet && runs_in_hub(entry))
    }

    fn block_in_thread(
        &mut self,
        function: FuncId,
        place: Place,
        used: &str,
        server: usize,
    ) -> usize {
        let program = self.input.program;
        let name = &program.functions[function.0 as usize].qualname;
        let server = self.proposal(server).place;
        let file = program.files.get(server.file.0 as usize);
        let path = file.map_or("", |file| file.path.as_str());
        self.block(Blocker {
            is_left_out: false,
            is_settled: false,
            code: CODE,
            place,
            function,
            reason: format!(
                "`{name}` runs in a thread of the WSGI server that `{path}` starts, and uses `{used}` here, which belongs to the event loop and cannot be used from a thread"
            ),
            advice: "hand the call to the loop, by `loop.call_soon_threadsafe` or `asyncio.run_coroutine_threadsafe`; with `--flask fastapi`, views of Flask become coroutines of the loop".to_string(),
        })
    }
}

/// What is known of an attribute of a class. `depth` bounds the length of a chain of bases.
fn member(class: &Entry, attribute: &str, depth: usize) -> Option<&'static Entry> {
    let own = catalog().entry(&format!("{}.{attribute}", class.name));
    own.or_else(|| {
        let depth = depth.checked_sub(1)?;
        let mut bases = class.bases.iter().filter_map(|base| catalog().entry(base));
        bases.find_map(|base| member(base, attribute, depth))
    })
}
