//! Bases, method resolution order and look-up of names in classes.

use rustc_hash::FxHashSet;

use super::action::Action;
use super::{ClassInfo, Name, Solver, Value, ValueId, Var};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum MroEntry {
    Program(u32),
    External(Name),
}

/// Where a name is found in a class (or in it and all that derive from it). Kept up to date while bases and attributes become known.
pub(super) struct Lookup {
    class: u32,
    name: Name,
    family: bool,
    /// Class attributes.
    attributes: Vec<Var>,
    /// Instance attributes.
    fields: Vec<Var>,
    /// Classes outside the program that may define it, if no class of the program does.
    pub(super) externals: Vec<Name>,
    /// Some class of the program defines it.
    pub(super) declared: bool,
    waiters: Vec<Waiter>,
}

/// Who wants to know what the name denotes.
#[derive(Clone, Copy)]
pub(super) struct Waiter {
    /// Taken on the class attributes.
    pub(super) action: Action,
    /// Gets what the instance attributes hold.
    pub(super) fields_to: Option<Var>,
}

impl Solver<'_, '_> {
    pub(crate) fn derives_from(&self, class: u32, base: u32) -> bool {
        self.classes[class as usize]
            .mro
            .contains(&MroEntry::Program(base))
    }

    /// Classes that derive from the class, at any depth, in order of their ids.
    pub(crate) fn descendants(&self, class: u32) -> Vec<u32> {
        let mut found = FxHashSet::default();
        let mut stack = self.classes[class as usize].subclasses.clone();
        while let Some(next) = stack.pop() {
            if found.insert(next) {
                stack.extend(&self.classes[next as usize].subclasses);
            }
        }
        let mut found: Vec<u32> = found.into_iter().collect();
        found.sort_unstable();
        found
    }

    /// A decorator that hands its class back gives, for all that is known of it, any class that it decorates:
    ///
    /// ```python
    /// @patched
    /// class Base: ...
    /// @patched
    /// class Other: ...
    /// class Derived(Base): ...    # not of `Other`
    /// ```
    fn is_mixed_up(&self, class: u32, position: u32, base: u32) -> bool {
        let base = self.classes[base as usize].ir;
        let written = self.classes[class as usize]
            .ir
            .base_names
            .get(position as usize);
        let Some(Some(written)) = written else {
            return false;
        };
        base.is_decorated
            && base.name != *written
            && (self.classes.iter()).any(|known| known.ir.is_decorated && known.ir.name == *written)
    }

    /// The class's base expression at the position may be that value.
    pub(super) fn add_base(&mut self, class: u32, position: u32, id: ValueId) {
        let entry = match self.values.get(id) {
            Value::Class(base)
                if base != class
                    && !self.derives_from(base, class)
                    && !self.is_mixed_up(class, position, base) =>
            {
                MroEntry::Program(base)
            }
            Value::External(name) if self.names.text(name) != "builtins.object" => {
                MroEntry::External(name)
            }
            // A function outside that makes a base class: `namedtuple(…)`, `with_metaclass(…)`.
            Value::ExternalInstance { class: name, .. } => MroEntry::External(name),
            _ => return,
        };
        let bases = &mut self.classes[class as usize].bases[position as usize];
        if bases.contains(&entry) {
            return;
        }
        bases.push(entry);
        if let MroEntry::Program(base) = entry {
            self.classes[base as usize].subclasses.push(class);
        }
        let mut changed = vec![class];
        changed.extend(self.descendants(class));
        // Bases before the classes that derive from them: their orders are parts of the others'.
        changed.sort_by_key(|class| (self.classes[*class as usize].mro.len(), *class));
        for _ in 0..2 {
            for class in &changed {
                self.update_mro(*class);
            }
        }
        for class in &changed {
            self.refresh_class(*class);
        }
        if let MroEntry::Program(base) = entry {
            // Look-ups with subclasses at any base now cover this class.
            for entry in self.classes[base as usize].mro.clone() {
                if let MroEntry::Program(above) = entry {
                    for lookup in self.classes[above as usize].lookups.clone() {
                        if self.lookups[lookup as usize].family {
                            self.refresh(lookup);
                        }
                    }
                }
            }
        }
        for class in changed {
            for invocation in self.classes[class as usize].instantiations.clone() {
                self.instantiate(invocation, class);
            }
        }
    }

