//! The `ungreen` command.

mod arguments;
mod migrate;
mod pipeline;
mod views;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Nothing to do.
pub(crate) const DONE: u8 = 0;
/// There are findings, or changes remain.
pub(crate) const FINDINGS: u8 = 1;
/// The run itself failed.
pub(crate) const FAILED: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = ungreen_project::with_large_stack(|| run(&arguments));
    match result {
        Ok(FINDINGS) if arguments.common.exit_zero => ExitCode::SUCCESS,
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::from(FAILED)
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    match &arguments.command {
        Command::Plan(plan) => views::plan(plan, &arguments.common),
        Command::Why(why) => views::why(why, &arguments.common),
        Command::Migrate(migrate) => migrate::migrate(migrate, &arguments.common),
        Command::Callgraph(callgraph) => views::callgraph(callgraph, &arguments.common),
        Command::Explain { code } => views::explain(code),
        Command::Scan(paths) => views::scan(paths, &arguments.common),
    }
}

/// Data, to standard output. A reader that has gone away ends the output, not the run.
pub(crate) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Words, to standard error.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
