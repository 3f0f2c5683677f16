//! How the top-level code of a module gets an event loop.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;
use ungreen_callgraph::FileId;

use crate::ModuleMain;
use crate::names::{Bindings, definition_time_loads, free_names};

/// A place in top-level code that needs a running loop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Requirement {
    pub(crate) range: TextRange,
    /// It is a call of a coroutine function and nothing more.
    pub(crate) is_call: bool,
}

/// What is known of the module besides its tree.
pub(crate) struct Surroundings {
    pub(crate) file: FileId,
    /// Another module of the program that imports this one.
    pub(crate) imported_by: Option<String>,
}

/// Decides how the requirements of one module body are met.
///
/// # Errors
/// With the place and the reason when importing the module would need a loop, or when the code cannot be moved.
pub(crate) fn plan_main(
    module: &ast::ModModule,
    requirements: &[Requirement],
    around: &Surroundings,
) -> Result<ModuleMain, (TextRange, String)> {
    let Some(first) = requirements.first() else {
        return Err((TextRange::default(), "nothing needs a loop".to_string()));
    };
    let guard = module.body.iter().find_map(|statement| {
        let guard = main_guard(statement)?;
        requirements
            .iter()
            .all(|requirement| contains(&guard.body, requirement.range))
            .then_some(&guard.body)
    });
    if guard.is_none()
        && let Some(importer) = &around.imported_by
    {
        return Err((
            first.range,
            format!(
                "`{importer}` imports this module, and importing it would need a running event loop"
            ),
        ));
    }
    let block = innermost_block(guard.unwrap_or(&module.body), requirements);
    if let [only] = requirements
        && only.is_call
        && let Some(statement) = block
            .iter()
            .find(|statement| statement.range().contains_range(only.range))
        && runs_once(statement)
    {
        return Ok(ModuleMain::RunCall {
            file: around.file,
            call: only.range,
        });
    }
    wrap(module, block, first.range, around)
}

/// `if __name__ == "__main__":` without `else`.
fn main_guard(statement: &Stmt) -> Option<&ast::StmtIf> {
    let Stmt::If(guard) = statement else {
        return None;
    };
    let Expr::Compare(test) = &*guard.test else {
        return None;
    };
    let is_name = |expression: &Expr| matches!(expression, Expr::Name(name) if name.id.as_str() == "__name__");
    let is_main = |expression: &Expr| matches!(expression, Expr::StringLiteral(text) if text.value.to_str() == "__main__");
    let right = test.comparators.first()?;
    let compares =
        (is_name(&test.left) && is_main(right)) || (is_main(&test.left) && is_name(right));
    (compares
        && test.ops.len() == 1
        && test.ops[0] == ast::CmpOp::Eq
        && guard.elif_else_clauses.is_empty())
    .then_some(guard)
}

fn contains(block: &[Stmt], range: TextRange) -> bool {
    block
        .iter()
        .any(|statement| statement.range().contains_range(range))
}

/// Goes into `try` bodies: `except KeyboardInterrupt` must stay outside of `asyncio.run`, which is where the exception surfaces.
fn innermost_block<'a>(mut block: &'a [Stmt], requirements: &[Requirement]) -> &'a [Stmt] {
    loop {
        let mut holders = block.iter().filter(|statement| {
            requirements
                .iter()
                .any(|requirement| statement.range().contains_range(requirement.range))
        });
        let (Some(Stmt::Try(statement)), None) = (holders.next(), holders.next()) else {
            return block;
        };
        let in_body = requirements
            .iter()
            .all(|requirement| contains(&statement.body, requirement.range));
        let catches_interrupt = statement.handlers.iter().any(|handler| {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            let mut names = FxHashSet::default();
            if let Some(kind) = &handler.type_ {
                collect_names(kind, &mut names);
            }
            names.contains("KeyboardInterrupt") || names.contains("SystemExit")
        });
        if !in_body || !catches_interrupt {
            return block;
        }
        block = &statement.body;
    }
}

fn collect_names(expression: &Expr, names: &mut FxHashSet<String>) {
    struct Names<'n>(&'n mut FxHashSet<String>);
    impl<'a> Visitor<'a> for Names<'_> {
        fn visit_expr(&mut self, expression: &'a Expr) {
            if let Expr::Name(name) = expression
                && name.ctx == ExprContext::Load
            {
                self.0.insert(name.id.to_string());
            }
            visitor::walk_expr(self, expression);
        }
    }
    Names(names).visit_expr(expression);
}

