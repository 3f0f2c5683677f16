//! The typed form of the tables in `data/`. Every key is described in the crate's README.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::PythonVersion;

/// How a callable that is handed over runs later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpawnKind {
    /// In a green thread of its own.
    Green,
    /// In a thread of the operating system (a green thread under monkey patching of `thread`).
    Thread,
    /// As a callback of the event loop or of a library, outside any green thread that may suspend.
    Callback,
    /// In another process.
    Process,
}

/// How sure a rewrite is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Behavior is kept; every precondition was checked at the place.
    Exact,
    /// Behavior differs in a way that the catalog names.
    Review,
    /// Left as it was, with advice.
    Manual,
}

/// May a call suspend the green thread that makes it?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    Never,
    Maybe,
    Always,
}

/// What a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Module,
    Class,
    Function,
    Method,
    Attribute,
    Exception,
    Constant,
    Parameter,
}

/// Whether users are meant to use a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Public,
    Internal,
    Deprecated,
    /// It does not work in this version of Eventlet.
    Broken,
}

/// Where a name comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Eventlet and greenlet.
    Eventlet,
    /// The standard library, and libraries built on it: green only under monkey patching.
    Stdlib,
}

/// The sections of the migration guide, by which findings are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scenario {
    Hub,
    MonkeyPatching,
    WsgiServer,
    NetworkCalls,
    BackgroundTasks,
    DeferredTasks,
    GreenThreads,
    Sockets,
    Websocket,
    ThreadingQueue,
    Timeouts,
    Testing,
    ResourcePooling,
    WebFramework,
    SyncAsyncAdapter,
    Synchronization,
    Debugging,
}

impl Scenario {
    /// All scenarios, in the order of the guide.
    pub const ALL: [Self; 17] = [
        Self::Hub,
        Self::MonkeyPatching,
        Self::WsgiServer,
        Self::NetworkCalls,
        Self::BackgroundTasks,
        Self::DeferredTasks,
        Self::GreenThreads,
        Self::Sockets,
        Self::Websocket,
        Self::ThreadingQueue,
        Self::Timeouts,
        Self::Testing,
        Self::ResourcePooling,
        Self::WebFramework,
        Self::SyncAsyncAdapter,
        Self::Synchronization,
        Self::Debugging,
    ];

    /// Diagnostic code of a direct use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hub => "UG101",
            Self::MonkeyPatching => "UG102",
            Self::WsgiServer => "UG103",
            Self::NetworkCalls => "UG104",
            Self::BackgroundTasks => "UG105",
            Self::DeferredTasks => "UG106",
            Self::GreenThreads => "UG107",
            Self::Sockets => "UG108",
            Self::Websocket => "UG109",
            Self::ThreadingQueue => "UG110",
            Self::Timeouts => "UG111",
            Self::Testing => "UG112",
            Self::ResourcePooling => "UG113",
            Self::WebFramework => "UG114",
            Self::SyncAsyncAdapter => "UG115",
            Self::Synchronization => "UG116",
            Self::Debugging => "UG117",
        }
    }

    /// What reports call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Hub => "Hub",
            Self::MonkeyPatching => "Monkey patching",
            Self::WsgiServer => "WSGI server",
            Self::NetworkCalls => "Network calls",
            Self::BackgroundTasks => "Background tasks",
            Self::DeferredTasks => "Deferred tasks",
            Self::GreenThreads => "Green threads",
            Self::Sockets => "Sockets",
            Self::Websocket => "WebSocket",
            Self::ThreadingQueue => "Threads and queues",
            Self::Timeouts => "Timeouts",
            Self::Testing => "Testing",
            Self::ResourcePooling => "Resource pooling",
            Self::WebFramework => "Web frameworks",
            Self::SyncAsyncAdapter => "Sync-async adapter",
            Self::Synchronization => "Synchronization",
            Self::Debugging => "Debugging",
        }
    }
}

/// A callable argument that runs later.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spawn {
    pub kind: SpawnKind,
    /// Position of the callable among the call's arguments, `self` not counted.
    pub callable: Option<usize>,
    /// Its keyword, if it has one.
    pub keyword: Option<String>,
    /// Keyword of the sequence with the callable's arguments; without it the arguments that follow the callable are passed on.
    pub args: Option<String>,
    /// Keyword of the mapping with the callable's keyword arguments.
    pub kwargs: Option<String>,
}

/// How a callable argument runs in the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallsKind {
    /// During the call, or while its result is iterated over.
    Now,
    /// The result is the callable with some arguments bound.
    Partial,
    /// The result forwards every method to the argument.
    Proxy,
}

