//! The Plan: what becomes of every function, call and use, with the reason.

use ruff_text_size::TextRange;
use serde::Serialize;
use ungreen_callgraph::{CallId, ClassId, FileId, FuncId, Place, Program};

use crate::Proposal;

/// The result of coloring. Every command is a view of it.
#[derive(Debug, Default)]
pub struct Plan {
    /// Indexed by `FuncId`.
    pub functions: Vec<FunctionPlan>,
    pub proposals: Vec<Decided>,
    pub awaits: Vec<Await>,
    /// `def` becomes `async def`.
    pub colored: Vec<FuncId>,
    /// Lambdas that become local `async def`s.
    pub lambdas: Vec<FuncId>,
    /// Of [`Self::colored`], those that stay and get a copy that is a coroutine.
    pub copies: Vec<Copied>,
    pub mains: Vec<ModuleMain>,
    /// The mains, by index, that the helper's `run` runs instead of `asyncio.run`.
    pub helper_runs: Vec<usize>,
    /// Classes that are split into an asynchronous class and a sync face.
    pub faces: Vec<Face>,
    /// Annotations that speak of functions that become coroutines.
    pub annotations: Vec<Annotated>,
    pub boundaries: Vec<Boundary>,
    pub blockers: Vec<Blocker>,
    /// Calls that may reach a coroutine, which resolution could not tell.
    pub uncertain: Vec<Uncertain>,
    pub blocking: Vec<BlocksLoop>,
}

/// A function with an asynchronous copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    pub function: FuncId,
    /// The name of the copy.
    pub name: String,
}

/// A call in a coroutine that reaches, through functions that stay sync, a use that is left: it would wait on Eventlet inside the event loop.
#[derive(Debug, Clone)]
pub struct BlocksLoop {
    pub call: Place,
    pub caller: FuncId,
    /// The sync function that the call runs.
    pub target: FuncId,
    /// Index of the proposal for the use, in [`Plan::proposals`].
    pub used: usize,
}

/// A part of an annotation that has to say that what it describes is asynchronous now.
#[derive(Debug, Clone)]
pub struct Annotated {
    /// Index in [`Program::annotations`].
    pub annotation: usize,
    /// What it describes is asynchronous only in part: it has to say both.
    pub in_part: bool,
    /// Some place makes a task of what a call gives: it has to be a coroutine, not any awaitable.
    pub as_task: bool,
}

/// An unresolved call whose attribute has the name of a method that becomes a coroutine.
#[derive(Debug, Clone)]
pub struct Uncertain {
    pub call: Place,
    pub caller: FuncId,
    pub name: String,
    pub candidates: Vec<FuncId>,
}

