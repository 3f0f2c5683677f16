//! The views of `ungreen plan` and `ungreen why`.

use std::collections::BTreeMap;
use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;
use ungreen_callgraph::{FuncId, FunctionKind, Program};
use ungreen_catalog::Confidence;
use ungreen_color::{Bridge, Color, Plan, Reason, decisive_step, units, why};
use ungreen_project::Project;

use crate::left::{LeftView, RewriteView, accepted, left_by_plan, rewrites};
use crate::table::{count, thousands};
use crate::{FORMAT_VERSION, PlaceView, Places, SkippedView, Style, is_selected};

/// What `ungreen plan --output-format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "ungreen plan")]
pub struct PlanReport {
    /// Version of this format.
    pub version: u32,
    /// Every function and lambda of the program, by path and place.
    pub functions: Vec<FunctionView>,
    /// What can be migrated at a time, in the order of work: first what nothing blocks, then the smaller.
    pub units: Vec<UnitView>,
    /// What keeps something from being migrated.
    pub blockers: Vec<LeftView>,
    /// Rewrites that the Plan accepts.
    pub rewrites: Vec<RewriteView>,
    /// Everything that stays as it is, blockers among them.
    pub left: Vec<LeftView>,
    /// Where sync code starts a coroutine, and how.
    pub boundaries: Vec<BoundaryView>,
    pub counts: Counts,
    /// Files that were not looked at.
    pub skipped: Vec<SkippedView>,
}

/// The Plan in numbers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Counts {
    pub files: usize,
    pub functions: usize,
    /// Functions that become coroutine functions.
    pub coroutines: usize,
    pub exact: usize,
    pub review: usize,
    /// Places that stay as they are.
    pub left: usize,
}

/// What becomes of one function.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FunctionView {
    /// Relative to the given path, with `/`.
    pub path: String,
    /// Python's `__qualname__`.
    pub qualname: String,
    /// 1-based line of `def` or `lambda`.
    pub line: u32,
    /// `def` or `lambda`.
    pub kind: String,
    /// `sync` or `async`: what the function is after the migration.
    pub color: String,
    /// It is a coroutine function already.
    pub was_async: bool,
    /// `nothing-suspends`, `already-async`, `suspends`, `waits`, `calls`, `may-call`, `spawned`, `family`, `pinned`, `refused` or `policy`.
    pub reason: String,
    /// The reason in words.
    pub detail: String,
    /// Where the reason shows.
    pub because_of: PlaceView,
    /// It would be a coroutine if nothing had to stay sync.
    pub would_suspend: bool,
    /// It would not, as far as the Plan knows, but a call in it of which only the name is known may reach what would.
    pub unsure: bool,
}

/// What one entry point reaches.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnitView {
    /// `pkg.mod:function`, or the module alone.
    pub entry: String,
    pub path: String,
    pub functions: usize,
    /// Functions in it that become coroutine functions.
    pub coroutines: Vec<String>,
    /// Indexes into `blockers` of those that are in it.
    pub blockers: Vec<usize>,
}

/// A sync function that starts a coroutine.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BoundaryView {
    #[serde(flatten)]
    pub place: PlaceView,
    pub caller: String,
    pub target: String,
    /// `asyncio-run`, `create-task`, `green-wait` or `to-thread`.
    pub bridge: String,
}

const fn reason_name(reason: &Reason) -> &'static str {
    match reason {
        Reason::NothingSuspends => "nothing-suspends",
        Reason::AlreadyAsync => "already-async",
        Reason::Suspends(_) => "suspends",
        Reason::Waits { .. } => "waits",
        Reason::MayCall { .. } => "may-call",
        Reason::Calls { .. } => "calls",
        Reason::Spawned(_) => "spawned",
        Reason::Family(_) => "family",
        Reason::Pinned(_) => "pinned",
        Reason::Refused { .. } => "refused",
        Reason::Policy => "policy",
    }
}

const fn bridge_name(bridge: Bridge) -> &'static str {
    match bridge {
        Bridge::AsyncioRun => "asyncio-run",
        Bridge::CreateTask => "create-task",
        Bridge::GreenWait => "green-wait",
        Bridge::ToThread => "to-thread",
    }
}

