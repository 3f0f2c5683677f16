//! Decorators that are used both bare and with arguments.
//!
//! ```python
//! def retry(function=None, *, times=3):
//!     def decorate(function): ...
//!     return decorate if function is None else decorate(function)
//! ```
//!
//! What such a decorator returns depends on whether it is called with the function to decorate. The tests that tell are written in many
//! ways; the returned expressions give it away without them: the same name is called in one and given in another.

use ruff_python_ast::{self as ast, Expr, Stmt};

use super::{Lowerer, ScopeKind};
use crate::ir::{ModesIr, ParameterKind, TailArgument, TailIr};

/// Names by which a decorator with two modes gives or applies what decorates.
pub(super) struct Modes<'a> {
    /// Functions that it calls in one mode and gives in the other.
    inner: Vec<&'a str>,
    /// Its own name, if it gives itself with the options bound.
    own: Option<&'a str>,
}

/// What one returned expression stands for.
enum Returned<'a> {
    Applied(Option<&'a ast::ExprCall>),
    Configured,
    Either,
}

impl<'a> Modes<'a> {
    /// The modes of the function, if what it returns shows that it has two.
    pub(super) fn of(node: &'a ast::StmtFunctionDef) -> Option<Self> {
        let (mut called, mut given) = (Vec::new(), Vec::new());
        for value in returns(&node.body) {
            if let Some((name, _)) = called_name(value) {
                called.push(name);
            }
            if let Some(name) = given_name(value) {
                given.push(name);
            }
        }
        let name = node.name.id.as_str();
        let own = given.contains(&name).then_some(name);
        called.retain(|called| *called != name && given.contains(called));
        (own.is_some() || !called.is_empty()).then_some(Self { inner: called, own })
    }

    fn classify(&self, value: &'a Expr) -> Returned<'a> {
        if let Some((name, call)) = called_name(value)
            && self.inner.contains(&name)
        {
            return Returned::Applied(Some(call));
        }
        if given_name(value)
            .is_some_and(|name| self.inner.contains(&name) || self.own == Some(name))
        {
            return Returned::Configured;
        }
        if self.own.is_some() {
            Returned::Applied(None)
        } else {
            Returned::Either
        }
    }
}

/// Expressions that the statements return, both sides of conditional ones.
fn returns(body: &[Stmt]) -> Vec<&Expr> {
    let mut found = Vec::new();
    let mut pending: Vec<&Stmt> = body.iter().collect();
    while let Some(statement) = pending.pop() {
        match statement {
            Stmt::Return(node) => {
                if let Some(value) = &node.value {
                    sides(value, &mut found);
                }
            }
            Stmt::If(node) => {
                pending.extend(&node.body);
                pending.extend(
                    node.elif_else_clauses
                        .iter()
                        .flat_map(|clause| &clause.body),
                );
            }
            Stmt::Try(node) => {
                pending.extend(&node.body);
                pending.extend(node.handlers.iter().flat_map(|handler| {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    &handler.body
                }));
                pending.extend(node.orelse.iter().chain(&node.finalbody));
            }
            Stmt::With(node) => pending.extend(&node.body),
            _ => {}
        }
    }
    found
}

fn sides<'a>(value: &'a Expr, found: &mut Vec<&'a Expr>) {
    match value {
        Expr::If(node) => {
            sides(&node.body, found);
            sides(&node.orelse, found);
        }
        other => found.push(other),
    }
}

/// `decorate(function)`.
fn called_name(value: &Expr) -> Option<(&str, &ast::ExprCall)> {
    let Expr::Call(call) = value else { return None };
    match call.func.as_ref() {
        Expr::Name(name) => Some((name.id.as_str(), call)),
        _ => None,
    }
}

