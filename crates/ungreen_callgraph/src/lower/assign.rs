//! Assignments.

use ruff_python_ast as ast;
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;

use super::{Lowerer, ScopeKind};
use crate::ir::{AnnotatedIr, Constant, Key, Op, Subject, Var};

impl<'a> Lowerer<'a> {
    pub(super) fn assign_statement(&mut self, node: &'a ast::StmtAssign) {
        if let [target] = node.targets.as_slice()
            && self.assign_pairwise(target, &node.value)
        {
            return;
        }
        let value = self.expression(&node.value);
        self.note_exported(&node.targets, &node.value);
        for target in &node.targets {
            self.assign(target, value);
        }
    }

    /// `a, b = x, y` without the detour over a tuple.
    fn assign_pairwise(&mut self, target: &'a Expr, value: &'a Expr) -> bool {
        let (Expr::Tuple(targets), Expr::Tuple(values)) = (target, value) else {
            return false;
        };
        if targets.elts.len() != values.elts.len()
            || targets
                .elts
                .iter()
                .chain(&values.elts)
                .any(Expr::is_starred_expr)
        {
            return false;
        }
        let values: Vec<Var> = values
            .elts
            .iter()
            .map(|value| self.expression(value))
            .collect();
        for (target, value) in targets.elts.iter().zip(values) {
            self.assign(target, value);
        }
        true
    }

    /// Gives the target what `value` holds.
    pub(super) fn assign(&mut self, target: &'a Expr, value: Var) {
        match target {
            Expr::Name(node) => {
                let to = self.bind(&node.id);
                self.copy(value, to);
            }
            Expr::Attribute(node) => {
                let base = self.expression(&node.value);
                let name = self.symbol(&node.attr.id);
                self.note_instance_attribute(&node.value, name);
                if !base.is_none() {
                    let spot = self.spot(node.range());
                    self.op(Op::Store {
                        base,
                        name,
                        from: value,
                        spot,
                    });
                }
            }
            Expr::Subscript(node) => {
                let base = self.expression(&node.value);
                let slice = self.expression(&node.slice);
                let key = self.key(&node.slice, slice);
                if !base.is_none() {
                    let spot = self.spot(node.range());
                    self.op(Op::StoreItem {
                        base,
                        key,
                        from: value,
                        spot,
                    });
                }
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                self.unpack(elts, value, target.range());
            }
            Expr::Starred(node) => self.assign(&node.value, value),
            other => {
                self.expression(other);
            }
        }
    }

    fn unpack(&mut self, targets: &'a [Expr], value: Var, range: ruff_text_size::TextRange) {
        let starred = targets.iter().position(Expr::is_starred_expr);
        for (index, target) in targets.iter().enumerate() {
            let from_start = i32::try_from(index).unwrap_or(i32::MAX);
            let from_end = i32::try_from(targets.len() - index).unwrap_or(i32::MAX);
            let key = match starred {
                Some(star) if index == star => Key::Rest(from_start, from_end - 1),
                Some(star) if index > star => Key::Unpacked(-from_end),
                _ => Key::Unpacked(from_start),
            };
            let item = self.item(value, key, range);
            self.assign(target, item);
        }
    }

    /// `base[key]`, read.
    pub(super) fn item(&mut self, base: Var, key: Key, range: ruff_text_size::TextRange) -> Var {
        if base.is_none() {
            return Var::NONE;
        }
        let to = self.var();
        let spot = self.spot(range);
        self.op(Op::LoadItem {
            base,
            key,
            to,
            spot,
        });
        to
    }

    pub(super) fn augmented_assign(&mut self, node: &'a ast::StmtAugAssign) {
        let before = match node.target.as_ref() {
            Expr::Name(name) => self.name(&name.id),
            other => self.expression(other),
        };
        let argument = self.expression(&node.value);
        let to = self.var();
        if !before.is_none() {
            let spot = self.spot(node.range());
            for method in [in_place(node.op), super::expression::operator(node.op)] {
                let method = self.symbol(method);
                self.op(Op::Operator {
                    base: before,
                    method,
                    argument,
                    to,
                    spot,
                });
            }
            if node.op == ast::Operator::Add && !argument.is_none() {
                let spot = self.spot(node.value.range());
                self.op(Op::Extend {
                    base: before,
                    argument,
                    spot,
                });
            }
            self.copy(before, to);
        }
        if node.target.is_name_expr() {
            self.assign(&node.target, to);
        }
    }

