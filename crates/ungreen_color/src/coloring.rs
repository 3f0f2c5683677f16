//! The least set of functions that must be coroutines, and the proposals that can be accepted with it.

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{
    CallId, CallKind, CallSite, EdgeKind, FuncId, FunctionKind, Place, Target,
};
use ungreen_catalog::{Confidence, DecoratorEffect, SpawnKind, decorator_effect};

use crate::beside::run_in_thread_of_caller;
use crate::border::{Border, Known};
use crate::copies::Copies;
use crate::faces::Faces;
use crate::families::Families;
use crate::pins::{Lifted, Pins};
use crate::syntax::Syntax;
use crate::unseen::UnseenCalls;
use crate::{Blocker, Input, ModuleMain, PinKind, Proposal, Reason, RefusedBy};

/// What coloring works on and finds.
pub(crate) struct Coloring<'a> {
    pub(crate) input: &'a Input<'a>,
    pub(crate) syntax: &'a [Syntax],
    pub(crate) families: Families,
    pub(crate) unseen: UnseenCalls,
    pub(crate) faces: Faces,
    pub(crate) border: Border,
    pub(crate) copies: Copies,
    pub(crate) pins: Pins,
    /// Call sites that run the function in the caller, by function.
    pub(crate) callers: Vec<Vec<CallId>>,
    pub(crate) calls_by_caller: Vec<Vec<CallId>>,
    /// Call sites that run the function in the thread of the caller, at once or later, by function.
    pub(crate) runners: Vec<Vec<CallId>>,
    pub(crate) proposals_by_function: FxHashMap<FuncId, Vec<usize>>,
    pub(crate) proposals_by_coroutine: FxHashMap<FuncId, Vec<usize>>,
    /// Proposals that need the function to stay sync.
    pub(crate) keepers: FxHashMap<FuncId, Vec<usize>>,
    pub(crate) groups: FxHashMap<u32, Vec<usize>>,
    /// Call sites that run the function in a green thread of its own, by function.
    pub(crate) spawners: FxHashMap<FuncId, Vec<CallId>>,
    pub(crate) context_managers: FxHashSet<FuncId>,

    /// Blocker that rejected the proposal.
    pub(crate) rejected: Vec<Option<usize>>,
    /// The proposal counts: not manual, not rejected, and its condition holds.
    pub(crate) active: Vec<bool>,
    pub(crate) colored: Vec<bool>,
    pub(crate) reasons: Vec<Reason>,
    /// Why each function would be a coroutine if nothing had to stay sync.
    pub(crate) demands: Vec<Option<Reason>>,
    /// Calls by name alone that may reach what would suspend, by functions without a demand.
    pub(crate) unsure: Vec<Option<(CallId, FuncId)>>,
    /// The demands are being found.
    pub(crate) demanding: bool,
    /// Functions that stay sync although something in them would suspend.
    pub(crate) refused: FxHashMap<FuncId, Refusal>,
    /// Refused functions whose proposals and callees are refused with them, in this round.
    pub(crate) expanded: FxHashSet<FuncId>,
    pub(crate) blockers: Vec<Blocker>,
    /// Of the blockers that are about a use that is left: the proposal for it.
    pub(crate) left_uses: FxHashMap<usize, usize>,
    known_blockers: FxHashMap<(&'static str, Place, FuncId), usize>,
    pub(crate) mains: Vec<ModuleMain>,
    /// Sync functions that must run inside a running loop.
    pub(crate) loop_bound: FxHashSet<FuncId>,
    /// Entry points that run such a function without suspending, each with the proposal that needs the loop.
    pub(crate) loop_entries: BTreeMap<FuncId, usize>,
    pub(crate) lifted: Lifted,
    pub(crate) handled: FxHashSet<Place>,
    /// Places of active proposals.
    pub(crate) rewritten: FxHashSet<Place>,
}

/// Why a function stays sync.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal {
    pub(crate) blocker: usize,
    pub(crate) by: Option<RefusedBy>,
}

