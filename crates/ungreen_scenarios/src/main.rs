//! Runs the scenarios and prints a table.
#![expect(clippy::print_stdout, reason = "the table is what the program is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::{Parser, ValueEnum};

use ungreen_scenarios::case::{self, Case};
use ungreen_scenarios::environment::{Environments, ORIGINAL_PYTHON};
use ungreen_scenarios::stage::{self, Setup, Verdict};

/// Run the programs under `scenarios/` before and after their migration and compare what they do.
#[derive(Parser)]
struct Arguments {
    /// Run the cases whose id (SECTION/NAME) contains one of these texts; without any, all cases.
    filters: Vec<String>,
    #[arg(long, value_enum, default_value = "migrate")]
    mode: Mode,
    /// The program `ungreen`; default: the one beside this program.
    #[arg(long)]
    ungreen: Option<PathBuf>,
    /// How many times an original is run in `--mode original`.
    #[arg(long, default_value_t = 1)]
    times: usize,
    /// How many cases run at the same time.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Run the migrated programs on these versions instead of those that the cases name.
    #[arg(long)]
    python: Vec<String>,
    /// Write the migrated trees whose transcripts agree to `expected/`; the variable UPDATE=1 does the same.
    #[arg(long)]
    update: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// Run the originals and print their transcripts.
    Original,
    /// Compare the originals with the hand-written targets.
    Target,
    /// Migrate the originals; compare with the reviewed trees, and what they do.
    Migrate,
}