    pub(super) fn annotated_assign(&mut self, node: &'a ast::StmtAnnAssign) {
        let annotation = self.annotation(&node.annotation);
        let value = match &node.value {
            Some(value) => self.expression(value),
            None => Var::NONE,
        };
        if let Some(value) = &node.value {
            self.note_exported(std::slice::from_ref(&node.target), value);
        }
        let mut described = None;
        match node.target.as_ref() {
            Expr::Name(name) => {
                if let Some(ScopeKind::Class(class)) = self.scopes.last().map(|scope| scope.kind) {
                    let symbol = self.symbol(&name.id);
                    if let Some(class) = self.ir.classes.get_mut(class as usize) {
                        class.annotated.push(symbol);
                    }
                    described = Some(Subject::Field(class, symbol));
                } else if let Some(binding) = self
                    .binding_scope(&name.id)
                    .and_then(|scope| self.scopes.get(scope)?.names.get(name.id.as_str()))
                {
                    described = Some(Subject::Variable(binding.var));
                }
            }
            Expr::Attribute(attribute) => {
                if let Some(class) = self.class_of_receiver(&attribute.value) {
                    let symbol = self.symbol(&attribute.attr.id);
                    described = Some(Subject::Field(class, symbol));
                }
            }
            _ => {}
        }
        if let Some(subject) = described {
            self.ir.annotated.push(AnnotatedIr {
                annotation: &node.annotation,
                subject,
            });
        }
        if value.is_none() && annotation.is_none() {
            return;
        }
        let typed = self.var();
        self.copy(value, typed);
        if !annotation.is_none() && node.value.as_ref().is_none_or(|value| !is_precise(value)) {
            self.op(Op::Annotation {
                base: annotation,
                to: typed,
            });
        }
        self.assign(&node.target, typed);
    }

