//! What the names in annotations denote.

use std::cell::OnceCell;

use ruff_python_ast::{self as ast, Expr, Stmt};
use rustc_hash::FxHashMap;

use crate::facts::is_builtin_name;
use crate::flow::{Solver, Value};
use crate::{FileFacts, Module};

/// Aliases of aliases, and imports of imports, are followed so far.
const DEPTH: usize = 8;

pub(super) enum TypeName<'a> {
    /// A dotted name outside the program: `typing.Callable`, `builtins.list`.
    Outside(String),
    Class(u32),
    /// `Handler = Callable[[str], None]`, with the file that it is written in.
    Alias(u32, &'a Expr),
}

type Aliases<'a> = FxHashMap<&'a str, &'a Expr>;

pub(super) struct TypeNames<'a> {
    modules: &'a [Module<'a>],
    by_name: FxHashMap<&'a str, u32>,
    aliases: Vec<OnceCell<Aliases<'a>>>,
}

impl<'a> TypeNames<'a> {
    pub(super) fn new(modules: &'a [Module<'a>]) -> Self {
        Self {
            modules,
            by_name: (0..)
                .zip(modules)
                .map(|(file, module)| (module.name, file))
                .collect(),
            aliases: modules.iter().map(|_| OnceCell::new()).collect(),
        }
    }

    /// What a name, with or without dots, denotes at the top of a file.
    pub(super) fn denoted(
        &self,
        solver: &Solver<'_, '_>,
        files: &[FileFacts],
        file: u32,
        text: &str,
    ) -> Option<TypeName<'a>> {
        self.find(solver, files, file, text, 0)
    }

    fn find(
        &self,
        solver: &Solver<'_, '_>,
        files: &[FileFacts],
        file: u32,
        text: &str,
        depth: usize,
    ) -> Option<TypeName<'a>> {
        if depth > DEPTH {
            return None;
        }
        let (first, rest) = text.split_once('.').unwrap_or((text, ""));
        if rest.is_empty() {
            if let Some(alias) = self.aliases(file).and_then(|aliases| aliases.get(first)) {
                return Some(TypeName::Alias(file, alias));
            }
            if let Some(class) = class_named(solver, file, first) {
                return Some(TypeName::Class(class));
            }
        }
        let facts = files.get(file as usize)?;
        if let Some(binding) = facts.imports.iter().find(|import| import.name == first) {
            let is_plain = (binding.target.strip_prefix(first))
                .is_some_and(|after| after.starts_with('.') && text.starts_with(&binding.target));
            let full = match rest {
                _ if is_plain => text.to_owned(),
                "" => binding.target.clone(),
                rest => format!("{}.{rest}", binding.target),
            };
            return Some(
                self.in_module(solver, files, &full, depth)
                    .unwrap_or(TypeName::Outside(full)),
            );
        }
        let stars = solver.files.get(file as usize)?.ir.stars.iter();
        for star in stars {
            if let Some(found) = (self.by_name.get(star.as_str()))
                .and_then(|file| self.find(solver, files, *file, text, depth + 1))
                && !matches!(&found, TypeName::Outside(name) if name.starts_with("builtins."))
            {
                return Some(found);
            }
        }
        (rest.is_empty() && is_builtin_name(first))
            .then(|| TypeName::Outside(format!("builtins.{first}")))
    }

    /// The dotted name leads into a module of the program.
    fn in_module(
        &self,
        solver: &Solver<'_, '_>,
        files: &[FileFacts],
        full: &str,
        depth: usize,
    ) -> Option<TypeName<'a>> {
        let (module, member) = full.match_indices('.').rev().find_map(|(at, _)| {
            let (module, member) = full.split_at(at);
            Some((self.by_name.get(module)?, member.get(1..)?))
        })?;
        self.find(solver, files, *module, member, depth + 1)
    }

    fn aliases(&self, file: u32) -> Option<&Aliases<'a>> {
        let module = self.modules.get(file as usize)?;
        let aliases = self.aliases.get(file as usize)?;
        Some(aliases.get_or_init(|| {
            let mut found = Aliases::default();
            collect(&module.syntax.body, &mut found);
            found
        }))
    }
}

/// Names that are bound to what may be a type, at the top of a module.
fn collect<'a>(body: &'a [Stmt], found: &mut Aliases<'a>) {
    for statement in body {
        match statement {
            Stmt::Assign(node) => {
                if let [Expr::Name(name)] = node.targets.as_slice()
                    && is_type(&node.value)
                {
                    found.insert(&name.id, &node.value);
                }
            }
            Stmt::AnnAssign(node) => {
                let annotation = dotted(&node.annotation).unwrap_or_default();
                if let (Expr::Name(name), Some(value)) = (&*node.target, node.value.as_deref())
                    && annotation.rsplit('.').next() == Some("TypeAlias")
                    && (is_type(value) || value.is_string_literal_expr())
                {
                    found.insert(&name.id, value);
                }
            }
            Stmt::TypeAlias(node) => {
                if let Expr::Name(name) = &*node.name {
                    found.insert(&name.id, &node.value);
                }
            }
            Stmt::If(node) => {
                collect(&node.body, found);
                for clause in &node.elif_else_clauses {
                    collect(&clause.body, found);
                }
            }
            Stmt::Try(node) => collect(&node.body, found),
            _ => {}
        }
    }
}

/// `Callable[…]`, `A | B`, `types.Handler`; a name alone would be any variable.
fn is_type(value: &Expr) -> bool {
    match value {
        Expr::Subscript(node) => dotted(&node.value).is_some(),
        Expr::BinOp(node) => node.op == ast::Operator::BitOr,
        _ => false,
    }
}

fn class_named(solver: &Solver<'_, '_>, file: u32, name: &str) -> Option<u32> {
    let name = solver.names.find(name)?;
    let var = *solver.files.get(file as usize)?.globals.get(&name)?;
    solver
        .values_of(var)
        .iter()
        .find_map(|id| match solver.values.get(*id) {
            Value::Class(class) => Some(class),
            _ => None,
        })
}

/// `a.b.c` as written.
pub(super) fn dotted(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => {
            Some(format!("{}.{}", dotted(&attribute.value)?, attribute.attr))
        }
        _ => None,
    }
}
