//! Lists, tuples, dicts and sets: their items by constant key, and the rest together.

use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::action::{Action, Key};
use super::contexts::ContextId;
use super::{ConstKey, ContainerId, Solver, Spot, Value, ValueId, Var};
use crate::CallKind;
use crate::ir::ContainerKind;

/// So many items of a container are kept apart.
const ITEMS: usize = 600;

pub(crate) struct Container {
    pub(crate) kind: ContainerKind,
    items: FxHashMap<ConstKey, Var>,
    /// Items whose key is not known.
    pub(super) rest: Var,
    /// All items.
    pub(super) all: Var,
    mirrors: Vec<(ContainerId, Option<Shift>)>,
}

/// Indexes from `from` on, but for the last `drop`, become indexes from `to` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    pub(super) from: i32,
    pub(super) until: i32,
    pub(super) to: i32,
}

impl Solver<'_, '_> {
    pub(super) fn new_container(&mut self, kind: ContainerKind) -> ContainerId {
        let rest = self.new_var();
        let all = self.new_var();
        self.edge(rest, all);
        self.containers.push(Container {
            kind,
            items: FxHashMap::default(),
            rest,
            all,
            mirrors: Vec::new(),
        });
        ContainerId(self.containers.len() as u32 - 1)
    }

    /// A container that a call or operator makes; the same for the same place and tag.
    pub(super) fn made_container(
        &mut self,
        kind: ContainerKind,
        file: u32,
        range: TextRange,
        tag: u32,
        context: ContextId,
    ) -> ContainerId {
        let key = (file, range, tag, context);
        if let Some(container) = self.made_containers.get(&key) {
            return *container;
        }
        let container = self.new_container(kind);
        self.made_containers.insert(key, container);
        container
    }

    pub(super) fn item(&mut self, container: ContainerId, key: ConstKey) -> Var {
        let data = &self.containers[container.0 as usize];
        if let Some(var) = data.items.get(&key) {
            return *var;
        }
        if data.items.len() >= ITEMS {
            return data.rest;
        }
        let (all, mirrors) = (data.all, data.mirrors.clone());
        let var = self.new_var();
        self.containers[container.0 as usize].items.insert(key, var);
        self.edge(var, all);
        for (to, shift) in mirrors {
            self.mirror_item(key, var, to, shift);
        }
        var
    }

    /// Whatever `from` holds, `to` holds as well.
    pub(super) fn mirror(&mut self, from: ContainerId, to: ContainerId, shift: Option<Shift>) {
        if from == to
            || self.containers[from.0 as usize]
                .mirrors
                .contains(&(to, shift))
        {
            return;
        }
        let data = &mut self.containers[from.0 as usize];
        data.mirrors.push((to, shift));
        let mut items: Vec<(ConstKey, Var)> =
            data.items.iter().map(|(key, var)| (*key, *var)).collect();
        items.sort_unstable();
        let rest = data.rest;
        for (key, var) in items {
            self.mirror_item(key, var, to, shift);
        }
        let to_rest = self.containers[to.0 as usize].rest;
        self.edge(rest, to_rest);
    }

    fn mirror_item(&mut self, key: ConstKey, var: Var, to: ContainerId, shift: Option<Shift>) {
        let key = match (key, shift) {
            (ConstKey::Index(index), Some(shift)) => {
                if index < shift.from || index >= shift.until {
                    return;
                }
                ConstKey::Index(index - shift.from + shift.to)
            }
            (key, _) => key,
        };
        let item = self.item(to, key);
        self.edge(var, item);
    }

    pub(super) fn load_key(&mut self, container: ContainerId, key: ConstKey, to: Var) {
        let key = match key {
            ConstKey::Index(index) if index < 0 => {
                let count = self.length(container);
                if count + index < 0 {
                    self.load_any(container, to);
                    return;
                }
                ConstKey::Index(count + index)
            }
            key => key,
        };
        let item = self.item(container, key);
        self.edge(item, to);
        let rest = self.containers[container.0 as usize].rest;
        self.edge(rest, to);
    }

    pub(super) fn load_any(&mut self, container: ContainerId, to: Var) {
        let all = self.containers[container.0 as usize].all;
        self.edge(all, to);
    }

    pub(super) fn store_key(&mut self, container: ContainerId, key: ConstKey, from: Var) {
        let item = self.item(container, key);
        self.edge(from, item);
    }

    pub(super) fn store_any(&mut self, container: ContainerId, from: Var) {
        let rest = self.containers[container.0 as usize].rest;
        self.edge(from, rest);
    }

    /// The variable of all items.
    pub(crate) fn content_of(&self, container: ContainerId) -> Var {
        self.containers[container.0 as usize].all
    }

    /// The variables that hold the item.
    pub(crate) fn vars_of_item(&self, container: ContainerId, key: ConstKey) -> [Option<Var>; 2] {
        let data = &self.containers[container.0 as usize];
        [data.items.get(&key).copied(), Some(data.rest)]
    }

    /// One more than the greatest index that is known.
    fn length(&self, container: ContainerId) -> i32 {
        let indexes = self.containers[container.0 as usize]
            .items
            .keys()
            .filter_map(|key| match key {
                ConstKey::Index(index) => Some(*index + 1),
                ConstKey::Text(_) => None,
            });
        indexes.max().unwrap_or(0)
    }

