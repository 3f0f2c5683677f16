//! From a finished coloring to the Plan.

use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{
    CallKind, CallSite, EdgeKind, FuncId, FunctionKind, Place, Target, Unresolved,
};
use ungreen_catalog::{Confidence, Origin, catalog, flow};

use crate::annotations::annotations;
use crate::beside::blocking_calls;
use crate::coloring::{Coloring, direct_targets, reaches_by_name};
use crate::runners::helper_runs;
use crate::syntax::Iteration;
use crate::{
    Await, AwaitForm, Blocker, Boundary, Bridge, Color, Decided, FunctionPlan, ModuleMain, Plan,
    Proposal, Reason, Uncertain, Verdict,
};

/// A Plan without the proposals themselves, which the coloring still borrows.
pub(crate) struct Parts {
    plan: Plan,
    verdicts: Vec<Verdict>,
}

impl Parts {
    pub(crate) fn into_plan(mut self, proposals: Vec<Proposal>) -> Plan {
        self.plan.proposals = proposals
            .into_iter()
            .zip(self.verdicts)
            .map(|(proposal, verdict)| Decided { proposal, verdict })
            .collect();
        self.plan
    }
}

pub(crate) fn assemble(coloring: &Coloring<'_>) -> Parts {
    let program = coloring.input.program;
    let functions = program
        .functions
        .iter()
        .enumerate()
        .map(|(index, facts)| {
            let id = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
            let colored = coloring.colored[index]
                && facts.kind != FunctionKind::Module
                && facts.kind != FunctionKind::ClassBody;
            let reason = match coloring.refused.get(&id) {
                Some(refusal) if !colored => Reason::Refused {
                    blocker: refusal.blocker,
                    by: refusal.by,
                },
                _ => coloring
                    .reasons
                    .get(index)
                    .cloned()
                    .unwrap_or(Reason::NothingSuspends),
            };
            FunctionPlan {
                color: if colored || facts.is_async {
                    Color::Async
                } else {
                    Color::Sync
                },
                was_async: facts.is_async,
                reason,
                demand: coloring.demands.get(index).cloned().flatten(),
                unsure: coloring.unsure.get(index).copied().flatten(),
            }
        })
        .collect();
    let colored = coloring
        .colored
        .iter()
        .enumerate()
        .filter(|(index, colored)| **colored && program.functions[*index].kind == FunctionKind::Def)
        .map(|(index, _)| FuncId(u32::try_from(index).unwrap_or(u32::MAX)))
        .collect();
    let lambdas = (0..coloring.colored.len())
        .map(|index| FuncId(u32::try_from(index).unwrap_or(u32::MAX)))
        .filter(|function| coloring.is_named_lambda(*function))
        .collect();
    let mut verdicts = verdicts(coloring);
    let helper_runs = helper_runs(coloring, &wrapped(coloring), &mut verdicts);
    let plan = Plan {
        functions,
        proposals: Vec::new(),
        awaits: awaits(coloring),
        colored,
        lambdas,
        copies: coloring.planned_copies(),
        mains: coloring.mains.clone(),
        helper_runs,
        faces: coloring.planned_faces(),
        annotations: annotations(coloring),
        boundaries: boundaries(coloring),
        blockers: live_blockers(coloring),
        uncertain: uncertain(coloring),
        blocking: blocking_calls(coloring, &verdicts),
    };
    Parts { plan, verdicts }
}

