//! What is assumed where no visible code says anything.

use ungreen_catalog::signatures;

use super::action::Action;
use super::link::Parameter;
use super::{NONE, Solver, Unknown, Value, Var};
use crate::FunctionKind;
use crate::ir::ParameterKind;

impl Solver<'_, '_> {
    /// Solves names, then calls, then adds instances where only code out of sight could make them.
    pub(crate) fn run(&mut self) {
        self.solve();
        self.start_calls();
        self.solve();
        self.assume_instances();
        self.solve();
        self.assume_receivers();
        self.solve();
    }

    /// Classes of which no instance is made in sight, nor of a class that derives from them, have instances.
    fn assume_instances(&mut self) {
        let mut lacking = Vec::new();
        for class in 0..self.classes.len() as u32 {
            let info = &self.classes[class as usize];
            if !info.is_instantiated && info.subclasses.is_empty() {
                lacking.push(class);
            }
        }
        for class in lacking {
            let instance = self.value(Value::Instance {
                class,
                object: None,
            });
            for owner in self.classes[class as usize]
                .program_mro()
                .collect::<Vec<_>>()
            {
                self.assume_instance_in(class, owner, instance);
            }
        }
    }

    /// Gives an instance of `class` to the methods that it has from `owner`.
    fn assume_instance_in(&mut self, class: u32, owner: u32, instance: super::ValueId) {
        let mut methods: Vec<(u32, u32)> = self.classes[owner as usize]
            .ir
            .methods
            .iter()
            .map(|(name, function)| (name.0, *function))
            .collect();
        methods.sort_unstable();
        let file = &self.files[self.classes[owner as usize].file as usize];
        let methods: Vec<_> = methods
            .into_iter()
            .map(|(name, function)| (file.symbols[name as usize], file.first_function + function))
            .collect();
        for (name, function) in methods {
            let overridden = class != owner
                && self.classes[class as usize]
                    .program_mro()
                    .take_while(|entry| *entry != owner)
                    .any(|entry| self.classes[entry as usize].namespace.contains_key(&name));
            if !overridden {
                self.assume_receiver(function, class, instance);
            }
        }
    }

    fn assume_receiver(&mut self, function: u32, class: u32, instance: super::ValueId) {
        let info = &self.functions[function as usize];
        let Some(first) = info.parameters.first().copied() else {
            return;
        };
        if first.kind == ParameterKind::Vararg {
            return;
        }
        let decorated = |name: &str| {
            info.ir
                .decorators
                .iter()
                .any(|decorator| decorator.text == name)
        };
        if decorated("staticmethod") {
            return;
        }
        let is_class_method = decorated("classmethod")
            || matches!(
                info.ir.name,
                "__new__" | "__init_subclass__" | "__class_getitem__"
            );
        let value = if is_class_method {
            self.value(Value::Class(class))
        } else {
            instance
        };
        self.add(first.var, value);
    }

    /// Methods that no instance in sight reaches belong to an instance of their own class.
    fn assume_receivers(&mut self) {
        for function in 0..self.functions.len() as u32 {
            let info = &self.functions[function as usize];
            let (Some(class), FunctionKind::Def) = (info.class, info.ir.kind) else {
                continue;
            };
            let Some(first) = info.parameters.first().copied() else {
                continue;
            };
            if self.values_of(first.var).is_empty() {
                let instance = self.value(Value::Instance {
                    class,
                    object: None,
                });
                self.assume_receiver(function, class, instance);
            }
        }
    }

    /// What a function returns is an instance of the class that its annotation names, if nothing of the program is seen to be returned.
    pub(crate) fn assume_results(&mut self) {
        let mut declared = Vec::new();
        for info in &self.functions {
            let annotation = self.var_in(info.file, info.context, info.ir.declared);
            if annotation != NONE
                && !info.is_generator
                && !info.is_async
                && self.values_of(info.returned).iter().all(|id| {
                    matches!(
                        self.values.get(*id),
                        Value::External(_)
                            | Value::ExternalInstance { object: None, .. }
                            | Value::ExternalBound { .. }
                    )
                })
            {
                declared.push((annotation, info.returned));
            }
        }
        for (annotation, to) in declared {
            self.on(annotation, Action::Annotation { to });
        }
        self.solve();
    }