fn functions(program: &Program, plan: &Plan, places: &Places<'_>) -> Vec<FunctionView> {
    let mut found = Vec::new();
    for (index, (facts, decision)) in program.functions.iter().zip(&plan.functions).enumerate() {
        let kind = match facts.kind {
            FunctionKind::Def => "def",
            FunctionKind::Lambda => "lambda",
            FunctionKind::Module | FunctionKind::ClassBody => continue,
        };
        let Ok(index) = u32::try_from(index) else {
            break;
        };
        let step = decisive_step(program, plan, FuncId(index));
        let own = ungreen_callgraph::Place {
            file: facts.file,
            range: facts.name_range,
        };
        let path = program
            .files
            .get(facts.file.0 as usize)
            .map_or("", |file| file.path.as_str());
        found.push(FunctionView {
            path: path.to_string(),
            qualname: facts.qualname.clone(),
            line: facts.line,
            kind: kind.to_string(),
            color: match decision.color {
                Color::Sync => "sync",
                Color::Async => "async",
            }
            .to_string(),
            was_async: decision.was_async,
            would_suspend: decision.demand.is_some(),
            unsure: decision.unsure.is_some(),
            reason: reason_name(&decision.reason).to_string(),
            because_of: places.view(step.as_ref().map_or(own, |step| step.place)),
            detail: step.map(|step| step.text).unwrap_or_default(),
        });
    }
    found.sort_by(|a, b| (&a.path, a.line, &a.qualname).cmp(&(&b.path, b.line, &b.qualname)));
    found
}

impl PlanReport {
    /// `entries`: functions and module bodies that programs start with. `select` and `ignore` limit what is listed by codes.
    #[must_use]
    pub fn new(
        project: &Project,
        program: &Program,
        plan: &Plan,
        entries: &[FuncId],
        select: &[String],
        ignore: &[String],
    ) -> Self {
        let places = Places::new(project, program);
        let functions = functions(program, plan, &places);
        // Units name blockers by index, so that this list is in the Plan's order and complete.
        let blockers = plan
            .blockers
            .iter()
            .map(|blocker| LeftView {
                place: places.view(blocker.place),
                code: blocker.code.to_string(),
                reason: blocker.reason.clone(),
                advice: blocker.advice.clone(),
            })
            .collect();
        let units = units(program, plan, entries)
            .into_iter()
            .map(|unit| UnitView {
                entry: places.function(unit.entry),
                path: program
                    .functions
                    .get(unit.entry.0 as usize)
                    .and_then(|facts| program.files.get(facts.file.0 as usize))
                    .map(|file| file.path.clone())
                    .unwrap_or_default(),
                functions: unit.functions.len(),
                coroutines: unit.colored.iter().map(|id| places.function(*id)).collect(),
                blockers: unit.blockers,
            })
            .collect();
        let mut left = left_by_plan(plan, &places);
        left.retain(|left| is_selected(&left.code, select, ignore));
        let mut rewrites = rewrites(plan, &places);
        rewrites.retain(|rewrite| is_selected(&rewrite.code, select, ignore));
        let counts = Counts {
            files: project.files.len(),
            functions: functions.len(),
            coroutines: plan.colored.len(),
            exact: accepted(plan, Confidence::Exact),
            review: accepted(plan, Confidence::Review),
            left: left.len(),
        };
        Self {
            version: FORMAT_VERSION,
            functions,
            units,
            blockers,
            rewrites,
            left,
            boundaries: plan
                .boundaries
                .iter()
                .map(|boundary| BoundaryView {
                    place: places.view(boundary.call),
                    caller: places.function(boundary.caller),
                    target: places.function(boundary.target),
                    bridge: bridge_name(boundary.bridge).to_string(),
                })
                .collect(),
            counts,
            skipped: project.skipped.iter().map(SkippedView::from).collect(),
        }
    }

    /// Whether there is anything to migrate, or something could not be looked at.
    #[must_use]
    pub fn has_work(&self) -> bool {
        !(self.rewrites.is_empty() && self.left.is_empty() && self.skipped.is_empty())
    }

    /// One line for everything that stays as it is.
    #[must_use]
    pub fn concise(&self, style: Style) -> String {
        self.left
            .iter()
            .map(|left| format!("{}\n", left.line(style)))
            .collect()
    }

