//! What of an `__init__` stays in it, and what becomes a coroutine of its own.

use ruff_python_ast::{AnyNodeRef, Expr, ParameterWithDefault, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::{CallSite, EdgeKind, FuncId, Target};
use ungreen_catalog::{Kind, Scenario, Switch, catalog};
use ungreen_color::Part;

use super::context::Context;
use super::factories::def_of;
use super::proposals::{source, text};
use crate::tree::Tree;

/// Subjects of which objects may be made by something that suspends, or that begin to act when they are made.
const ACTIVE: &[Scenario] = &[
    Scenario::WsgiServer,
    Scenario::NetworkCalls,
    Scenario::Sockets,
    Scenario::Websocket,
    Scenario::Timeouts,
    Scenario::Testing,
    Scenario::ResourcePooling,
    Scenario::WebFramework,
    Scenario::SyncAsyncAdapter,
];

/// An `__init__`, divided.
pub(super) struct Split<'a> {
    /// From `def` to the end of its last line.
    pub(super) range: TextRange,
    function: &'a StmtFunctionDef,
    receiver: &'a str,
    /// The parameters after the receiver that the part that stays needs.
    kept: Vec<&'a ParameterWithDefault>,
    /// Those that the part that moves needs.
    moved: Vec<&'a ParameterWithDefault>,
    /// There are no other parameters than those that can be given by position and by name, with defaults that two functions can have.
    is_simple: bool,
    /// The lines that stay; empty if none do.
    stays: TextRange,
    moves: TextRange,
}

impl<'a> Split<'a> {
    pub(super) fn of(
        context: &Context<'_>,
        tree: &Tree<'a>,
        init: FuncId,
        function: &'a StmtFunctionDef,
    ) -> Option<Self> {
        let parameters = &function.parameters;
        let receiver = parameters
            .posonlyargs
            .first()
            .or_else(|| parameters.args.first())?;
        let receiver = receiver.parameter.name.as_str();
        let first = function.body.first()?;
        let body = TextRange::new(header_end(tree, function)?, tree.line_end(function.end()));
        let is_block = tree
            .slice(TextRange::new(
                tree.line_start(first.start()),
                first.start(),
            ))
            .trim()
            .is_empty();
        if !is_block {
            return None;
        }
        let is_simple = parameters.posonlyargs.is_empty()
            && parameters.kwonlyargs.is_empty()
            && parameters.vararg.is_none()
            && parameters.kwarg.is_none()
            && !computes_a_default(tree, function);
        let count = if is_simple {
            function
                .body
                .iter()
                .enumerate()
                .take_while(|(index, statement)| {
                    (*index == 0 && is_docstring(statement))
                        || is_plain(context, tree, init, receiver, statement)
                })
                .count()
        } else {
            0
        };
        let last = function.body.get(..count)?.last();
        let last = last.filter(|last| !(count == 1 && is_docstring(last)));
        if count == function.body.len() {
            return None;
        }
        let middle = last.map_or(body.start(), |last| tree.line_end(last.end()));
        let (stays, moves) = (
            TextRange::new(body.start(), middle),
            TextRange::new(after_blank_lines(tree, middle, body.end()), body.end()),
        );
        let used_in = |lines: TextRange| -> Vec<&'a ParameterWithDefault> {
            let is_used = |parameter: &&ParameterWithDefault| {
                tree.nodes().any(|(_, node)| {
                    matches!(node, AnyNodeRef::ExprName(name)
                        if lines.contains_range(name.range())
                            && name.id.as_str() == parameter.parameter.name.as_str())
                })
            };
            parameters.args.iter().skip(1).filter(is_used).collect()
        };
        Some(Self {
            range: TextRange::new(function.start(), body.end()),
            function,
            receiver,
            is_simple,
            kept: used_in(stays),
            moved: used_in(moves),
            stays,
            moves,
        })
    }

    /// The text of both.
    pub(super) fn parts(&self, tree: &Tree<'_>, create: &str, start: &str) -> Vec<Part> {
        let indentation = tree.indentation_at(self.function.start());
        let inner = self
            .function
            .body
            .first()
            .map_or("", |first| tree.indentation_at(first.start()));
        let parameters = &self.function.parameters;
        let first = parameters
            .posonlyargs
            .first()
            .or_else(|| parameters.args.first());
        let rest = first.map_or("", |first| {
            tree.slice(TextRange::new(first.end(), parameters.range.end()))
        });
        let receiver = self.receiver;
        let returns = if self.function.returns.is_some() {
            " -> None"
        } else {
            ""
        };
        let mut parts = Vec::new();
        let made = if self.stays.is_empty() {
            "cls()".to_string()
        } else {
            let mut header = vec![receiver];
            header.extend(self.kept.iter().map(|kept| tree.slice(kept.range())));
            parts.extend([
                text(format!("def __init__({}){returns}:", header.join(", "))),
                source(self.stays),
                text(format!("\n\n{indentation}")),
            ]);
            let arguments: Vec<&str> = self
                .kept
                .iter()
                .map(|kept| kept.parameter.name.as_str())
                .collect();
            format!("cls({})", arguments.join(", "))
        };
        let (declared, given) = self.handed_on(tree);
        let comma = if declared.is_empty() { "" } else { ", " };
        parts.extend([
            text(format!(
                "@classmethod\n{indentation}async def {create}(cls{rest}:\n{inner}{receiver} = {made}\n\
                 {inner}await {receiver}.{start}({given})\n{inner}return {receiver}\n\n{indentation}"
            )),
            source(def_of(self.function)),
            text(format!(" {start}({receiver}{comma}{declared}){returns}:")),
            source(self.moves),
        ]);
        parts
    }

    /// The parameters of the method with the part that moves, all of them given, and what the class method gives for them.
    fn handed_on(&self, tree: &Tree<'_>) -> (String, String) {
        let parameters = &self.function.parameters;
        let mut declared = Vec::new();
        let mut given = Vec::new();
        let by_position: Vec<&ParameterWithDefault> = if self.is_simple {
            self.moved.clone()
        } else {
            (parameters.posonlyargs.iter())
                .chain(&parameters.args)
                .skip(1)
                .collect()
        };
        for parameter in by_position {
            declared.push(tree.slice(parameter.parameter.range()).to_string());
            given.push(parameter.parameter.name.to_string());
        }
        if let Some(values) = &parameters.vararg {
            declared.push(tree.slice(values.range()).to_string());
            given.push(format!("*{}", values.name));
        } else if !parameters.kwonlyargs.is_empty() {
            declared.push("*".to_string());
        }
        for parameter in &parameters.kwonlyargs {
            let name = &parameter.parameter.name;
            declared.push(tree.slice(parameter.parameter.range()).to_string());
            given.push(format!("{name}={name}"));
        }
        if let Some(values) = &parameters.kwarg {
            declared.push(tree.slice(values.range()).to_string());
            given.push(format!("**{}", values.name));
        }
        (declared.join(", "), given.join(", "))
    }
}