/// `decorate`, `partial(decorate, times=times)`, `lambda function: decorate(function, times)`.
fn given_name(value: &Expr) -> Option<&str> {
    match value {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Lambda(node) => called_name(&node.body).map(|(name, _)| name),
        Expr::Call(call) => {
            let is_partial = match call.func.as_ref() {
                Expr::Name(name) => name.id == "partial",
                Expr::Attribute(attribute) => attribute.attr.id == "partial",
                _ => false,
            };
            match call.arguments.args.first() {
                Some(Expr::Name(name)) if is_partial => Some(name.id.as_str()),
                _ => None,
            }
        }
        _ => None,
    }
}

impl<'a> Lowerer<'a> {
    /// Prepares the function for [`Self::returned_in_mode`], if it has modes.
    pub(super) fn start_modes(&mut self, index: u32, node: &'a ast::StmtFunctionDef) {
        let Some(modes) = Modes::of(node) else { return };
        let ir = ModesIr {
            applied: self.var(),
            tails: Vec::new(),
            configured: self.var(),
            either: self.var(),
        };
        if let Some(function) = self.ir.functions.get_mut(index as usize) {
            function.modes = Some(ir);
            self.modes.insert(index, modes);
        }
    }

    /// `return value` in a function with modes. False if it has none.
    pub(super) fn returned_in_mode(&mut self, value: &'a Expr) -> bool {
        let index = self.function();
        let Some(modes) = self.modes.get(&index) else {
            return false;
        };
        if let Expr::If(node) = value {
            self.condition(&node.test);
            self.returned(&node.body);
            self.returned(&node.orelse);
            return true;
        }
        let returned = modes.classify(value);
        let var = self.expression(value);
        let tail = match returned {
            Returned::Applied(Some(call)) => self.tail(index, call),
            _ => None,
        };
        let Some(function) = self.ir.functions.get_mut(index as usize) else {
            return true;
        };
        let all = function.returned;
        let Some(ir) = &mut function.modes else {
            return true;
        };
        let to = match (returned, tail) {
            (Returned::Applied(_), Some(tail)) => {
                ir.tails.push(tail);
                None
            }
            (Returned::Applied(_), None) => Some(ir.applied),
            (Returned::Configured, _) => Some(ir.configured),
            (Returned::Either, _) => Some(ir.either),
        };
        self.copy(var, all);
        if let Some(to) = to {
            self.copy(var, to);
        }
        true
    }

    /// The call, which was lowered last.
    fn tail(&self, function: u32, call: &'a ast::ExprCall) -> Option<TailIr> {
        let site = self.ir.sites.len().checked_sub(1)?;
        let written = call
            .arguments
            .args
            .iter()
            .chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
        let arguments = written
            .map(|argument| self.tail_argument(function, argument))
            .collect();
        Some(TailIr {
            site: u32::try_from(site).ok()?,
            arguments,
        })
    }

    fn tail_argument(&self, function: u32, argument: &Expr) -> TailArgument {
        let parameter = |expression: &Expr| {
            let Expr::Name(name) = expression else {
                return None;
            };
            let scope = self.scopes.last()?;
            if scope.kind != ScopeKind::Function {
                return None;
            }
            let index = scope.names.get(name.id.as_str())?.parameter?;
            let kind = self
                .ir
                .functions
                .get(function as usize)?
                .parameters
                .get(index as usize)?
                .kind;
            Some((index, kind))
        };
        match argument {
            Expr::Subscript(node) => match (parameter(&node.value), node.slice.as_ref()) {
                (Some((_, ParameterKind::Vararg)), Expr::NumberLiteral(number)) => {
                    match number.value.as_int().and_then(ast::Int::as_i32) {
                        Some(position) => TailArgument::Vararg(position.unsigned_abs()),
                        None => TailArgument::Own,
                    }
                }
                _ => TailArgument::Own,
            },
            other => match parameter(other) {
                Some((_, ParameterKind::Vararg | ParameterKind::Kwarg)) | None => TailArgument::Own,
                Some((index, _)) => TailArgument::Parameter(index),
            },
        }
    }
}
