//! The values of all variables of the program: inclusion constraints, solved with a work list.
//!
//! Every variable has a set of values, edges to variables that include it, and actions that are taken for each of its values.
//! Sets only grow, so the order of work changes nothing but which values are dropped at a limit; that order is fixed by the order of the files.

mod action;
mod arguments;
mod attributes;
mod calls;
mod classes;
mod containers;
mod contexts;
mod external;
mod fixtures;
mod implicit;
mod link;
mod matching;
mod modes;
mod operations;
mod results;
mod seed;
mod value;

use std::collections::VecDeque;
use std::rc::Rc;

use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use thin_vec::ThinVec;

use action::Action;
pub(crate) use calls::Invocation;
pub(crate) use classes::MroEntry;
pub(crate) use containers::Container;
pub(crate) use link::{ClassInfo, FileInfo, FunctionInfo};
pub(crate) use value::{ContainerId, Name, Names, ObjectId, Unknown, Value, ValueId, Values};

use crate::facts::Facts;
use crate::ir::FileIr;
use crate::{CallKind, EdgeKind};
use calls::Partial;
use classes::Lookup;

/// A variable of the program.
pub(crate) type Var = u32;
pub(crate) const NONE: Var = u32::MAX;

/// A variable holds at most so many values.
const LIMIT: usize = 160;
/// A first parameter of a method holds at most so many values before further instances are taken together as [`Value::Family`].
const RECEIVERS: usize = 10;
/// A variable holds at most so many constant strings and numbers. The smallest of these limits.
const CONSTANTS: usize = 6;
/// A variable holds at most so many containers; more are builtin objects of which only the class is known.
const CONTAINERS: usize = 10;
/// A variable holds at most so many objects from outside the program of which nothing is known.
const OUTSIDE: usize = 12;
/// From so many edges on, the edges of a variable are found by hash.
const FEW_EDGES: usize = 12;

/// One for each variable of the program, so kept small.
#[derive(Default)]
struct Node {
    /// Sorted.
    values: ThinVec<ValueId>,
    edges: ThinVec<Var>,
    actions: ThinVec<u32>,
    unknown: Unknown,
}

/// What has come to a variable and has yet to go where its edges and actions lead.
#[derive(Clone, Copy)]
enum News {
    Value(ValueId),
    Unknown(Unknown),
}

/// A place inside a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Spot {
    pub(crate) file: u32,
    pub(crate) function: u32,
    pub(crate) range: TextRange,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum ConstKey {
    Text(Name),
    Index(i32),
}

