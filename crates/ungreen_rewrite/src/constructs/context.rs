//! What every construct sees: the program, its trees, and which places are spoken for.

use std::sync::OnceLock;

use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{
    AllocId, CallId, CallKind, CallSite, EdgeKind, FileFacts, FileId, FuncId, FunctionKind, Module,
    Place, Program, Target,
};
use ungreen_catalog::{Entry, Kind, Origin, PythonVersion, Scenario, SpawnKind, Switch, catalog};
use ungreen_color::GroupId;

use super::call_index::CallIndex;
use super::patching::Patched;
use super::unpatched::Unpatched;
use crate::tree::Tree;

/// How far a migration goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// Only Eventlet's asyncio hub is turned on.
    Hub,
    #[default]
    Full,
}

/// What becomes of a Flask application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FlaskTarget {
    /// It stays, and is served in threads.
    #[default]
    Threads,
    /// An application of FastAPI.
    FastApi,
}

/// What is asked of the constructs.
#[derive(Debug, Clone)]
pub struct Config {
    pub target: PythonVersion,
    pub stage: Stage,
    /// Dotted names of asynchronous classes that get a sync face.
    pub adapters: Vec<String>,
    /// Functions that stay as they are and that coroutines call in a thread.
    pub in_threads: Vec<FuncId>,
    pub flask: FlaskTarget,
    /// Only some units are migrated, and what stays may wait for them on Eventlet's asyncio hub.
    pub one_unit: bool,
}

/// The program as constructs see it.
pub struct Context<'a> {
    pub program: &'a Program,
    pub modules: &'a [Module<'a>],
    pub config: &'a Config,
    /// What `monkey_patch()` makes green.
    pub patched: Patched,
    trees: Vec<OnceLock<Tree<'a>>>,
    calls_by_entry: FxHashMap<&'static str, Vec<CallId>>,
    references_by_entry: FxHashMap<&'static str, Vec<usize>>,
    calls: CallIndex,
    files_by_module: FxHashMap<&'a str, FileId>,
    claimed: FxHashSet<Place>,
    claimed_allocations: FxHashSet<AllocId>,
    /// Objects of the standard library's classes that are cooperative: their class is patched, or comes from `eventlet.green`.
    green_objects: FxHashSet<AllocId>,
    may_suspend: Vec<bool>,
    next_group: u32,
}

/// A call of a catalog name.
#[derive(Clone, Copy)]
pub struct EntryCall<'a> {
    pub id: CallId,
    pub site: &'a CallSite,
    pub syntax: &'a ast::ExprCall,
}

impl EntryCall<'_> {
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            file: self.site.file,
            range: self.site.range,
        }
    }
}

impl<'a> Context<'a> {
    #[must_use]
    pub fn new(program: &'a Program, modules: &'a [Module<'a>], config: &'a Config) -> Self {
        let mut calls_by_entry: FxHashMap<&'static str, Vec<CallId>> = FxHashMap::default();
        for (index, site) in program.calls.iter().enumerate() {
            let id = CallId(u32::try_from(index).unwrap_or(u32::MAX));
            for name in entry_names(site) {
                let calls = calls_by_entry.entry(name).or_default();
                if calls.last() != Some(&id) {
                    calls.push(id);
                }
            }
        }
        let mut references_by_entry: FxHashMap<&'static str, Vec<usize>> = FxHashMap::default();
        for (index, reference) in program.references.iter().enumerate() {
            for target in &reference.targets {
                if let Target::Entry { name, .. } = target {
                    references_by_entry.entry(name).or_default().push(index);
                }
            }
        }
        let mut files_by_module: FxHashMap<&'a str, FileId> = FxHashMap::default();
        for (facts, index) in program.files.iter().zip(0..) {
            files_by_module
                .entry(&facts.module)
                .or_insert(FileId(index));
        }
        let mut context = Self {
            program,
            modules,
            config,
            patched: Patched::default(),
            trees: modules.iter().map(|_| OnceLock::new()).collect(),
            calls_by_entry,
            references_by_entry,
            calls: CallIndex::new(program),
            files_by_module,
            claimed: FxHashSet::default(),
            claimed_allocations: FxHashSet::default(),
            green_objects: FxHashSet::default(),
            may_suspend: Vec::new(),
            next_group: 0,
        };
        context.patched = Patched::of(&context);
        let unpatched = Unpatched::of(program, modules, &context.calls);
        if !unpatched.green_files().is_empty() {
            context.patched = Patched::by_default();
        }
        // What blocks in the original may go on blocking: no construct is to touch it.
        context.claimed.extend(unpatched.places(program, modules));
        context.green_objects = context.find_green_objects();
        context.may_suspend = context.suspending_functions();
        context
    }

    /// The tree of a file; an empty one for an unknown id.
    #[must_use]
    pub fn tree(&self, file: FileId) -> Option<&Tree<'a>> {
        let module = self.modules.get(file.0 as usize)?;
        let tree = self.trees.get(file.0 as usize)?;
        Some(tree.get_or_init(|| Tree::new(module.source, module.syntax)))
    }

