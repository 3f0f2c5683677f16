//! Calls of a function that are told apart.
//!
//! The constraints of a function with an [`Extent`](crate::ir::Extent), and of the functions inside it, are repeated for each of its calls,
//! over variables and function values of their own. What was found for the repetitions is then taken together for the text,
//! which exists once: sites are shared, and [`Solver::gather`] gives the variables of the text what their copies hold.

use std::ops::Range;

use super::action::Action;
use super::{ContainerId, NONE, Node, Solver, Var};
use crate::ir;

/// A repetition of a function's constraints, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ContextId(u32);

impl ContextId {
    /// The text itself.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

/// So many calls inside one another are told apart.
const DEPTH: u32 = 6;
/// So many calls of a function are told apart; further ones are taken together.
const CALLS: u32 = 512;

pub(super) struct Context {
    file: u32,
    /// The function as it is written.
    origin: u32,
    /// The function that stands for it in this context.
    function: u32,
    /// The context of the function around it.
    outer: ContextId,
    /// The context of the call.
    caller: ContextId,
    depth: u32,
    vars: Range<u32>,
    first_var: Var,
    functions: Range<u32>,
    displays: Range<u32>,
    own_displays: Vec<ContainerId>,
}

impl Solver<'_, '_> {
    fn context(&self, context: ContextId) -> Option<&Context> {
        self.contexts.get(context.0 as usize)
    }

    /// What a variable of the file is in a context.
    pub(super) fn var_in(&self, file: u32, context: ContextId, var: ir::Var) -> Var {
        if var.is_none() {
            return NONE;
        }
        let mut current = context;
        while let Some(context) = self.context(current) {
            if context.vars.contains(&var.0) {
                return context.first_var + (var.0 - context.vars.start);
            }
            current = context.outer;
        }
        self.files[file as usize].first_var + var.0
    }

    pub(super) fn function_in(&self, file: u32, context: ContextId, function: u32) -> u32 {
        let mut current = context;
        while let Some(context) = self.context(current) {
            if context.functions.contains(&function) {
                return context.function + (function - context.functions.start);
            }
            current = context.outer;
        }
        self.files[file as usize].first_function + function
    }

    pub(super) fn display_in(&self, file: u32, context: ContextId, display: u32) -> ContainerId {
        let mut current = context;
        while let Some(context) = self.context(current) {
            if context.displays.contains(&display) {
                return context.own_displays[(display - context.displays.start) as usize];
            }
            current = context.outer;
        }
        self.files[file as usize].displays[display as usize]
    }

    /// What a variable of a call's text is in the context of the call.
    pub(super) fn var_of_call(&self, invocation: u32, var: Var) -> Var {
        let context = self.invocations[invocation as usize].context;
        match self.context(context) {
            Some(found) => {
                let first = self.files[found.file as usize].first_var;
                match var.checked_sub(first) {
                    Some(local) => self.var_in(found.file, context, ir::Var(local)),
                    None => var,
                }
            }
            None => var,
        }
    }

    /// The function that stands for `function` in that call.
    pub(super) fn told_apart(&mut self, invocation: u32, function: u32) -> u32 {
        let info = &self.functions[function as usize];
        if info.ir.extent.is_none() {
            return function;
        }
        if let Some(own) = self.apart.get(&(invocation, function)) {
            return *own;
        }
        let origin = info.origin;
        let caller = self.invocations[invocation as usize].context;
        let own = match self.ancestor(caller, origin) {
            Some(own) => own,
            None => {
                let depth = self.context(caller).map_or(0, |context| context.depth + 1);
                let count = self.apart_counts.entry(function).or_insert(0);
                *count += 1;
                if depth >= DEPTH || *count > CALLS {
                    self.taken_together(function)
                } else {
                    self.repeat(function, caller, depth)
                }
            }
        };
        self.apart.insert((invocation, function), own);
        own
    }

    /// The function calls itself, through others perhaps.
    fn ancestor(&self, caller: ContextId, origin: u32) -> Option<u32> {
        let mut current = caller;
        while let Some(context) = self.context(current) {
            if context.origin == origin {
                return Some(context.function);
            }
            current = context.caller;
        }
        None
    }

    fn taken_together(&mut self, function: u32) -> u32 {
        const TOGETHER: u32 = u32::MAX;
        if let Some(own) = self.apart.get(&(TOGETHER, function)) {
            return *own;
        }
        // Functions that call one another get here again while the calls of this one are linked.
        let own = self.functions.len() as u32;
        self.apart.insert((TOGETHER, function), own);
        self.repeat(function, ContextId::NONE, DEPTH)
    }

    fn repeat(&mut self, function: u32, caller: ContextId, depth: u32) -> u32 {
        let info = &self.functions[function as usize];
        let (file, origin, outer) = (info.file, info.origin, info.context);
        let Some(extent) = info.ir.extent.as_ref() else {
            return function;
        };
        let ir = self.files[file as usize].ir;
        let own_displays = extent
            .displays
            .clone()
            .filter_map(|display| ir.displays.get(display as usize))
            .map(|display| self.new_container(display.kind))
            .collect();
        let first_var = self.nodes.len() as Var;
        let count = first_var as usize + extent.vars.len();
        self.nodes.resize_with(count, Node::default);
        let own = self.functions.len() as u32;
        let context = ContextId(self.contexts.len() as u32);
        self.contexts.push(Context {
            file,
            origin,
            function: own,
            outer,
            caller,
            depth,
            vars: extent.vars.clone(),
            first_var,
            functions: extent.functions.clone(),
            displays: extent.displays.clone(),
            own_displays,
        });
        for function in extent.functions.clone() {
            self.link_function(file, function, context);
        }
        // Names from outside the function are bound once.
        let bound = ir.imports.iter().map(|import| import.to);
        for var in ir.free.iter().map(|(_, var)| *var).chain(bound) {
            if !var.is_none() && extent.vars.contains(&var.0) {
                let from = self.var_in(file, outer, var);
                let to = self.var_in(file, context, var);
                self.edge(from, to);
            }
        }
        for op in ir.ops.get(extent.ops.clone()).unwrap_or_default() {
            self.link_op(file, context, op);
        }
        for site in extent.sites.clone() {
            let (callee, invocation) = self.link_call(file, context, site as u32);
            self.on(callee, Action::Call { invocation });
        }
        own
    }

    /// The copies of a variable of the text.
    pub(super) fn copies(&self, var: Var) -> Vec<Var> {
        self.contexts
            .iter()
            .filter_map(|context| {
                let local = var.checked_sub(self.files[context.file as usize].first_var)?;
                context
                    .vars
                    .contains(&local)
                    .then(|| context.first_var + (local - context.vars.start))
            })
            .collect()
    }

    /// Gives the variables of the text what their copies hold, for those who ask what the text denotes. Nothing follows from it.
    pub(super) fn gather(&mut self) {
        for context in &self.contexts {
            let to = self.files[context.file as usize].first_var + context.vars.start;
            for offset in 0..context.vars.len() as u32 {
                let from = context.first_var + offset;
                let (values, unknown) = {
                    let node = &self.nodes[from as usize];
                    (node.values.clone(), node.unknown)
                };
                let node = &mut self.nodes[(to + offset) as usize];
                node.unknown.0 |= unknown.0;
                for id in values {
                    if let Err(at) = node.values.binary_search(&id)
                        && node.values.len() < super::LIMIT
                    {
                        node.values.insert(at, id);
                    }
                }
            }
        }
        for function in 0..self.functions.len() {
            let origin = self.functions[function].origin as usize;
            if self.functions[function].is_called {
                self.functions[origin].is_called = true;
            }
        }
    }
}
