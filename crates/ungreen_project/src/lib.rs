//! Discovery, configuration, the salsa database and its overlay, safe writing.

mod config;
mod config_reference;
mod database;
mod diagnostics;
mod discover;
mod encoding;
mod environment;
mod error;
mod files;
mod git;
mod modules;
mod nesting;
mod oracle;
mod overlay;
mod project;
mod source;
mod sources;
mod stack;
mod surroundings;

pub use config::{Config, ConfigError, Policy, TargetVersion};
pub use config_reference::configuration_reference;
pub use diagnostics::{TypeDiagnostic, TypeReport};
pub use discover::{DEFAULT_EXCLUDES, DEFAULT_TARGET_VERSION, Options, discover, read};
pub use encoding::Encoding;
pub use error::{DiscoverError, SkipReason, Skipped};
pub use files::{Before, Change, CopyError, WriteError, WriteFailure, WriteReport};
pub use git::GitState;
pub use nesting::{NESTING_LIMIT, TooNested};
pub use oracle::{OracleStatistics, TyOracle};
pub use project::Project;
pub use ruff_python_ast::PythonVersion;
pub use source::{FILE_SIZE_LIMIT, Newline, SourceFile};
pub use sources::Sources;
pub use stack::with_large_stack;
pub use surroundings::{DependencyKind, DependencyUse, EntryKind, EntryPoint, Surroundings};
