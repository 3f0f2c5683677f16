//! The border of what is migrated, where only some units are: what is outside goes on under Eventlet's asyncio hub.
//!
//! ```python
//! def report(day):                # inside: becomes a coroutine
//!     eventlet.sleep(1)
//! def main():                     # outside
//!     green_wait(report("monday"))
//! ```

use rustc_hash::FxHashSet;
use ungreen_callgraph::{CallKind, EdgeKind, FuncId, FunctionKind, Place, Program, Target};
use ungreen_catalog::SpawnKind;

use crate::coloring::{Coloring, direct_targets, reaches_by_name};
use crate::families::Families;
use crate::pins::{Lifted, Pins};
use crate::unseen::UnseenCalls;
use crate::{Blocker, Boundary, Bridge, Input, Pin, PinKind};

/// What coloring works with before it begins.
pub(crate) struct Known<'k> {
    pub(crate) families: &'k Families,
    pub(crate) pins: &'k Pins,
    pub(crate) unseen: &'k UnseenCalls,
}

/// Which functions are migrated.
#[derive(Debug, Default)]
pub(crate) struct Border {
    /// None: all of the program.
    inside: Option<FxHashSet<FuncId>>,
    /// Entries that green code runs without calling them: a plain function of their name waits for the coroutine.
    faces: FxHashSet<FuncId>,
    /// Functions that run in threads of the operating system, where the hub's loop does not run.
    in_threads: FxHashSet<FuncId>,
}

impl Border {
    pub(crate) fn new(input: &Input<'_>, known: &Known<'_>) -> Self {
        if input.unit.is_empty() {
            return Self::default();
        }
        let program = input.program;
        let callees = Callees::new(program);
        let (faced, entries): (Vec<FuncId>, Vec<FuncId>) =
            (input.unit.iter()).partition(|entry| is_face(input, &callees, **entry));
        let behind = faced.iter().flat_map(|face| &callees.0[face.0 as usize]);
        let starts: Vec<FuncId> = entries.iter().chain(behind).copied().collect();
        let own = callees.reached(program, &starts, |_| &[]);
        let faces: FxHashSet<FuncId> = entries
            .into_iter()
            .filter(|entry| has_face(program, known, &own, *entry))
            .collect();
        let inside = callees.reached(program, &starts, |function| {
            if faces.contains(&function) {
                &[]
            } else {
                known.families.of(function)
            }
        });
        let threads: Vec<FuncId> = program
            .calls
            .iter()
            .flat_map(|call| &call.edges)
            .filter_map(|edge| match (edge.kind, &edge.target) {
                (EdgeKind::Spawn(SpawnKind::Thread), Target::Function(target)) => Some(*target),
                _ => None,
            })
            .collect();
        Self {
            inside: Some(inside),
            faces,
            in_threads: callees.reached(program, &threads, |_| &[]),
        }
    }
}

/// The entry was migrated before, and only waits for its coroutine: `def run(): return green_wait(_run())`.
fn is_face(input: &Input<'_>, callees: &Callees, entry: FuncId) -> bool {
    let functions = &input.program.functions;
    let face = &functions[entry.0 as usize];
    let inner = format!("_{}", face.name.trim_start_matches('_'));
    let waits = || {
        (input.proposals.iter())
            .any(|proposal| proposal.function == entry && proposal.needs.is_bridge)
    };
    callees.0[entry.0 as usize].iter().any(|called| {
        let called = &functions[called.0 as usize];
        called.is_async
            && called.name == inner
            && (called.file, called.parent) == (face.file, face.parent)
    }) && waits()
}

/// The functions that each function runs, in whatever thread, and those that are defined in it.
struct Callees(Vec<Vec<FuncId>>);

impl Callees {
    fn new(program: &Program) -> Self {
        let mut callees: Vec<Vec<FuncId>> = vec![Vec::new(); program.functions.len()];
        for call in &program.calls {
            for edge in &call.edges {
                if let Target::Function(target) = edge.target {
                    callees[call.caller.0 as usize].push(target);
                }
            }
        }
        for (index, function) in program.functions.iter().enumerate() {
            if let Some(parent) = function.parent {
                callees[parent.0 as usize].push(FuncId(u32::try_from(index).unwrap_or(u32::MAX)));
            }
        }
        Self(callees)
    }

    /// What `starts` lead to. What happens when a module is imported is not part of it.
    fn reached<'f>(
        &self,
        program: &Program,
        starts: &[FuncId],
        family: impl Fn(FuncId) -> &'f [FuncId],
    ) -> FxHashSet<FuncId> {
        let mut reached = FxHashSet::default();
        let mut pending = starts.to_vec();
        while let Some(function) = pending.pop() {
            let kind = program.functions[function.0 as usize].kind;
            if kind == FunctionKind::Module && !starts.contains(&function)
                || !reached.insert(function)
            {
                continue;
            }
            pending.extend(&self.0[function.0 as usize]);
            pending.extend(family(function));
        }
        reached
    }
}

