//! One file, lowered to constraints on variables.
//!
//! A variable stands for everything that an expression or a binding may denote. Constraints are inclusions between
//! variables; `crate::flow` solves them over all files together. Numbers here are local to the file.

use std::ops::Range;

use ruff_python_ast as ast;
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use crate::{CallKind, FunctionKind, ImportBinding};

/// A variable of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Var(pub(crate) u32);

impl Var {
    /// No variable: the expression is a constant that nothing is asked about.
    pub(crate) const NONE: Self = Self(u32::MAX);

    pub(crate) fn is_none(self) -> bool {
        self == Self::NONE
    }
}

/// A name in [`FileIr::symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Sym(pub(crate) u32);

#[derive(Debug, Default)]
pub(crate) struct FileIr<'a> {
    pub(crate) symbols: Vec<&'a str>,
    pub(crate) vars: u32,
    /// The first is the module body; every function comes after the one around it.
    pub(crate) functions: Vec<FunctionIr<'a>>,
    pub(crate) classes: Vec<ClassIr<'a>>,
    pub(crate) sites: Vec<SiteIr>,
    pub(crate) arguments: Vec<ArgumentIr>,
    pub(crate) ops: Vec<Op>,
    pub(crate) displays: Vec<Display>,
    /// Names bound in the module's own scope.
    pub(crate) globals: FxHashMap<Sym, Var>,
    /// Modules of `from m import *`, absolute.
    pub(crate) stars: Vec<String>,
    /// `__all__`, if it is a literal list.
    pub(crate) exported: Option<Vec<Sym>>,
    pub(crate) imports: Vec<ImportIr>,
    pub(crate) attributes: Vec<AttributeIr<'a>>,
    pub(crate) references: Vec<ReferenceIr>,
    /// Names that no scope of the file binds, with the variables that stand for them.
    pub(crate) free: Vec<(Sym, Var)>,
    pub(crate) annotated: Vec<AnnotatedIr<'a>>,
}

impl FileIr<'_> {
    /// Gives back what the tables have reserved.
    pub(crate) fn shrink_to_fit(&mut self) {
        self.symbols.shrink_to_fit();
        self.functions.shrink_to_fit();
        self.classes.shrink_to_fit();
        self.sites.shrink_to_fit();
        self.arguments.shrink_to_fit();
        self.ops.shrink_to_fit();
        self.attributes.shrink_to_fit();
        self.references.shrink_to_fit();
    }
}

/// An annotation with what it describes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnnotatedIr<'a> {
    pub(crate) annotation: &'a ast::Expr,
    pub(crate) subject: Subject,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    Variable(Var),
    /// The parameter at that position of the function.
    Parameter(u32, u32),
    /// What the function returns.
    Returned(u32),
    /// An attribute of instances of the class.
    Field(u32, Sym),
}

#[derive(Debug)]
pub(crate) struct FunctionIr<'a> {
    pub(crate) name: &'a str,
    pub(crate) qualname: String,
    pub(crate) kind: FunctionKind,
    pub(crate) parent: Option<u32>,
    pub(crate) class: Option<u32>,
    pub(crate) range: TextRange,
    pub(crate) name_range: TextRange,
    pub(crate) line: u32,
    pub(crate) is_async: bool,
    pub(crate) is_generator: bool,
    /// There is nothing in the body: `...`, a docstring, `raise NotImplementedError`.
    pub(crate) is_stub: bool,
    pub(crate) decorators: Vec<DecoratorIr>,
    pub(crate) parameters: Vec<ParameterIr>,
    /// What `return` gives, parameters that are returned as they came excepted.
    pub(crate) returned: Var,
    /// What `yield` gives.
    pub(crate) yielded: Var,
    /// The annotation of what it returns, or [`Var::NONE`].
    pub(crate) declared: Var,
    /// Indexes of parameters that are returned as they came.
    pub(crate) returned_parameters: Vec<u32>,
    /// Set if the function is a decorator that can be used with and without arguments.
    pub(crate) modes: Option<ModesIr>,
    /// Set if calls of the function are told apart: what it calls or hands on together depends on its arguments.
    pub(crate) extent: Option<Extent>,
}

