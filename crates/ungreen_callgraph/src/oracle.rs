//! What resolution asks the type engine.

use ruff_python_ast as ast;

use crate::FileId;

/// Where the type engine found the definition of an attribute or name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum OracleDefinition {
    /// In a file of the program; the range is that of the defined name.
    Program {
        file: FileId,
        name: ruff_text_size::TextRange,
    },
    /// Outside: module and qualified name inside it, `("eventlet.greenpool", "GreenPool.spawn")`.
    Outside { module: String, qualname: String },
}

/// The type engine, as seen by resolution. Its word is advice: no answer is never an error.
pub trait TypeOracle: Sync {
    /// Definitions of `node.attr` on the inferred type of `node.value`. Empty when the type is unknown.
    /// `node` must belong to the tree that was given for `file`.
    fn attribute_definitions(
        &self,
        file: FileId,
        node: &ast::ExprAttribute,
    ) -> Vec<OracleDefinition>;

    /// There is a module or package of that name, in the program or outside; of one that is not found, nothing is known.
    fn finds_package(&self, name: &str) -> bool;

    /// There are no more questions; what was kept to answer them can go.
    fn release(&self);
}
