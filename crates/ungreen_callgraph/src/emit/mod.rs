//! From the solved constraints to [`Program`].

mod annotations;
pub use annotations::names_in_strings;
mod definitions;
mod objects;
mod type_names;

use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_catalog::Kind;

use crate::advice::{Answered, method_names};
use crate::facts::Facts;
use crate::flow::{Callee, Name, ObjectId, Site, Solver, Spot, Unknown, Value, ValueId, Var};
use crate::{
    AllocId, CallId, CallKind, CallSite, ClassId, Edge, EdgeKind, FileId, FuncId, Module, Place,
    Program, Reference, Target, Unresolved,
};

/// The product of a solved program.
pub(crate) fn emit(
    solver: &mut Solver<'_, '_>,
    modules: &[Module<'_>],
    answered: &Answered,
) -> Program {
    let mut emitter = Emitter {
        allocations: FxHashMap::default(),
        order: Vec::new(),
        entries: FxHashMap::default(),
        by_class: FxHashMap::default(),
        of_values: Vec::new(),
        methods: method_names(solver),
    };
    emitter.number_allocations(solver);
    emitter.collect_objects(solver);
    let mut program = Program::default();
    emitter.definitions(solver, modules, &mut program);
    emitter.calls(solver, answered, &mut program);
    emitter.references(solver, &mut program);
    emitter.allocations(solver, &mut program);
    annotations::annotations(solver, modules, &mut program);
    program
}

pub(super) struct Emitter {
    allocations: FxHashMap<ObjectId, AllocId>,
    /// Objects in the order of their allocations.
    order: Vec<ObjectId>,
    /// Canonical name of the entry that a dotted name has.
    entries: FxHashMap<Name, Option<&'static str>>,
    /// Allocations of instances of classes of the program.
    by_class: FxHashMap<u32, Vec<AllocId>>,
    of_values: Vec<Vec<AllocId>>,
    /// Names of methods of the program and of catalog classes.
    methods: FxHashSet<String>,
}

impl Emitter {
    fn number_allocations(&mut self, solver: &Solver<'_, '_>) {
        let mut order: Vec<ObjectId> = (0..solver.objects.len() as u32).map(ObjectId).collect();
        order.sort_by_key(|object| {
            let object = &solver.objects[object.0 as usize];
            (
                object.spot.file,
                object.spot.range.start(),
                object.spot.range.end(),
                object.class,
                object.program_class,
            )
        });
        for (index, object) in order.iter().enumerate() {
            let id = AllocId(index as u32);
            self.allocations.insert(*object, id);
            if let Some(class) = solver.objects[object.0 as usize].program_class {
                self.by_class.entry(class).or_default().push(id);
            }
        }
        self.order = order;
    }

    /// Which catalog objects each value stands for, by the value's number.
    fn collect_objects(&mut self, solver: &Solver<'_, '_>) {
        let mut of_values = Vec::with_capacity(solver.values.len());
        for value in solver.values.iter() {
            let found = match value {
                Value::ExternalInstance {
                    object: Some(object),
                    ..
                }
                | Value::Instance {
                    object: Some(object),
                    ..
                } => self.allocations.get(&object).copied().into_iter().collect(),
                Value::Family(class) if !self.by_class.is_empty() => {
                    let classes = std::iter::once(class).chain(solver.descendants(class));
                    classes
                        .filter_map(|class| self.by_class.get(&class))
                        .flatten()
                        .copied()
                        .collect()
                }
                _ => Vec::new(),
            };
            of_values.push(found);
        }
        self.of_values = of_values;
    }

    /// The catalog objects that a value stands for.
    fn objects_of(&self, id: ValueId) -> &[AllocId] {
        self.of_values.get(id.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// All catalog objects that a variable may hold.
    fn allocations_in(&self, solver: &Solver<'_, '_>, var: Var) -> Vec<AllocId> {
        let mut found: Vec<AllocId> = Vec::new();
        for id in solver.values_of(var) {
            found.extend_from_slice(self.objects_of(*id));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn entry(&mut self, solver: &mut Solver<'_, '_>, name: Name) -> Option<&'static str> {
        if let Some(entry) = self.entries.get(&name) {
            return *entry;
        }
        let text = solver.names.text(name);
        let mut entry = Facts::of(text).entry;
        if entry.is_none()
            && let Some((owner, member)) = text.rsplit_once('.')
            && member.starts_with("__")
        {
            // `with sem` where the catalog describes only the class.
            entry = Facts::of(owner).entry;
        }
        let canonical = entry.map(|entry| entry.name.as_str());
        self.entries.insert(name, canonical);
        canonical
    }

    fn external(
        &mut self,
        solver: &mut Solver<'_, '_>,
        name: Name,
        receiver: Option<ValueId>,
    ) -> Target {
        match self.entry(solver, name) {
            Some(entry) => Target::Entry {
                name: entry,
                allocations: receiver
                    .map_or_else(Vec::new, |receiver| self.objects_of(receiver).to_vec()),
            },
            None => Target::External(solver.names.text(name).to_owned()),
        }
    }

    fn callee(&mut self, solver: &mut Solver<'_, '_>, callee: Callee) -> Target {
        match callee {
            Callee::Function(function) => Target::Function(FuncId(function)),
            Callee::Class(class) => Target::Class(ClassId(class)),
            Callee::External(name, receiver) => self.external(solver, name, receiver),
        }
    }

    fn calls(&mut self, solver: &mut Solver<'_, '_>, answered: &Answered, program: &mut Program) {
        let mut sites = std::mem::take(&mut solver.sites);
        repeat_implicit_calls(solver, &mut sites);
        sites.retain(|site| {
            matches!(site.kind, CallKind::Call | CallKind::Decorate)
                || !site.edges.is_empty()
                || site.unknown.is_some()
        });
        sites.sort_by_key(|site| {
            let range = site.spot.range;
            (site.spot.file, range.start(), range.end(), site.kind as u8)
        });
        for site in &sites {
            let mut edges = Vec::new();
            for (kind, callee, argument) in &site.edges {
                let target = self.callee(solver, *callee);
                push_edge(
                    &mut edges,
                    Edge {
                        kind: *kind,
                        target,
                        argument: *argument,
                        is_by_name: false,
                    },
                );
            }
            for function in &site.by_name {
                let edge = (EdgeKind::Call, Callee::Function(*function), None);
                if !site.edges.contains(&edge) {
                    edges.push(Edge {
                        kind: EdgeKind::Call,
                        target: Target::Function(FuncId(*function)),
                        argument: None,
                        is_by_name: true,
                    });
                }
            }
            let is_answered = answered.contains(&(site.spot.file, site.spot.range))
                && site.kind == CallKind::Call;
            if is_answered
                && edges
                    .iter()
                    .any(|edge| !matches!(edge.target, Target::External(_)))
            {
                // What the flow called it was a guess.
                edges.retain(|edge| !matches!(edge.target, Target::External(_)));
            }
            sort_edges(&mut edges);
            let mut result = self.allocations_in(solver, site.result);
            result.sort_unstable();
            program.calls.push(CallSite {
                file: FileId(site.spot.file),
                caller: FuncId(site.spot.function),
                kind: site.kind,
                range: site.spot.range,
                callee: site.callee_range,
                unresolved: if is_answered && !edges.is_empty() {
                    None
                } else {
                    unresolved(site, edges.is_empty())
                },
                is_mixed: matches!(site.kind, CallKind::Iterate | CallKind::With)
                    && solver
                        .foreign_uses
                        .contains(&(site.spot.file, site.spot.range)),
                edges,
                result,
            });
        }
        for (index, call) in program.calls.iter().enumerate() {
            if call.kind == CallKind::Call {
                program.call_index.insert(
                    Place {
                        file: call.file,
                        range: call.range,
                    },
                    CallId(index as u32),
                );
            }
        }
        solver.sites = sites;
        self.name_unknown_methods(solver, program);
    }

    /// A method call on something unknown can reach only what has a method of that name.
    fn name_unknown_methods(&mut self, solver: &Solver<'_, '_>, program: &mut Program) {
        for (file, info) in solver.files.iter().enumerate() {
            for attribute in &info.ir.attributes {
                let Some(range) = attribute.call else {
                    continue;
                };
                let place = Place {
                    file: FileId(file as u32),
                    range,
                };
                let Some(call) = program.call_index.get(&place) else {
                    continue;
                };
                let Some(call) = program.calls.get_mut(call.0 as usize) else {
                    continue;
                };
                let name = info
                    .ir
                    .symbols
                    .get(attribute.name.0 as usize)
                    .copied()
                    .unwrap_or_default();
                match call.unresolved {
                    Some(Unresolved::UnknownReceiver | Unresolved::Opaque) => {}
                    None if call.edges.is_empty() => {}
                    _ => continue,
                }
                if self.methods.contains(name) {
                    call.unresolved = Some(Unresolved::UnknownReceiver);
                } else {
                    call.unresolved = None;
                    if call.edges.is_empty() {
                        call.edges.push(Edge {
                            kind: crate::EdgeKind::Call,
                            target: Target::External(format!("?.{name}")),
                            argument: None,
                            is_by_name: false,
                        });
                    }
                }
            }
        }
    }

    /// What a value denotes, if that is of interest to a reader of names.
    fn denoted(&mut self, solver: &mut Solver<'_, '_>, id: ValueId) -> Option<Target> {
        match solver.values.get(id) {
            Value::Function(function) | Value::Bound { function, .. } => {
                let origin = solver.written(function);
                Some(Target::Function(FuncId(origin)))
            }
            Value::Class(class) => Some(Target::Class(ClassId(class))),
            Value::External(name) => {
                let is_module = solver
                    .facts(name)
                    .entry
                    .is_some_and(|entry| entry.kind == Kind::Module);
                let name = self.entry(solver, name).filter(|_| !is_module)?;
                Some(Target::Entry {
                    name,
                    allocations: Vec::new(),
                })
            }
            Value::ExternalBound { name, receiver } => {
                match self.external(solver, name, Some(receiver)) {
                    Target::External(_) => None,
                    target => Some(target),
                }
            }
            Value::StaticMethod(inner) | Value::ClassMethod(inner) | Value::Property(inner) => {
                self.denoted(solver, inner)
            }
            _ => None,
        }
    }

    fn references(&mut self, solver: &mut Solver<'_, '_>, program: &mut Program) {
        for file in 0..solver.files.len() {
            let (ir, first_var, first_function) = {
                let info = &solver.files[file];
                (info.ir, info.first_var, info.first_function)
            };
            let mut found = Vec::new();
            for reference in &ir.references {
                let var = first_var + reference.value.0;
                let mut targets = Vec::new();
                for position in 0..solver.values_of(var).len() {
                    let id = solver.values_of(var)[position];
                    if let Some(target) = self.denoted(solver, id) {
                        push_target(&mut targets, target);
                    }
                }
                if !targets.is_empty() {
                    targets.sort_by(compare_targets);
                    found.push(Reference {
                        place: Place {
                            file: FileId(file as u32),
                            range: reference.range,
                        },
                        function: FuncId(first_function + reference.function),
                        targets,
                        is_annotation: reference.is_annotation,
                    });
                }
            }
            found.sort_by_key(|reference| {
                (reference.place.range.start(), reference.place.range.end())
            });
            found.dedup_by_key(|reference| reference.place);
            program.references.extend(found);
        }
        for (index, reference) in program.references.iter().enumerate() {
            program
                .reference_index
                .insert(reference.place, index as u32);
        }
    }
}

/// An attribute that is read several times in one function is resolved once; what reading it runs, it runs at each place.
fn repeat_implicit_calls(solver: &Solver<'_, '_>, sites: &mut Vec<Site>) {
    let mut first_of: FxHashMap<(u32, TextRange), usize> = FxHashMap::default();
    for (index, site) in sites.iter().enumerate() {
        if site.kind == CallKind::Implicit {
            first_of.insert((site.spot.file, site.spot.range), index);
        }
    }
    for (file, info) in solver.files.iter().enumerate() {
        let mut read: FxHashMap<u32, usize> = FxHashMap::default();
        for attribute in &info.ir.attributes {
            let value = attribute.value.0;
            if let Some(site) = first_of.get(&(file as u32, attribute.range)) {
                read.entry(value).or_insert(*site);
            } else if let Some(site) = read.get(&value).and_then(|site| sites.get(*site)) {
                let copy = Site {
                    spot: Spot {
                        range: attribute.range,
                        ..site.spot
                    },
                    callee_range: attribute.range,
                    edges: site.edges.clone(),
                    by_name: site.by_name.clone(),
                    ..*site
                };
                sites.push(copy);
            }
        }
    }
}

/// Why the site's edges may be incomplete; the most specific reason.
fn unresolved(site: &Site, is_empty: bool) -> Option<Unresolved> {
    let reasons = [
        (Unknown::TOO_MANY, Unresolved::TooManyTargets),
        (Unknown::UNBOUND, Unresolved::UnboundName),
        (Unknown::MISSING_MODULE, Unresolved::MissingModule),
        (Unknown::DYNAMIC, Unresolved::Dynamic),
        (Unknown::PARAMETER, Unresolved::Parameter),
        (Unknown::RECEIVER, Unresolved::UnknownReceiver),
        (Unknown::OPAQUE, Unresolved::Opaque),
    ];
    if site.kind == CallKind::Iterate || site.kind == CallKind::With {
        return None;
    }
    for (bit, reason) in reasons {
        if site.unknown.0 & bit.0 != 0 {
            return Some(reason);
        }
    }
    is_empty.then_some(Unresolved::Opaque)
}

fn push_edge(edges: &mut Vec<Edge>, edge: Edge) {
    for known in edges.iter_mut() {
        if known.kind != edge.kind || known.argument != edge.argument {
            continue;
        }
        if known.target == edge.target {
            return;
        }
        if let (
            Target::Entry {
                name: known,
                allocations,
            },
            Target::Entry {
                name,
                allocations: more,
            },
        ) = (&mut known.target, &edge.target)
            && known == name
        {
            allocations.extend(more);
            allocations.sort_unstable();
            allocations.dedup();
            return;
        }
    }
    edges.push(edge);
}

fn push_target(targets: &mut Vec<Target>, target: Target) {
    for known in targets.iter_mut() {
        if *known == target {
            return;
        }
        if let (
            Target::Entry {
                name: known,
                allocations,
            },
            Target::Entry {
                name,
                allocations: more,
            },
        ) = (known, &target)
            && known == name
        {
            allocations.extend(more);
            allocations.sort_unstable();
            allocations.dedup();
            return;
        }
    }
    targets.push(target);
}

fn compare_targets(left: &Target, right: &Target) -> std::cmp::Ordering {
    fn key(target: &Target) -> (u8, u32, &str) {
        match target {
            Target::Function(function) => (0, function.0, ""),
            Target::Class(class) => (1, class.0, ""),
            Target::Entry { name, .. } => (2, 0, name),
            Target::External(name) => (3, 0, name),
        }
    }
    key(left).cmp(&key(right))
}

fn sort_edges(edges: &mut [Edge]) {
    edges.sort_by(|left, right| {
        let position = |edge: &Edge| edge.argument.map(|range| (range.start(), range.end()));
        position(left)
            .cmp(&position(right))
            .then_with(|| compare_targets(&left.target, &right.target))
    });
}
