//! `ungreen why QUALNAME`, and of all functions that are concerned.

use std::path::PathBuf;

use ungreen_callgraph::FuncId;
use ungreen_color::{Color, Plan};
use ungreen_report::WhyReport;

use crate::Outcome;
use crate::arguments::{Common, OutputFormat, WhyArguments};
use crate::failure::Failure;
use crate::functions::{find_functions, hint, known_entries};
use crate::pipeline::{analyze, load};
use crate::terminal::Terminal;

pub(crate) fn why(
    arguments: &WhyArguments,
    common: &Common,
    terminal: Terminal,
) -> Result<Outcome, Failure> {
    let progress = terminal.progress();
    // With `--all`, there is no name before the paths.
    let name = arguments.name.as_deref().filter(|_| !arguments.all);
    let mut paths: Vec<PathBuf> = Vec::new();
    if arguments.all {
        paths.extend(arguments.name.iter().map(PathBuf::from));
    }
    paths.extend_from_slice(&arguments.paths);
    if paths.is_empty() {
        paths.push(PathBuf::from("."));
    }
    let project = load(&paths, common, &progress)?;
    let settings = arguments.extent.settings();
    let analysis = analyze(project, &settings, &progress);
    known_entries(&analysis.program, &settings)?;
    drop(progress);
    let functions = match name {
        Some(name) => find_functions(&analysis.program, name),
        None => concerned(&analysis.plan),
    };
    if let Some(name) = name
        && functions.is_empty()
    {
        return Err(Failure::new(
            format!("no function is called `{name}`"),
            hint(&analysis.program, name),
        ));
    }
    let report = WhyReport::new(
        &analysis.project,
        &analysis.program,
        &analysis.plan,
        &functions,
    );
    match common.output_format {
        OutputFormat::Text | OutputFormat::Concise => {
            terminal.print(&report.text(terminal.style));
        }
        OutputFormat::Json => terminal.print(&ungreen_report::json(&report)),
    }
    Ok(Outcome::Done)
}

/// Functions that become coroutines, or would if nothing had to stay sync.
fn concerned(plan: &Plan) -> Vec<FuncId> {
    plan.functions
        .iter()
        .enumerate()
        .filter(|(_, decision)| {
            decision.demand.is_some() || (decision.color == Color::Async && !decision.was_async)
        })
        .filter_map(|(index, _)| Some(FuncId(u32::try_from(index).ok()?)))
        .collect()
}
