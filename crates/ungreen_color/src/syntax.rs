//! What stands around an expression: the syntax that decides how an `await` can be written there.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

/// Consumers that take all items of an iterable at once, so that `[item async for item in g]` can stand for `g`.
const EAGER_CONSUMERS: &[&str] = &[
    "list",
    "tuple",
    "set",
    "frozenset",
    "dict",
    "sum",
    "min",
    "max",
    "sorted",
    "any",
    "all",
    "bytes",
    "bytearray",
    "join",
    "extend",
    "update",
    "deque",
    "Counter",
    "OrderedDict",
];

/// How the items of an expression are consumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Iteration {
    /// `for x in expression:`.
    For,
    /// A `for` clause of a list, set or dict comprehension.
    Comprehension,
    /// A `for` clause of the generator expression with this range.
    GeneratorExpression(TextRange),
    /// `yield from expression`.
    YieldFrom,
    /// The argument of an eager consumer.
    Eager,
}

/// Facts about the expressions of one file, by range.
#[derive(Debug, Default)]
pub(crate) struct Syntax {
    /// Operands of `await`.
    pub(crate) awaited: FxHashSet<TextRange>,
    /// How an iterated expression is consumed.
    pub(crate) iterations: FxHashMap<TextRange, Iteration>,
    /// Context expressions of `with` items.
    pub(crate) with_items: FxHashSet<TextRange>,
    /// Argument to the call it belongs to.
    pub(crate) arguments: FxHashMap<TextRange, TextRange>,
    /// Calls that stand in the part of a generator expression that runs lazily, to the innermost such expression.
    pub(crate) in_generator_expression: FxHashMap<TextRange, TextRange>,
    /// Generator expressions that an eager consumer takes at once.
    pub(crate) eager_generators: FxHashSet<TextRange>,
    /// Body of a lambda to the lambda.
    pub(crate) lambda_bodies: FxHashMap<TextRange, TextRange>,
}

impl Syntax {
    pub(crate) fn new(module: &ast::ModModule) -> Self {
        let mut walk = Walk {
            syntax: Self::default(),
            generators: Vec::new(),
        };
        walk.visit_body(&module.body);
        walk.syntax
    }
}

struct Walk {
    syntax: Syntax,
    generators: Vec<TextRange>,
}

impl Walk {
    fn comprehension(
        &mut self,
        elements: &[&Expr],
        clauses: &[ast::Comprehension],
        generator: Option<TextRange>,
    ) {
        for (index, clause) in clauses.iter().enumerate() {
            self.syntax.iterations.insert(
                clause.iter.range(),
                generator.map_or(Iteration::Comprehension, Iteration::GeneratorExpression),
            );
            // The first iterable of a generator expression is evaluated outside of it.
            if index == 0 {
                self.visit_expr(&clause.iter);
            }
        }
        if let Some(range) = generator {
            self.generators.push(range);
        }
        for (index, clause) in clauses.iter().enumerate() {
            if index > 0 {
                self.visit_expr(&clause.iter);
            }
            self.visit_expr(&clause.target);
            for condition in &clause.ifs {
                self.visit_expr(condition);
            }
        }
        for element in elements {
            self.visit_expr(element);
        }
        if generator.is_some() {
            self.generators.pop();
        }
    }

    fn arguments(&mut self, call: &ast::ExprCall) {
        let name = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => "",
        };
        let eager = EAGER_CONSUMERS.contains(&name);
        for argument in call.arguments.iter_source_order() {
            let value = argument.value();
            self.syntax.arguments.insert(value.range(), call.range());
            if eager {
                self.syntax
                    .iterations
                    .insert(value.range(), Iteration::Eager);
                if value.is_generator_expr() {
                    self.syntax.eager_generators.insert(value.range());
                }
            }
        }
    }
}

impl<'a> Visitor<'a> for Walk {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::For(statement) => {
                self.syntax
                    .iterations
                    .insert(statement.iter.range(), Iteration::For);
                if statement.iter.is_generator_expr() {
                    self.syntax.eager_generators.insert(statement.iter.range());
                }
            }
            Stmt::With(statement) => {
                for item in &statement.items {
                    self.syntax.with_items.insert(item.context_expr.range());
                }
            }
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {
                let outer = std::mem::take(&mut self.generators);
                visitor::walk_stmt(self, statement);
                self.generators = outer;
                return;
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Await(awaited) => {
                self.syntax.awaited.insert(awaited.value.range());
            }
            Expr::YieldFrom(delegation) => {
                self.syntax
                    .iterations
                    .insert(delegation.value.range(), Iteration::YieldFrom);
            }
            Expr::Lambda(lambda) => {
                self.syntax
                    .lambda_bodies
                    .insert(lambda.body.range(), lambda.range());
                let outer = std::mem::take(&mut self.generators);
                visitor::walk_expr(self, expression);
                self.generators = outer;
                return;
            }
            Expr::Call(call) => {
                if let Some(generator) = self.generators.last() {
                    self.syntax
                        .in_generator_expression
                        .insert(call.range(), *generator);
                }
                self.arguments(call);
            }
            Expr::ListComp(comprehension) => {
                return self.comprehension(&[&comprehension.elt], &comprehension.generators, None);
            }
            Expr::SetComp(comprehension) => {
                return self.comprehension(&[&comprehension.elt], &comprehension.generators, None);
            }
            Expr::DictComp(comprehension) => {
                let mut elements: Vec<&Expr> = Vec::with_capacity(2);
                elements.extend(comprehension.key.as_deref());
                elements.push(&comprehension.value);
                return self.comprehension(&elements, &comprehension.generators, None);
            }
            Expr::Generator(generator) => {
                return self.comprehension(
                    &[&generator.elt],
                    &generator.generators,
                    Some(generator.range),
                );
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}
