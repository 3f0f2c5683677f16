//! What a construct would write at a place, and what it needs for that.

use ruff_text_size::TextRange;
use ungreen_callgraph::{ClassId, FuncId, Place};
use ungreen_catalog::Confidence;

use crate::PinKind;

/// A change that one construct offers. Plain data: made without knowing any color, accepted or rejected by coloring.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Name of the construct that made it: `sleep`, `accept-loop`.
    pub construct: &'static str,
    /// The node it is about; what reports point at.
    pub place: Place,
    /// The innermost function around the place.
    pub function: FuncId,
    /// Canonical catalog name, if one API is at stake.
    pub entry: Option<&'static str>,
    /// Diagnostic code: `UG102`.
    pub code: &'static str,
    pub confidence: Confidence,
    /// One line: what becomes of it, with Python in backticks.
    pub summary: String,
    /// Differences that remain, in the catalog's words. Must not be empty for [`Confidence::Review`].
    pub differences: Vec<String>,
    /// What a person should do. Must be present for [`Confidence::Manual`].
    pub advice: Option<String>,
    /// Proposals with the same group are accepted or rejected together: an object, its uses, and everything that must change with it.
    pub group: Option<GroupId>,
    pub needs: Needs,
    pub edits: Vec<Edit>,
    pub imports: Vec<ImportNeed>,
    /// Names of the helper that the edits use: `GreenPool`. The text refers to them through [`Part::Helper`].
    pub helper: Vec<&'static str>,
}

/// Index given by the proposing stage; unique over the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub u32);

/// What must hold for a proposal to be right.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// Expressions of the original at which the rewritten code suspends. Each gets an `await` around it from the plan
    /// (with parentheses where precedence asks for them), so the templates must not write it.
    pub awaits: Vec<TextRange>,
    /// Context expressions whose `with` becomes `async with`; the plan writes it, and splits a `with` that has other items as well.
    pub async_with: Vec<TextRange>,
    /// Iterated expressions whose `for` becomes `async for`, in the form that fits the place.
    pub async_for: Vec<TextRange>,
    /// The function around the place must be a coroutine for another reason (the edits write `async with`, `async for` or `await` themselves).
    pub suspends: bool,
    /// The place must run inside a running loop (`create_task`), though it does not suspend.
    pub running_loop: bool,
    /// Functions that must become coroutines: the targets of a spawn.
    pub coroutines: Vec<FuncId>,
    /// Generator functions whose generators the rewritten code iterates over as it needs to, should they suspend: the answers of a WSGI application.
    pub iterates: Vec<FuncId>,
    /// Functions that must not become coroutines, with the reason: a WSGI application that is served from a thread pool.
    pub stays_sync: Vec<(FuncId, String)>,
    /// Functions that run in threads beside the event loop when this is done: what a WSGI server calls, and what that calls.
    pub threads: Vec<FuncId>,
    /// Pins that this proposal lifts, because it changes who calls the function: `Thread.run` of a helper thread, a unittest method.
    pub lifts: Vec<(FuncId, PinKind)>,
    /// The proposal counts only if one of these functions becomes a coroutine (empty: always):
    /// `@contextmanager` becomes `@asynccontextmanager` if the generator suspends.
    pub only_if_async: Vec<FuncId>,
    /// Calls (by the range of the call expression, in the proposal's file) that the edits take care of themselves: the plan writes no `await` there.
    pub handles_calls: Vec<TextRange>,
    /// The proposal counts only if no other proposal about Eventlet is left undone: `monkey_patch()` goes when nothing needs it any more.
    pub when_all_else_is_done: bool,
    /// The class becomes an asynchronous one with a sync face, which callers without a loop go on using. The rewrite follows from the Plan.
    pub sync_face: Option<SyncFace>,
    /// The proposal counts only if its function becomes a coroutine, or no other proposal about Eventlet is left undone: an exception
    /// that Eventlet raises in green threads, and the helper in tasks.
    pub not_beside_eventlet: bool,
    /// The place is a bridge of an earlier migration: code on Eventlet that waits for a coroutine.
    pub is_bridge: bool,
    /// Left as it is, the place runs Eventlet's hub, though it names nothing of Eventlet: `app.run()` of Flask under monkey patching.
    pub runs_hub: bool,
    /// The proposal counts only if code that stays on Eventlet waits for coroutines.
    pub for_bridges: bool,
    /// What the helper's `run` does and `asyncio.run` does not.
    pub runner: Option<Runner>,
}

/// Why the program is run by the helper's `run`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// The default executor needs as many threads as Eventlet's pool has.
    Threads,
    /// Ctrl-C has to raise KeyboardInterrupt in the main task; the proposal counts only if it can.
    Interrupts,
}

/// A class that is to have a sync face.
#[derive(Debug, Clone)]
pub struct SyncFace {
    pub class: ClassId,
    /// The new name of the asynchronous class; the face keeps the old one.
    pub name: String,
}

impl Needs {
    /// Something at the place suspends.
    #[must_use]
    pub fn suspend(&self) -> bool {
        self.suspends
            || !self.awaits.is_empty()
            || !self.async_with.is_empty()
            || !self.async_for.is_empty()
    }
}

/// Replaces one range of a file. See ARCHITECTURE.md, "Edits are templates".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub place: Place,
    pub parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Text(String),
    /// That range of the original, with the edits inside it applied.
    Source(TextRange),
    /// Like `Source` for whole statements (whole lines), with their indentation moved by so many levels (negative: to the left). Multi-line strings keep their content.
    Indented {
        range: TextRange,
        levels: i8,
    },
    /// Keeps the range for a [`Part::Moved`] of another edit of the file, and writes nothing.
    Taken(TextRange),
    /// What another edit keeps as [`Part::Taken`], with the edits inside it applied.
    Moved(TextRange),
    /// A name of the helper, spelled as the file imports it.
    Helper(&'static str),
    /// A name of a module as the file imports it; `("asyncio", "sleep")` gives `asyncio.sleep`. The import is added.
    Name {
        module: &'static str,
        name: &'static str,
    },
}

/// An import that the edits rely on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ImportNeed {
    /// `import aiohttp`.
    Module(&'static str),
    /// `from aiohttp import web`.
    From {
        module: &'static str,
        name: &'static str,
    },
}

impl Edit {
    /// Replaces `place` by text.
    #[must_use]
    pub fn text(place: Place, text: impl Into<String>) -> Self {
        Self {
            place,
            parts: vec![Part::Text(text.into())],
        }
    }
}
