//! `ungreen migrate`.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use similar::TextDiff;
use ungreen_callgraph::Place;
use ungreen_catalog::Confidence;
use ungreen_color::{Decided, Verdict};
use ungreen_project::{Change, GitState, Options, Project};
use ungreen_rewrite::Rewrite;

use crate::arguments::{Common, MigrateArguments, Stage};
use crate::pipeline::{Analysis, Settings, analyze, load};
use crate::{DONE, FAILED, FINDINGS, print, say};

/// Runs the command; the exit code.
///
/// # Errors
/// When nothing could be read, or nothing may be written.
pub(crate) fn migrate(arguments: &MigrateArguments, common: &Common) -> anyhow::Result<u8> {
    if arguments.paths.iter().any(|path| path == Path::new("-")) {
        return migrate_standard_input(arguments, common);
    }
    let project = load(&arguments.paths, common)?;
    for skipped in &project.skipped {
        say(&format!("warning: {skipped}"));
    }
    let settings = settings(arguments, &project);
    let analysis = analyze(&project, &settings);
    let rewrite = rewrite(&project, &analysis, &settings);
    let changes = changes(&project, &rewrite)?;
    let summary = summary(&project, &analysis, &rewrite, common.verbose);
    if arguments.diff {
        print(&diff(&project, &rewrite));
        finish(common, &summary);
        return Ok(if changes.is_empty() { DONE } else { FINDINGS });
    }
    if let Some(output) = &arguments.output {
        let report = project.write_copy(output, &changes)?;
        for failure in &report.failed {
            say(&format!("error: {failure}"));
        }
        finish(common, &summary);
        return Ok(if report.failed.is_empty() {
            DONE
        } else {
            FAILED
        });
    }
    let paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    if !arguments.allow_dirty
        && let GitState::Uncommitted(dirty) = project.git_state(&paths)
    {
        anyhow::bail!(
            "these files have uncommitted changes: {}\nhint: commit them, or give `--allow-dirty`",
            dirty.join(", ")
        );
    }
    let report = project.write(&changes);
    for failure in &report.failed {
        say(&format!("error: {failure}"));
    }
    finish(common, &summary);
    Ok(if report.failed.is_empty() {
        DONE
    } else {
        FAILED
    })
}

fn finish(common: &Common, summary: &str) {
    if !common.quiet {
        say(summary);
    }
}

fn settings(arguments: &MigrateArguments, project: &Project) -> Settings {
    let mut settings = Settings {
        exact_only: arguments.exact_only,
        ..Settings::default()
    };
    settings.rewrite.minor_version = project.target_version.minor;
    settings.hub_only = arguments.stage == Some(Stage::Hub);
    settings.adapters.clone_from(&arguments.adapter);
    if let Some(module) = &project.config.helper_module {
        settings.rewrite.helper_module.clone_from(module);
    }
    settings
}

/// The new texts, of which those that fail the recheck are left out.
fn rewrite(project: &Project, analysis: &Analysis, settings: &Settings) -> Rewrite {
    ungreen_rewrite::apply(
        &analysis.program,
        &project.modules(),
        &analysis.plan,
        &settings.rewrite,
    )
}

fn changes(project: &Project, rewrite: &Rewrite) -> anyhow::Result<Vec<Change>> {
    let mut changes = Vec::new();
    for file in &rewrite.files {
        changes.push(
            project
                .rewrite(file.file, &file.text)
                .map_err(|failure| anyhow::anyhow!("{failure}"))?,
        );
    }
    for helper in &rewrite.helpers {
        changes.push(match project.read_other(&helper.path) {
            Ok(before) => Change::replace(&helper.path, &before, &helper.text),
            Err(_) => Change::create(&helper.path, &helper.text),
        });
    }
    Ok(changes)
}

fn diff(project: &Project, rewrite: &Rewrite) -> String {
    let mut texts: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for file in &rewrite.files {
        if let Some(source) = project.file(file.file) {
            texts.insert(&source.path, (&source.text, &file.text));
        }
    }
    for helper in &rewrite.helpers {
        texts.insert(&helper.path, ("", &helper.text));
    }
    let mut out = String::new();
    for (path, (before, after)) in texts {
        let old = if before.is_empty() {
            "/dev/null".to_string()
        } else {
            format!("a/{path}")
        };
        out.push_str(
            &TextDiff::from_lines(before, after)
                .unified_diff()
                .header(&old, &format!("b/{path}"))
                .to_string(),
        );
    }
    out
}