/// All that was lowered for a function and those inside it, as ranges of numbers of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) vars: Range<u32>,
    pub(crate) functions: Range<u32>,
    pub(crate) displays: Range<u32>,
    pub(crate) ops: Range<usize>,
    pub(crate) sites: Range<usize>,
}

/// What `return` gives in a decorator that is used both as `@deco` and as `@deco(option)`, told apart by what it is called with.
#[derive(Debug)]
pub(crate) struct ModesIr {
    /// Called with the function to decorate.
    pub(crate) applied: Var,
    /// `return register(function)` in the same case.
    pub(crate) tails: Vec<TailIr>,
    /// Called with anything else: what is to be called with the function.
    pub(crate) configured: Var,
    /// In both cases.
    pub(crate) either: Var,
}

/// A call that is returned. What it gives depends on what its function is called with.
#[derive(Debug)]
pub(crate) struct TailIr {
    /// Index in [`FileIr::sites`].
    pub(crate) site: u32,
    /// For each argument of the call.
    pub(crate) arguments: Vec<TailArgument>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum TailArgument {
    /// What it denotes does not depend on the call.
    Own,
    /// That parameter of the function around it, as it came.
    Parameter(u32),
    /// That item of `*args` of the function around it.
    Vararg(u32),
}

#[derive(Debug)]
pub(crate) struct DecoratorIr {
    pub(crate) range: TextRange,
    pub(crate) value: Var,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterKind {
    PositionalOnly,
    Normal,
    Vararg,
    KeywordOnly,
    Kwarg,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ParameterIr {
    pub(crate) name: Sym,
    pub(crate) var: Var,
    pub(crate) kind: ParameterKind,
    /// The default value, or [`Var::NONE`].
    pub(crate) default: Var,
    pub(crate) has_default: bool,
    /// The annotation, or [`Var::NONE`].
    pub(crate) annotation: Var,
}

#[derive(Debug)]
pub(crate) struct ClassIr<'a> {
    pub(crate) name: &'a str,
    pub(crate) qualname: String,
    pub(crate) range: TextRange,
    pub(crate) name_range: TextRange,
    pub(crate) body: u32,
    pub(crate) bases: Vec<(TextRange, Var)>,
    /// For each base that is written as a dotted name, the last part of it.
    pub(crate) base_names: Vec<Option<&'a str>>,
    pub(crate) is_decorated: bool,
    /// Names bound in the body.
    pub(crate) namespace: FxHashMap<Sym, Var>,
    /// Attributes that methods set on `self`.
    pub(crate) instance_attributes: Vec<Sym>,
    /// Annotated names in order, for `@dataclass` and `NamedTuple`.
    pub(crate) annotated: Vec<Sym>,
    /// `def`s directly in the body; the last of a name wins.
    pub(crate) methods: FxHashMap<Sym, u32>,
}

/// A call, written or implied.
#[derive(Debug)]
pub(crate) struct SiteIr {
    pub(crate) kind: CallKind,
    pub(crate) function: u32,
    pub(crate) range: TextRange,
    pub(crate) callee_range: TextRange,
    pub(crate) callee: Var,
    /// Range in [`FileIr::arguments`].
    pub(crate) arguments: (u32, u32),
    pub(crate) result: Var,
    /// For a call inside a method: the class, and the variable of the first parameter. What `super()` needs.
    pub(crate) method: Option<(u32, Var)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArgumentKind {
    Positional,
    Star,
    Keyword(Sym),
    DoubleStar,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ArgumentIr {
    pub(crate) kind: ArgumentKind,
    pub(crate) var: Var,
    pub(crate) range: TextRange,
}

/// A list, tuple, dict or set written out, or a comprehension.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Display {
    pub(crate) kind: ContainerKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum ContainerKind {
    List,
    Tuple,
    Dict,
    Set,
    /// A generator expression, or the iterator that `map` and the like give.
    Iterator,
}

impl ContainerKind {
    /// Dotted name of the builtin class.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::List => "builtins.list",
            Self::Tuple => "builtins.tuple",
            Self::Dict => "builtins.dict",
            Self::Set => "builtins.set",
            Self::Iterator => "builtins.iterator",
        }
    }
}

/// Which element of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Unknown,
    Name(Sym),
    Index(i32),
    /// The element at that place of `a, b = …`; negative: from the end.
    Unpacked(i32),
    /// Whatever constants flow into the variable.
    Of(Var),
    /// `[a:b]`; a missing bound is `i32::MIN`.
    Slice(i32, i32),
    /// Everything from that index on, with so many elements after it: `a, *b, c = …`.
    Rest(i32, i32),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Constant {
    Function(u32),
    Class(u32),
    Display(u32),
    /// A string that may be a key or the name of an attribute.
    Name(Sym),
    /// A string of which only the beginning and the end are known: `"do_" + verb`.
    Pattern(Sym, Sym),
    Index(i32),
    /// An instance of a builtin class of which only the type is known.
    Builtin(Sym),
}

/// A node of the tree at which something may be called without a call being written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    pub(crate) function: u32,
    pub(crate) range: TextRange,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    Copy {
        from: Var,
        to: Var,
    },
    Constant {
        value: Constant,
        to: Var,
    },
    Load {
        base: Var,
        name: Sym,
        to: Var,
        spot: Spot,
    },
    Store {
        base: Var,
        name: Sym,
        from: Var,
        spot: Spot,
    },
    LoadItem {
        base: Var,
        key: Key,
        to: Var,
        spot: Spot,
    },
    StoreItem {
        base: Var,
        key: Key,
        from: Var,
        spot: Spot,
    },
    /// The elements of `base`.
    Iterate {
        base: Var,
        to: Var,
        spot: Spot,
    },
    /// `[*base]`: the elements of `base` go into the container `to`.
    Spread {
        base: Var,
        to: Var,
        spot: Spot,
    },
    /// `base += argument`: if `base` is a list, it gets the elements of `argument`.
    Extend {
        base: Var,
        argument: Var,
        spot: Spot,
    },
    /// `{**base}`.
    Merge {
        base: Var,
        to: Var,
    },
    /// What `with base as to` binds.
    Enter {
        base: Var,
        to: Var,
        spot: Spot,
    },
    Await {
        base: Var,
        to: Var,
        spot: Spot,
    },
    /// An operator, by the special method that it calls.
    Operator {
        base: Var,
        method: Sym,
        argument: Var,
        to: Var,
        spot: Spot,
    },
    /// `raise base`.
    Raise {
        base: Var,
        spot: Spot,
    },
    /// `yield from base`, what is yielded.
    Delegate {
        base: Var,
        yielded: Var,
        to: Var,
        spot: Spot,
    },
    /// `__new__` is a static method without saying so.
    Static {
        from: Var,
        to: Var,
    },
    /// An annotation: `to` gets instances of the class that `base` denotes when nothing else is known.
    Annotation {
        base: Var,
        to: Var,
    },
}

#[derive(Debug)]
pub(crate) struct ImportIr {
    pub(crate) binding: ImportBinding,
    /// Local index of the function in whose scope the name is bound.
    pub(crate) function: u32,
    pub(crate) to: Var,
    /// `from m import n`: `m`; then the last part of the target is the name.
    pub(crate) from: Option<String>,
    /// `import a.b` without `as`: binds only `a`.
    pub(crate) binds_root: bool,
}

/// `base.name`, read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttributeIr<'a> {
    pub(crate) base: Var,
    pub(crate) name: Sym,
    pub(crate) value: Var,
    pub(crate) function: u32,
    pub(crate) range: TextRange,
    /// What the type engine can be asked about; `None` in a pattern.
    pub(crate) node: Option<&'a ast::ExprAttribute>,
    /// Range of the call, when it is called at once.
    pub(crate) call: Option<TextRange>,
}

/// A name or attribute that is read and not called at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReferenceIr {
    pub(crate) value: Var,
    /// It stands in an annotation.
    pub(crate) is_annotation: bool,
    pub(crate) function: u32,
    pub(crate) range: TextRange,
}
