//! Rewritten code that treats what is sync as asynchronous, or the other way round: `await` of what is no awaitable, loops and
//! `with` statements of the wrong kind, methods that override one of the other color.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{
    CallKind, CallSite, EdgeKind, FileId, FuncId, Function, FunctionKind, Target,
};

use crate::checked::Checked;
use crate::lost_coroutines::takes_coroutines;
use crate::recheck::{RecheckProblem, line_of};
use crate::tree::{NodeId, Tree};

/// All such places of a file.
pub(crate) fn misuses(
    checked: &Checked<'_>,
    file: FileId,
    tree: &Tree<'_>,
    path: &str,
) -> Vec<RecheckProblem> {
    let problem = |range: TextRange, reason: String| {
        RecheckProblem::new(path, line_of(tree.source, range.start()), reason)
    };
    let mut problems = Vec::new();
    for (_, node) in tree.nodes() {
        let (value, wrong) = match node {
            AnyNodeRef::ExprAwait(node) => (&*node.value, "awaited"),
            AnyNodeRef::ExprCall(call) if takes_coroutines(checked, file, call) => {
                for argument in &call.arguments.args {
                    let name = plain_call(checked, file, argument);
                    problems.extend(
                        name.map(|name| problem(argument.range(), cannot_be(name, "awaited"))),
                    );
                }
                continue;
            }
            AnyNodeRef::StmtFor(node) if node.is_async => {
                (&*node.iter, "iterated over with `async for`")
            }
            AnyNodeRef::Comprehension(node) if node.is_async => {
                (&node.iter, "iterated over with `async for`")
            }
            _ => continue,
        };
        let name = plain_call(checked, file, value);
        problems.extend(name.map(|name| problem(value.range(), cannot_be(name, wrong))));
    }
    for site in checked.calls(file) {
        let reason = match site.kind {
            CallKind::Iterate => wrong_loop(checked, file, tree, site),
            CallKind::With => wrong_with(checked, tree, site),
            _ => None,
        };
        problems.extend(reason.map(|reason| problem(site.range, reason)));
    }
    for function in &checked.program.functions {
        if function.file == file {
            let reasons = wrong_overrides(checked, function);
            problems.extend(reasons.map(|reason| problem(function.name_range, reason)));
        }
    }
    problems
}

fn cannot_be(name: &str, what: &str) -> String {
    format!("what `{name}` returns cannot be {what}")
}

/// The function of the program whose result the expression is, if all that it reaches are sync functions and none returns what may be awaited or
/// iterated over asynchronously.
fn plain_call<'p>(checked: &Checked<'p>, file: FileId, value: &Expr) -> Option<&'p str> {
    let site = checked.call(file, value.range())?;
    if site.unresolved.is_some() {
        return None;
    }
    let mut name = None;
    for edge in &site.edges {
        let (Target::Function(function), EdgeKind::Call) = (&edge.target, edge.kind) else {
            return None;
        };
        if !gives_plain_value(checked, *function) {
            return None;
        }
        let function = checked.function(*function)?;
        name.get_or_insert(function.qualname.as_str());
    }
    name
}

fn gives_plain_value(checked: &Checked<'_>, function: FuncId) -> bool {
    let Some(facts) = checked.function(function) else {
        return false;
    };
    if facts.is_async
        || facts.kind != FunctionKind::Def
        || !facts.decorators.is_empty()
        || checked.is_helper(facts.file)
    {
        return false;
    }
    if facts.is_generator {
        return true;
    }
    let module = checked.modules.get(facts.file.0 as usize);
    let definition = module.and_then(|module| definition(&module.syntax.body, facts.name_range));
    let Some(definition) = definition else {
        return false;
    };
    let mut returns = Returns {
        values: Vec::new(),
        bindings: Vec::new(),
    };
    returns.visit_body(&definition.body);
    // A method without a body stands for those that override it.
    let has_body = definition.body.iter().any(|statement| {
        !matches!(statement, Stmt::Pass(_) | Stmt::Raise(_))
            && !matches!(statement, Stmt::Expr(expression)
                if matches!(&*expression.value, Expr::StringLiteral(_) | Expr::EllipsisLiteral(_)))
    });
    has_body && (returns.values.iter()).all(|value| is_plain(value, &returns.bindings))
}