/// One call, written or implied, with what was found for it.
pub(crate) struct Site {
    pub(crate) kind: CallKind,
    pub(crate) spot: Spot,
    pub(crate) callee_range: TextRange,
    pub(crate) result: Var,
    pub(crate) method: Option<(u32, Var)>,
    pub(crate) edges: Vec<(EdgeKind, Callee, Option<TextRange>)>,
    /// Functions of which one is called, by a name of which nothing is known.
    pub(crate) by_name: Vec<u32>,
    pub(crate) unknown: Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Callee {
    Function(u32),
    Class(u32),
    /// A dotted name outside, with the receiver if it is a method.
    External(Name, Option<ValueId>),
}

/// An object of a catalog class.
pub(crate) struct Object {
    pub(crate) class: &'static str,
    pub(crate) spot: Spot,
    /// What was put into it.
    pub(crate) content: ContainerId,
    /// The class of the program whose instance it is.
    pub(crate) program_class: Option<u32>,
}

pub(crate) struct Solver<'p, 'a> {
    pub(crate) files: Vec<FileInfo<'p, 'a>>,
    pub(crate) functions: Vec<FunctionInfo<'p, 'a>>,
    pub(crate) classes: Vec<ClassInfo<'p, 'a>>,
    pub(crate) names: Names,
    pub(crate) values: Values,
    pub(crate) sites: Vec<Site>,
    pub(crate) objects: Vec<Object>,
    pub(crate) containers: Vec<Container>,
    pub(crate) invocations: Vec<Invocation>,
    modules: FxHashMap<Name, u32>,
    nodes: Vec<Node>,
    actions: Vec<Action>,
    queue: VecDeque<(Var, News)>,
    /// The class of whose method a variable is the first parameter.
    receivers: FxHashMap<Var, u32>,
    many_edges: FxHashSet<(Var, Var)>,
    /// `(base, result)` of `getattr(base, name)`.
    unknown_names: FxHashSet<(Var, Var)>,
    /// Names of attributes by what is known of their beginning and end.
    matching: FxHashMap<(Name, Name), Vec<Name>>,
    partials: Vec<Partial>,
    lookups: Vec<Lookup>,
    /// `(class, name, with subclasses)`.
    lookup_index: FxHashMap<(u32, Name, bool), u32>,
    /// Instance attributes.
    fields: FxHashMap<(u32, Name), Var>,
    external_fields: FxHashMap<(Name, Name), Var>,
    module_fields: FxHashMap<(u32, Name), Var>,
    implicit_sites: FxHashMap<(u32, TextRange, CallKind), u32>,
    /// Places that iterate over something, or enter something, that is no object of the program.
    pub(crate) foreign_uses: FxHashSet<(u32, TextRange)>,
    object_index: FxHashMap<(u32, TextRange, &'static str, Option<u32>), ObjectId>,
    /// Containers made by calls and operators: by the place, a tag and the context.
    made_containers: FxHashMap<(u32, TextRange, u32, contexts::ContextId), ContainerId>,
    setters: FxHashMap<ValueId, Var>,
    facts: FxHashMap<Name, Rc<Facts>>,
    dotted: FxHashMap<(Name, Name), Name>,
    bound_calls: FxHashSet<(u32, u32, bool)>,
    /// By the function that is called with `*args`, and how many parameters are skipped; or with `**kwargs`.
    star_containers: FxHashMap<(u32, Option<usize>), ContainerId>,
    external_calls: FxHashSet<(u32, Name, Option<ValueId>)>,
    made_partials: FxHashMap<u32, u32>,
    /// Special methods that run on objects of catalog classes.
    pub(crate) implicit_uses: FxHashSet<(ObjectId, Name, Spot)>,
    derived_calls: FxHashMap<(u32, ValueId), u32>,
    /// The invocation and the partial that an invocation was made from.
    derived_from: FxHashMap<u32, (u32, ValueId)>,
    /// Calls that decorators with two modes return.
    tail_sites: FxHashSet<u32>,
    /// `(invocation, function)`.
    applied_calls: FxHashSet<(u32, u32)>,
    /// Variables made for the work on a value at an invocation or place.
    made_vars: FxHashMap<(u32, u32, ValueId), Var>,
    contexts: Vec<contexts::Context>,
    /// What stands for a function in a call: `(invocation, function)`.
    apart: FxHashMap<(u32, u32), u32>,
    /// How many calls of a function were told apart.
    apart_counts: FxHashMap<u32, u32>,
}

impl<'p, 'a> Solver<'p, 'a> {
    /// All constraints of the files, not solved yet.
    pub(crate) fn new(files: &'p [FileIr<'a>], modules: &'p [crate::Module<'a>]) -> Self {
        let mut solver = Self {
            files: Vec::new(),
            functions: Vec::new(),
            classes: Vec::new(),
            names: Names::default(),
            values: Values::default(),
            sites: Vec::new(),
            objects: Vec::new(),
            containers: Vec::new(),
            invocations: Vec::new(),
            modules: FxHashMap::default(),
            nodes: Vec::new(),
            actions: Vec::new(),
            queue: VecDeque::new(),
            receivers: FxHashMap::default(),
            many_edges: FxHashSet::default(),
            unknown_names: FxHashSet::default(),
            matching: FxHashMap::default(),
            partials: Vec::new(),
            lookups: Vec::new(),
            lookup_index: FxHashMap::default(),
            fields: FxHashMap::default(),
            external_fields: FxHashMap::default(),
            module_fields: FxHashMap::default(),
            implicit_sites: FxHashMap::default(),
            foreign_uses: FxHashSet::default(),
            object_index: FxHashMap::default(),
            made_containers: FxHashMap::default(),
            setters: FxHashMap::default(),
            facts: FxHashMap::default(),
            dotted: FxHashMap::default(),
            bound_calls: FxHashSet::default(),
            star_containers: FxHashMap::default(),
            derived_calls: FxHashMap::default(),
            derived_from: FxHashMap::default(),
            tail_sites: FxHashSet::default(),
            applied_calls: FxHashSet::default(),
            external_calls: FxHashSet::default(),
            made_partials: FxHashMap::default(),
            implicit_uses: FxHashSet::default(),
            made_vars: FxHashMap::default(),
            contexts: Vec::new(),
            apart: FxHashMap::default(),
            apart_counts: FxHashMap::default(),
        };
        solver.link(files, modules);
        solver
    }

    /// Values of a variable, sorted by id.
    pub(crate) fn values_of(&self, var: Var) -> &[ValueId] {
        self.nodes
            .get(var as usize)
            .map_or(&[], |node| &node.values)
    }

