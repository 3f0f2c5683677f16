//! `ungreen migrate -`: a program from standard input, the result to standard output.

use std::io::Read;

use ungreen_project::Project;
use ungreen_report::MigrateReport;

use crate::Outcome;
use crate::arguments::{Common, MigrateArguments, OutputFormat};
use crate::commands::migrate::{changed_files, known_adapters, print};
use crate::failure::Failure;
use crate::functions::known_entries;
use crate::pipeline::{Settings, analyze, options, rewrite};
use crate::terminal::Terminal;

/// What the program is called in messages.
const NAME: &str = "stdin.py";

pub(crate) fn migrate(
    arguments: &MigrateArguments,
    common: &Common,
    settings: &Settings,
    terminal: Terminal,
) -> Result<Outcome, Failure> {
    if arguments.paths.len() > 1 {
        return Err(Failure::new(
            "`-` was given together with other paths",
            "give `-` alone, or files and folders",
        ));
    }
    if arguments.output.is_some() {
        return Err(Failure::new(
            "`--output` needs files; the program comes from standard input",
            "redirect standard output instead",
        ));
    }
    let mut source = String::new();
    std::io::stdin()
        .read_to_string(&mut source)
        .map_err(|error| {
            Failure::new(
                format!("standard input cannot be read: {error}"),
                "give a Python program in UTF-8",
            )
        })?;
    let progress = terminal.progress();
    let project = Project::from_texts(&[(NAME, &source)], &options(common))?;
    if let Some(skipped) = project.skipped.first() {
        return Err(Failure::new(skipped.to_string(), skipped.reason.advice()));
    }
    let analysis = analyze(project, settings, &progress);
    known_adapters(analysis, settings)?;
    known_entries(&analysis.program, settings)?;
    let (rewrite, recheck) = rewrite(analysis, settings, &progress);
    drop(progress);
    let report = MigrateReport::new(
        &analysis.project,
        &analysis.program,
        &analysis.plan,
        &rewrite,
        &recheck,
        &[],
        changed_files(&analysis.project, &rewrite),
    );
    if !arguments.diff && common.output_format != OutputFormat::Json {
        terminal.print(rewrite.files.first().map_or(&source, |file| &file.text));
    }
    if !(arguments.diff || common.output_format == OutputFormat::Concise) {
        print(&report, false, common, terminal);
    } else if arguments.diff {
        print(&report, true, common, terminal);
    }
    for helper in &rewrite.helpers {
        terminal.say(&format!(
            "note: the result imports the helper `{}`, which `--diff` shows",
            helper.path
        ));
    }
    let changes_remain = arguments.diff && !report.files.is_empty();
    Ok(Outcome::remains_if(report.has_remains() || changes_remain))
}
