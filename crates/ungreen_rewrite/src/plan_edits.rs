//! The edits that the Plan itself asks for: `async def`, `await` and its forms.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashSet;
use ungreen_callgraph::{FileId, Place, Program};
use ungreen_color::{Await, AwaitForm, Bridge, Edit, ModuleMain, Part, Plan};

use crate::copies::copy_edits;
use crate::lambdas::lambda_edits;
use crate::tree::{NodeId, Tree};

/// A form of `await` that cannot be written at its place.
#[derive(Debug, Clone)]
pub(crate) struct Unwritable {
    pub(crate) range: TextRange,
    pub(crate) reason: String,
}

/// Edits for the coroutines and awaits of one file.
pub(crate) fn plan_edits(
    program: &Program,
    plan: &Plan,
    file: FileId,
    tree: &Tree<'_>,
    minor_version: u8,
) -> (Vec<Edit>, Vec<Unwritable>) {
    let mut writer = Writer {
        file,
        tree,
        edits: Vec::new(),
        unwritable: Vec::new(),
        done: FxHashSet::default(),
    };
    let awaits: Vec<&Await> = plan
        .awaits
        .iter()
        .filter(|awaited| awaited.place.file == file)
        .collect();
    writer.with_statements(&awaits);
    for awaited in &awaits {
        match awaited.form {
            AwaitForm::Await => writer.awaited(awaited.place.range),
            AwaitForm::Settled => writer.settled(awaited.place.range),
            AwaitForm::Iterate => writer.iterable(awaited.place.range),
            AwaitForm::Lazy => writer.lazy(awaited.place.range),
            AwaitForm::AsyncFor => writer.async_for(awaited.place.range),
            AwaitForm::ClosingFor => writer.closing_for(awaited.place.range, minor_version),
            AwaitForm::Next => writer.next(awaited.place.range, minor_version),
            AwaitForm::Enumerate => writer.enumerated(awaited.place.range),
            AwaitForm::AsyncWith => {}
            AwaitForm::YieldFrom => writer.delegation(awaited.place.range, true),
            AwaitForm::Collect => writer.collect(awaited.place.range),
            AwaitForm::ListComprehension => writer.list_comprehension(awaited.place.range),
        }
    }
    for boundary in &plan.boundaries {
        if boundary.call.file == file && boundary.bridge == Bridge::GreenWait {
            writer.bridge(boundary.call.range);
        }
    }
    let mut lambda_names = Vec::new();
    for function in &plan.lambdas {
        let Some(facts) = program.functions.get(function.0 as usize) else {
            continue;
        };
        if facts.file == file {
            match lambda_edits(tree, file, facts.range, &mut lambda_names) {
                Ok(edits) => writer.edits.extend(edits),
                Err(reason) => writer.refuse(facts.range, reason),
            }
        }
    }
    let sync_faces: FxHashSet<_> = plan
        .mains
        .iter()
        .filter_map(|main| match main {
            ModuleMain::SyncEntry { function, .. } => Some(*function),
            _ => None,
        })
        .collect();
    for function in &plan.colored {
        let Some(facts) = program.functions.get(function.0 as usize) else {
            continue;
        };
        if facts.file != file {
            continue;
        }
        let is_copied = plan
            .copies
            .iter()
            .any(|copied| copied.function == *function);
        // `def items(self) -> AsyncIterator[str]: ...` has the type of an async generator.
        if !sync_faces.contains(function) && !facts.is_generator_stub && !is_copied {
            writer.async_def(facts.name_range);
        }
        if facts.is_generator {
            writer.plain_delegations(facts.range, facts.name_range);
        }
    }
    let (edits, unwritable) = copy_edits(program, plan, file, tree);
    writer.edits.extend(edits);
    writer.unwritable.extend(unwritable);
    (writer.edits, writer.unwritable)
}

/// The range of the `def` before a function's name.
pub(crate) fn def_keyword(tree: &Tree<'_>, name: TextRange) -> Option<TextRange> {
    let before = tree.slice(TextRange::up_to(name.start()));
    let start = TextSize::try_from(before.rfind("def")?).ok()?;
    Some(TextRange::at(start, TextSize::new(3)))
}

/// The helper's function with which green code waits for a coroutine.
pub(crate) const BRIDGE: &str = "green_wait";

/// Waits for the coroutine in a green thread.
pub(crate) fn bridge_parts(coroutine: Vec<Part>) -> Vec<Part> {
    let mut parts = vec![Part::Helper(BRIDGE), Part::Text("(".to_string())];
    parts.extend(coroutine);
    parts.push(Part::Text(")".to_string()));
    parts
}

