//! Which names a body binds.

use ruff_python_ast as ast;
use ruff_python_ast::{Expr, Pattern, Stmt};
use rustc_hash::{FxHashMap, FxHashSet};

/// The names that a body binds in its own scope, with the number of places that bind them, and its `global` and `nonlocal` names.
#[derive(Debug, Default)]
pub(super) struct Bindings<'a> {
    /// In order of first appearance.
    pub(super) order: Vec<&'a str>,
    pub(super) counts: FxHashMap<&'a str, u32>,
    pub(super) globals: FxHashSet<&'a str>,
    pub(super) nonlocals: FxHashSet<&'a str>,
}

impl<'a> Bindings<'a> {
    pub(super) fn of(body: &'a [Stmt]) -> Self {
        let mut bindings = Self::default();
        bindings.body(body);
        bindings
    }

    pub(super) fn bind(&mut self, name: &'a str) {
        let count = self.counts.entry(name).or_insert(0);
        if *count == 0 {
            self.order.push(name);
        }
        *count += 1;
    }

    pub(super) fn body(&mut self, body: &'a [Stmt]) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(node) => self.bind(&node.name.id),
            Stmt::ClassDef(node) => self.bind(&node.name.id),
            Stmt::Assign(node) => {
                for target in &node.targets {
                    self.target(target);
                }
            }
            Stmt::AugAssign(node) => self.target(&node.target),
            Stmt::AnnAssign(node) => self.target(&node.target),
            Stmt::TypeAlias(node) => self.target(&node.name),
            Stmt::For(node) => {
                self.target(&node.target);
                self.body(&node.body);
                self.body(&node.orelse);
            }
            Stmt::While(node) => {
                self.body(&node.body);
                self.body(&node.orelse);
            }
            Stmt::If(node) => {
                self.body(&node.body);
                for clause in &node.elif_else_clauses {
                    self.body(&clause.body);
                }
            }
            Stmt::With(node) => {
                for target in node
                    .items
                    .iter()
                    .filter_map(|item| item.optional_vars.as_deref())
                {
                    self.target(target);
                }
                self.body(&node.body);
            }
            Stmt::Match(node) => {
                for case in &node.cases {
                    self.pattern(&case.pattern);
                    self.body(&case.body);
                }
            }
            Stmt::Try(node) => {
                self.body(&node.body);
                for ast::ExceptHandler::ExceptHandler(handler) in &node.handlers {
                    if let Some(name) = &handler.name {
                        self.bind(&name.id);
                    }
                    self.body(&handler.body);
                }
                self.body(&node.orelse);
                self.body(&node.finalbody);
            }
            Stmt::Import(node) => {
                for alias in &node.names {
                    self.bind(match &alias.asname {
                        Some(name) => &name.id,
                        None => alias.name.id.split('.').next().unwrap_or_default(),
                    });
                }
            }
            Stmt::ImportFrom(node) => {
                for alias in &node.names {
                    if alias.name.id != "*" {
                        self.bind(&alias.asname.as_ref().unwrap_or(&alias.name).id);
                    }
                }
            }
            Stmt::Global(node) => self
                .globals
                .extend(node.names.iter().map(|name| name.id.as_str())),
            Stmt::Nonlocal(node) => self
                .nonlocals
                .extend(node.names.iter().map(|name| name.id.as_str())),
            Stmt::Return(_)
            | Stmt::Delete(_)
            | Stmt::Raise(_)
            | Stmt::Assert(_)
            | Stmt::Expr(_)
            | Stmt::Pass(_)
            | Stmt::Break(_)
            | Stmt::Continue(_)
            | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    /// Binds the names of an assignment's target.
    pub(super) fn target(&mut self, target: &'a Expr) {
        match target {
            Expr::Name(node) => self.bind(&node.id),
            Expr::Tuple(node) => node.elts.iter().for_each(|element| self.target(element)),
            Expr::List(node) => node.elts.iter().for_each(|element| self.target(element)),
            Expr::Starred(node) => self.target(&node.value),
            _ => {}
        }
    }

    fn pattern(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(node) => {
                node.patterns.iter().for_each(|inner| self.pattern(inner))
            }
            Pattern::MatchMapping(node) => {
                node.patterns.iter().for_each(|inner| self.pattern(inner));
                if let Some(rest) = &node.rest {
                    self.bind(&rest.id);
                }
            }
            Pattern::MatchClass(node) => {
                node.arguments
                    .patterns
                    .iter()
                    .for_each(|inner| self.pattern(inner));
                for keyword in &node.arguments.keywords {
                    self.pattern(&keyword.pattern);
                }
            }
            Pattern::MatchStar(node) => {
                if let Some(name) = &node.name {
                    self.bind(&name.id);
                }
            }
            Pattern::MatchAs(node) => {
                if let Some(inner) = &node.pattern {
                    self.pattern(inner);
                }
                if let Some(name) = &node.name {
                    self.bind(&name.id);
                }
            }
            Pattern::MatchOr(node) => node.patterns.iter().for_each(|inner| self.pattern(inner)),
        }
    }
}

/// Names that some function of the file declares `global` or `nonlocal`: other code may bind them at any time.
pub(super) fn shared_names(body: &[Stmt]) -> FxHashSet<&str> {
    struct Visitor<'a>(FxHashSet<&'a str>);

    impl<'a> ast::statement_visitor::StatementVisitor<'a> for Visitor<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            match statement {
                Stmt::Global(node) => self
                    .0
                    .extend(node.names.iter().map(|name| name.id.as_str())),
                Stmt::Nonlocal(node) => self
                    .0
                    .extend(node.names.iter().map(|name| name.id.as_str())),
                _ => ast::statement_visitor::walk_stmt(self, statement),
            }
        }
    }

    let mut visitor = Visitor(FxHashSet::default());
    ast::statement_visitor::StatementVisitor::visit_body(&mut visitor, body);
    visitor.0
}
