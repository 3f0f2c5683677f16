//! What calls of names outside the program give.

use ruff_text_size::TextRange;
use ungreen_catalog::catalog;

use super::action::Action;
use super::calls::{Argument, ArgumentKind, Invocation};
use super::contexts::ContextId;
use super::{ConstKey, ContainerId, NONE, Name, Solver, Spot, Unknown, Value, ValueId, Var};

use crate::facts::Facts;
use crate::ir::ContainerKind;

/// Tags of containers made at a call; those made by operators have the container's number.
const PAIR: u32 = u32::MAX - 1;
const MADE: u32 = u32::MAX - 2;
/// A `defaultdict`, beside the container that its factory makes at the same call.
const WITH_FACTORY: u32 = u32::MAX - 3;

/// Tag of the variable of a call that holds what was called.
const BASE: u32 = 14;

impl Solver<'_, '_> {
    fn make_container(&mut self, invocation: u32, kind: ContainerKind, tag: u32) -> ContainerId {
        let site = self.invocations[invocation as usize].site;
        let spot = self.sites[site as usize].spot;
        let context = self.invocations[invocation as usize].context;
        self.made_container(kind, spot.file, spot.range, tag, context)
    }

    fn add_container(&mut self, container: ContainerId, to: Var) {
        let value = self.value(Value::Container(container));
        self.add(to, value);
    }

    pub(super) fn flow_result(
        &mut self,
        invocation: u32,
        kind: &str,
        receiver: Option<ValueId>,
        handed: Var,
    ) {
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
                let tag = if handed == NONE { MADE } else { WITH_FACTORY };
                let made = self.make_container(invocation, ContainerKind::Dict, tag);
                self.store_keywords(invocation, made);
                self.add_container(made, result);
                // `defaultdict(factory, items)` holds what the factory gives.
                let items = if handed == NONE {
                    first
                } else {
                    self.store_any(made, handed);
                    self.argument(invocation, 1, None)
                };
                if let Some(items) = items {
                    self.on(items.var, Action::Merge { to: result });
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
            "entered" => {
                if let Some(first) = first {
                    self.on(
                        first.var,
                        Action::Enter {
                            to: result,
                            spot: at(first),
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
                        let receiver = self.var_of_call(invocation, receiver);
                        self.on(receiver, Action::Super { class, to: result });
                    }
                }
            },
            list if list.starts_with('[') => {
                let made = self.make_container(invocation, ContainerKind::List, MADE);
                self.add_container(made, result);
                let class = self.names.id(list.trim_matches(['[', ']']));
                let element = self.value(Value::ExternalInstance {
                    class,
                    object: None,
                });
                let rest = self.containers[made.0 as usize].rest;
                self.add(rest, element);
            }
            class => {
                let tuple = class
                    .strip_prefix('(')
                    .and_then(|class| class.strip_suffix(",)"));
                let to = match tuple {
                    Some(_) => {
                        let made = self.make_container(invocation, ContainerKind::Tuple, MADE);
                        self.add_container(made, result);
                        self.item(made, ConstKey::Index(0))
                    }
                    None => result,
                };
                let class = self.names.id(tuple.unwrap_or(class));
                let value = self.value(Value::ExternalInstance {
                    class,
                    object: None,
                });
                self.add(to, value);
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
    pub(super) fn entry_result(
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
            if let Some(content) = self.content(receiver) {
                let rest = self.containers[content.0 as usize].rest;
                self.edge(handed, rest);
            }
            return;
        }
        if let Some(class) = facts.class {
            let content = self.new_object(class, spot, result);
            // `Pool(create=connect)` holds what `connect` gives.
            let rest = self.containers[content.0 as usize].rest;
            self.edge(handed, rest);
            return;
        }
        match facts.returns {
            Some("result-of-callable") => self.edge(handed, result),
            Some("module") => {
                if let Some(first) = self.argument(invocation, 0, None) {
                    self.on(first.var, Action::ModuleNamed { to: result });
                }
            }
            // `original("threading").Thread` is known as `eventlet.patcher.original.threading.Thread`.
            Some("unpatched-module") => {
                if let Some(first) = self.argument(invocation, 0, None) {
                    let callee = self.value(Value::External(name));
                    let (base, _) = self.made_var(invocation, BASE, callee);
                    self.add(base, callee);
                    let to = result;
                    self.on(first.var, Action::Names { base, to, spot });
                }
            }
            Some(returned) => {
                let class = returned
                    .trim_start_matches(['(', '['])
                    .trim_end_matches([',', ')', ']']);
                let Some(class) = Facts::of(class).class else {
                    return;
                };
                if returned.starts_with('[') {
                    let made = self.make_container(invocation, ContainerKind::List, MADE);
                    let rest = self.containers[made.0 as usize].rest;
                    self.new_object(class, spot, rest);
                    self.add_container(made, result);
                    return;
                }
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
                if !facts.is_known {
                    for argument in self.invocations[invocation as usize].arguments.clone() {
                        self.on(argument.var, Action::GivenAway { to: result });
                    }
                }
            }
        }
    }

    /// An instance of a class outside the program: an object of its own if the catalog knows the class.
    pub(super) fn new_instance(&mut self, class: &'static str, spot: Spot, to: Var) {
        if catalog().entry(class).is_some() {
            self.new_object(class, spot, to);
        } else {
            let class = self.names.id(class);
            let value = self.value(Value::ExternalInstance {
                class,
                object: None,
            });
            self.add(to, value);
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
        let range = TextRange::default();
        let container =
            self.made_container(ContainerKind::Dict, file, range, MADE, ContextId::NONE);
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