fn verdicts(coloring: &Coloring<'_>) -> Vec<Verdict> {
    let mut verdicts = first_verdicts(coloring);
    let proposals = &coloring.input.proposals;
    let left = proposals
        .iter()
        .zip(&verdicts)
        .find(|(proposal, verdict)| {
            let is_of_eventlet = (proposal.entry.and_then(|name| catalog().entry(name)))
                .is_some_and(|entry| entry.origin == Origin::Eventlet);
            let is_done = matches!(verdict, Verdict::Accepted | Verdict::NotNeeded)
                && !(is_of_eventlet && coloring.is_kept_beside_copy(proposal.place));
            proposal.entry.is_some() && !proposal.needs.when_all_else_is_done && !is_done
        })
        .map(|(proposal, _)| proposal.entry.unwrap_or_default());
    if let Some(left) = left {
        for (proposal, verdict) in proposals.iter().zip(&mut verdicts) {
            let becomes_coroutine = coloring.colored[proposal.function.0 as usize];
            let waits = proposal.needs.when_all_else_is_done
                || (proposal.needs.not_beside_eventlet && !becomes_coroutine);
            if waits && *verdict == Verdict::Accepted {
                *verdict = Verdict::Excluded {
                    reason: format!("`{left}` stays in the program and may need it"),
                };
            }
        }
    }
    verdicts
}

fn first_verdicts(coloring: &Coloring<'_>) -> Vec<Verdict> {
    let has_bridges = coloring.has_bridges();
    coloring
        .input
        .proposals
        .iter()
        .enumerate()
        .map(|(index, proposal)| {
            if let Some(blocker) = coloring.rejected[index] {
                if proposal.confidence == Confidence::Manual {
                    Verdict::Manual
                } else {
                    Verdict::Rejected { blocker }
                }
            } else if proposal.confidence == Confidence::Manual {
                Verdict::Manual
            } else if coloring.active[index] && proposal.needs.for_bridges && !has_bridges {
                Verdict::NotNeeded
            } else if coloring.active[index] {
                Verdict::Accepted
            } else if coloring.input.exact_only && proposal.confidence != Confidence::Exact {
                Verdict::Excluded {
                    reason: "only exact rewrites were asked for".to_string(),
                }
            } else {
                Verdict::NotNeeded
            }
        })
        .collect()
}

fn live_blockers(coloring: &Coloring<'_>) -> Vec<Blocker> {
    coloring.blockers.clone()
}

/// The place runs as a coroutine after the rewrite.
pub(crate) fn runs_in_coroutine(
    coloring: &Coloring<'_>,
    wrapped: &Wrapped,
    file: u32,
    function: FuncId,
    range: TextRange,
) -> bool {
    let facts = &coloring.input.program.functions[function.0 as usize];
    match facts.kind {
        FunctionKind::Module => wrapped.get(&file).is_some_and(|blocks| {
            blocks.iter().any(|(block, keep)| {
                block.contains_range(range) && !keep.iter().any(|kept| kept.contains_range(range))
            })
        }),
        FunctionKind::ClassBody => false,
        FunctionKind::Lambda => coloring.is_named_lambda(function),
        FunctionKind::Def => facts.is_async || coloring.colored[function.0 as usize],
    }
}

/// By file, the top-level statements that move into a coroutine, each block with the `def`s that stay outside.
pub(crate) type Wrapped = FxHashMap<u32, Vec<(TextRange, Vec<TextRange>)>>;

pub(crate) fn wrapped(coloring: &Coloring<'_>) -> Wrapped {
    let mut wrapped = Wrapped::default();
    for main in &coloring.mains {
        if let ModuleMain::Wrap {
            file,
            statements,
            keep,
            ..
        } = main
        {
            wrapped
                .entry(file.0)
                .or_default()
                .push((*statements, keep.clone()));
        }
    }
    wrapped
}

