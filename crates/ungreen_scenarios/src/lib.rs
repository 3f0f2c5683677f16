//! Proof by execution: runs every program under `scenarios/` before and after its migration and compares what it does.
//!
//! The layout of a case, and what a driver may rely on, is in `scenarios/README.md`.

pub mod case;
pub mod environment;
pub mod process;
pub mod snapshot;
pub mod stage;
pub mod transcript;