/// The value can neither be awaited nor iterated over with `async for`, whatever the program does.
fn is_plain(value: &Expr, bindings: &[(&str, Option<&Expr>)]) -> bool {
    match value {
        Expr::Name(name) => {
            let mut bound = (bindings.iter())
                .filter(|(bound, _)| *bound == name.id.as_str())
                .peekable();
            bound.peek().is_some()
                && bound.all(|(_, value)| {
                    value.is_some_and(|value| !value.is_name_expr() && is_plain(value, &[]))
                })
        }
        Expr::If(value) => is_plain(&value.body, bindings) && is_plain(&value.orelse, bindings),
        Expr::BoolOp(value) => value.values.iter().all(|value| is_plain(value, bindings)),
        Expr::BinOp(value) => is_plain(&value.left, bindings) || is_plain(&value.right, bindings),
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Name(name) if PLAIN_BUILTINS.contains(&name.id.as_str()))
        }
        value => {
            value.is_literal_expr()
                || matches!(
                    value,
                    Expr::List(_)
                        | Expr::Tuple(_)
                        | Expr::Dict(_)
                        | Expr::Set(_)
                        | Expr::ListComp(_)
                        | Expr::DictComp(_)
                        | Expr::SetComp(_)
                        | Expr::FString(_)
                        | Expr::Compare(_)
                )
                || matches!(value, Expr::UnaryOp(value) if value.op == ast::UnaryOp::Not)
        }
    }
}

/// Builtins whose result is a plain value.
const PLAIN_BUILTINS: [&str; 14] = [
    "bool",
    "bytes",
    "dict",
    "float",
    "frozenset",
    "hash",
    "int",
    "isinstance",
    "len",
    "list",
    "set",
    "sorted",
    "str",
    "tuple",
];

fn definition(body: &[Stmt], name: TextRange) -> Option<&ast::StmtFunctionDef> {
    struct Find<'a> {
        name: TextRange,
        found: Option<&'a ast::StmtFunctionDef>,
    }
    impl<'a> Visitor<'a> for Find<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if self.found.is_some() || !statement.range().contains_range(self.name) {
                return;
            }
            match statement {
                Stmt::FunctionDef(function) if function.name.range() == self.name => {
                    self.found = Some(function);
                }
                _ => visitor::walk_stmt(self, statement),
            }
        }
    }
    let mut find = Find { name, found: None };
    find.visit_body(body);
    find.found
}

/// What a function returns, and what its variables are bound to: `None` where that is not an expression alone.
struct Returns<'a> {
    values: Vec<&'a Expr>,
    bindings: Vec<(&'a str, Option<&'a Expr>)>,
}

impl<'a> Visitor<'a> for Returns<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.bindings.push((function.name.as_str(), None)),
            Stmt::ClassDef(class) => self.bindings.push((class.name.as_str(), None)),
            Stmt::Return(node) => {
                self.values.extend(node.value.as_deref());
                visitor::walk_stmt(self, statement);
            }
            Stmt::Assign(node) => {
                if let [Expr::Name(name)] = node.targets.as_slice() {
                    self.bindings.push((name.id.as_str(), Some(&node.value)));
                    self.visit_expr(&node.value);
                } else {
                    visitor::walk_stmt(self, statement);
                }
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Lambda(_) => {}
            Expr::Name(name) if !name.ctx.is_load() => {
                self.bindings.push((name.id.as_str(), None));
            }
            _ => visitor::walk_expr(self, expression),
        }
    }
}

