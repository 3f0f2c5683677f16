//! What stays on Eventlet, beside what runs in an event loop.
//!
//! A use that is left needs Eventlet's hub, and the green thread that runs it. In a coroutine it would block the event loop, and
//! wait for ever if what it waits for is a task of that loop. So whatever runs such a use stays as it is, too:
//!
//! ```python
//! @functools.lru_cache
//! def rate(currency):         # cannot be a coroutine
//!     eventlet.sleep(1)       # the use that is left
//! def main():
//!     rate("usd")             # so `main` stays on Eventlet
//! ```

use std::collections::VecDeque;
use std::collections::hash_map;

use rustc_hash::FxHashMap;
use ungreen_callgraph::{CallSite, ClassId, EdgeKind, FuncId, Place, Target};
use ungreen_catalog::{Confidence, Entry, Kind, Origin, Scenario, SpawnKind, Switch, catalog};

use crate::assemble::{runs_in_coroutine, wrapped};
use crate::coloring::{Coloring, direct_targets};
use crate::conflict::Refused;
use crate::{Blocker, BlocksLoop, Proposal, RefusedBy, Verdict};

/// The diagnostic code of what stays because of what it runs.
pub(crate) const CODE: &str = "UG324";

/// What a test runner runs before tests, of unittest and of pytest.
pub(crate) const FIXTURES: [&str; 8] = [
    "setUp",
    "setUpClass",
    "setUpModule",
    "setup_method",
    "setup_class",
    "setup_module",
    "setup",
    "asyncSetUp",
];

/// Why a function needs Eventlet when it runs.
#[derive(Clone, Copy)]
struct Needs {
    /// Index of the proposal for the use that is left.
    used: usize,
    /// What the function runs on the way to it; none if the use is its own.
    by: Option<RefusedBy>,
    /// Number of calls from the function to the use.
    distance: u32,
}