pub(crate) struct Writer<'a, 't> {
    file: FileId,
    pub(crate) tree: &'t Tree<'a>,
    pub(crate) edits: Vec<Edit>,
    unwritable: Vec<Unwritable>,
    /// Keywords and statements that have their edit.
    done: FxHashSet<TextRange>,
}

impl<'a> Writer<'a, '_> {
    pub(crate) fn place(&self, range: TextRange) -> Place {
        Place {
            file: self.file,
            range,
        }
    }

    pub(crate) fn replace(&mut self, range: TextRange, parts: Vec<Part>) {
        if self.done.insert(range) {
            let place = self.place(range);
            self.edits.push(Edit { place, parts });
        }
    }

    fn wrap(&mut self, range: TextRange, before: &str, after: &str) {
        let mut parts = vec![Part::Text(before.to_string()), Part::Source(range)];
        if !after.is_empty() {
            parts.push(Part::Text(after.to_string()));
        }
        let place = self.place(range);
        let edit = Edit { place, parts };
        if !self.edits.contains(&edit) {
            self.edits.push(edit);
        }
    }

    pub(crate) fn refuse(&mut self, range: TextRange, reason: &str) {
        self.unwritable.push(Unwritable {
            range,
            reason: reason.to_string(),
        });
    }

    fn async_def(&mut self, name: TextRange) {
        match def_keyword(self.tree, name) {
            Some(keyword) => self.replace(keyword, vec![Part::Text("async def".to_string())]),
            None => self.refuse(name, "the `def` of the function was not found"),
        }
    }

    fn awaited(&mut self, range: TextRange) {
        let Some((id, _)) = self.tree.expression(range) else {
            self.refuse(range, "there is no expression at the place to be awaited");
            return;
        };
        if needs_parentheses(self.tree, id, range) {
            self.wrap(range, "(await ", ")");
        } else {
            self.wrap(range, "await ", "");
        }
    }

    /// `report(day)` becomes `green_wait(report(day))`.
    fn bridge(&mut self, call: TextRange) {
        let place = self.place(call);
        let parts = bridge_parts(vec![Part::Source(call)]);
        self.edits.push(Edit { place, parts });
    }

    /// `handler()` becomes `await settled(handler())`.
    fn settled(&mut self, call: TextRange) {
        let Some((id, _)) = self.tree.expression(call) else {
            self.refuse(call, "there is no expression at the place to be awaited");
            return;
        };
        let (before, after) = match needs_parentheses(self.tree, id, call) {
            true => ("(await ", "))"),
            false => ("await ", ")"),
        };
        let place = self.place(call);
        self.edits.push(Edit {
            place,
            parts: vec![
                Part::Text(before.to_string()),
                Part::Helper("settled"),
                Part::Text("(".to_string()),
                Part::Source(call),
                Part::Text(after.to_string()),
            ],
        });
    }

    /// `items` becomes `iterate(items)`.
    fn iterable(&mut self, iterated: TextRange) {
        let place = self.place(iterated);
        self.edits.push(Edit {
            place,
            parts: vec![
                Part::Helper("iterate"),
                Part::Text("(".to_string()),
                Part::Source(iterated),
                Part::Text(")".to_string()),
            ],
        });
    }

    /// `zip(items(), names)` becomes `azip(items(), names)`.
    fn lazy(&mut self, call: TextRange) {
        let function = self.tree.expression(call).and_then(|(_, node)| match node {
            AnyNodeRef::ExprCall(call) => match &*call.func {
                Expr::Name(name) => Some((call.func.range(), name.id.as_str())),
                Expr::Attribute(attribute) => Some((call.func.range(), attribute.attr.as_str())),
                _ => None,
            },
            _ => None,
        });
        let Some((function, name)) = function else {
            self.refuse(call, "there is no call of `zip` or the like at the place");
            return;
        };
        let name = match name {
            "zip" => "azip",
            "map" => "amap",
            "filter" => "afilter",
            "islice" => "aislice",
            "chain" => "achain",
            _ => "aenumerate",
        };
        self.replace(function, vec![Part::Helper(name)]);
    }

    fn async_for(&mut self, iterated: TextRange) {
        let holder = self.tree.at(iterated).iter().find_map(|id| {
            self.tree.ancestors(*id).find_map(|(_, node)| match node {
                AnyNodeRef::StmtFor(node) if node.iter.range() == iterated => {
                    Some((node.start(), node.is_async))
                }
                AnyNodeRef::Comprehension(node) if node.iter.range() == iterated => {
                    Some((node.range.start(), node.is_async))
                }
                _ => None,
            })
        });
        match holder {
            Some((_, true)) => {}
            Some((start, false)) => self.replace(
                TextRange::at(start, TextSize::new(3)),
                vec![Part::Text("async for".to_string())],
            ),
            None => self.refuse(iterated, "the expression is not iterated by a `for`"),
        }
    }

    /// `yield from operand` as a statement. An async generator has no `yield from`.
    fn delegation(&mut self, operand: TextRange, suspends: bool) {
        let statement = self.tree.at(operand).iter().find_map(|id| {
            let above: Vec<_> = self.tree.ancestors(*id).take(2).collect();
            match above.as_slice() {
                [
                    (_, AnyNodeRef::ExprYieldFrom(delegation)),
                    (_, AnyNodeRef::StmtExpr(statement)),
                ] if delegation.value.range() == operand => Some(statement.range),
                _ => None,
            }
        });
        let Some(statement) = statement else {
            self.refuse(
                operand,
                "the value of `yield from` is used, which an async generator cannot express",
            );
            return;
        };
        let indentation = self.tree.indentation_at(statement.start());
        let unit = self.tree.indent_unit();
        let item = self.free_name(statement);
        let keyword = if suspends { "async for" } else { "for" };
        self.replace(
            statement,
            vec![
                Part::Text(format!("{keyword} {item} in ")),
                Part::Source(operand),
                Part::Text(format!(":\n{indentation}{unit}yield {item}")),
            ],
        );
    }

    /// The other `yield from`s of a function that becomes an async generator.
    fn plain_delegations(&mut self, function: TextRange, name: TextRange) {
        let mut operands = Vec::new();
        for (id, node) in self.tree.nodes() {
            if let AnyNodeRef::ExprYieldFrom(delegation) = node
                && function.contains_range(delegation.range)
            {
                let owner = self
                    .tree
                    .ancestors(id)
                    .find_map(|(_, above)| match above {
                        AnyNodeRef::StmtFunctionDef(owner) => Some(Some(owner.name.range())),
                        AnyNodeRef::ExprLambda(_) => Some(None),
                        _ => None,
                    })
                    .flatten();
                if owner == Some(name) {
                    operands.push(delegation.value.range());
                }
            }
        }
        for operand in operands {
            let handled = self.edits.iter().any(|edit| {
                matches!(edit.parts.get(1), Some(Part::Source(range)) if *range == operand)
                    && edit.parts.len() == 3
            });
            if !handled {
                self.delegation(operand, false);
            }
        }
    }

    /// A name for a loop variable that the function around the place does not use.
    fn free_name(&self, place: TextRange) -> &'static str {
        let used: FxHashSet<&str> = self
            .tree
            .nodes()
            .filter_map(|(_, node)| match node {
                AnyNodeRef::ExprName(name) => Some(name.id.as_str()),
                AnyNodeRef::Parameter(parameter) => Some(parameter.name.as_str()),
                _ => None,
            })
            .collect();
        let text = self.tree.slice(place);
        ["item", "element", "each", "yielded"]
            .into_iter()
            .find(|name| !used.contains(name) && !text.contains(name))
            .unwrap_or("_item")
    }

    /// `list(g())` becomes `[item async for item in g()]`.
    fn collect(&mut self, argument: TextRange) {
        let call = self.tree.at(argument).iter().find_map(|id| {
            self.tree.ancestors(*id).find_map(|(_, node)| match node {
                AnyNodeRef::ExprCall(call) => Some(call),
                _ => None,
            })
        });
        let item = self.free_name(argument);
        let head = format!("[{item} async for {item} in ");
        if let Some(call) = call
            && matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "list")
            && call.arguments.keywords.is_empty()
            && let [only] = &*call.arguments.args
            && only.range() == argument
        {
            let place = self.place(call.range());
            self.edits.push(Edit {
                place,
                parts: vec![
                    Part::Text(head),
                    Part::Source(argument),
                    Part::Text("]".to_string()),
                ],
            });
        } else {
            self.wrap(argument, &head, "]");
        }
    }

    fn list_comprehension(&mut self, generator: TextRange) {
        let parenthesized =
            self.tree
                .at(generator)
                .iter()
                .find_map(|id| match self.tree.node(*id)? {
                    AnyNodeRef::ExprGenerator(node) => Some(node.parenthesized),
                    _ => None,
                });
        match parenthesized {
            Some(true) if generator.len() >= TextSize::new(2) => {
                let one = TextSize::new(1);
                let inner = TextRange::new(generator.start() + one, generator.end() - one);
                self.replace(
                    generator,
                    vec![
                        Part::Text("[".to_string()),
                        Part::Source(inner),
                        Part::Text("]".to_string()),
                    ],
                );
            }
            Some(_) => self.wrap(generator, "[", "]"),
            None => self.refuse(generator, "there is no generator expression at the place"),
        }
    }

    /// `with` statements of which some items become asynchronous.
    fn with_statements(&mut self, awaits: &[&Await]) {
        let asynchronous: FxHashSet<TextRange> = awaits
            .iter()
            .filter(|awaited| awaited.form == AwaitForm::AsyncWith)
            .map(|awaited| awaited.place.range)
            .collect();
        if asynchronous.is_empty() {
            return;
        }
        let mut seen = FxHashSet::default();
        let statements: Vec<&ast::StmtWith> = self
            .tree
            .nodes()
            .filter_map(|(_, node)| match node {
                AnyNodeRef::StmtWith(node) => Some(node),
                _ => None,
            })
            .collect();
        for statement in statements {
            let marks: Vec<bool> = statement
                .items
                .iter()
                .map(|item| asynchronous.contains(&item.context_expr.range()))
                .collect();
            seen.extend(statement.items.iter().map(|item| item.context_expr.range()));
            if statement.is_async || !marks.contains(&true) {
                continue;
            }
            if marks.iter().all(|mark| *mark) {
                self.replace(
                    TextRange::at(statement.range.start(), TextSize::new(4)),
                    vec![Part::Text("async with".to_string())],
                );
            } else {
                self.split_with(statement, &marks);
            }
        }
        for range in asynchronous {
            if !seen.contains(&range) {
                self.refuse(range, "the expression is not an item of a `with` statement");
            }
        }
    }

    /// `with a, lock:` becomes `with a:` around `async with lock:`.
    fn split_with(&mut self, statement: &ast::StmtWith, marks: &[bool]) {
        let (Some(first), Some(last), Some(first_item), Some(last_item)) = (
            statement.body.first(),
            statement.body.last(),
            statement.items.first(),
            statement.items.last(),
        ) else {
            return;
        };
        let colon = self
            .tree
            .slice(TextRange::new(last_item.end(), first.start()))
            .find(':');
        let Some(colon) = colon.and_then(|found| TextSize::try_from(found).ok()) else {
            self.refuse(statement.range, "the `with` statement has no body");
            return;
        };
        let after_colon = last_item.end() + colon + TextSize::new(1);
        if self.tree.line_start(first.start()) <= after_colon {
            self.refuse(
                statement.range,
                "a `with` statement of one line cannot be split into a sync and an async one",
            );
            return;
        }
        let comments = self
            .tree
            .slice(TextRange::new(first_item.start(), last_item.end()))
            .contains('#');
        if comments {
            self.refuse(
                statement.range,
                "the items of the `with` statement have comments between them, and must be split by hand",
            );
            return;
        }
        let indentation = self.tree.indentation_at(statement.range.start());
        let unit = self.tree.indent_unit();
        let mut parts: Vec<Part> = Vec::new();
        let mut levels: usize = 0;
        for (index, (item, mark)) in statement.items.iter().zip(marks).enumerate() {
            if index > 0 && marks.get(index - 1) == Some(mark) {
                parts.push(Part::Text(", ".to_string()));
            } else {
                if index > 0 {
                    levels += 1;
                    parts.push(Part::Text(format!(
                        ":\n{indentation}{}",
                        unit.repeat(levels)
                    )));
                }
                let keyword = if *mark { "async with " } else { "with " };
                parts.push(Part::Text(keyword.to_string()));
            }
            parts.push(Part::Source(item.range()));
        }
        parts.push(Part::Text(":".to_string()));
        parts.push(Part::Indented {
            range: TextRange::new(after_colon, last.end()),
            levels: i8::try_from(levels).unwrap_or(i8::MAX),
        });
        self.replace(statement.range, parts);
    }
}

/// `await` binds tighter than everything but attribute access, subscription and calls.
pub(crate) fn needs_parentheses(tree: &Tree<'_>, id: NodeId, range: TextRange) -> bool {
    let Some((_, parent)) = tree.parent(id) else {
        return false;
    };
    // A range that starts behind its parent's is parenthesized already: `(f()).x`.
    let leads = parent.start() == range.start();
    match parent {
        AnyNodeRef::ExprAttribute(parent) => leads && parent.value.range() == range,
        AnyNodeRef::ExprSubscript(parent) => leads && parent.value.range() == range,
        AnyNodeRef::ExprCall(parent) => leads && parent.func.range() == range,
        AnyNodeRef::ExprAwait(parent) => {
            let between = tree.slice(TextRange::new(parent.start(), range.start()));
            !between.contains('(')
        }
        _ => false,
    }
}
