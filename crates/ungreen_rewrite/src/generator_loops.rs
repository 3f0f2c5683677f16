//! Consumers of async generators that take more than `async for`.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;
use ungreen_color::{Edit, Part};

use crate::plan_edits::{Writer, needs_parentheses};
use crate::tree::NodeId;

/// `anext` is a builtin and `contextlib.aclosing` exists from this minor version on.
const ANEXT: u8 = 10;

impl<'a> Writer<'a, '_> {
    /// The first of the names, or a numbered one, that the file does not use.
    fn unused_name(&self, stems: &[&str]) -> String {
        let used: FxHashSet<&str> = self
            .tree
            .nodes()
            .filter_map(|(_, node)| match node {
                AnyNodeRef::ExprName(name) => Some(name.id.as_str()),
                AnyNodeRef::Parameter(parameter) => Some(parameter.name.as_str()),
                _ => None,
            })
            .collect();
        let last = stems.last().copied().unwrap_or("value");
        let numbered = (2..1_000).map(|number| format!("{last}_{number}"));
        (stems.iter().map(ToString::to_string))
            .chain(numbered)
            .find(|name| !used.contains(name.as_str()))
            .unwrap_or_else(|| format!("_{last}"))
    }

    fn for_over(&self, iterated: TextRange) -> Option<&'a ast::StmtFor> {
        self.tree.at(iterated).iter().find_map(|id| {
            self.tree.ancestors(*id).find_map(|(_, node)| match node {
                AnyNodeRef::StmtFor(node) if node.iter.range().contains_range(iterated) => {
                    Some(node)
                }
                _ => None,
            })
        })
    }

    /// `for x in g(): …` becomes `async with aclosing(g()) as items:` around `async for x in items: …`.
    pub(crate) fn closing_for(&mut self, iterated: TextRange, minor_version: u8) {
        let Some(statement) = self.for_over(iterated) else {
            self.refuse(iterated, "the expression is not iterated by a `for`");
            return;
        };
        let name = self.unused_name(&["items", "generator"]);
        let start = statement.range.start();
        let indentation = self.tree.indentation_at(start);
        let unit = self.tree.indent_unit();
        let head = TextRange::new(start, iterated.start());
        let inner = Part::Indented {
            range: TextRange::new(iterated.end(), statement.range.end()),
            levels: 1,
        };
        let mut parts = Vec::new();
        if minor_version >= ANEXT {
            parts.extend([
                Part::Text("async with ".to_string()),
                Part::Name {
                    module: "contextlib",
                    name: "aclosing",
                },
                Part::Text("(".to_string()),
                Part::Source(iterated),
                Part::Text(format!(") as {name}:\n{indentation}{unit}async ")),
                Part::Source(head),
                Part::Text(name),
                inner,
            ]);
        } else {
            parts.extend([
                Part::Text(format!("{name} = ")),
                Part::Source(iterated),
                Part::Text(format!("\n{indentation}try:\n{indentation}{unit}async ")),
                Part::Source(head),
                Part::Text(name.clone()),
                inner,
                Part::Text(format!(
                    "\n{indentation}finally:\n{indentation}{unit}await {name}.aclose()"
                )),
            ]);
        }
        self.replace(statement.range, parts);
    }

    /// `for number, item in enumerate(g, 1):` becomes `async for item in g:` that takes its numbers from `itertools.count(1)`.
    pub(crate) fn enumerated(&mut self, iterated: TextRange) {
        let Some(statement) = self.for_over(iterated) else {
            self.refuse(iterated, "the expression is not iterated by a `for`");
            return;
        };
        let (Expr::Call(call), Expr::Tuple(target), Some(first)) =
            (&*statement.iter, &*statement.target, statement.body.first())
        else {
            self.refuse(iterated, "the loop does not count by `enumerate`");
            return;
        };
        let [number, item] = target.elts.as_slice() else {
            self.refuse(iterated, "the loop does not count by `enumerate`");
            return;
        };
        let start = call.arguments.args.get(1).or_else(|| {
            call.arguments
                .keywords
                .first()
                .map(|keyword| &keyword.value)
        });
        let start = start.map_or("", |start| self.tree.slice(start.range()));
        let counter = self.unused_name(&["numbers", "counter"]);
        let begin = statement.range.start();
        let indentation = self.tree.indentation_at(begin);
        let insertion = self.place(TextRange::empty(begin));
        self.edits.push(Edit {
            place: insertion,
            parts: vec![
                Part::Text(format!("{counter} = ")),
                Part::Name {
                    module: "itertools",
                    name: "count",
                },
                Part::Text(format!("({start})\n{indentation}")),
            ],
        });
        self.replace(
            TextRange::new(begin, statement.iter.end()),
            vec![
                Part::Text("async for ".to_string()),
                Part::Source(item.range()),
                Part::Text(" in ".to_string()),
                Part::Source(iterated),
            ],
        );
        let number = self.tree.slice(number.range());
        let inner = self.tree.indentation_at(first.start());
        let place = self.place(TextRange::empty(first.start()));
        self.edits.push(Edit {
            place,
            parts: vec![Part::Text(format!("{number} = next({counter})\n{inner}"))],
        });
    }

    /// `next(g)` becomes `await anext(g)`; what catches its end catches the other one.
    pub(crate) fn next(&mut self, iterated: TextRange, minor_version: u8) {
        let call = self.tree.at(iterated).iter().find_map(|id| {
            self.tree.ancestors(*id).find_map(|(id, node)| match node {
                AnyNodeRef::ExprCall(call) => Some((id, call)),
                _ => None,
            })
        });
        let Some((id, call)) = call else {
            self.refuse(iterated, "the expression is not an argument of `next`");
            return;
        };
        let has_default = call.arguments.args.len() > 1;
        if minor_version < ANEXT && has_default {
            self.refuse(
                call.range(),
                "`next` with a default has no asynchronous form before Python 3.10",
            );
            return;
        }
        if !self.caught_ends(id) {
            self.refuse(
                call.range(),
                "the `except StopIteration` around `next` may catch the end of another iterator",
            );
            return;
        }
        let (open, close) = if needs_parentheses(self.tree, id, call.range()) {
            ("(await ", ")")
        } else {
            ("await ", "")
        };
        let parts = if minor_version < ANEXT {
            vec![
                Part::Text(open.to_string()),
                Part::Source(iterated),
                Part::Text(format!(".__anext__(){close}")),
            ]
        } else {
            vec![
                Part::Text(format!("{open}a")),
                Part::Source(TextRange::new(call.func.start(), call.range().end())),
                Part::Text(close.to_string()),
            ]
        };
        self.replace(call.range(), parts);
    }

    /// Makes `except StopIteration` around the call `except StopAsyncIteration`. False if it may be meant for something else as well.
    fn caught_ends(&mut self, call: NodeId) -> bool {
        let tree = self.tree;
        let mut names: Vec<TextRange> = Vec::new();
        for (_, node) in tree.ancestors(call) {
            match node {
                AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_) => break,
                AnyNodeRef::StmtTry(statement) => {
                    let range = tree.node(call).map(|node| node.range()).unwrap_or_default();
                    let in_body = statement
                        .body
                        .iter()
                        .any(|inner| inner.range().contains_range(range));
                    let caught: Vec<TextRange> = statement
                        .handlers
                        .iter()
                        .filter_map(|ast::ExceptHandler::ExceptHandler(handler)| {
                            handler.type_.as_deref()
                        })
                        .flat_map(|kind| match kind {
                            Expr::Tuple(kinds) => kinds.elts.iter().collect(),
                            other => vec![other],
                        })
                        .filter(
                            |kind| matches!(kind, Expr::Name(name) if name.id == "StopIteration"),
                        )
                        .map(Ranged::range)
                        .collect();
                    if !in_body || caught.is_empty() {
                        continue;
                    }
                    let nexts = tree.nodes().filter(|(_, node)| {
                        matches!(node, AnyNodeRef::ExprCall(other)
                            if matches!(&*other.func, Expr::Name(name) if name.id == "next")
                                && statement.body.iter().any(|inner| inner.range().contains_range(other.range())))
                    });
                    if nexts.count() > 1 {
                        return false;
                    }
                    names.extend(caught);
                    break;
                }
                _ => {}
            }
        }
        for name in names {
            self.replace(name, vec![Part::Text("StopAsyncIteration".to_string())]);
        }
        true
    }
}
