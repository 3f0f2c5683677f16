//! `ungreen callgraph`.

use ungreen_callgraph::{pycg_json, pycg_modules, resolve};
use ungreen_report::SkippedView;

use crate::Outcome;
use crate::arguments::{CallgraphArguments, CallgraphFormat, Common};
use crate::commands::warn_of_skipped;
use crate::failure::Failure;
use crate::pipeline::load;
use crate::terminal::Terminal;

pub(crate) fn callgraph(
    arguments: &CallgraphArguments,
    common: &Common,
    terminal: Terminal,
) -> Result<Outcome, Failure> {
    let progress = terminal.progress();
    let project = load(&arguments.paths, common, &progress)?;
    progress.stage("Resolving calls");
    let CallgraphFormat::Pycg = arguments.format;
    let mut modules = project.modules();
    let paths: Vec<&str> = modules.iter().map(|module| module.path).collect();
    let names = pycg_modules(&paths);
    for (module, (name, is_package)) in modules.iter_mut().zip(&names) {
        module.name = name;
        module.is_package = *is_package;
    }
    let program = resolve(&modules, Some(&project.oracle()));
    drop(progress);
    let skipped: Vec<SkippedView> = project.skipped.iter().map(SkippedView::from).collect();
    warn_of_skipped(&skipped, terminal);
    terminal.print(&format!("{}\n", pycg_json(&program)));
    Ok(Outcome::Done)
}