/// Right behind the colon of the header, or behind the comment that follows it.
fn header_end(tree: &Tree<'_>, function: &StmtFunctionDef) -> Option<TextSize> {
    let first = function.body.first()?;
    let header = function
        .returns
        .as_ref()
        .map_or(function.parameters.range.end(), |returns| returns.end());
    let between = tree.slice(TextRange::new(header, first.start()));
    let colon = TextSize::try_from(between.find(':')?).ok()?;
    Some(header + colon + TextSize::of(':'))
}

fn is_docstring(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(statement) if statement.value.is_string_literal_expr())
}

/// A default would be computed once for each of the functions that have it.
fn computes_a_default(tree: &Tree<'_>, function: &StmtFunctionDef) -> bool {
    let defaults: Vec<TextRange> = (function.parameters.args.iter())
        .filter_map(|parameter| parameter.default.as_ref().map(|default| default.range()))
        .collect();
    tree.nodes().any(|(_, node)| {
        matches!(
            node,
            AnyNodeRef::ExprCall(_)
                | AnyNodeRef::ExprAwait(_)
                | AnyNodeRef::ExprNamed(_)
                | AnyNodeRef::ExprYield(_)
                | AnyNodeRef::ExprYieldFrom(_)
        ) && defaults
            .iter()
            .any(|default| default.contains_range(node.range()))
    })
}

/// Before the line break that ends the last of the blank lines that follow.
fn after_blank_lines(tree: &Tree<'_>, start: TextSize, end: TextSize) -> TextSize {
    let text = tree.slice(TextRange::new(start, end));
    let blank = &text[..text.len() - text.trim_start().len()];
    let last = blank.rfind("\r\n").or_else(|| blank.rfind(['\n', '\r']));
    start + TextSize::try_from(last.unwrap_or(0)).unwrap_or_default()
}

/// `self.name = value`, or `super().__init__(…)`, that neither suspends nor begins anything. What runs later sees the names as they are then, and
/// the part that moves may set them: no `lambda`, no generator.
fn is_plain(
    context: &Context<'_>,
    tree: &Tree<'_>,
    init: FuncId,
    receiver: &str,
    statement: &Stmt,
) -> bool {
    let of_receiver = |target: &Expr| {
        matches!(target, Expr::Attribute(attribute)
            if matches!(&*attribute.value, Expr::Name(name) if name.id.as_str() == receiver))
    };
    let shape = match statement {
        Stmt::Assign(assign) => assign.targets.iter().all(of_receiver),
        Stmt::AnnAssign(assign) => of_receiver(&assign.target),
        Stmt::Expr(statement) => matches!(&*statement.value, Expr::Call(call)
            if tree.slice(call.func.range()) == "super().__init__"),
        _ => false,
    };
    let range = statement.range();
    shape
        && !tree.nodes().any(|(_, node)| {
            range.contains_range(node.range())
                && matches!(
                    node,
                    AnyNodeRef::ExprNamed(_)
                        | AnyNodeRef::ExprLambda(_)
                        | AnyNodeRef::ExprGenerator(_)
                        | AnyNodeRef::ExprYield(_)
                        | AnyNodeRef::ExprYieldFrom(_)
                )
        })
        && context
            .calls_in(init)
            .filter(|site| range.contains_range(site.range))
            .all(|site| is_quiet(context, site))
}

/// The call neither suspends nor begins anything, whatever becomes of Eventlet's names. A function of the program may become a coroutine
/// function with its family; a class's `__init__` that cannot suspend does not.
fn is_quiet(context: &Context<'_>, site: &CallSite) -> bool {
    site.unresolved.is_none()
        && site.edges.iter().all(|edge| {
            edge.kind == EdgeKind::Call
                && match &edge.target {
                    Target::Function(function) => {
                        !context.may_suspend(*function)
                            && (context.program.functions.get(function.0 as usize))
                                .is_some_and(|function| function.name == "__init__")
                    }
                    Target::Class(_) | Target::External(_) => true,
                    Target::Entry { name, .. } => catalog().entry(name).is_some_and(|entry| {
                        entry.switch == Switch::Never
                            && entry.kind == Kind::Class
                            && !ACTIVE.contains(&entry.scenario)
                    }),
                }
        })
}
