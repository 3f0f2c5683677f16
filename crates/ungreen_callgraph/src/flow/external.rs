//! Calls of names outside the program, by what the tables say about them.

use ruff_text_size::TextRange;
use ungreen_catalog::{CallsKind, DecoratorEffect, Passes, decorator_effect};

use super::action::Action;
use super::calls::{Argument, ArgumentKind, Invocation};
use super::{
    Callee, ConstKey, ContainerId, NONE, Name, Solver, Spot, Unknown, Value, ValueId, Var,
};
use crate::facts::Facts;
use crate::ir::ContainerKind;
use crate::{CallKind, EdgeKind};

/// A callable among the arguments.
struct Handed<'a> {
    kind: EdgeKind,
    position: Option<usize>,
    keyword: Option<&'a str>,
    args: Option<&'a str>,
    kwargs: Option<&'a str>,
}

/// Tags of variables and containers made at an invocation.
const RESULT_OF_CALLABLE: u32 = 9;
const ELEMENT: u32 = 10;
const RECEIVER: u32 = 11;
/// Methods by name come after it, at even distances.
const RUN: u32 = 16;
const PAIR: u32 = u32::MAX - 1;
const MADE: u32 = u32::MAX - 2;

impl Solver<'_, '_> {
    pub(super) fn call_external(&mut self, invocation: u32, name: Name, receiver: Option<ValueId>) {
        if !self.external_calls.insert((invocation, name, receiver)) {
            return;
        }
        self.target(invocation, Callee::External(name, receiver));
        let facts = self.facts(name);
        let (site, result) = {
            let Invocation { site, result, .. } = self.invocations[invocation as usize];
            (site as usize, result)
        };
        if self.sites[site].kind == CallKind::Decorate && facts.flow.is_none() {
            self.decorate(invocation, name);
            return;
        }
        let handed_result = self.run_callables(invocation, &facts, receiver);
        self.run_thread(invocation, &facts, receiver);
        self.run_methods(invocation, &facts, receiver);
        self.move_arguments(invocation, &facts, receiver);
        if let Some(kind) = facts.flow.and_then(|flow| flow.result.as_deref()) {
            self.flow_result(invocation, kind, receiver, handed_result);
        } else if facts
            .calls
            .is_some_and(|calls| calls.kind == CallsKind::Partial)
        {
            self.make_partial(invocation, &facts, result);
        } else {
            self.entry_result(invocation, name, &facts, receiver, handed_result);
        }
    }

    /// A decorator from outside without a row in the flow table.
    fn decorate(&mut self, invocation: u32, name: Name) {
        let result = self.invocations[invocation as usize].result;
        let Some(argument) = self.invocations[invocation as usize]
            .arguments
            .first()
            .copied()
        else {
            return;
        };
        if decorator_effect(self.names.text(name)) == Some(DecoratorEffect::Property) {
            self.on(
                argument.var,
                Action::Property {
                    to: result,
                    setter: NONE,
                },
            );
        } else {
            self.edge(argument.var, result);
        }
    }

    fn argument(
        &self,
        invocation: u32,
        position: usize,
        keyword: Option<&str>,
    ) -> Option<Argument> {
        let arguments = &self.invocations[invocation as usize].arguments;
        if let Some(keyword) = keyword.and_then(|keyword| self.names.find(keyword))
            && let Some(argument) = arguments
                .iter()
                .find(|argument| argument.kind == ArgumentKind::Keyword(keyword))
        {
            return Some(*argument);
        }
        let known = arguments
            .iter()
            .take_while(|argument| argument.kind == ArgumentKind::Positional);
        known.into_iter().nth(position).copied()
    }