impl PinKind {
    /// The diagnostic code of a blocker of this kind.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Dunder => "UG301",
            Self::Property => "UG302",
            Self::Lambda => "UG303",
            Self::LibraryBase => "UG304",
            Self::Callback => "UG305",
            Self::Decorator => "UG306",
            Self::ClassBody => "UG307",
            Self::ModuleBody => "UG308",
            Self::RealThread => "UG309",
            Self::Exported => "UG310",
            Self::Construct => "UG311",
            Self::Generator => "UG312",
            Self::TestRunner => "UG313",
            Self::Policy => "UG314",
            Self::Unseen => "UG320",
            Self::Border => "UG325",
            Self::Copy | Self::Copied => "UG326",
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Dunder => {
                "Python calls this method itself and cannot await it: move the suspending work to an ordinary method, or to a factory that callers await"
            }
            Self::Property => "turn the property into a method, so that its readers can await it",
            Self::Lambda => "replace the lambda with a named function",
            Self::LibraryBase => {
                "a class outside the program calls this method synchronously: use the asynchronous base class of that library, or hand the work to a task"
            }
            Self::Callback => {
                "code outside the program calls this function: hand over a sync function that schedules the work with `asyncio.create_task`"
            }
            Self::Decorator => {
                "the decorator is not known to accept coroutine functions: check it, then list the function under `async` in `[tool.ungreen.functions]`"
            }
            Self::ClassBody => "class bodies cannot await: compute the value in a function",
            Self::ModuleBody => {
                "importing a module cannot await: move the work into a function that the program's entry point calls"
            }
            Self::RealThread => {
                "the function runs in a thread of the operating system: use `asyncio.run_coroutine_threadsafe`, or run it as a task"
            }
            Self::Exported => {
                "the function is called from outside the program: keep a sync face for it, or change its callers"
            }
            Self::Construct => {
                "what runs the function at that place stays as it is, and calls it synchronously: migrate that place, for the reason reported there, and the function with it"
            }
            Self::Generator => {
                "use it where nothing else may come: iterate over it by `async for` or collect its items first, and enter a context manager by `async with`"
            }
            Self::TestRunner => {
                "the test runner calls the function: use `unittest.IsolatedAsyncioTestCase` or pytest-asyncio"
            }
            Self::Unseen => {
                "annotate the receiver at that call, so that what it reaches is known; `--unfinished` migrates the function all the same"
            }
            Self::Border => "migrate what runs it together with it: name that with `--entry`, too",
            Self::Copy => {
                "give the function another policy in `[tool.ungreen.functions]`, or change what is named"
            }
            Self::Copied => "call the copy, or migrate what calls the function",
            Self::Policy => {
                "the configuration keeps this function sync: change `[tool.ungreen.functions]` if that is no longer meant"
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Color {
    Sync,
    Async,
}

#[derive(Debug)]
pub struct FunctionPlan {
    pub color: Color,
    /// Already `async def` in the original.
    pub was_async: bool,
    pub reason: Reason,
    /// Why it would be a coroutine if nothing had to stay sync.
    pub demand: Option<Reason>,
    /// If there is no demand: a call of which only the name is known, and what would suspend and has this name.
    pub unsure: Option<(CallId, FuncId)>,
}

/// Why a function has its color: one step of a why-chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Nothing in it suspends.
    NothingSuspends,
    /// It was a coroutine before.
    AlreadyAsync,
    /// Proposal number `.0` suspends in it.
    Suspends(usize),
    /// It calls a function that is a coroutine.
    Calls { call: CallId, target: FuncId },
    /// A library waits at the place, which Eventlet's patches make a switch. Only a demand: nothing is written for it.
    Waits { place: Place, library: &'static str },
    /// Proposal number `.0` runs it as a task.
    Spawned(usize),
    /// It calls something of which only the name is known, and all that the program has of this name are coroutines. Only a demand.
    MayCall { call: CallId, target: FuncId },
    /// Another member of its family is a coroutine.
    Family(FuncId),
    /// It would be a coroutine, but cannot.
    Pinned(Pin),
    /// The function, or one that runs it, cannot be a coroutine. `by`: who runs it, none for the function of the blocker.
    Refused {
        blocker: usize,
        by: Option<RefusedBy>,
    },
    /// Configuration says so.
    Policy,
}

/// The next function on the way from a refused function to that of its blocker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedBy {
    pub function: FuncId,
    /// The call with which `function` runs the refused one, or the refused one runs `function`, which stays on Eventlet; none if they
    /// are of one family.
    pub call: Option<CallId>,
}

/// Why a function cannot be a coroutine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    pub kind: PinKind,
    /// Where the pin shows: the decorator, the base class, the call that takes the callback.
    pub place: Place,
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PinKind {
    Dunder,
    Property,
    Lambda,
    /// A protocol or base class outside the program calls it: `logging.Handler.emit`.
    LibraryBase,
    /// Its reference goes to code outside the program that will call it.
    Callback,
    Decorator,
    ClassBody,
    ModuleBody,
    RealThread,
    Exported,
    /// A construct keeps it sync: served from a thread pool.
    Construct,
    /// A generator whose consumer cannot be `async for`.
    Generator,
    /// A test runner calls it.
    TestRunner,
    Policy,
    /// A call of which only the name is known may reach it.
    Unseen,
    /// Code that is not migrated with it runs it, and cannot wait for a coroutine.
    Border,
    /// It is to have an asynchronous copy, and cannot.
    Copy,
    /// It has its asynchronous copy.
    Copied,
}

#[derive(Debug)]
pub struct Decided {
    pub proposal: Proposal,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    /// Its `only_if_async` condition does not hold: nothing to do.
    NotNeeded,
    /// With a blocker of [`Plan::blockers`].
    Rejected {
        blocker: usize,
    },
    /// Its confidence is manual: nothing is written.
    Manual,
    /// Excluded by an option such as `--exact-only`, or by overlap with an earlier proposal.
    Excluded {
        reason: String,
    },
}

/// `await` (or the form that fits) to be written around one expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Await {
    pub place: Place,
    pub function: FuncId,
    pub form: AwaitForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AwaitForm {
    /// `await expression`.
    Await,
    /// A call of what may be a coroutine function or not: `await settled(call)`.
    Settled,
    /// The expression is iterated over asynchronously, and may be a plain iterable: `iterate(expression)`.
    Iterate,
    /// The `for` statement or comprehension clause that iterates over the expression becomes `async for`.
    AsyncFor,
    /// The `with` statement of which the expression is an item becomes `async with`.
    AsyncWith,
    /// The place is the operand of `yield from` in a function that becomes an async generator:
    /// the statement becomes `async for item in operand: yield item`.
    YieldFrom,
    /// The place is an argument of an eager consumer (`list(g)`, `sorted(g)`, `", ".join(g)`): it becomes `[item async for item in g]`.
    Collect,
    /// As [`Self::AsyncFor`], for a loop that may be left early over a generator that cleans up when it is closed.
    ClosingFor,
    /// `next(place)` becomes `await anext(place)`.
    Next,
    /// The place is what `for number, item in enumerate(place):` counts: the loop counts by itself.
    Enumerate,
    /// The place is a call of `zip`, `enumerate`, `map` or `filter`, of which an iterable becomes asynchronous: it becomes one of `azip` and so on.
    Lazy,
    /// The place is a generator expression that now contains `await`, given to an eager consumer: it becomes a list comprehension.
    ListComprehension,
}

/// How top-level code that needs a loop gets one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModuleMain {
    /// `main()` alone in a statement becomes `asyncio.run(main())`; `call` is the range of the call.
    RunCall { file: FileId, call: TextRange },
    /// The statements (whole, consecutive, of one block) move into `async def {name}():` and `asyncio.run({name}())` takes their place.
    Wrap {
        file: FileId,
        name: String,
        statements: TextRange,
        globals: Vec<String>,
        /* a `def`, to stay outside */ keep: Vec<TextRange>,
    },
    /// The function stays callable without a loop: its code moves to `async def {inner}` and it runs that.
    SyncEntry {
        function: FuncId,
        inner: String,
        /// How it runs it: [`Bridge::GreenWait`] in a green thread, else [`Bridge::AsyncioRun`].
        bridge: Bridge,
    },
}

