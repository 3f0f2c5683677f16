//! The stages in a row: discover, parse, resolve, propose, color.

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FileId, FuncId, Module, Place, Program, resolve};
use ungreen_catalog::PythonVersion;
use ungreen_color::{Input, Plan, Proposal, color, importers};
use ungreen_project::{EntryKind, Options, Policy, Project, discover};
use ungreen_report::is_selected;
use ungreen_rewrite::constructs::{Config, FlaskTarget, Stage, propose};
use ungreen_rewrite::{Recheck, Rewrite, apply, conflicts, recheck};

use crate::arguments::Common;
use crate::failure::Failure;
use crate::functions::{policies, unit, with_policy};
use crate::starts::{bodies, named};
use crate::terminal::Progress;

/// How the Plan is to be made.
#[derive(Debug, Default, Clone)]
pub(crate) struct Settings {
    pub(crate) exact_only: bool,
    /// Color functions also where they run what stays on Eventlet.
    pub(crate) unfinished: bool,
    /// Names of the functions with which the units begin that are migrated; none: the whole program.
    pub(crate) entries: Vec<String>,
    pub(crate) stage: Stage,
    /// Dotted names of classes that get a sync face, besides those of the configuration.
    pub(crate) adapters: Vec<String>,
    /// What becomes of Flask applications.
    pub(crate) flask: FlaskTarget,
    /// Only proposals with these codes are accepted; see [`is_selected`].
    pub(crate) select: Vec<String>,
    pub(crate) ignore: Vec<String>,
}

/// All that is known of a program once it has a Plan.
pub(crate) struct Analysis {
    pub(crate) project: Project,
    pub(crate) program: Program,
    pub(crate) plan: Plan,
    /// What programs start with: functions that are named as such, and bodies of modules.
    pub(crate) entries: Vec<FuncId>,
}

/// What the command line says about reading the program.
pub(crate) fn options(common: &Common) -> Options {
    Options {
        target_version: common
            .target_version
            .map(|version| ungreen_project::PythonVersion {
                major: version.major,
                minor: version.minor,
            }),
        python: common.python.clone(),
        config: common.config.clone(),
        exclude: common.exclude.clone(),
        no_gitignore: false,
    }
}

/// Reads and parses what the command line names.
///
/// # Errors
/// See [`discover`].
pub(crate) fn load(
    paths: &[PathBuf],
    common: &Common,
    progress: &Progress,
) -> Result<Project, Failure> {
    progress.stage("Reading and parsing");
    Ok(discover(paths, &options(common))?)
}

/// Resolves, proposes and colors. A process makes one analysis and ends with it, so it is never freed: the system is quicker.
pub(crate) fn analyze(
    project: Project,
    settings: &Settings,
    progress: &Progress,
) -> &'static Analysis {
    let (program, plan, entries) = {
        let modules = project.modules();
        progress.stage("Resolving calls");
        let program = resolve(&modules, Some(&project.oracle()));
        progress.stage("Looking for constructs");
        let mut adapters = settings.adapters.clone();
        adapters.extend(project.config.adapters.iter().cloned());
        let config = Config {
            target: target(&project),
            stage: settings.stage,
            adapters,
            in_threads: with_policy(&project, &program, Policy::Thread),
            flask: settings.flask,
            one_unit: !settings.entries.is_empty(),
        };
        let proposals = propose(&program, &modules, &config);
        let mut excluded = overlaps(&proposals);
        for (index, proposal) in proposals.iter().enumerate() {
            if !is_selected(proposal.code, &settings.select, &settings.ignore) {
                excluded.insert(index, "its code is not selected".to_string());
            }
        }
        progress.stage("Coloring functions");
        let importers = importers(&program);
        let starts = project.surroundings().entry_points;
        let scripts = named(
            &program,
            &starts,
            &[EntryKind::Script, EntryKind::Configured],
        );
        let mut entries = scripts.clone();
        entries.extend(bodies(&project, &program, &starts, &importers));
        entries.sort_unstable();
        entries.dedup();
        let plan = color(Input {
            program: &program,
            modules: &modules,
            proposals,
            policies: policies(&project, &program),
            entries: scripts,
            plugins: named(&program, &starts, &[EntryKind::Plugin]),
            test_files: test_files(&project),
            importers,
            exact_only: settings.exact_only,
            unfinished: settings.unfinished,
            unit: unit(&program, &settings.entries),
            excluded,
        });
        (program, plan, entries)
    };
    Box::leak(Box::new(Analysis {
        project,
        program,
        plan,
        entries,
    }))
}

/// The texts that the Plan leads to, of which those that fail the second analysis are left out.
pub(crate) fn rewrite(
    analysis: &Analysis,
    settings: &Settings,
    progress: &Progress,
) -> (Rewrite, Recheck) {
    let Analysis {
        project,
        program,
        plan,
        ..
    } = analysis;
    progress.stage("Rewriting");
    let modules = project.modules();
    let mut options = ungreen_rewrite::Options {
        minor_version: target(project).minor,
        ..ungreen_rewrite::Options::default()
    };
    if let Some(module) = &project.config.helper_module {
        options.helper_module.clone_from(module);
    }
    let mut rewrite = apply(program, &modules, plan, &options);
    progress.stage("Checking the result");
    let again = |modules: &[Module<'_>]| resolve(modules, None);
    let mut recheck = recheck(program, &modules, plan, &rewrite, &again, Some(project));
    if settings.stage == Stage::Hub {
        // The program stays on Eventlet.
        recheck.imports.clear();
        recheck.is_free = false;
    }
    rewrite
        .files
        .retain(|result| !recheck.withheld.contains(&result.file));
    if rewrite.files.is_empty() {
        rewrite.helpers.clear();
    }
    (rewrite, recheck)
}

fn target(project: &Project) -> PythonVersion {
    PythonVersion {
        major: project.target_version.major,
        minor: project.target_version.minor,
    }
}

/// The proposals that overlap an earlier one, and why each is left out.
fn overlaps(proposals: &[Proposal]) -> FxHashMap<usize, String> {
    let hub: FxHashSet<Place> = proposals
        .iter()
        .filter(|proposal| proposal.needs.for_bridges)
        .map(|proposal| proposal.place)
        .collect();
    let reason = |index: usize| {
        let place = proposals.get(index).map(|proposal| proposal.place);
        if place.is_some_and(|place| hub.contains(&place)) {
            "what is not of the unit needs it"
        } else {
            "it overlaps another rewrite of the same code"
        }
    };
    conflicts(proposals)
        .into_iter()
        .map(|index| (index, reason(index).to_string()))
        .collect()
}

fn test_files(project: &Project) -> FxHashSet<FileId> {
    project
        .files
        .iter()
        .filter(|file| file.is_test)
        .map(|file| file.id)
        .collect()
}
