//! Calls of names outside the program, by what the tables say about them.

use ungreen_catalog::{CallsKind, DecoratorEffect, Flow, Passes, decorator_effect};

use super::action::{Action, Key};
use super::calls::{Argument, ArgumentKind, Invocation};
use super::{Callee, ConstKey, ContainerId, NONE, Name, Solver, Spot, Value, ValueId, Var};
use crate::facts::Facts;
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
const UNPACKED: u32 = 11;
const RECEIVER: u32 = 11;
const ACCEPT: u32 = 12;
const ACCEPTED: u32 = 13;
const STARRED: u32 = 14;
const BEHIND_STARRED: u32 = 15;
/// Methods by name come after it, at even distances.
const RUN: u32 = 16;

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
        let says_nothing = |flow: &Flow| flow.result.is_none();
        if self.sites[site].kind == CallKind::Decorate && facts.flow.is_none_or(says_nothing) {
            if facts.flow.is_some() || facts.spawn.is_some() {
                self.run_callables(invocation, &facts, receiver);
            }
            self.decorate(invocation, name);
            return;
        }
        self.unpack_stars(invocation);
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

    /// `print(*items)` iterates over the items, whatever becomes of them.
    fn unpack_stars(&mut self, invocation: u32) {
        let Invocation { site, .. } = self.invocations[invocation as usize];
        let spot = self.sites[site as usize].spot;
        for argument in self.invocations[invocation as usize].arguments.clone() {
            if argument.kind == ArgumentKind::Star {
                let maker = self.value(Value::Index(0));
                let (element, _) = self.made_var(invocation, UNPACKED, maker);
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
            }
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

    pub(super) fn argument(
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
        let starred = argument
            .is_none()
            .then(|| self.starred(invocation, handed.position?))
            .flatten();
        let Some(callable) = argument.or(starred.map(|(callable, _)| callable)) else {
            return NONE;
        };
        let maker = self.value(Value::Index(0));
        let (result, is_new) = self.made_var(invocation, RESULT_OF_CALLABLE, maker);
        if is_new {
            let arguments = match facts.flow {
                _ if let Some((_, behind)) = starred => vec![behind],
                Some(flow) if !flow.passes_new.is_empty() => {
                    self.made_arguments(invocation, callable, &flow.passes_new)
                }
                flow => {
                    let passes = flow.map_or(Passes::Rest, |flow| flow.passes);
                    self.handed_arguments(invocation, &handed, callable, passes, receiver)
                }
            };
            let site = self.invocations[invocation as usize].site;
            let derived = self.push_invocation(Invocation {
                site,
                arguments,
                result,
                kind: handed.kind,
                argument: Some(callable.range),
                context: self.invocations[invocation as usize].context,
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

    /// The argument at the position and those behind it, if they come out of `*args`.
    fn starred(&mut self, invocation: u32, position: usize) -> Option<(Argument, Argument)> {
        let Invocation {
            site, arguments, ..
        } = &self.invocations[invocation as usize];
        let spot = self.sites[*site as usize].spot;
        let (before, star) = arguments
            .iter()
            .enumerate()
            .find(|(_, argument)| argument.kind == ArgumentKind::Star)
            .map(|(index, argument)| (index, *argument))?;
        let index = i32::try_from(position.checked_sub(before)?).ok()?;
        let spot = Spot {
            range: star.range,
            ..spot
        };
        let maker = self.value(Value::Index(index));
        let mut load = |tag: u32, key: Key| {
            let (var, is_new) = self.made_var(invocation, tag, maker);
            if is_new {
                self.on(star.var, Action::LoadItem { key, to: var, spot });
            }
            var
        };
        let callable = load(STARRED, Key::Const(ConstKey::Index(index)));
        let behind = load(BEHIND_STARRED, Key::Slice(index + 1, i32::MIN));
        let callable = Argument::positional(callable, star.range);
        Some((
            callable,
            Argument {
                var: behind,
                ..star
            },
        ))
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
            Passes::Accepted => self.accepted(invocation),
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

    /// `wsgi.server(listener, application)`: new instances of the classes.
    fn made_arguments(
        &mut self,
        invocation: u32,
        callable: Argument,
        classes: &'static [String],
    ) -> Vec<Argument> {
        let site = self.invocations[invocation as usize].site;
        let spot = self.sites[site as usize].spot;
        let mut passed = Vec::new();
        for (index, class) in (0..).zip(classes) {
            let maker = self.value(Value::Index(index));
            let (var, is_new) = self.made_var(invocation, ELEMENT, maker);
            if is_new {
                self.new_instance(class, spot, var);
            }
            passed.push(Argument::positional(var, callable.range));
        }
        passed
    }

    /// `serve(listener, handle)`: what `listener.accept()` gives, unpacked.
    fn accepted(&mut self, invocation: u32) -> Vec<Argument> {
        let Some(listener) = self.argument(invocation, 0, Some("sock")) else {
            return Vec::new();
        };
        let site = self.invocations[invocation as usize].site;
        let spot = Spot {
            range: listener.range,
            ..self.sites[site as usize].spot
        };
        let maker = self.value(Value::Index(0));
        let (method, is_new) = self.made_var(invocation, ACCEPT, maker);
        let (connection, _) = self.made_var(invocation, ACCEPTED, maker);
        if is_new {
            let derived = self.push_invocation(Invocation {
                site,
                arguments: Vec::new(),
                result: connection,
                kind: EdgeKind::Call,
                argument: Some(listener.range),
                context: self.invocations[invocation as usize].context,
            });
            let name = self.names.id("accept");
            let load = Action::Load {
                name,
                to: method,
                spot,
            };
            self.on(listener.var, load);
            self.on(
                method,
                Action::Call {
                    invocation: derived,
                },
            );
        }
        vec![Argument {
            kind: ArgumentKind::Star,
            var: connection,
            range: listener.range,
        }]
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
                context: self.invocations[invocation as usize].context,
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
    pub(super) fn content(&self, receiver: Option<ValueId>) -> Option<ContainerId> {
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
        if let Some(class) = &flow.fields_of {
            let class = self.names.id(class);
            for argument in self.invocations[invocation as usize].arguments.clone() {
                if let ArgumentKind::Keyword(name) = argument.kind {
                    let field = self.external_field(class, name);
                    self.edge(argument.var, field);
                }
            }
        }
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

    pub(super) fn store_keywords(&mut self, invocation: u32, container: ContainerId) {
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
}
