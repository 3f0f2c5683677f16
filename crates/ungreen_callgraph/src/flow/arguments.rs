//! From the arguments of a call to the parameters of a function.

use super::action::Action;
use super::calls::ArgumentKind;
use super::containers::Shift;
use super::{ConstKey, ContainerId, Solver, Spot, Value, ValueId};
use crate::ir::{ContainerKind, ParameterKind};

impl Solver<'_, '_> {
    pub(super) fn pass_arguments(&mut self, invocation: u32, function: u32, skipped: usize) {
        let arguments = self.invocations[invocation as usize].arguments.clone();
        let result = self.invocations[invocation as usize].result;
        let info = &self.functions[function as usize];
        let parameters = info.parameters.clone();
        let (vararg, kwarg) = (info.vararg, info.kwarg);
        let returned: Vec<u32> = if info.is_generator || info.is_async {
            Vec::new()
        } else {
            info.returned_parameters.clone()
        };
        let file = info.file;
        let positional: Vec<usize> = (0..parameters.len())
            .filter(|index| {
                matches!(
                    parameters[*index].kind,
                    ParameterKind::PositionalOnly | ParameterKind::Normal
                )
            })
            .skip(skipped)
            .collect();
        let mut filled: Vec<usize> = Vec::new();
        let mut position = 0;
        let mut spread = false;
        for argument in &arguments {
            match argument.kind {
                ArgumentKind::Positional => {
                    if spread {
                        // After `*args`, the position is not known.
                        let into = self.star_container(function, &positional, skipped);
                        self.store_any(into, argument.var);
                    } else if let Some(index) = positional.get(position) {
                        self.edge(argument.var, parameters[*index].var);
                        if returned.contains(&(*index as u32)) {
                            self.edge(argument.var, result);
                        }
                        filled.push(*index);
                    } else if let Some(container) = vararg {
                        let index = i32::try_from(position - positional.len()).unwrap_or(i32::MAX);
                        self.store_key(container, ConstKey::Index(index), argument.var);
                    }
                    position += 1;
                }
                ArgumentKind::Star => {
                    spread = true;
                    let into = self.star_container(function, &positional, skipped);
                    let shift = i32::try_from(position).unwrap_or(i32::MAX);
                    let spot = Spot {
                        file,
                        function,
                        range: argument.range,
                    };
                    self.on(argument.var, Action::Star { into, shift, spot });
                }
                ArgumentKind::Keyword(name) => {
                    let index = parameters.iter().position(|parameter| {
                        parameter.name == name
                            && matches!(
                                parameter.kind,
                                ParameterKind::Normal | ParameterKind::KeywordOnly
                            )
                    });
                    if let Some(index) = index {
                        self.edge(argument.var, parameters[index].var);
                        if returned.contains(&(index as u32)) {
                            self.edge(argument.var, result);
                        }
                        filled.push(index);
                    } else if let Some(container) = kwarg {
                        self.store_key(container, ConstKey::Text(name), argument.var);
                    }
                }
                ArgumentKind::DoubleStar => {
                    let into = self.keyword_container(function);
                    self.on(argument.var, Action::DoubleStar { into });
                }
            }
        }
        let by_star = arguments
            .iter()
            .any(|argument| matches!(argument.kind, ArgumentKind::Star | ArgumentKind::DoubleStar));
        for index in returned {
            let index = index as usize;
            if filled.contains(&index) || (index == 0 && skipped == 1) {
                continue;
            }
            let Some(parameter) = parameters.get(index) else {
                continue;
            };
            if by_star || matches!(parameter.kind, ParameterKind::Vararg | ParameterKind::Kwarg) {
                self.edge(parameter.var, result);
            } else {
                self.edge(parameter.default, result);
            }
        }
    }

    /// A container whose items are the positional arguments of calls of the function with `*args`. One serves them all, since what
    /// is in it goes nowhere but into the parameters.
    fn star_container(
        &mut self,
        function: u32,
        positional: &[usize],
        skipped: usize,
    ) -> ContainerId {
        let key = (function, Some(skipped));
        if let Some(container) = self.star_containers.get(&key) {
            return *container;
        }
        let container = self.new_container(ContainerKind::Tuple);
        self.star_containers.insert(key, container);
        let rest = self.containers[container.0 as usize].rest;
        for (position, index) in positional.iter().enumerate() {
            let var = self.functions[function as usize].parameters[*index].var;
            let item = self.item(
                container,
                ConstKey::Index(i32::try_from(position).unwrap_or(i32::MAX)),
            );
            self.edge(item, var);
            self.edge(rest, var);
        }
        if let Some(vararg) = self.functions[function as usize].vararg {
            let from = i32::try_from(positional.len()).unwrap_or(i32::MAX);
            self.mirror(
                container,
                vararg,
                Some(Shift {
                    from,
                    until: i32::MAX,
                    to: 0,
                }),
            );
        }
        container
    }

    /// The same for keyword arguments of calls with `**kwargs`.
    fn keyword_container(&mut self, function: u32) -> ContainerId {
        let key = (function, None);
        if let Some(container) = self.star_containers.get(&key) {
            return *container;
        }
        let container = self.new_container(ContainerKind::Dict);
        self.star_containers.insert(key, container);
        let rest = self.containers[container.0 as usize].rest;
        for parameter in self.functions[function as usize].parameters.clone() {
            if matches!(
                parameter.kind,
                ParameterKind::Normal | ParameterKind::KeywordOnly
            ) {
                let item = self.item(container, ConstKey::Text(parameter.name));
                self.edge(item, parameter.var);
                self.edge(rest, parameter.var);
            }
        }
        if let Some(kwarg) = self.functions[function as usize].kwarg {
            self.mirror(container, kwarg, None);
        }
        container
    }

    pub(super) fn star(&mut self, id: ValueId, into: ContainerId, shift: i32, spot: Spot) {
        match self.values.get(id) {
            Value::Container(from) => {
                self.mirror(
                    from,
                    into,
                    Some(Shift {
                        from: 0,
                        until: i32::MAX - shift,
                        to: shift,
                    }),
                );
            }
            _ => {
                let rest = self.containers[into.0 as usize].rest;
                self.iterate(id, rest, spot);
            }
        }
    }

    /// The constructor that `@dataclass` or `NamedTuple` makes from the annotated names.
    pub(super) fn fill_annotated_fields(&mut self, invocation: u32, class: u32) {
        let mut names = Vec::new();
        for class in self.classes[class as usize]
            .program_mro()
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            for name in &self.classes[class as usize].annotated {
                if !names.contains(name) {
                    names.push(*name);
                }
            }
        }
        if names.is_empty() {
            return;
        }
        let arguments = self.invocations[invocation as usize].arguments.clone();
        for (position, argument) in arguments.iter().enumerate() {
            let name = match argument.kind {
                ArgumentKind::Positional => names.get(position).copied(),
                ArgumentKind::Keyword(name) if names.contains(&name) => Some(name),
                _ => None,
            };
            if let Some(name) = name {
                let field = self.field(class, name);
                self.edge(argument.var, field);
            }
        }
    }
}