/// An asynchronous generator or iterator in `for`, `list(…)`, unpacking or `yield from`.
fn wrong_loop(
    checked: &Checked<'_>,
    file: FileId,
    tree: &Tree<'_>,
    site: &CallSite,
) -> Option<String> {
    let function = functions(checked, site).find(|function| function.is_async)?;
    let (id, _) = tree.expression(site.range)?;
    is_sync_loop(checked, file, tree, id).then(|| {
        let name = &function.qualname;
        if function.is_generator {
            format!("the asynchronous generator of `{name}` is iterated over without `async for`")
        } else {
            format!("the coroutine that `{name}` returns is not awaited")
        }
    })
}

fn is_sync_loop(checked: &Checked<'_>, file: FileId, tree: &Tree<'_>, id: NodeId) -> bool {
    for (_, node) in tree.ancestors(id) {
        match node {
            AnyNodeRef::Arguments(_) => {}
            AnyNodeRef::StmtFor(node) => return !node.is_async,
            AnyNodeRef::Comprehension(node) => return !node.is_async,
            AnyNodeRef::ExprYieldFrom(_) | AnyNodeRef::StmtAssign(_) => return true,
            AnyNodeRef::ExprStarred(_) => return true,
            AnyNodeRef::ExprCall(call) => {
                // `list(g())`, but not `anext(g())`.
                return checked.edges(file, call.range()).iter().any(|edge| {
                    matches!(&edge.target, Target::External(name)
                        if name.starts_with("builtins.") && !name.ends_with("anext") && !name.ends_with("aiter"))
                });
            }
            _ => return false,
        }
    }
    false
}

/// `with` where only `async with` is possible, and the other way round.
fn wrong_with(checked: &Checked<'_>, tree: &Tree<'_>, site: &CallSite) -> Option<String> {
    let (id, _) = tree.expression(site.range)?;
    let (_, item) = tree.parent(id)?;
    let is_async = match (item, tree.ancestors(id).nth(1)?) {
        (AnyNodeRef::WithItem(_), (_, AnyNodeRef::StmtWith(node))) => node.is_async,
        _ => return None,
    };
    let is_possible = |function: &Function| {
        let same_class = |other: &&Function| other.class == function.class;
        let mut all = functions(checked, site).filter(same_class);
        function.is_async == is_async
            || (function.class.is_some()
                && function.name.starts_with("__")
                && all.any(|other| other.is_async == is_async))
    };
    let function = functions(checked, site).find(|function| !is_possible(function))?;
    Some(if is_async {
        format!(
            "the context manager of `{}` is entered with `async with`",
            function.qualname
        )
    } else {
        format!(
            "the asynchronous context manager of `{}` is entered without `async with`",
            function.qualname
        )
    })
}

fn functions<'p>(checked: &Checked<'p>, site: &'p CallSite) -> impl Iterator<Item = &'p Function> {
    let program = checked.program;
    site.edges.iter().filter_map(move |edge| match edge.target {
        Target::Function(function) if edge.kind == EdgeKind::Call && !edge.is_by_name => {
            program.functions.get(function.0 as usize)
        }
        _ => None,
    })
}

/// A method of the other color than one that it overrides: whoever calls the one awaits, and whoever calls the other does not.
fn wrong_overrides<'p>(
    checked: &Checked<'p>,
    function: &'p Function,
) -> impl Iterator<Item = String> {
    let program = checked.program;
    (function.overrides.iter())
        .filter_map(move |overridden| program.functions.get(overridden.0 as usize))
        .filter(move |overridden| {
            overridden.is_async != function.is_async
                && overridden.kind == FunctionKind::Def
                && function.kind == FunctionKind::Def
                // `def lines(self) -> AsyncIterator[str]: ...` is how an asynchronous generator is declared.
                && !overridden.is_generator_stub
                // The helper's own methods find out what they have to await.
                && !(function.is_async && checked.is_helper(overridden.file))
        })
        .map(move |overridden| {
            let (name, other) = (&function.qualname, &overridden.qualname);
            if function.is_async {
                format!("the coroutine function `{name}` overrides `{other}`, which is none")
            } else {
                format!("`{name}` overrides the coroutine function `{other}`, and is none")
            }
        })
}