    pub(super) fn base_unknown(&mut self, class: u32) {
        self.classes[class as usize].unknown_base = true;
    }

    fn update_mro(&mut self, class: u32) {
        let info = &self.classes[class as usize];
        let bases: Vec<MroEntry> = info.bases.iter().flatten().copied().collect();
        let mut lists: Vec<Vec<MroEntry>> = bases
            .iter()
            .map(|base| match base {
                MroEntry::Program(base) => self.classes[*base as usize].mro.clone(),
                MroEntry::External(_) => vec![*base],
            })
            .collect();
        lists.push(bases);
        let mut mro = vec![MroEntry::Program(class)];
        mro.extend(c3(lists));
        let externals: Vec<Name> = mro
            .iter()
            .filter_map(|entry| match entry {
                MroEntry::External(name) => Some(*name),
                MroEntry::Program(_) => None,
            })
            .collect();
        let catalog_class = externals
            .into_iter()
            .find_map(|name| self.facts(name).class);
        let info = &mut self.classes[class as usize];
        info.mro = mro;
        info.catalog_class = catalog_class;
    }

    /// Where the name is looked up, for an instance of the class.
    pub(super) fn lookup(&mut self, class: u32, name: Name, family: bool) -> u32 {
        if let Some(lookup) = self.lookup_index.get(&(class, name, family)) {
            return *lookup;
        }
        let index = self.lookups.len() as u32;
        self.lookups.push(Lookup {
            class,
            name,
            family,
            attributes: Vec::new(),
            fields: Vec::new(),
            externals: Vec::new(),
            declared: false,
            waiters: Vec::new(),
        });
        self.lookup_index.insert((class, name, family), index);
        self.classes[class as usize].lookups.push(index);
        self.refresh(index);
        index
    }

    fn refresh_class(&mut self, class: u32) {
        for lookup in self.classes[class as usize].lookups.clone() {
            self.refresh(lookup);
        }
    }

    fn refresh(&mut self, index: u32) {
        let Lookup {
            class,
            name,
            family,
            ..
        } = self.lookups[index as usize];
        let mut attributes = Vec::new();
        let mut fields = Vec::new();
        let mut externals = Vec::new();
        let mut declared = false;
        for entry in &self.classes[class as usize].mro {
            match entry {
                MroEntry::Program(owner) => {
                    fields.extend(self.fields.get(&(*owner, name)));
                    let owner = &self.classes[*owner as usize];
                    if !declared && let Some(var) = owner.namespace.get(&name) {
                        attributes.push(*var);
                        declared = true;
                    }
                    declared |= owner.instance_attributes.contains(&name);
                }
                MroEntry::External(external) => {
                    if !declared && !externals.contains(external) {
                        externals.push(*external);
                    }
                }
            }
        }
        if family {
            for class in self.descendants(class) {
                fields.extend(self.fields.get(&(class, name)));
                attributes.extend(self.classes[class as usize].namespace.get(&name));
            }
        }
        if declared {
            externals.clear();
        }
        let lookup = &mut self.lookups[index as usize];
        lookup.declared = declared;
        lookup.externals = externals;
        for var in attributes {
            if !self.lookups[index as usize].attributes.contains(&var) {
                self.lookups[index as usize].attributes.push(var);
                for waiter in self.lookups[index as usize].waiters.clone() {
                    self.on(var, waiter.action);
                }
            }
        }
        for var in fields {
            self.add_field_to_lookup(index, var);
        }
    }

