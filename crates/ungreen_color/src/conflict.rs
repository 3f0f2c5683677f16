//! What keeps a colored function from being a coroutine, and what follows from that.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;

use ungreen_callgraph::{CallKind, CallSite, FuncId, FunctionKind, Place, Target};
use ungreen_catalog::{Confidence, catalog};

use crate::advice::advice;
use crate::coloring::{Coloring, Refusal, direct_targets, reaches_by_name};
use crate::syntax::Syntax;
use crate::{Blocker, Pin, PinKind, RefusedBy};

/// A function that has to stay sync, and what keeps it so.
pub(crate) struct Refused {
    pub(crate) function: FuncId,
    pub(crate) blocker: usize,
    /// Another function that is the reason, if the blocker is not about this one.
    pub(crate) by: Option<RefusedBy>,
}

impl Coloring<'_> {
    /// Why a colored function cannot be a coroutine.
    pub(crate) fn conflict(&self, function: FuncId) -> Option<Pin> {
        let facts = &self.input.program.functions[function.0 as usize];
        let place = Place {
            file: facts.file,
            range: facts.name_range,
        };
        if self.refused.contains_key(&function) {
            return Some(Pin {
                kind: PinKind::Exported,
                place,
                detail: String::new(),
            });
        }
        match facts.kind {
            FunctionKind::Module => return None,
            FunctionKind::ClassBody => {
                return Some(Pin {
                    kind: PinKind::ClassBody,
                    place,
                    detail: "a class body runs when the module is imported".to_string(),
                });
            }
            FunctionKind::Lambda => {
                if !self.is_pass_through(function) && !self.can_be_named(function) {
                    return Some(Pin {
                        kind: PinKind::Lambda,
                        place: Place {
                            file: facts.file,
                            range: facts.range,
                        },
                        detail: "a lambda cannot contain `await`, and no function can be defined in front of this one"
                            .to_string(),
                    });
                }
            }
            FunctionKind::Def => {}
        }
        if self.copies.contains(function) {
            return self.uncopyable(function);
        }
        if self.input.policies.sync.contains(&function) {
            return Some(Pin {
                kind: PinKind::Policy,
                place,
                detail: "the configuration keeps it sync".to_string(),
            });
        }
        for index in self.keepers.get(&function).map_or(&[][..], Vec::as_slice) {
            let proposal = self.proposal(*index);
            // What is left to a person may need that nothing changes meanwhile.
            if (self.active[*index] || proposal.confidence == Confidence::Manual)
                && let Some((_, why)) = proposal
                    .needs
                    .stays_sync
                    .iter()
                    .find(|(kept, _)| *kept == function)
            {
                return Some(Pin {
                    kind: PinKind::Construct,
                    place: proposal.place,
                    detail: why.clone(),
                });
            }
        }
        if self.is_green_face(function) {
            return None;
        }
        if let Some(pin) = self.spawned_by_eventlet(function) {
            return Some(pin);
        }
        if self.input.plugins.contains(&function) {
            return Some(Pin {
                kind: PinKind::Exported,
                place,
                detail: "an entry point names it, and whoever loads that calls it".to_string(),
            });
        }
        if self.is_sync_entry(function) {
            return self.entered_in_loop(function);
        }
        if let Some(pin) = self.pins.of(function, &self.lifted) {
            return Some(pin.clone());
        }
        self.no_bridge(function)
            .or_else(|| self.lazy_caller(function))
            .or_else(|| self.unseen_caller(function))
            .or_else(|| self.unusable_generator(function))
    }

    /// An entry point that runs an event loop cannot be called where one runs already.
    fn entered_in_loop(&self, function: FuncId) -> Option<Pin> {
        let program = self.input.program;
        self.runners[function.0 as usize].iter().find_map(|call| {
            let site = &program.calls[call.0 as usize];
            let caller = &program.functions[site.caller.0 as usize];
            let runs_in_loop = caller.is_async
                || self.colored[site.caller.0 as usize]
                || self.loop_bound.contains(&site.caller);
            runs_in_loop.then(|| Pin {
                kind: PinKind::Exported,
                place: Place {
                    file: site.file,
                    range: site.range,
                },
                detail: format!(
                    "it is started from outside without an event loop, and `{}` calls it inside of one",
                    caller.qualname
                ),
            })
        })
    }

    /// `eventlet.spawn(function)` that stays as it is cannot run a coroutine function.
    fn spawned_by_eventlet(&self, function: FuncId) -> Option<Pin> {
        self.spawners.get(&function)?.iter().find_map(|call| {
            let site = &self.input.program.calls[call.0 as usize];
            let place = |range| Place {
                file: site.file,
                range,
            };
            let migrated = [site.range, site.callee].iter().any(|range| {
                self.rewritten.contains(&place(*range)) || self.handled.contains(&place(*range))
            });
            (!migrated).then(|| Pin {
                kind: PinKind::Construct,
                place: place(site.range),
                detail: "it is run by a call that stays on Eventlet".to_string(),
            })
        })
    }

    /// `consume(fetch(url) for url in urls)`: an `await` would make the generator expression asynchronous.
    fn lazy_caller(&self, function: FuncId) -> Option<Pin> {
        self.callers[function.0 as usize].iter().find_map(|call| {
            let site = &self.input.program.calls[call.0 as usize];
            if !self.suspends_caller(site, function) || self.calls_face(*call, function) {
                return None;
            }
            let syntax = self.syntax.get(site.file.0 as usize)?;
            let generator = syntax.in_generator_expression.get(&site.range)?;
            (!syntax.eager_generators.contains(generator)).then(|| Pin {
                kind: PinKind::Generator,
                place: Place { file: site.file, range: site.range },
                detail: "it is called in a generator expression whose consumer is not known to take all items at once".to_string(),
            })
        })
    }

    /// Every place that runs a suspending generator must be able to say `async for` or `async with`.
    fn unusable_generator(&self, function: FuncId) -> Option<Pin> {
        let facts = &self.input.program.functions[function.0 as usize];
        if !facts.is_generator && facts.name != "__next__" {
            return None;
        }
        for call in &self.callers[function.0 as usize] {
            let site = &self.input.program.calls[call.0 as usize];
            let place = Place {
                file: site.file,
                range: site.range,
            };
            let Some(syntax) = self.syntax.get(site.file.0 as usize) else {
                continue;
            };
            if self.handled.contains(&place) || self.calls_face(*call, function) {
                continue;
            }
            let usable = match site.kind {
                // `async with` cannot enter a file or a lock that comes the same way.
                CallKind::With => {
                    syntax.with_items.contains(&site.range)
                        && !(site.is_mixed && self.made_elsewhere(site, function))
                }
                CallKind::Iterate => {
                    syntax.can_be_asynchronous(site.range)
                        || self.is_taken_by_migrated(place, syntax)
                }
                CallKind::Call => {
                    let used_at_once = if self.context_managers.contains(&function) {
                        syntax.with_items.contains(&site.range)
                    } else {
                        syntax.can_be_asynchronous(site.range)
                            || self.is_taken_by_migrated(place, syntax)
                    };
                    used_at_once
                        || (self.stays_in_sight(site, syntax)
                            && self.is_iterated_elsewhere(function))
                }
                CallKind::Decorate | CallKind::Implicit => false,
            };
            if !usable {
                return Some(Pin {
                    kind: PinKind::Generator,
                    place,
                    detail: match site.kind {
                        CallKind::With => {
                            "the `with` may enter something else as well, which `async with` cannot"
                        }
                        _ => "the generator is used in a way that has no asynchronous form",
                    }
                    .to_string(),
                });
            }
        }
        None
    }

    /// `with opened():`, where `opened` returns what calling the function gives.
    fn made_elsewhere(&self, site: &CallSite, function: FuncId) -> bool {
        let program = self.input.program;
        let made = program.call_index.get(&Place {
            file: site.file,
            range: site.range,
        });
        !made.is_some_and(|call| {
            let call = &program.calls[call.0 as usize];
            call.edges
                .iter()
                .any(|edge| edge.target == Target::Function(function))
        })
    }

    /// `pool.imap(f, items())`: what Eventlet's function becomes takes asynchronous iterables as well.
    fn is_taken_by_migrated(&self, iterable: Place, syntax: &Syntax) -> bool {
        let program = self.input.program;
        let taker = syntax
            .arguments
            .get(&iterable.range)
            .map(|call| Place {
                range: *call,
                ..iterable
            })
            .and_then(|call| program.call_index.get(&call));
        taker.is_some_and(|taker| {
            let taker = &program.calls[taker.0 as usize];
            let is_migrated = [taker.range, taker.callee].iter().any(|range| {
                self.rewritten.contains(&Place {
                    range: *range,
                    ..iterable
                })
            });
            let mut direct = (taker.edges.iter())
                .filter(|edge| edge.argument.is_none())
                .peekable();
            is_migrated
                && direct.peek().is_some()
                && direct.all(|edge| match &edge.target {
                    Target::Entry { name, .. } => catalog()
                        .entry(name)
                        .is_some_and(|entry| entry.takes_async_iterables),
                    _ => false,
                })
        })
    }

    /// What the call gives goes where its iteration is seen: into a variable, a container, or a function of the program.
    fn stays_in_sight(&self, site: &CallSite, syntax: &Syntax) -> bool {
        if let Some(name) = syntax.assigned_names.get(&site.range) {
            return !syntax.driven_names.contains(name);
        }
        let Some(call) = syntax.arguments.get(&site.range) else {
            return syntax.kept.contains(&site.range);
        };
        let program = self.input.program;
        let taker = program.call_index.get(&Place {
            file: site.file,
            range: *call,
        });
        taker.is_some_and(|taker| {
            let taker = &program.calls[taker.0 as usize];
            let known = taker.edges.iter().all(|edge| {
                edge.argument.is_some()
                    || matches!(edge.target, Target::Function(_) | Target::Class(_))
            });
            taker.unresolved.is_none() && !taker.edges.is_empty() && known
        })
    }

    pub(crate) fn is_iterated_elsewhere(&self, function: FuncId) -> bool {
        self.callers[function.0 as usize].iter().any(|call| {
            matches!(
                self.input.program.calls[call.0 as usize].kind,
                CallKind::Iterate | CallKind::With
            )
        }) || (0..self.active.len()).any(|index| {
            self.active[index] && self.proposal(index).needs.iterates.contains(&function)
        })
    }

    pub(crate) fn refuse_with(&mut self, function: FuncId, pin: &Pin) -> bool {
        let blocker = match self.refused.get(&function) {
            Some(refusal) => refusal.blocker,
            None => self.block(Blocker {
                is_left_out: false,
                is_settled: pin.kind == PinKind::Copied,
                code: pin.kind.code(),
                place: pin.place,
                function,
                reason: format!(
                    "`{}` cannot become a coroutine: {}",
                    self.input.program.functions[function.0 as usize].qualname, pin.detail
                ),
                advice: advice(pin.kind, &self.input.program.functions[function.0 as usize]),
            }),
        };
        self.refuse(Refused {
            function,
            blocker,
            by: None,
        })
    }

    /// `function` stays sync: nothing in it may suspend, so neither may what it calls.
    pub(crate) fn refuse(&mut self, refused: Refused) -> bool {
        let Refused {
            function,
            blocker,
            by,
        } = refused;
        let mut changed = false;
        let mut pending = VecDeque::from([(function, by)]);
        while let Some((function, by)) = pending.pop_front() {
            if !self.expanded.insert(function)
                || self.input.program.functions[function.0 as usize].is_async
            {
                continue;
            }
            if let Entry::Vacant(entry) = self.refused.entry(function) {
                entry.insert(Refusal { blocker, by });
                changed = true;
            }
            for index in self
                .proposals_by_function
                .get(&function)
                .cloned()
                .unwrap_or_default()
            {
                let needs = &self.proposal(index).needs;
                if self.active[index] && needs.suspend() {
                    changed |= self.reject(index, blocker);
                }
            }
            for index in self
                .proposals_by_coroutine
                .get(&function)
                .cloned()
                .unwrap_or_default()
            {
                if self.active[index] {
                    changed |= self.reject(index, blocker);
                }
            }
            for call in &self.calls_by_caller[function.0 as usize] {
                let by = RefusedBy {
                    function,
                    call: Some(*call),
                };
                let site = &self.input.program.calls[call.0 as usize];
                if self.handled.contains(&Place {
                    file: site.file,
                    range: site.range,
                }) {
                    continue;
                }
                for target in direct_targets(site) {
                    if self.colored[target.0 as usize]
                        && self.suspends_caller(site, target)
                        && !self.is_sync_entry(target)
                        && !self.copies.contains(target)
                        && !reaches_by_name(site, target)
                        && !self.calls_face(*call, target)
                    {
                        pending.push_back((target, Some(by)));
                    }
                }
            }
            if self.colored[function.0 as usize] {
                let by = RefusedBy {
                    function,
                    call: None,
                };
                pending.extend(
                    self.families
                        .of(function)
                        .iter()
                        .copied()
                        .filter(|member| self.colored[member.0 as usize])
                        .filter(|member| {
                            // A method that has its copy does without those of the others.
                            !self.copies.contains(*member) || !self.copies.contains(function)
                        })
                        .map(|member| (member, Some(by))),
                );
            }
        }
        changed
    }
}
