//! Allocations, their uses and where they leave sight.

use super::Emitter;
use crate::flow::{Solver, Value, Var};
use crate::ir::Op;
use crate::{AllocId, Allocation, CallKind, FileId, FuncId, ObjectUse, Place, Program, Target};

impl Emitter {
    pub(super) fn allocations(&mut self, solver: &mut Solver<'_, '_>, program: &mut Program) {
        for object in &self.order {
            let object = &solver.objects[object.0 as usize];
            program.allocations.push(Allocation {
                place: Place {
                    file: FileId(object.spot.file),
                    range: object.spot.range,
                },
                class: object.class,
                function: FuncId(object.spot.function),
                uses: Vec::new(),
                escapes: Vec::new(),
                given_to: Vec::new(),
            });
        }
        if program.allocations.is_empty() {
            return;
        }
        self.attribute_uses(solver, program);
        self.implicit_uses(solver, program);
        self.escapes(solver, program);
        for allocation in &mut program.allocations {
            allocation.uses.sort_by(|left, right| {
                let key = |used: &ObjectUse| {
                    (
                        used.place.file,
                        used.place.range.start(),
                        used.place.range.end(),
                    )
                };
                key(left)
                    .cmp(&key(right))
                    .then_with(|| left.attribute.cmp(&right.attribute))
            });
            allocation.uses.dedup_by(|left, right| {
                left.place == right.place && left.attribute == right.attribute
            });
            allocation
                .escapes
                .sort_by_key(|place| (place.file, place.range.start(), place.range.end()));
            allocation.escapes.dedup();
            allocation.given_to.sort_unstable();
            allocation.given_to.dedup();
        }
    }

