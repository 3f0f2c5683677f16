//! `getattr(x, "do_" + verb)`: attributes of which only the beginning and the end of the name are known.

use super::action::Action;
use super::classes::Waiter;
use super::{Name, Solver, Spot, Unknown, Value, ValueId, Var};

/// A pattern that fits more names of the program says nothing.
const NAMES: usize = 256;

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
        let is_class = matches!(self.values.get(id), Value::Class(_));
        for name in names {
            let lookup = self.lookup(class, name, family);
            let waiter = if is_class {
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
        name.len() > prefix.len() + suffix.len()
            && name.starts_with(prefix)
            && name.ends_with(suffix)
    }
}
