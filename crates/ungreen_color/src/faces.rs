//! Classes that get a sync face: which code uses the asynchronous class, and which the face.
//!
//! A call of a method of such a class from outside does not make a coroutine of its caller: a caller without an event loop
//! calls the face. But a face cannot be used in a running loop, and an object is one thing or the other. So what runs in a
//! loop uses the asynchronous class, and with it all code that may hold the same objects.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{
    CallId, CallSite, ClassId, EdgeKind, FuncId, FunctionKind, Program, Target,
};
use ungreen_catalog::SpawnKind;

use crate::coloring::Coloring;
use crate::own_objects::keeps_to_itself;
use crate::{Face, Input};

/// Which objects a call works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Objects {
    /// Those that the calling function makes, and that nothing else sees.
    Own,
    /// Those of the class (or of one related to it) that go from hand to hand.
    Shared(ClassId),
}

/// The uses of all classes that are to get a face.
#[derive(Debug, Default)]
pub(crate) struct Faces {
    /// The first of the related classes, and the proposal, by method.
    methods: FxHashMap<FuncId, (ClassId, usize)>,
    /// Calls from outside of the classes.
    sites: FxHashMap<CallId, Objects>,
    /// Functions that may hold shared objects, by the first of the related classes.
    holders: FxHashMap<ClassId, Vec<FuncId>>,
    /// Calls of coroutines whose callers do not follow by themselves, in this round.
    pub(crate) open: Vec<(CallId, FuncId)>,
    /// What may run in a running loop, in this round.
    in_loop: FxHashSet<FuncId>,
}

impl Faces {
    pub(crate) fn new(input: &Input<'_>) -> Self {
        let program = input.program;
        let mut faces = Self::default();
        let wanted: BTreeMap<ClassId, usize> = input
            .proposals
            .iter()
            .enumerate()
            .filter_map(|(index, proposal)| Some((proposal.needs.sync_face.as_ref()?.class, index)))
            .collect();
        let mut inside: FxHashSet<ClassId> = FxHashSet::default();
        let mut roots: FxHashMap<ClassId, ClassId> = FxHashMap::default();
        for (class, index) in &wanted {
            let Some(facts) = program.classes.get(class.0 as usize) else {
                continue;
            };
            let root = *roots.entry(*class).or_insert(*class);
            inside.insert(*class);
            for subclass in &facts.subclasses {
                inside.insert(*subclass);
                roots.entry(*subclass).or_insert(root);
            }
            for method in facts.methods.values() {
                faces.methods.insert(*method, (root, *index));
            }
        }
        if wanted.is_empty() {
            return faces;
        }
        let mut by_caller: BTreeMap<(FuncId, ClassId), Vec<(CallId, Role)>> = BTreeMap::new();
        for (index, site) in program.calls.iter().enumerate() {
            let Some((root, role)) = faces.role(site, &wanted, &roots) else {
                continue;
            };
            if !is_inside(program, site.caller, &inside) {
                let id = CallId(u32::try_from(index).unwrap_or(u32::MAX));
                by_caller
                    .entry((site.caller, root))
                    .or_default()
                    .push((id, role));
            }
        }
        for ((caller, root), calls) in by_caller {
            let own = keeps_to_itself(input, caller, &calls, &faces.methods);
            if !own {
                faces.holders.entry(root).or_default().push(caller);
            }
            let objects = if own {
                Objects::Own
            } else {
                Objects::Shared(root)
            };
            faces
                .sites
                .extend(calls.iter().map(|(call, _)| (*call, objects)));
        }
        faces
    }

    /// What the site has to do with one of the classes, if all that it may run has to do with them.
    fn role(
        &self,
        site: &CallSite,
        wanted: &BTreeMap<ClassId, usize>,
        roots: &FxHashMap<ClassId, ClassId>,
    ) -> Option<(ClassId, Role)> {
        let mut found = None;
        for edge in site.edges.iter().filter(|edge| edge.argument.is_none()) {
            let (root, role) = match edge.target {
                Target::Class(class) if wanted.contains_key(&class) => {
                    (*roots.get(&class)?, Role::Makes)
                }
                Target::Function(function) => (self.methods.get(&function)?.0, Role::Calls),
                _ => return None,
            };
            // The call of a class runs its `__init__`.
            found = match found {
                Some((_, Role::Makes)) => found,
                _ => Some((root, role)),
            };
        }
        found
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Makes,
    Calls,
}

/// The function is written in one of the classes.
fn is_inside(program: &Program, function: FuncId, classes: &FxHashSet<ClassId>) -> bool {
    let mut current = Some(function);
    while let Some(facts) = current.and_then(|id| program.functions.get(id.0 as usize)) {
        if facts.class.is_some_and(|class| classes.contains(&class)) {
            return true;
        }
        current = facts.parent;
    }
    classes.iter().any(|class| {
        program
            .classes
            .get(class.0 as usize)
            .is_some_and(|facts| facts.body == function)
    })
}

impl Coloring<'_> {
    /// The call is one of a method with a sync face, from outside: it says nothing of its caller.
    pub(crate) fn is_faced(&self, call: CallId, target: FuncId) -> bool {
        self.faces.sites.contains_key(&call)
            && self
                .faces
                .methods
                .get(&target)
                .is_some_and(|(_, proposal)| self.may_be_active(*proposal))
    }

