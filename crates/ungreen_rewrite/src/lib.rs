//! A Plan and sources in, text edits out.

mod annotations;
mod apply;
mod checked;
pub mod constructs;
mod copies;
mod face_class;
mod faces;
mod forest;
mod generator_loops;
mod helper;
mod helper_place;
mod imports;
mod lambdas;
mod line_map;
mod lost_coroutines;
mod mains;
mod misuse;
mod new_complaints;
mod plan_edits;
mod recheck;
mod render;
mod result_imports;
mod spelling;
mod tree;
mod unused_imports;
mod usage;

pub use apply::{FileResult, NewFile, Options, Problem, Rewrite, apply};
pub use forest::conflicts;
pub use helper::{Helper, HelperPart, helper};
pub use recheck::{Recheck, RecheckProblem, recheck};
pub use result_imports::{NewPackage, RemainingImport};
pub use tree::{NodeId, Tree};
