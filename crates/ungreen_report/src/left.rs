//! What is not migrated, each with a code, a reason and advice.

use std::collections::BTreeSet;

use ruff_text_size::TextRange;
use schemars::JsonSchema;
use serde::Serialize;
use ungreen_catalog::{Confidence, codes};
use ungreen_color::{Decided, Plan, Verdict};

use crate::{PlaceView, Places, Style};

/// Code of a call that may reach a coroutine.
const UNCERTAIN: &str = "UG320";
const BLOCKS_LOOP: &str = "UG324";
/// Code of a change that cannot be written as text.
const UNWRITABLE: &str = "UG321";
/// Code of a rewritten file that did not pass its second analysis.
const IMPORT_STAYS: &str = "UG323";
const WITHHELD: &str = "UG322";

/// A place that stays as it is, or that a person must look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct LeftView {
    #[serde(flatten)]
    pub place: PlaceView,
    pub code: String,
    pub reason: String,
    pub advice: String,
}

impl LeftView {
    pub(crate) fn line(&self, style: Style) -> String {
        format!("{}: {} {}", self.place, style.red(&self.code), self.reason)
    }
}

/// A rewrite that is done, or would be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct RewriteView {
    #[serde(flatten)]
    pub place: PlaceView,
    pub code: String,
    /// `exact` or `review`.
    pub confidence: String,
    /// What becomes of the place.
    pub summary: String,
    /// In which ways the behavior differs.
    pub differences: Vec<String>,
}

impl RewriteView {
    pub(crate) fn line(&self, style: Style) -> String {
        format!(
            "{}: {} {}",
            self.place,
            style.cyan(&self.code),
            self.summary
        )
    }
}

fn advice_of(code: &str) -> String {
    codes()
        .iter()
        .find(|known| known.code == code)
        .map(|known| known.advice.clone())
        .unwrap_or_default()
}

/// Everything of the Plan that stays as it is, by place.
pub(crate) fn left_by_plan(plan: &Plan, places: &Places<'_>) -> Vec<LeftView> {
    let mut left: Vec<LeftView> = plan
        .proposals
        .iter()
        .filter_map(|decided| left_proposal(plan, decided, places))
        .collect();
    // Of what was proposed for one place, a reason of its own says more than that it was left out beside the rest.
    let named: BTreeSet<PlaceView> = left.iter().map(|left| left.place.clone()).collect();
    for uncertain in &plan.uncertain {
        left.push(LeftView {
            place: places.view(uncertain.call),
            code: UNCERTAIN.to_string(),
            reason: format!(
                "`{}` may be a coroutine function now, but what the call reaches is not known",
                uncertain.name
            ),
            advice: advice_of(UNCERTAIN),
        });
    }
    for blocks in &plan.blocking {
        let Some(used) = plan
            .proposals
            .get(blocks.used)
            .map(|decided| &decided.proposal)
        else {
            continue;
        };
        left.push(LeftView {
            place: places.view(blocks.call),
            code: BLOCKS_LOOP.to_string(),
            reason: format!(
                "the call of `{}` blocks the event loop: it waits on `{}` at {}",
                places.function(blocks.target),
                used.entry.unwrap_or_default(),
                places.view(used.place),
            ),
            advice: advice_of(BLOCKS_LOOP),
        });
    }
    for blocker in &plan.blockers {
        let place = places.view(blocker.place);
        if blocker.is_settled || blocker.is_left_out && named.contains(&place) {
            continue;
        }
        left.push(LeftView {
            place,
            code: blocker.code.to_string(),
            reason: blocker.reason.clone(),
            advice: blocker.advice.clone(),
        });
    }
    left.sort();
    left.dedup();
    left
}