struct Outcome {
    label: String,
    verdict: Verdict,
    /// The first try failed.
    second_try: bool,
    transcript: Option<String>,
    seconds: f64,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<bool> {
    let begin = Instant::now();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .context("the crate is not in `crates/`")?;
    let scenarios = root.join("scenarios");
    let all_cases = case::discover(&scenarios)?;
    let mut cases = all_cases.clone();
    if !arguments.filters.is_empty() {
        cases.retain(|case| {
            arguments
                .filters
                .iter()
                .any(|filter| case.id.contains(filter.as_str()))
        });
    }
    if cases.is_empty() {
        bail!("no case matches");
    }
    let runs: Vec<(&Case, String)> = cases
        .iter()
        .flat_map(|case| {
            versions(arguments, case)
                .into_iter()
                .map(move |version| (case, version))
        })
        .collect();
    let pending = case::pending(&scenarios, &all_cases)?;
    let work = root.join(".cache").join("scenarios");
    let environments = Environments {
        cache: work.join("environments"),
        scenarios,
    };
    let mut migrated_pythons = BTreeMap::new();
    let needed: BTreeSet<&str> = runs
        .iter()
        .map(|(_, version)| version.as_str())
        .chain([ORIGINAL_PYTHON])
        .collect();
    for version in needed {
        if version != ORIGINAL_PYTHON && !Environments::has(version) {
            continue;
        }
        let distributions = distributions(arguments, &all_cases, &cases, version);
        let python = environments.migrated(version, &distributions)?;
        migrated_pythons.insert(version.to_string(), python);
    }
    let setup = Setup {
        original_python: environments.original()?,
        migrated_pythons,
        work,
        assembler: root.join("python/ungreen/helper/assemble.py"),
        ungreen: ungreen(arguments)?,
        update: arguments.update || std::env::var_os("UPDATE").is_some_and(|value| value == "1"),
    };

    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..arguments.jobs.max(1) {
            scope.spawn(|| {
                // The versions of a case share the run of its original: one after another
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for version in versions(arguments, case) {
                        let pending = pending
                            .get(&case.id)
                            .filter(|_| arguments.mode == Mode::Migrate);
                        let outcome = one(&setup, arguments, case, &version, pending);
                        report(&outcome);
                        if let Ok(mut outcomes) = outcomes.lock() {
                            outcomes.push(outcome);
                        }
                    }
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap_or_default();
    if outcomes.len() != runs.len() {
        bail!(
            "{} of {} runs were lost",
            runs.len() - outcomes.len(),
            runs.len()
        );
    }
    Ok(summarize(&outcomes, begin.elapsed().as_secs_f64()))
}

/// The versions that a case is run on; an original is run once.
fn versions(arguments: &Arguments, case: &Case) -> Vec<String> {
    if arguments.mode == Mode::Original {
        vec![ORIGINAL_PYTHON.to_string()]
    } else if !arguments.python.is_empty() {
        arguments.python.clone()
    } else if arguments.mode == Mode::Target {
        case.manifest.target_python.clone()
    } else {
        case.manifest.python.clone()
    }
}

/// What cases need on `version`: all that name it, so that an environment serves every choice of cases, and the chosen
/// ones if the version was asked for.
fn distributions<'a>(
    arguments: &Arguments,
    all: &'a [Case],
    chosen: &'a [Case],
    version: &str,
) -> BTreeSet<&'a str> {
    let named = all.iter().filter(|case| {
        let manifest = &case.manifest;
        let mut named = manifest.python.iter().chain(&manifest.target_python);
        named.any(|it| it == version)
    });
    let asked = arguments.python.iter().any(|it| it == version);
    let chosen = chosen.iter().filter(|_| asked);
    named
        .chain(chosen)
        .flat_map(|case| &case.manifest.requirements)
        .map(String::as_str)
        .collect()
}

fn ungreen(arguments: &Arguments) -> Result<PathBuf> {
    if let Some(path) = &arguments.ungreen {
        return path
            .canonicalize()
            .with_context(|| format!("there is no {}", path.display()));
    }
    let path = std::env::current_exe()?.with_file_name("ungreen");
    if arguments.mode == Mode::Migrate && !path.is_file() {
        bail!(
            "{} is not built: run `cargo build -p ungreen`, or name it with `--ungreen`",
            path.display()
        );
    }
    Ok(path)
}

fn one(
    setup: &Setup,
    arguments: &Arguments,
    case: &Case,
    version: &str,
    pending: Option<&String>,
) -> Outcome {
    let begin = Instant::now();
    let (mut verdict, transcript) = attempt(setup, arguments, case, version);
    let mut second_try = false;
    if let (Verdict::Failed(_), Some(reason)) = (&verdict, pending) {
        verdict = Verdict::Pending(reason.clone());
    }
    if matches!(verdict, Verdict::Failed(_)) && arguments.mode != Mode::Original {
        // A machine that is busy with other things may have disturbed either of the two runs
        second_try = stage::forget_original(setup, case).is_ok();
        if second_try {
            verdict = attempt(setup, arguments, case, version).0;
        }
    }
    Outcome {
        label: format!("{} {version}", case.id),
        verdict,
        second_try,
        transcript,
        seconds: begin.elapsed().as_secs_f64(),
    }
}

fn attempt(
    setup: &Setup,
    arguments: &Arguments,
    case: &Case,
    version: &str,
) -> (Verdict, Option<String>) {
    if !setup.migrated_pythons.contains_key(version) {
        return (Verdict::Skipped("this Python is not installed"), None);
    }
    let result = match arguments.mode {
        Mode::Original => stage::original(setup, case, arguments.times.max(1))
            .map(|(verdict, transcript)| (verdict, Some(transcript))),
        Mode::Target => stage::target(setup, case, version).map(|verdict| (verdict, None)),
        Mode::Migrate => stage::migrate(setup, case, version).map(|verdict| (verdict, None)),
    };
    result.unwrap_or_else(|error| (Verdict::Failed(format!("{error:#}\n")), None))
}

fn report(outcome: &Outcome) {
    let (word, detail) = match &outcome.verdict {
        Verdict::Passed => ("pass", String::new()),
        Verdict::Unreviewed => ("pass", " (not reviewed: no `expected/`)".to_string()),
        Verdict::Skipped(reason) => ("skip", format!(" ({reason})")),
        Verdict::Pending(reason) => ("pend", format!(" ({reason})")),
        Verdict::Failed(reason) => ("FAIL", format!("\n{}", indented(reason))),
    };
    let second_try = if outcome.second_try {
        " (second try)"
    } else {
        ""
    };
    let transcript = outcome
        .transcript
        .as_deref()
        .map(|text| format!("\n{}", indented(text)))
        .unwrap_or_default();
    println!(
        "{word} {:<55} {:>6.1} s{second_try}{detail}{transcript}",
        outcome.label, outcome.seconds
    );
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("    {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Prints the totals and returns whether nothing failed.
fn summarize(outcomes: &[Outcome], seconds: f64) -> bool {
    let count = |matches: fn(&Verdict) -> bool| {
        outcomes
            .iter()
            .filter(|outcome| matches(&outcome.verdict))
            .count()
    };
    let failed = count(|verdict| matches!(verdict, Verdict::Failed(_)));
    let skipped = count(|verdict| matches!(verdict, Verdict::Skipped(_)));
    let pending = count(|verdict| matches!(verdict, Verdict::Pending(_)));
    let unreviewed = count(|verdict| matches!(verdict, Verdict::Unreviewed));
    let mut labels: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| matches!(outcome.verdict, Verdict::Failed(_)))
        .map(|outcome| outcome.label.as_str())
        .collect();
    labels.sort_unstable();
    for label in labels {
        println!("failed: {label}");
    }
    let second_tries = outcomes
        .iter()
        .filter(|outcome| {
            outcome.second_try && matches!(outcome.verdict, Verdict::Passed | Verdict::Unreviewed)
        })
        .count();
    println!(
        "{} passed ({unreviewed} of them not reviewed, {second_tries} at the second try), {failed} failed, {pending} pending, {skipped} skipped in {seconds:.0} s",
        outcomes.len() - failed - skipped - pending
    );
    failed == 0
}