/// What was done with which confidence, and what was left and why.
fn summary(project: &Project, analysis: &Analysis, rewrite: &Rewrite, verbose: bool) -> String {
    let plan = &analysis.plan;
    let count = |wanted: Confidence| {
        plan.proposals
            .iter()
            .filter(|decided| {
                decided.verdict == Verdict::Accepted && decided.proposal.confidence == wanted
            })
            .count()
    };
    let mut lines = vec![format!(
        "{} files rewritten, {} functions became coroutines; {} rewrites exact, {} to review",
        rewrite.files.len(),
        plan.colored.len(),
        count(Confidence::Exact),
        count(Confidence::Review)
    )];
    let at = |place: Place| {
        project
            .file(place.file)
            .map_or_else(String::new, |file| location(&file.path, &file.text, place))
    };
    if verbose {
        for decided in plan
            .proposals
            .iter()
            .filter(|decided| decided.verdict == Verdict::Accepted)
        {
            let proposal = &decided.proposal;
            lines.push(format!(
                "{}: {} {}",
                at(proposal.place),
                proposal.code,
                proposal.summary
            ));
            lines.extend(
                proposal
                    .differences
                    .iter()
                    .map(|difference| format!("    differs: {difference}")),
            );
        }
    }
    for decided in &plan.proposals {
        if let Some(reason) = left(decided, analysis) {
            lines.push(format!(
                "{}: {} left: {reason}",
                at(decided.proposal.place),
                decided.proposal.code
            ));
        }
    }
    for uncertain in &plan.uncertain {
        lines.push(format!(
            "{}: UG320 `{}` may be a coroutine now; its receiver is unknown",
            at(uncertain.call),
            uncertain.name
        ));
    }
    for problem in &rewrite.problems {
        let place = Place {
            file: problem.file,
            range: problem.range,
        };
        lines.push(format!("{}: not written: {}", at(place), problem.reason));
    }
    lines.join("\n")
}

fn left(decided: &Decided, analysis: &Analysis) -> Option<String> {
    let proposal = &decided.proposal;
    match &decided.verdict {
        Verdict::Accepted | Verdict::NotNeeded => None,
        Verdict::Rejected { blocker } => analysis
            .plan
            .blockers
            .get(*blocker)
            .map(|blocker| format!("{}; {}", blocker.reason, blocker.advice)),
        Verdict::Manual => Some(format!(
            "{}; {}",
            proposal.summary,
            proposal.advice.as_deref().unwrap_or_default()
        )),
        Verdict::Excluded { reason } => Some(reason.clone()),
    }
}

/// `path:line:column`.
pub(crate) fn location(path: &str, text: &str, place: Place) -> String {
    let before = text
        .get(..usize::from(place.range.start()))
        .unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    format!("{path}:{line}:{column}")
}

fn migrate_standard_input(arguments: &MigrateArguments, common: &Common) -> anyhow::Result<u8> {
    let mut source = String::new();
    std::io::stdin().read_to_string(&mut source)?;
    let options = Options::default();
    let project = Project::from_texts(&[("stdin.py", &source)], &options)?;
    if let Some(skipped) = project.skipped.first() {
        anyhow::bail!("{skipped}");
    }
    let settings = settings(arguments, &project);
    let analysis = analyze(&project, &settings);
    let rewrite = rewrite(&project, &analysis, &settings);
    if arguments.diff {
        print(&diff(&project, &rewrite));
    } else {
        print(rewrite.files.first().map_or(&source, |file| &file.text));
        for helper in &rewrite.helpers {
            say(&format!(
                "note: the result imports the helper `{}`, which is not printed",
                helper.path
            ));
        }
    }
    finish(
        common,
        &summary(&project, &analysis, &rewrite, common.verbose),
    );
    Ok(if rewrite.files.is_empty() {
        DONE
    } else {
        FINDINGS
    })
}