    /// A literal `__all__`.
    fn note_exported(&mut self, targets: &'a [Expr], value: &'a Expr) {
        let [Expr::Name(name)] = targets else { return };
        if name.id != "__all__" || self.scopes.len() != 1 {
            return;
        }
        let (Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. })) =
            value
        else {
            return;
        };
        let mut names = Vec::new();
        for element in elts {
            let Expr::StringLiteral(text) = element else {
                return;
            };
            let Some(text) = single(text) else { return };
            names.push(self.symbol(text));
        }
        self.ir.exported = Some(names);
    }

    /// `self.name = …` in a method.
    fn note_instance_attribute(&mut self, base: &'a Expr, name: crate::ir::Sym) {
        if let Some(class) = self.class_of_receiver(base)
            && let Some(class) = self.ir.classes.get_mut(class as usize)
            && !class.instance_attributes.contains(&name)
        {
            class.instance_attributes.push(name);
        }
    }

    /// The class of the method of which the expression is the first parameter.
    fn class_of_receiver(&self, base: &Expr) -> Option<u32> {
        let Expr::Name(base) = base else { return None };
        let (scope, binding) = (self.scopes.iter().rev())
            .find_map(|scope| Some((scope, scope.names.get(base.id.as_str())?)))?;
        let function = self.ir.functions.get(scope.function as usize)?;
        let is_first = scope.kind == ScopeKind::Function
            && (function.parameters.first()).is_some_and(|first| first.var == binding.var);
        is_first.then_some(function.class).flatten()
    }

    /// `d = {…}` and the statements right after it that only set other keys of `d` are one initializer: a key that is set again
    /// never held what the display gave it. Returns how many of the statements after the assignment belong to it.
    pub(super) fn display_with_updates(
        &mut self,
        node: &'a ast::StmtAssign,
        rest: &'a [Stmt],
    ) -> Option<usize> {
        let ([Expr::Name(name)], Expr::Dict(_) | Expr::List(_)) =
            (node.targets.as_slice(), node.value.as_ref())
        else {
            return None;
        };
        let mut stores: Vec<(Vec<ConstantKey<'a>>, &'a Expr)> = Vec::new();
        let mut used = 0;
        for statement in rest {
            let mut found = Vec::new();
            match statement {
                Stmt::Assign(assign) => {
                    if let [target] = assign.targets.as_slice()
                        && let Some(path) = key_path(target, &name.id)
                    {
                        found.push((path, assign.value.as_ref()));
                    }
                }
                Stmt::Expr(expression) => found.extend(update_items(&expression.value, &name.id)),
                _ => {}
            }
            // What is stored may not look at the container, nor run code that does.
            if found.is_empty()
                || found
                    .iter()
                    .any(|(_, value)| !matches!(value, Expr::Name(value) if value.id != name.id))
            {
                break;
            }
            stores.extend(found);
            used += 1;
        }
        let overwritten: Vec<&[ConstantKey<'a>]> =
            stores.iter().map(|(path, _)| path.as_slice()).collect();
        if used == 0 || !overwritten.iter().any(|path| displays(&node.value, path)) {
            return None;
        }
        let value = self.display_without(&node.value, &overwritten);
        for target in &node.targets {
            self.assign(target, value);
        }
        let consumed = rest.get(..used)?;
        for statement in consumed {
            self.body(std::slice::from_ref(statement));
        }
        Some(used)
    }

    /// The display without the values at the key paths.
    fn display_without(&mut self, display: &'a Expr, paths: &[&[ConstantKey<'a>]]) -> Var {
        let inner = |key: ConstantKey<'a>| -> Option<Vec<&[ConstantKey<'a>]>> {
            let mut below = Vec::new();
            for path in paths {
                match path.split_first() {
                    Some((first, [])) if *first == key => return None,
                    Some((first, rest)) if *first == key => below.push(rest),
                    _ => {}
                }
            }
            Some(below)
        };
        match display {
            Expr::Dict(node) => {
                let to = self.display(crate::ir::ContainerKind::Dict);
                for item in &node.items {
                    let Some(key_expression) = &item.key else {
                        self.dict_item(item, to);
                        continue;
                    };
                    let Some(constant) = constant_key(key_expression) else {
                        self.dict_item(item, to);
                        continue;
                    };
                    self.expression(key_expression);
                    let below = inner(constant);
                    let value = match &below {
                        Some(below) if !below.is_empty() => {
                            self.display_without(&item.value, below)
                        }
                        _ => self.expression(&item.value),
                    };
                    if below.is_some() && !value.is_none() {
                        let key = self.key(key_expression, Var::NONE);
                        let spot = self.spot(item.value.range());
                        self.op(Op::StoreItem {
                            base: to,
                            key,
                            from: value,
                            spot,
                        });
                    }
                }
                to
            }
            Expr::List(node) => {
                let to = self.display(crate::ir::ContainerKind::List);
                for (index, element) in node.elts.iter().enumerate() {
                    let Ok(index) = i32::try_from(index) else {
                        continue;
                    };
                    let below = inner(ConstantKey::Index(index));
                    let value = match &below {
                        Some(below) if !below.is_empty() => self.display_without(element, below),
                        _ => self.expression(element),
                    };
                    if below.is_some() && !value.is_none() {
                        let spot = self.spot(element.range());
                        self.op(Op::StoreItem {
                            base: to,
                            key: Key::Index(index),
                            from: value,
                            spot,
                        });
                    }
                }
                to
            }
            other => self.expression(other),
        }
    }

    /// The constant key that an index expression denotes. `value` is what the expression was lowered to.
    pub(super) fn key(&mut self, index: &'a Expr, value: Var) -> Key {
        match constant_key(index) {
            Some(ConstantKey::Name(text)) => Key::Name(self.symbol(text)),
            Some(ConstantKey::Index(index)) => Key::Index(index),
            None => match index {
                Expr::Slice(slice) => {
                    let bound = |bound: &Option<Box<Expr>>| match bound {
                        None => Some(i32::MIN),
                        Some(bound) => match constant_key(bound) {
                            Some(ConstantKey::Index(index)) => Some(index),
                            _ => None,
                        },
                    };
                    match (bound(&slice.lower), bound(&slice.upper), &slice.step) {
                        (Some(lower), Some(upper), None) => Key::Slice(lower, upper),
                        _ => Key::Slice(i32::MIN, i32::MIN),
                    }
                }
                _ if value.is_none() => Key::Unknown,
                _ => Key::Of(value),
            },
        }
    }

    pub(super) fn display(&mut self, kind: crate::ir::ContainerKind) -> Var {
        self.ir.displays.push(crate::ir::Display { kind });
        self.constant(Constant::Display(self.ir.displays.len() as u32 - 1))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ConstantKey<'a> {
    Name(&'a str),
    Index(i32),
}

pub(super) fn constant_key(expression: &Expr) -> Option<ConstantKey<'_>> {
    match expression {
        Expr::StringLiteral(text) => single(text).map(ConstantKey::Name),
        Expr::NumberLiteral(number) => match &number.value {
            ast::Number::Int(value) => value.as_i32().map(ConstantKey::Index),
            _ => None,
        },
        Expr::UnaryOp(node) if node.op == ast::UnaryOp::USub => {
            match constant_key(&node.operand)? {
                ConstantKey::Index(index) => Some(ConstantKey::Index(-index)),
                ConstantKey::Name(_) => None,
            }
        }
        _ => None,
    }
}

