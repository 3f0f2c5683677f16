//! From one operation of a file to what the solver does.

use super::action::{Action, Key};
use super::contexts::ContextId;
use super::{ConstKey, Name, Solver, Spot, Value};
use crate::ir::{self, Constant, Op};

impl Solver<'_, '_> {
    fn symbol(&self, file: u32, symbol: ir::Sym) -> Name {
        self.files[file as usize].symbols[symbol.0 as usize]
    }

    fn place(&self, file: u32, spot: ir::Spot) -> Spot {
        Spot {
            file,
            function: self.files[file as usize].first_function + spot.function,
            range: spot.range,
        }
    }

    fn key_in(&self, file: u32, context: ContextId, key: ir::Key) -> Key {
        match key {
            ir::Key::Unknown => Key::Unknown,
            ir::Key::Name(name) => Key::Const(ConstKey::Text(self.symbol(file, name))),
            ir::Key::Index(index) => Key::Const(ConstKey::Index(index)),
            ir::Key::Unpacked(index) => Key::Unpacked(index),
            ir::Key::Of(var) => Key::Of(self.var_in(file, context, var)),
            ir::Key::Slice(lower, upper) => Key::Slice(lower, upper),
            ir::Key::Rest(before, after) => Key::Rest(before, after),
        }
    }

    pub(super) fn link_op(&mut self, file: u32, context: ContextId, op: &Op) {
        match *op {
            Op::Copy { from, to } => self.edge(
                self.var_in(file, context, from),
                self.var_in(file, context, to),
            ),
            Op::Constant { value, to } => {
                let value = match value {
                    Constant::Function(index) => {
                        Value::Function(self.function_in(file, context, index))
                    }
                    Constant::Class(index) => {
                        Value::Class(self.files[file as usize].first_class + index)
                    }
                    Constant::Display(index) => {
                        Value::Container(self.display_in(file, context, index))
                    }
                    Constant::Name(name) => Value::Text(self.symbol(file, name)),
                    Constant::Pattern(prefix, suffix) => Value::Pattern {
                        prefix: self.symbol(file, prefix),
                        suffix: self.symbol(file, suffix),
                    },
                    Constant::Index(index) => Value::Index(index),
                    Constant::Builtin(class) => Value::ExternalInstance {
                        class: self.symbol(file, class),
                        object: None,
                    },
                };
                let value = self.value(value);
                self.add(self.var_in(file, context, to), value);
            }
            Op::Load {
                base,
                name,
                to,
                spot,
            } => {
                let name = self.symbol(file, name);
                self.on(
                    self.var_in(file, context, base),
                    Action::Load {
                        name,
                        to: self.var_in(file, context, to),
                        spot: self.place(file, spot),
                    },
                );
            }
            Op::Store {
                base,
                name,
                from,
                spot,
            } => {
                let name = self.symbol(file, name);
                self.on(
                    self.var_in(file, context, base),
                    Action::Store {
                        name,
                        from: self.var_in(file, context, from),
                        spot: self.place(file, spot),
                    },
                );
            }
            Op::LoadItem {
                base,
                key,
                to,
                spot,
            } => {
                self.on(
                    self.var_in(file, context, base),
                    Action::LoadItem {
                        key: self.key_in(file, context, key),
                        to: self.var_in(file, context, to),
                        spot: self.place(file, spot),
                    },
                );
            }
            Op::StoreItem {
                base,
                key,
                from,
                spot,
            } => {
                self.on(
                    self.var_in(file, context, base),
                    Action::StoreItem {
                        key: self.key_in(file, context, key),
                        from: self.var_in(file, context, from),
                        spot: self.place(file, spot),
                    },
                );
            }
            Op::Iterate { base, to, spot } => self.on(
                self.var_in(file, context, base),
                Action::Iterate {
                    to: self.var_in(file, context, to),
                    spot: self.place(file, spot),
                },
            ),
            Op::Spread { base, to, spot } => {
                let element = self.new_var();
                let spot = self.place(file, spot);
                self.on(
                    self.var_in(file, context, base),
                    Action::Iterate { to: element, spot },
                );
                self.on(
                    self.var_in(file, context, to),
                    Action::StoreItem {
                        key: Key::Unknown,
                        from: element,
                        spot,
                    },
                );
            }
            Op::Extend {
                base,
                argument,
                spot,
            } => {
                let argument = self.var_in(file, context, argument);
                let spot = self.place(file, spot);
                self.on(
                    self.var_in(file, context, base),
                    Action::Extend { argument, spot },
                );
            }
            Op::Merge { base, to } => self.on(
                self.var_in(file, context, base),
                Action::Merge {
                    to: self.var_in(file, context, to),
                },
            ),
            Op::Enter { base, to, spot } => self.on(
                self.var_in(file, context, base),
                Action::Enter {
                    to: self.var_in(file, context, to),
                    spot: self.place(file, spot),
                },
            ),
            Op::Await { base, to, spot } => self.on(
                self.var_in(file, context, base),
                Action::Await {
                    to: self.var_in(file, context, to),
                    spot: self.place(file, spot),
                },
            ),
            Op::Operator {
                base,
                method,
                argument,
                to,
                spot,
            } => {
                let method = self.symbol(file, method);
                let (argument, to) = (
                    self.var_in(file, context, argument),
                    self.var_in(file, context, to),
                );
                self.on(
                    self.var_in(file, context, base),
                    Action::Operator {
                        method,
                        argument,
                        to,
                        spot: self.place(file, spot),
                    },
                );
            }
            Op::Raise { base, spot } => self.on(
                self.var_in(file, context, base),
                Action::Raise {
                    spot: self.place(file, spot),
                },
            ),
            Op::Delegate {
                base,
                yielded,
                to,
                spot,
            } => {
                let (yielded, to) = (
                    self.var_in(file, context, yielded),
                    self.var_in(file, context, to),
                );
                self.on(
                    self.var_in(file, context, base),
                    Action::Delegate {
                        yielded,
                        to,
                        spot: self.place(file, spot),
                    },
                );
            }
            Op::Static { from, to } => self.on(
                self.var_in(file, context, from),
                Action::Static {
                    to: self.var_in(file, context, to),
                },
            ),
            Op::Annotation { base, to } => self.on(
                self.var_in(file, context, base),
                Action::Annotation {
                    to: self.var_in(file, context, to),
                },
            ),
        }
    }
}
