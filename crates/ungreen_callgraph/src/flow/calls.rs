//! Calls: from callee values to edges, parameters and results.

use ruff_text_size::TextRange;

use super::action::Action;
use super::classes::Waiter;
use super::contexts::ContextId;
use super::{
    Callee, ConstKey, NONE, Name, Object, ObjectId, Site, Solver, Spot, Unknown, Value, ValueId,
    Var,
};
use crate::ir::{ContainerKind, ParameterKind};
use crate::{CallKind, EdgeKind};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArgumentKind {
    Positional,
    Star,
    Keyword(Name),
    DoubleStar,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Argument {
    pub(crate) kind: ArgumentKind,
    pub(crate) var: Var,
    pub(crate) range: TextRange,
}

impl Argument {
    pub(super) fn positional(var: Var, range: TextRange) -> Self {
        Self {
            kind: ArgumentKind::Positional,
            var,
            range,
        }
    }
}

/// One way in which a site calls something: the written call itself, or a callable that it is given.
pub(crate) struct Invocation {
    pub(crate) site: u32,
    pub(crate) arguments: Vec<Argument>,
    pub(super) result: Var,
    pub(super) kind: EdgeKind,
    /// The callable's expression, if it is an argument of the site.
    pub(super) argument: Option<TextRange>,
    /// Of the function that calls.
    pub(super) context: ContextId,
}

pub(super) struct Partial {
    callee: Var,
    arguments: Vec<Argument>,
}

/// So many `functools.partial` of one another are taken apart.
const PARTIALS: usize = 4;

/// Tags of variables made at an invocation; methods by name come after them.
const INIT: u32 = 4;
const NEW: u32 = 5;
const INVOKED: u32 = 6;
const METHODS: u32 = 16;

impl Solver<'_, '_> {
    /// An invocation of the site's own.
    pub(super) fn new_invocation(&mut self, site: u32, arguments: &[Argument], result: Var) -> u32 {
        self.push_invocation(Invocation {
            site,
            arguments: arguments.to_vec(),
            result,
            kind: EdgeKind::Call,
            argument: None,
            context: ContextId::NONE,
        })
    }

    pub(super) fn push_invocation(&mut self, invocation: Invocation) -> u32 {
        self.invocations.push(invocation);
        self.invocations.len() as u32 - 1
    }

    /// The site of an implied call at the place.
    pub(super) fn implicit_site(&mut self, spot: Spot, kind: CallKind) -> u32 {
        if let Some(site) = self.implicit_sites.get(&(spot.file, spot.range, kind)) {
            return *site;
        }
        let site = self.sites.len() as u32;
        self.sites.push(Site {
            kind,
            spot,
            callee_range: spot.range,
            result: NONE,
            method: None,
            edges: Vec::new(),
            by_name: Vec::new(),
            unknown: Unknown(0),
        });
        self.implicit_sites
            .insert((spot.file, spot.range, kind), site);
        site
    }

    pub(super) fn target(&mut self, invocation: u32, callee: Callee) {
        let Invocation {
            site,
            kind,
            argument,
            ..
        } = self.invocations[invocation as usize];
        let edge = (kind, callee, argument);
        let edges = &mut self.sites[site as usize].edges;
        if !edges.contains(&edge) {
            edges.push(edge);
        }
    }

    /// One of many methods, found by a name of which nothing is known.
    fn target_by_name(&mut self, invocation: u32, method: ValueId) {
        let Invocation {
            site,
            kind: EdgeKind::Call,
            argument: None,
            ..
        } = self.invocations[invocation as usize]
        else {
            return;
        };
        if let Value::Function(function) | Value::Bound { function, .. } = self.values.get(method)
            && let function = self.functions[function as usize].origin
            && !self.sites[site as usize].by_name.contains(&function)
        {
            self.sites[site as usize].by_name.push(function);
        }
    }

    pub(super) fn invoke_unknown(&mut self, invocation: u32, unknown: Unknown) {
        let Invocation { site, result, .. } = self.invocations[invocation as usize];
        self.sites[site as usize].unknown.0 |= unknown.0;
        if self.sites[site as usize].kind == CallKind::Decorate {
            self.pass_through(invocation);
        } else {
            self.add_unknown(result, Unknown::OPAQUE);
        }
    }

    /// What is not known to do otherwise gives its first argument back: a decorator.
    fn pass_through(&mut self, invocation: u32) {
        let Invocation { result, .. } = self.invocations[invocation as usize];
        if let Some(var) = self.invocations[invocation as usize]
            .arguments
            .first()
            .map(|argument| argument.var)
        {
            self.edge(var, result);
        }
    }

    /// The invocation's callee may be that value.
    pub(super) fn invoke(&mut self, invocation: u32, id: ValueId) {
        match self.values.get(id) {
            Value::Function(function) => self.call_function(invocation, function, None),
            Value::Bound { function, receiver } => {
                self.call_function(invocation, function, Some(receiver))
            }
            Value::Class(class) => self.instantiate(invocation, class),
            Value::Instance { class, .. } => self.call_instance(invocation, id, class, false),
            Value::Family(class) => self.call_instance(invocation, id, class, true),
            Value::External(name) => self.call_external(invocation, name, None),
            Value::ExternalBound { name, receiver } => {
                self.call_external(invocation, name, Some(receiver))
            }
            Value::ExternalInstance { class, .. } => {
                let site = self.invocations[invocation as usize].site;
                self.target(invocation, Callee::External(class, None));
                if self.sites[site as usize].kind == CallKind::Decorate {
                    self.pass_through(invocation);
                } else if !self.facts(class).is_builtin {
                    let value = self.value(Value::ExternalInstance {
                        class,
                        object: None,
                    });
                    let result = self.invocations[invocation as usize].result;
                    self.add(result, value);
                    self.wraps(invocation, class);
                }
            }
            Value::Partial(partial) => {
                let Partial {
                    callee,
                    ref arguments,
                } = self.partials[partial as usize];
                let arguments = arguments.clone();
                if !self.derived_calls.contains_key(&(invocation, id))
                    && !self.is_applied(invocation, id)
                {
                    let derived = self.derive(invocation, |own| {
                        let mut arguments = arguments;
                        arguments.extend_from_slice(own);
                        arguments
                    });
                    self.derived_calls.insert((invocation, id), derived);
                    self.derived_from.insert(derived, (invocation, id));
                    self.on(
                        callee,
                        Action::Call {
                            invocation: derived,
                        },
                    );
                }
            }
            Value::StaticMethod(inner) | Value::ClassMethod(inner) => {
                self.invoke(invocation, inner)
            }
            // One of many methods: what goes in and comes out stays unknown, or all of theirs would meet here.
            Value::Named(method) => {
                self.target_by_name(invocation, method);
                self.invoke_unknown(invocation, Unknown::DYNAMIC);
            }
            Value::Module(_)
            | Value::Container(_)
            | Value::Generator(_)
            | Value::Coroutine(_)
            | Value::Super { .. }
            | Value::Property(_)
            | Value::Text(_)
            | Value::Pattern { .. }
            | Value::Index(_) => {}
        }
    }

    /// The call was made by applying the partial already (`f = partial(f, 1)`), or by applying very many.
    fn is_applied(&self, invocation: u32, partial: ValueId) -> bool {
        let mut current = invocation;
        let mut depth = 0;
        while let Some((from, applied)) = self.derived_from.get(&current) {
            depth += 1;
            if *applied == partial || depth >= PARTIALS {
                return true;
            }
            current = *from;
        }
        false
    }

    /// `functools.wraps(f)(inner)` and the like, called as an expression.
    fn wraps(&mut self, invocation: u32, class: Name) {
        let transparent = ungreen_catalog::decorator_effect(self.names.text(class));
        if transparent == Some(ungreen_catalog::DecoratorEffect::Transparent) {
            self.pass_through(invocation);
        }
    }

    /// The same call with other arguments.
    fn derive(
        &mut self,
        invocation: u32,
        arguments: impl FnOnce(&[Argument]) -> Vec<Argument>,
    ) -> u32 {
        let Invocation {
            site,
            result,
            kind,
            argument,
            context,
            ..
        } = self.invocations[invocation as usize];
        let arguments = arguments(&self.invocations[invocation as usize].arguments);
        self.push_invocation(Invocation {
            site,
            arguments,
            result,
            kind,
            argument,
            context,
        })
    }

    /// What the partial calls.
    pub(crate) fn callee_of_partial(&self, partial: u32) -> Var {
        (self.partials.get(partial as usize)).map_or(NONE, |partial| partial.callee)
    }

    pub(super) fn new_partial(&mut self, callee: Var, arguments: Vec<Argument>) -> u32 {
        self.partials.push(Partial { callee, arguments });
        self.partials.len() as u32 - 1
    }

    fn call_function(&mut self, invocation: u32, function: u32, receiver: Option<ValueId>) {
        let function = self.told_apart(invocation, function);
        let origin = self.functions[function as usize].origin;
        self.functions[function as usize].is_called = true;
        if let (Some(receiver), Some(first)) = (
            receiver,
            self.functions[function as usize]
                .parameters
                .first()
                .copied(),
        ) {
            if first.kind == ParameterKind::Vararg {
                let container = self.functions[function as usize].vararg;
                if let Some(container) = container {
                    let item = self.item(container, ConstKey::Index(0));
                    self.add(item, receiver);
                }
            } else {
                let receiver = self.narrowed(receiver, function);
                self.add(first.var, receiver);
                if self.functions[function as usize]
                    .returned_parameters
                    .contains(&0)
                {
                    let result = self.invocations[invocation as usize].result;
                    if !self.functions[function as usize].is_generator {
                        self.add(result, receiver);
                    }
                }
            }
        }
        if !self
            .bound_calls
            .insert((invocation, function, receiver.is_some()))
        {
            return;
        }
        self.target(invocation, Callee::Function(origin));
        self.pass_arguments(invocation, function, usize::from(receiver.is_some()));
        let Invocation { result, .. } = self.invocations[invocation as usize];
        let info = &self.functions[function as usize];
        let (is_generator, is_async) = (info.is_generator, info.is_async);
        if is_generator {
            let value = self.value(Value::Generator(function));
            self.add(result, value);
        } else if is_async {
            let value = self.value(Value::Coroutine(function));
            self.add(result, value);
        } else {
            self.give_result(invocation, function, usize::from(receiver.is_some()));
        }
    }

    /// A family that comes into a method of one of its classes is a family of that class there.
    fn narrowed(&mut self, receiver: ValueId, function: u32) -> ValueId {
        if let (Value::Family(class), Some(owner)) = (
            self.values.get(receiver),
            self.functions[function as usize].class,
        ) && self.derives_from(owner, class)
        {
            return self.value(Value::Family(owner));
        }
        receiver
    }

    fn call_instance(&mut self, invocation: u32, id: ValueId, class: u32, family: bool) {
        let method = self.names.id("__call__");
        let (callee, is_new) = self.made_var(invocation, INVOKED, id);
        if is_new {
            self.on(callee, Action::Call { invocation });
        }
        let site = self.invocations[invocation as usize].site;
        let spot = self.sites[site as usize].spot;
        let lookup = self.lookup(class, method, family);
        if is_new {
            self.wait(
                lookup,
                Waiter {
                    action: Action::Bind {
                        receiver: id,
                        to: callee,
                        spot,
                    },
                    fields_to: None,
                },
            );
        }
        for external in self.lookups[lookup as usize].externals.clone() {
            let member = self.member(external, method);
            self.target(invocation, Callee::External(member, Some(id)));
        }
    }

    /// Calls a special method at the place, if the class has it. Returns whether it has.
    #[expect(
        clippy::too_many_arguments,
        reason = "a receiver, a method, its arguments and a place"
    )]
    pub(super) fn call_method(
        &mut self,
        id: ValueId,
        class: u32,
        family: bool,
        method: Name,
        arguments: &[Argument],
        to: Var,
        spot: Spot,
        kind: CallKind,
    ) -> bool {
        let lookup = self.lookup(class, method, family);
        if !self.lookups[lookup as usize].declared {
            let externals = self.lookups[lookup as usize].externals.clone();
            let mut found = false;
            for external in externals {
                let member = self.member(external, method);
                if self.facts(member).is_known {
                    let site = self.implicit_site(spot, kind);
                    let invocation = self.new_invocation(site, arguments, to);
                    self.target(invocation, Callee::External(member, Some(id)));
                    found = true;
                }
            }
            return found;
        }
        let site = self.implicit_site(spot, kind);
        let (callee, is_new) = self.made_var(site, METHODS + method.0 * 2, id);
        let (result, _) = self.made_var(site, METHODS + method.0 * 2 + 1, id);
        if is_new {
            let invocation = self.new_invocation(site, arguments, result);
            self.on(callee, Action::Call { invocation });
            self.wait(
                lookup,
                Waiter {
                    action: Action::Bind {
                        receiver: id,
                        to: callee,
                        spot,
                    },
                    fields_to: None,
                },
            );
        }
        self.edge(result, to);
        true
    }

    /// The object of a catalog class that is made at the site.
    pub(super) fn object(
        &mut self,
        class: &'static str,
        spot: Spot,
        program_class: Option<u32>,
    ) -> ObjectId {
        let key = (spot.file, spot.range, class, program_class);
        if let Some(object) = self.object_index.get(&key) {
            return *object;
        }
        let content = self.new_container(ContainerKind::List);
        self.objects.push(Object {
            class,
            spot,
            content,
            program_class,
        });
        let object = ObjectId(self.objects.len() as u32 - 1);
        self.object_index.insert(key, object);
        object
    }

    pub(super) fn instantiate(&mut self, invocation: u32, class: u32) {
        let info = &mut self.classes[class as usize];
        if !info.instantiations.contains(&invocation) {
            info.instantiations.push(invocation);
        }
        self.target(invocation, Callee::Class(class));
        let Invocation { site, result, .. } = self.invocations[invocation as usize];
        let spot = self.sites[site as usize].spot;
        let object = self.classes[class as usize]
            .catalog_class
            .map(|name| self.object(name, spot, Some(class)));
        let instance = self.value(Value::Instance { class, object });
        self.add(result, instance);
        self.classes[class as usize].is_instantiated = true;

        let init = self.names.id("__init__");
        let lookup = self.lookup(class, init, false);
        let (callee, is_new) = self.made_var(invocation, INIT, instance);
        if is_new {
            let derived = self.derive(invocation, <[Argument]>::to_vec);
            self.invocations[derived as usize].result = NONE;
            self.on(
                callee,
                Action::Call {
                    invocation: derived,
                },
            );
            self.wait(
                lookup,
                Waiter {
                    action: Action::Bind {
                        receiver: instance,
                        to: callee,
                        spot,
                    },
                    fields_to: None,
                },
            );
        }
        if !self.lookups[lookup as usize].declared {
            for external in self.lookups[lookup as usize].externals.clone() {
                let member = self.member(external, init);
                let value = self.value(Value::ExternalBound {
                    name: member,
                    receiver: instance,
                });
                self.add(callee, value);
            }
            self.fill_annotated_fields(invocation, class);
        }
        let new = self.names.id("__new__");
        let lookup = self.lookup(class, new, false);
        if self.lookups[lookup as usize].declared {
            let (callee, is_new) = self.made_var(invocation, NEW, instance);
            if is_new {
                let receiver = self.value(Value::Class(class));
                let (argument, _) = self.made_var(invocation, NEW, receiver);
                self.add(argument, receiver);
                let derived = self.derive(invocation, |own| {
                    let mut arguments = vec![Argument::positional(argument, spot.range)];
                    arguments.extend_from_slice(own);
                    arguments
                });
                self.on(
                    callee,
                    Action::Call {
                        invocation: derived,
                    },
                );
                self.wait(
                    lookup,
                    Waiter {
                        action: Action::BindClass {
                            receiver,
                            to: callee,
                        },
                        fields_to: None,
                    },
                );
            }
        }
    }
}
