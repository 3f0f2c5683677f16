//! One file's tree with a way up: parents, statements, blocks and indentation.

use std::cmp::{Ordering, Reverse};

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{self as ast, AnyNodeRef, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// Index of a node in a [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

/// Every node of one file, outer nodes first, with its parent.
#[derive(Clone)]
pub struct Tree<'a> {
    pub source: &'a str,
    pub module: &'a ast::ModModule,
    nodes: Vec<(AnyNodeRef<'a>, Option<NodeId>)>,
    /// By [`key`] of the range, outer nodes first where ranges are the same.
    by_range: Vec<NodeId>,
    /// String literals that go over several lines, in source order.
    multiline_strings: Vec<TextRange>,
    indent_unit: &'a str,
}

impl<'a> Tree<'a> {
    #[must_use]
    pub fn new(source: &'a str, module: &'a ast::ModModule) -> Self {
        let mut walk = Walk {
            source,
            nodes: Vec::new(),
            open: Vec::new(),
            multiline_strings: Vec::new(),
        };
        walk.visit_body(&module.body);
        let Walk {
            nodes,
            multiline_strings,
            ..
        } = walk;
        let mut by_range: Vec<NodeId> = (0..u32::try_from(nodes.len()).unwrap_or(u32::MAX))
            .map(NodeId)
            .collect();
        let key_of = |id: &NodeId| nodes.get(id.0 as usize).map(|(node, _)| key(node.range()));
        if !by_range.is_sorted_by_key(key_of) {
            by_range.sort_by_key(key_of);
        }
        let indent_unit = indent_unit(source, &nodes);
        Self {
            source,
            module,
            nodes,
            by_range,
            multiline_strings,
            indent_unit,
        }
    }

    /// All nodes, outer before inner, in source order.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, AnyNodeRef<'a>)> + '_ {
        self.nodes
            .iter()
            .enumerate()
            .map(|(index, (node, _))| (NodeId(u32::try_from(index).unwrap_or(u32::MAX)), *node))
    }

    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<AnyNodeRef<'a>> {
        self.nodes.get(id.0 as usize).map(|(node, _)| *node)
    }

    /// The nodes with exactly this range, outermost first.
    #[must_use]
    pub fn at(&self, range: TextRange) -> &[NodeId] {
        let compare = |id: &NodeId| {
            let node = self.nodes.get(id.0 as usize);
            node.map_or(Ordering::Greater, |(node, _)| {
                key(node.range()).cmp(&key(range))
            })
        };
        let start = self.by_range.partition_point(|id| compare(id).is_lt());
        let rest = self.by_range.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|id| compare(id).is_eq()).count();
        rest.get(..length).unwrap_or_default()
    }

    /// The expression with exactly this range.
    #[must_use]
    pub fn expression(&self, range: TextRange) -> Option<(NodeId, AnyNodeRef<'a>)> {
        self.at(range).iter().find_map(|id| {
            let node = self.node(*id)?;
            node.is_expression().then_some((*id, node))
        })
    }

    /// The call expression with exactly this range.
    #[must_use]
    pub fn call(&self, range: TextRange) -> Option<&'a ast::ExprCall> {
        self.at(range).iter().find_map(|id| match self.node(*id)? {
            AnyNodeRef::ExprCall(call) => Some(call),
            _ => None,
        })
    }

    /// The `def` whose name has exactly this range.
    #[must_use]
    pub fn function(&self, name: TextRange) -> Option<&'a ast::StmtFunctionDef> {
        self.nodes().find_map(|(_, node)| match node {
            AnyNodeRef::StmtFunctionDef(function) if function.name.range() == name => {
                Some(function)
            }
            _ => None,
        })
    }

    /// The statement with exactly this range.
    #[must_use]
    pub fn statement(&self, range: TextRange) -> Option<(NodeId, AnyNodeRef<'a>)> {
        self.at(range).iter().find_map(|id| {
            let node = self.node(*id)?;
            node.is_statement().then_some((*id, node))
        })
    }

    #[must_use]
    pub fn parent(&self, id: NodeId) -> Option<(NodeId, AnyNodeRef<'a>)> {
        let parent = self.nodes.get(id.0 as usize)?.1?;
        Some((parent, self.node(parent)?))
    }

    /// The node's ancestors, the nearest first; the node itself is not among them.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = (NodeId, AnyNodeRef<'a>)> + '_ {
        std::iter::successors(self.parent(id), |(above, _)| self.parent(*above))
    }

    /// The statement that the node is part of, or is.
    #[must_use]
    pub fn enclosing_statement(&self, id: NodeId) -> Option<(NodeId, AnyNodeRef<'a>)> {
        let own = self.node(id).map(|node| (id, node));
        own.into_iter()
            .chain(self.ancestors(id))
            .find(|(_, node)| node.is_statement())
    }

    /// The block (list of statements) in which the statement stands, with its position there.
    #[must_use]
    pub fn block_of(&self, statement: NodeId) -> Option<(&'a [Stmt], usize)> {
        let range = self.node(statement)?.range();
        let blocks: Vec<&'a [Stmt]> = match self.parent(statement) {
            None => vec![&self.module.body],
            Some((_, parent)) => blocks_of(parent),
        };
        blocks.into_iter().find_map(|block| {
            let position = block
                .iter()
                .position(|statement| statement.range() == range)?;
            Some((block, position))
        })
    }

    /// The statement stands directly in the module, not in any other statement.
    #[must_use]
    pub fn is_top_level(&self, statement: NodeId) -> bool {
        self.ancestors(statement)
            .all(|(_, node)| !node.is_statement())
    }

    /// The innermost statement directly in the module's body that contains `range`.
    #[must_use]
    pub fn top_level_statement(&self, range: TextRange) -> Option<&'a Stmt> {
        self.module
            .body
            .iter()
            .find(|statement| statement.range().contains_range(range))
    }

    /// White space before the first character of the line of `offset`.
    #[must_use]
    pub fn indentation_at(&self, offset: TextSize) -> &'a str {
        let start = self.line_start(offset);
        let line = self.slice(TextRange::new(start, self.source_end()));
        let width = line.len() - line.trim_start_matches([' ', '\t', '\x0c']).len();
        line.get(..width).unwrap_or_default()
    }

    /// One level of indentation as this file writes it.
    #[must_use]
    pub fn indent_unit(&self) -> &'a str {
        self.indent_unit
    }

    #[must_use]
    pub fn line_start(&self, offset: TextSize) -> TextSize {
        let before = self.slice(TextRange::up_to(offset));
        let start = before.rfind(['\n', '\r']).map_or(0, |found| found + 1);
        TextSize::try_from(start).unwrap_or_default()
    }

    /// End of the line of `offset`, before its line break.
    #[must_use]
    pub fn line_end(&self, offset: TextSize) -> TextSize {
        let rest = self.slice(TextRange::new(offset, self.source_end()));
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        offset + TextSize::try_from(length).unwrap_or_default()
    }

    #[must_use]
    pub fn source_end(&self) -> TextSize {
        TextSize::try_from(self.source.len()).unwrap_or_default()
    }

    /// The text of the range; empty if the range is not within the file.
    #[must_use]
    pub fn slice(&self, range: TextRange) -> &'a str {
        self.source.get(range.to_std_range()).unwrap_or_default()
    }

    /// A line break at `offset` belongs to the content of a string.
    #[must_use]
    pub fn is_in_string(&self, offset: TextSize) -> bool {
        let after = self
            .multiline_strings
            .partition_point(|range| range.start() <= offset);
        self.multiline_strings[..after]
            .iter()
            .rev()
            .take(8)
            .any(|range| range.contains(offset))
    }
}