/// Only code outside runs the entry, and not only by calls at which something can be written.
fn has_face(program: &Program, known: &Known<'_>, own: &FxHashSet<FuncId>, entry: FuncId) -> bool {
    let facts = &program.functions[entry.0 as usize];
    let is_plain = facts.kind == FunctionKind::Def
        && !facts.is_async
        && !facts.is_generator
        && facts.decorators.is_empty()
        && !(facts.name.starts_with("__") && facts.name.ends_with("__"));
    let mut direct = 0;
    let mut handed_over = 0;
    for call in &program.calls {
        for edge in &call.edges {
            if edge.target != Target::Function(entry) {
                continue;
            }
            if own.contains(&call.caller) {
                return false;
            }
            if edge.kind == EdgeKind::Call && edge.argument.is_none() {
                direct += 1;
            } else {
                handed_over += 1;
            }
        }
    }
    is_plain
        && (handed_over > 0
            || direct == 0
            || known.families.of(entry).len() > 1
            || known.pins.of(entry, &Lifted::default()).is_some()
            || known.unseen.calls_of(program, entry).next().is_some())
}

impl Coloring<'_> {
    /// The function is not of the units that are migrated.
    pub(crate) fn is_outside(&self, function: FuncId) -> bool {
        (self.border.inside.as_ref()).is_some_and(|inside| !inside.contains(&function))
    }

    /// An entry that keeps a plain function, which waits for its coroutine on Eventlet's hub.
    pub(crate) fn is_green_face(&self, function: FuncId) -> bool {
        self.border.faces.contains(&function)
    }

    /// Uses outside stay on Eventlet, and the objects with them. What a module or `__init__` makes for functions inside goes with those.
    pub(crate) fn reject_outside(&mut self) {
        for (index, proposal) in self.input.proposals.iter().enumerate() {
            if !self.is_outside(proposal.function) || proposal.needs.for_bridges {
                continue;
            }
            let function = &self.input.program.functions[proposal.function.0 as usize];
            let only_makes = matches!(
                function.kind,
                FunctionKind::Module | FunctionKind::ClassBody
            ) || function.name == "__init__";
            let members = proposal.group.and_then(|group| self.groups.get(&group.0));
            let serves_inside = members.is_some_and(|members| {
                (members.iter()).any(|member| !self.is_outside(self.proposal(*member).function))
            });
            if only_makes
                && serves_inside
                && !proposal.needs.suspend()
                && !proposal.needs.running_loop
            {
                continue;
            }
            let blocker = self.block(Blocker {
                is_left_out: false,
                is_settled: false,
                code: proposal.code,
                place: proposal.place,
                function: proposal.function,
                reason: format!(
                    "`{}`, which uses `{}` here, is not of the unit that is migrated",
                    function.qualname,
                    proposal.entry.unwrap_or(proposal.construct)
                ),
                advice: "it goes on under Eventlet; migrate it with a unit of its own, or with the rest of the program".to_string(),
            });
            self.reject(index, blocker);
        }
    }

    /// Code outside that runs the coroutine where nothing can be written that waits for it.
    pub(crate) fn no_bridge(&self, function: FuncId) -> Option<Pin> {
        self.border.inside.as_ref()?;
        let program = self.input.program;
        let facts = &program.functions[function.0 as usize];
        self.callers[function.0 as usize].iter().find_map(|call| {
            let site = &program.calls[call.0 as usize];
            let caller = &program.functions[site.caller.0 as usize];
            if !self.is_outside(site.caller) || caller.is_async || reaches_by_name(site, function) {
                return None;
            }
            let detail = if self.border.in_threads.contains(&site.caller) {
                "it is called in a thread of the operating system, where Eventlet's hub does not run the event loop"
            } else if site.kind != CallKind::Call || facts.is_generator {
                "code that stays on Eventlet uses it in a way that cannot wait for a coroutine"
            } else {
                return None;
            };
            Some(Pin {
                kind: PinKind::Border,
                place: Place {
                    file: site.file,
                    range: site.range,
                },
                detail: detail.to_string(),
            })
        })
    }

    /// Calls outside that wait for a coroutine inside.
    pub(crate) fn bridged_calls(&self) -> Vec<Boundary> {
        let program = self.input.program;
        let mut boundaries = Vec::new();
        for site in &program.calls {
            let caller = &program.functions[site.caller.0 as usize];
            if !self.is_outside(site.caller) || caller.is_async || site.kind != CallKind::Call {
                continue;
            }
            let target = direct_targets(site).find(|target| {
                self.colored[target.0 as usize]
                    && self.suspends_caller(site, *target)
                    && !self.is_sync_entry(*target)
                    && !reaches_by_name(site, *target)
            });
            if let Some(target) = target {
                boundaries.push(Boundary {
                    call: Place {
                        file: site.file,
                        range: site.range,
                    },
                    caller: site.caller,
                    target,
                    bridge: Bridge::GreenWait,
                });
            }
        }
        boundaries
    }

    /// Something outside waits for a coroutine inside.
    pub(crate) fn has_bridges(&self) -> bool {
        let waits = |face: &FuncId| self.colored[face.0 as usize];
        self.border.faces.iter().any(waits) || !self.bridged_calls().is_empty()
    }

    /// Code outside may run before the hub does: it cannot make tasks.
    pub(crate) fn makes_tasks_outside(&self, function: FuncId) -> Option<Pin> {
        let facts = &self.input.program.functions[function.0 as usize];
        self.is_outside(function).then(|| Pin {
            kind: PinKind::Border,
            place: Place {
                file: facts.file,
                range: facts.name_range,
            },
            detail: "it stays on Eventlet, where the event loop need not run yet".to_string(),
        })
    }
}