impl ModuleMain {
    /// The file that it is written in.
    #[must_use]
    pub fn file(&self, program: &Program) -> Option<FileId> {
        match self {
            Self::RunCall { file, .. } | Self::Wrap { file, .. } => Some(*file),
            Self::SyncEntry { function, .. } => program
                .functions
                .get(function.0 as usize)
                .map(|facts| facts.file),
        }
    }
}

/// A class that becomes an asynchronous class under a new name and a sync face, which holds an object of it, under the old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    pub class: ClassId,
    /// The name of the asynchronous class.
    pub name: String,
    /// Functions and module bodies in which the old name denoted what is now the asynchronous class, in order.
    pub asynchronous: Vec<FuncId>,
}

/// An edge from a function that stays sync to one that becomes a coroutine, with what is written there.
#[derive(Debug, Clone)]
pub struct Boundary {
    pub call: Place,
    pub caller: FuncId,
    pub target: FuncId,
    pub bridge: Bridge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bridge {
    AsyncioRun,
    CreateTask,
    /// A green thread waits on Eventlet's asyncio hub.
    GreenWait,
    ToThread,
}

/// A place that keeps something from being migrated.
#[derive(Debug, Clone)]
pub struct Blocker {
    pub code: &'static str,
    /// A proposal was left out beside others: not selected, or written over by another one.
    pub is_left_out: bool,
    /// It only explains other places; there is nothing to do about it: the function has its copy.
    pub is_settled: bool,
    pub place: Place,
    /// The function that cannot be a coroutine or the place's function.
    pub function: FuncId,
    pub reason: String,
    pub advice: String,
}