    pub(crate) fn unknown_of(&self, var: Var) -> Unknown {
        self.nodes
            .get(var as usize)
            .map_or(Unknown(0), |node| node.unknown)
    }

    fn new_var(&mut self) -> Var {
        self.nodes.push(Node::default());
        self.nodes.len() as Var - 1
    }

    /// The variable made before for the same maker, tag and value, or a new one; and whether it is new.
    fn made_var(&mut self, maker: u32, tag: u32, id: ValueId) -> (Var, bool) {
        if let Some(var) = self.made_vars.get(&(maker, tag, id)) {
            return (*var, false);
        }
        let var = self.new_var();
        self.made_vars.insert((maker, tag, id), var);
        (var, true)
    }

    pub(crate) fn value(&mut self, value: Value) -> ValueId {
        self.values.id(value)
    }

    /// Adds one value to a variable.
    pub(crate) fn add(&mut self, var: Var, id: ValueId) {
        if var == NONE {
            return;
        }
        let values = &mut self.nodes[var as usize].values;
        let Err(at) = values.binary_search(&id) else {
            return;
        };
        if values.len() < CONSTANTS {
            values.insert(at, id);
            self.queue.push_back((var, News::Value(id)));
        } else {
            self.add_to_many(var, id);
        }
    }

    /// Adds one value to a variable that may hold too many of its kind.
    fn add_to_many(&mut self, var: Var, id: ValueId) {
        let Some(id) = self.widened(var, id) else {
            self.add_unknown(var, Unknown::TOO_MANY);
            return;
        };
        let node = &mut self.nodes[var as usize];
        let Err(at) = node.values.binary_search(&id) else {
            return;
        };
        if node.values.len() >= LIMIT {
            self.add_unknown(var, Unknown::TOO_MANY);
            return;
        }
        node.values.insert(at, id);
        self.queue.push_back((var, News::Value(id)));
    }

    /// What stands for the value in a variable that holds many of its kind. `None`: nothing does.
    fn widened(&mut self, var: Var, id: ValueId) -> Option<ValueId> {
        let count = |solver: &Self, is_kind: fn(Value) -> bool| {
            let values = &solver.nodes[var as usize].values;
            values
                .iter()
                .filter(|value| is_kind(solver.values.get(**value)))
                .count()
        };
        let held = self.nodes[var as usize].values.len();
        match self.values.get(id) {
            Value::Text(_) | Value::Pattern { .. } | Value::Index(_) if held >= CONSTANTS => {
                if count(self, |value| {
                    matches!(
                        value,
                        Value::Text(_) | Value::Pattern { .. } | Value::Index(_)
                    )
                }) < CONSTANTS
                {
                    return Some(id);
                }
                let class = self.names.id("builtins.str");
                Some(self.value(Value::ExternalInstance {
                    class,
                    object: None,
                }))
            }
            Value::Container(container) if held >= CONTAINERS => {
                if count(self, |value| matches!(value, Value::Container(_))) < CONTAINERS {
                    return Some(id);
                }
                let class = self
                    .names
                    .id(self.containers[container.0 as usize].kind.class());
                Some(self.value(Value::ExternalInstance {
                    class,
                    object: None,
                }))
            }
            Value::ExternalInstance {
                class,
                object: None,
            } if held >= OUTSIDE => {
                let is_outside =
                    |value| matches!(value, Value::ExternalInstance { object: None, .. });
                if count(self, is_outside) < OUTSIDE || self.facts(class).is_builtin {
                    return Some(id);
                }
                None
            }
            Value::External(name) if held >= OUTSIDE => {
                let facts = self.facts(name);
                if facts.is_known || facts.is_builtin {
                    return Some(id);
                }
                (count(self, |value| matches!(value, Value::External(_))) < 2 * OUTSIDE)
                    .then_some(id)
            }
            Value::ExternalBound { name, receiver } if held >= OUTSIDE => {
                let is_object = matches!(
                    self.values.get(receiver),
                    Value::ExternalInstance {
                        object: Some(_),
                        ..
                    } | Value::Instance {
                        object: Some(_),
                        ..
                    }
                );
                if is_object || self.facts(name).entry.is_some() {
                    return Some(id);
                }
                (count(self, |value| matches!(value, Value::ExternalBound { .. })) < 2 * OUTSIDE)
                    .then_some(id)
            }
            Value::Instance {
                class,
                object: None,
            } if held >= RECEIVERS => {
                let Some(base) = self.receivers.get(&var).copied() else {
                    return Some(id);
                };
                let class = if self.derives_from(class, base) {
                    base
                } else {
                    class
                };
                Some(self.value(Value::Family(class)))
            }
            _ => Some(id),
        }
    }

