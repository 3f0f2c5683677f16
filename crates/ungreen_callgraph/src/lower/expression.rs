//! Expressions.

use ruff_python_ast as ast;
use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::scope::Bindings;
use super::{Lowerer, Scope, ScopeKind};
use crate::CallKind;
use crate::ir::{ArgumentIr, ArgumentKind, Constant, ContainerKind, Key, Op, SiteIr, Var};

impl<'a> Lowerer<'a> {
    /// The variable for what the expression denotes; [`Var::NONE`] if that is nothing of interest.
    pub(super) fn expression(&mut self, expression: &'a Expr) -> Var {
        match expression {
            Expr::Name(node) => {
                let value = self.name(&node.id);
                self.reference(value, node.range());
                value
            }
            Expr::Attribute(node) => {
                let value = self.attribute(node, None);
                self.reference(value, node.range());
                value
            }
            Expr::Call(node) => {
                let result = self.call(node);
                match self.partly_known(expression) {
                    Var::NONE => result,
                    text => text,
                }
            }
            Expr::StringLiteral(node) => match super::assign::single(node) {
                Some(text) if is_identifier_like(text) => {
                    let name = self.symbol(text);
                    self.constant(Constant::Name(name))
                }
                _ => self.builtin("builtins.str"),
            },
            Expr::BytesLiteral(_) => self.builtin("builtins.bytes"),
            Expr::NumberLiteral(node) => match &node.value {
                ast::Number::Int(value) => match value.as_i32() {
                    Some(value) => self.constant(Constant::Index(value)),
                    None => self.builtin("builtins.int"),
                },
                ast::Number::Float(_) => self.builtin("builtins.float"),
                ast::Number::Complex { .. } => self.builtin("builtins.complex"),
            },
            Expr::BooleanLiteral(_) => self.builtin("builtins.bool"),
            Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) | Expr::IpyEscapeCommand(_) => {
                Var::NONE
            }
            Expr::FString(node) => {
                for element in node.value.elements() {
                    self.interpolation(element);
                }
                match self.partly_known(expression) {
                    Var::NONE => self.builtin("builtins.str"),
                    text => text,
                }
            }
            Expr::TString(node) => {
                for element in node.value.elements() {
                    self.interpolation(element);
                }
                Var::NONE
            }
            Expr::BoolOp(node) => {
                let values: Vec<Var> = node
                    .values
                    .iter()
                    .map(|value| self.expression(value))
                    .collect();
                self.join(&values)
            }
            Expr::Named(node) => {
                let value = self.expression(&node.value);
                self.assign(&node.target, value);
                value
            }
            Expr::BinOp(node) => {
                let result = self.binary(node);
                match self.partly_known(expression) {
                    Var::NONE => result,
                    text => text,
                }
            }
            Expr::UnaryOp(node) => {
                if node.op == ast::UnaryOp::Not {
                    self.condition(&node.operand);
                    return self.builtin("builtins.bool");
                }
                let base = self.expression(&node.operand);
                let method = match node.op {
                    ast::UnaryOp::Invert => "__invert__",
                    ast::UnaryOp::USub => "__neg__",
                    _ => "__pos__",
                };
                self.operator(base, method, Var::NONE, node.range())
            }
            Expr::Lambda(node) => self.lambda(node),
            Expr::If(node) => {
                self.condition(&node.test);
                let body = self.expression(&node.body);
                let orelse = self.expression(&node.orelse);
                self.join(&[body, orelse])
            }
            Expr::Dict(node) => {
                let to = self.display(ContainerKind::Dict);
                for item in &node.items {
                    self.dict_item(item, to);
                }
                to
            }
            Expr::Set(node) => self.sequence(ContainerKind::Set, &node.elts),
            Expr::List(node) => self.sequence(ContainerKind::List, &node.elts),
            Expr::Tuple(node) => self.sequence(ContainerKind::Tuple, &node.elts),
            Expr::ListComp(node) => {
                self.comprehension(ContainerKind::List, &node.generators, None, &node.elt)
            }
            Expr::SetComp(node) => {
                self.comprehension(ContainerKind::Set, &node.generators, None, &node.elt)
            }
            Expr::Generator(node) => {
                self.comprehension(ContainerKind::Iterator, &node.generators, None, &node.elt)
            }
            Expr::DictComp(node) => self.comprehension(
                ContainerKind::Dict,
                &node.generators,
                node.key.as_deref(),
                &node.value,
            ),
            Expr::Await(node) => {
                let base = self.expression(&node.value);
                if base.is_none() {
                    return Var::NONE;
                }
                let to = self.var();
                let spot = self.spot(node.value.range());
                self.op(Op::Await { base, to, spot });
                to
            }
            Expr::Yield(node) => {
                let value = node
                    .value
                    .as_deref()
                    .map_or(Var::NONE, |value| self.expression(value));
                if let Some(yielded) = self.yields() {
                    self.copy(value, yielded);
                }
                Var::NONE
            }
            Expr::YieldFrom(node) => {
                let base = self.expression(&node.value);
                let Some(yielded) = self.yields() else {
                    return Var::NONE;
                };
                if base.is_none() {
                    return Var::NONE;
                }
                let to = self.var();
                let spot = self.spot(node.value.range());
                self.op(Op::Delegate {
                    base,
                    yielded,
                    to,
                    spot,
                });
                to
            }
            Expr::Compare(node) => {
                let mut left = self.expression(&node.left);
                for (operator, comparator) in node.ops.iter().zip(&node.comparators) {
                    let right = self.expression(comparator);
                    self.compare(*operator, left, right, node.range());
                    left = right;
                }
                self.builtin("builtins.bool")
            }
            Expr::Subscript(node) => {
                let base = self.expression(&node.value);
                let index = self.expression(&node.slice);
                let key = self.key(&node.slice, index);
                self.item(base, key, node.range())
            }
            Expr::Starred(node) => self.expression(&node.value),
            Expr::Slice(node) => {
                for part in [&node.lower, &node.upper, &node.step].into_iter().flatten() {
                    self.expression(part);
                }
                Var::NONE
            }
        }
    }

    /// The variable that the function around collects its `yield`s in; marks it a generator.
    fn yields(&mut self) -> Option<Var> {
        let function = self.function() as usize;
        let facts = self.ir.functions.get_mut(function)?;
        facts.is_generator = true;
        Some(facts.yielded)
    }

    /// The variable for a string that is known in part; [`Var::NONE`] for any other expression.
    fn partly_known(&mut self, expression: &'a Expr) -> Var {
        match super::pattern::pattern(expression) {
            Some((prefix, suffix)) => {
                let (prefix, suffix) = (self.symbol(prefix), self.symbol(suffix));
                self.constant(Constant::Pattern(prefix, suffix))
            }
            None => Var::NONE,
        }
    }

    fn interpolation(&mut self, element: &'a ast::InterpolatedStringElement) {
        if let ast::InterpolatedStringElement::Interpolation(node) = element {
            let base = self.expression(&node.expression);
            self.operator(base, "__format__", Var::NONE, node.expression.range());
            if let Some(format) = &node.format_spec {
                for inner in &format.elements {
                    self.interpolation(inner);
                }
            }
        }
    }

    fn attribute(&mut self, node: &'a ast::ExprAttribute, call: Option<TextRange>) -> Var {
        let base = self.expression(&node.value);
        let name = self.symbol(&node.attr.id);
        self.load(base, name, node.range(), Some(node), call)
    }

    /// An instance of the builtin class.
    fn builtin(&mut self, class: &'static str) -> Var {
        let class = self.symbol(class);
        self.constant(Constant::Builtin(class))
    }

    fn operator(
        &mut self,
        base: Var,
        method: &'static str,
        argument: Var,
        range: TextRange,
    ) -> Var {
        if base.is_none() {
            return Var::NONE;
        }
        let to = self.var();
        let spot = self.spot(range);
        let method = self.symbol(method);
        self.op(Op::Operator {
            base,
            method,
            argument,
            to,
            spot,
        });
        to
    }

    fn binary(&mut self, node: &'a ast::ExprBinOp) -> Var {
        // A long sum nests to the left; the parser's tree for it is as deep as the sum is long.
        let mut chain = vec![node];
        while let Some(Expr::BinOp(inner)) = chain.last().map(|last| last.left.as_ref()) {
            chain.push(inner);
        }
        let mut left = match chain.last() {
            Some(innermost) => self.expression(&innermost.left),
            None => Var::NONE,
        };
        for part in chain.into_iter().rev() {
            let right = self.expression(&part.right);
            left = if matches!(
                part.left.as_ref(),
                Expr::StringLiteral(_) | Expr::FString(_)
            ) {
                self.builtin("builtins.str")
            } else if left.is_none() {
                Var::NONE
            } else {
                let to = self.operator(left, operator(part.op), right, part.range());
                if part.op == ast::Operator::Add && !right.is_none() {
                    let spot = self.spot(part.range());
                    let method = self.symbol("__radd__");
                    self.op(Op::Operator {
                        base: right,
                        method,
                        argument: left,
                        to,
                        spot,
                    });
                }
                to
            };
        }
        left
    }

    fn compare(&mut self, operator: ast::CmpOp, left: Var, right: Var, range: TextRange) {
        let (base, method, argument) = match operator {
            ast::CmpOp::Eq => (left, "__eq__", right),
            ast::CmpOp::NotEq => (left, "__ne__", right),
            ast::CmpOp::Lt => (left, "__lt__", right),
            ast::CmpOp::LtE => (left, "__le__", right),
            ast::CmpOp::Gt => (left, "__gt__", right),
            ast::CmpOp::GtE => (left, "__ge__", right),
            ast::CmpOp::In | ast::CmpOp::NotIn => (right, "__contains__", left),
            ast::CmpOp::Is | ast::CmpOp::IsNot => return,
        };
        if !base.is_none() {
            let spot = self.spot(range);
            let method = self.symbol(method);
            self.op(Op::Operator {
                base,
                method,
                argument,
                to: Var::NONE,
                spot,
            });
        }
    }

    fn sequence(&mut self, kind: ContainerKind, elements: &'a [Expr]) -> Var {
        let to = self.display(kind);
        let mut indexed = kind != ContainerKind::Set;
        for (index, element) in elements.iter().enumerate() {
            if let Expr::Starred(node) = element {
                let base = self.expression(&node.value);
                if !base.is_none() {
                    let spot = self.spot(node.value.range());
                    self.op(Op::Spread { base, to, spot });
                }
                indexed = false;
                continue;
            }
            let from = self.expression(element);
            if from.is_none() {
                continue;
            }
            let key = match i32::try_from(index) {
                Ok(index) if indexed => Key::Index(index),
                _ => Key::Unknown,
            };
            let spot = self.spot(element.range());
            self.op(Op::StoreItem {
                base: to,
                key,
                from,
                spot,
            });
        }
        to
    }

    pub(super) fn dict_item(&mut self, item: &'a ast::DictItem, to: Var) {
        let Some(key) = &item.key else {
            let base = self.expression(&item.value);
            if !base.is_none() {
                self.op(Op::Merge { base, to });
            }
            return;
        };
        let index = self.expression(key);
        let key = self.key(key, index);
        let from = self.expression(&item.value);
        if !from.is_none() {
            let spot = self.spot(item.value.range());
            self.op(Op::StoreItem {
                base: to,
                key,
                from,
                spot,
            });
        }
    }

    fn comprehension(
        &mut self,
        kind: ContainerKind,
        generators: &'a [ast::Comprehension],
        key: Option<&'a Expr>,
        element: &'a Expr,
    ) -> Var {
        let to = self.display(kind);
        let function = self.function();
        let mut bindings = Bindings::default();
        for generator in generators {
            bindings.target(&generator.target);
        }
        let mut outermost = generators.first().map(|first| self.expression(&first.iter));
        self.push_comprehension(function, &bindings);
        for generator in generators {
            let base = match outermost.take() {
                Some(base) => base,
                None => self.expression(&generator.iter),
            };
            let item = self.elements(base, generator.iter.range());
            self.assign(&generator.target, item);
            for condition in &generator.ifs {
                self.condition(condition);
            }
        }
        let key = match key {
            Some(key) => {
                let index = self.expression(key);
                self.key(key, index)
            }
            None => Key::Unknown,
        };
        let from = self.expression(element);
        self.scopes.pop();
        if !from.is_none() {
            let spot = self.spot(element.range());
            self.op(Op::StoreItem {
                base: to,
                key,
                from,
                spot,
            });
        }
        to
    }

    fn push_comprehension(&mut self, function: u32, bindings: &Bindings<'a>) {
        let mut names = FxHashMap::default();
        for name in &bindings.order {
            let var = self.var();
            names.insert(
                *name,
                super::Binding {
                    var,
                    versioned: false,
                    parameter: None,
                },
            );
        }
        self.scopes.push(Scope {
            kind: ScopeKind::Comprehension,
            function,
            names,
            globals: FxHashSet::default(),
            nonlocals: FxHashSet::default(),
            versions: FxHashMap::default(),
            bound: FxHashSet::default(),
        });
    }

    fn call(&mut self, node: &'a ast::ExprCall) -> Var {
        let range = node.range();
        let callee = match node.func.as_ref() {
            Expr::Name(name) => self.name(&name.id),
            Expr::Attribute(attribute) => self.attribute(attribute, Some(range)),
            other => self.expression(other),
        };
        let mut arguments =
            Vec::with_capacity(node.arguments.args.len() + node.arguments.keywords.len());
        for argument in &node.arguments.args {
            let (kind, value) = match argument {
                Expr::Starred(starred) => (ArgumentKind::Star, starred.value.as_ref()),
                other => (ArgumentKind::Positional, other),
            };
            let var = self.expression(value);
            arguments.push(ArgumentIr {
                kind,
                var,
                range: value.range(),
            });
        }
        for keyword in &node.arguments.keywords {
            let kind = match &keyword.arg {
                Some(name) => ArgumentKind::Keyword(self.symbol(&name.id)),
                None => ArgumentKind::DoubleStar,
            };
            let var = self.expression(&keyword.value);
            arguments.push(ArgumentIr {
                kind,
                var,
                range: keyword.value.range(),
            });
        }
        self.site(CallKind::Call, range, node.func.range(), callee, &arguments)
    }

    /// A call site; returns the variable of its result.
    pub(super) fn site(
        &mut self,
        kind: CallKind,
        range: TextRange,
        callee_range: TextRange,
        callee: Var,
        arguments: &[ArgumentIr],
    ) -> Var {
        let start = self.ir.arguments.len() as u32;
        self.ir.arguments.extend_from_slice(arguments);
        let end = self.ir.arguments.len() as u32;
        let result = self.var();
        let method = self.method();
        self.ir.sites.push(SiteIr {
            kind,
            function: self.function(),
            range,
            callee_range,
            callee,
            arguments: (start, end),
            result,
            method,
        });
        result
    }

    /// The class and the first parameter of the method around the place.
    fn method(&self) -> Option<(u32, Var)> {
        let mut function = self.ir.functions.get(self.function() as usize)?;
        loop {
            if let (Some(class), crate::FunctionKind::Def) = (function.class, function.kind) {
                let first = function
                    .parameters
                    .first()
                    .map_or(Var::NONE, |first| first.var);
                return Some((class, first));
            }
            function = self.ir.functions.get(function.parent? as usize)?;
        }
    }
}

pub(super) fn operator(operator: ast::Operator) -> &'static str {
    match operator {
        ast::Operator::Add => "__add__",
        ast::Operator::Sub => "__sub__",
        ast::Operator::Mult => "__mul__",
        ast::Operator::MatMult => "__matmul__",
        ast::Operator::Div => "__truediv__",
        ast::Operator::Mod => "__mod__",
        ast::Operator::Pow => "__pow__",
        ast::Operator::LShift => "__lshift__",
        ast::Operator::RShift => "__rshift__",
        ast::Operator::BitOr => "__or__",
        ast::Operator::BitXor => "__xor__",
        ast::Operator::BitAnd => "__and__",
        ast::Operator::FloorDiv => "__floordiv__",
    }
}

/// A string that may name an attribute or be a key in a table of functions.
fn is_identifier_like(text: &str) -> bool {
    text.len() <= 48
        && !text.is_empty()
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/' | b':')
        })
}