impl<'a> Coloring<'a> {
    pub(crate) fn run(input: &'a Input<'a>, syntax: &'a [Syntax]) -> Self {
        let program = input.program;
        let count = program.functions.len();
        let mut callers = vec![Vec::new(); count];
        let mut calls_by_caller = vec![Vec::new(); count];
        let mut runners = vec![Vec::new(); count];
        let mut spawners: FxHashMap<FuncId, Vec<CallId>> = FxHashMap::default();
        for (index, call) in program.calls.iter().enumerate() {
            let id = CallId(u32::try_from(index).unwrap_or(u32::MAX));
            calls_by_caller[call.caller.0 as usize].push(id);
            for target in direct_targets(call) {
                callers[target.0 as usize].push(id);
            }
            for target in run_in_thread_of_caller(call) {
                runners[target.0 as usize].push(id);
            }
            for edge in &call.edges {
                if let (EdgeKind::Spawn(SpawnKind::Green), Target::Function(target)) =
                    (edge.kind, &edge.target)
                {
                    spawners.entry(*target).or_default().push(id);
                }
            }
        }
        let mut proposals_by_function: FxHashMap<FuncId, Vec<usize>> = FxHashMap::default();
        let mut groups: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        let mut proposals_by_coroutine: FxHashMap<FuncId, Vec<usize>> = FxHashMap::default();
        let mut keepers: FxHashMap<FuncId, Vec<usize>> = FxHashMap::default();
        for (index, proposal) in input.proposals.iter().enumerate() {
            proposals_by_function
                .entry(proposal.function)
                .or_default()
                .push(index);
            for function in &proposal.needs.coroutines {
                proposals_by_coroutine
                    .entry(*function)
                    .or_default()
                    .push(index);
            }
            for (function, _) in &proposal.needs.stays_sync {
                keepers.entry(*function).or_default().push(index);
            }
            if let Some(group) = proposal.group {
                groups.entry(group.0).or_default().push(index);
            }
        }
        let context_managers = (0..count)
            .filter(|index| is_context_manager(program, *index))
            .map(|index| FuncId(u32::try_from(index).unwrap_or(u32::MAX)))
            .collect();
        let is_test_file = |file: ungreen_callgraph::FileId| input.test_files.contains(&file);
        let families = Families::new(program);
        let unseen = UnseenCalls::new(input);
        let pins = Pins::new(program, syntax, &is_test_file, input.unfinished);
        let known = Known {
            families: &families,
            pins: &pins,
            unseen: &unseen,
        };
        let mut coloring = Self {
            input,
            syntax,
            copies: Copies::new(input, &families),
            border: Border::new(input, &known),
            families,
            unseen,
            faces: Faces::new(input),
            pins,
            callers,
            calls_by_caller,
            runners,
            proposals_by_function,
            proposals_by_coroutine,
            keepers,
            groups,
            spawners,
            context_managers,
            rejected: vec![None; input.proposals.len()],
            active: vec![false; input.proposals.len()],
            colored: vec![false; count],
            reasons: Vec::new(),
            demands: Vec::new(),
            unsure: Vec::new(),
            demanding: false,
            refused: FxHashMap::default(),
            expanded: FxHashSet::default(),
            blockers: Vec::new(),
            left_uses: FxHashMap::default(),
            known_blockers: FxHashMap::default(),
            mains: Vec::new(),
            loop_bound: FxHashSet::default(),
            loop_entries: BTreeMap::new(),
            lifted: Lifted::default(),
            handled: FxHashSet::default(),
            rewritten: FxHashSet::default(),
        };
        coloring.find_demands();
        coloring.reject_groups_with_manual_members();
        coloring.reject_excluded();
        coloring.reject_outside();
        // Each round either ends without a conflict or refuses a function or rejects a proposal for good.
        while coloring.round() {}
        coloring
    }

