//! `ungreen migrate`.

use std::path::Path;

use ungreen_project::{Change, GitState, Project};
use ungreen_report::{ChangedFile, FailedFile, MigrateReport};
use ungreen_rewrite::Rewrite;
use ungreen_rewrite::constructs::{
    FlaskTarget as ConstructFlask, Stage as ConstructStage, class_named,
};

use crate::Outcome;
use crate::arguments::{Common, FlaskTarget, MigrateArguments, OutputFormat, Stage};
use crate::commands::standard_input;
use crate::failure::Failure;
use crate::functions::known_entries;
use crate::pipeline::{Analysis, Settings, analyze, load, rewrite};
use crate::terminal::Terminal;

/// Paths named in one message.
const NAMED: usize = 10;

pub(crate) fn migrate(
    arguments: &MigrateArguments,
    common: &Common,
    terminal: Terminal,
) -> Result<Outcome, Failure> {
    let settings = settings(arguments, common);
    if arguments.paths.iter().any(|path| path == Path::new("-")) {
        return standard_input::migrate(arguments, common, &settings, terminal);
    }
    let progress = terminal.progress();
    let project = load(&arguments.paths, common, &progress)?;
    let analysis = analyze(project, &settings, &progress);
    known_adapters(analysis, &settings)?;
    known_entries(&analysis.program, &settings)?;
    let (rewrite, recheck) = rewrite(analysis, &settings, &progress);
    progress.stage("Comparing");
    let project = &analysis.project;
    let (changes, mut failed) = changes(project, &rewrite);
    let mut report = MigrateReport::new(
        project,
        &analysis.program,
        &analysis.plan,
        &rewrite,
        &recheck,
        &project.surroundings().dependencies,
        changed_files(project, &rewrite),
    );
    if arguments.diff {
        failed.extend(project.unwritable(&changes).iter().map(FailedFile::from));
    } else {
        progress.stage("Writing");
        let written = match &arguments.output {
            Some(output) => project.write_copy(output, &changes)?,
            None => {
                if !arguments.allow_dirty {
                    refuse_uncommitted(project, &changes)?;
                }
                project.write(&changes)
            }
        };
        report.written = true;
        report
            .files
            .retain(|file| written.written.contains(&file.path));
        failed.extend(written.failed.iter().map(FailedFile::from));
    }
    report.failed = failed;
    drop(progress);
    print(&report, arguments.diff, common, terminal);
    let remains = report.has_remains() || arguments.diff && !report.files.is_empty();
    Ok(Outcome::remains_if(remains))
}

/// Every class that is to get a sync face is one of the program.
pub(super) fn known_adapters(analysis: &Analysis, settings: &Settings) -> Result<(), Failure> {
    let given = (settings.adapters.iter()).map(|name| (name, format!("`--adapter {name}`")));
    let configured = (analysis.project.config.adapters.iter())
        .map(|name| (name, format!("`{name}` in `adapters` of the configuration")));
    match given
        .chain(configured)
        .find(|(name, _)| class_named(&analysis.program, name).is_none())
    {
        None => Ok(()),
        Some((_, what)) => Err(Failure::new(
            format!("{what} names no class of the program"),
            "give the module and the class as `pkg.mod.Class`",
        )),
    }
}

/// Data to standard output, the summary in words to standard error.
pub(super) fn print(report: &MigrateReport, diff: bool, common: &Common, terminal: Terminal) {
    match common.output_format {
        OutputFormat::Json => terminal.print(&ungreen_report::json(report)),
        _ if diff => {
            for file in &report.files {
                terminal.print(&file.text(terminal.style));
            }
        }
        OutputFormat::Concise => terminal.print(&report.concise(terminal.style)),
        OutputFormat::Text => {}
    }
    if common.output_format == OutputFormat::Text {
        terminal.say(&report.summary(terminal.error_style, common.verbose));
    }
    if common.quiet {
        for failed in &report.failed {
            terminal.fail(&format!("{}: {}", failed.path, failed.reason));
        }
    }
}

fn settings(arguments: &MigrateArguments, common: &Common) -> Settings {
    Settings {
        exact_only: arguments.exact_only,
        stage: match arguments.stage {
            Some(Stage::Hub) => ConstructStage::Hub,
            None => ConstructStage::Full,
        },
        adapters: arguments.adapter.clone(),
        flask: match arguments.flask {
            Some(FlaskTarget::Fastapi) => ConstructFlask::FastApi,
            None => ConstructFlask::Threads,
        },
        select: common.select.clone(),
        ignore: common.ignore.clone(),
        ..arguments.extent.settings()
    }
}

/// The changes, and the files whose encoding cannot hold them.
fn changes(project: &Project, rewrite: &Rewrite) -> (Vec<Change>, Vec<FailedFile>) {
    let mut changes = Vec::new();
    let mut failed = Vec::new();
    for file in &rewrite.files {
        match project.rewrite(file.file, &file.text) {
            Ok(change) => changes.push(change),
            Err(failure) => failed.push(FailedFile::from(&failure)),
        }
    }
    for helper in &rewrite.helpers {
        changes.push(match text_before(project, &helper.path) {
            Some(before) => Change::replace(&helper.path, before, &helper.text),
            None => Change::create(&helper.path, &helper.text),
        });
    }
    (changes, failed)
}

/// The text of a file of the program.
fn text_before<'p>(project: &'p Project, path: &str) -> Option<&'p str> {
    let file = project.files.iter().find(|file| file.path == path)?;
    Some(&file.text)
}

pub(super) fn changed_files(project: &Project, rewrite: &Rewrite) -> Vec<ChangedFile> {
    let mut files: Vec<ChangedFile> = rewrite
        .files
        .iter()
        .filter_map(|result| {
            let file = project.file(result.file)?;
            Some(ChangedFile::new(&file.path, Some(&file.text), &result.text))
        })
        .collect();
    for helper in &rewrite.helpers {
        let before = text_before(project, &helper.path);
        files.push(ChangedFile::new(&helper.path, before, &helper.text));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn refuse_uncommitted(project: &Project, changes: &[Change]) -> Result<(), Failure> {
    let paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    let hint = "commit or stash them first, or give `--allow-dirty`";
    match project.git_state(&paths) {
        GitState::NoGit | GitState::Clean => Ok(()),
        GitState::Uncommitted(dirty) => {
            let mut named = dirty
                .iter()
                .take(NAMED)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            if dirty.len() > NAMED {
                named.push_str(&format!(" and {} more", dirty.len() - NAMED));
            }
            Err(Failure::new(
                format!("files to be written have changes that git does not hold: {named}"),
                hint,
            ))
        }
        GitState::Failed { message } => Err(Failure::new(
            format!("git cannot tell whether files have uncommitted changes: {message}"),
            hint,
        )),
    }
}
