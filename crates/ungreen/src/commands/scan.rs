//! `ungreen scan`.

use std::path::PathBuf;

use ungreen_report::ScanReport;

use crate::Outcome;
use crate::arguments::{Common, OutputFormat};
use crate::commands::warn_of_skipped;
use crate::failure::Failure;
use crate::pipeline::options;
use crate::terminal::Terminal;

pub(crate) fn scan(
    paths: &[PathBuf],
    common: &Common,
    terminal: Terminal,
) -> Result<Outcome, Failure> {
    let progress = terminal.progress();
    progress.stage("Reading files");
    let sources = ungreen_project::read(paths, &options(common))?;
    progress.stage("Looking for Eventlet");
    let scan = ungreen_scan::scan(&sources);
    progress.stage("Looking for dependencies and entry points");
    let surroundings = sources.surroundings();
    drop(progress);
    let report = ScanReport::new(&scan, &surroundings, &common.select, &common.ignore);
    match common.output_format {
        OutputFormat::Text => terminal.print(&report.text(terminal.style, common.verbose)),
        OutputFormat::Concise => terminal.print(&report.concise(terminal.style)),
        OutputFormat::Json => terminal.print(&ungreen_report::json(&report)),
    }
    if common.output_format == OutputFormat::Concise {
        warn_of_skipped(&report.skipped, terminal);
    }
    Ok(Outcome::remains_if(report.has_findings()))
}
