//! The stages in a row: discover, parse, resolve, propose, color.

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FileId, FuncId, Module, Program, resolve};
use ungreen_catalog::PythonVersion;
use ungreen_color::{Input, Plan, Policies, color, importers};
use ungreen_project::{EntryKind, Options, Policy, Project, discover};
use ungreen_report::{function_name, is_selected};
use ungreen_rewrite::constructs::{Config, FlaskTarget, Stage, propose};
use ungreen_rewrite::{Recheck, Rewrite, apply, conflicts, recheck};

use crate::arguments::Common;
use crate::failure::Failure;
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

/// Resolves, proposes and colors.
pub(crate) fn analyze(project: Project, settings: &Settings, progress: &Progress) -> Analysis {
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
        let mut excluded: FxHashMap<usize, String> = conflicts(&proposals)
            .into_iter()
            .map(|index| {
                (
                    index,
                    "it overlaps another rewrite of the same code".to_string(),
                )
            })
            .collect();
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
    Analysis {
        project,
        program,
        plan,
        entries,
    }
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

/// The functions that a name means: the whole of it, or the end of it.
pub(crate) fn find_functions(program: &Program, name: &str) -> Vec<FuncId> {
    let wanted = name.replacen(':', ".", 1);
    let ids = || {
        (0..program.functions.len()).filter_map(|index| Some(FuncId(u32::try_from(index).ok()?)))
    };
    let dotted = |id: FuncId| function_name(program, id).replacen(':', ".", 1);
    let whole: Vec<FuncId> = ids()
        .filter(|id| {
            let own = dotted(*id);
            own == wanted || own.replace("<locals>.", "") == wanted
        })
        .collect();
    if !whole.is_empty() {
        return whole;
    }
    ids()
        .filter(|id| {
            dotted(*id)
                .strip_suffix(wanted.as_str())
                .is_some_and(|rest| rest.ends_with('.'))
        })
        .collect()
}

/// The functions with which the units begin that are migrated.
fn unit(program: &Program, names: &[String]) -> Vec<FuncId> {
    let mut entries: Vec<FuncId> = names
        .iter()
        .flat_map(|name| find_functions(program, name))
        .collect();
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// Every `--entry` is a function of the program.
pub(crate) fn known_entries(program: &Program, settings: &Settings) -> Result<(), Failure> {
    match (settings.entries.iter()).find(|name| find_functions(program, name).is_empty()) {
        None => Ok(()),
        Some(name) => Err(Failure::new(
            format!("`--entry {name}` names no function of the program"),
            "give the module and the function as `pkg.mod:func` or `pkg.mod:Class.method`",
        )),
    }
}

fn test_files(project: &Project) -> FxHashSet<FileId> {
    project
        .files
        .iter()
        .filter(|file| file.is_test)
        .map(|file| file.id)
        .collect()
}

fn policies(project: &Project, program: &Program) -> Policies {
    let mut policies = Policies::default();
    policies
        .asynchronous
        .extend(with_policy(project, program, Policy::Async));
    for policy in [Policy::Sync, Policy::Thread] {
        policies.sync.extend(with_policy(project, program, policy));
    }
    policies
}

/// Functions with that policy in the configuration.
fn with_policy(project: &Project, program: &Program, wanted: Policy) -> Vec<FuncId> {
    project
        .config
        .functions
        .iter()
        .filter(|(_, policy)| **policy == wanted)
        .flat_map(|(name, _)| find_functions(program, name))
        .collect()
}
