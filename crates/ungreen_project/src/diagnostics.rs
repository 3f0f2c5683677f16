//! ty's complaints about sources, so that a rewrite can be compared with what it came from.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use ruff_db::diagnostic::{Diagnostic, DiagnosticId, Severity};
use ruff_db::parsed::parsed_module;
use ruff_db::system::SystemPathBuf;
use ruff_python_ast as ast;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_text_size::{Ranged, TextRange};
use ty_python_semantic::types::Type;
use ty_python_semantic::{Db, HasType, SemanticModel};

use crate::database::Database;
use crate::project::Project;
use crate::with_large_stack;

/// One complaint of the type engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeDiagnostic {
    /// Relative to the root, with `/`.
    pub path: String,
    /// `invalid-argument-type`, `unresolved-attribute`, `invalid-syntax`, …
    pub rule: String,
    pub message: String,
    /// 1-based; 1 for a complaint about the whole file.
    pub line: u32,
    /// Empty at the start for a complaint about the whole file.
    pub range: TextRange,
    /// It is about a call one of whose arguments ty gives a type variable that it has not solved: `update(await q.get())` with `q = Queue()`.
    pub is_unsolved: bool,
}

/// What ty says about some files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypeReport {
    /// By path, then place. Imports that cannot be found are left out: packages need not be installed.
    pub diagnostics: Vec<TypeDiagnostic>,
    /// Files about which nothing is known because ty panicked.
    pub panicked: Vec<String>,
}

impl Project {
    /// What ty says about the files at `paths` (relative to the root, with `/`), with `rewritten` texts in place of those
    /// that were read. A rewritten text may be that of a new file.
    pub fn diagnostics(&self, paths: &[&str], rewritten: &BTreeMap<String, String>) -> TypeReport {
        let mut database = self.handle();
        if !rewritten.is_empty() {
            let mut texts = database.overlay().texts().clone();
            for (path, text) in rewritten {
                if let Ok(path) = SystemPathBuf::from_path_buf(self.root.join(path)) {
                    texts.insert(path, Arc::from(text.as_str()));
                }
            }
            database = database.over(database.overlay().with_texts(texts));
        }
        with_large_stack(move || check(&database, &self.root, paths))
    }
}

fn check(database: &Database, root: &Path, paths: &[&str]) -> TypeReport {
    let results: Vec<_> = paths
        .par_iter()
        .map_with(database.clone(), |handle, path| {
            let database = handle.clone();
            let checked =
                ruff_db::panic::catch_unwind(AssertUnwindSafe(|| check_one(&database, root, path)));
            checked.map_err(|_| (*path).to_owned())
        })
        .collect();
    let mut report = TypeReport::default();
    for result in results {
        match result {
            Ok(diagnostics) => report.diagnostics.extend(diagnostics),
            Err(path) => report.panicked.push(path),
        }
    }
    report.diagnostics.sort_by(|a, b| {
        (&a.path, a.range.start(), &a.rule).cmp(&(&b.path, b.range.start(), &b.rule))
    });
    report.panicked.sort();
    report
}

fn check_one(database: &Database, root: &Path, path: &str) -> Vec<TypeDiagnostic> {
    let Some(file) = SystemPathBuf::from_path_buf(root.join(path))
        .ok()
        .and_then(|path| database.file(&path))
    else {
        return Vec::new();
    };
    let lines = ruff_db::source::line_index(database, file);
    let model = SemanticModel::new(database, database.program_file(file));
    let module =
        parsed_module(database, database.program_file(file).python_file(database)).load(database);
    database
        .check_file(file)
        .iter()
        .filter(|diagnostic| counts(diagnostic))
        .map(|diagnostic| {
            let range = diagnostic
                .primary_span()
                .and_then(|span| span.range())
                .unwrap_or_default();
            TypeDiagnostic {
                path: path.to_owned(),
                rule: diagnostic.id().to_string(),
                message: diagnostic.concise_message().to_string(),
                line: u32::try_from(lines.line_index(range.start()).get()).unwrap_or(u32::MAX),
                range,
                is_unsolved: has_unsolved_argument(&model, module.syntax(), range),
            }
        })
        .collect()
}

/// An argument of the call at the place has the type of a type variable alone.
fn has_unsolved_argument(
    model: &SemanticModel<'_>,
    module: &ast::ModModule,
    range: TextRange,
) -> bool {
    struct Calls<'m, 'db> {
        model: &'m SemanticModel<'db>,
        range: TextRange,
        found: bool,
    }
    impl<'a> Visitor<'a> for Calls<'_, '_> {
        fn visit_stmt(&mut self, statement: &'a ast::Stmt) {
            if !self.found && statement.range().contains_range(self.range) {
                visitor::walk_stmt(self, statement);
            }
        }

        fn visit_expr(&mut self, expression: &'a ast::Expr) {
            if self.found || !expression.range().contains_range(self.range) {
                return;
            }
            // The complaint may be about the call, or about what is called.
            if let ast::Expr::Call(call) = expression
                && (call.range() == self.range || call.func.range() == self.range)
            {
                self.found = call.arguments.iter_source_order().any(|argument| {
                    matches!(
                        argument.value().inferred_type(self.model),
                        Some(Type::TypeVar(_))
                    )
                });
            }
            visitor::walk_expr(self, expression);
        }
    }
    let mut calls = Calls {
        model,
        range,
        found: false,
    };
    calls.visit_body(&module.body);
    calls.found
}

/// Warnings are opinions; errors are what would fail.
fn counts(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity() >= Severity::Error
        && !matches!(diagnostic.id(), DiagnosticId::Lint(name) if name.as_str() == "unresolved-import")
}
