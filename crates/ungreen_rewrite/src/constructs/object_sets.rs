//! Objects that must be replaced together.

use rustc_hash::FxHashMap;
use ungreen_callgraph::AllocId;
use ungreen_catalog::catalog;

/// The class is `base`, or derives from it.
pub(super) fn derives_from(class: &str, base: &str) -> bool {
    class == base
        || catalog()
            .entry(class)
            .is_some_and(|entry| entry.bases.iter().any(|above| derives_from(above, base)))
}

/// What stands for a set of objects that must be replaced together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Node {
    Object(AllocId),
    /// Any object of the class.
    Class(&'static str),
}

#[derive(Default)]
pub(super) struct Sets {
    pub(super) parents: FxHashMap<Node, Node>,
}

impl Sets {
    pub(super) fn root(&mut self, node: Node) -> Node {
        let parent = *self.parents.entry(node).or_insert(node);
        if parent == node {
            return node;
        }
        let root = self.root(parent);
        self.parents.insert(node, root);
        root
    }

    pub(super) fn join(&mut self, nodes: &[Node]) {
        let Some(first) = nodes.first() else { return };
        for node in nodes {
            let (a, b) = (self.root(*first), self.root(*node));
            self.parents.insert(a.max(b), a.min(b));
        }
    }
}
