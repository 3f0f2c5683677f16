//! What stands around an expression: the syntax that decides how an `await` can be written there.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

/// Consumers that take all items of an iterable at once, so that `[item async for item in g]` can stand for `g`.
pub const EAGER_CONSUMERS: &[&str] = &[
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
    /// The argument of an eager consumer, or the source of an unpacking.
    Eager,
    /// The first argument of `next`.
    Next,
    /// `for number, item in enumerate(expression):`.
    Enumerate,
    /// An argument of the call of `zip` or `map` with this range, which is iterated over itself.
    Lazy(TextRange),
}

/// Functions that take an item of their iterables when one is asked of them, and the position of the first iterable.
const LAZY_CONSUMERS: &[(&str, usize)] = &[
    ("zip", 0),
    ("enumerate", 0),
    ("map", 1),
    ("filter", 1),
    ("islice", 0),
    ("chain", 0),
];

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
    /// Targets `a, b` of assignments to the value that they take apart.
    pub(crate) unpacked: FxHashMap<TextRange, TextRange>,
    /// Iterables of `for` statements whose body may leave the loop by `break` or `return`.
    pub(crate) left_early: FxHashSet<TextRange>,
    /// Names of generator functions that do something when they are closed while they yield.
    pub(crate) cleaning_generators: FxHashSet<TextRange>,
    /// Expressions whose value is kept or handed on: assigned, returned, put in a container.
    pub(crate) kept: FxHashSet<TextRange>,
    /// Value of an assignment to one name, to that name.
    pub(crate) assigned_names: FxHashMap<TextRange, String>,
    /// Names on which the file uses what generators have and async generators have not: `g.send(x)`, `x in g`.
    pub(crate) driven_names: FxHashSet<String>,
    /// Lambdas for which a function can be defined in front of their statement.
    pub(crate) nameable_lambdas: FxHashSet<TextRange>,
}

impl Syntax {
    /// What consumes the items of the expression has an asynchronous form.
    pub(crate) fn can_be_asynchronous(&self, iterated: TextRange) -> bool {
        match self.iterations.get(&iterated) {
            Some(Iteration::GeneratorExpression(generator)) => {
                self.eager_generators.contains(generator)
            }
            Some(Iteration::Lazy(call)) => {
                // `next(zip(a, b))` would make the generator anew for each item.
                self.iterations.get(call) != Some(&Iteration::Next)
                    && self.can_be_asynchronous(*call)
            }
            Some(_) => true,
            None => false,
        }
    }

    pub(crate) fn new(source: &str, module: &ast::ModModule) -> Self {
        let mut walk = Walk {
            source,
            syntax: Self::default(),
            generators: Vec::new(),
            in_class_body: false,
            names_reach: false,
        };
        walk.visit_body(&module.body);
        walk.syntax
    }
}

struct Walk<'s> {
    source: &'s str,
    syntax: Syntax,
    generators: Vec<TextRange>,
    in_class_body: bool,
    /// A function defined in front of the statement sees the names that the expression sees.
    names_reach: bool,
}

