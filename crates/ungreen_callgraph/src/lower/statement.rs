//! Statements, and what names denote after each.

use ruff_python_ast as ast;
use ruff_python_ast::{Expr, Pattern, Stmt};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::scope::Bindings;
use super::{Lowerer, ScopeKind};
use crate::ir::{Key, Op, Var};

/// What names with several bindings denote at a point.
type Versions<'a> = FxHashMap<&'a str, Var>;

impl<'a> Lowerer<'a> {
    /// Returns whether the end of the body is reached.
    pub(super) fn body(&mut self, body: &'a [Stmt]) -> bool {
        let mut reached = true;
        let mut index = 0;
        while let Some(statement) = body.get(index) {
            index += 1;
            if let Stmt::Assign(node) = statement
                && let Some(used) =
                    self.display_with_updates(node, body.get(index..).unwrap_or_default())
            {
                index += used;
                continue;
            }
            reached &= self.statement(statement);
        }
        reached
    }

    fn versions(&mut self) -> &mut Versions<'a> {
        // There is a scope from the first statement to the last.
        let index = self.scopes.len() - 1;
        &mut self.scopes[index].versions
    }

    /// Names bound in a part that may run any number of times denote everything they may denote at any time.
    fn forget(&mut self, bound: &Bindings<'a>) {
        let versions = self.versions();
        if versions.is_empty() {
            return;
        }
        for name in &bound.order {
            versions.remove(name);
        }
    }

    /// The state where several branches meet.
    fn merge(&mut self, branches: Vec<Versions<'a>>) {
        let mut merged = Versions::default();
        if let Some((first, others)) = branches.split_first() {
            let mut names: Vec<(&'a str, Var)> =
                first.iter().map(|(name, var)| (*name, *var)).collect();
            names.sort_unstable();
            for (name, var) in names {
                let mut vars = vec![var];
                for other in others {
                    match other.get(name) {
                        Some(var) => vars.push(*var),
                        None => vars.clear(),
                    }
                    if vars.is_empty() {
                        break;
                    }
                }
                if !vars.is_empty() {
                    let joined = self.join(&vars);
                    merged.insert(name, joined);
                }
            }
        }
        *self.versions() = merged;
    }

    /// Lowers alternatives that all start from the present state; `fallthrough`: none of them may run.
    fn branches(&mut self, bodies: Vec<&'a [Stmt]>, fallthrough: bool) -> bool {
        let before = self.versions().clone();
        let mut ends = Vec::new();
        for body in bodies {
            self.versions().clone_from(&before);
            if self.body(body) {
                ends.push(std::mem::take(self.versions()));
            }
        }
        if fallthrough {
            ends.push(before);
        }
        let reached = !ends.is_empty();
        self.merge(ends);
        reached
    }

    /// Returns whether the statement after this one is reached.
    fn statement(&mut self, statement: &'a Stmt) -> bool {
        match statement {
            Stmt::FunctionDef(node) => self.function_def(node),
            Stmt::ClassDef(node) => self.class_def(node),
            Stmt::Return(node) => {
                if let Some(value) = &node.value {
                    self.returned(value);
                }
                return false;
            }
            Stmt::Delete(node) => {
                for target in &node.targets {
                    match target {
                        Expr::Name(_) => {}
                        Expr::Subscript(node) => {
                            let base = self.expression(&node.value);
                            let argument = self.expression(&node.slice);
                            let spot = self.spot(node.range());
                            let method = self.symbol("__delitem__");
                            self.op(Op::Operator {
                                base,
                                method,
                                argument,
                                to: Var::NONE,
                                spot,
                            });
                        }
                        Expr::Attribute(node) => {
                            self.expression(&node.value);
                        }
                        other => {
                            self.expression(other);
                        }
                    }
                }
            }
            Stmt::Assign(node) => self.assign_statement(node),
            Stmt::AugAssign(node) => self.augmented_assign(node),
            Stmt::AnnAssign(node) => self.annotated_assign(node),
            Stmt::TypeAlias(node) => {
                let value = self.expression(&node.value);
                self.assign(&node.name, value);
            }
            Stmt::For(node) => self.for_statement(node),
            Stmt::While(node) => {
                let mut bound = Bindings::default();
                bound.body(&node.body);
                self.forget(&bound);
                self.condition(&node.test);
                let before = self.versions().clone();
                self.body(&node.body);
                *self.versions() = before;
                self.body(&node.orelse);
                self.forget(&bound);
            }
            Stmt::If(node) => return self.if_statement(node),
            Stmt::With(node) => {
                for item in &node.items {
                    let base = self.expression(&item.context_expr);
                    let spot = self.spot(item.context_expr.range());
                    let to = if item.optional_vars.is_some() {
                        self.var()
                    } else {
                        Var::NONE
                    };
                    if !base.is_none() {
                        self.op(Op::Enter { base, to, spot });
                    }
                    if let Some(target) = &item.optional_vars {
                        self.assign(target, to);
                    }
                }
                // A context manager may swallow an exception that left the body early.
                return self.body(&node.body) || !node.is_async;
            }
            Stmt::Match(node) => return self.match_statement(node),
            Stmt::Raise(node) => {
                for expression in [&node.exc, &node.cause].into_iter().flatten() {
                    let base = self.expression(expression);
                    if !base.is_none() {
                        let spot = self.spot(expression.range());
                        self.op(Op::Raise { base, spot });
                    }
                }
                return false;
            }
            Stmt::Try(node) => return self.try_statement(node),
            Stmt::Assert(node) => {
                self.condition(&node.test);
                if let Some(message) = &node.msg {
                    self.expression(message);
                }
            }
            Stmt::Import(node) => self.import(node),
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::Expr(node) => {
                self.expression(&node.value);
            }
            Stmt::Break(_) | Stmt::Continue(_) => return false,
            Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => {}
        }
        true
    }

    fn for_statement(&mut self, node: &'a ast::StmtFor) {
        let base = self.expression(&node.iter);
        let mut bound = Bindings::default();
        bound.target(&node.target);
        bound.body(&node.body);
        self.forget(&bound);
        let before = self.versions().clone();
        let element = self.elements(base, node.iter.range());
        self.assign(&node.target, element);
        self.body(&node.body);
        *self.versions() = before;
        self.body(&node.orelse);
        self.forget(&bound);
    }

    /// A new variable for the elements of `base`.
    pub(super) fn elements(&mut self, base: Var, range: ruff_text_size::TextRange) -> Var {
        if base.is_none() {
            return Var::NONE;
        }
        let to = self.var();
        let spot = self.spot(range);
        self.op(Op::Iterate { base, to, spot });
        to
    }

    fn if_statement(&mut self, node: &'a ast::StmtIf) -> bool {
        self.condition(&node.test);
        let checking = is_type_checking(&node.test);
        let mut bodies = vec![node.body.as_slice()];
        let mut has_else = false;
        for clause in &node.elif_else_clauses {
            match &clause.test {
                Some(test) => {
                    self.condition(test);
                }
                None => has_else = true,
            }
            bodies.push(&clause.body);
        }
        self.type_checking += u32::from(checking);
        let reached = self.branches(bodies, !has_else);
        self.type_checking -= u32::from(checking);
        reached
    }

    fn match_statement(&mut self, node: &'a ast::StmtMatch) -> bool {
        let subject = self.expression(&node.subject);
        let before = self.versions().clone();
        let mut ends = vec![before.clone()];
        for case in &node.cases {
            self.versions().clone_from(&before);
            self.pattern(&case.pattern, subject);
            if let Some(guard) = &case.guard {
                self.condition(guard);
            }
            if self.body(&case.body) {
                ends.push(std::mem::take(self.versions()));
            }
        }
        self.merge(ends);
        true
    }

    fn pattern(&mut self, pattern: &'a Pattern, subject: Var) {
        match pattern {
            Pattern::MatchValue(node) => {
                self.expression(&node.value);
            }
            Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(node) => {
                for (index, inner) in node.patterns.iter().enumerate() {
                    let key = i32::try_from(index).map_or(Key::Unknown, Key::Unpacked);
                    let item = self.item(subject, key, inner.range());
                    self.pattern(inner, item);
                }
            }
            Pattern::MatchMapping(node) => {
                for (key, inner) in node.keys.iter().zip(&node.patterns) {
                    self.expression(key);
                    let key = self.key(key, Var::NONE);
                    let item = self.item(subject, key, inner.range());
                    self.pattern(inner, item);
                }
                if let Some(rest) = &node.rest {
                    let to = self.bind(&rest.id);
                    self.copy(subject, to);
                }
            }
            Pattern::MatchClass(node) => {
                let class = self.expression(&node.cls);
                let instance = self.var();
                if !class.is_none() {
                    self.op(Op::Annotation {
                        base: class,
                        to: instance,
                    });
                }
                self.copy(subject, instance);
                for inner in &node.arguments.patterns {
                    self.pattern(inner, Var::NONE);
                }
                for keyword in &node.arguments.keywords {
                    let name = self.symbol(&keyword.attr.id);
                    let value = self.load(instance, name, keyword.range(), None, None);
                    self.pattern(&keyword.pattern, value);
                }
            }
            Pattern::MatchStar(node) => {
                if let Some(name) = &node.name {
                    let to = self.bind(&name.id);
                    self.copy(subject, to);
                }
            }
            Pattern::MatchAs(node) => {
                if let Some(inner) = &node.pattern {
                    self.pattern(inner, subject);
                }
                if let Some(name) = &node.name {
                    let to = self.bind(&name.id);
                    self.copy(subject, to);
                }
            }
            Pattern::MatchOr(node) => {
                for inner in &node.patterns {
                    self.pattern(inner, subject);
                }
            }
        }
    }

    fn try_statement(&mut self, node: &'a ast::StmtTry) -> bool {
        let before = self.versions().clone();
        let mut bound = Bindings::default();
        bound.body(&node.body);
        let mut ends = Vec::new();
        let mut reached = self.body(&node.body);
        if reached && !node.orelse.is_empty() {
            reached = self.body(&node.orelse);
        }
        if reached {
            ends.push(self.versions().clone());
        }
        for ast::ExceptHandler::ExceptHandler(handler) in &node.handlers {
            self.versions().clone_from(&before);
            self.forget(&bound);
            let class = handler
                .type_
                .as_deref()
                .map(|expression| self.expression(expression));
            if let Some(name) = &handler.name {
                let to = self.bind(&name.id);
                if let Some(base) = class.filter(|class| !class.is_none()) {
                    self.op(Op::Annotation { base, to });
                }
            }
            if self.body(&handler.body) {
                ends.push(self.versions().clone());
            }
        }
        let falls_through = !ends.is_empty();
        self.merge(ends);
        if node.finalbody.is_empty() {
            return falls_through;
        }
        let after = self.versions().clone();
        let mut all = Bindings::default();
        all.body(&node.body);
        all.body(&node.orelse);
        for ast::ExceptHandler::ExceptHandler(handler) in &node.handlers {
            all.body(&handler.body);
        }
        self.forget(&all);
        let mut last = Bindings::default();
        last.body(&node.finalbody);
        let finished = self.body(&node.finalbody);
        if last.order.is_empty() {
            *self.versions() = after;
        }
        falls_through && finished
    }

    /// A test: its value decides, so its `__bool__` runs.
    pub(super) fn condition(&mut self, test: &'a Expr) {
        match test {
            Expr::UnaryOp(node) if node.op == ast::UnaryOp::Not => self.condition(&node.operand),
            Expr::BoolOp(node) => {
                for value in &node.values {
                    self.condition(value);
                }
            }
            _ => {
                let base = self.expression(test);
                if !base.is_none() && matches!(test, Expr::Name(_) | Expr::Attribute(_)) {
                    let spot = self.spot(test.range());
                    let method = self.symbol("__bool__");
                    self.op(Op::Operator {
                        base,
                        method,
                        argument: Var::NONE,
                        to: Var::NONE,
                        spot,
                    });
                }
            }
        }
    }

    pub(super) fn returned(&mut self, value: &'a Expr) {
        let function = self.function();
        if let Expr::Name(name) = value
            && let Some(scope) = self.scopes.last()
            && scope.kind == ScopeKind::Function
            && let Some(parameter) = scope
                .names
                .get(name.id.as_str())
                .and_then(|binding| binding.parameter)
            && let Some(facts) = self.ir.functions.get_mut(function as usize)
        {
            if !facts.returned_parameters.contains(&parameter) {
                facts.returned_parameters.push(parameter);
            }
            self.expression(value);
            return;
        }
        if self.returned_in_mode(value) {
            return;
        }
        let var = self.expression(value);
        if let Some(returned) = self
            .ir
            .functions
            .get(function as usize)
            .map(|facts| facts.returned)
        {
            self.copy(var, returned);
        }
    }
}

fn is_type_checking(test: &Expr) -> bool {
    match test {
        Expr::Name(name) => name.id == "TYPE_CHECKING",
        Expr::Attribute(attribute) => attribute.attr.id == "TYPE_CHECKING",
        _ => false,
    }
}
