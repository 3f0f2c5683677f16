//! Coloring, families, pins, boundaries and the Plan.

mod plan;
mod proposal;

pub use plan::*;
pub use proposal::*;