    /// Calls what the table says is called. Returns the variable of what the callable gives.
    fn run_callables(&mut self, invocation: u32, facts: &Facts, receiver: Option<ValueId>) -> Var {
        let handed = if let Some(spawn) = facts.spawn {
            Handed {
                kind: EdgeKind::Spawn(spawn.kind),
                position: spawn.callable,
                keyword: spawn.keyword.as_deref(),
                args: spawn.args.as_deref(),
                kwargs: spawn.kwargs.as_deref(),
            }
        } else if let Some(calls) = facts.calls.filter(|calls| calls.kind == CallsKind::Now) {
            Handed {
                kind: EdgeKind::Call,
                position: calls.callable,
                keyword: calls.keyword.as_deref(),
                args: None,
                kwargs: None,
            }
        } else {
            return NONE;
        };
        let argument = match (handed.position, handed.keyword) {
            (Some(position), keyword) => self.argument(invocation, position, keyword),
            (None, Some(keyword)) => self.argument(invocation, usize::MAX, Some(keyword)),
            (None, None) => None,
        };
        let Some(callable) = argument else {
            return NONE;
        };
        let maker = self.value(Value::Index(0));
        let (result, is_new) = self.made_var(invocation, RESULT_OF_CALLABLE, maker);
        if is_new {
            let passes = facts.flow.map_or(Passes::Rest, |flow| flow.passes);
            let arguments = self.handed_arguments(invocation, &handed, callable, passes, receiver);
            let site = self.invocations[invocation as usize].site;
            let derived = self.push_invocation(Invocation {
                site,
                arguments,
                result,
                kind: handed.kind,
                argument: Some(callable.range),
            });
            self.on(
                callable.var,
                Action::Call {
                    invocation: derived,
                },
            );
        }
        result
    }

    fn handed_arguments(
        &mut self,
        invocation: u32,
        handed: &Handed<'_>,
        callable: Argument,
        passes: Passes,
        receiver: Option<ValueId>,
    ) -> Vec<Argument> {
        let own = self.invocations[invocation as usize].arguments.clone();
        let others = own
            .iter()
            .filter(|argument| argument.range != callable.range);
        if handed.args.is_some() || handed.kwargs.is_some() {
            let named = |name: Option<&str>, kind: ArgumentKind| {
                let name = name.and_then(|name| self.names.find(name))?;
                let argument = own
                    .iter()
                    .find(|argument| argument.kind == ArgumentKind::Keyword(name))?;
                Some(Argument { kind, ..*argument })
            };
            let args = named(handed.args, ArgumentKind::Star);
            let kwargs = named(handed.kwargs, ArgumentKind::DoubleStar);
            return args.into_iter().chain(kwargs).collect();
        }
        match passes {
            Passes::Nothing => Vec::new(),
            Passes::Rest | Passes::Receiver => {
                let mut passed = Vec::new();
                if let (Passes::Receiver, Some(receiver)) = (passes, receiver) {
                    let (var, _) = self.made_var(invocation, RECEIVER, receiver);
                    self.add(var, receiver);
                    passed.push(Argument::positional(var, callable.range));
                }
                let after = own
                    .iter()
                    .skip_while(|argument| argument.range != callable.range)
                    .skip(1);
                if callable.kind == ArgumentKind::Positional {
                    passed.extend(after);
                } else {
                    passed.extend(others);
                }
                passed
            }
            Passes::Elements | Passes::Unpacked => {
                let site = self.invocations[invocation as usize].site;
                let spot = self.sites[site as usize].spot;
                let others: Vec<Argument> = others.copied().collect();
                let mut passed = Vec::new();
                for (index, argument) in others.iter().enumerate() {
                    if argument.kind != ArgumentKind::Positional {
                        continue;
                    }
                    let maker = self.value(Value::Index(i32::try_from(index).unwrap_or(0)));
                    let (element, _) = self.made_var(invocation, ELEMENT, maker);
                    self.on(
                        argument.var,
                        Action::Iterate {
                            to: element,
                            spot: Spot {
                                range: argument.range,
                                ..spot
                            },
                        },
                    );
                    let kind = if passes == Passes::Unpacked {
                        ArgumentKind::Star
                    } else {
                        ArgumentKind::Positional
                    };
                    passed.push(Argument {
                        kind,
                        var: element,
                        range: argument.range,
                    });
                }
                // `reduce(f, xs)` and `sorted(xs, key=f)` pass elements of one sequence, in any position.
                if let (Passes::Elements, [only]) = (passes, passed.as_slice()) {
                    let only = *only;
                    passed.push(only);
                }
                passed
            }
        }
    }

    /// `start()` of a thread-like object runs the method `run` of its class.
    fn run_thread(&mut self, invocation: u32, facts: &Facts, receiver: Option<ValueId>) {
        let (Some(receiver), Some(entry), Some(spawn)) = (
            receiver,
            facts.entry,
            facts.owner.and_then(|owner| owner.spawn.as_ref()),
        ) else {
            return;
        };
        if entry.name.ends_with(".start") {
            self.run_method(
                invocation,
                "run",
                EdgeKind::Spawn(spawn.kind),
                receiver,
                NONE,
            );
        }
    }

