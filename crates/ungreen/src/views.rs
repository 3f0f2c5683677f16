//! The commands that only look: `plan`, `why`, `callgraph`, `explain`, `scan`.

use serde_json::json;
use ungreen_callgraph::{FuncId, FunctionKind};
use ungreen_catalog::codes;
use ungreen_color::{Color, Reason, units, why as chain};
use ungreen_project::Project;

use crate::arguments::{
    CallgraphArguments, Common, OutputFormat, Paths, PlanArguments, WhyArguments,
};
use crate::migrate::location;
use crate::pipeline::{Analysis, Settings, analyze, find_functions, load, name_of};
use crate::{DONE, FINDINGS, print, say};

fn analyzed(paths: &Paths, common: &Common) -> anyhow::Result<(Project, Analysis)> {
    let project = load(&paths.paths, common)?;
    for skipped in &project.skipped {
        say(&format!("warning: {skipped}"));
    }
    let mut settings = Settings::default();
    settings.rewrite.minor_version = project.target_version.minor;
    let analysis = analyze(&project, &settings);
    Ok((project, analysis))
}

fn reason_name(reason: &Reason) -> &'static str {
    match reason {
        Reason::NothingSuspends => "nothing-suspends",
        Reason::AlreadyAsync => "already-async",
        Reason::Suspends(_) => "suspends",
        Reason::Calls { .. } => "calls",
        Reason::Spawned(_) => "spawned",
        Reason::Family(_) => "family",
        Reason::Pinned(_) => "pinned",
        Reason::Refused { .. } => "refused",
        Reason::Policy => "policy",
    }
}

pub(crate) fn plan(arguments: &PlanArguments, common: &Common) -> anyhow::Result<u8> {
    let (project, analysis) = analyzed(&arguments.paths, common)?;
    let (program, plan) = (&analysis.program, &analysis.plan);
    let at = |place: ungreen_callgraph::Place| {
        project
            .file(place.file)
            .map_or_else(String::new, |file| location(&file.path, &file.text, place))
    };
    let units = units(program, plan, &analysis.entries);
    if common.output_format == OutputFormat::Json {
        let functions: Vec<_> = program
            .functions
            .iter()
            .zip(&plan.functions)
            .enumerate()
            .filter(|(_, (facts, _))| {
                matches!(facts.kind, FunctionKind::Def | FunctionKind::Lambda)
            })
            .map(|(_, (facts, decision))| {
                json!({
                    "path": program.files.get(facts.file.0 as usize).map(|file| file.path.as_str()),
                    "qualname": facts.qualname,
                    "line": facts.line,
                    "color": decision.color,
                    "was_async": decision.was_async,
                    "reason": reason_name(&decision.reason),
                })
            })
            .collect();
        let blockers: Vec<_> = plan
            .blockers
            .iter()
            .map(|blocker| {
                json!({
                    "code": blocker.code,
                    "place": at(blocker.place),
                    "function": name_of(program, blocker.function),
                    "reason": blocker.reason,
                    "advice": blocker.advice,
                })
            })
            .collect();
        let units: Vec<_> = units
            .iter()
            .map(|unit| {
                json!({
                    "entry": name_of(program, unit.entry),
                    "functions": unit.functions.len(),
                    "colored": unit.colored.iter().map(|id| name_of(program, *id)).collect::<Vec<_>>(),
                    "blockers": unit.blockers,
                })
            })
            .collect();
        let document =
            json!({ "version": 1, "functions": functions, "blockers": blockers, "units": units });
        print(&format!("{document}\n"));
    } else {
        let mut out = String::new();
        for blocker in &plan.blockers {
            out.push_str(&format!(
                "{}: {} {}\n  hint: {}\n",
                at(blocker.place),
                blocker.code,
                blocker.reason,
                blocker.advice
            ));
        }
        for unit in &units {
            out.push_str(&format!(
                "{}: {} functions, {} to become coroutines, {} blockers\n",
                name_of(program, unit.entry),
                unit.functions.len(),
                unit.colored.len(),
                unit.blockers.len()
            ));
        }
        print(&out);
    }
    Ok(if plan.proposals.is_empty() {
        DONE
    } else {
        FINDINGS
    })
}

pub(crate) fn why(arguments: &WhyArguments, common: &Common) -> anyhow::Result<u8> {
    let (project, analysis) = analyzed(&arguments.paths, common)?;
    let functions: Vec<FuncId> = match &arguments.name {
        Some(name) => find_functions(&analysis.program, name),
        None => (0..analysis.plan.functions.len())
            .filter_map(|index| u32::try_from(index).ok().map(FuncId))
            .filter(|id| {
                let decision = &analysis.plan.functions[id.0 as usize];
                decision.color == Color::Async || matches!(decision.reason, Reason::Refused { .. })
            })
            .collect(),
    };
    if functions.is_empty() && arguments.name.is_some() {
        anyhow::bail!(
            "no function is called `{}`\nhint: write `package.module.Class.method`",
            arguments.name.as_deref().unwrap_or_default()
        );
    }
    let mut out = String::new();
    for function in functions {
        out.push_str(&format!("{}\n", name_of(&analysis.program, function)));
        for step in chain(&analysis.program, &analysis.plan, function) {
            let place = project
                .file(step.place.file)
                .map_or_else(String::new, |file| {
                    location(&file.path, &file.text, step.place)
                });
            out.push_str(&format!("  {place}: {}\n", step.text));
        }
    }
    print(&out);
    Ok(DONE)
}

pub(crate) fn callgraph(arguments: &CallgraphArguments, common: &Common) -> anyhow::Result<u8> {
    let project = load(&arguments.paths, common)?;
    let oracle = project.oracle();
    let program = ungreen_callgraph::resolve(&project.modules(), Some(&oracle));
    print(&format!("{}\n", ungreen_callgraph::pycg_json(&program)));
    Ok(DONE)
}

pub(crate) fn explain(code: &str) -> anyhow::Result<u8> {
    let Some(entry) = codes()
        .iter()
        .find(|entry| entry.code.eq_ignore_ascii_case(code))
    else {
        anyhow::bail!("there is no code `{code}`\nhint: codes look like `UG301`");
    };
    print(&format!(
        "# {}: {}\n\n## What it is\n\n{}\n\n## Why it matters\n\n{}\n\n## What to do\n\n{}\n",
        entry.code, entry.title, entry.what, entry.why, entry.advice
    ));
    Ok(DONE)
}

/// What would be proposed, counted; the scan's own views take its place.
pub(crate) fn scan(paths: &Paths, common: &Common) -> anyhow::Result<u8> {
    let (_, analysis) = analyzed(paths, common)?;
    Ok(if analysis.plan.proposals.is_empty() {
        DONE
    } else {
        FINDINGS
    })
}