/// The blocks directly in a compound statement (or clause).
fn blocks_of(node: AnyNodeRef<'_>) -> Vec<&[Stmt]> {
    match node {
        AnyNodeRef::ModModule(node) => vec![&node.body],
        AnyNodeRef::StmtFunctionDef(node) => vec![&node.body],
        AnyNodeRef::StmtClassDef(node) => vec![&node.body],
        AnyNodeRef::StmtFor(node) => vec![&node.body, &node.orelse],
        AnyNodeRef::StmtWhile(node) => vec![&node.body, &node.orelse],
        AnyNodeRef::StmtIf(node) => {
            let mut blocks: Vec<&[Stmt]> = vec![&node.body];
            blocks.extend(node.elif_else_clauses.iter().map(|clause| &*clause.body));
            blocks
        }
        AnyNodeRef::ElifElseClause(node) => vec![&node.body],
        AnyNodeRef::StmtWith(node) => vec![&node.body],
        AnyNodeRef::MatchCase(node) => vec![&node.body],
        AnyNodeRef::StmtTry(node) => vec![&node.body, &node.orelse, &node.finalbody],
        AnyNodeRef::ExceptHandlerExceptHandler(node) => vec![&node.body],
        _ => Vec::new(),
    }
}

/// The narrowest indentation that one block adds to another in this file; four spaces if there is none.
fn indent_unit<'a>(source: &'a str, nodes: &[(AnyNodeRef<'a>, Option<NodeId>)]) -> &'a str {
    let column = |offset: TextSize| {
        let before = source.get(..offset.to_usize()).unwrap_or_default();
        let line = before.rfind(['\n', '\r']).map_or(0, |found| found + 1);
        before.get(line..).unwrap_or_default()
    };
    for (node, _) in nodes {
        for block in blocks_of(*node) {
            let Some(first) = block.first() else { continue };
            let (outer, inner) = (column(node.start()), column(first.start()));
            if inner
                .chars()
                .all(|character| character == ' ' || character == '\t')
                && let Some(unit) = inner.strip_prefix(outer)
                && !unit.is_empty()
            {
                return unit;
            }
        }
    }
    "    "
}

/// Where nodes stand in the source: by it, the nodes of most trees are in order as they are visited.
fn key(range: TextRange) -> (TextSize, Reverse<TextSize>) {
    (range.start(), Reverse(range.end()))
}

struct Walk<'a> {
    source: &'a str,
    nodes: Vec<(AnyNodeRef<'a>, Option<NodeId>)>,
    open: Vec<NodeId>,
    multiline_strings: Vec<TextRange>,
}

impl<'a> SourceOrderVisitor<'a> for Walk<'a> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        if matches!(
            node,
            AnyNodeRef::StringLiteral(_)
                | AnyNodeRef::BytesLiteral(_)
                | AnyNodeRef::FString(_)
                | AnyNodeRef::TString(_)
        ) && self
            .source
            .get(node.range().to_std_range())
            .is_some_and(|text| text.contains(['\n', '\r']))
        {
            self.multiline_strings.push(node.range());
        }
        self.nodes.push((node, self.open.last().copied()));
        self.open.push(id);
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, _node: AnyNodeRef<'a>) {
        self.open.pop();
    }
}