    /// Methods of the receiver's class that the call runs: `Pool.get` runs `create`, and what that gives is content of the pool.
    fn run_methods(&mut self, invocation: u32, facts: &Facts, receiver: Option<ValueId>) {
        let (Some(flow), Some(receiver)) = (facts.flow, receiver) else {
            return;
        };
        let Some(content) = self.content(Some(receiver)) else {
            return;
        };
        let rest = self.containers[content.0 as usize].rest;
        for method in &flow.runs {
            self.run_method(invocation, method, EdgeKind::Call, receiver, rest);
        }
    }

    fn run_method(
        &mut self,
        invocation: u32,
        method: &str,
        kind: EdgeKind,
        receiver: ValueId,
        result: Var,
    ) {
        let (class, family) = match self.values.get(receiver) {
            Value::Instance { class, .. } => (class, false),
            Value::Family(class) => (class, true),
            _ => return,
        };
        let method = self.names.id(method);
        let lookup = self.lookup(class, method, family);
        let (callee, is_new) = self.made_var(invocation, RUN + method.0 * 2, receiver);
        if is_new {
            let site = self.invocations[invocation as usize].site;
            let spot = self.sites[site as usize].spot;
            let derived = self.push_invocation(Invocation {
                site,
                arguments: Vec::new(),
                result,
                kind,
                argument: None,
            });
            self.on(
                callee,
                Action::Call {
                    invocation: derived,
                },
            );
            let action = Action::Bind {
                receiver,
                to: callee,
                spot,
            };
            self.wait(
                lookup,
                super::classes::Waiter {
                    action,
                    fields_to: None,
                },
            );
        }
    }

    /// The container that holds what was put into the receiver.
    fn content(&self, receiver: Option<ValueId>) -> Option<ContainerId> {
        match self.values.get(receiver?) {
            Value::Container(container) => Some(container),
            Value::ExternalInstance {
                object: Some(object),
                ..
            }
            | Value::Instance {
                object: Some(object),
                ..
            } => Some(self.objects[object.0 as usize].content),
            _ => None,
        }
    }

    /// Arguments that are put into the receiver, looked through, or used by special methods.
    fn move_arguments(&mut self, invocation: u32, facts: &Facts, receiver: Option<ValueId>) {
        let Some(flow) = facts.flow else { return };
        let site = self.invocations[invocation as usize].site;
        let spot = self.sites[site as usize].spot;
        let at = |argument: Argument| Spot {
            range: argument.range,
            ..spot
        };
        if let Some(content) = self.content(receiver) {
            for position in &flow.stores {
                let Some(argument) = self.argument(invocation, *position, None) else {
                    continue;
                };
                match self.argument(invocation, 0, None) {
                    // `d.setdefault(key, value)`.
                    Some(key) if flow.result.as_deref() == Some("item") && key.var != NONE => {
                        self.on(
                            key.var,
                            Action::StoreKey {
                                container: content,
                                from: argument.var,
                            },
                        );
                    }
                    _ => self.store_any(content, argument.var),
                }
            }
            for position in &flow.spreads {
                if let Some(argument) = self.argument(invocation, *position, None) {
                    self.on(
                        argument.var,
                        Action::Collect {
                            into: content,
                            keep_indexes: false,
                            spot: at(argument),
                        },
                    );
                }
            }
            for position in &flow.merges {
                if let Some(argument) = self.argument(invocation, *position, None) {
                    let (holder, _) =
                        self.made_var(invocation, RECEIVER, receiver.unwrap_or(ValueId(0)));
                    if let Some(receiver) = receiver {
                        self.add(holder, receiver);
                    }
                    self.on(argument.var, Action::Merge { to: holder });
                }
            }
            if !flow.merges.is_empty() {
                self.store_keywords(invocation, content);
            }
        }
        for position in &flow.iterates {
            if let Some(argument) = self.argument(invocation, *position, None) {
                let maker = self.value(Value::Index(i32::try_from(*position).unwrap_or(0)));
                let (element, is_new) = self.made_var(invocation, ELEMENT, maker);
                if is_new {
                    self.on(
                        argument.var,
                        Action::Iterate {
                            to: element,
                            spot: at(argument),
                        },
                    );
                }
            }
        }
        for method in &flow.calls {
            if let Some(argument) = self.argument(invocation, 0, None) {
                let method = self.names.id(method);
                self.on(
                    argument.var,
                    Action::Operator {
                        method,
                        argument: NONE,
                        to: NONE,
                        spot: at(argument),
                    },
                );
            }
        }
    }

