//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::pipeline::Settings;

/// Moves Python programs from Eventlet to asyncio.
#[derive(Debug, Parser)]
#[command(name = "ungreen", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Common {
    /// A `pyproject.toml`, or a file with the keys of `[tool.ungreen]`.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The oldest Python version that the result must run on: 3.9 to 3.13.
    #[arg(long, global = true, value_name = "VERSION")]
    pub(crate) target_version: Option<ungreen_catalog::PythonVersion>,
    /// A virtual environment, or its interpreter, whose packages the type engine may look into.
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) python: Option<PathBuf>,
    /// Leave out files and folders that match the pattern; may be given more than once.
    #[arg(long, global = true, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,
    /// Take only codes that begin with one of these.
    #[arg(long, global = true, value_name = "CODES", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Leave out codes that begin with one of these.
    #[arg(long, global = true, value_name = "CODES", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    #[arg(long, global = true, value_enum, default_value_t = OutputFormat::Text)]
    pub(crate) output_format: OutputFormat,
    /// Exit with 0 even if there are findings or changes.
    #[arg(long, global = true)]
    pub(crate) exit_zero: bool,
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto)]
    pub(crate) color: ColorChoice,
    /// Print data only.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print more of what was found or done.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people.
    Text,
    /// One line a finding: `path:line:column: CODE message`.
    Concise,
    /// For programs; see `docs/schema/`.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find where a program uses Eventlet.
    Scan(Paths),
    /// Say what becomes of every function, what blocks, and in which order to work.
    Plan(PlanArguments),
    /// Say why a function becomes a coroutine, or what keeps it from that.
    Why(WhyArguments),
    /// Rewrite the program.
    Migrate(MigrateArguments),
    /// Print the call graph.
    Callgraph(CallgraphArguments),
    /// Explain a diagnostic code.
    Explain {
        /// A code, such as `UG301`.
        code: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Paths {
    /// Files and folders.
    #[arg(default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
}

/// How much is planned at once.
#[derive(Debug, Args)]
pub(crate) struct Extent {
    /// Take in also what runs beside code that stays on Eventlet: migrated, it does not work until the rest is migrated by hand.
    #[arg(long)]
    pub(crate) unfinished: bool,
    /// Migrate only what this function runs, and let the rest go on under Eventlet's asyncio hub: `pkg.mod:func`; may be given more than once.
    #[arg(long, value_name = "FUNCTION")]
    pub(crate) entry: Vec<String>,
}

impl Extent {
    /// Settings for commands that write nothing.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            unfinished: self.unfinished,
            entries: self.entry.clone(),
            ..Settings::default()
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    pub(crate) paths: Paths,
    #[command(flatten)]
    pub(crate) extent: Extent,
    /// Draw the units and what blocks them, instead of listing them.
    #[arg(long, value_enum)]
    pub(crate) format: Option<GraphFormat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// The language of Graphviz's `dot`.
    Graphviz,
    Mermaid,
}

#[derive(Debug, Args)]
pub(crate) struct WhyArguments {
    /// `pkg.mod.Class.method`, `pkg.mod:Class.method`, or any end of it: `Class.method`.
    #[arg(value_name = "QUALNAME", required_unless_present = "all")]
    pub(crate) name: Option<String>,
    /// Files and folders; `.` if there are none.
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) extent: Extent,
    /// Say it of every function that becomes a coroutine, or would have to: `ungreen why --all [PATHS]`.
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MigrateArguments {
    /// Files and folders; `-` reads a program from standard input and prints the result.
    #[arg(default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Print a unified diff and write nothing.
    #[arg(long)]
    pub(crate) diff: bool,
    /// Write a migrated copy of the tree, and leave the program as it is.
    #[arg(long, value_name = "DIR", conflicts_with = "diff")]
    pub(crate) output: Option<PathBuf>,
    /// Do one stage only.
    #[arg(long, value_enum)]
    pub(crate) stage: Option<Stage>,
    /// Rewrite only what keeps the behavior exactly.
    #[arg(long)]
    pub(crate) exact_only: bool,
    #[command(flatten)]
    pub(crate) extent: Extent,
    /// Write files that have uncommitted changes.
    #[arg(long)]
    pub(crate) allow_dirty: bool,
    /// Make an asynchronous class and a sync face of this class: `pkg.mod.Class`; may be given more than once.
    #[arg(long, value_name = "CLASS")]
    pub(crate) adapter: Vec<String>,
    /// Rewrite Flask applications for another framework, if every view can be expressed there. Otherwise they stay, served in threads.
    #[arg(long, value_name = "FRAMEWORK")]
    pub(crate) flask: Option<FlaskTarget>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FlaskTarget {
    /// Handlers of FastAPI with the same bodies, methods and status codes.
    Fastapi,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// Only switch to Eventlet's asyncio hub.
    Hub,
}

#[derive(Debug, Args)]
pub(crate) struct CallgraphArguments {
    /// Files and folders.
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = CallgraphFormat::Pycg)]
    pub(crate) format: CallgraphFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CallgraphFormat {
    /// `{"caller": ["callee", …]}` on one line, in PyCG's naming.
    Pycg,
}
