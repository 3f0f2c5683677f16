//! The stages in a row: discover, parse, resolve, propose, color.

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FileId, FuncId, FunctionKind, Program, resolve};
use ungreen_catalog::PythonVersion;
use ungreen_color::{Input, Plan, Policies, color, importers};
use ungreen_project::{DiscoverError, Options, Policy, Project, discover};

use ungreen_rewrite::constructs::{Config, Stage, propose};

use crate::arguments::Common;

/// How the Plan is to be made.
#[derive(Debug, Default, Clone)]
pub(crate) struct Settings {
    pub(crate) exact_only: bool,
    pub(crate) hub_only: bool,
    /// Dotted names of classes that get an asynchronous twin.
    pub(crate) adapters: Vec<String>,
    pub(crate) rewrite: ungreen_rewrite::Options,
}

/// What is known of a program when the Plan is made.
pub(crate) struct Analysis {
    pub(crate) program: Program,
    pub(crate) plan: Plan,
    /// Functions that programs start with: console scripts, and bodies of modules that nobody imports.
    pub(crate) entries: Vec<FuncId>,
}

/// Reads and parses what the command line names.
///
/// # Errors
/// See [`discover`]; and a target version that is not supported.
pub(crate) fn load(paths: &[PathBuf], common: &Common) -> Result<Project, anyhow::Error> {
    let target_version = match &common.target_version {
        Some(text) => {
            let version: ungreen_catalog::PythonVersion =
                text.parse().map_err(anyhow::Error::msg)?;
            Some(ungreen_project::PythonVersion {
                major: version.major,
                minor: version.minor,
            })
        }
        None => None,
    };
    let options = Options {
        target_version,
        python: common.python.clone(),
        config: common.config.clone(),
        exclude: common.exclude.clone(),
        no_gitignore: false,
    };
    discover(paths, &options).map_err(|error: DiscoverError| anyhow::Error::msg(error.to_string()))
}

/// Resolves, proposes and colors.
pub(crate) fn analyze(project: &Project, settings: &Settings) -> Analysis {
    let modules = project.modules();
    let oracle = project.oracle();
    let program = resolve(&modules, Some(&oracle));
    let config = Config {
        target: PythonVersion {
            major: 3,
            minor: settings.rewrite.minor_version,
        },
        stage: if settings.hub_only {
            Stage::Hub
        } else {
            Stage::Full
        },
        adapters: settings.adapters.clone(),
    };
    let proposals = propose(&program, &modules, &config);
    let overlapping = "it overlaps another rewrite of the same code".to_string();
    let excluded = ungreen_rewrite::conflicts(&proposals)
        .into_iter()
        .map(|index| (index, overlapping.clone()))
        .collect();
    let scripts = console_scripts(project, &program);
    let mut entries = scripts.clone();
    let importers = importers(&program);
    entries.extend(started_modules(project, &program, &importers));
    let input = Input {
        program: &program,
        modules: &modules,
        proposals,
        policies: policies(project, &program),
        entries: scripts,
        test_files: test_files(project),
        importers,
        exact_only: settings.exact_only,
        excluded,
    };
    let plan = color(input);
    Analysis {
        program,
        plan,
        entries,
    }
}

/// `pkg.mod:Class.method` of a function.
pub(crate) fn name_of(program: &Program, function: FuncId) -> String {
    let Some(facts) = program.functions.get(function.0 as usize) else {
        return String::new();
    };
    let module = program
        .files
        .get(facts.file.0 as usize)
        .map_or("", |file| file.module.as_str());
    format!("{module}:{}", facts.qualname)
}

/// The functions with a name, `pkg.mod:Class.method` or `pkg.mod.Class.method`.
pub(crate) fn find_functions(program: &Program, name: &str) -> Vec<FuncId> {
    let wanted = name.replacen(':', ".", 1);
    (0..program.functions.len())
        .filter_map(|index| u32::try_from(index).ok().map(FuncId))
        .filter(|id| {
            let name = name_of(program, *id).replacen(':', ".", 1);
            name == wanted || name.replace("<locals>.", "") == wanted
        })
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

fn policies(project: &Project, program: &Program) -> Policies {
    let mut policies = Policies::default();
    for (name, policy) in &project.config.functions {
        let functions = find_functions(program, name);
        match policy {
            Policy::Async => policies.asynchronous.extend(functions),
            Policy::Sync | Policy::Thread | Policy::Copy => policies.sync.extend(functions),
        }
    }
    policies
}

fn console_scripts(project: &Project, program: &Program) -> Vec<FuncId> {
    let mut scripts: Vec<FuncId> = project
        .config
        .entry_points
        .iter()
        .flat_map(|name| find_functions(program, name))
        .collect();
    scripts.sort_unstable();
    scripts.dedup();
    scripts
}

/// Bodies of modules that no module of the program imports.
fn started_modules(
    project: &Project,
    program: &Program,
    importers: &FxHashMap<String, Vec<String>>,
) -> Vec<FuncId> {
    program
        .files
        .iter()
        .zip(&project.files)
        .filter(|(facts, file)| {
            !file.is_test && !file.is_package && !importers.contains_key(&facts.module)
        })
        .map(|(facts, _)| facts.body)
        .filter(|body| {
            program
                .functions
                .get(body.0 as usize)
                .is_some_and(|body| body.kind == FunctionKind::Module)
        })
        .collect()
}