    fn store_keywords(&mut self, invocation: u32, container: ContainerId) {
        for argument in self.invocations[invocation as usize].arguments.clone() {
            match argument.kind {
                ArgumentKind::Keyword(name) => {
                    self.store_key(container, ConstKey::Text(name), argument.var)
                }
                ArgumentKind::DoubleStar => {
                    self.on(argument.var, Action::DoubleStar { into: container })
                }
                ArgumentKind::Positional | ArgumentKind::Star => {}
            }
        }
    }

    fn make_partial(&mut self, invocation: u32, facts: &Facts, result: Var) {
        let Some(position) = facts.calls.and_then(|calls| calls.callable) else {
            return;
        };
        let partial = match self.made_partials.get(&invocation) {
            Some(partial) => *partial,
            None => {
                let own = self.invocations[invocation as usize].arguments.clone();
                let Some(callable) = own.get(position).copied() else {
                    return;
                };
                let bound: Vec<Argument> = own
                    .into_iter()
                    .filter(|argument| argument.range != callable.range)
                    .collect();
                let partial = self.new_partial(callable.var, bound);
                self.made_partials.insert(invocation, partial);
                partial
            }
        };
        let value = self.value(Value::Partial(partial));
        self.add(result, value);
    }

    fn make_container(&mut self, invocation: u32, kind: ContainerKind, tag: u32) -> ContainerId {
        let site = self.invocations[invocation as usize].site;
        let spot = self.sites[site as usize].spot;
        self.made_container(kind, spot.file, spot.range, tag)
    }

    fn add_container(&mut self, container: ContainerId, to: Var) {
        let value = self.value(Value::Container(container));
        self.add(to, value);
    }

