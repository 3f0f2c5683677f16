//! The values that a part of an annotation describes.

use super::{DEPTH, Walker};
use crate::FuncId;
use crate::flow::{ConstKey, Value, ValueId};
use crate::ir::ParameterKind;

/// What may be called, of what an annotation describes.
#[derive(Default)]
pub(super) struct Callables {
    /// With the number of arguments that are bound, if that is known.
    pub(super) functions: Vec<(u32, Option<usize>)>,
    /// Instances of classes that are called.
    pub(super) made: Vec<ValueId>,
    /// Something outside the program.
    pub(super) outside: bool,
}

impl Walker<'_, '_, '_, '_> {
    pub(super) fn add_values(&self, var: u32, held: &mut Vec<ValueId>) {
        held.extend_from_slice(self.solver.values_of(var));
    }

    pub(super) fn parameter(&self, function: u32, position: usize) -> Vec<ValueId> {
        let Some(parameter) = (self.solver.functions.get(function as usize))
            .and_then(|info| info.parameters.get(position))
        else {
            return Vec::new();
        };
        let held = self.solver.values_of(parameter.var);
        match parameter.kind {
            ParameterKind::Vararg | ParameterKind::Kwarg => self.elements(held),
            _ => held.to_vec(),
        }
    }

    pub(super) fn result_of(&mut self, function: u32) -> Vec<ValueId> {
        let Some(info) = self.solver.functions.get(function as usize) else {
            return Vec::new();
        };
        if info.is_generator() {
            return vec![self.solver.value(Value::Generator(function))];
        }
        let first_var =
            (self.solver.files.get(info.file as usize)).map_or(0, |file| file.first_var);
        let mut held = Vec::new();
        for var in info.vars_returned(first_var) {
            self.add_values(var, &mut held);
        }
        held
    }

    /// What iterating over the values gives; of a dict, its values.
    pub(super) fn elements(&self, held: &[ValueId]) -> Vec<ValueId> {
        let mut found = Vec::new();
        for id in held {
            match self.solver.values.get(*id) {
                Value::Container(container) => {
                    self.add_values(self.solver.content_of(container), &mut found);
                }
                Value::Generator(function) => {
                    if let Some(info) = self.solver.functions.get(function as usize) {
                        let [_, yielded] = info.results();
                        self.add_values(yielded, &mut found);
                    }
                }
                Value::ExternalInstance {
                    object: Some(object),
                    ..
                } => {
                    let content = self.solver.objects[object.0 as usize].content;
                    self.add_values(self.solver.content_of(content), &mut found);
                }
                _ => {}
            }
        }
        tidy(found)
    }

    pub(super) fn items(&self, held: &[ValueId], key: ConstKey) -> Vec<ValueId> {
        let mut found = Vec::new();
        for id in held {
            if let Value::Container(container) = self.solver.values.get(*id) {
                for var in self
                    .solver
                    .vars_of_item(container, key)
                    .into_iter()
                    .flatten()
                {
                    self.add_values(var, &mut found);
                }
            }
        }
        tidy(found)
    }

    pub(super) fn callables(&self, held: &[ValueId], found: &mut Callables, depth: usize) {
        if depth > DEPTH {
            return;
        }
        for id in held {
            match self.solver.values.get(*id) {
                Value::Function(function) => {
                    let function = self.solver.written(function);
                    found.functions.push((function, Some(0)));
                }
                Value::Bound { function, .. } => {
                    let function = self.solver.written(function);
                    found.functions.push((function, Some(1)));
                }
                Value::Partial(partial) => {
                    let mut inner = Callables::default();
                    let callee = self.solver.callee_of_partial(partial);
                    self.callables(self.solver.values_of(callee), &mut inner, depth + 1);
                    let functions = inner.functions.into_iter();
                    found
                        .functions
                        .extend(functions.map(|(function, _)| (function, None)));
                    found.outside |= inner.outside;
                }
                Value::StaticMethod(inner) | Value::ClassMethod(inner) | Value::Named(inner) => {
                    self.callables(&[inner], found, depth + 1);
                }
                Value::Instance { class, .. } | Value::Family(class) => {
                    if let Some(function) = self.method(class, "__call__") {
                        found.functions.push((function.0, Some(1)));
                    }
                }
                Value::Class(_) => found.made.push(*id),
                Value::External(_) | Value::ExternalBound { .. } => found.outside = true,
                _ => {}
            }
        }
    }

    /// The method that instances of the class have by that name, in the program.
    pub(super) fn method(&self, class: u32, name: &str) -> Option<FuncId> {
        (self.solver.classes.get(class as usize)?.program_mro())
            .find_map(|class| self.program.classes.get(class as usize)?.methods.get(name))
            .copied()
    }

    pub(super) fn generators(&self, held: &[ValueId]) -> Vec<FuncId> {
        held.iter()
            .filter_map(|id| match self.solver.values.get(*id) {
                Value::Generator(function) => Some(FuncId(self.solver.written(function))),
                _ => None,
            })
            .collect()
    }
}

pub(super) fn tidy(mut held: Vec<ValueId>) -> Vec<ValueId> {
    held.sort_unstable();
    held.dedup();
    held
}
