//! `ungreen why QUALNAME`.

use ungreen_report::WhyReport;

use crate::Outcome;
use crate::arguments::{Common, OutputFormat, WhyArguments};
use crate::failure::Failure;
use crate::pipeline::{Settings, analyze, find_functions, load};
use crate::terminal::Terminal;

pub(crate) fn why(
    arguments: &WhyArguments,
    common: &Common,
    terminal: Terminal,
) -> Result<Outcome, Failure> {
    let progress = terminal.progress();
    let project = load(&arguments.paths.paths, common, &progress)?;
    let analysis = analyze(project, &Settings::default(), &progress);
    drop(progress);
    let functions = find_functions(&analysis.program, &arguments.name);
    if functions.is_empty() {
        return Err(Failure::new(
            format!("no function is called `{}`", arguments.name),
            "write `package.module.Class.method`; `ungreen plan --output-format json` lists all functions",
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
