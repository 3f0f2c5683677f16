//! What every Eventlet, standard library and third-party name does, and what replaces it.
//!
//! The knowledge is in `data/*.toml` and `stubs/`; adding a row needs no Rust. See the crate's README.

mod builtins;
mod codes;
mod decorators;
mod flow;
mod members;
mod model;
mod protocols;
mod stubs;
mod tables;
mod version;
mod waits;

pub use builtins::is_builtin_member;
pub use codes::{Code, codes};
pub use decorators::{DecoratorEffect, decorator_effect};
pub use flow::{Flow, Passes, flow, flow_names};
pub use model::{
    Calls, CallsKind, Confidence, Context, Entry, Form, Kind, Origin, Package, Precondition,
    Scenario, Spawn, SpawnKind, Status, Switch,
};
pub use protocols::{Signature, is_called_by_library, signatures};
pub use stubs::stub_files;
pub use tables::{Catalog, catalog};
pub use version::PythonVersion;
pub use waits::{WaitingLibrary, is_common_name, waiting_libraries};
