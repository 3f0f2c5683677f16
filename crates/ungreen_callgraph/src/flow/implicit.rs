//! Calls that are not written: iteration, `with`, operators, `raise`, `await`.

use super::action::Action;
use super::calls::Argument;
use super::{
    Callee, ContainerId, NONE, Name, ObjectId, Solver, Spot, Unknown, Value, ValueId, Var,
};
use crate::ir::ContainerKind;
use crate::{CallKind, EdgeKind};

impl Solver<'_, '_> {
    /// An edge of an implied call at the place.
    fn implicit_target(&mut self, spot: Spot, kind: CallKind, callee: Callee) {
        let callee = match callee {
            Callee::Function(function) => {
                Callee::Function(self.functions[function as usize].origin)
            }
            other => other,
        };
        let site = self.implicit_site(spot, kind) as usize;
        let edge = (EdgeKind::Call, callee, None);
        if !self.sites[site].edges.contains(&edge) {
            self.sites[site].edges.push(edge);
        }
    }

    /// A special method that Python runs on an object of a catalog class.
    fn use_object(&mut self, object: ObjectId, method: &str, spot: Spot) {
        let method = self.names.id(method);
        self.implicit_uses.insert((object, method, spot));
    }

    /// At the place, something is iterated over or entered that is no object of the program.
    pub(super) fn foreign_use(&mut self, spot: Spot) {
        self.foreign_uses.insert((spot.file, spot.range));
    }

    /// Puts the elements of the value into the variable.
    pub(super) fn iterate(&mut self, id: ValueId, to: Var, spot: Spot) {
        let value = self.values.get(id);
        if !matches!(
            value,
            Value::Generator(_) | Value::Instance { .. } | Value::Family(_)
        ) {
            self.foreign_use(spot);
        }
        match value {
            Value::Container(container) => {
                if self.containers[container.0 as usize].kind == ContainerKind::Dict {
                    self.add_string(to);
                } else {
                    self.load_any(container, to);
                }
            }
            Value::Generator(function) => {
                self.implicit_target(spot, CallKind::Iterate, Callee::Function(function));
                let yielded = self.functions[function as usize].yielded;
                self.edge(yielded, to);
            }
            Value::Instance { class, .. } | Value::Family(class) => {
                let family = matches!(self.values.get(id), Value::Family(_));
                let iter = self.names.id("__iter__");
                let site = self.implicit_site(spot, CallKind::Iterate);
                let (iterator, is_new) = self.made_var(site, ITERATOR, id);
                if self.call_method(
                    id,
                    class,
                    family,
                    iter,
                    &[],
                    iterator,
                    spot,
                    CallKind::Iterate,
                ) {
                    if is_new {
                        self.on(iterator, Action::Next { to, spot });
                    }
                } else {
                    self.next(id, to, spot);
                }
                self.use_instance(id, "__iter__", spot, CallKind::Iterate, to);
            }
            Value::ExternalInstance { .. }
                if self.use_instance(id, "__iter__", spot, CallKind::Iterate, to) => {}
            Value::Text(_) | Value::Pattern { .. } => self.add_string(to),
            Value::ExternalInstance { .. } | Value::External(_) | Value::ExternalBound { .. } => {
                self.add_unknown(to, Unknown::OPAQUE)
            }
            _ => {}
        }
    }

    pub(super) fn add_string(&mut self, to: Var) {
        let class = self.names.id("builtins.str");
        let value = self.value(Value::ExternalInstance {
            class,
            object: None,
        });
        self.add(to, value);
    }