    pub(super) fn constant_key(&self, id: ValueId) -> Option<ConstKey> {
        match self.values.get(id) {
            Value::Text(name) => Some(ConstKey::Text(name)),
            Value::Index(index) => Some(ConstKey::Index(index)),
            _ => None,
        }
    }

    /// `base[key]`.
    pub(super) fn load_item(&mut self, id: ValueId, key: Key, to: Var, spot: Spot) {
        match self.values.get(id) {
            Value::Container(container) => match key {
                Key::Unknown => self.load_any(container, to),
                Key::Const(key) => self.load_key(container, key, to),
                Key::Unpacked(_)
                    if self.containers[container.0 as usize].kind == ContainerKind::Dict =>
                {
                    self.iterate(id, to, spot);
                }
                Key::Unpacked(index) => {
                    self.foreign_use(spot);
                    self.load_key(container, ConstKey::Index(index), to);
                }
                Key::Of(var) => self.on(var, Action::LoadKey { container, to }),
                Key::Slice(lower, upper) => self.slice(container, lower, upper, to, spot),
                Key::Rest(before, after) => {
                    let until = self.length(container) - after;
                    let kind = ContainerKind::List;
                    let part = self.made_container(
                        kind,
                        spot.file,
                        spot.range,
                        container.0,
                        ContextId::NONE,
                    );
                    self.mirror(
                        container,
                        part,
                        Some(Shift {
                            from: before,
                            until,
                            to: 0,
                        }),
                    );
                    let value = self.value(Value::Container(part));
                    self.add(to, value);
                }
            },
            Value::Instance { class, .. } => {
                self.subscript_instance(id, class, false, key, to, spot)
            }
            Value::Family(class) => self.subscript_instance(id, class, true, key, to, spot),
            Value::Generator(_) | Value::ExternalInstance { .. }
                if matches!(key, Key::Unpacked(_) | Key::Rest(..)) =>
            {
                self.iterate(id, to, spot);
            }
            Value::ExternalInstance { .. } | Value::ExternalBound { .. } => {
                self.add_unknown(to, super::Unknown::OPAQUE)
            }
            // `Generic[T]` is the class still.
            Value::Class(_) | Value::External(_) => self.add(to, id),
            Value::Text(_) => self.add(to, id),
            Value::Pattern { .. } => self.add_string(to),
            _ => {}
        }
    }

    fn subscript_instance(
        &mut self,
        id: ValueId,
        class: u32,
        family: bool,
        key: Key,
        to: Var,
        spot: Spot,
    ) {
        let is_unpacked = matches!(key, Key::Unpacked(_) | Key::Rest(..));
        let iter = self.names.id("__iter__");
        let iter = self.lookup(class, iter, family);
        if is_unpacked && self.lookups[iter as usize].declared {
            self.iterate(id, to, spot);
            return;
        }
        let method = self.names.id("__getitem__");
        let arguments: Vec<_> = match key {
            Key::Of(var) => vec![super::calls::Argument::positional(var, spot.range)],
            _ => Vec::new(),
        };
        let is_called = self.call_method(
            id,
            class,
            family,
            method,
            &arguments,
            to,
            spot,
            CallKind::Implicit,
        );
        if is_unpacked && !is_called {
            self.iterate(id, to, spot);
        }
    }

    fn slice(&mut self, container: ContainerId, lower: i32, upper: i32, to: Var, spot: Spot) {
        let kind = self.containers[container.0 as usize].kind;
        if (lower, upper) == (i32::MIN, i32::MIN) {
            let value = self.value(Value::Container(container));
            self.add(to, value);
            return;
        }
        let length = self.length(container);
        let bound = |bound: i32, default: i32| match bound {
            i32::MIN => default,
            negative if negative < 0 => (length + negative).max(0),
            index => index,
        };
        let shift = Shift {
            from: bound(lower, 0),
            until: bound(upper, i32::MAX),
            to: 0,
        };
        let part = self.made_container(kind, spot.file, spot.range, container.0, ContextId::NONE);
        self.mirror(container, part, Some(shift));
        let value = self.value(Value::Container(part));
        self.add(to, value);
    }

    /// `base[key] = from`.
    pub(super) fn store_item(&mut self, id: ValueId, key: Key, from: Var, spot: Spot) {
        match self.values.get(id) {
            Value::Container(container) => match key {
                Key::Const(key) => self.store_key(container, key, from),
                Key::Of(var) => self.on(var, Action::StoreKey { container, from }),
                Key::Slice(..) => {
                    let rest = self.containers[container.0 as usize].rest;
                    self.on(from, Action::Iterate { to: rest, spot });
                }
                Key::Unknown | Key::Unpacked(_) | Key::Rest(..) => {
                    self.store_any(container, from);
                }
            },
            Value::Instance { class, .. } | Value::Family(class) => {
                let family = matches!(self.values.get(id), Value::Family(_));
                let method = self.names.id("__setitem__");
                let key = match key {
                    Key::Of(var) => var,
                    _ => super::NONE,
                };
                let arguments =
                    [key, from].map(|var| super::calls::Argument::positional(var, spot.range));
                self.call_method(
                    id,
                    class,
                    family,
                    method,
                    &arguments,
                    super::NONE,
                    spot,
                    CallKind::Implicit,
                );
            }
            _ => {}
        }
    }
}
