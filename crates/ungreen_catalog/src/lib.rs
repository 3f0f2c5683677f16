//! What every Eventlet, standard library and third-party name does, and what replaces it.

mod decorators;

use serde::{Deserialize, Serialize};

pub use decorators::{DecoratorEffect, decorator_effect};

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