    fn add_field_to_lookup(&mut self, index: u32, field: Var) {
        let lookup = &mut self.lookups[index as usize];
        if lookup.fields.contains(&field) {
            return;
        }
        lookup.fields.push(field);
        for waiter in lookup.waiters.clone() {
            if let Some(to) = waiter.fields_to {
                self.edge(field, to);
            }
        }
    }

    pub(super) fn wait(&mut self, index: u32, waiter: Waiter) {
        let lookup = &mut self.lookups[index as usize];
        lookup.waiters.push(waiter);
        for var in lookup.attributes.clone() {
            self.on(var, waiter.action);
        }
        if let Some(to) = waiter.fields_to {
            for field in self.lookups[index as usize].fields.clone() {
                self.edge(field, to);
            }
        }
    }

    /// Where the name is looked up so that an attribute of the class may be found, in the order in which that began.
    fn lookups_through(&self, class: u32, name: Name) -> Vec<u32> {
        let below = (self.descendants(class).into_iter())
            .chain([class])
            .filter(|below| self.derives_from(*below, class))
            .flat_map(|below| [(below, name, false), (below, name, true)]);
        let above = self.classes[class as usize].program_mro();
        let above = above.map(|above| (above, name, true));
        let mut found: Vec<u32> = below
            .chain(above)
            .filter_map(|key| self.lookup_index.get(&key).copied())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The variable of an instance attribute of the class.
    pub(super) fn field(&mut self, class: u32, name: Name) -> Var {
        if let Some(var) = self.fields.get(&(class, name)) {
            return *var;
        }
        let var = self.new_var();
        self.fields.insert((class, name), var);
        for index in self.lookups_through(class, name) {
            self.add_field_to_lookup(index, var);
        }
        var
    }

    /// The variables of an attribute of instances of the class and of the classes that derive from it.
    pub(crate) fn vars_of_attribute(&self, class: u32, name: Name) -> Vec<Var> {
        let mut classes: Vec<u32> = self.classes[class as usize].program_mro().collect();
        classes.extend(self.descendants(class));
        let mut vars = Vec::new();
        for class in classes {
            vars.extend(self.fields.get(&(class, name)));
            vars.extend(self.classes[class as usize].namespace.get(&name));
        }
        vars
    }

    /// The variable of an attribute of the class itself.
    pub(super) fn class_attribute(&mut self, class: u32, name: Name) -> Var {
        if let Some(var) = self.classes[class as usize].namespace.get(&name) {
            return *var;
        }
        let var = self.new_var();
        self.classes[class as usize].namespace.insert(name, var);
        for index in self.lookups_through(class, name) {
            self.refresh(index);
        }
        var
    }
}

impl ClassInfo<'_, '_> {
    pub(crate) fn program_mro(&self) -> impl Iterator<Item = u32> + '_ {
        self.mro.iter().filter_map(|entry| match entry {
            MroEntry::Program(class) => Some(*class),
            MroEntry::External(_) => None,
        })
    }
}

/// C3 linearization; where the lists contradict one another, the first of the first list goes first.
fn c3(mut lists: Vec<Vec<MroEntry>>) -> Vec<MroEntry> {
    let mut merged = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        let Some(first) = lists.first().and_then(|list| list.first()).copied() else {
            return merged;
        };
        let next = lists
            .iter()
            .filter_map(|list| list.first())
            .find(|head| {
                !lists
                    .iter()
                    .any(|list| list.iter().skip(1).any(|entry| entry == *head))
            })
            .copied()
            .unwrap_or(first);
        for list in &mut lists {
            list.retain(|entry| *entry != next);
        }
        merged.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diamond() {
        let [a, b, c] = [0, 1, 2].map(MroEntry::Program);
        assert_eq!(c3(vec![vec![b, a], vec![c, a], vec![b, c]]), [b, c, a]);
    }

    #[test]
    fn contradiction_keeps_every_class() {
        let [a, b] = [0, 1].map(MroEntry::Program);
        assert_eq!(c3(vec![vec![a, b], vec![b, a]]), [a, b]);
    }
}
