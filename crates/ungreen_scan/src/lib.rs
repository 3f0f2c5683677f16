//! Direct uses of Eventlet, found from imports alone.
//!
//! Needs neither the type engine nor the call graph, and parses only files that can hold a use: it answers at once
//! where a whole plan takes its time. What an object is, is known as far as names and attributes of `self` in one file say it.

mod bindings;
mod exports;
mod libraries;
mod modules;
mod patching;
mod scan;
mod uses;

pub use libraries::Library;
pub use patching::Patching;
pub use scan::{Finding, FindingKind, Scan, scan};