    /// Notes the use of an instance of a catalog class; what was put into it goes to `to`, and what iteration makes of nothing that was: the
    /// lines of a file. Returns whether it is one.
    fn use_instance(
        &mut self,
        id: ValueId,
        method: &str,
        spot: Spot,
        kind: CallKind,
        to: Var,
    ) -> bool {
        let (class, object) = match self.values.get(id) {
            Value::ExternalInstance { class, object } => (class, object),
            Value::Instance {
                class,
                object: Some(object),
            } => match self.classes[class as usize].catalog_class {
                Some(name) => (self.names.id(name), Some(object)),
                None => return false,
            },
            _ => return false,
        };
        if let Some(object) = object {
            self.use_object(object, method, spot);
            let content = self.objects[object.0 as usize].content;
            self.load_any(content, to);
        }
        let facts = self.facts(class);
        // Of the two methods of iteration, the second is the one that may suspend.
        let candidates = if method == "__iter__" {
            &["__next__", "__iter__"][..]
        } else {
            &[method][..]
        };
        let mut known = None;
        for candidate in candidates {
            let candidate = self.names.id(candidate);
            let member = self.member(class, candidate);
            if self.facts(member).entry.is_some() {
                known = Some(member);
                break;
            }
        }
        let method = self.names.id(method);
        let member = known.unwrap_or_else(|| self.member(class, method));
        if let Some(member) = known
            && candidates.len() > 1
            && self.facts(member).returns.is_none()
        {
            let value = self.value(Value::ExternalInstance {
                class: member,
                object: None,
            });
            self.add(to, value);
        }
        let is_interesting = facts.suspends_implicitly() || known.is_some();
        if is_interesting && matches!(self.values.get(id), Value::ExternalInstance { .. }) {
            self.implicit_target(spot, kind, Callee::External(member, Some(id)));
        }
        facts.class.is_some()
    }

    /// What `__next__` of the value gives.
    pub(super) fn next(&mut self, id: ValueId, to: Var, spot: Spot) {
        match self.values.get(id) {
            Value::Instance { class, .. } | Value::Family(class) => {
                let family = matches!(self.values.get(id), Value::Family(_));
                for method in ["__next__", "next"] {
                    let method = self.names.id(method);
                    if self.call_method(id, class, family, method, &[], to, spot, CallKind::Iterate)
                    {
                        return;
                    }
                }
                self.foreign_use(spot);
            }
            _ => self.iterate(id, to, spot),
        }
    }

    /// `with value as to`.
    pub(super) fn enter(&mut self, id: ValueId, to: Var, spot: Spot) {
        match self.values.get(id) {
            Value::Generator(function) => {
                self.implicit_target(spot, CallKind::With, Callee::Function(function));
                let yielded = self.functions[function as usize].yielded;
                self.edge(yielded, to);
            }
            Value::Instance { class, .. } | Value::Family(class) => {
                let family = matches!(self.values.get(id), Value::Family(_));
                let is_async = self.names.find("__aenter__").is_some();
                let mut entered = false;
                for (enter, exit) in [("__enter__", "__exit__"), ("__aenter__", "__aexit__")] {
                    if enter == "__aenter__" && !is_async {
                        continue;
                    }
                    let enter = self.names.id(enter);
                    let exit = self.names.id(exit);
                    entered |=
                        self.call_method(id, class, family, enter, &[], to, spot, CallKind::With);
                    self.call_method(id, class, family, exit, &[], NONE, spot, CallKind::With);
                }
                if !entered {
                    self.foreign_use(spot);
                    self.add(to, id);
                }
                self.use_instance(id, "__enter__", spot, CallKind::With, to);
            }
            Value::ExternalInstance { class, .. } => {
                // What enters nothing can be entered either way.
                if self.names.text(class) != "contextlib.nullcontext" {
                    self.foreign_use(spot);
                }
                self.use_instance(id, "__enter__", spot, CallKind::With, to);
                let method = self.names.id("__enter__");
                let enter = self.member(class, method);
                let gives_content = self
                    .facts(enter)
                    .flow
                    .is_some_and(|flow| flow.result.as_deref() == Some("content"));
                if !gives_content {
                    self.add(to, id);
                }
            }
            Value::External(_) | Value::ExternalBound { .. } => {
                self.foreign_use(spot);
                self.add_unknown(to, Unknown::OPAQUE)
            }
            _ => self.add(to, id),
        }
    }

    pub(super) fn await_value(&mut self, id: ValueId, to: Var, spot: Spot) {
        match self.values.get(id) {
            Value::Coroutine(function) => {
                let info = &self.functions[function as usize];
                let returned = info.returned;
                let passed: Vec<Var> = info
                    .returned_parameters
                    .iter()
                    .filter_map(|index| info.parameters.get(*index as usize))
                    .map(|parameter| parameter.var)
                    .collect();
                self.edge(returned, to);
                for var in passed {
                    self.edge(var, to);
                }
            }
            Value::Instance { class, .. } | Value::Family(class) => {
                let family = matches!(self.values.get(id), Value::Family(_));
                let method = self.names.id("__await__");
                self.call_method(id, class, family, method, &[], to, spot, CallKind::Implicit);
                self.use_instance(id, "__await__", spot, CallKind::Implicit, to);
            }
            Value::ExternalInstance { .. }
                if self.use_instance(id, "__await__", spot, CallKind::Implicit, to) => {}
            _ => self.add_unknown(to, Unknown::OPAQUE),
        }
    }