/// The text of a string literal in one piece.
pub(super) fn single(text: &ast::ExprStringLiteral) -> Option<&str> {
    let mut parts = text.value.iter();
    let first = parts.next()?;
    parts.next().is_none().then_some(&*first.value)
}

/// `name[k1][k2]` with constant keys.
fn key_path<'a>(target: &'a Expr, name: &str) -> Option<Vec<ConstantKey<'a>>> {
    let Expr::Subscript(node) = target else {
        return None;
    };
    let key = constant_key(&node.slice)?;
    match node.value.as_ref() {
        Expr::Name(base) if base.id == name => Some(vec![key]),
        inner @ Expr::Subscript(_) => {
            let mut path = key_path(inner, name)?;
            path.push(key);
            Some(path)
        }
        _ => None,
    }
}

/// The items of `name.update({…})`.
fn update_items<'a>(call: &'a Expr, name: &str) -> Vec<(Vec<ConstantKey<'a>>, &'a Expr)> {
    let Expr::Call(call) = call else {
        return Vec::new();
    };
    let Expr::Attribute(attribute) = call.func.as_ref() else {
        return Vec::new();
    };
    let is_update = attribute.attr.id == "update"
        && matches!(attribute.value.as_ref(), Expr::Name(base) if base.id == name);
    let ([Expr::Dict(items)], true) = (
        &*call.arguments.args,
        is_update && call.arguments.keywords.is_empty(),
    ) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in &items.items {
        match item.key.as_ref().and_then(constant_key) {
            Some(key) => found.push((vec![key], &item.value)),
            None => return Vec::new(),
        }
    }
    found
}

/// Does the display hold a value at the path?
fn displays(display: &Expr, path: &[ConstantKey<'_>]) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return true;
    };
    match display {
        Expr::Dict(node) => node.items.iter().any(|item| {
            item.key.as_ref().and_then(constant_key) == Some(*first) && displays(&item.value, rest)
        }),
        Expr::List(node) => match first {
            ConstantKey::Index(index) => usize::try_from(*index)
                .ok()
                .and_then(|index| node.elts.get(index))
                .is_some_and(|element| !element.is_starred_expr() && displays(element, rest)),
            ConstantKey::Name(_) => false,
        },
        _ => false,
    }
}

/// The value itself says more than its annotation.
fn is_precise(value: &Expr) -> bool {
    !matches!(
        value,
        Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) | Expr::Name(_)
    )
}

fn in_place(operator: ast::Operator) -> &'static str {
    match operator {
        ast::Operator::Add => "__iadd__",
        ast::Operator::Sub => "__isub__",
        ast::Operator::Mult => "__imul__",
        ast::Operator::MatMult => "__imatmul__",
        ast::Operator::Div => "__itruediv__",
        ast::Operator::Mod => "__imod__",
        ast::Operator::Pow => "__ipow__",
        ast::Operator::LShift => "__ilshift__",
        ast::Operator::RShift => "__irshift__",
        ast::Operator::BitOr => "__ior__",
        ast::Operator::BitXor => "__ixor__",
        ast::Operator::BitAnd => "__iand__",
        ast::Operator::FloorDiv => "__ifloordiv__",
    }
}