    /// Parameters that nothing in sight fills may hold anything, or what a specification or their annotation says.
    pub(crate) fn assume_parameters(&mut self) {
        self.assume_signatures();
        for parameter in self.lacking_parameters() {
            if parameter.annotation != NONE {
                self.on(
                    parameter.annotation,
                    Action::Annotation { to: parameter.var },
                );
            }
            match parameter.kind {
                ParameterKind::Vararg | ParameterKind::Kwarg => {
                    for value in self.values_of(parameter.var).to_vec() {
                        if let Value::Container(container) = self.values.get(value) {
                            let rest = self.containers[container.0 as usize].rest;
                            self.add_unknown(rest, Unknown::PARAMETER);
                        }
                    }
                }
                _ => {
                    if self.is_empty_but_for(parameter.var, parameter.default) {
                        self.add_unknown(parameter.var, Unknown::PARAMETER);
                    }
                }
            }
        }
        self.solve();
        self.assume_keys();
    }

    /// A key of which nothing is known, for want of a model of what computes it, may be any.
    fn assume_keys(&mut self) {
        let mut open = Vec::new();
        for node in &self.nodes {
            if node.values.is_empty() && !node.unknown.is_some() {
                open.extend(
                    (node.actions.iter())
                        .map(|index| self.actions[*index as usize])
                        .filter(|action| {
                            matches!(action, Action::LoadKey { .. } | Action::StoreKey { .. })
                        }),
                );
            }
        }
        for action in open {
            self.act_unknown(action, Unknown::OPAQUE);
        }
        self.solve();
    }

    /// `def application(environ, start_response)`: the names say what they are.
    fn assume_signatures(&mut self) {
        let mut assumed = Vec::new();
        for info in &self.functions {
            for signature in signatures() {
                let width = signature.parameters.len();
                let matching = info.parameters.windows(width.max(1)).find(|parameters| {
                    parameters
                        .iter()
                        .zip(&signature.parameters)
                        .all(|(parameter, name)| {
                            (name == "*" || self.names.text(parameter.name) == name)
                                && self.is_empty_but_for(parameter.var, parameter.default)
                        })
                });
                assumed.extend(
                    matching
                        .into_iter()
                        .flatten()
                        .map(|parameter| parameter.var)
                        .zip(&signature.classes),
                );
            }
        }
        for (var, class) in assumed {
            let class = self.names.id(class);
            let instance = self.value(Value::ExternalInstance {
                class,
                object: None,
            });
            self.add(var, instance);
        }
        self.solve();
    }

    /// Parameters that nothing in sight fills. One that other calls of the function fill is not open in this one.
    fn lacking_parameters(&self) -> Vec<Parameter> {
        let mut lacking = Vec::new();
        for info in &self.functions {
            let written = &self.functions[info.origin as usize];
            for (parameter, of_text) in info.parameters.iter().zip(&written.parameters) {
                let lacks = match parameter.kind {
                    ParameterKind::Vararg | ParameterKind::Kwarg => !written.is_called,
                    _ => {
                        self.is_empty_but_for(of_text.var, parameter.default)
                            && self.is_empty_but_for(parameter.var, parameter.default)
                            && !(written.is_called && parameter.has_default)
                    }
                };
                if lacks {
                    lacking.push(*parameter);
                }
            }
        }
        lacking
    }

    /// The variable holds nothing that the other does not give it.
    fn is_empty_but_for(&self, var: Var, other: Var) -> bool {
        let others = if other == NONE {
            &[][..]
        } else {
            self.values_of(other)
        };
        !self.unknown_of(var).is_some()
            && self
                .values_of(var)
                .iter()
                .all(|value| others.contains(value))
    }
}
