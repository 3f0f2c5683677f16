//! Which names a file uses, and which names of a module others use.

use ruff_python_ast::{AnyNodeRef, Expr, ExprContext};
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FileFacts, Program};

use crate::imports::public_names;
use crate::tree::Tree;

/// Names that the file reads anywhere, also in `__all__` and in annotations that are strings.
pub(crate) fn used_names(tree: &Tree<'_>) -> FxHashSet<String> {
    let mut used = public_names(tree.module);
    for (_, node) in tree.nodes() {
        match node {
            AnyNodeRef::ExprName(name) if name.ctx != ExprContext::Store => {
                used.insert(name.id.to_string());
            }
            AnyNodeRef::StmtAnnAssign(assign) => quoted_names(&assign.annotation, &mut used),
            AnyNodeRef::Parameter(parameter) => {
                if let Some(annotation) = &parameter.annotation {
                    quoted_names(annotation, &mut used);
                }
            }
            AnyNodeRef::StmtFunctionDef(function) => {
                if let Some(returns) = &function.returns {
                    quoted_names(returns, &mut used);
                }
            }
            AnyNodeRef::StmtGlobal(global) => {
                used.extend(global.names.iter().map(ToString::to_string));
            }
            _ => {}
        }
    }
    used
}

/// The words of an annotation's string parts.
fn quoted_names(annotation: &Expr, used: &mut FxHashSet<String>) {
    use ruff_python_ast::visitor::{self, Visitor};
    struct Strings<'u>(&'u mut FxHashSet<String>);
    impl<'a> Visitor<'a> for Strings<'_> {
        fn visit_expr(&mut self, expression: &'a Expr) {
            if let Expr::StringLiteral(text) = expression {
                self.0.extend(
                    text.value
                        .to_str()
                        .split(|c: char| !c.is_alphanumeric() && c != '_')
                        .filter(|word| !word.is_empty())
                        .map(ToString::to_string),
                );
            }
            visitor::walk_expr(self, expression);
        }
    }
    Strings(used).visit_expr(annotation);
}

/// For each module, the names that other modules of the program import from it or read through it.
pub(crate) fn names_used_by_others<'a>(
    program: &'a Program,
    trees: &[Tree<'_>],
) -> FxHashMap<&'a str, FxHashSet<String>> {
    let modules: FxHashSet<&str> = program
        .files
        .iter()
        .map(|file| file.module.as_str())
        .collect();
    let mut exported: FxHashMap<&str, FxHashSet<String>> = FxHashMap::default();
    for (file, tree) in program.files.iter().zip(trees) {
        for binding in &file.imports {
            if let Some((module, name)) = binding.target.rsplit_once('.')
                && module != file.module
                && let Some(module) = modules.get(module)
            {
                exported.entry(module).or_default().insert(name.to_string());
            }
        }
        let through = imported_modules(file, &modules);
        if through.is_empty() {
            continue;
        }
        for (_, node) in tree.nodes() {
            if let AnyNodeRef::ExprAttribute(attribute) = node
                && let Some(text) = dotted(&attribute.value)
                && let Some(module) = through.get(&text)
            {
                exported
                    .entry(module)
                    .or_default()
                    .insert(attribute.attr.to_string());
            }
        }
    }
    exported
}

/// What the file writes for modules of the program, to the module's name.
fn imported_modules<'a>(
    file: &FileFacts,
    modules: &FxHashSet<&'a str>,
) -> FxHashMap<String, &'a str> {
    let mut through = FxHashMap::default();
    for binding in &file.imports {
        let Some(module) = modules.get(binding.target.as_str()) else {
            continue;
        };
        let plain = binding
            .target
            .strip_prefix(binding.name.as_str())
            .is_some_and(|rest| rest.starts_with('.'));
        let text = if plain {
            binding.target.clone()
        } else {
            binding.name.clone()
        };
        through.insert(text, *module);
    }
    through
}

/// `a.b.c` as written, for a chain of names.
pub(crate) fn dotted(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => {
            Some(format!("{}.{}", dotted(&attribute.value)?, attribute.attr))
        }
        _ => None,
    }
}
