//! `ungreen plan`.

use ungreen_report::PlanReport;

use crate::Outcome;
use crate::arguments::{Common, GraphFormat, OutputFormat, PlanArguments};
use crate::commands::warn_of_skipped;
use crate::failure::Failure;
use crate::functions::known_entries;
use crate::pipeline::{analyze, load};
use crate::terminal::Terminal;

pub(crate) fn plan(
    arguments: &PlanArguments,
    common: &Common,
    terminal: Terminal,
) -> Result<Outcome, Failure> {
    let progress = terminal.progress();
    let project = load(&arguments.paths.paths, common, &progress)?;
    let settings = arguments.extent.settings();
    let analysis = analyze(project, &settings, &progress);
    known_entries(&analysis.program, &settings)?;
    progress.stage("Reporting");
    let report = PlanReport::new(
        &analysis.project,
        &analysis.program,
        &analysis.plan,
        &analysis.entries,
        &common.select,
        &common.ignore,
    );
    drop(progress);
    if let Some(format) = arguments.format {
        terminal.print(&match format {
            GraphFormat::Graphviz => report.graphviz(),
            GraphFormat::Mermaid => report.mermaid(),
        });
        warn_of_skipped(&report.skipped, terminal);
        return Ok(Outcome::remains_if(report.has_work()));
    }
    match common.output_format {
        OutputFormat::Text => terminal.print(&report.text(terminal.style, common.verbose)),
        OutputFormat::Concise => terminal.print(&report.concise(terminal.style)),
        OutputFormat::Json => terminal.print(&ungreen_report::json(&report)),
    }
    if common.output_format != OutputFormat::Json {
        warn_of_skipped(&report.skipped, terminal);
    }
    Ok(Outcome::remains_if(report.has_work()))
}
