//! Why a function has its color: the chain of steps.

use rustc_hash::FxHashSet;
use ungreen_callgraph::{FuncId, Place, Program};

use crate::{Plan, Reason};

/// One step of a chain.
#[derive(Debug, Clone)]
pub struct Step {
    pub function: FuncId,
    /// Where the step shows: the call, the suspending API, the pin.
    pub place: Place,
    pub text: String,
}

/// From `function` to the call that makes it a coroutine, or to what keeps it sync. Ends after at most one step a function.
#[must_use]
pub fn why(program: &Program, plan: &Plan, function: FuncId) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut seen = FxHashSet::default();
    let mut current = function;
    while seen.insert(current) {
        let (Some(facts), Some(decision)) = (
            program.functions.get(current.0 as usize),
            plan.functions.get(current.0 as usize),
        ) else {
            break;
        };
        let own = Place {
            file: facts.file,
            range: facts.name_range,
        };
        let name = |id: FuncId| {
            program
                .functions
                .get(id.0 as usize)
                .map_or("?", |function| function.qualname.as_str())
        };
        let (place, text, next) = match &decision.reason {
            Reason::NothingSuspends => (
                own,
                format!("nothing in `{}` suspends", facts.qualname),
                None,
            ),
            Reason::AlreadyAsync => (
                own,
                format!("`{}` is a coroutine function already", facts.qualname),
                None,
            ),
            Reason::Policy => (
                own,
                format!("the configuration fixes the color of `{}`", facts.qualname),
                None,
            ),
            Reason::Suspends(proposal) => {
                let proposal = plan
                    .proposals
                    .get(*proposal)
                    .map(|decided| &decided.proposal);
                let what = proposal
                    .and_then(|proposal| proposal.entry)
                    .unwrap_or("a suspending call");
                (
                    proposal.map_or(own, |proposal| proposal.place),
                    format!("`{}` suspends in `{what}`", facts.qualname),
                    None,
                )
            }
            Reason::Spawned(proposal) => {
                let place = plan
                    .proposals
                    .get(*proposal)
                    .map_or(own, |decided| decided.proposal.place);
                (
                    place,
                    format!("`{}` is run as a task", facts.qualname),
                    None,
                )
            }
            Reason::Calls { call, target } => {
                let place = program
                    .calls
                    .get(call.0 as usize)
                    .map_or(own, |site| Place {
                        file: site.file,
                        range: site.range,
                    });
                (
                    place,
                    format!("`{}` calls `{}`", facts.qualname, name(*target)),
                    Some(*target),
                )
            }
            Reason::Family(member) => (
                own,
                format!(
                    "`{}` shares its color with `{}`",
                    facts.qualname,
                    name(*member)
                ),
                Some(*member),
            ),
            Reason::Pinned(pin) => (pin.place, pin.detail.clone(), None),
            Reason::Refused { blocker } => match plan.blockers.get(*blocker) {
                Some(blocker) => (
                    blocker.place,
                    format!("`{}` stays sync: {}", facts.qualname, blocker.reason),
                    None,
                ),
                None => (own, format!("`{}` stays sync", facts.qualname), None),
            },
        };
        steps.push(Step {
            function: current,
            place,
            text,
        });
        match next {
            Some(next) => current = next,
            None => break,
        }
    }
    steps
}
