//! What is done for each value of a variable.

use super::{ConstKey, ContainerId, Name, Solver, Spot, Unknown, Value, ValueId, Var};

#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    Load {
        name: Name,
        to: Var,
        spot: Spot,
    },
    Store {
        name: Name,
        from: Var,
        spot: Spot,
    },
    LoadItem {
        key: Key,
        to: Var,
        spot: Spot,
    },
    StoreItem {
        key: Key,
        from: Var,
        spot: Spot,
    },
    /// The variable holds keys of the container.
    LoadKey {
        container: ContainerId,
        to: Var,
    },
    StoreKey {
        container: ContainerId,
        from: Var,
    },
    Iterate {
        to: Var,
        spot: Spot,
    },
    /// The variable may hold lists, which get the elements of the argument.
    Extend {
        argument: Var,
        spot: Spot,
    },
    /// The items of the value become items of the containers in `to`.
    Merge {
        to: Var,
    },
    MergeFrom {
        from: ContainerId,
    },
    Enter {
        to: Var,
        spot: Spot,
    },
    Await {
        to: Var,
        spot: Spot,
    },
    Operator {
        method: Name,
        argument: Var,
        to: Var,
        spot: Spot,
    },
    Raise {
        spot: Spot,
    },
    Delegate {
        yielded: Var,
        to: Var,
        spot: Spot,
    },
    Annotation {
        to: Var,
    },
    Static {
        to: Var,
    },
    ClassMethod {
        to: Var,
    },
    Property {
        to: Var,
        setter: Var,
    },
    /// The variable is an attribute found in a class, read through `receiver`.
    Bind {
        receiver: ValueId,
        to: Var,
        spot: Spot,
    },
    /// The same for a class as the receiver.
    BindClass {
        receiver: ValueId,
        to: Var,
    },
    /// The variable is a class attribute, set on an instance: runs the setter of a property.
    BindStore {
        receiver: ValueId,
        from: Var,
        spot: Spot,
    },
    Call {
        invocation: u32,
    },
    /// The variable is the first argument of a decorator with two modes.
    Mode {
        invocation: u32,
        function: u32,
        skipped: u32,
    },
    /// The variable is `*args` of a call.
    Star {
        into: ContainerId,
        shift: i32,
        spot: Spot,
    },
    /// The variable is `**kwargs` of a call.
    DoubleStar {
        into: ContainerId,
    },
    Base {
        class: u32,
        position: u32,
    },
    /// `getattr(base, name)`: the variable holds names.
    Names {
        base: Var,
        to: Var,
        spot: Spot,
    },
    /// `getattr(variable, name)`: nothing is known of the name.
    LoadAnyMethod {
        to: Var,
        spot: Spot,
    },
    /// The methods that the variable holds were found by a name of which nothing is known.
    Named {
        to: Var,
    },
    /// `getattr(variable, name)`: of the name only the beginning and the end are known.
    LoadMatching {
        prefix: Name,
        suffix: Name,
        to: Var,
        spot: Spot,
    },
    SetNames {
        base: Var,
        from: Var,
        spot: Spot,
    },
    /// The variable is given to something outside that may give it back.
    GivenAway {
        to: Var,
    },
    /// `type(x)`.
    ClassOf {
        to: Var,
    },
    /// `super()`: the variable is the first parameter of a method of the class.
    Super {
        class: u32,
        to: Var,
    },
    /// `super(class, object)`: the variable holds the class.
    SuperOf {
        object: Var,
        to: Var,
    },
    /// `list(x)`: elements go into the container.
    Collect {
        into: ContainerId,
        keep_indexes: bool,
        spot: Spot,
    },
    /// The variable holds an iterator.
    Next {
        to: Var,
        spot: Spot,
    },
    /// `import_patched(name)`: the variable holds names of modules.
    ModuleNamed {
        to: Var,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Unknown,
    Const(ConstKey),
    Unpacked(i32),
    Of(Var),
    Slice(i32, i32),
    Rest(i32, i32),
}

