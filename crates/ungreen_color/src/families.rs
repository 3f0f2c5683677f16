//! Functions that must share one color.

use ungreen_callgraph::{CallKind, EdgeKind, FileId, FuncId, Program, Target};

/// Special methods that have an asynchronous form, or are called like ordinary ones.
const COLORABLE_DUNDERS: &[&str] = &[
    "__call__",
    "__enter__",
    "__exit__",
    "__iter__",
    "__next__",
    "__aenter__",
    "__aexit__",
    "__aiter__",
    "__anext__",
];

/// Can functions like it share its color? `__init__` and the like never become coroutines, so that one that suspends says nothing of another.
fn shares_color(name: &str) -> bool {
    !(name.len() > 4 && name.starts_with("__") && name.ends_with("__"))
        || COLORABLE_DUNDERS.contains(&name)
}

/// Disjoint sets of functions: methods that override one another and functions that meet at one call site.
pub(crate) struct Families {
    members: Vec<Vec<FuncId>>,
    family: Vec<u32>,
}

impl Families {
    pub(crate) fn new(program: &Program) -> Self {
        Self::without(program, |_| false)
    }

    /// Families that come about without the files that `left_out` names.
    pub(crate) fn without(program: &Program, left_out: impl Fn(FileId) -> bool) -> Self {
        let is_left_out = |function: FuncId| left_out(program.functions[function.0 as usize].file);
        let mut sets = DisjointSets::new(program.functions.len());
        for (index, function) in program.functions.iter().enumerate() {
            if !shares_color(&function.name) || left_out(function.file) {
                continue;
            }
            for base in function.overrides.iter().chain(&function.declarations) {
                if !is_left_out(*base) {
                    sets.union(index, base.0 as usize);
                }
            }
        }
        for call in &program.calls {
            // Nothing can be awaited where an attribute is read or an operator runs: properties that meet there say nothing of one another.
            if left_out(call.file) || call.kind == CallKind::Implicit {
                continue;
            }
            let mut first = None;
            for edge in &call.edges {
                // `map(f, xs)` and `f(x)` at one site are different calls.
                let (EdgeKind::Call, Target::Function(function), None) =
                    (edge.kind, &edge.target, edge.argument)
                else {
                    continue;
                };
                // What a computed name finds is awaited only if need be.
                if edge.is_by_name || is_left_out(*function) {
                    continue;
                }
                let facts = &program.functions[function.0 as usize];
                // `def __iter__(self): return self` gives the iterator, and runs nothing.
                if !shares_color(&facts.name) || facts.name == "__iter__" && !facts.is_generator {
                    continue;
                }
                match first {
                    None => first = Some(function.0 as usize),
                    Some(first) => sets.union(first, function.0 as usize),
                }
            }
        }
        sets.finish()
    }

    /// All functions of the family of `function`, itself included, in order of their ids.
    pub(crate) fn of(&self, function: FuncId) -> &[FuncId] {
        &self.members[self.family[function.0 as usize] as usize]
    }
}

struct DisjointSets {
    parent: Vec<usize>,
}

impl DisjointSets {
    fn new(len: usize) -> Self {
        Self {
            parent: (0..len).collect(),
        }
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.parent[node] != node {
            self.parent[node] = self.parent[self.parent[node]];
            node = self.parent[node];
        }
        node
    }

    fn union(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        // The smallest id is the root, so that the result does not depend on the order of unions.
        self.parent[left.max(right)] = left.min(right);
    }

    fn finish(mut self) -> Families {
        let len = self.parent.len();
        let mut family_of_root = vec![u32::MAX; len];
        let mut family = Vec::with_capacity(len);
        let mut members: Vec<Vec<FuncId>> = Vec::new();
        for node in 0..len {
            let root = self.root(node);
            if family_of_root[root] == u32::MAX {
                family_of_root[root] = u32::try_from(members.len()).unwrap_or(u32::MAX);
                members.push(Vec::new());
            }
            let index = family_of_root[root];
            family.push(index);
            members[index as usize].push(FuncId(u32::try_from(node).unwrap_or(u32::MAX)));
        }
        Families { members, family }
    }
}
