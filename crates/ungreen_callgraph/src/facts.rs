//! What is known of names outside the program.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;
use ungreen_catalog::{Calls, Context, Entry, Flow, Kind, Spawn, catalog, flow};

/// Knowledge about one dotted name.
#[derive(Default)]
pub(crate) struct Facts {
    /// There is a catalog entry or a row of the flow table.
    pub(crate) is_known: bool,
    pub(crate) is_builtin: bool,
    pub(crate) entry: Option<&'static Entry>,
    /// Canonical name, if it is a class of the catalog.
    pub(crate) class: Option<&'static str>,
    pub(crate) spawn: Option<&'static Spawn>,
    pub(crate) calls: Option<&'static Calls>,
    pub(crate) returns: Option<&'static str>,
    pub(crate) flow: Option<&'static Flow>,
    /// The entry of the class that the method belongs to.
    pub(crate) owner: Option<&'static Entry>,
}

/// What members of the modules that `patcher.original` gives are called here, after which comes their own name.
const UNPATCHED: &str = "eventlet.patcher.original.";

impl Facts {
    pub(crate) fn of(name: &str) -> Self {
        let called = name.strip_suffix(".__init__").unwrap_or(name);
        if !roots().contains(called.split('.').next().unwrap_or_default()) {
            return Self::default();
        }
        if let Some(original) = called.strip_prefix(UNPATCHED) {
            // It runs what it is given as the module does; its objects are not those of the patched module.
            let entry = catalog().entry(original);
            return Self {
                spawn: entry.and_then(|entry| entry.spawn.as_ref()),
                calls: entry.and_then(|entry| entry.calls.as_ref()),
                ..Self::default()
            };
        }
        let entry = catalog().entry(called);
        let canonical = entry.map_or(called, |entry| entry.name.as_str());
        let flow = flow(canonical).or_else(|| flow(called));
        // A name of a green module works like the one that it stands for.
        let model = entry
            .and_then(|entry| entry.stands_for.as_deref())
            .and_then(|name| catalog().entry(name))
            .or(entry);
        let flow = flow.or_else(|| model.and_then(|model| ungreen_catalog::flow(&model.name)));
        let is_class = |entry: &&Entry| matches!(entry.kind, Kind::Class | Kind::Exception);
        Self {
            is_known: entry.is_some() || flow.is_some(),
            is_builtin: called.starts_with("builtins."),
            entry,
            class: model.filter(is_class).map(|model| model.name.as_str()),
            spawn: model.and_then(|model| model.spawn.as_ref()),
            calls: model.and_then(|model| model.calls.as_ref()),
            returns: entry
                .and_then(|entry| entry.returns.as_deref())
                .or_else(|| model.and_then(|model| model.returns.as_deref())),
            flow,
            owner: entry
                .and_then(|entry| entry.owner.as_deref())
                .and_then(|owner| catalog().entry(owner)),
        }
    }

    /// Iterating over an instance of the class, or entering it, is of interest.
    pub(crate) fn suspends_implicitly(&self) -> bool {
        self.entry.is_some_and(|entry| {
            entry.iterates.is_some()
                || matches!(entry.context, Some(Context::Maybe | Context::Marks))
        })
    }
}

/// First parts of all names of the tables.
fn roots() -> &'static FxHashSet<&'static str> {
    static ROOTS: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    ROOTS.get_or_init(|| {
        let entries = catalog()
            .entries()
            .iter()
            .flat_map(|entry| std::iter::once(&entry.name).chain(&entry.aliases));
        let names = entries
            .map(String::as_str)
            .chain(ungreen_catalog::flow_names())
            .chain(["builtins"]);
        names.filter_map(|name| name.split('.').next()).collect()
    })
}

/// Is the name one that every module has without binding it?
pub(crate) fn is_builtin_name(name: &str) -> bool {
    BUILTINS.binary_search(&name).is_ok()
}

/// Names of the `builtins` module, and some that Python 2 had; sorted.
const BUILTINS: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BaseExceptionGroup",
    "BlockingIOError",
    "BrokenPipeError",
    "BufferError",
    "BytesWarning",
    "ChildProcessError",
    "ConnectionAbortedError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "DeprecationWarning",
    "EOFError",
    "Ellipsis",
    "EncodingWarning",
    "EnvironmentError",
    "Exception",
    "ExceptionGroup",
    "False",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "FutureWarning",
    "GeneratorExit",
    "IOError",
    "ImportError",
    "ImportWarning",
    "IndentationError",
    "IndexError",
    "InterruptedError",
    "IsADirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "None",
    "NotADirectoryError",
    "NotImplemented",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PendingDeprecationWarning",
    "PermissionError",
    "ProcessLookupError",
    "PythonFinalizationError",
    "RecursionError",
    "ReferenceError",
    "ResourceWarning",
    "RuntimeError",
    "RuntimeWarning",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SyntaxWarning",
    "SystemError",
    "SystemExit",
    "TabError",
    "TimeoutError",
    "True",
    "TypeError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "UnicodeTranslateError",
    "UnicodeWarning",
    "UserWarning",
    "ValueError",
    "Warning",
    "WindowsError",
    "ZeroDivisionError",
    "__build_class__",
    "__builtins__",
    "__debug__",
    "__doc__",
    "__file__",
    "__import__",
    "__loader__",
    "__name__",
    "__package__",
    "__path__",
    "__spec__",
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "basestring",
    "bin",
    "bool",
    "breakpoint",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "copyright",
    "credits",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "exit",
    "file",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "license",
    "list",
    "locals",
    "long",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "quit",
    "range",
    "raw_input",
    "reload",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "unichr",
    "unicode",
    "vars",
    "xrange",
    "zip",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtins_are_sorted() {
        assert!(BUILTINS.is_sorted());
        assert!(is_builtin_name("print") && !is_builtin_name("sprint"));
    }

    #[test]
    fn knows_classes_and_constructors() {
        assert_eq!(
            Facts::of("threading.Thread.__init__").class,
            Some("threading.Thread")
        );
        assert!(Facts::of("eventlet.greenthread.spawn").spawn.is_some());
        assert!(!Facts::of("json.dumps").is_known);
    }
}