    pub(crate) fn add_unknown(&mut self, var: Var, unknown: Unknown) {
        if var == NONE {
            return;
        }
        let node = &mut self.nodes[var as usize];
        let new = unknown.0 & !node.unknown.0;
        if new != 0 {
            node.unknown.0 |= new;
            self.queue.push_back((var, News::Unknown(Unknown(new))));
        }
    }

    /// `to` includes `from` from now on.
    fn edge(&mut self, from: Var, to: Var) {
        if from == to || from == NONE || to == NONE {
            return;
        }
        let edges = &mut self.nodes[from as usize].edges;
        if edges.len() < FEW_EDGES {
            if edges.contains(&to) {
                return;
            }
            edges.push(to);
            if edges.len() == FEW_EDGES {
                self.many_edges
                    .extend(edges.iter().map(|known| (from, *known)));
            }
        } else {
            if !self.many_edges.insert((from, to)) {
                return;
            }
            edges.push(to);
        }
        for index in 0..self.nodes[from as usize].values.len() {
            self.add(to, self.nodes[from as usize].values[index]);
        }
        self.add_unknown(to, self.nodes[from as usize].unknown);
    }

    /// The action is taken for every value that the variable holds or will hold.
    fn on(&mut self, var: Var, action: Action) {
        if var == NONE {
            return;
        }
        let index = self.actions.len() as u32;
        self.actions.push(action);
        self.nodes[var as usize].actions.push(index);
        match self.nodes[var as usize].values[..] {
            [] => {}
            [id] => self.act(action, id),
            _ => {
                for id in self.nodes[var as usize].values.clone() {
                    self.act(action, id);
                }
            }
        }
        let unknown = self.nodes[var as usize].unknown;
        if unknown.is_some() {
            self.act_unknown(action, unknown);
        }
    }

    /// Propagates until nothing changes.
    pub(crate) fn solve(&mut self) {
        // An edge or action that is added meanwhile takes all values when it is added.
        while let Some((var, news)) = self.queue.pop_front() {
            for index in 0..self.nodes[var as usize].edges.len() {
                let to = self.nodes[var as usize].edges[index];
                match news {
                    News::Value(id) => self.add(to, id),
                    News::Unknown(unknown) => self.add_unknown(to, unknown),
                }
            }
            for index in 0..self.nodes[var as usize].actions.len() {
                let action = self.actions[self.nodes[var as usize].actions[index] as usize];
                match news {
                    News::Value(id) => self.act(action, id),
                    News::Unknown(unknown) => self.act_unknown(action, unknown),
                }
            }
        }
        self.gather();
    }

    /// Frees what only solving needs. What the variables hold stays.
    pub(crate) fn settle(&mut self) {
        for node in &mut self.nodes {
            node.edges = ThinVec::new();
            node.actions = ThinVec::new();
        }
        self.actions = Vec::new();
        self.invocations = Vec::new();
        self.many_edges = FxHashSet::default();
        self.bound_calls = FxHashSet::default();
        self.external_calls = FxHashSet::default();
        self.made_vars = FxHashMap::default();
        self.apart = FxHashMap::default();
    }

    /// The function as it is written.
    pub(crate) fn written(&self, function: u32) -> u32 {
        self.functions
            .get(function as usize)
            .map_or(function, |info| info.origin)
    }

    /// How many functions there are as they are written, without what stands for them in single calls.
    pub(crate) fn written_functions(&self) -> u32 {
        self.files.last().map_or(0, |file| {
            file.first_function + file.ir.functions.len() as u32
        })
    }

    /// Adds one value to a variable of the text, in all contexts.
    pub(crate) fn add_everywhere(&mut self, var: Var, id: ValueId) {
        self.add(var, id);
        for copy in self.copies(var) {
            self.add(copy, id);
        }
    }

    /// The dotted name `owner.member`.
    pub(crate) fn member(&mut self, owner: Name, member: Name) -> Name {
        if let Some(name) = self.dotted.get(&(owner, member)) {
            return *name;
        }
        let text = format!("{}.{}", self.names.text(owner), self.names.text(member));
        let name = self.names.id(&text);
        self.dotted.insert((owner, member), name);
        name
    }

    /// What is known of a name outside the program.
    pub(crate) fn facts(&mut self, name: Name) -> Rc<Facts> {
        if let Some(facts) = self.facts.get(&name) {
            return Rc::clone(facts);
        }
        let facts = Rc::new(Facts::of(self.names.text(name)));
        self.facts.insert(name, Rc::clone(&facts));
        facts
    }
}
