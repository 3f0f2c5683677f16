//! Functions, call sites and where every call goes.

mod model;
mod oracle;

pub use model::*;
pub use oracle::*;

use ruff_python_ast as ast;

/// One parsed file, as resolution takes it. `FileId(n)` is the n-th of the list.
pub struct Module<'a> {
    /// Relative to the project's root, with `/`.
    pub path: &'a str,
    /// Dotted module name.
    pub name: &'a str,
    /// The file is a package's `__init__.py`.
    pub is_package: bool,
    pub source: &'a str,
    pub syntax: &'a ast::ModModule,
}
