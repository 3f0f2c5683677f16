//! Reading and setting attributes.

use super::action::Action;
use super::classes::Waiter;
use super::{MroEntry, NONE, Name, Solver, Spot, Unknown, Value, ValueId, Var};
use crate::CallKind;

/// A dotted name outside the program has at most so many parts; longer ones come from loops such as `node = node.next`.
const PARTS: usize = 7;

/// Functions have attributes of their own; their fields are numbered from here, downward.
const FUNCTION_FIELDS: u32 = u32::MAX;

/// Tags of variables made at a site.
const GETTER: u32 = 1;
const GETTER_RESULT: u32 = 2;
const SETTER: u32 = 3;
const ATTRIBUTE_NAME: u32 = 14;

impl Solver<'_, '_> {
    pub(super) fn load(&mut self, id: ValueId, name: Name, to: Var, spot: Spot) {
        match self.values.get(id) {
            Value::Module(file) => self.load_module(file, name, to),
            Value::External(owner) => {
                if !self.may_have(owner, name) {
                    return;
                }
                let member = self.member(owner, name);
                if let Some(file) = self.modules.get(&member) {
                    let module = self.value(Value::Module(*file));
                    self.add(to, module);
                } else if self.parts(member) <= PARTS {
                    let value = self.value(Value::External(member));
                    self.add(to, value);
                } else {
                    self.add_unknown(to, Unknown::OPAQUE);
                }
            }
            Value::ExternalInstance { class, .. } => {
                let field = self.external_field(class, name);
                self.edge(field, to);
                self.load_external(class, name, id, to);
            }
            Value::ExternalBound {
                name: owner,
                receiver,
            } => match self.values.get(receiver) {
                Value::Property(_) => {}
                _ => self.load_external_attribute(owner, name, receiver, to),
            },
            Value::Function(function) | Value::Bound { function, .. } => {
                let field = self.field_of_function(function, name);
                self.edge(field, to);
                self.load_of_function(function, name, to);
            }
            Value::Class(class) => self.load_class(class, name, id, to),
            Value::Instance { class, .. } => self.load_instance(class, false, name, id, to, spot),
            Value::Family(class) => self.load_instance(class, true, name, id, to, spot),
            Value::Super { class, receiver } => self.load_super(class, receiver, name, to, spot),
            Value::Container(container) => {
                let class = self.containers[container.0 as usize].kind.class();
                self.load_builtin(class, name, id, to);
            }
            Value::Generator(_) => self.load_builtin("builtins.generator", name, id, to),
            Value::Coroutine(_) => self.load_builtin("builtins.coroutine", name, id, to),
            Value::Property(_) => self.load_builtin("builtins.property", name, id, to),
            Value::Text(_) | Value::Pattern { .. } => {
                self.load_builtin("builtins.str", name, id, to)
            }
            Value::Index(_) => self.load_builtin("builtins.int", name, id, to),
            Value::StaticMethod(inner) | Value::ClassMethod(inner) | Value::Named(inner) => {
                self.load(inner, name, to, spot)
            }
            Value::Partial(_) => self.load_builtin("functools.partial", name, id, to),
        }
    }

    fn parts(&self, name: Name) -> usize {
        self.names
            .text(name)
            .bytes()
            .filter(|byte| *byte == b'.')
            .count()
            + 1
    }

    /// Builtin classes have only the members that they have, and nothing is followed through those.
    fn may_have(&self, owner: Name, name: Name) -> bool {
        match self.names.text(owner).strip_prefix("builtins.") {
            Some(class) if class.contains('.') => false,
            Some(class) => {
                ungreen_catalog::is_builtin_member(class, self.names.text(name)) != Some(false)
            }
            None => true,
        }
    }

    fn load_builtin(&mut self, class: &str, name: Name, receiver: ValueId, to: Var) {
        let class = self.names.id(class);
        self.load_external(class, name, receiver, to);
    }

    fn load_external(&mut self, owner: Name, name: Name, receiver: ValueId, to: Var) {
        if !self.may_have(owner, name) {
            return;
        }
        let member = self.member(owner, name);
        if self.parts(member) > PARTS {
            self.add_unknown(to, Unknown::OPAQUE);
            return;
        }
        let value = self.value(Value::ExternalBound {
            name: member,
            receiver,
        });
        self.add(to, value);
    }