    fn flow_result(&mut self, invocation: u32, kind: &str, receiver: Option<ValueId>, handed: Var) {
        let Invocation { site, result, .. } = self.invocations[invocation as usize];
        let spot = self.sites[site as usize].spot;
        let at = |argument: Argument| Spot {
            range: argument.range,
            ..spot
        };
        let first = self.argument(invocation, 0, None);
        match kind {
            "receiver" => {
                if let Some(receiver) = receiver {
                    self.add(result, receiver);
                }
            }
            "argument" => {
                if let Some(first) = first {
                    self.edge(first.var, result);
                }
            }
            "second-argument" => {
                if let Some(second) = self.argument(invocation, 1, None) {
                    self.edge(second.var, result);
                }
            }
            "element" => match self.argument(invocation, 1, None) {
                Some(_) => {
                    for argument in self.invocations[invocation as usize].arguments.clone() {
                        if argument.kind == ArgumentKind::Positional {
                            self.edge(argument.var, result);
                        }
                    }
                    if let Some(first) = first {
                        self.on(
                            first.var,
                            Action::Next {
                                to: result,
                                spot: at(first),
                            },
                        );
                    }
                }
                None => {
                    if let Some(first) = first {
                        self.on(
                            first.var,
                            Action::Next {
                                to: result,
                                spot: at(first),
                            },
                        );
                    }
                }
            },
            "content" => match self.content(receiver) {
                Some(content) => self.load_any(content, result),
                None => self.add_unknown(result, Unknown::OPAQUE),
            },
            "item" => {
                if self.content(receiver).is_none() {
                    self.add_unknown(result, Unknown::OPAQUE);
                }
                if let (Some(content), Some(first)) = (self.content(receiver), first) {
                    self.on(
                        first.var,
                        Action::LoadKey {
                            container: content,
                            to: result,
                        },
                    );
                    if first.var == NONE {
                        self.load_any(content, result);
                    }
                }
                if let Some(default) = self.argument(invocation, 1, None) {
                    self.edge(default.var, result);
                }
            }
            "copy" | "list" | "tuple" | "set" | "iterator" => {
                let kind_of = match kind {
                    "tuple" => ContainerKind::Tuple,
                    "set" => ContainerKind::Set,
                    "iterator" => ContainerKind::Iterator,
                    _ => ContainerKind::List,
                };
                let made = self.make_container(invocation, kind_of, MADE);
                let rest = self.containers[made.0 as usize].rest;
                if let Some(content) = self.content(receiver) {
                    self.load_any(content, rest);
                }
                for argument in self.invocations[invocation as usize].arguments.clone() {
                    if argument.kind == ArgumentKind::Positional {
                        let keep_indexes = matches!(kind, "copy" | "tuple");
                        self.on(
                            argument.var,
                            Action::Collect {
                                into: made,
                                keep_indexes,
                                spot: at(argument),
                            },
                        );
                    }
                }
                self.add_container(made, result);
            }
            "dict" => {
                let made = self.make_container(invocation, ContainerKind::Dict, MADE);
                self.store_keywords(invocation, made);
                self.add_container(made, result);
                if let Some(first) = first {
                    self.on(first.var, Action::Merge { to: result });
                }
            }
            "items" | "enumerate" => {
                let pair = self.make_container(invocation, ContainerKind::Tuple, PAIR);
                let key = self.item(pair, ConstKey::Index(0));
                let class = self.names.id("builtins.str");
                let text = self.value(Value::ExternalInstance {
                    class,
                    object: None,
                });
                self.add(key, text);
                let item = self.item(pair, ConstKey::Index(1));
                if kind == "items" {
                    match self.content(receiver) {
                        Some(content) => self.load_any(content, item),
                        None => self.add_unknown(item, Unknown::OPAQUE),
                    }
                } else if let Some(first) = first {
                    self.on(
                        first.var,
                        Action::Iterate {
                            to: item,
                            spot: at(first),
                        },
                    );
                }
                self.add_elements_of(invocation, pair, result);
            }
            "zip" => {
                let pair = self.make_container(invocation, ContainerKind::Tuple, PAIR);
                for (index, argument) in self.invocations[invocation as usize]
                    .arguments
                    .clone()
                    .iter()
                    .enumerate()
                {
                    let item = self.item(pair, ConstKey::Index(i32::try_from(index).unwrap_or(0)));
                    self.on(
                        argument.var,
                        Action::Iterate {
                            to: item,
                            spot: at(*argument),
                        },
                    );
                }
                self.add_elements_of(invocation, pair, result);
            }
            "results" => {
                let made = self.make_container(invocation, ContainerKind::Iterator, MADE);
                let rest = self.containers[made.0 as usize].rest;
                self.edge(handed, rest);
                self.add_container(made, result);
            }
            "result" => self.edge(handed, result),
            "getattr" => {
                if let (Some(first), Some(name)) = (first, self.argument(invocation, 1, None)) {
                    if name.var == NONE {
                        self.add_unknown(result, Unknown::DYNAMIC);
                    }
                    self.on(
                        name.var,
                        Action::Names {
                            base: first.var,
                            to: result,
                            spot,
                        },
                    );
                }
                if let Some(default) = self.argument(invocation, 2, None) {
                    self.edge(default.var, result);
                }
            }
            "setattr" => {
                if let (Some(first), Some(name), Some(value)) = (
                    first,
                    self.argument(invocation, 1, None),
                    self.argument(invocation, 2, None),
                ) {
                    self.on(
                        name.var,
                        Action::SetNames {
                            base: first.var,
                            from: value.var,
                            spot,
                        },
                    );
                }
            }
            "class-of" => {
                if let Some(first) = first {
                    self.on(first.var, Action::ClassOf { to: result });
                }
            }
            "property" => {
                let setter = self
                    .argument(invocation, 1, Some("fset"))
                    .map_or(NONE, |setter| setter.var);
                if let Some(getter) = self.argument(invocation, 0, Some("fget")) {
                    self.on(getter.var, Action::Property { to: result, setter });
                }
            }
            "setter" => {
                if let (Some(first), Some(receiver)) = (first, receiver) {
                    let setter = self.setter_var(receiver);
                    self.edge(first.var, setter);
                    self.add(result, receiver);
                }
            }
            "static-method" => {
                if let Some(first) = first {
                    self.on(first.var, Action::Static { to: result });
                }
            }
            "class-method" => {
                if let Some(first) = first {
                    self.on(first.var, Action::ClassMethod { to: result });
                }
            }
            "super" => match (first, self.argument(invocation, 1, None)) {
                (Some(class), Some(object)) => self.on(
                    class.var,
                    Action::SuperOf {
                        object: object.var,
                        to: result,
                    },
                ),
                _ => {
                    if let Some((class, receiver)) = self.sites[site as usize].method {
                        self.on(receiver, Action::Super { class, to: result });
                    }
                }
            },
            class => {
                let class = self.names.id(class);
                let value = self.value(Value::ExternalInstance {
                    class,
                    object: None,
                });
                self.add(result, value);
            }
        }
    }