/// A callable argument that runs in the caller.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calls {
    pub kind: CallsKind,
    pub callable: Option<usize>,
    pub keyword: Option<String>,
}

/// What entering an object by `with` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// It may suspend.
    Maybe,
    /// It never suspends, but its replacement needs `async with`.
    Marks,
}

/// One shape of use, with what replaces it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub pattern: String,
    pub confidence: Confidence,
    pub replacement: Option<String>,
    pub note: Option<String>,
}

/// What is known of one name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Canonical dotted name.
    pub name: String,
    pub kind: Kind,
    pub status: Status,
    /// No public name leads to it: it stands for objects that calls return, or for what a factory makes.
    #[serde(default)]
    pub model_only: bool,
    pub scenario: Scenario,
    /// Other dotted names of the same object.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// For names of the green modules: the standard library name that they make cooperative.
    pub stands_for: Option<String>,
    /// For methods and attributes: canonical name of the class.
    pub owner: Option<String>,
    /// For classes: canonical names of the classes that it derives from.
    #[serde(default)]
    pub bases: Vec<String>,
    pub summary: String,
    pub switch: Switch,
    pub confidence: Confidence,
    /// The flag of `monkey_patch()` that makes a standard library name green.
    pub monkey_flag: Option<String>,
    /// Whether the patched name was measured to be cooperative.
    pub was_green: Option<bool>,
    /// A module that took the name by `from module import name` before patching keeps the one that blocks.
    #[serde(default)]
    pub blocks_if_early: bool,
    /// The call waits until another thread does something: unpatched, it waits for ever if all others are green.
    #[serde(default)]
    pub waits_for_another: bool,
    /// A thread can make the call as it is written: it touches nothing that belongs to the calling thread.
    #[serde(default)]
    pub offload: bool,
    /// The call changes nothing, and what it becomes may be called from any thread: `queue.qsize()`.
    #[serde(default)]
    pub only_reads: bool,
    pub spawn: Option<Spawn>,
    pub calls: Option<Calls>,
    /// Canonical class of the result; `(class,)` for a tuple that begins with one; `[class]` for several; `result-of-callable`; `module`; `unpatched-module`.
    pub returns: Option<String>,
    /// What the call becomes takes asynchronous iterables as well as plain ones.
    #[serde(default)]
    pub takes_async_iterables: bool,
    /// Iterating over an instance may suspend.
    pub iterates: Option<Switch>,
    pub context: Option<Context>,
    /// Name in the helper that stands in for it.
    pub helper: Option<String>,
    /// Names in `preconditions.toml`.
    #[serde(default)]
    pub preconditions: Vec<String>,
    /// Replacement by form: `default`, by least target version (`py39`, `py311`), or by named need.
    #[serde(default)]
    pub replacement: FxHashMap<String, String>,
    /// Differences of the replacement, each executed or read in the source.
    #[serde(default)]
    pub differences: Vec<String>,
    /// Where the knowledge comes from.
    pub source: Vec<String>,
    #[serde(default)]
    pub form: Vec<Form>,
    /// Set while loading: from the file's name.
    #[serde(skip, default = "eventlet")]
    pub origin: Origin,
}

const fn eventlet() -> Origin {
    Origin::Eventlet
}

impl Entry {
    /// The replacement for a target version: the newest `pyXY` row that is not newer than it, else `default`.
    #[must_use]
    pub fn replacement_for(&self, version: PythonVersion) -> Option<&str> {
        let by_version = self
            .replacement
            .iter()
            .filter_map(|(key, text)| Some((PythonVersion::from_key(key)?, text)))
            .filter(|(least, _)| *least <= version)
            .max_by_key(|(least, _)| *least);
        by_version
            .map(|(_, text)| text)
            .or_else(|| self.replacement.get("default"))
            .map(String::as_str)
    }
}

/// A third-party library that blocks once monkey patching is gone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    pub name: String,
    /// Import roots.
    pub imports: Vec<String>,
    pub scenario: Scenario,
    pub summary: String,
    pub confidence: Confidence,
    pub replacement: String,
    pub differences: Vec<String>,
    /// 1: the same calls with `await`; 4: another architecture.
    pub distance: u8,
    /// A framework whose applications are WSGI applications and whose views are plain functions.
    #[serde(default)]
    pub serves_wsgi: bool,
    pub source: Vec<String>,
}

/// What must hold at a place for a rewrite to keep the behavior.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Precondition {
    pub name: String,
    pub text: String,
}