    /// An attribute of an attribute of something outside: one more is told apart, then nothing is known.
    fn load_external_attribute(&mut self, owner: Name, name: Name, receiver: ValueId, to: Var) {
        let class = match self.values.get(receiver) {
            Value::ExternalInstance { class, .. } => self.parts(class),
            _ => self.parts(owner).saturating_sub(1),
        };
        if self.parts(owner) > class + 1 {
            self.add_unknown(to, Unknown::OPAQUE);
        } else {
            self.load_external(owner, name, receiver, to);
        }
    }

    fn load_module(&mut self, file: u32, name: Name, to: Var) {
        let mut seen = Vec::new();
        if !self.load_global(file, name, to, &mut seen) {
            let field = self.module_field(file, name);
            self.edge(field, to);
        }
    }

    /// Connects a name of a module, by its own bindings, its star imports or its submodules. Returns whether there is one.
    pub(super) fn load_global(
        &mut self,
        file: u32,
        name: Name,
        to: Var,
        seen: &mut Vec<u32>,
    ) -> bool {
        if seen.contains(&file) {
            return false;
        }
        seen.push(file);
        let info = &self.files[file as usize];
        let mut found = false;
        if let Some(var) = info.globals.get(&name).copied() {
            self.edge(var, to);
            found = true;
        }
        let submodule = {
            let module = self.files[file as usize].name;
            let member = self.member(module, name);
            self.modules.get(&member).copied()
        };
        if let Some(submodule) = submodule
            && self.files[file as usize].is_package
        {
            let value = self.value(Value::Module(submodule));
            self.add(to, value);
            found = true;
        }
        if found {
            return true;
        }
        for star in self.files[file as usize].stars.clone() {
            match self.modules.get(&star).copied() {
                Some(other) if self.exports(other, name) => {
                    found |= self.load_global(other, name, to, seen);
                }
                Some(_) => {}
                None => {
                    let member = self.member(star, name);
                    if self.facts(member).is_known {
                        let value = self.value(Value::External(member));
                        self.add(to, value);
                        found = true;
                    }
                }
            }
        }
        found
    }

    /// Is the name among those that `from module import *` takes?
    fn exports(&self, file: u32, name: Name) -> bool {
        match &self.files[file as usize].exported {
            Some(exported) => exported.contains(&name),
            None => !self.names.text(name).starts_with('_'),
        }
    }

    fn module_field(&mut self, file: u32, name: Name) -> Var {
        if let Some(var) = self.module_fields.get(&(file, name)) {
            return *var;
        }
        let var = self.new_var();
        self.module_fields.insert((file, name), var);
        var
    }

    pub(super) fn external_field(&mut self, class: Name, name: Name) -> Var {
        if let Some(var) = self.external_fields.get(&(class, name)) {
            return *var;
        }
        let var = self.new_var();
        self.external_fields.insert((class, name), var);
        var
    }

    fn field_of_function(&mut self, function: u32, name: Name) -> Var {
        let key = (FUNCTION_FIELDS - function, name);
        if let Some(var) = self.fields.get(&key) {
            return *var;
        }
        let var = self.new_var();
        self.fields.insert(key, var);
        var
    }

    /// What every function has. A decorator may have given it the name of another one.
    fn load_of_function(&mut self, function: u32, name: Name, to: Var) {
        let ir = self.functions[function as usize].ir;
        match self.names.text(name) {
            "__name__" if ir.decorators.is_empty() => {
                let text = self.names.id(ir.name);
                let value = self.value(Value::Text(text));
                self.add(to, value);
            }
            "__name__" | "__qualname__" | "__module__" | "__doc__" => self.add_string(to),
            _ => {}
        }
    }

    fn load_class(&mut self, class: u32, name: Name, id: ValueId, to: Var) {
        let lookup = self.lookup(class, name, false);
        self.wait(
            lookup,
            Waiter {
                action: Action::BindClass { receiver: id, to },
                fields_to: None,
            },
        );
        let facts = &self.lookups[lookup as usize];
        if facts.declared {
            return;
        }
        let externals = facts.externals.clone();
        if externals.is_empty() {
            if self.names.text(name) == "__name__" {
                let text = self.names.id(self.classes[class as usize].ir.name);
                let value = self.value(Value::Text(text));
                self.add(to, value);
            } else if self.names.text(name).starts_with("__") {
                self.load_builtin("builtins.type", name, id, to);
            }
        } else {
            for external in externals {
                let member = self.member(external, name);
                let value = self.value(Value::External(member));
                self.add(to, value);
            }
        }
        if self.classes[class as usize].unknown_base {
            self.add_unknown(to, Unknown::RECEIVER);
        }
    }

