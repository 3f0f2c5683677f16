//! Which names code binds and which it reads.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use rustc_hash::FxHashSet;

/// The names that a piece of code binds in its own scope.
#[derive(Default)]
pub(crate) struct Bindings {
    pub(crate) names: FxHashSet<String>,
}

impl Bindings {
    pub(crate) fn of_statement(statement: &Stmt) -> Self {
        let mut bindings = Self::default();
        bindings.visit_stmt(statement);
        bindings
    }

    fn of_body(body: &[Stmt]) -> Self {
        let mut bindings = Self::default();
        bindings.visit_body(body);
        bindings
    }
}

impl<'a> Visitor<'a> for Bindings {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => {
                self.names.insert(function.name.to_string());
            }
            Stmt::ClassDef(class) => {
                self.names.insert(class.name.to_string());
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().map_or_else(
                        || alias.name.split('.').next().unwrap_or_default().to_string(),
                        ToString::to_string,
                    );
                    self.names.insert(name);
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    self.names
                        .insert(alias.asname.as_ref().unwrap_or(&alias.name).to_string());
                }
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if name.ctx != ExprContext::Load => {
                self.names.insert(name.id.to_string());
            }
            // Their targets are their own; a walrus inside binds outside, and is rare enough to be taken for a binding of both.
            Expr::ListComp(_)
            | Expr::SetComp(_)
            | Expr::DictComp(_)
            | Expr::Generator(_)
            | Expr::Lambda(_) => {
                let mut walrus = Walrus(&mut self.names);
                visitor::walk_expr(&mut walrus, expression);
            }
            _ => visitor::walk_expr(self, expression),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.names.insert(name.to_string());
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a ast::Pattern) {
        match pattern {
            ast::Pattern::MatchAs(ast::PatternMatchAs {
                name: Some(name), ..
            })
            | ast::Pattern::MatchStar(ast::PatternMatchStar {
                name: Some(name), ..
            }) => {
                self.names.insert(name.to_string());
            }
            ast::Pattern::MatchMapping(ast::PatternMatchMapping {
                rest: Some(name), ..
            }) => {
                self.names.insert(name.to_string());
            }
            _ => {}
        }
        visitor::walk_pattern(self, pattern);
    }
}

struct Walrus<'a>(&'a mut FxHashSet<String>);

impl<'a> Visitor<'a> for Walrus<'_> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Named(named) = expression
            && let Expr::Name(name) = &*named.target
        {
            self.0.insert(name.id.to_string());
        }
        visitor::walk_expr(self, expression);
    }
}

/// Global names that the functions and lambdas inside `body` read or rebind.
pub(crate) fn free_names(body: &[Stmt]) -> FxHashSet<String> {
    let mut functions = Functions::default();
    functions.visit_body(body);
    functions.free
}

#[derive(Default)]
struct Functions {
    free: FxHashSet<String>,
}

impl<'a> Visitor<'a> for Functions {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::FunctionDef(function) = statement {
            self.free
                .extend(free_of_function(Some(&function.parameters), &function.body));
            for decorator in &function.decorator_list {
                self.visit_expr(&decorator.expression);
            }
            return;
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Lambda(lambda) = expression {
            let mut loads = Loads::default();
            loads.visit_expr(&lambda.body);
            let bound = parameter_names(lambda.parameters.as_deref());
            self.free
                .extend(loads.names.into_iter().filter(|name| !bound.contains(name)));
        }
        visitor::walk_expr(self, expression);
    }
}

fn parameter_names(parameters: Option<&ast::Parameters>) -> FxHashSet<String> {
    parameters
        .map(|parameters| {
            parameters
                .iter()
                .map(|parameter| parameter.name().to_string())
                .collect()
        })
        .unwrap_or_default()
}

fn free_of_function(parameters: Option<&ast::Parameters>, body: &[Stmt]) -> FxHashSet<String> {
    let mut loads = Loads::default();
    loads.visit_body(body);
    let mut bound = Bindings::of_body(body).names;
    bound.extend(parameter_names(parameters));
    let mut free: FxHashSet<String> = loads
        .names
        .into_iter()
        .filter(|name| !bound.contains(name))
        .collect();
    free.extend(loads.globals);
    free
}

/// Every name read in a piece of code, nested functions included, with what they bind taken off.
#[derive(Default)]
struct Loads {
    names: FxHashSet<String>,
    globals: FxHashSet<String>,
}

impl<'a> Visitor<'a> for Loads {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => {
                self.names
                    .extend(free_of_function(Some(&function.parameters), &function.body));
                self.names.extend(definition_time_loads(statement));
            }
            Stmt::Global(global) => self
                .globals
                .extend(global.names.iter().map(ToString::to_string)),
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if name.ctx == ExprContext::Load => {
                self.names.insert(name.id.to_string());
            }
            Expr::Lambda(lambda) => {
                let mut inner = Self::default();
                inner.visit_expr(&lambda.body);
                let bound = parameter_names(lambda.parameters.as_deref());
                self.names
                    .extend(inner.names.into_iter().filter(|name| !bound.contains(name)));
            }
            _ => visitor::walk_expr(self, expression),
        }
    }
}

/// Names that a definition reads at the moment it is executed: decorators, defaults, annotations, bases, the class body itself.
pub(crate) fn definition_time_loads(statement: &Stmt) -> FxHashSet<String> {
    let mut loads = Loads::default();
    match statement {
        Stmt::FunctionDef(function) => {
            for decorator in &function.decorator_list {
                loads.visit_expr(&decorator.expression);
            }
            for parameter in function.parameters.iter() {
                if let Some(default) = parameter.default() {
                    loads.visit_expr(default);
                }
                if let Some(annotation) = parameter.annotation() {
                    loads.visit_expr(annotation);
                }
            }
            if let Some(returns) = &function.returns {
                loads.visit_expr(returns);
            }
        }
        Stmt::ClassDef(class) => {
            for decorator in &class.decorator_list {
                loads.visit_expr(&decorator.expression);
            }
            if let Some(arguments) = &class.arguments {
                for argument in arguments.iter_source_order() {
                    loads.visit_expr(argument.value());
                }
            }
            for inner in &class.body {
                if matches!(inner, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
                    loads.names.extend(definition_time_loads(inner));
                } else {
                    loads.visit_stmt(inner);
                }
            }
        }
        _ => {}
    }
    loads.names
}
