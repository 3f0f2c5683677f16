//! How the edits of one file lie in one another, and which cannot be had together.

use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::FileId;
use ungreen_color::{Edit, Part, Proposal};

/// What two edits of one file are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Disjoint,
    /// The first lies in a part of the original that the second keeps.
    FirstInside,
    SecondInside,
    Conflict,
}

fn kept_ranges(edit: &Edit) -> impl Iterator<Item = TextRange> + '_ {
    edit.parts.iter().filter_map(|part| match part {
        Part::Source(range) | Part::Indented { range, .. } | Part::Taken(range) => Some(*range),
        Part::Text(_) | Part::Moved(_) | Part::Helper(_) | Part::Name { .. } => None,
    })
}

fn keeps(edit: &Edit, range: TextRange) -> bool {
    kept_ranges(edit).any(|kept| kept.contains_range(range))
}

fn relation(first: &Edit, second: &Edit) -> Relation {
    let (a, b) = (first.place.range, second.place.range);
    if a.end() <= b.start() || b.end() <= a.start() {
        return Relation::Disjoint;
    }
    // Of two edits of one range, the later is the outer.
    if b.contains_range(a) && keeps(second, a) {
        Relation::FirstInside
    } else if a.contains_range(b) && keeps(first, b) {
        Relation::SecondInside
    } else {
        Relation::Conflict
    }
}

/// Proposals that cannot be had together with earlier ones because their edits overlap, and the rest of their groups.
/// Indices into `proposals`, ascending.
///
/// Coloring must not see these as acceptable: call this before coloring.
#[must_use]
pub fn conflicts(proposals: &[Proposal]) -> Vec<usize> {
    let mut groups: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (index, proposal) in proposals.iter().enumerate() {
        if let Some(group) = proposal.group {
            groups.entry(group.0).or_default().push(index);
        }
    }
    let mut rejected: FxHashSet<usize> = FxHashSet::default();
    loop {
        let before = rejected.len();
        let mut accepted: FxHashMap<FileId, Vec<(usize, &Edit)>> = FxHashMap::default();
        for (index, proposal) in proposals.iter().enumerate() {
            if rejected.contains(&index) {
                continue;
            }
            let collides = proposal.edits.iter().any(|edit| {
                accepted.get(&edit.place.file).is_some_and(|others| {
                    others
                        .iter()
                        .any(|(_, other)| relation(other, edit) == Relation::Conflict)
                })
            });
            if collides {
                rejected.insert(index);
                if let Some(members) = proposal.group.and_then(|group| groups.get(&group.0)) {
                    rejected.extend(members);
                }
                continue;
            }
            for edit in &proposal.edits {
                accepted
                    .entry(edit.place.file)
                    .or_default()
                    .push((index, edit));
            }
        }
        if rejected.len() == before {
            break;
        }
    }
    let mut rejected: Vec<usize> = rejected.into_iter().collect();
    rejected.sort_unstable();
    rejected
}

/// The edits of one file, nested.
pub(crate) struct Forest<'a> {
    edits: Vec<&'a Edit>,
    children: Vec<Vec<usize>>,
    roots: Vec<usize>,
    /// Edits that overlap an earlier one without lying inside it or around it.
    pub(crate) conflicting: Vec<&'a Edit>,
}

impl<'a> Forest<'a> {
    /// `edits` in order of precedence: where two have the same range, the later is the outer.
    /// Edits of text that an outer edit drops are dropped with it.
    pub(crate) fn new(edits: impl IntoIterator<Item = &'a Edit>) -> Self {
        let mut placed: Vec<&'a Edit> = Vec::new();
        let mut conflicting = Vec::new();
        for edit in edits {
            let mut dropped = false;
            let mut collides = false;
            for other in &placed {
                if relation(other, edit) == Relation::Conflict {
                    if other.place.range.contains_range(edit.place.range) {
                        dropped = true;
                    } else {
                        collides = true;
                    }
                }
            }
            if collides {
                conflicting.push(edit);
            } else if !dropped {
                placed.push(edit);
            }
        }
        // Outer edits first; insertions at one place stay in their order.
        let mut order: Vec<usize> = (0..placed.len()).collect();
        order.sort_by_key(|index| {
            let range = placed[*index].place.range;
            let precedence = if range.is_empty() {
                *index
            } else {
                usize::MAX - *index
            };
            (range.start(), std::cmp::Reverse(range.end()), precedence)
        });
        let edits: Vec<&'a Edit> = order.iter().map(|index| placed[*index]).collect();
        // An insertion sorts behind what starts at its place, but is written before it.
        let mut children = vec![Vec::new(); edits.len()];
        let mut roots = Vec::new();
        for (index, edit) in edits.iter().enumerate() {
            let parent = (0..index).rev().find(|outer| {
                let range = edits[*outer].place.range;
                if edit.place.range.is_empty() {
                    range.start() < edit.place.range.start() && edit.place.range.end() < range.end()
                } else {
                    range.contains_range(edit.place.range)
                }
            });
            match parent {
                Some(parent) => children[parent].push(index),
                None => roots.push(index),
            }
        }
        let by_position = |index: &usize| {
            let range = edits[*index].place.range;
            (range.start(), !range.is_empty(), range.end())
        };
        roots.sort_by_key(by_position);
        for list in &mut children {
            list.sort_by_key(by_position);
        }
        Self {
            edits,
            children,
            roots,
            conflicting,
        }
    }

    pub(crate) fn roots(&self) -> &[usize] {
        &self.roots
    }

    pub(crate) fn children(&self, index: usize) -> &[usize] {
        &self.children[index]
    }

    pub(crate) fn edit(&self, index: usize) -> &'a Edit {
        self.edits[index]
    }

    /// The edit that keeps the range for another one.
    pub(crate) fn taker(&self, range: TextRange) -> Option<usize> {
        self.edits
            .iter()
            .position(|edit| edit.parts.contains(&Part::Taken(range)))
    }

    /// The original text of the range reaches the output.
    pub(crate) fn survives(&self, range: TextRange) -> bool {
        let is_copied = self.edits.iter().any(|edit| {
            kept_ranges(edit)
                .any(|kept| kept.contains_range(range) && !edit.place.range.contains_range(kept))
        });
        if is_copied {
            return true;
        }
        let mut level = &self.roots;
        loop {
            let Some(holder) = level.iter().copied().find(|index| {
                let own = self.edits[*index].place.range;
                !own.is_empty() && own.contains_range(range)
            }) else {
                return true;
            };
            if !keeps(self.edits[holder], range) {
                return false;
            }
            level = &self.children[holder];
        }
    }
}