    fn load_instance(
        &mut self,
        class: u32,
        family: bool,
        name: Name,
        id: ValueId,
        to: Var,
        spot: Spot,
    ) {
        if self.names.text(name) == "__class__" {
            self.class_of(id, to);
            return;
        }
        let lookup = self.lookup(class, name, family);
        self.wait(
            lookup,
            Waiter {
                action: Action::Bind {
                    receiver: id,
                    to,
                    spot,
                },
                fields_to: Some(to),
            },
        );
        let facts = &self.lookups[lookup as usize];
        if facts.declared {
            return;
        }
        for external in facts.externals.clone() {
            self.load_external(external, name, id, to);
        }
        if self.classes[class as usize].unknown_base {
            self.add_unknown(to, Unknown::RECEIVER);
        }
        let getattr = self.names.id("__getattr__");
        let fallback = self.lookup(class, getattr, family);
        if self.lookups[fallback as usize].declared && !self.names.text(name).starts_with("__") {
            let text = self.value(Value::Text(name));
            let site = self.implicit_site(spot, CallKind::Implicit);
            let (argument, _) = self.made_var(site, ATTRIBUTE_NAME, text);
            self.add(argument, text);
            let arguments = [super::calls::Argument::positional(argument, spot.range)];
            self.call_method(
                id,
                class,
                family,
                getattr,
                &arguments,
                to,
                spot,
                CallKind::Implicit,
            );
        }
    }

    fn load_super(&mut self, class: u32, receiver: ValueId, name: Name, to: Var, spot: Spot) {
        let (start, is_class) = match self.values.get(receiver) {
            Value::Instance { class: start, .. } | Value::Family(start) => (start, false),
            Value::Class(start) => (start, true),
            _ => (class, false),
        };
        let family = matches!(self.values.get(receiver), Value::Family(_));
        let mro = self.classes[start as usize].mro.clone();
        let after = mro
            .iter()
            .position(|entry| *entry == MroEntry::Program(class))
            .map_or(mro.as_slice(), |at| &mro[at + 1..]);
        for entry in after {
            match entry {
                MroEntry::Program(owner) => {
                    let Some(var) = self.classes[*owner as usize].namespace.get(&name).copied()
                    else {
                        continue;
                    };
                    if is_class {
                        self.on(var, Action::BindClass { receiver, to });
                    } else {
                        self.on(var, Action::Bind { receiver, to, spot });
                    }
                    if !family {
                        return;
                    }
                    break;
                }
                MroEntry::External(external) => {
                    // An unknown class outside may or may not define it, and classes of the program after it as well.
                    self.load_external(*external, name, receiver, to);
                }
            }
        }
        if family {
            // In some class that derives from this one, another class may come in between.
            for descendant in self.descendants(class) {
                let mro = self.classes[descendant as usize].mro.clone();
                let Some(at) = mro
                    .iter()
                    .position(|entry| *entry == MroEntry::Program(class))
                else {
                    continue;
                };
                let next = mro[at + 1..].iter().find_map(|entry| match entry {
                    MroEntry::Program(owner) => {
                        self.classes[*owner as usize].namespace.get(&name).copied()
                    }
                    MroEntry::External(_) => None,
                });
                if let Some(var) = next {
                    self.on(var, Action::Bind { receiver, to, spot });
                }
            }
            return;
        }
        if after
            .iter()
            .all(|entry| matches!(entry, MroEntry::Program(_)))
        {
            if self.classes[start as usize].unknown_base {
                self.add_unknown(to, Unknown::RECEIVER);
            } else {
                self.load_builtin("builtins.object", name, receiver, to);
            }
        }
    }