    /// The call is one of the face, in code that never runs in a loop.
    pub(crate) fn calls_face(&self, call: CallId, target: FuncId) -> bool {
        self.is_faced(call, target) && !self.is_asynchronous(call)
    }

    /// The objects on which the call works are of the asynchronous class.
    fn is_asynchronous(&self, call: CallId) -> bool {
        let caller = |call: CallId| self.input.program.calls[call.0 as usize].caller;
        match self.faces.sites.get(&call) {
            Some(Objects::Own) => self.faces.in_loop.contains(&caller(call)),
            Some(Objects::Shared(root)) => self.are_shared_asynchronous(*root),
            None => true,
        }
    }

    fn are_shared_asynchronous(&self, root: ClassId) -> bool {
        self.faces.holders.get(&root).is_some_and(|holders| {
            holders
                .iter()
                .any(|holder| self.faces.in_loop.contains(holder))
        })
    }

    /// Open calls that turn out to work on asynchronous objects. To be asked again after their callers are colored.
    pub(crate) fn asynchronous_calls(&mut self) -> Vec<(CallId, FuncId)> {
        if self.faces.open.is_empty() {
            return Vec::new();
        }
        self.note_functions_in_loop();
        let (found, open) = std::mem::take(&mut self.faces.open)
            .into_iter()
            .partition(|(call, _)| self.is_asynchronous(*call));
        self.faces.open = open;
        found
    }

    pub(crate) fn note_functions_in_loop(&mut self) {
        if !self.faces.methods.is_empty() {
            self.faces.in_loop = self.functions_in_loop();
        }
    }

    /// Coroutines, green threads, and what they call.
    fn functions_in_loop(&self) -> FxHashSet<FuncId> {
        let program = self.input.program;
        let mut reached = FxHashSet::default();
        let mut pending: Vec<FuncId> = (0..program.functions.len())
            .filter(|index| self.colored[*index] || program.functions[*index].is_async)
            .filter_map(|index| Some(FuncId(u32::try_from(index).ok()?)))
            .collect();
        pending.extend(self.spawners.keys().copied());
        while let Some(function) = pending.pop() {
            if !reached.insert(function) {
                continue;
            }
            for call in &self.calls_by_caller[function.0 as usize] {
                let site = &program.calls[call.0 as usize];
                pending.extend(site.edges.iter().filter_map(|edge| {
                    match (edge.kind, &edge.target) {
                        (
                            EdgeKind::Call | EdgeKind::Spawn(SpawnKind::Green),
                            Target::Function(target),
                        ) => Some(*target),
                        _ => None,
                    }
                }));
            }
        }
        reached
    }

    /// What the Plan says of the classes whose proposals are accepted.
    pub(crate) fn planned_faces(&self) -> Vec<Face> {
        let program = self.input.program;
        let mut planned = Vec::new();
        for (index, proposal) in self.input.proposals.iter().enumerate() {
            let Some(wanted) = proposal.needs.sync_face.as_ref() else {
                continue;
            };
            if !self.active[index] {
                continue;
            }
            let mut asynchronous: Vec<FuncId> = self.faces.in_loop.iter().copied().collect();
            for (root, holders) in &self.faces.holders {
                if self.are_shared_asynchronous(*root) {
                    asynchronous.extend(holders);
                }
            }
            asynchronous.retain(|function| {
                program.functions[function.0 as usize].kind != FunctionKind::ClassBody
            });
            asynchronous.sort_unstable();
            asynchronous.dedup();
            planned.push(Face {
                class: wanted.class,
                name: wanted.name.clone(),
                asynchronous,
            });
        }
        planned
    }
}
