//! Why a function has its color: the chain of steps.

use rustc_hash::FxHashSet;
use ungreen_callgraph::{FuncId, Place, Program};

use crate::beside::FIXTURES;
use crate::{Plan, Reason, RefusedBy, Verdict};

/// One step of a chain.
#[derive(Debug, Clone)]
pub struct Step {
    pub function: FuncId,
    /// Where the step shows: the call, the suspending API, the pin.
    pub place: Place,
    pub text: String,
    /// The function stays sync, and the step belongs to what would make it a coroutine otherwise.
    pub in_vain: bool,
}

/// From `function` to the call that makes it a coroutine. For one that stays sync although something in it would suspend: first the
/// steps to that call, then those to what keeps it (or what it calls) sync. Ends after at most one step a function and direction.
#[must_use]
pub fn why(program: &Program, plan: &Plan, function: FuncId) -> Vec<Step> {
    let chains = Chains { program, plan };
    let Some(decision) = plan.functions.get(function.0 as usize) else {
        return Vec::new();
    };
    match (&decision.reason, &decision.demand) {
        (Reason::Refused { .. }, Some(_)) => {
            let mut steps = chains.follow(function, |id| {
                plan.functions.get(id.0 as usize)?.demand.as_ref()
            });
            for step in &mut steps {
                step.in_vain = true;
            }
            steps.extend(chains.follow(function, |id| {
                Some(&plan.functions.get(id.0 as usize)?.reason)
            }));
            steps
        }
        (Reason::NothingSuspends, Some(_)) => {
            let mut steps = chains.follow(function, |id| {
                plan.functions.get(id.0 as usize)?.demand.as_ref()
            });
            for step in &mut steps {
                step.in_vain = true;
            }
            steps.extend(chains.kept_from_suspending(&steps));
            steps
        }
        _ => {
            let mut steps = chains.follow(function, |id| {
                Some(&plan.functions.get(id.0 as usize)?.reason)
            });
            steps.extend(chains.doubt(function));
            steps
        }
    }
}

/// What decides the color of `function`, as one step: the call, the suspending API, or the blocker that keeps it sync.
#[must_use]
pub fn decisive_step(program: &Program, plan: &Plan, function: FuncId) -> Option<Step> {
    let chains = Chains { program, plan };
    let reason = &plan.functions.get(function.0 as usize)?.reason;
    let last = match reason {
        Reason::Refused { blocker, .. } => Reason::Refused {
            blocker: *blocker,
            by: None,
        },
        other => other.clone(),
    };
    Some(chains.step(function, &last)?.0)
}

struct Chains<'a> {
    program: &'a Program,
    plan: &'a Plan,
}

impl<'a> Chains<'a> {
    fn follow(&self, function: FuncId, reason: impl Fn(FuncId) -> Option<&'a Reason>) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut seen = FxHashSet::default();
        let mut current = function;
        while seen.insert(current) {
            let Some((step, next)) = reason(current).and_then(|reason| self.step(current, reason))
            else {
                break;
            };
            steps.push(step);
            match next {
                Some(next) => current = next,
                None => break,
            }
        }
        steps
    }

    /// The call that the Plan cannot follow, of a function that stays sync.
    fn doubt(&self, function: FuncId) -> Option<Step> {
        let (call, target) = self.plan.functions.get(function.0 as usize)?.unsure?;
        Some(Step {
            function,
            place: self.call(call)?,
            text: format!(
                "the Plan is not sure: this call may reach `{}`, which would suspend, and only its name is known",
                self.name(target)
            ),
            in_vain: false,
        })
    }

    /// Why nothing suspends at the end of the steps: the first function on the way that stays sync, or the use that is left.
    fn kept_from_suspending(&self, steps: &[Step]) -> Vec<Step> {
        let decision = |id: FuncId| self.plan.functions.get(id.0 as usize);
        let refused = steps.iter().find(|step| {
            decision(step.function).is_some_and(|decision| {
                matches!(decision.reason, Reason::Refused { .. } | Reason::Pinned(_))
            })
        });
        if let Some(refused) = refused {
            return self.follow(refused.function, |id| Some(&decision(id)?.reason));
        }
        let Some(last) = steps.last() else {
            return Vec::new();
        };
        let demand = decision(last.function).and_then(|decision| decision.demand.as_ref());
        if let Some(Reason::Waits { place, library }) = demand {
            return vec![Step {
                function: last.function,
                place: *place,
                text: format!(
                    "the call in {library} stays as it is: Ungreen has no rewrite for it"
                ),
                in_vain: false,
            }];
        }
        let (Some(Reason::Suspends(proposal)) | Some(Reason::Spawned(proposal))) = demand else {
            return Vec::new();
        };
        let Some(decided) = self.plan.proposals.get(*proposal) else {
            return Vec::new();
        };
        let what = decided.proposal.entry.unwrap_or("the call");
        let (place, text) = match &decided.verdict {
            Verdict::Rejected { blocker } => match self.plan.blockers.get(*blocker) {
                Some(blocker) => (
                    blocker.place,
                    format!("`{what}` stays as it is: {}", blocker.reason),
                ),
                None => return Vec::new(),
            },
            Verdict::Excluded { reason } => (
                decided.proposal.place,
                format!("`{what}` stays as it is: {reason}"),
            ),
            Verdict::Manual => (
                decided.proposal.place,
                format!("`{what}` stays as it is: {}", decided.proposal.summary),
            ),
            Verdict::Accepted | Verdict::NotNeeded => return Vec::new(),
        };
        vec![Step {
            function: last.function,
            place,
            text,
            in_vain: false,
        }]
    }