impl Coloring<'_> {
    /// Refuses the coroutines and rejects the tasks of functions that run a use that is left. True if something changed.
    pub(crate) fn refuse_beside_eventlet(&mut self) -> bool {
        let mut uses = FxHashMap::default();
        for index in (0..self.input.proposals.len()).filter(|index| self.is_left(*index)) {
            // A use that is left because of another one counts as that one.
            let cause = self.rejected[index].and_then(|blocker| self.left_uses.get(&blocker));
            self.add_use(index, cause.copied().unwrap_or(index), &mut uses);
        }
        self.add_uses_beside_copies(&mut uses);
        let needs = self.close(uses, |_, _| true);
        let needs = self.close(self.with_calls_by_name(needs), |_, _| true);
        let needs = self.with_tests(needs);
        let mut concerned: Vec<(FuncId, Needs)> = needs
            .iter()
            .map(|(function, needs)| (*function, *needs))
            .filter(|(function, _)| {
                self.loop_bound.contains(function)
                    || (self.colored[function.0 as usize] && !self.refused.contains_key(function))
            })
            .collect();
        // What is nearest to the use first, so that each is refused for what it runs.
        concerned.sort_unstable_by_key(|(function, needs)| (needs.distance, *function));
        let mut changed = false;
        for (function, needs) in concerned {
            let blocker = self.block_use(needs.used);
            changed |= if self.colored[function.0 as usize] {
                self.refuse(Refused {
                    function,
                    blocker,
                    by: needs.by,
                })
            } else {
                self.reject_loop_needs_below(function, blocker)
            };
        }
        for index in 0..self.active.len() {
            if self.active[index]
                && let Some(used) = self.hands_over(index, &needs)
            {
                let blocker = self.block_use(used);
                changed |= self.reject(index, blocker);
            }
        }
        changed |= self.refuse_servers_in_threads();
        changed || self.keep_shared_objects(&self.beside(&needs))
    }

    /// Sync code goes on with functions that have an asynchronous copy, which keep their uses.
    fn add_uses_beside_copies(&self, uses: &mut FxHashMap<FuncId, Needs>) {
        let program = self.input.program;
        let mut kept = FxHashMap::default();
        for index in 0..self.active.len() {
            let proposal = self.proposal(index);
            if self.active[index] && self.is_kept_beside_copy(proposal.place) {
                self.add_use(index, index, &mut kept);
            }
        }
        let is_sync = |function: FuncId| !self.colored[function.0 as usize];
        let kept = self.close(kept, |site, _| self.copies.contains(site.caller));
        let mut kept: Vec<(FuncId, Needs)> = kept.into_iter().collect();
        kept.sort_unstable_by_key(|(function, _)| *function);
        for (function, Needs { used, distance, .. }) in kept {
            for call in &self.runners[function.0 as usize] {
                let site = &program.calls[call.0 as usize];
                let caller = site.caller;
                // `sorted(items, key=function)` runs the function itself, wherever it stands.
                let is_called = direct_targets(site).any(|target| target == function);
                let runs_kept = if is_called {
                    is_sync(caller)
                } else {
                    ![site.range, site.callee].iter().any(|range| {
                        self.rewritten.contains(&Place {
                            file: site.file,
                            range: *range,
                        })
                    })
                };
                if runs_kept && !self.copies.contains(caller) {
                    uses.entry(caller).or_insert(Needs {
                        used,
                        by: Some(RefusedBy {
                            function,
                            call: Some(*call),
                        }),
                        distance: distance + 1,
                    });
                }
            }
        }
    }

    pub(crate) fn is_left(&self, index: usize) -> bool {
        let confidence = self.proposal(index).confidence;
        self.rejected[index].is_some()
            || confidence == Confidence::Manual
            || (self.input.exact_only && confidence != Confidence::Exact)
    }

    /// The functions that stay sync and run in Eventlet's green threads, each with a use that is left: those that need Eventlet, and
    /// what a green thread runs.
    fn beside(&self, needs: &FxHashMap<FuncId, Needs>) -> FxHashMap<FuncId, usize> {
        let program = self.input.program;
        let mut beside: FxHashMap<FuncId, usize> = needs
            .iter()
            .map(|(function, needs)| (*function, needs.used))
            .collect();
        let mut queue = VecDeque::new();
        for index in (0..self.input.proposals.len()).filter(|index| self.is_left(*index)) {
            let call = program.call_index.get(&self.proposal(index).place);
            let edges = call.map_or(&[][..], |call| &program.calls[call.0 as usize].edges);
            for edge in edges {
                if let (EdgeKind::Spawn(SpawnKind::Green), Target::Function(target)) =
                    (edge.kind, &edge.target)
                {
                    queue.push_back((*target, index));
                }
            }
        }
        while let Some((function, used)) = queue.pop_front() {
            if let hash_map::Entry::Vacant(entry) = beside.entry(function) {
                entry.insert(used);
                for call in &self.calls_by_caller[function.0 as usize] {
                    let targets = direct_targets(&program.calls[call.0 as usize]);
                    queue.extend(targets.map(|target| (target, used)));
                }
            }
        }
        beside.retain(|function, _| !self.colored[function.0 as usize]);
        beside
    }

    /// What wakes a task has to run in its loop: objects for which coroutines wait are left if a function beside them uses them.
    fn keep_shared_objects(&mut self, beside: &FxHashMap<FuncId, usize>) -> bool {
        let mut changed = false;
        for index in 0..self.active.len() {
            let proposal = self.proposal(index);
            let Some((used, group)) = beside.get(&proposal.function).zip(proposal.group) else {
                continue;
            };
            let is_method = proposal.entry.and_then(|name| catalog().entry(name));
            let waits = || {
                let members = self.groups.get(&group.0).map_or(&[][..], Vec::as_slice);
                (members.iter())
                    .any(|member| self.active[*member] && self.proposal(*member).needs.suspend())
            };
            if self.active[index]
                && is_method.is_some_and(|entry| entry.kind == Kind::Method)
                && waits()
            {
                let blocker = self.block_use(*used);
                changed |= self.reject(index, blocker);
            }
        }
        changed
    }

    /// Adds the functions with a call that may mean a method of `needs`, and of which nothing but the name is known: `service.start()`.
    fn with_calls_by_name(&self, needs: FxHashMap<FuncId, Needs>) -> FxHashMap<FuncId, Needs> {
        let mut methods: Vec<(FuncId, Needs)> = needs
            .iter()
            .map(|(method, needs)| (*method, *needs))
            .collect();
        methods.sort_unstable_by_key(|(method, needs)| (needs.distance, *method));
        let mut all = needs;
        for (function, Needs { used, distance, .. }) in methods {
            for call in self.unseen.calls_of(self.input.program, function) {
                let site = &self.input.program.calls[call.0 as usize];
                if let hash_map::Entry::Vacant(entry) = all.entry(site.caller) {
                    entry.insert(Needs {
                        used,
                        by: Some(RefusedBy {
                            function,
                            call: Some(call),
                        }),
                        distance: distance + 1,
                    });
                }
            }
        }
        all
    }

    /// Adds the tests for which one of `needs` makes what they use: green threads that it starts have to run while the test waits.
    ///
    /// ```python
    /// class TestServer(unittest.TestCase):
    ///     def setUp(self):
    ///         self.server = eventlet.spawn(serve)     # the use that is left
    ///     def test_get(self):
    /// ```
    fn with_tests(&self, mut needs: FxHashMap<FuncId, Needs>) -> FxHashMap<FuncId, Needs> {
        let program = self.input.program;
        let mut fixtures: Vec<(FuncId, Needs)> = needs
            .iter()
            .map(|(function, needs)| (*function, *needs))
            .filter(|(function, _)| {
                FIXTURES.contains(&program.functions[function.0 as usize].name.as_str())
            })
            .collect();
        fixtures.sort_unstable_by_key(|(function, needs)| (needs.distance, *function));
        for (function, Needs { used, distance, .. }) in fixtures {
            for test in self.tests_of(function) {
                needs.entry(test).or_insert(Needs {
                    used,
                    by: Some(RefusedBy {
                        function,
                        call: None,
                    }),
                    distance: distance + 1,
                });
            }
        }
        needs
    }

    /// The tests of the class of a fixture and of its subclasses, or of its module.
    fn tests_of(&self, fixture: FuncId) -> Vec<FuncId> {
        let program = self.input.program;
        let facts = &program.functions[fixture.0 as usize];
        let is_test = |name: &str| name.starts_with("test");
        let Some(class) = facts.class else {
            let functions = program.functions.iter().zip(0..);
            return functions
                .filter(|(other, _)| other.file == facts.file && is_test(&other.name))
                .map(|(_, index)| FuncId(index))
                .collect();
        };
        let subclasses = &program.classes[class.0 as usize].subclasses;
        let mut classes: Vec<ClassId> = subclasses.iter().copied().chain([class]).collect();
        let mut index = 0;
        while let Some(class) = classes.get(index) {
            let bases = program.classes[class.0 as usize].bases.iter();
            let bases: Vec<ClassId> = bases
                .filter_map(|base| match base.target {
                    Target::Class(base) if !classes.contains(&base) => Some(base),
                    _ => None,
                })
                .collect();
            classes.extend(bases);
            index += 1;
        }
        let methods = classes
            .iter()
            .flat_map(|class| &program.classes[class.0 as usize].methods);
        methods
            .filter(|(name, _)| is_test(name))
            .map(|(_, method)| *method)
            .collect()
    }

    /// The use on Eventlet that something runs which the rewritten call hands to a loop: `wsgi.server(listener, app)`.
    fn hands_over(&self, index: usize, needs: &FxHashMap<FuncId, Needs>) -> Option<usize> {
        let program = self.input.program;
        let call = program.call_index.get(&self.proposal(index).place)?;
        let site = &program.calls[call.0 as usize];
        site.edges
            .iter()
            .find_map(|edge| match (edge.kind, &edge.target) {
                (EdgeKind::Spawn(SpawnKind::Green), Target::Function(function)) => {
                    needs.get(function).map(|needs| needs.used)
                }
                _ => None,
            })
    }

    /// The blocker of a use: one for all that run it.
    pub(crate) fn block_use(&mut self, used: usize) -> usize {
        let proposal = self.proposal(used);
        let function = proposal.function.0 as usize;
        let name = &self.input.program.functions[function].qualname;
        let used_name = self
            .called_entries(proposal)
            .find(|entry| runs_in_hub(entry))
            .map_or(proposal.entry, |entry| Some(entry.name.as_str()));
        let uses = used_name.map_or_else(
            || "runs Eventlet's hub".to_string(),
            |used| format!("uses `{used}`"),
        );
        // The use may be left for another one with which it shares objects.
        let cause = self.rejected[used]
            .and_then(|blocker| self.blockers.get(blocker))
            .filter(|cause| cause.place != proposal.place && cause.code != CODE)
            .map(|cause| {
                format!(
                    " because of {} at {}",
                    cause.code,
                    self.position(cause.place)
                )
            })
            .unwrap_or_default();
        let blocker = self.block(Blocker {
            is_left_out: false,
            is_settled: false,
            code: CODE,
            place: proposal.place,
            function: proposal.function,
            reason: format!(
                "`{name}` {uses} here, which stays on Eventlet{cause}, and so does what runs it"
            ),
            advice: "migrate this use first: it is reported by itself, with its reason; `--unfinished` migrates the rest without it, to be finished by hand".to_string(),
        });
        self.left_uses.insert(blocker, used);
        blocker
    }

    /// `path:line:column`, as reports write it.
    fn position(&self, place: Place) -> String {
        let file = place.file.0 as usize;
        let path = (self.input.program.files.get(file)).map_or("", |file| file.path.as_str());
        let source = (self.input.modules.get(file)).map_or("", |module| module.source);
        let before = source
            .get(..place.range.start().to_usize())
            .unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("{path}:{line}:{column}")
    }

    fn add_use(&self, index: usize, used: usize, uses: &mut FxHashMap<FuncId, Needs>) {
        let proposal = self.proposal(index);
        if self.needs_hub(proposal) {
            uses.entry(proposal.function).or_insert(Needs {
                used,
                by: None,
                distance: 0,
            });
        }
    }

    /// The use runs in Eventlet's hub or in a green thread. Names that are only mentioned, and objects that are only made, do not.
    pub(crate) fn needs_hub(&self, proposal: &Proposal) -> bool {
        // Not `mock.patch("app.eventlet.sleep")`, which only names it.
        let mut called = self.called_entries(proposal).peekable();
        let named = proposal.entry.and_then(|name| catalog().entry(name));
        let is_called = called.peek().is_some() || proposal.needs.is_bridge;
        proposal.needs.runs_hub || (is_called && called.chain(named).any(runs_in_hub))
    }

    /// What the call at the place of the proposal calls, or has called: `map(requests.get, urls)`. Of an object that is replaced as a whole, the proposal itself names the class.
    pub(crate) fn called_entries(
        &self,
        proposal: &Proposal,
    ) -> impl Iterator<Item = &'static Entry> {
        let program = self.input.program;
        let call = program.call_index.get(&proposal.place);
        call.into_iter()
            .flat_map(|call| program.calls[call.0 as usize].edges.iter())
            .filter(|edge| edge.argument.is_none() || edge.kind == EdgeKind::Call)
            .filter_map(|edge| match edge.target {
                Target::Entry { name, .. } => catalog().entry(name),
                _ => None,
            })
    }

    /// Adds the functions that run one of `needs` in their own thread, each by its shortest way. `passes`: the call leads on.
    fn close(
        &self,
        mut needs: FxHashMap<FuncId, Needs>,
        mut passes: impl FnMut(&CallSite, FuncId) -> bool,
    ) -> FxHashMap<FuncId, Needs> {
        let mut queue: VecDeque<FuncId> = needs.keys().copied().collect();
        queue.make_contiguous().sort_unstable();
        while let Some(function) = queue.pop_front() {
            let Some(Needs { used, distance, .. }) = needs.get(&function).copied() else {
                continue;
            };
            for call in &self.runners[function.0 as usize] {
                let site = &self.input.program.calls[call.0 as usize];
                // Whoever iterates over a generator runs it; if nobody here does, whoever gets it from what makes it.
                let runs =
                    self.suspends_caller(site, function) || !self.is_iterated_elsewhere(function);
                if !runs || !passes(site, function) {
                    continue;
                }
                if let hash_map::Entry::Vacant(entry) = needs.entry(site.caller) {
                    entry.insert(Needs {
                        used,
                        by: Some(RefusedBy {
                            function,
                            call: Some(*call),
                        }),
                        distance: distance + 1,
                    });
                    queue.push_back(site.caller);
                }
            }
        }
        needs
    }
}