fn awaits(coloring: &Coloring<'_>) -> Vec<Await> {
    let program = coloring.input.program;
    let wrapped = wrapped(coloring);
    let mut handled: FxHashSet<Place> = FxHashSet::default();
    let mut found: Vec<Await> = Vec::new();
    for (index, proposal) in coloring.input.proposals.iter().enumerate() {
        if !coloring.active[index] {
            continue;
        }
        handled.extend(proposal.needs.handles_calls.iter().map(|range| Place {
            file: proposal.place.file,
            range: *range,
        }));
        for range in &proposal.needs.awaits {
            let is_awaited = coloring
                .syntax
                .get(proposal.place.file.0 as usize)
                .is_some_and(|syntax| syntax.awaited.contains(range));
            if !is_awaited
                && runs_in_coroutine(
                    coloring,
                    &wrapped,
                    proposal.place.file.0,
                    proposal.function,
                    *range,
                )
            {
                found.push(Await {
                    place: Place {
                        file: proposal.place.file,
                        range: *range,
                    },
                    function: proposal.function,
                    form: AwaitForm::Await,
                });
            }
        }
        let needs = &proposal.needs;
        let marked = (needs.async_with.iter().map(|range| (*range, true)))
            .chain(needs.async_for.iter().map(|range| (*range, false)));
        for (range, is_with) in marked {
            let file = proposal.place.file;
            if !runs_in_coroutine(coloring, &wrapped, file.0, proposal.function, range) {
                continue;
            }
            let form = if is_with {
                Some(AwaitForm::AsyncWith)
            } else {
                coloring
                    .syntax
                    .get(file.0 as usize)
                    .and_then(|syntax| syntax.iterations.get(&range))
                    .map(|iteration| iteration_form(*iteration))
            };
            if let Some(form) = form {
                found.push(Await {
                    place: Place { file, range },
                    function: proposal.function,
                    form,
                });
            }
        }
    }
    for site in &program.calls {
        let place = Place {
            file: site.file,
            range: site.range,
        };
        if handled.contains(&place)
            || !runs_in_coroutine(coloring, &wrapped, site.file.0, site.caller, site.range)
        {
            continue;
        }
        let suspends = direct_targets(site).any(|target| {
            coloring.colored[target.0 as usize]
                && coloring.suspends_caller(site, target)
                && !coloring.is_sync_entry(target)
        });
        if suspends && let Some(form) = form(coloring, site) {
            let unpacked = coloring
                .syntax
                .get(site.file.0 as usize)
                .and_then(|syntax| syntax.unpacked.get(&site.range));
            let range = *unpacked.unwrap_or(&site.range);
            let forms = match form {
                AwaitForm::Lazy => lazy_forms(coloring, site),
                _ if site.is_mixed && is_iteration(form) => {
                    vec![(range, AwaitForm::Iterate), (range, form)]
                }
                _ => vec![(range, form)],
            };
            found.extend(forms.into_iter().map(|(range, form)| Await {
                place: Place { range, ..place },
                function: site.caller,
                form,
            }));
        }
    }
    let mut lists: Vec<Await> = Vec::new();
    for awaited in &found {
        let Some(syntax) = coloring.syntax.get(awaited.place.file.0 as usize) else {
            continue;
        };
        let iterating = match syntax.iterations.get(&awaited.place.range) {
            Some(Iteration::GeneratorExpression(generator))
                if awaited.form == AwaitForm::AsyncFor =>
            {
                Some(generator)
            }
            _ => None,
        };
        let inside = syntax.in_generator_expression.get(&awaited.place.range);
        for generator in inside.into_iter().chain(iterating) {
            lists.push(Await {
                place: Place {
                    range: *generator,
                    ..awaited.place
                },
                function: awaited.function,
                form: AwaitForm::ListComprehension,
            });
        }
    }
    found.extend(lists);
    found.sort_by_key(|awaited| {
        (
            awaited.place.file,
            awaited.place.range.start(),
            awaited.place.range.end(),
        )
    });
    found.dedup();
    found
}

const fn iteration_form(iteration: Iteration) -> AwaitForm {
    match iteration {
        Iteration::For | Iteration::Comprehension | Iteration::GeneratorExpression(_) => {
            AwaitForm::AsyncFor
        }
        Iteration::YieldFrom => AwaitForm::YieldFrom,
        Iteration::Next => AwaitForm::Next,
        Iteration::Enumerate => AwaitForm::Enumerate,
        Iteration::Eager => AwaitForm::Collect,
        Iteration::Lazy(_) => AwaitForm::Lazy,
    }
}

