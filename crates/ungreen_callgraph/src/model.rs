//! What resolution produces: plain data about every function, class, call and object of the program.
//!
//! Places in source text are `(FileId, TextRange)`; a range is always that of one AST node, so a later stage that walks
//! the tree finds the fact about a node by the node's range.

use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;
use serde::Serialize;
use ungreen_catalog::SpawnKind;

/// Index of a file in [`Program::files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct FileId(pub u32);

/// Index of a function in [`Program::functions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct FuncId(pub u32);

/// Index of a class in [`Program::classes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ClassId(pub u32);

/// Index of an allocation in [`Program::allocations`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct AllocId(pub u32);

/// Index of a call site in [`Program::calls`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct CallId(pub u32);

/// A place: one AST node of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub file: FileId,
    pub range: TextRange,
}

/// The whole program, resolved.
#[derive(Debug, Default)]
pub struct Program {
    pub files: Vec<FileFacts>,
    pub functions: Vec<Function>,
    pub classes: Vec<Class>,
    pub calls: Vec<CallSite>,
    pub allocations: Vec<Allocation>,
    /// Expressions that denote a catalog entry or a function or class of the program without being called:
    /// `target=worker`, `except eventlet.Timeout`, `class P(pools.Pool)`, `handlers = {"a": on_a}`, `sem.counter`.
    pub references: Vec<Reference>,
    /// `(file, range of the call expression)` to the call.
    pub call_index: FxHashMap<Place, CallId>,
    /// `(file, range of the expression)` to the index in `references`.
    pub reference_index: FxHashMap<Place, u32>,
    /// Parts of annotations that speak of functions of the program, in order.
    pub annotations: Vec<Annotation>,
}

/// A part of an annotation, or of an alias that annotations name: `Callable[[int], str]`, `Iterator[str]`.
#[derive(Debug, Clone)]
pub struct Annotation {
    pub place: Place,
    pub form: AnnotationForm,
    /// The name in front of the brackets: `Callable`, of `typing.Callable` the last part.
    pub head: TextRange,
    /// What it denotes: `collections.abc.Callable`.
    pub target: String,
    /// The functions that may be what the part describes, or whose generators may be, in order.
    pub functions: Vec<FuncId>,
    /// Something else may be it as well: a function or class outside the program, a list.
    pub mixed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotationForm {
    /// `Callable[…, result]`.
    Call { result: TextRange },
    /// `Iterator[item]`, `Iterable[item]`, `Generator[item, sent, returned]`; `extra` is `, returned`.
    Iterate { extra: Option<TextRange> },
    /// `ContextManager[value]`.
    Enter,
}

/// One source file.
#[derive(Debug)]
pub struct FileFacts {
    /// Relative to the project's root, with `/`.
    pub path: String,
    /// Dotted module name, `pkg.mod`; for `pkg/__init__.py` it is `pkg`.
    pub module: String,
    /// The function that stands for the module body.
    pub body: FuncId,
    /// Every imported binding of the file, at any depth.
    pub imports: Vec<ImportBinding>,
}

/// `import a.b as c`, `from a import b as c`: one bound name.
#[derive(Debug, Clone)]
pub struct ImportBinding {
    /// The function (or module, or class body) in whose scope the name is bound.
    pub scope: FuncId,
    /// The name that is bound: `c`; for `import a.b` it is `a`; for `from m import *` it is `*`.
    pub name: String,
    /// Absolute dotted name of what is imported, relative imports resolved: `a.b`.
    pub target: String,
    /// The alias node.
    pub range: TextRange,
    /// The whole import statement.
    pub statement: TextRange,
    /// The binding is only for type checkers (`if TYPE_CHECKING:`).
    pub type_checking: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FunctionKind {
    Module,
    ClassBody,
    Def,
    Lambda,
}

/// A function, lambda, class body or module body.
#[derive(Debug)]
pub struct Function {
    pub file: FileId,
    /// Python's `__qualname__` (`Class.method`, `outer.<locals>.inner`, `<lambda>`); `<module>` for a module body.
    pub qualname: String,
    /// Last part of `qualname`.
    pub name: String,
    pub kind: FunctionKind,
    /// The function, class body or module body in which it is written. `None` for a module body.
    pub parent: Option<FuncId>,
    /// The class in whose body it is written directly.
    pub class: Option<ClassId>,
    /// Whole statement with its decorators, lambda expression, or the module.
    pub range: TextRange,
    /// The name in `def name`; empty range at the start for the others.
    pub name_range: TextRange,
    /// 1-based line of `def`.
    pub line: u32,
    pub is_async: bool,
    pub is_generator: bool,
    /// The method has no `yield`, and no body at all, but methods that override or implement it are generators; then so is it.
    pub is_generator_stub: bool,
    pub decorators: Vec<Decorator>,
    /// Methods of classes of the program that this method overrides, directly or further up.
    pub overrides: Vec<FuncId>,
    /// The same for classes outside the program: `threading.Thread.run`.
    pub external_overrides: Vec<String>,
    /// Functions that give its type besides those that it overrides: members of protocols that it is seen to stand for, its
    /// `@overload`s.
    pub declarations: Vec<FuncId>,
    /// Parameter names in order, `self` included, `*args` and `**kwargs` with their stars.
    pub parameters: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Decorator {
    /// Of the expression after `@`.
    pub range: TextRange,
    /// What it denotes, called (`@app.route("/")`) or not.
    pub targets: Vec<Target>,
    /// Dotted text as written, for reports: `app.route`.
    pub text: String,
}

#[derive(Debug)]
pub struct Class {
    pub file: FileId,
    pub qualname: String,
    pub name: String,
    pub range: TextRange,
    /// The function that stands for its body.
    pub body: FuncId,
    pub bases: Vec<Base>,
    /// Methods written in its body, by name; the last definition wins.
    pub methods: FxHashMap<String, FuncId>,
    /// Classes of the program that derive from it, at any depth.
    pub subclasses: Vec<ClassId>,
}

#[derive(Debug, Clone)]
pub struct Base {
    /// Of the base's expression.
    pub range: TextRange,
    pub target: Target,
}

/// What an expression may denote.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A function, method or lambda of the program.
    Function(FuncId),
    /// A class of the program.
    Class(ClassId),
    /// A catalog entry, by canonical name: `eventlet.greenpool.GreenPool.spawn`. `allocations` holds where the receivers were made, if known.
    Entry {
        name: &'static str,
        allocations: Vec<AllocId>,
    },
    /// Something outside the program that has no entry, by the best dotted name known: `json.dumps`, `builtins.str.join`.
    External(String),
}

/// Where a call came from in the syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallKind {
    /// `f(x)`.
    Call,
    /// `for x in it`, a comprehension's `for`, `yield from it`, `list(it)`, unpacking: runs `__iter__`/`__next__`. The site's range is that of the iterated expression.
    Iterate,
    /// `with cm`: runs `__enter__`/`__exit__`. The site's range is that of the context expression.
    With,
    /// `@decorator` applied to a function: runs the decorator. The site's range is that of the expression after `@`.
    Decorate,
    /// `obj.attribute` where the attribute is a property of the program, and other implicit dunder calls.
    Implicit,
}

/// How the target runs with respect to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EdgeKind {
    /// In the caller: the caller suspends if the target does.
    Call,
    /// Later, on its own: makes the target a coroutine (or thread), but not the caller.
    Spawn(SpawnKind),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub kind: EdgeKind,
    pub target: Target,
    /// For edges made by an argument (`spawn(f)`, `map(f, xs)`): the argument's expression.
    pub argument: Option<TextRange>,
    /// The target is one method of many, found by a name of which nothing is known: `getattr(api, name)()`.
    pub is_by_name: bool,
}