impl Walk<'_> {
    /// Nothing else stands on the line before the statement.
    fn starts_line(&self, statement: &Stmt) -> bool {
        let before = self.source.get(..statement.start().to_usize());
        before.is_some_and(|before| {
            let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
            line.trim_start_matches('\u{feff}').trim().is_empty()
        })
    }

    /// `for number, item in enumerate(expression, 1):` with a body on lines of its own.
    fn enumeration(&mut self, statement: &ast::StmtFor) {
        let (Expr::Call(call), Expr::Tuple(target)) = (&*statement.iter, &*statement.target) else {
            return;
        };
        let is_enumerate = matches!(&*call.func, Expr::Name(name) if name.id == "enumerate");
        let start = match (&*call.arguments.args, &*call.arguments.keywords) {
            ([_], []) => None,
            ([_, start], []) => Some(start),
            ([_], [keyword]) if keyword.arg.as_ref().is_some_and(|arg| arg == "start") => {
                Some(&keyword.value)
            }
            _ => return,
        };
        let simple_start =
            start.is_none_or(|start| start.is_name_expr() || start.is_literal_expr());
        let has_lines = statement
            .body
            .first()
            .is_some_and(|first| self.starts_line(first));
        let has_pair = matches!(target.elts.as_slice(), [Expr::Name(_), _]);
        if is_enumerate
            && simple_start
            && has_lines
            && has_pair
            && self.names_reach
            && let Some(iterated) = call.arguments.args.first()
        {
            self.syntax
                .iterations
                .insert(iterated.range(), Iteration::Enumerate);
        }
    }

    fn assignment(&mut self, targets: &[Expr], value: &Expr) {
        if let [Expr::Name(name)] = targets {
            self.syntax
                .assigned_names
                .insert(value.range(), name.id.to_string());
        }
        let mut unpacked = false;
        for target in targets {
            if target.is_tuple_expr() || target.is_list_expr() {
                unpacked = true;
                self.syntax.unpacked.insert(target.range(), value.range());
                self.syntax
                    .iterations
                    .insert(target.range(), Iteration::Eager);
            }
        }
        if !unpacked {
            self.syntax.kept.insert(value.range());
        } else if targets.len() == 1 {
            self.syntax
                .iterations
                .insert(value.range(), Iteration::Eager);
        }
    }

    fn lambda(&mut self, lambda: &ast::ExprLambda) {
        let simple_defaults = lambda.parameters.iter().all(|parameters| {
            parameters
                .iter_non_variadic_params()
                .filter_map(|parameter| parameter.default.as_deref())
                .all(|default| default.is_name_expr() || default.is_literal_expr())
        });
        if self.names_reach && simple_defaults {
            self.syntax.nameable_lambdas.insert(lambda.range());
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::For(statement) => {
                self.syntax
                    .iterations
                    .insert(statement.iter.range(), Iteration::For);
                if statement.iter.is_generator_expr() {
                    self.syntax.eager_generators.insert(statement.iter.range());
                }
                if leaves_early(&statement.body) {
                    self.syntax.left_early.insert(statement.iter.range());
                }
                self.enumeration(statement);
            }
            Stmt::Assign(assign) => self.assignment(&assign.targets, &assign.value),
            // `items += more` takes all of a generator.
            Stmt::AugAssign(assign) if assign.op == ast::Operator::Add => {
                self.syntax
                    .iterations
                    .insert(assign.value.range(), Iteration::Eager);
            }
            Stmt::AnnAssign(ast::StmtAnnAssign {
                target,
                value: Some(value),
                ..
            }) => self.assignment(std::slice::from_ref(target), value),
            Stmt::Return(ast::StmtReturn {
                value: Some(value), ..
            }) => {
                self.syntax.kept.insert(value.range());
            }
            Stmt::Expr(expression) => {
                self.syntax.kept.insert(expression.value.range());
            }
            Stmt::With(statement) => {
                for item in &statement.items {
                    self.syntax.with_items.insert(item.context_expr.range());
                }
            }
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {
                if let Stmt::FunctionDef(function) = statement
                    && cleans_up(&function.body)
                {
                    self.syntax
                        .cleaning_generators
                        .insert(function.name.range());
                }
                let outer = std::mem::take(&mut self.generators);
                visitor::walk_stmt(self, statement);
                self.generators = outer;
                return;
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

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
        let names_reach = std::mem::replace(&mut self.names_reach, false);
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
        self.names_reach = names_reach;
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
        if let (Expr::Name(function), [iterated, ..]) = (&*call.func, &*call.arguments.args)
            && function.id == "next"
        {
            self.syntax
                .iterations
                .insert(iterated.range(), Iteration::Next);
        }
        let is_of_itertools =
            |owner: &Expr| matches!(owner, Expr::Name(module) if module.id == "itertools");
        let is_lazy = match &*call.func {
            Expr::Attribute(attribute) => is_of_itertools(&attribute.value),
            function => function.is_name_expr(),
        } && call.arguments.keywords.is_empty()
            && self.syntax.iterations.contains_key(&call.range());
        let first_lazy = LAZY_CONSUMERS
            .iter()
            .find(|(lazy, _)| is_lazy && *lazy == name)
            .map_or(usize::MAX, |(_, first)| *first);
        for (position, argument) in call.arguments.iter_source_order().enumerate() {
            let value = argument.value();
            self.syntax.arguments.insert(value.range(), call.range());
            if position >= first_lazy && !value.is_starred_expr() {
                self.syntax
                    .iterations
                    .entry(value.range())
                    .or_insert(Iteration::Lazy(call.range()));
            }
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

impl<'a> Visitor<'a> for Walk<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let (reach, in_class_body) = (self.names_reach, self.in_class_body);
        self.names_reach = match statement {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => false,
            // `handle = lambda self: None` is a method; another function would be one more attribute.
            Stmt::Assign(assign) if in_class_body => {
                assign.value.is_lambda_expr()
                    && matches!(assign.targets.as_slice(), [Expr::Name(_)])
            }
            _ => !in_class_body,
        } && self.starts_line(statement);
        self.in_class_body = match statement {
            Stmt::ClassDef(_) => true,
            Stmt::FunctionDef(_) => false,
            _ => in_class_body,
        };
        self.statement(statement);
        (self.names_reach, self.in_class_body) = (reach, in_class_body);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Await(awaited) => {
                self.syntax.awaited.insert(awaited.value.range());
            }
            Expr::Starred(starred) => {
                self.syntax
                    .iterations
                    .insert(starred.value.range(), Iteration::Eager);
            }
            Expr::Attribute(attribute)
                if matches!(attribute.attr.as_str(), "send" | "throw" | "close") =>
            {
                if let Expr::Name(name) = &*attribute.value {
                    self.syntax.driven_names.insert(name.id.to_string());
                }
            }
            Expr::Compare(compare) => {
                for (operator, right) in compare.ops.iter().zip(&compare.comparators) {
                    if let (ast::CmpOp::In | ast::CmpOp::NotIn, Expr::Name(name)) =
                        (operator, right)
                    {
                        self.syntax.driven_names.insert(name.id.to_string());
                    }
                }
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                self.syntax.kept.extend(elts.iter().map(Ranged::range));
            }
            Expr::Dict(dict) => {
                self.syntax
                    .kept
                    .extend(dict.items.iter().map(|item| item.value.range()));
            }
            Expr::If(choice) => {
                self.syntax
                    .kept
                    .extend([choice.body.range(), choice.orelse.range()]);
            }
            Expr::Named(named) => {
                self.syntax.kept.insert(named.value.range());
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
                self.syntax.kept.insert(lambda.body.range());
                self.lambda(lambda);
                let outer = std::mem::take(&mut self.generators);
                let reach = std::mem::replace(&mut self.names_reach, false);
                visitor::walk_expr(self, expression);
                self.names_reach = reach;
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

/// A `break` of the loop itself or a `return` stands in its body.
fn leaves_early(body: &[Stmt]) -> bool {
    struct Leaves {
        found: bool,
        loops: usize,
    }
    impl<'a> Visitor<'a> for Leaves {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            match statement {
                Stmt::Return(_) => self.found = true,
                Stmt::Break(_) => self.found |= self.loops == 0,
                Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
                Stmt::For(_) | Stmt::While(_) => {
                    self.loops += 1;
                    visitor::walk_stmt(self, statement);
                    self.loops -= 1;
                }
                _ => visitor::walk_stmt(self, statement),
            }
        }
    }
    let mut leaves = Leaves {
        found: false,
        loops: 0,
    };
    leaves.visit_body(body);
    leaves.found
}

/// A `yield` stands in a `try` that catches or cleans up, or in a `with`.
fn cleans_up(body: &[Stmt]) -> bool {
    struct CleansUp {
        found: bool,
        guarded: bool,
    }
    impl<'a> Visitor<'a> for CleansUp {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            match statement {
                Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
                Stmt::Try(_) | Stmt::With(_) => {
                    let outer = std::mem::replace(&mut self.guarded, true);
                    visitor::walk_stmt(self, statement);
                    self.guarded = outer;
                }
                _ => visitor::walk_stmt(self, statement),
            }
        }

        fn visit_expr(&mut self, expression: &'a Expr) {
            match expression {
                Expr::Yield(_) | Expr::YieldFrom(_) => self.found |= self.guarded,
                Expr::Lambda(_) => {}
                _ => visitor::walk_expr(self, expression),
            }
        }
    }
    let mut cleans = CleansUp {
        found: false,
        guarded: false,
    };
    cleans.visit_body(body);
    cleans.found
}
