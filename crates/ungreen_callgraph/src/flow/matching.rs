//! `getattr(x, "do_" + verb)`, `getattr(x, name)`: attributes of which the name is known in part or not at all.

use super::action::Action;
use super::classes::Waiter;
use super::{Name, Solver, Spot, Unknown, Value, ValueId, Var};

/// A pattern that fits more names of the program says nothing.
const NAMES: usize = 256;

/// A class with more methods than that is not taken for a table of them.
const METHODS: usize = 48;

impl Solver<'_, '_> {
    /// Loads every attribute that the program defines and that fits.
    pub(super) fn load_matching(
        &mut self,
        id: ValueId,
        prefix: Name,
        suffix: Name,
        to: Var,
        spot: Spot,
    ) {
        let (class, family) = match self.values.get(id) {
            Value::Module(file) => {
                let mut names: Vec<Name> = self.files[file as usize]
                    .globals
                    .keys()
                    .copied()
                    .filter(|name| self.fits(*name, prefix, suffix))
                    .collect();
                names.sort_unstable();
                for name in names {
                    self.load(id, name, to, spot);
                }
                return;
            }
            Value::Instance { class, .. } | Value::Class(class) => (class, false),
            Value::Family(class) => (class, true),
            _ => {
                self.add_unknown(to, Unknown::DYNAMIC);
                return;
            }
        };
        if self.classes[class as usize].unknown_base {
            self.add_unknown(to, Unknown::RECEIVER);
        }
        let names = self.names_of_classes(prefix, suffix);
        if names.len() > NAMES {
            self.add_unknown(to, Unknown::DYNAMIC);
            return;
        }
        for name in names {
            self.load_declared(id, class, family, name, to, spot);
        }
    }

    /// An attribute of a class of the program, where the classes outside that it derives from are left out.
    fn load_declared(
        &mut self,
        id: ValueId,
        class: u32,
        family: bool,
        name: Name,
        to: Var,
        spot: Spot,
    ) {
        let lookup = self.lookup(class, name, family);
        let waiter = if matches!(self.values.get(id), Value::Class(_)) {
            Waiter {
                action: Action::BindClass { receiver: id, to },
                fields_to: None,
            }
        } else {
            Waiter {
                action: Action::Bind {
                    receiver: id,
                    to,
                    spot,
                },
                fields_to: Some(to),
            }
        };
        self.wait(lookup, waiter);
    }

    /// Any method of `base`, and what else `getattr` may find there.
    pub(super) fn load_by_unknown_name(&mut self, base: Var, to: Var, spot: Spot) {
        self.add_unknown(to, Unknown::DYNAMIC);
        if self.unknown_names.insert((base, to)) {
            self.on(base, Action::LoadAnyMethod { to, spot });
        }
    }

    pub(super) fn load_any_method(&mut self, id: ValueId, to: Var, spot: Spot) {
        let (class, family) = match self.values.get(id) {
            Value::Instance { class, .. } | Value::Class(class) => (class, false),
            Value::Family(class) => (class, true),
            _ => return,
        };
        let mut classes: Vec<u32> = self.classes[class as usize].program_mro().collect();
        if family {
            classes.extend(self.descendants(class));
        }
        let mut names: Vec<Name> = classes
            .iter()
            .flat_map(|class| self.classes[*class as usize].namespace.keys())
            .copied()
            .filter(|name| !self.names.text(*name).starts_with("__"))
            .collect();
        names.sort_unstable();
        names.dedup();
        if names.len() > METHODS {
            return;
        }
        let found = self.new_var();
        self.on(found, Action::Named { to });
        for name in names {
            self.load_declared(id, class, family, name, found, spot);
        }
    }

    /// What a computed name finds and can be called.
    pub(super) fn add_named(&mut self, id: ValueId, to: Var) {
        if let Value::Function(_) | Value::Bound { .. } = self.values.get(id) {
            let named = self.value(Value::Named(id));
            self.add(to, named);
        }
    }

    /// Names that some class of the program gives to an attribute of itself or of its instances, in order.
    fn names_of_classes(&mut self, prefix: Name, suffix: Name) -> Vec<Name> {
        if let Some(names) = self.matching.get(&(prefix, suffix)) {
            return names.clone();
        }
        let mut names: Vec<Name> = self
            .classes
            .iter()
            .flat_map(|class| class.namespace.keys().chain(&class.instance_attributes))
            .copied()
            .filter(|name| self.fits(*name, prefix, suffix))
            .collect();
        names.sort_unstable();
        names.dedup();
        self.matching.insert((prefix, suffix), names.clone());
        names
    }

    fn fits(&self, name: Name, prefix: Name, suffix: Name) -> bool {
        let (name, prefix, suffix) = (
            self.names.text(name),
            self.names.text(prefix),
            self.names.text(suffix),
        );
        name.len() >= prefix.len() + suffix.len()
            && name.starts_with(prefix)
            && name.ends_with(suffix)
    }
}
