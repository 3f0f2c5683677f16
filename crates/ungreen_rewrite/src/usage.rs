//! Which names a file uses, and which names of a module others use.

use std::borrow::Cow;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{AnyNodeRef, Expr, ExprContext};
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FileFacts, FileId, Program, names_in_strings};

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

/// The names, dots included, in annotations that are strings, with their places.
pub(crate) fn quoted_places(tree: &Tree<'_>) -> Vec<(String, TextRange)> {
    let mut found = Vec::new();
    let mut add = |annotation: &Expr| found.extend(names_in_strings(annotation, tree.source));
    for (_, node) in tree.nodes() {
        match node {
            AnyNodeRef::StmtAnnAssign(assign) => add(&assign.annotation),
            AnyNodeRef::Parameter(parameter) => {
                parameter
                    .annotation
                    .as_deref()
                    .into_iter()
                    .for_each(&mut add);
            }
            AnyNodeRef::StmtFunctionDef(function) => {
                function.returns.as_deref().into_iter().for_each(&mut add);
            }
            _ => {}
        }
    }
    found
}

/// Names of modules that other modules of the program import or read.
pub(crate) struct Exported {
    by_file: FxHashMap<FileId, FxHashSet<String>>,
    none: FxHashSet<String>,
}

impl Exported {
    pub(crate) fn of(&self, file: FileId) -> &FxHashSet<String> {
        self.by_file.get(&file).unwrap_or(&self.none)
    }
}

/// For each of the `concerned` files, the names that other modules of the program import from it or read through it.
///
/// `tree` gives the present tree of a file; an import of the original counts as long as the file still uses its name.
pub(crate) fn names_used_by_others<'t, 's: 't>(
    program: &Program,
    concerned: &[FileId],
    tree: &dyn Fn(FileId) -> Option<Cow<'t, Tree<'s>>>,
) -> Exported {
    let modules: FxHashMap<&str, FileId> = concerned
        .iter()
        .filter_map(|file| {
            let facts = program.files.get(file.0 as usize)?;
            Some((facts.module.as_str(), *file))
        })
        .collect();
    let mut by_file: FxHashMap<FileId, FxHashSet<String>> = FxHashMap::default();
    for (index, facts) in program.files.iter().enumerate() {
        let members: Vec<(FileId, &str, &str)> = facts
            .imports
            .iter()
            .filter_map(|binding| {
                let (module, name) = if binding.name == "*" {
                    let target = binding.target.as_str();
                    (target.strip_suffix(".*").unwrap_or(target), "*")
                } else {
                    binding.target.rsplit_once('.')?
                };
                let owner = modules.get(module)?;
                (module != facts.module).then_some((*owner, name, binding.name.as_str()))
            })
            .collect();
        let through = imported_modules(facts, &modules);
        if members.is_empty() && through.is_empty() {
            continue;
        }
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        let Some(tree) = tree(id) else { continue };
        let used = used_names(&tree);
        let is_package = facts.path.ends_with("__init__.py");
        // Of what `*` brings, a module uses what it names, and others may take what they take from it.
        let handed_on = taken_from(program, &facts.module);
        for (owner, name, bound) in members {
            if let ("*", false, Some(handed_on)) = (bound, is_package, &handed_on) {
                let names = by_file.entry(owner).or_default();
                names.extend(used.iter().cloned());
                names.extend(handed_on.iter().cloned());
                continue;
            }
            // A package re-exports what it imports.
            if is_package || bound == "*" || used.contains(bound) {
                by_file.entry(owner).or_default().insert(name.to_string());
            }
        }
        for (_, node) in tree.nodes() {
            if let AnyNodeRef::ExprAttribute(attribute) = node
                && let Some(text) = dotted(&attribute.value)
                && let Some(owner) = through.get(&text)
            {
                by_file
                    .entry(*owner)
                    .or_default()
                    .insert(attribute.attr.to_string());
            }
        }
    }
    Exported {
        by_file,
        none: FxHashSet::default(),
    }
}

/// The names that files import from the module; none if one imports all.
fn taken_from(program: &Program, module: &str) -> Option<FxHashSet<String>> {
    let mut taken = FxHashSet::default();
    for import in program.files.iter().flat_map(|file| &file.imports) {
        if import.name == "*"
            && import.target.strip_suffix(".*").unwrap_or(&import.target) == module
        {
            return None;
        }
        if let Some((owner, name)) = import.target.rsplit_once('.')
            && owner == module
        {
            taken.insert(name.to_string());
        }
    }
    Some(taken)
}

/// What the file writes for modules of the program.
fn imported_modules(
    file: &FileFacts,
    modules: &FxHashMap<&str, FileId>,
) -> FxHashMap<String, FileId> {
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