/// Does calling it run Eventlet's hub, or something in a green thread?
pub(crate) fn runs_in_hub(entry: &Entry) -> bool {
    let switches = entry.switch != Switch::Never;
    let runs = match (entry.origin, entry.kind) {
        (Origin::Stdlib, _) => switches,
        (Origin::Eventlet, Kind::Function | Kind::Method) => true,
        // A timeout runs as soon as it is made.
        (Origin::Eventlet, Kind::Class) => switches || entry.context.is_some(),
        (Origin::Eventlet, _) => false,
    };
    let only_arranges = matches!(
        entry.scenario,
        Scenario::MonkeyPatching | Scenario::Debugging
    );
    runs && !only_arranges
}

/// Calls in coroutines that reach, through functions that stay sync, a use that is left; by place. There are none unless
/// [`crate::Input::unfinished`].
pub(crate) fn blocking_calls(coloring: &Coloring<'_>, verdicts: &[Verdict]) -> Vec<BlocksLoop> {
    let wrapped = wrapped(coloring);
    let in_coroutine = |place: Place, function: FuncId| {
        runs_in_coroutine(coloring, &wrapped, place.file.0, function, place.range)
    };
    let mut uses = FxHashMap::default();
    for (index, (proposal, verdict)) in coloring.input.proposals.iter().zip(verdicts).enumerate() {
        let left = !matches!(verdict, Verdict::Accepted | Verdict::NotNeeded);
        if left && !in_coroutine(proposal.place, proposal.function) {
            coloring.add_use(index, index, &mut uses);
        }
    }
    let mut calls: Vec<(Place, FuncId, FuncId)> = Vec::new();
    let needs = coloring.close(uses, |site, target| {
        let call = Place {
            file: site.file,
            range: site.range,
        };
        let reached = in_coroutine(call, site.caller);
        if reached {
            calls.push((call, site.caller, target));
        }
        !reached
    });
    calls.sort_unstable_by_key(|(call, _, target)| (call.file, call.range.start(), *target));
    calls.dedup_by_key(|(call, _, _)| *call);
    calls
        .into_iter()
        .filter_map(|(call, caller, target)| {
            let used = needs.get(&target)?.used;
            Some(BlocksLoop {
                call,
                caller,
                target,
                used,
            })
        })
        .collect()
}

/// Functions of the program that the site runs in the thread of its caller: at once, as a task, or as a callback.
pub(crate) fn run_in_thread_of_caller(site: &CallSite) -> impl Iterator<Item = FuncId> + '_ {
    site.edges
        .iter()
        .filter_map(|edge| match (edge.kind, &edge.target) {
            (
                EdgeKind::Call | EdgeKind::Spawn(SpawnKind::Green | SpawnKind::Callback),
                Target::Function(function),
            ) => Some(*function),
            _ => None,
        })
}