/// `list(zip(items(), names))`: the calls around the items up to the one that consumes them.
fn lazy_forms(coloring: &Coloring<'_>, site: &CallSite) -> Vec<(TextRange, AwaitForm)> {
    let mut forms = Vec::new();
    let Some(syntax) = coloring.syntax.get(site.file.0 as usize) else {
        return forms;
    };
    let mut iterated = site.range;
    while let Some(iteration) = syntax.iterations.get(&iterated) {
        forms.push(match iteration {
            Iteration::Lazy(call) => (*call, AwaitForm::Lazy),
            consumer => (iterated, iteration_form(*consumer)),
        });
        match iteration {
            Iteration::Lazy(call) => iterated = *call,
            _ => break,
        }
    }
    forms
}

/// `None` where an `await` stands already.
fn form(coloring: &Coloring<'_>, site: &CallSite) -> Option<AwaitForm> {
    let syntax = coloring.syntax.get(site.file.0 as usize)?;
    let consumes = direct_targets(site).any(|target| coloring.consumes_at_once(site, target));
    match site.kind {
        CallKind::Call if !consumes => {
            let form = if may_be_plain(coloring, site) {
                AwaitForm::Settled
            } else {
                AwaitForm::Await
            };
            (!syntax.awaited.contains(&site.range)).then_some(form)
        }
        CallKind::With => Some(AwaitForm::AsyncWith),
        CallKind::Call | CallKind::Iterate => {
            let iteration = *syntax.iterations.get(&site.range)?;
            let closes = iteration == Iteration::For
                && syntax.left_early.contains(&site.range)
                && direct_targets(site).any(|target| cleans_up(coloring, target))
                && makes_generator(coloring, site);
            Some(if closes {
                AwaitForm::ClosingFor
            } else {
                iteration_form(iteration)
            })
        }
        CallKind::Decorate | CallKind::Implicit => None,
    }
}

const fn is_iteration(form: AwaitForm) -> bool {
    matches!(
        form,
        AwaitForm::AsyncFor
            | AwaitForm::ClosingFor
            | AwaitForm::YieldFrom
            | AwaitForm::Next
            | AwaitForm::Enumerate
            | AwaitForm::Collect
    )
}

/// The site may also call what gives nothing to await: a class, a function outside the program, one found by a name that is
/// computed, or a value of which not all is known. What Eventlet's objects become is awaited by their own proposals.
fn may_be_plain(coloring: &Coloring<'_>, site: &CallSite) -> bool {
    // `x.run()`: a method of the same name of an object that nobody sees is taken to be a coroutine function as well.
    let is_method = (coloring.input.modules.get(site.file.0 as usize))
        .and_then(|module| module.source.get(site.callee.to_std_range()))
        .is_some_and(|callee| callee.contains('.'));
    // Only where a factory takes its place can `__init__` be a coroutine, and then the call is one of the factory.
    let is_made_by_factory = site.edges.iter().any(|edge| {
        matches!(edge.target, Target::Function(function)
            if coloring.colored[function.0 as usize]
                && coloring.input.program.functions[function.0 as usize].name == "__init__")
    });
    site.unresolved.is_some() && !is_method
        || site
            .edges
            .iter()
            .filter(|edge| edge.kind == EdgeKind::Call && edge.argument.is_none())
            .any(|edge| {
                edge.is_by_name
                    || match &edge.target {
                        Target::External(name) => !is_stand_in(name),
                        Target::Class(_) => !is_made_by_factory,
                        Target::Function(function) => {
                            let facts = &coloring.input.program.functions[function.0 as usize];
                            // An async generator is no awaitable.
                            facts.is_generator
                                || !coloring.colored[function.0 as usize] && !facts.is_async
                        }
                        Target::Entry { .. } => false,
                    }
            })
}

/// `args.main` of an `argparse.Namespace`, or a method of a mock: it stands for a function of the program.
fn is_stand_in(name: &str) -> bool {
    let class = name.rsplit_once('.').map_or("", |(class, _)| class);
    [name, class]
        .iter()
        .any(|name| flow(name).is_some_and(|flow| flow.stands_in))
}