    /// An operator whose left operand is the value.
    pub(super) fn operator(
        &mut self,
        id: ValueId,
        method: Name,
        argument: Var,
        to: Var,
        spot: Spot,
    ) {
        match self.values.get(id) {
            Value::Instance { class, object } => {
                let arguments = [Argument::positional(argument, spot.range)];
                let arguments = if argument == NONE {
                    &[][..]
                } else {
                    &arguments[..]
                };
                self.call_method(
                    id,
                    class,
                    false,
                    method,
                    arguments,
                    to,
                    spot,
                    CallKind::Implicit,
                );
                if let Some(object) = object {
                    self.implicit_uses.insert((object, method, spot));
                }
            }
            Value::Family(class) => {
                let arguments = [Argument::positional(argument, spot.range)];
                let arguments = if argument == NONE {
                    &[][..]
                } else {
                    &arguments[..]
                };
                self.call_method(
                    id,
                    class,
                    true,
                    method,
                    arguments,
                    to,
                    spot,
                    CallKind::Implicit,
                );
            }
            Value::ExternalInstance { class, object } => {
                if let Some(object) = object {
                    self.implicit_uses.insert((object, method, spot));
                } else if self.names.text(class) == "builtins.str" {
                    self.add_string(to);
                } else if matches!(self.names.text(class), "builtins.int" | "builtins.float") {
                    // What a number gives is no receiver of interest, but a key may be made of it.
                    self.add(to, id);
                }
            }
            Value::Container(_)
                if matches!(
                    self.names.text(method),
                    "__add__"
                        | "__radd__"
                        | "__iadd__"
                        | "__mul__"
                        | "__or__"
                        | "__ior__"
                        | "__sub__"
                ) =>
            {
                self.add(to, id);
            }
            Value::Text(_) | Value::Pattern { .. } => self.add_string(to),
            _ => {}
        }
    }

    /// `raise value`: a class is instantiated.
    pub(super) fn raise(&mut self, id: ValueId, spot: Spot) {
        if let Value::Class(class) = self.values.get(id) {
            let site = self.implicit_site(spot, CallKind::Implicit);
            let (_, is_new) = self.made_var(site, RAISED, id);
            if is_new {
                let invocation = self.new_invocation(site, &[], NONE);
                self.instantiate(invocation, class);
            }
        }
    }

    /// `yield from value`.
    pub(super) fn delegate(&mut self, id: ValueId, yielded: Var, to: Var, spot: Spot) {
        self.iterate(id, yielded, spot);
        if let Value::Generator(function) = self.values.get(id) {
            let returned = self.functions[function as usize].returned;
            self.edge(returned, to);
        }
    }

    /// Instances of the class that the value denotes.
    pub(super) fn annotation(&mut self, id: ValueId, to: Var) {
        match self.values.get(id) {
            Value::Class(class) => {
                let value = self.value(Value::Instance {
                    class,
                    object: None,
                });
                self.add(to, value);
            }
            Value::External(name) => {
                if let Some(class) = self.facts(name).class {
                    let class = self.names.id(class);
                    let value = self.value(Value::ExternalInstance {
                        class,
                        object: None,
                    });
                    self.add(to, value);
                }
            }
            // `except (A, B) as error`.
            Value::Container(container) => {
                let all = self.containers[container.0 as usize].all;
                self.on(all, Action::Annotation { to });
            }
            _ => {}
        }
    }

    /// `list(value)` and the like: the elements go into the container.
    pub(super) fn collect(
        &mut self,
        id: ValueId,
        into: ContainerId,
        keep_indexes: bool,
        spot: Spot,
    ) {
        match self.values.get(id) {
            Value::Container(from)
                if keep_indexes && self.containers[from.0 as usize].kind != ContainerKind::Dict =>
            {
                self.foreign_use(spot);
                self.mirror(from, into, None);
            }
            _ => {
                let rest = self.containers[into.0 as usize].rest;
                self.iterate(id, rest, spot);
            }
        }
    }
}

/// Tags of variables made at a site.
const ITERATOR: u32 = 7;
const RAISED: u32 = 8;