    /// Blockers, then units in the order of work. `verbose`: every rewrite and every new coroutine as well.
    #[must_use]
    pub fn text(&self, style: Style, verbose: bool) -> String {
        let mut text = String::new();
        if !self.left.is_empty() {
            let mut by_code: BTreeMap<&str, usize> = BTreeMap::new();
            for left in &self.left {
                *by_code.entry(&left.code).or_default() += 1;
            }
            let codes: Vec<String> = by_code
                .iter()
                .map(|(code, number)| format!("{code} {number}"))
                .collect();
            let _ = writeln!(
                text,
                "{} {}",
                style.bold("What stays as it is"),
                style.faint(&format!("({})", codes.join(", ")))
            );
            for left in &self.left {
                let _ = writeln!(text, "  {}", left.line(style));
                if !left.advice.is_empty() {
                    let _ = writeln!(text, "      {}", style.faint(&left.advice));
                }
            }
            text.push('\n');
        }
        let units: Vec<&UnitView> = self
            .units
            .iter()
            .filter(|unit| verbose || !(unit.coroutines.is_empty() && unit.blockers.is_empty()))
            .collect();
        if !units.is_empty() {
            let _ = writeln!(text, "{}", style.bold("Units, in the order of work"));
            for (number, unit) in (1..).zip(units) {
                let _ = writeln!(
                    text,
                    "  {number}. {}: {}, {} to become coroutines, {}",
                    unit.entry,
                    count(unit.functions, "function"),
                    thousands(unit.coroutines.len()),
                    count(unit.blockers.len(), "blocker")
                );
            }
            text.push('\n');
        }
        if verbose {
            self.write_details(&mut text, style);
        }
        let _ = writeln!(
            text,
            "{} in {}: {} to become coroutines; {} exact, {} to review; {} left",
            count(self.counts.functions, "function"),
            count(self.counts.files, "file"),
            thousands(self.counts.coroutines),
            count(self.counts.exact, "rewrite"),
            thousands(self.counts.review),
            count(self.counts.left, "place")
        );
        text
    }

    fn write_details(&self, text: &mut String, style: Style) {
        if !self.rewrites.is_empty() {
            let _ = writeln!(text, "{}", style.bold("Rewrites"));
            for rewrite in &self.rewrites {
                let _ = writeln!(text, "  {}", rewrite.line(style));
                for difference in &rewrite.differences {
                    let _ = writeln!(text, "      differs: {difference}");
                }
            }
            text.push('\n');
        }
        let coroutines: Vec<&FunctionView> = self
            .functions
            .iter()
            .filter(|function| function.color == "async" && !function.was_async)
            .collect();
        if !coroutines.is_empty() {
            let _ = writeln!(text, "{}", style.bold("To become coroutines"));
            for function in coroutines {
                let _ = writeln!(
                    text,
                    "  {}:{}: {} {}",
                    function.path,
                    function.line,
                    function.qualname,
                    style.faint(&format!("({})", function.detail))
                );
            }
            text.push('\n');
        }
    }
}

/// What `ungreen why --output-format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "ungreen why")]
pub struct WhyReport {
    /// Version of this format.
    pub version: u32,
    /// One for each function of the name.
    pub chains: Vec<ChainView>,
}

/// From a function to what gives it its color.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChainView {
    /// `pkg.mod:Class.method`.
    pub function: String,
    /// `sync` or `async`.
    pub color: String,
    pub steps: Vec<StepView>,
}

/// One step of a chain.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepView {
    #[serde(flatten)]
    pub place: PlaceView,
    pub function: String,
    pub text: String,
    /// The function stays sync, and the step belongs to what would make it a coroutine otherwise.
    pub in_vain: bool,
}

impl WhyReport {
    #[must_use]
    pub fn new(project: &Project, program: &Program, plan: &Plan, functions: &[FuncId]) -> Self {
        let places = Places::new(project, program);
        let chains = functions
            .iter()
            .map(|id| ChainView {
                function: places.function(*id),
                color: match plan
                    .functions
                    .get(id.0 as usize)
                    .map(|decision| decision.color)
                {
                    Some(Color::Async) => "async",
                    _ => "sync",
                }
                .to_string(),
                steps: why(program, plan, *id)
                    .into_iter()
                    .map(|step| StepView {
                        place: places.view(step.place),
                        function: places.function(step.function),
                        text: step.text,
                        in_vain: step.in_vain,
                    })
                    .collect(),
            })
            .collect();
        Self {
            version: FORMAT_VERSION,
            chains,
        }
    }

    #[must_use]
    pub fn text(&self, style: Style) -> String {
        let mut text = String::new();
        for chain in &self.chains {
            let what = if chain.color == "async" {
                "a coroutine function"
            } else {
                "a sync function"
            };
            let _ = writeln!(text, "{} is to be {what}:", style.bold(&chain.function));
            let mut in_vain = false;
            for step in &chain.steps {
                if step.in_vain && !in_vain {
                    text.push_str("  it would have to be a coroutine function:\n");
                } else if in_vain && !step.in_vain {
                    text.push_str("  but it cannot be one:\n");
                }
                in_vain = step.in_vain;
                let _ = writeln!(text, "  {}: {}", step.place, step.text);
            }
        }
        text
    }
}