/// Why a call has no (complete) set of targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unresolved {
    /// The receiver's type is unknown, but a function of the program or an entry has a method of this name.
    UnknownReceiver,
    /// A parameter that no visible caller fills.
    Parameter,
    /// The name is not bound in any visible scope.
    UnboundName,
    /// The name comes from a module that cannot be found.
    MissingModule,
    /// `getattr(x, name)()` with a name that is not constant, `globals()[name]()`, `eval`.
    Dynamic,
    /// The value of a subscript, call or other expression whose content is unknown.
    Opaque,
    /// Given up at a size limit.
    TooManyTargets,
}

#[derive(Debug)]
pub struct CallSite {
    pub file: FileId,
    /// The innermost function, lambda, class body or module body around it.
    pub caller: FuncId,
    pub kind: CallKind,
    pub range: TextRange,
    /// The called expression (`f` in `f(x)`); equals `range` for the implicit kinds.
    pub callee: TextRange,
    pub edges: Vec<Edge>,
    /// Set when `edges` may be incomplete.
    pub unresolved: Option<Unresolved>,
    /// What is iterated over or entered here may also be something else than an object of the program: a list, a file.
    pub is_mixed: bool,
    /// What the call returns, as far as known: entries' objects by allocation.
    pub result: Vec<AllocId>,
}

/// One place where an object of a catalog class is made: `eventlet.Queue(3)`, `pool.spawn(f)` (a `GreenThread`).
/// A class of the program that derives from a catalog class counts as that class.
#[derive(Debug)]
pub struct Allocation {
    pub place: Place,
    /// Canonical name of the class.
    pub class: &'static str,
    pub function: FuncId,
    /// Every attribute access on it that was seen, called or not, in source order by file.
    pub uses: Vec<ObjectUse>,
    /// Places where the object leaves sight: passed to an external function, returned from a function that nobody visible calls, stored in an unknown attribute, `getattr`.
    pub escapes: Vec<Place>,
    /// Calls of catalog names that take the object as an argument, in order.
    pub given_to: Vec<CallId>,
}

#[derive(Debug, Clone)]
pub struct ObjectUse {
    pub place: Place,
    pub function: FuncId,
    /// Attribute name: `put`; `__iter__`, `__enter__`, `__await__`, `__bool__` for implicit uses.
    pub attribute: String,
    /// The call, when the attribute is called at once.
    pub call: Option<TextRange>,
    /// The receiver may also be something else (other class or unknown).
    pub mixed: bool,
}

/// An expression that denotes something of interest without being called.
#[derive(Debug)]
pub struct Reference {
    pub place: Place,
    pub function: FuncId,
    pub targets: Vec<Target>,
    /// It stands in an annotation, maybe in a string.
    pub is_annotation: bool,
}