fn left_proposal(plan: &Plan, decided: &Decided, places: &Places<'_>) -> Option<LeftView> {
    let proposal = &decided.proposal;
    let own_advice = || {
        proposal
            .advice
            .clone()
            .unwrap_or_else(|| advice_of(proposal.code))
    };
    let (reason, advice) = match &decided.verdict {
        Verdict::Accepted | Verdict::NotNeeded => return None,
        Verdict::Manual => (proposal.summary.clone(), own_advice()),
        Verdict::Excluded { reason } => (reason.clone(), own_advice()),
        // What would only follow from a function's becoming a coroutine is no use that is left; the blocker is listed by itself.
        Verdict::Rejected { .. }
            if proposal.entry.is_none() && !proposal.needs.only_if_async.is_empty() =>
        {
            return None;
        }
        Verdict::Rejected { blocker } => match plan.blockers.get(*blocker) {
            // The blocker of this very place is listed by itself.
            Some(blocker) if blocker.place == proposal.place && blocker.code == proposal.code => {
                return None;
            }
            Some(blocker) => (
                format!(
                    "{} ({} at {})",
                    blocker.reason,
                    blocker.code,
                    places.view(blocker.place)
                ),
                blocker.advice.clone(),
            ),
            None => (proposal.summary.clone(), own_advice()),
        },
    };
    Some(LeftView {
        place: places.view(proposal.place),
        code: proposal.code.to_string(),
        reason,
        advice,
    })
}

/// What the rewrite could not write, and what the second analysis held back.
/// Imports of Eventlet that stay in files of which nothing else says why.
pub(crate) fn unexplained_imports(
    recheck: &ungreen_rewrite::Recheck,
    explained: &[LeftView],
) -> Vec<LeftView> {
    let paths: BTreeSet<&str> = explained
        .iter()
        .map(|left| left.place.path.as_str())
        .collect();
    recheck
        .imports
        .iter()
        .filter(|import| !paths.contains(import.path.as_str()))
        .map(|import| LeftView {
            place: PlaceView {
                path: import.path.clone(),
                line: u32::try_from(import.line).unwrap_or(u32::MAX),
                column: 1,
            },
            code: IMPORT_STAYS.to_string(),
            reason: format!("the import of `{}` stays", import.target),
            advice: advice_of(IMPORT_STAYS),
        })
        .collect()
}

pub(crate) fn left_by_rewrite(
    rewrite: &ungreen_rewrite::Rewrite,
    recheck: &ungreen_rewrite::Recheck,
    places: &Places<'_>,
) -> Vec<LeftView> {
    let mut left: Vec<LeftView> = rewrite
        .problems
        .iter()
        .map(|problem| LeftView {
            place: places.view(ungreen_callgraph::Place {
                file: problem.file,
                range: problem.range,
            }),
            code: UNWRITABLE.to_string(),
            reason: problem.reason.clone(),
            advice: advice_of(UNWRITABLE),
        })
        .collect();
    let named: BTreeSet<&str> = recheck
        .problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    for id in &recheck.withheld {
        let place = places.view(ungreen_callgraph::Place {
            file: *id,
            range: TextRange::default(),
        });
        if !named.contains(place.path.as_str()) {
            left.push(LeftView {
                place,
                code: WITHHELD.to_string(),
                reason: "the file changes together with one that did not pass".to_string(),
                advice: advice_of(WITHHELD),
            });
        }
    }
    for problem in &recheck.problems {
        left.push(LeftView {
            place: PlaceView {
                path: problem.path.clone(),
                line: u32::try_from(problem.line).unwrap_or(u32::MAX),
                column: 1,
            },
            code: WITHHELD.to_string(),
            reason: problem.reason.clone(),
            advice: advice_of(WITHHELD),
        });
    }
    left
}

/// The accepted rewrites, by place.
pub(crate) fn rewrites(plan: &Plan, places: &Places<'_>) -> Vec<RewriteView> {
    let mut found: Vec<RewriteView> = plan
        .proposals
        .iter()
        .filter(|decided| decided.verdict == Verdict::Accepted)
        .map(|decided| {
            let proposal = &decided.proposal;
            RewriteView {
                place: places.view(proposal.place),
                code: proposal.code.to_string(),
                confidence: crate::scan::confidence_name(proposal.confidence).to_string(),
                summary: proposal.summary.clone(),
                differences: proposal.differences.clone(),
            }
        })
        .collect();
    found.sort();
    found
}

/// How many accepted rewrites have the confidence.
pub(crate) fn accepted(plan: &Plan, confidence: Confidence) -> usize {
    plan.proposals
        .iter()
        .filter(|decided| {
            decided.verdict == Verdict::Accepted && decided.proposal.confidence == confidence
        })
        .count()
}
