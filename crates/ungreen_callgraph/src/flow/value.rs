//! What a variable may hold.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// A string of the whole program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name(pub(crate) u32);

/// A value in [`Values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ValueId(pub(crate) u32);

/// A container, by its index among the solver's containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ContainerId(pub(crate) u32);

/// An object of a catalog class, by its index among the solver's objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ObjectId(pub(crate) u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    Function(u32),
    /// A function with its first argument.
    Bound {
        function: u32,
        receiver: ValueId,
    },
    Class(u32),
    /// An instance of a class of the program; `object` if the class derives from a catalog class.
    Instance {
        class: u32,
        object: Option<ObjectId>,
    },
    /// An instance of the class or of any class that derives from it: stands for many instances at once.
    Family(u32),
    /// A dotted name outside the program.
    External(Name),
    /// An instance of a class outside the program, or the result of a function outside the program, by its dotted name.
    ExternalInstance {
        class: Name,
        object: Option<ObjectId>,
    },
    /// An attribute of such an instance.
    ExternalBound {
        name: Name,
        receiver: ValueId,
    },
    Module(u32),
    Container(ContainerId),
    /// What a call of a generator function gives.
    Generator(u32),
    /// What a call of a coroutine function gives.
    Coroutine(u32),
    /// `functools.partial(…)`, by its index among the solver's partials.
    Partial(u32),
    /// `super()` in a method of `class`.
    Super {
        class: u32,
        receiver: ValueId,
    },
    Property(ValueId),
    /// A method that was found by a name of which nothing is known: `getattr(api, name)`.
    Named(ValueId),
    StaticMethod(ValueId),
    ClassMethod(ValueId),
    /// A constant string that may be a key or name an attribute.
    Text(Name),
    /// A string of which only the beginning and the end are known.
    Pattern {
        prefix: Name,
        suffix: Name,
    },
    Index(i32),
}

/// All values, numbered.
#[derive(Default)]
pub(crate) struct Values(IndexSet<Value, FxBuildHasher>);

impl Values {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Value> + '_ {
        self.0.iter().copied()
    }

    pub(crate) fn id(&mut self, value: Value) -> ValueId {
        ValueId(self.0.insert_full(value).0 as u32)
    }

    pub(crate) fn get(&self, id: ValueId) -> Value {
        self.0[id.0 as usize]
    }
}

/// All strings, numbered.
#[derive(Default)]
pub(crate) struct Names(IndexSet<Box<str>, FxBuildHasher>);

impl Names {
    pub(crate) fn id(&mut self, name: &str) -> Name {
        if let Some(index) = self.0.get_index_of(name) {
            return Name(index as u32);
        }
        Name(self.0.insert_full(name.into()).0 as u32)
    }

    pub(crate) fn find(&self, name: &str) -> Option<Name> {
        self.0.get_index_of(name).map(|index| Name(index as u32))
    }

    pub(crate) fn text(&self, name: Name) -> &str {
        &self.0[name.0 as usize]
    }
}

/// Reasons why a variable may hold more than is known, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unknown(pub(crate) u8);

impl Unknown {
    pub(crate) const RECEIVER: Self = Self(1);
    pub(crate) const PARAMETER: Self = Self(2);
    pub(crate) const UNBOUND: Self = Self(4);
    pub(crate) const MISSING_MODULE: Self = Self(8);
    pub(crate) const DYNAMIC: Self = Self(16);
    pub(crate) const OPAQUE: Self = Self(32);
    pub(crate) const TOO_MANY: Self = Self(64);

    pub(crate) fn is_some(self) -> bool {
        self.0 != 0
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}