/// An expression in it is evaluated exactly once.
fn runs_once(statement: &Stmt) -> bool {
    struct Loops(bool);
    impl<'a> Visitor<'a> for Loops {
        fn visit_expr(&mut self, expression: &'a Expr) {
            if matches!(
                expression,
                Expr::ListComp(_)
                    | Expr::SetComp(_)
                    | Expr::DictComp(_)
                    | Expr::Generator(_)
                    | Expr::Lambda(_)
                    | Expr::Await(_)
            ) {
                self.0 = true;
            }
            visitor::walk_expr(self, expression);
        }
    }
    if !matches!(
        statement,
        Stmt::Expr(_) | Stmt::Assign(_) | Stmt::AnnAssign(_) | Stmt::AugAssign(_) | Stmt::Raise(_)
    ) {
        return false;
    }
    let mut loops = Loops(false);
    loops.visit_stmt(statement);
    !loops.0
}

fn wrap(
    module: &ast::ModModule,
    block: &[Stmt],
    first: TextRange,
    around: &Surroundings,
) -> Result<ModuleMain, (TextRange, String)> {
    let Some(start) = block
        .iter()
        .position(|statement| statement.range().contains_range(first))
    else {
        return Err((
            first,
            "the place is not in a statement of its own".to_string(),
        ));
    };
    let tail = &block[start..];
    // Definitions and imports keep their place in the module unless they use, when they run, what the moved code binds.
    let mut moved_names: FxHashSet<String> = FxHashSet::default();
    for statement in tail {
        if !is_definition(statement) {
            moved_names.extend(Bindings::of_statement(statement).names);
        }
    }
    let mut keep = Vec::new();
    let mut moved_definitions: FxHashSet<String> = FxHashSet::default();
    for statement in tail.iter().filter(|statement| is_definition(statement)) {
        let loads = definition_time_loads(statement);
        if loads
            .iter()
            .any(|name| moved_names.contains(name) || moved_definitions.contains(name))
        {
            moved_definitions.extend(Bindings::of_statement(statement).names);
        } else {
            keep.push(statement.range());
        }
    }
    moved_names.extend(moved_definitions);
    if let Some(statement) = tail
        .iter()
        .find(|statement| contains_star_import(statement) && !keep.contains(&statement.range()))
    {
        return Err((
            statement.range(),
            "a star import cannot move into a function".to_string(),
        ));
    }

    let elsewhere = names_needed_elsewhere(module, tail, &keep);
    // What other modules import is not among them: they do not run the code below `if __name__ == "__main__"`.
    let mut globals: Vec<String> = moved_names
        .into_iter()
        .filter(|name| elsewhere.contains(name))
        .collect();
    globals.sort();
    let (Some(head), Some(last)) = (tail.first(), tail.last()) else {
        return Err((
            first,
            "the place is not in a statement of its own".to_string(),
        ));
    };
    Ok(ModuleMain::Wrap {
        file: around.file,
        name: free_main_name(module),
        statements: TextRange::new(head.start(), last.end()),
        globals,
        keep,
    })
}

const fn is_definition(statement: &Stmt) -> bool {
    matches!(
        statement,
        Stmt::FunctionDef(_) | Stmt::ClassDef(_) | Stmt::Import(_) | Stmt::ImportFrom(_)
    )
}

fn contains_star_import(statement: &Stmt) -> bool {
    matches!(statement, Stmt::ImportFrom(import) if import.names.iter().any(|alias| alias.name.as_str() == "*"))
}

/// Names of the module that functions use, or that code outside of `tail` binds: those the moved code must go on binding in the module.
fn names_needed_elsewhere(
    module: &ast::ModModule,
    tail: &[Stmt],
    keep: &[TextRange],
) -> FxHashSet<String> {
    let mut names = free_names(&module.body);
    let moved = |range: TextRange| {
        tail.iter()
            .any(|statement| statement.range().contains_range(range))
            && !keep.iter().any(|kept| kept.contains_range(range))
    };
    let mut outside = Outside {
        names: &mut names,
        moved: &moved,
    };
    for statement in &module.body {
        outside.visit_stmt(statement);
    }
    names
}

/// Names bound or read by top-level code that stays where it is.
struct Outside<'a> {
    names: &'a mut FxHashSet<String>,
    moved: &'a dyn Fn(TextRange) -> bool,
}

impl<'a> Visitor<'a> for Outside<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if (self.moved)(statement.range()) {
            return;
        }
        if is_definition(statement) {
            self.names.extend(definition_time_loads(statement));
            self.names.extend(Bindings::of_statement(statement).names);
            return;
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(name) = expression {
            self.names.insert(name.id.to_string());
        }
        visitor::walk_expr(self, expression);
    }
}

fn free_main_name(module: &ast::ModModule) -> String {
    let mut bound = FxHashSet::default();
    for statement in &module.body {
        bound.extend(Bindings::of_statement(statement).names);
    }
    ["main", "_main", "run_main", "async_main"]
        .iter()
        .find(|name| !bound.contains(**name))
        .map_or_else(|| "_ungreen_main".to_string(), ToString::to_string)
}