    pub(crate) fn proposal(&self, index: usize) -> &'a Proposal {
        &self.input.proposals[index]
    }

    /// An object of which one use cannot be migrated stays as it is.
    fn reject_groups_with_manual_members(&mut self) {
        for (index, proposal) in self.input.proposals.iter().enumerate() {
            if proposal.confidence != Confidence::Manual || self.rejected[index].is_some() {
                continue;
            }
            let Some(members) = proposal.group.and_then(|group| self.groups.get(&group.0)) else {
                continue;
            };
            if members.len() < 2 {
                continue;
            }
            let blocker = self.block(Blocker {
                is_left_out: false,
                is_settled: false,
                code: proposal.code,
                place: proposal.place,
                function: proposal.function,
                reason: proposal.summary.clone(),
                advice: proposal.advice.clone().unwrap_or_default(),
            });
            self.reject(index, blocker);
        }
    }

    fn reject_excluded(&mut self) {
        let input = self.input;
        let mut excluded: Vec<(&usize, &String)> = input.excluded.iter().collect();
        excluded.sort_unstable();
        for (index, reason) in excluded {
            let Some(proposal) = input.proposals.get(*index) else {
                continue;
            };
            let blocker = self.block(Blocker {
                is_left_out: true,
                is_settled: false,
                code: proposal.code,
                place: proposal.place,
                function: proposal.function,
                reason: reason.clone(),
                advice: "migrate the place by hand, or run again after the rest is migrated"
                    .to_string(),
            });
            self.reject(*index, blocker);
        }
    }

    pub(crate) fn block(&mut self, blocker: Blocker) -> usize {
        let key = (blocker.code, blocker.place, blocker.function);
        *self.known_blockers.entry(key).or_insert_with(|| {
            self.blockers.push(blocker);
            self.blockers.len() - 1
        })
    }

    pub(crate) fn reject(&mut self, index: usize, blocker: usize) -> bool {
        let mut changed = false;
        let alone = [index];
        let members = self
            .proposal(index)
            .group
            .and_then(|group| self.groups.get(&group.0))
            .map_or(&alone[..], Vec::as_slice)
            .to_vec();
        for member in members {
            if self.rejected[member].is_none() {
                self.rejected[member] = Some(blocker);
                changed = true;
            }
        }
        changed
    }

    /// Colors from scratch with what is refused so far. True if a conflict was found and acted on.
    fn round(&mut self) -> bool {
        self.spread();
        let mut changed = false;
        for index in 0..self.colored.len() {
            if !self.colored[index] {
                continue;
            }
            let function = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
            if let Some(pin) = self.conflict(function) {
                changed |= self.refuse_with(function, &pin);
            }
        }
        for index in 0..self.active.len() {
            if self.active[index] {
                changed |= self.reject_lazy_awaits(index);
            }
        }
        if changed {
            return true;
        }
        if self.check_loop_bound() {
            return true;
        }
        if self.refuse_in_threads() {
            return true;
        }
        if !self.input.unfinished && self.refuse_beside_eventlet() {
            return true;
        }
        self.plan_mains()
    }

    /// `consume(event.wait() for event in events)`: see [`Self::lazy_caller`].
    fn reject_lazy_awaits(&mut self, index: usize) -> bool {
        let proposal = self.proposal(index);
        let Some(syntax) = self.syntax.get(proposal.place.file.0 as usize) else {
            return false;
        };
        let needs = &proposal.needs;
        let lazy = needs.awaits.iter().chain(&needs.async_for).find(|range| {
            syntax
                .in_generator_expression
                .get(range)
                .is_some_and(|generator| !syntax.eager_generators.contains(generator))
        });
        let Some(range) = lazy else { return false };
        let blocker = self.block(Blocker {
            is_left_out: false,
            is_settled: false,
            code: PinKind::Generator.code(),
            place: Place { file: proposal.place.file, range: *range },
            function: proposal.function,
            reason: "the call suspends in a generator expression whose consumer is not known to take all items at once".to_string(),
            advice: PinKind::Generator.advice().to_string(),
        });
        self.reject(index, blocker)
    }

    fn start_round(&mut self) {
        let count = self.colored.len();
        self.colored = vec![false; count];
        self.reasons = self
            .input
            .program
            .functions
            .iter()
            .map(|function| {
                if function.is_async {
                    Reason::AlreadyAsync
                } else {
                    Reason::NothingSuspends
                }
            })
            .collect();
        self.expanded.clear();
        self.faces.open.clear();
        self.lifted.clear();
        self.handled.clear();
        self.rewritten.clear();
        for index in 0..self.active.len() {
            self.active[index] = false;
        }
    }

    pub(crate) fn may_be_active(&self, index: usize) -> bool {
        let proposal = self.proposal(index);
        proposal.confidence != Confidence::Manual
            && self.rejected[index].is_none()
            && !(self.input.exact_only && proposal.confidence != Confidence::Exact)
    }

    fn spread(&mut self) {
        self.spread_with(Vec::new());
    }

    /// Colors what the active proposals ask for, and what `seeds` names.
    pub(crate) fn spread_with(&mut self, seeds: Vec<(FuncId, Reason)>) {
        self.start_round();
        let mut queue = VecDeque::new();
        // While colors spread, pins that are lifted conditionally are lifted for as long as their proposal can be had.
        for index in 0..self.active.len() {
            if self.may_be_active(index) {
                self.lift(index);
            }
        }
        for index in 0..self.active.len() {
            if self.may_be_active(index) && self.proposal(index).needs.only_if_async.is_empty() {
                self.activate(index, &mut queue);
            }
        }
        for (function, reason) in seeds {
            self.color(function, reason, &mut queue);
        }
        for function in &self.input.policies.asynchronous {
            self.color(*function, Reason::Policy, &mut queue);
        }
        for (function, index) in self.loop_entries.clone() {
            if self.active[index] {
                self.color(function, Reason::Suspends(index), &mut queue);
            }
        }
        self.settle(queue);
        self.keep_lifts_of_active();
        self.note_functions_in_loop();
    }

    /// A proposal that does not come about lifts nothing: `mock.patch("app.sleep", fake_sleep)`, where the app stays as it is.
    fn keep_lifts_of_active(&mut self) {
        self.lifted.clear();
        for index in 0..self.active.len() {
            if self.active[index] {
                self.lift(index);
            }
        }
    }

    fn lift(&mut self, index: usize) {
        let proposal = self.proposal(index);
        for (function, kind) in &proposal.needs.lifts {
            self.lifted
                .entry(*function)
                .or_default()
                .push((*kind, proposal.place));
        }
    }

    /// Colors what follows from the functions in the queue.
    pub(crate) fn settle(&mut self, mut queue: VecDeque<FuncId>) {
        let conditional: Vec<usize> = (0..self.active.len())
            .filter(|index| {
                self.may_be_active(*index) && !self.proposal(*index).needs.only_if_async.is_empty()
            })
            .collect();
        loop {
            while let Some(function) = queue.pop_front() {
                self.spread_from(function, &mut queue);
            }
            for index in &conditional {
                if !self.active[*index]
                    && self
                        .proposal(*index)
                        .needs
                        .only_if_async
                        .iter()
                        .any(|function| self.colored[function.0 as usize])
                {
                    self.activate(*index, &mut queue);
                }
            }
            if queue.is_empty() {
                for (call, target) in self.asynchronous_calls() {
                    let caller = self.input.program.calls[call.0 as usize].caller;
                    self.color(caller, Reason::Calls { call, target }, &mut queue);
                }
            }
            if queue.is_empty() {
                break;
            }
        }
    }

    fn activate(&mut self, index: usize, queue: &mut VecDeque<FuncId>) {
        self.active[index] = true;
        let proposal = self.proposal(index);
        self.rewritten.insert(proposal.place);
        for call in &proposal.needs.handles_calls {
            self.handled.insert(Place {
                file: proposal.place.file,
                range: *call,
            });
        }
        if proposal.needs.suspend() {
            self.color(proposal.function, Reason::Suspends(index), queue);
        }
        for function in &proposal.needs.coroutines {
            self.color(*function, Reason::Spawned(index), queue);
        }
    }

    pub(crate) fn color(&mut self, function: FuncId, reason: Reason, queue: &mut VecDeque<FuncId>) {
        let index = function.0 as usize;
        if self.is_outside(function) {
            return;
        }
        if self.colored[index] || self.input.program.functions[index].is_async {
            return;
        }
        self.colored[index] = true;
        self.reasons[index] = reason;
        queue.push_back(function);
    }

    fn spread_from(&mut self, function: FuncId, queue: &mut VecDeque<FuncId>) {
        if self.input.program.functions[function.0 as usize].kind == FunctionKind::Module
            || self.is_sync_entry(function)
        {
            return;
        }
        for member in self.families.of(function).to_vec() {
            let keeps_without = self.stays_beside_copy(function, member);
            if !self.is_of_tests_alone(function, member) && !keeps_without {
                self.color(member, Reason::Family(function), queue);
            }
        }
        for call in self.callers[function.0 as usize].clone() {
            let site = &self.input.program.calls[call.0 as usize];
            if self.handled.contains(&Place {
                file: site.file,
                range: site.range,
            }) || !self.suspends_caller(site, function)
            {
                continue;
            }
            if self.stays_beside_copy(function, site.caller) {
                continue;
            }
            if reaches_by_name(site, function) && !self.may_await(site.caller)
                || self.is_of_tests_alone(function, site.caller)
            {
                continue;
            }
            if self.is_faced(call, function) {
                self.faces.open.push((call, function));
                continue;
            }
            self.color(
                site.caller,
                Reason::Calls {
                    call,
                    target: function,
                },
                queue,
            );
        }
    }

    /// Whether a computed name leads to a coroutine function is not known: that is no reason to refuse anything.
    /// A caller that cannot await, or goes together with one that cannot, stays as it is, and the call is reported.
    fn may_await(&self, caller: FuncId) -> bool {
        self.families
            .of(caller)
            .iter()
            .all(|member| self.conflict(*member).is_none())
    }

    /// Calling a generator function only makes the generator; iterating over it runs it.
    pub(crate) fn suspends_caller(&self, site: &CallSite, target: FuncId) -> bool {
        let makes_only = self.input.program.functions[target.0 as usize].is_generator;
        !(makes_only && site.kind == CallKind::Call) || self.consumes_at_once(site, target)
    }

    /// `print(*ticks())`: the generator is made and iterated over at one place.
    pub(crate) fn consumes_at_once(&self, site: &CallSite, target: FuncId) -> bool {
        site.kind == CallKind::Call
            && self.input.program.functions[target.0 as usize].is_generator
            && !self.context_managers.contains(&target)
            && self
                .syntax
                .get(site.file.0 as usize)
                .is_some_and(|syntax| syntax.iterations.contains_key(&site.range))
    }

    /// A function that the outside calls without a loop: it runs one, also when the program itself calls it; or see [`Self::is_green_face`].
    pub(crate) fn is_sync_entry(&self, function: FuncId) -> bool {
        self.is_green_face(function) || self.input.entries.contains(&function)
    }
}

/// Functions of the program that the site runs in the caller.
pub(crate) fn direct_targets(call: &CallSite) -> impl Iterator<Item = FuncId> + '_ {
    call.edges
        .iter()
        .filter_map(|edge| match (edge.kind, &edge.target, edge.argument) {
            (EdgeKind::Call, Target::Function(function), None) => Some(*function),
            _ => None,
        })
}

/// Only a name of which nothing is known leads from the site to the function.
pub(crate) fn reaches_by_name(call: &CallSite, function: FuncId) -> bool {
    call.edges
        .iter()
        .any(|edge| edge.is_by_name && edge.target == Target::Function(function))
}

fn is_context_manager(program: &ungreen_callgraph::Program, index: usize) -> bool {
    let function = &program.functions[index];
    function.is_generator
        && function.decorators.iter().any(|decorator| {
            decorator.targets.iter().any(|target| {
                let name = match target {
                    Target::Entry { name, .. } => name,
                    Target::External(name) => name.as_str(),
                    Target::Function(_) | Target::Class(_) => return false,
                };
                decorator_effect(name) == Some(DecoratorEffect::Context)
            })
        })
}