/// Closing the generator while it is suspended runs code of its own.
fn cleans_up(coloring: &Coloring<'_>, generator: FuncId) -> bool {
    let facts = &coloring.input.program.functions[generator.0 as usize];
    coloring
        .syntax
        .get(facts.file.0 as usize)
        .is_some_and(|syntax| syntax.cleaning_generators.contains(&facts.name_range))
}

/// What is iterated over is made right there, and lost with the end of the loop.
fn makes_generator(coloring: &Coloring<'_>, site: &CallSite) -> bool {
    coloring.input.program.call_index.contains_key(&Place {
        file: site.file,
        range: site.range,
    })
}

fn boundaries(coloring: &Coloring<'_>) -> Vec<Boundary> {
    let program = coloring.input.program;
    let mut boundaries = Vec::new();
    for main in &coloring.mains {
        let ModuleMain::RunCall { file, call } = main else {
            continue;
        };
        let place = Place {
            file: *file,
            range: *call,
        };
        let Some(site) = program
            .call_index
            .get(&place)
            .map(|id| &program.calls[id.0 as usize])
        else {
            continue;
        };
        let target = direct_targets(site).find(|target| coloring.colored[target.0 as usize]);
        if let Some(target) = target {
            boundaries.push(Boundary {
                call: place,
                caller: site.caller,
                target,
                bridge: Bridge::AsyncioRun,
            });
        }
    }
    boundaries.extend(coloring.bridged_calls());
    boundaries
}

/// Coroutine functions that the site may call by a name of which nothing is known, where nothing can be awaited.
fn called_by_name(coloring: &Coloring<'_>, site: &CallSite) -> Vec<FuncId> {
    let caller = site.caller.0 as usize;
    if coloring.colored[caller] || coloring.input.program.functions[caller].is_async {
        return Vec::new();
    }
    direct_targets(site)
        .filter(|target| !coloring.copies.contains(*target))
        .filter(|target| coloring.colored[target.0 as usize] && reaches_by_name(site, *target))
        .collect()
}

/// Unresolved calls by the name of a method that becomes a coroutine.
fn uncertain(coloring: &Coloring<'_>) -> Vec<Uncertain> {
    let program = coloring.input.program;
    let mut by_name: FxHashMap<&str, Vec<FuncId>> = FxHashMap::default();
    for (index, function) in program.functions.iter().enumerate() {
        if coloring.colored[index] && function.class.is_some() {
            by_name
                .entry(function.name.as_str())
                .or_default()
                .push(FuncId(u32::try_from(index).unwrap_or(u32::MAX)));
        }
    }
    let mut uncertain = Vec::new();
    for site in &program.calls {
        let found = called_by_name(coloring, site);
        if let Some(first) = found.first() {
            uncertain.push(Uncertain {
                call: Place {
                    file: site.file,
                    range: site.range,
                },
                caller: site.caller,
                name: program.functions[first.0 as usize].qualname.clone(),
                candidates: found,
            });
            continue;
        }
        let has_receiver = !matches!(
            site.unresolved,
            None | Some(Unresolved::MissingModule | Unresolved::UnboundName)
        );
        if site.kind != CallKind::Call || !has_receiver {
            continue;
        }
        let Some(module) = coloring.input.modules.get(site.file.0 as usize) else {
            continue;
        };
        let Some(text) = module.source.get(site.callee.range().to_std_range()) else {
            continue;
        };
        let Some((_, name)) = text.rsplit_once('.') else {
            continue;
        };
        let name = name.trim();
        let reached: FxHashSet<FuncId> = direct_targets(site).collect();
        let candidates: Vec<FuncId> = by_name
            .get(name)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .copied()
            .filter(|candidate| !reached.contains(candidate))
            .collect();
        if !candidates.is_empty() {
            uncertain.push(Uncertain {
                call: Place {
                    file: site.file,
                    range: site.range,
                },
                caller: site.caller,
                name: name.to_string(),
                candidates,
            });
        }
    }
    uncertain
}
