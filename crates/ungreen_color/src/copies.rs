//! Functions that stay, with an asynchronous copy beside them (policy `copy`): coroutines call the copy, and sync code the function.
//!
//! ```python
//! def save(state):                # stays, for `atexit.register(close)`
//!     time.sleep(1)
//! async def async_save(state):    # what a coroutine awaits
//!     await asyncio.sleep(1)
//! ```

use rustc_hash::FxHashSet;
use ungreen_callgraph::{FuncId, Function, FunctionKind, Place, Program};

use crate::coloring::{Coloring, direct_targets};
use crate::families::Families;
use crate::{Copied, Input, Pin, PinKind};

/// The functions with the policy, and those that they call: the function must not meet a coroutine.
#[derive(Debug, Default)]
pub(crate) struct Copies {
    functions: FxHashSet<FuncId>,
}

impl Copies {
    pub(crate) fn new(input: &Input<'_>, families: &Families) -> Self {
        let program = input.program;
        let mut copies = Self::default();
        let mut pending = input.policies.copied.clone();
        while let Some(function) = pending.pop() {
            let facts = &program.functions[function.0 as usize];
            let is_kept = facts.is_async
                || facts.kind != FunctionKind::Def
                || input.policies.sync.contains(&function);
            if is_kept || !copies.functions.insert(function) {
                continue;
            }
            pending.extend(families.of(function));
            let inside = |caller| caller == function || is_within(program, caller, function);
            for site in program.calls.iter().filter(|site| inside(site.caller)) {
                pending.extend(direct_targets(site));
            }
        }
        // What is defined in a function that is copied is copied with it.
        let nested: Vec<FuncId> = (copies.functions.iter().copied())
            .filter(|inner| {
                let mut outer = copies.functions.iter();
                outer.any(|outer| is_within(program, *inner, *outer))
            })
            .collect();
        for function in nested {
            copies.functions.remove(&function);
        }
        copies
    }

    pub(crate) fn contains(&self, function: FuncId) -> bool {
        self.functions.contains(&function)
    }
}

/// `inner` is defined somewhere in `outer`.
fn is_within(program: &Program, inner: FuncId, outer: FuncId) -> bool {
    let parent = |function: FuncId| program.functions[function.0 as usize].parent;
    std::iter::successors(parent(inner), |function| parent(*function))
        .any(|function| function == outer)
}

/// `save` gives `async_save`, `_save` gives `_async_save`.
fn name_of_copy(name: &str) -> String {
    let bare = name.trim_start_matches('_');
    let underscores = &name[..name.len() - bare.len()];
    format!("{underscores}async_{bare}")
}

impl Coloring<'_> {
    /// Why a function cannot have a copy.
    pub(crate) fn uncopyable(&self, function: FuncId) -> Option<Pin> {
        let program = self.input.program;
        let facts = &program.functions[function.0 as usize];
        let name = name_of_copy(&facts.name);
        let pin = |detail: String| {
            Some(Pin {
                kind: PinKind::Copy,
                place: Place {
                    file: facts.file,
                    range: facts.name_range,
                },
                detail,
            })
        };
        let same_scope = |other: &&Function| {
            other.file == facts.file && other.parent == facts.parent && other.name == name
        };
        if let Some(other) = program.functions.iter().find(same_scope) {
            let taken = pin(format!("the name of its copy, `{name}`, is taken"));
            return if other.is_async {
                taken.map(|pin| Pin {
                    kind: PinKind::Copied,
                    detail: format!("`{name}` is its copy already"),
                    ..pin
                })
            } else {
                taken
            };
        }
        let is_known = |text: &str| matches!(text, "staticmethod" | "classmethod");
        if let Some(decorator) = (facts.decorators.iter()).find(|used| !is_known(&used.text)) {
            return pin(format!(
                "what the decorator `{}` makes of a copy is not known",
                decorator.text
            ));
        }
        if facts.name.starts_with("__") {
            return pin("Python calls it by its name".to_string());
        }
        if facts.is_generator {
            return pin("no copies are made of generators".to_string());
        }
        let in_function =
            |place: Place| place.file == facts.file && facts.range.contains_range(place.range);
        for index in 0..self.active.len() {
            let proposal = self.proposal(index);
            if !self.active[index] || !in_function(proposal.place) {
                continue;
            }
            let members = proposal.group.and_then(|group| self.groups.get(&group.0));
            let is_shared = members.is_some_and(|members| {
                (members.iter()).any(|member| !self.is_copied_place(self.proposal(*member).place))
            });
            if is_shared || proposal.edits.iter().any(|edit| !in_function(edit.place)) {
                return pin(format!(
                    "it would share with its copy what `{}` becomes",
                    proposal.entry.unwrap_or(proposal.construct)
                ));
            }
        }
        None
    }

    /// What cannot be a coroutine goes on with the function of which there is a copy.
    pub(crate) fn stays_beside_copy(&self, copied: FuncId, other: FuncId) -> bool {
        self.copies.contains(copied) && self.refused.contains_key(&other)
    }

    fn is_copied_place(&self, place: Place) -> bool {
        self.copies.functions.iter().any(|function| {
            let facts = &self.input.program.functions[function.0 as usize];
            facts.file == place.file && facts.range.contains_range(place.range)
        })
    }

    /// The rewrite at the place is written in a copy, and the function keeps what stood there.
    pub(crate) fn is_kept_beside_copy(&self, place: Place) -> bool {
        self.copies.functions.iter().any(|function| {
            let facts = &self.input.program.functions[function.0 as usize];
            self.colored[function.0 as usize]
                && facts.file == place.file
                && facts.range.contains_range(place.range)
        })
    }

    pub(crate) fn planned_copies(&self) -> Vec<Copied> {
        let mut functions: Vec<FuncId> = (self.copies.functions.iter().copied())
            .filter(|function| self.colored[function.0 as usize])
            .collect();
        functions.sort_unstable();
        functions
            .into_iter()
            .map(|function| Copied {
                function,
                name: name_of_copy(&self.input.program.functions[function.0 as usize].name),
            })
            .collect()
    }
}
