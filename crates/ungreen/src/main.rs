//! The `ungreen` command.

mod arguments;
mod commands;
mod failure;
mod functions;
mod pipeline;
mod starts;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;
use crate::terminal::Terminal;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a run ended that did its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing is left to do.
    Done,
    /// There are findings, or changes remain.
    Remains,
}

impl Outcome {
    pub(crate) const fn remains_if(remains: bool) -> Self {
        if remains { Self::Remains } else { Self::Done }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(&arguments.common);
    match ungreen_project::with_large_stack(|| run(&arguments, terminal)) {
        Ok(Outcome::Remains) if !arguments.common.exit_zero => ExitCode::from(1),
        Ok(_) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal.fail(&failure.to_string());
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments, terminal: Terminal) -> Result<Outcome, Failure> {
    let common = &arguments.common;
    match &arguments.command {
        Command::Scan(paths) => commands::scan(&paths.paths, common, terminal),
        Command::Plan(arguments) => commands::plan(arguments, common, terminal),
        Command::Why(why) => commands::why(why, common, terminal),
        Command::Migrate(migrate) => commands::migrate(migrate, common, terminal),
        Command::Callgraph(callgraph) => commands::callgraph(callgraph, common, terminal),
        Command::Explain { code } => commands::explain(code, terminal),
    }
}