impl Solver<'_, '_> {
    pub(super) fn act(&mut self, action: Action, id: ValueId) {
        match action {
            Action::Load { name, to, spot } => self.load(id, name, to, spot),
            Action::Store { name, from, spot } => self.store(id, name, from, spot),
            Action::LoadItem { key, to, spot } => self.load_item(id, key, to, spot),
            Action::StoreItem { key, from, spot } => self.store_item(id, key, from, spot),
            Action::LoadKey { container, to } => match self.constant_key(id) {
                Some(key) => self.load_key(container, key, to),
                None => self.load_any(container, to),
            },
            Action::StoreKey { container, from } => match self.constant_key(id) {
                Some(key) => self.store_key(container, key, from),
                None => self.store_any(container, from),
            },
            Action::Iterate { to, spot } => self.iterate(id, to, spot),
            Action::Merge { to } => {
                if let Value::Container(from) = self.values.get(id) {
                    self.on(to, Action::MergeFrom { from });
                }
            }
            Action::MergeFrom { from } => {
                if let Value::Container(to) = self.values.get(id) {
                    self.mirror(from, to, None);
                }
            }
            Action::Enter { to, spot } => self.enter(id, to, spot),
            Action::Await { to, spot } => self.await_value(id, to, spot),
            Action::Operator {
                method,
                argument,
                to,
                spot,
            } => self.operator(id, method, argument, to, spot),
            Action::Raise { spot } => self.raise(id, spot),
            Action::Delegate { yielded, to, spot } => self.delegate(id, yielded, to, spot),
            Action::Annotation { to } => self.annotation(id, to),
            Action::GivenAway { to } => {
                if matches!(
                    self.values.get(id),
                    Value::Instance { .. } | Value::Family(_) | Value::Class(_)
                ) {
                    self.add_unknown(to, Unknown::OPAQUE);
                }
            }
            Action::Static { to } => self.add_wrapped(to, Value::StaticMethod(id)),
            Action::ClassMethod { to } => self.add_wrapped(to, Value::ClassMethod(id)),
            Action::Property { to, setter } => {
                let property = self.value(Value::Property(id));
                self.add(to, property);
                let var = self.setter_var(property);
                self.edge(setter, var);
            }
            Action::Bind { receiver, to, spot } => self.bind(id, receiver, to, spot),
            Action::BindClass { receiver, to } => self.bind_class(id, receiver, to),
            Action::BindStore {
                receiver,
                from,
                spot,
            } => self.bind_store(id, receiver, from, spot),
            Action::Call { invocation } => self.invoke(invocation, id),
            Action::Mode {
                invocation,
                function,
                skipped,
            } => self.mode(invocation, function, skipped, id),
            Action::Star { into, shift, spot } => self.star(id, into, shift, spot),
            Action::DoubleStar { into } => {
                if let Value::Container(from) = self.values.get(id) {
                    self.mirror(from, into, None);
                }
            }
            Action::Base { class, position } => self.add_base(class, position, id),
            Action::Names { base, to, spot } => match self.values.get(id) {
                Value::Text(name) => self.on(base, Action::Load { name, to, spot }),
                Value::Pattern { prefix, suffix } => self.on(
                    base,
                    Action::LoadMatching {
                        prefix,
                        suffix,
                        to,
                        spot,
                    },
                ),
                _ => self.load_by_unknown_name(base, to, spot),
            },
            Action::Named { to } => self.add_named(id, to),
            Action::LoadAnyMethod { to, spot } => self.load_any_method(id, to, spot),
            Action::LoadMatching {
                prefix,
                suffix,
                to,
                spot,
            } => self.load_matching(id, prefix, suffix, to, spot),
            Action::Extend { argument, spot } => {
                if let Value::Container(into) = self.values.get(id) {
                    let keep_indexes = false;
                    self.on(
                        argument,
                        Action::Collect {
                            into,
                            keep_indexes,
                            spot,
                        },
                    );
                }
            }
            Action::SetNames { base, from, spot } => {
                if let Value::Text(name) = self.values.get(id) {
                    self.on(base, Action::Store { name, from, spot });
                }
            }
            Action::ClassOf { to } => self.class_of(id, to),
            Action::Super { class, to } => self.add_wrapped(
                to,
                Value::Super {
                    class,
                    receiver: id,
                },
            ),
            Action::SuperOf { object, to } => {
                if let Value::Class(class) = self.values.get(id) {
                    self.on(object, Action::Super { class, to });
                }
            }
            Action::Collect {
                into,
                keep_indexes,
                spot,
            } => self.collect(id, into, keep_indexes, spot),
            Action::Next { to, spot } => self.next(id, to, spot),
            Action::ModuleNamed { to } => {
                if let Value::Text(name) = self.values.get(id) {
                    let value = match self.modules.get(&name) {
                        Some(file) => Value::Module(*file),
                        None => Value::External(name),
                    };
                    self.add_wrapped(to, value);
                }
            }
        }
    }

    fn add_wrapped(&mut self, to: Var, value: Value) {
        let id = self.value(value);
        self.add(to, id);
    }

    /// The variable may hold something unknown.
    pub(super) fn act_unknown(&mut self, action: Action, unknown: Unknown) {
        if let Action::Iterate { spot, .. }
        | Action::Next { spot, .. }
        | Action::Delegate { spot, .. }
        | Action::Collect { spot, .. }
        | Action::Enter { spot, .. } = action
        {
            self.foreign_use(spot);
        }
        match action {
            Action::Load { to, .. } => self.add_unknown(to, Unknown::RECEIVER),
            Action::LoadItem { to, .. }
            | Action::Iterate { to, .. }
            | Action::Enter { to, .. }
            | Action::Await { to, .. }
            | Action::ClassOf { to }
            | Action::Next { to, .. }
            | Action::ModuleNamed { to }
            | Action::Operator { to, .. }
            | Action::Delegate { to, .. } => self.add_unknown(to, Unknown::OPAQUE),
            Action::Names { base, to, spot } => self.load_by_unknown_name(base, to, spot),
            Action::LoadMatching { to, .. } => self.add_unknown(to, Unknown::DYNAMIC),
            Action::LoadKey { container, to } => self.load_any(container, to),
            Action::StoreKey { container, from } => self.store_any(container, from),
            Action::Call { invocation } => self.invoke_unknown(invocation, unknown),
            Action::Mode {
                invocation,
                function,
                skipped,
            } => self.mode_unknown(invocation, function, skipped),
            Action::Star { into, .. }
            | Action::DoubleStar { into }
            | Action::Collect { into, .. } => {
                let rest = self.containers[into.0 as usize].rest;
                self.add_unknown(rest, Unknown::OPAQUE);
            }
            Action::Static { to }
            | Action::ClassMethod { to }
            | Action::Property { to, .. }
            | Action::Bind { to, .. }
            | Action::BindClass { to, .. } => self.add_unknown(to, unknown),
            Action::Base { class, .. } => self.base_unknown(class),
            Action::Super { .. }
            | Action::LoadAnyMethod { .. }
            | Action::Named { .. }
            | Action::GivenAway { .. }
            | Action::Store { .. }
            | Action::StoreItem { .. }
            | Action::Merge { .. }
            | Action::MergeFrom { .. }
            | Action::Raise { .. }
            | Action::Annotation { .. }
            | Action::BindStore { .. }
            | Action::SuperOf { .. }
            | Action::SetNames { .. }
            | Action::Extend { .. } => {}
        }
    }
}
