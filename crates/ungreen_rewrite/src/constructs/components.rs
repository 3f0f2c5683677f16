//! Objects that may meet in one variable.

use rustc_hash::FxHashMap;
use ungreen_callgraph::{AllocId, Allocation, Place};

use super::context::Context;

/// Allocations that share a use: they are replaced by one kind of thing or not at all.
pub(super) struct Component<'a> {
    pub(super) members: Vec<(AllocId, &'a Allocation)>,
}

/// The components of all unclaimed objects of `class` (with those that they meet), in the order of the program.
pub(super) fn components_of<'a>(context: &Context<'a>, class: &str) -> Vec<Component<'a>> {
    let program = context.program;
    let count = program.allocations.len();
    let mut parents: Vec<usize> = (0..count).collect();
    fn root(parents: &mut [usize], mut index: usize) -> usize {
        while parents[index] != index {
            parents[index] = parents[parents[index]];
            index = parents[index];
        }
        index
    }
    let mut users: FxHashMap<Place, usize> = FxHashMap::default();
    for (index, allocation) in program.allocations.iter().enumerate() {
        let places = allocation.uses.iter().map(|used| used.place);
        for place in places.chain([allocation.place]) {
            let other = *users.entry(place).or_insert(index);
            let (a, b) = (root(&mut parents, other), root(&mut parents, index));
            parents[a.max(b)] = a.min(b);
        }
    }
    let mut grouped: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for index in 0..count {
        let root = root(&mut parents, index);
        grouped.entry(root).or_default().push(index);
    }
    let mut components: Vec<Component<'a>> = grouped
        .into_values()
        .filter(|members| {
            members
                .iter()
                .any(|index| program.allocations[*index].class == class)
        })
        .map(|members| Component {
            members: members
                .into_iter()
                .map(|index| {
                    (
                        AllocId(u32::try_from(index).unwrap_or(u32::MAX)),
                        &program.allocations[index],
                    )
                })
                .collect(),
        })
        .filter(|component| {
            !component
                .members
                .iter()
                .any(|(id, _)| context.is_claimed_allocation(*id))
        })
        .collect();
    components.sort_by_key(|component| component.members.first().map(|(id, _)| *id));
    components
}

impl Component<'_> {
    /// Every object is of `class`, all its uses are seen, and nothing else can be in its place.
    pub(super) fn is_closed(&self, class: &str) -> bool {
        self.members.iter().all(|(_, allocation)| {
            allocation.class == class
                && allocation.escapes.is_empty()
                && allocation.uses.iter().all(|used| !used.mixed)
        })
    }
}
