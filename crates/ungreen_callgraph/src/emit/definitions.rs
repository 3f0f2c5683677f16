//! Files, functions and classes.

use super::{Emitter, compare_targets, push_target};
use crate::facts::Facts;
use crate::flow::{MroEntry, Name, Solver};
use crate::ir::ParameterKind;
use crate::{
    Base, Class, ClassId, Decorator, FileFacts, FileId, FuncId, Function, FunctionKind,
    ImportBinding, Module, Program, Target,
};

impl Emitter {
    pub(super) fn definitions(
        &mut self,
        solver: &mut Solver<'_, '_>,
        modules: &[Module<'_>],
        program: &mut Program,
    ) {
        for (info, module) in solver.files.iter().zip(modules) {
            let imports = info.ir.imports.iter().map(|import| ImportBinding {
                scope: FuncId(info.first_function + import.function),
                ..import.binding.clone()
            });
            program.files.push(FileFacts {
                path: module.path.to_owned(),
                module: module.name.to_owned(),
                body: FuncId(info.first_function),
                imports: imports.collect(),
            });
        }
        for function in 0..solver.written_functions() as usize {
            let function = self.function(solver, function);
            program.functions.push(function);
        }
        for class in 0..solver.classes.len() {
            let class = self.class(solver, class);
            program.classes.push(class);
        }
        self.overrides(solver, program);
    }

    fn function(&mut self, solver: &mut Solver<'_, '_>, index: usize) -> Function {
        let (ir, file, class) = {
            let info = &solver.functions[index];
            (info.ir, info.file, info.class)
        };
        let (first_function, first_var) = {
            let info = &solver.files[file as usize];
            (info.first_function, info.first_var)
        };
        let mut decorators = Vec::new();
        for decorator in &ir.decorators {
            let mut targets = Vec::new();
            if !decorator.value.is_none() {
                for id in solver.values_of(first_var + decorator.value.0).to_vec() {
                    if let Some(target) = self.decorator_target(solver, id) {
                        push_target(&mut targets, target);
                    }
                }
            }
            targets.sort_by(compare_targets);
            decorators.push(Decorator {
                range: decorator.range,
                targets,
                text: decorator.text.clone(),
            });
        }
        let info = &solver.functions[index];
        let parameters = info.parameters.iter().map(|parameter| {
            let name = solver.names.text(parameter.name);
            match parameter.kind {
                ParameterKind::Vararg => format!("*{name}"),
                ParameterKind::Kwarg => format!("**{name}"),
                _ => name.to_owned(),
            }
        });
        Function {
            file: FileId(file),
            qualname: ir.qualname.clone(),
            name: ir.name.to_owned(),
            kind: ir.kind,
            parent: ir.parent.map(|parent| FuncId(first_function + parent)),
            class: class.map(ClassId),
            range: ir.range,
            name_range: ir.name_range,
            line: ir.line,
            is_async: ir.is_async,
            is_generator: ir.is_generator,
            is_generator_stub: false,
            decorators,
            overrides: Vec::new(),
            external_overrides: Vec::new(),
            declarations: Vec::new(),
            parameters: parameters.collect(),
        }
    }

    fn decorator_target(
        &mut self,
        solver: &mut Solver<'_, '_>,
        id: crate::flow::ValueId,
    ) -> Option<Target> {
        use crate::flow::Value;
        match solver.values.get(id) {
            Value::External(name)
            | Value::ExternalInstance { class: name, .. }
            | Value::ExternalBound { name, .. } => Some(self.external(solver, name, None)),
            Value::Instance { class, .. } | Value::Family(class) => {
                Some(Target::Class(ClassId(class)))
            }
            _ => self.denoted(solver, id),
        }
    }

    fn class(&mut self, solver: &mut Solver<'_, '_>, index: usize) -> Class {
        let (ir, file) = (solver.classes[index].ir, solver.classes[index].file);
        let first_function = solver.files[file as usize].first_function;
        let mut bases = Vec::new();
        for (position, (range, _)) in ir.bases.iter().enumerate() {
            for entry in solver.classes[index].bases[position].clone() {
                let target = match entry {
                    MroEntry::Program(class) => Target::Class(ClassId(class)),
                    MroEntry::External(name) => self.external(solver, name, None),
                };
                bases.push(Base {
                    range: *range,
                    target,
                });
            }
        }
        let methods = ir.methods.iter().map(|(name, function)| {
            let symbols = &solver.files[file as usize].ir.symbols;
            (
                symbols[name.0 as usize].to_owned(),
                FuncId(first_function + function),
            )
        });
        Class {
            file: FileId(file),
            qualname: ir.qualname.clone(),
            name: ir.name.to_owned(),
            range: ir.range,
            body: FuncId(first_function + ir.body),
            bases,
            methods: methods.collect(),
            subclasses: solver
                .descendants(index as u32)
                .into_iter()
                .map(ClassId)
                .collect(),
        }
    }

    fn overrides(&mut self, solver: &mut Solver<'_, '_>, program: &mut Program) {
        for index in 0..program.functions.len() {
            let function = &program.functions[index];
            let (Some(class), FunctionKind::Def) = (function.class, function.kind) else {
                continue;
            };
            let name = function.name.clone();
            let mro = solver.classes[class.0 as usize].mro.clone();
            let mut overrides = Vec::new();
            let mut external = Vec::new();
            for entry in mro.into_iter().skip(1) {
                match entry {
                    MroEntry::Program(base) => {
                        overrides.extend(
                            program.classes[base as usize]
                                .methods
                                .get(&name)
                                .filter(|id| id.0 as usize != index),
                        );
                    }
                    MroEntry::External(base) => {
                        external.extend(external_override(solver, base, &name));
                    }
                }
            }
            program.functions[index].overrides = overrides;
            program.functions[index].external_overrides = external;
        }
    }
}

/// The dotted name of the method of a class outside the program, if it is known that there is one and that the library calls it.
fn external_override(solver: &mut Solver<'_, '_>, base: Name, name: &str) -> Option<String> {
    let class = solver.names.text(base);
    if ungreen_catalog::is_called_by_library(class, name) {
        return Some(format!("{class}.{name}"));
    }
    solver.facts(base).class?;
    let method = format!("{}.{name}", solver.names.text(base));
    let entry = Facts::of(&method).entry?;
    entry
        .name
        .rsplit_once('.')
        .is_some_and(|(_, member)| member == name)
        .then(|| entry.name.clone())
}