    fn name(&self, id: FuncId) -> &'a str {
        self.program
            .functions
            .get(id.0 as usize)
            .map_or("?", |function| function.qualname.as_str())
    }

    fn is_fixture(&self, function: FuncId) -> bool {
        let facts = self.program.functions.get(function.0 as usize);
        facts.is_some_and(|facts| FIXTURES.contains(&facts.name.as_str()))
    }

    fn is_caller(&self, call: ungreen_callgraph::CallId, function: FuncId) -> bool {
        self.program
            .calls
            .get(call.0 as usize)
            .is_some_and(|site| site.caller == function)
    }

    fn call(&self, call: ungreen_callgraph::CallId) -> Option<Place> {
        let site = self.program.calls.get(call.0 as usize)?;
        Some(Place {
            file: site.file,
            range: site.range,
        })
    }

    fn step(&self, current: FuncId, reason: &Reason) -> Option<(Step, Option<FuncId>)> {
        let facts = self.program.functions.get(current.0 as usize)?;
        let name = &facts.qualname;
        let own = Place {
            file: facts.file,
            range: facts.name_range,
        };
        let proposed = |proposal: usize| {
            self.plan
                .proposals
                .get(proposal)
                .map(|decided| &decided.proposal)
        };
        let (place, text, next) = match reason {
            Reason::NothingSuspends => (own, format!("nothing in `{name}` suspends"), None),
            Reason::AlreadyAsync => (
                own,
                format!("`{name}` is a coroutine function already"),
                None,
            ),
            Reason::Policy => (
                own,
                format!("the configuration fixes the color of `{name}`"),
                None,
            ),
            Reason::Suspends(proposal) => {
                let proposal = proposed(*proposal);
                let what = proposal
                    .and_then(|proposal| proposal.entry)
                    .unwrap_or("a suspending call");
                (
                    proposal.map_or(own, |proposal| proposal.place),
                    format!("`{name}` suspends in `{what}`"),
                    None,
                )
            }
            Reason::Waits { place, library } => {
                (*place, format!("`{name}` waits in {library}"), None)
            }
            Reason::Spawned(proposal) => (
                proposed(*proposal).map_or(own, |proposal| proposal.place),
                format!("`{name}` is run as a task"),
                None,
            ),
            Reason::Calls { call, target } => (
                self.call(*call).unwrap_or(own),
                format!("`{name}` calls `{}`", self.name(*target)),
                Some(*target),
            ),
            Reason::MayCall { call, target } => (
                self.call(*call).unwrap_or(own),
                format!(
                    "`{name}` may call `{}`, or another of this name: what the call reaches is not known",
                    self.name(*target)
                ),
                Some(*target),
            ),
            Reason::Family(member) => (
                own,
                format!("`{name}` shares its color with `{}`", self.name(*member)),
                Some(*member),
            ),
            Reason::Pinned(pin) => (pin.place, pin.detail.clone(), None),
            Reason::Refused {
                by:
                    Some(RefusedBy {
                        function,
                        call: Some(call),
                    }),
                ..
            } => (
                self.call(*call).unwrap_or(own),
                if self.is_caller(*call, current) {
                    format!(
                        "`{name}` stays sync: it runs `{}`, which stays on Eventlet",
                        self.name(*function)
                    )
                } else {
                    format!(
                        "`{name}` stays sync: `{}` calls it and stays sync",
                        self.name(*function)
                    )
                },
                Some(*function),
            ),
            Reason::Refused {
                by:
                    Some(RefusedBy {
                        function,
                        call: None,
                    }),
                ..
            } => (
                own,
                if self.is_fixture(*function) {
                    format!(
                        "`{name}` stays sync: `{}`, which runs before it, stays on Eventlet",
                        self.name(*function)
                    )
                } else {
                    format!(
                        "`{name}` stays sync: it shares its color with `{}`",
                        self.name(*function)
                    )
                },
                Some(*function),
            ),
            Reason::Refused { blocker, by: None } => match self.plan.blockers.get(*blocker) {
                Some(blocker) => (
                    blocker.place,
                    format!("`{name}` stays sync: {}", blocker.reason),
                    None,
                ),
                None => (own, format!("`{name}` stays sync"), None),
            },
        };
        let step = Step {
            function: current,
            place,
            text,
            in_vain: false,
        };
        Some((step, next))
    }
}