    /// An iterator over the one container.
    fn add_elements_of(&mut self, invocation: u32, element: ContainerId, to: Var) {
        let made = self.make_container(invocation, ContainerKind::Iterator, MADE);
        let rest = self.containers[made.0 as usize].rest;
        self.add_container(element, rest);
        self.add_container(made, to);
    }

    /// The result by the catalog's entry, or an instance of something outside by the name that was called.
    fn entry_result(
        &mut self,
        invocation: u32,
        name: Name,
        facts: &Facts,
        receiver: Option<ValueId>,
        handed: Var,
    ) {
        let Invocation { site, result, .. } = self.invocations[invocation as usize];
        let spot = self.sites[site as usize].spot;
        if self.names.text(name).ends_with(".__init__") && receiver.is_some() {
            return;
        }
        if let Some(class) = facts.class {
            self.new_object(class, spot, result);
            return;
        }
        match facts.returns {
            Some("result-of-callable") => self.edge(handed, result),
            Some("module") => {
                if let Some(first) = self.argument(invocation, 0, None) {
                    self.on(first.var, Action::ModuleNamed { to: result });
                }
            }
            Some(returned) => {
                let class = returned.trim_start_matches('(').trim_end_matches(",)");
                let Some(class) = Facts::of(class).class else {
                    return;
                };
                if class.len() < returned.len() {
                    let made = self.make_container(invocation, ContainerKind::Tuple, MADE);
                    let item = self.item(made, ConstKey::Index(0));
                    self.new_object(class, spot, item);
                    self.add_container(made, result);
                    return;
                }
                let content = self.new_object(class, spot, result);
                // What the task gives is what waiting for it gives; what a resource holds is what its item holds.
                let rest = self.containers[content.0 as usize].rest;
                self.edge(handed, rest);
                if let Some(from) = self.content(receiver) {
                    self.load_any(from, rest);
                }
            }
            None if facts.is_builtin => self.builtin_result(invocation, name),
            None => {
                let value = self.value(Value::ExternalInstance {
                    class: name,
                    object: None,
                });
                self.add(result, value);
            }
        }
    }

    fn new_object(&mut self, class: &'static str, spot: Spot, to: Var) -> ContainerId {
        let object = self.object(class, spot, None);
        let name = self.names.id(class);
        let value = self.value(Value::ExternalInstance {
            class: name,
            object: Some(object),
        });
        self.add(to, value);
        self.objects[object.0 as usize].content
    }

    fn builtin_result(&mut self, invocation: u32, name: Name) {
        let result = self.invocations[invocation as usize].result;
        match self.names.text(name) {
            "builtins.eval" | "builtins.exec" | "builtins.__import__" | "builtins.vars" => {
                self.add_unknown(result, Unknown::DYNAMIC);
            }
            "builtins.globals" | "builtins.locals" => self.namespace(invocation, result),
            _ => {
                let value = self.value(Value::ExternalInstance {
                    class: name,
                    object: None,
                });
                self.add(result, value);
            }
        }
    }

    /// `globals()`: the names of the module by key.
    fn namespace(&mut self, invocation: u32, result: Var) {
        let site = self.invocations[invocation as usize].site;
        let file = self.sites[site as usize].spot.file;
        let container = self.made_container(ContainerKind::Dict, file, TextRange::default(), MADE);
        let mut globals: Vec<(Name, Var)> = self.files[file as usize]
            .globals
            .iter()
            .map(|(name, var)| (*name, *var))
            .collect();
        globals.sort_unstable();
        for (name, var) in globals {
            self.store_key(container, ConstKey::Text(name), var);
        }
        self.add_container(container, result);
        let rest = self.containers[container.0 as usize].rest;
        self.add_unknown(rest, Unknown::DYNAMIC);
    }
}