    /// A class attribute, read through an instance.
    pub(super) fn bind(&mut self, id: ValueId, receiver: ValueId, to: Var, spot: Spot) {
        match self.values.get(id) {
            Value::Function(function) => {
                let value = self.value(Value::Bound { function, receiver });
                self.add(to, value);
            }
            Value::StaticMethod(inner) => self.add(to, inner),
            Value::ClassMethod(inner) => {
                if let Some(class) = self.class_value_of(receiver) {
                    self.bind_function(inner, class, to);
                }
            }
            Value::Property(getter) => {
                let site = self.implicit_site(spot, CallKind::Implicit);
                let (callee, is_new) = self.made_var(site, GETTER, receiver);
                let (result, _) = self.made_var(site, GETTER_RESULT, receiver);
                if is_new {
                    let invocation = self.new_invocation(site, &[], result);
                    self.on(callee, Action::Call { invocation });
                }
                self.edge(result, to);
                self.bind_function(getter, receiver, callee);
            }
            _ => self.add(to, id),
        }
    }

    fn bind_function(&mut self, function: ValueId, receiver: ValueId, to: Var) {
        match self.values.get(function) {
            Value::Function(function) => {
                let value = self.value(Value::Bound { function, receiver });
                self.add(to, value);
            }
            _ => self.add(to, function),
        }
    }

    /// A class attribute, read through the class.
    pub(super) fn bind_class(&mut self, id: ValueId, receiver: ValueId, to: Var) {
        match self.values.get(id) {
            Value::StaticMethod(inner) => self.add(to, inner),
            Value::ClassMethod(inner) => self.bind_function(inner, receiver, to),
            _ => self.add(to, id),
        }
    }

    fn class_value_of(&mut self, receiver: ValueId) -> Option<ValueId> {
        match self.values.get(receiver) {
            Value::Instance { class, .. } | Value::Family(class) => {
                Some(self.value(Value::Class(class)))
            }
            Value::Class(_) => Some(receiver),
            _ => None,
        }
    }

    /// `type(x)`, `x.__class__`.
    pub(super) fn class_of(&mut self, id: ValueId, to: Var) {
        match self.values.get(id) {
            Value::Instance { class, .. } => {
                let value = self.value(Value::Class(class));
                self.add(to, value);
            }
            Value::Family(class) => {
                for class in std::iter::once(class).chain(self.descendants(class)) {
                    let value = self.value(Value::Class(class));
                    self.add(to, value);
                }
            }
            Value::ExternalInstance { class, .. } => {
                let value = self.value(Value::External(class));
                self.add(to, value);
            }
            _ => {}
        }
    }

    pub(super) fn store(&mut self, id: ValueId, name: Name, from: Var, spot: Spot) {
        match self.values.get(id) {
            Value::Module(file) => {
                let var = match self.files[file as usize].globals.get(&name) {
                    Some(var) => *var,
                    None => self.module_field(file, name),
                };
                self.edge(from, var);
            }
            Value::Class(class) => {
                let var = self.class_attribute(class, name);
                self.edge(from, var);
            }
            Value::Instance { class, .. } | Value::Family(class) => {
                let lookup = self.lookup(class, name, false);
                self.wait(
                    lookup,
                    Waiter {
                        action: Action::BindStore {
                            receiver: id,
                            from,
                            spot,
                        },
                        fields_to: None,
                    },
                );
                let var = self.field(class, name);
                self.edge(from, var);
            }
            Value::ExternalInstance { class, .. } => {
                let var = self.external_field(class, name);
                self.edge(from, var);
            }
            Value::Function(function) | Value::Bound { function, .. } => {
                let var = self.field_of_function(function, name);
                self.edge(from, var);
            }
            _ => {}
        }
    }

    /// The variable of a property's setter.
    pub(super) fn setter_var(&mut self, property: ValueId) -> Var {
        if let Some(var) = self.setters.get(&property) {
            return *var;
        }
        let var = self.new_var();
        self.setters.insert(property, var);
        var
    }

    /// A class attribute that an instance attribute of the same name is set over.
    pub(super) fn bind_store(&mut self, id: ValueId, receiver: ValueId, from: Var, spot: Spot) {
        let Value::Property(_) = self.values.get(id) else {
            return;
        };
        let setter = self.setter_var(id);
        let site = self.implicit_site(spot, CallKind::Implicit);
        let (callee, is_new) = self.made_var(site, SETTER, receiver);
        if is_new {
            let argument = super::calls::Argument::positional(from, spot.range);
            let invocation = self.new_invocation(site, &[argument], NONE);
            self.on(callee, Action::Call { invocation });
        }
        self.on(
            setter,
            Action::Bind {
                receiver,
                to: callee,
                spot,
            },
        );
    }
}