    fn attribute_uses(&self, solver: &Solver<'_, '_>, program: &mut Program) {
        for (file, info) in solver.files.iter().enumerate() {
            for attribute in &info.ir.attributes {
                let base = info.first_var + attribute.base.0;
                let found = self.allocations_in(solver, base);
                if found.is_empty() {
                    continue;
                }
                let Some(name) = info.ir.symbols.get(attribute.name.0 as usize) else {
                    continue;
                };
                let place = Place {
                    file: FileId(file as u32),
                    range: attribute.range,
                };
                let function = FuncId(info.first_function + attribute.function);
                self.add_uses(
                    solver,
                    program,
                    &found,
                    base,
                    place,
                    function,
                    name,
                    attribute.call,
                );
            }
            for op in &info.ir.ops {
                let Op::Store {
                    base, name, spot, ..
                } = op
                else {
                    continue;
                };
                let base = info.first_var + base.0;
                let found = self.allocations_in(solver, base);
                let Some(name) = info.ir.symbols.get(name.0 as usize) else {
                    continue;
                };
                let place = Place {
                    file: FileId(file as u32),
                    range: spot.range,
                };
                let function = FuncId(info.first_function + spot.function);
                self.add_uses(solver, program, &found, base, place, function, name, None);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one use")]
    fn add_uses(
        &self,
        solver: &Solver<'_, '_>,
        program: &mut Program,
        found: &[AllocId],
        base: Var,
        place: Place,
        function: FuncId,
        attribute: &str,
        call: Option<ruff_text_size::TextRange>,
    ) {
        for id in found {
            let class = program.allocations[id.0 as usize].class;
            let mixed = self.is_mixed(solver, program, base, class);
            program.allocations[id.0 as usize].uses.push(ObjectUse {
                place,
                function,
                attribute: attribute.to_owned(),
                call,
                mixed,
            });
        }
    }

    /// The variable may hold something that is not an object of the class.
    fn is_mixed(&self, solver: &Solver<'_, '_>, program: &Program, var: Var, class: &str) -> bool {
        solver.unknown_of(var).is_some()
            || solver.values_of(var).iter().any(|id| {
                let objects = self.objects_of(*id);
                match solver.values.get(*id) {
                    Value::ExternalInstance { class: name, .. } if objects.is_empty() => {
                        solver.names.text(name) != class
                    }
                    Value::Instance { class: own, .. } if objects.is_empty() => {
                        solver.classes[own as usize].catalog_class != Some(class)
                    }
                    Value::Family(own) => solver.classes[own as usize].catalog_class != Some(class),
                    _ => {
                        objects.is_empty()
                            || objects
                                .iter()
                                .any(|id| program.allocations[id.0 as usize].class != class)
                    }
                }
            })
    }

    fn implicit_uses(&self, solver: &Solver<'_, '_>, program: &mut Program) {
        for (object, method, spot) in &solver.implicit_uses {
            let Some(id) = self.allocations.get(object) else {
                continue;
            };
            program.allocations[id.0 as usize].uses.push(ObjectUse {
                place: Place {
                    file: FileId(spot.file),
                    range: spot.range,
                },
                function: FuncId(spot.function),
                attribute: solver.names.text(*method).to_owned(),
                call: None,
                mixed: false,
            });
        }
    }

    fn escapes(&self, solver: &Solver<'_, '_>, program: &mut Program) {
        for (file, info) in solver.files.iter().enumerate() {
            let file_id = FileId(file as u32);
            for site in &info.ir.sites {
                if site.kind != CallKind::Call {
                    continue;
                }
                let place = Place {
                    file: file_id,
                    range: site.range,
                };
                let call = program.call_index.get(&place).copied();
                let edges = call.map_or(&[][..], |call| &program.calls[call.0 as usize].edges);
                let leaves = edges.is_empty()
                    || call.is_none_or(|call| program.calls[call.0 as usize].unresolved.is_some())
                    || edges.iter().any(|edge| match &edge.target {
                        Target::External(name) => ungreen_catalog::flow(name).is_none(),
                        _ => false,
                    });
                let entry = call.filter(|_| {
                    edges.iter().any(|edge| {
                        edge.argument.is_none() && matches!(edge.target, Target::Entry { .. })
                    })
                });
                if !leaves && entry.is_none() {
                    continue;
                }
                let arguments = info
                    .ir
                    .arguments
                    .get(site.arguments.0 as usize..site.arguments.1 as usize)
                    .unwrap_or_default();
                for argument in arguments {
                    if argument.var.is_none() {
                        continue;
                    }
                    let var = info.first_var + argument.var.0;
                    if leaves {
                        let place = Place {
                            file: file_id,
                            range: argument.range,
                        };
                        self.add_escapes(solver, program, var, place);
                    }
                    if let Some(call) = entry {
                        for id in self.allocations_in(solver, var) {
                            program.allocations[id.0 as usize].given_to.push(call);
                        }
                    }
                }
            }
            for op in &info.ir.ops {
                let (base, from, spot) = match op {
                    Op::Store {
                        base, from, spot, ..
                    }
                    | Op::StoreItem {
                        base, from, spot, ..
                    } => (base, from, spot),
                    _ => continue,
                };
                if !from.is_none() && is_out_of_sight(solver, info.first_var + base.0) {
                    let place = Place {
                        file: file_id,
                        range: spot.range,
                    };
                    self.add_escapes(solver, program, info.first_var + from.0, place);
                }
            }
        }
        let written = solver.written_functions() as usize;
        for function in solver.functions.iter().take(written) {
            if !function.is_called {
                let place = Place {
                    file: FileId(function.file),
                    range: function.ir.name_range,
                };
                self.add_escapes(solver, program, function.returned_var(), place);
            }
        }
    }

    fn add_escapes(&self, solver: &Solver<'_, '_>, program: &mut Program, var: Var, place: Place) {
        for id in self.allocations_in(solver, var) {
            program.allocations[id.0 as usize].escapes.push(place);
        }
        for id in solver.values_of(var) {
            if let Value::Container(container) = solver.values.get(*id) {
                for id in self.allocations_in(solver, solver.content_of(container)) {
                    program.allocations[id.0 as usize].escapes.push(place);
                }
            }
        }
    }
}

/// Something that is stored there can be read by code that is not seen.
fn is_out_of_sight(solver: &Solver<'_, '_>, base: Var) -> bool {
    solver.unknown_of(base).is_some()
        || solver.values_of(base).iter().any(|id| {
            matches!(
                solver.values.get(*id),
                Value::External(_)
                    | Value::ExternalBound { .. }
                    | Value::ExternalInstance { object: None, .. }
            )
        })
}