    /// The text of a place.
    #[must_use]
    pub fn text(&self, place: Place) -> &'a str {
        self.modules
            .get(place.file.0 as usize)
            .and_then(|module| module.source.get(place.range.to_std_range()))
            .unwrap_or_default()
    }

    #[must_use]
    pub fn site(&self, id: CallId) -> Option<&'a CallSite> {
        self.program.calls.get(id.0 as usize)
    }

    /// Explicit calls of the entry with this canonical name that no construct has claimed, by place.
    #[must_use]
    pub fn calls_of(&self, entry: &str) -> Vec<EntryCall<'a>> {
        self.calls_by_entry
            .get(entry)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .filter_map(|id| self.entry_call(*id))
            .filter(|call| !self.claimed.contains(&call.place()))
            .collect()
    }

    /// All explicit calls of catalog names, claimed or not, in the order of the program.
    pub fn entry_calls(&self) -> impl Iterator<Item = EntryCall<'a>> + '_ {
        self.calls
            .of_entries()
            .iter()
            .filter_map(|id| self.entry_call(*id))
    }

    /// Calls of the entry with this canonical name, written or implied, claimed or not, in the order of the program.
    pub fn sites_of(&self, entry: &str) -> impl Iterator<Item = &'a CallSite> + '_ {
        self.calls_by_entry
            .get(entry)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .filter_map(|id| self.site(*id))
    }

    #[must_use]
    pub fn entry_call(&self, id: CallId) -> Option<EntryCall<'a>> {
        let site = self.site(id)?;
        if site.kind != CallKind::Call || entry_names(site).next().is_none() {
            return None;
        }
        let syntax = self.tree(site.file)?.call(site.range)?;
        Some(EntryCall { id, site, syntax })
    }

    /// Canonical names of the entries that a call may reach.
    pub fn entry_names(&self, site: &'a CallSite) -> impl Iterator<Item = &'static str> + 'a {
        entry_names(site)
    }

    /// Unclaimed references (not calls) to the entry with this canonical name.
    #[must_use]
    pub fn references_of(&self, entry: &str) -> Vec<&'a ungreen_callgraph::Reference> {
        self.references_by_entry
            .get(entry)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .filter_map(|index| self.program.references.get(*index))
            .filter(|reference| !self.claimed.contains(&reference.place))
            .collect()
    }

    /// The expression is called at once: its reference is the callee of a call.
    #[must_use]
    pub fn is_callee(&self, place: Place) -> bool {
        let Some(tree) = self.tree(place.file) else {
            return false;
        };
        tree.expression(place.range).is_some_and(|(id, _)| {
            matches!(tree.parent(id), Some((_, ast::AnyNodeRef::ExprCall(call))) if call.func.range() == place.range)
        })
    }

    /// The expression is an argument that a catalog function runs, in the caller or in a task of its own; both accept coroutine functions
    /// once the helper stands in for that function.
    #[must_use]
    pub fn is_handed_to_catalog(&self, place: Place) -> bool {
        let Some(tree) = self.tree(place.file) else {
            return false;
        };
        let Some((id, _)) = tree.expression(place.range) else {
            return false;
        };
        let call = tree.ancestors(id).find_map(|(_, node)| match node {
            ast::AnyNodeRef::ExprCall(call) => Some(call.range()),
            _ => None,
        });
        let Some(site) = call.and_then(|range| {
            let place = Place {
                file: place.file,
                range,
            };
            self.site(*self.program.call_index.get(&place)?)
        }) else {
            return false;
        };
        entry_names(site).any(|name| {
            catalog().entry(name).is_some_and(|entry| {
                entry.origin == Origin::Eventlet && (entry.spawn.is_some() || entry.calls.is_some())
            })
        })
    }

    /// The function that stands for the body of a file.
    #[must_use]
    pub fn body_of(&self, file: FileId) -> FuncId {
        let facts = self.program.files.get(file.0 as usize);
        facts.map_or(FuncId(0), |facts| facts.body)
    }

    /// The file of that dotted module name.
    #[must_use]
    pub fn file_of(&self, module: &str) -> Option<&'a FileFacts> {
        let file = self.files_by_module.get(module)?;
        self.program.files.get(file.0 as usize)
    }

    /// Takes a place, so that later constructs leave it alone.
    pub fn claim(&mut self, place: Place) {
        self.claimed.insert(place);
    }

    #[must_use]
    pub fn is_claimed(&self, place: Place) -> bool {
        self.claimed.contains(&place)
    }

    /// Takes an object with all its uses.
    pub fn claim_allocation(&mut self, id: AllocId) {
        self.claimed_allocations.insert(id);
        if let Some(allocation) = self.program.allocations.get(id.0 as usize) {
            self.claimed.insert(allocation.place);
            for used in &allocation.uses {
                let range = used.call.unwrap_or(used.place.range);
                self.claimed.insert(Place {
                    file: used.place.file,
                    range,
                });
            }
        }
    }

    #[must_use]
    pub fn is_claimed_allocation(&self, id: AllocId) -> bool {
        self.claimed_allocations.contains(&id)
    }

    pub fn new_group(&mut self) -> GroupId {
        self.next_group += 1;
        GroupId(self.next_group)
    }

    /// Functions of the program that the call runs on its own; `None` if it may run something else as well.
    #[must_use]
    pub fn spawned_functions(&self, site: &CallSite) -> Option<Vec<FuncId>> {
        let mut functions = Vec::new();
        for edge in &site.edges {
            if let EdgeKind::Spawn(_) = edge.kind {
                match edge.target {
                    Target::Function(function) => functions.push(function),
                    _ => return None,
                }
            }
        }
        functions.sort_unstable();
        functions.dedup();
        (!functions.is_empty() && site.unresolved.is_none()).then_some(functions)
    }

    /// Something in the function, or in what it calls, suspends under Eventlet.
    #[must_use]
    pub fn may_suspend(&self, function: FuncId) -> bool {
        self.may_suspend
            .get(function.0 as usize)
            .copied()
            .unwrap_or(false)
    }

    /// The program calls the function itself, besides spawning it.
    #[must_use]
    pub fn has_callers(&self, function: FuncId) -> bool {
        !self.calls.of(function).is_empty()
    }

    /// A use of this entry may suspend in this program: Eventlet's always, the standard library's only where it is patched.
    #[must_use]
    pub fn switches(&self, entry: &Entry) -> bool {
        entry.switch != Switch::Never
            && match entry.origin {
                Origin::Eventlet => true,
                Origin::Stdlib => self.is_green(entry),
            }
    }

    /// The standard library name is patched, and does not block in spite of that.
    #[must_use]
    pub fn is_green(&self, entry: &Entry) -> bool {
        entry.origin == Origin::Stdlib
            && entry.was_green != Some(false)
            && entry
                .monkey_flag
                .as_deref()
                .or_else(|| {
                    entry
                        .owner
                        .as_deref()
                        .and_then(|owner| catalog().entry(owner)?.monkey_flag.as_deref())
                })
                .is_some_and(|flag| self.patched.covers(flag))
    }

    fn find_green_objects(&self) -> FxHashSet<AllocId> {
        let mut green = FxHashSet::default();
        for (index, allocation) in self.program.allocations.iter().enumerate() {
            let Some(class) = catalog().entry(allocation.class) else {
                continue;
            };
            let made_green = || {
                self.program
                    .call_index
                    .get(&allocation.place)
                    .and_then(|id| self.site(*id))
                    .is_some_and(|site| {
                        let mut makers = site
                            .edges
                            .iter()
                            .filter(|edge| {
                                edge.argument.is_none()
                                    && matches!(
                                        edge.target,
                                        Target::Entry { .. } | Target::Class(_)
                                    )
                            })
                            .peekable();
                        makers.peek().is_some()
                            && makers.all(|edge| self.is_from_eventlet(&edge.target, 8))
                    })
            };
            let is_green = self.is_green(class) && !self.is_claimed(allocation.place);
            if class.origin == Origin::Eventlet || is_green || made_green() {
                green.insert(AllocId(u32::try_from(index).unwrap_or(u32::MAX)));
            }
        }
        green
    }

    /// An entry of Eventlet, or a class of the program that derives from one. `depth` bounds the length of a chain of bases.
    fn is_from_eventlet(&self, target: &Target, depth: usize) -> bool {
        match target {
            Target::Entry { name, .. } => catalog()
                .entry(name)
                .is_some_and(|entry| entry.origin == Origin::Eventlet),
            Target::Class(class) => depth.checked_sub(1).is_some_and(|depth| {
                self.program
                    .classes
                    .get(class.0 as usize)
                    .is_some_and(|class| {
                        class
                            .bases
                            .iter()
                            .any(|base| self.is_from_eventlet(&base.target, depth))
                    })
            }),
            Target::Function(_) | Target::External(_) => false,
        }
    }

    /// The object is cooperative.
    #[must_use]
    pub fn is_green_object(&self, id: AllocId) -> bool {
        self.green_objects.contains(&id)
    }

    fn suspending_functions(&self) -> Vec<bool> {
        let count = self.program.functions.len();
        let mut suspends = vec![false; count];
        let mut pending = Vec::new();
        for site in &self.program.calls {
            for edge in site.edges.iter().filter(|edge| edge.kind == EdgeKind::Call) {
                if let Target::Entry { name, allocations } = &edge.target {
                    let on_green = allocations.iter().any(|id| self.is_green_object(*id));
                    if catalog().entry(name).is_some_and(|entry| {
                        self.switches(entry) || (on_green && entry.switch != Switch::Never)
                    }) {
                        pending.push(site.caller);
                    }
                }
            }
        }
        while let Some(function) = pending.pop() {
            let Some(flag) = suspends.get_mut(function.0 as usize) else {
                continue;
            };
            if !std::mem::replace(flag, true) {
                pending.extend(self.callers(function).map(|site| site.caller));
            }
        }
        suspends
    }

    /// Functions reached from the calls in `range` of `function`, itself excluded, through calls (not spawns).
    #[must_use]
    pub fn reached_from(&self, file: FileId, range: TextRange) -> Vec<FuncId> {
        self.calls.reached_from(self.program, file, range, |_| true)
    }

    /// The functions that calls in `range` call, each as often as it is called.
    pub fn called_from(&self, file: FileId, range: TextRange) -> impl Iterator<Item = FuncId> + '_ {
        self.calls.called_from(self.program, file, range)
    }

    /// The calls in the body of `function`, nested functions excluded.
    pub fn calls_in(&self, function: FuncId) -> impl Iterator<Item = &'a CallSite> + '_ {
        let program = self.program;
        self.calls
            .in_function(function)
            .iter()
            .filter_map(move |id| program.calls.get(id.0 as usize))
    }

    /// The calls that run `function` in their caller.
    pub fn callers(&self, function: FuncId) -> impl Iterator<Item = &'a CallSite> + '_ {
        let program = self.program;
        self.calls
            .of(function)
            .iter()
            .filter_map(move |id| program.calls.get(id.0 as usize))
    }

    /// What runs as green threads that `function`, with all that is defined in it, makes itself or through what it calls.
    #[must_use]
    pub fn spawned_below(&self, function: FuncId) -> Vec<FuncId> {
        let Some(facts) = self.program.functions.get(function.0 as usize) else {
            return Vec::new();
        };
        let mut called = self.called_from(facts.file, facts.range);
        if !self.spawns(function) && !called.any(|called| self.spawns(called)) {
            return Vec::new();
        }
        let spawns = |function| self.spawns(function);
        let mut reached = (self.calls).reached_from(self.program, facts.file, facts.range, spawns);
        reached.push(function);
        let mut spawned: Vec<FuncId> = reached
            .into_iter()
            .flat_map(|reached| self.calls_in(reached))
            .flat_map(|site| &site.edges)
            .filter_map(|edge| match (edge.kind, &edge.target) {
                (EdgeKind::Spawn(SpawnKind::Green), Target::Function(target)) => Some(*target),
                _ => None,
            })
            .collect();
        spawned.sort_unstable();
        spawned.dedup();
        spawned
    }

    /// `function`, or a function that it calls, makes a green thread.
    #[must_use]
    pub fn spawns(&self, function: FuncId) -> bool {
        self.calls.spawns(function)
    }

    /// The calls in a file.
    pub fn calls_in_file(&self, file: FileId) -> impl Iterator<Item = &'a CallSite> + '_ {
        let program = self.program;
        self.calls
            .in_file(file)
            .iter()
            .filter_map(move |id| program.calls.get(id.0 as usize))
    }

    /// The functions of the program that the expression denotes.
    #[must_use]
    pub fn functions_denoted(&self, place: Place) -> Vec<FuncId> {
        let mut functions: Vec<FuncId> = self
            .program
            .reference_index
            .get(&place)
            .and_then(|index| self.program.references.get(*index as usize))
            .into_iter()
            .flat_map(|reference| &reference.targets)
            .filter_map(|target| match target {
                Target::Function(function) => Some(*function),
                _ => None,
            })
            .collect();
        functions.extend(self.calls.lambda(place));
        functions.sort_unstable();
        functions.dedup();
        functions
    }

    /// A function that is written with `def`, is no generator, and is not `async` yet.
    #[must_use]
    pub fn is_plain_def(&self, function: FuncId) -> bool {
        self.program
            .functions
            .get(function.0 as usize)
            .is_some_and(|facts| facts.kind == FunctionKind::Def && !facts.is_generator)
    }

    /// The statement that consists of this expression and nothing more, if it is one.
    #[must_use]
    pub fn is_expression_statement(&self, place: Place) -> bool {
        let Some(tree) = self.tree(place.file) else {
            return false;
        };
        tree.expression(place.range).is_some_and(|(id, _)| {
            matches!(tree.parent(id), Some((_, ast::AnyNodeRef::StmtExpr(statement))) if statement.value.range() == place.range)
        })
    }

    /// The range of the expression is an item of a `with` statement.
    #[must_use]
    pub fn with_of(&self, place: Place) -> Option<(&'a ast::StmtWith, &'a ast::WithItem)> {
        let tree = self.tree(place.file)?;
        let (id, _) = tree.expression(place.range)?;
        tree.ancestors(id).take(2).find_map(|(_, node)| match node {
            ast::AnyNodeRef::StmtWith(statement) => statement
                .items
                .iter()
                .find(|item| item.context_expr.range() == place.range)
                .map(|item| (statement, item)),
            _ => None,
        })
    }
}

/// Canonical names of the entries that the called expression may denote (not those that are handed over as arguments).
pub(crate) fn entry_names(site: &CallSite) -> impl Iterator<Item = &'static str> + '_ {
    site.edges
        .iter()
        .filter(|edge| edge.argument.is_none())
        .filter_map(|edge| match &edge.target {
            Target::Entry { name, .. } => Some(*name),
            _ => None,
        })
}

/// What reports say of an entry.
#[must_use]
pub(super) fn code_of(entry: &str) -> &'static str {
    catalog()
        .entry(entry)
        .map_or(Scenario::BackgroundTasks.code(), |entry| {
            entry.scenario.code()
        })
}

/// The entry is a class or an exception.
#[must_use]
pub(super) fn is_class(entry: &Entry) -> bool {
    matches!(entry.kind, Kind::Class | Kind::Exception)
}
