//! The stages of a case: run the original, run the hand-written target, migrate and run what came out.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::case::Case;
use crate::environment::ORIGINAL_PYTHON;
use crate::process::{self, Finished};
use crate::{snapshot, transcript};

/// The name under which targets import the helper.
const HELPER_MODULE: &str = "aio_green";

/// What all cases share.
#[derive(Debug)]
pub struct Setup {
    /// The interpreter with Eventlet.
    pub original_python: PathBuf,
    /// The interpreters without Eventlet by version; [`ORIGINAL_PYTHON`], on which drivers run, is always there.
    pub migrated_pythons: BTreeMap<String, PathBuf>,
    /// Programs are copied here and run here.
    pub work: PathBuf,
    /// The script that writes a helper: `assemble.py`.
    pub assembler: PathBuf,
    /// The program `ungreen`.
    pub ungreen: PathBuf,
    /// Migrated trees whose transcripts agree are written to `expected/`.
    pub update: bool,
}

/// How a stage of a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    /// The transcripts agree, but nobody has reviewed the migrated tree: there is no `expected/`.
    Unreviewed,
    /// There is nothing to run in this mode.
    Skipped(&'static str),
    /// It failed, and `pending.toml` says that the tool cannot do it yet.
    Pending(String),
    Failed(String),
}

/// Runs the original `times` times.
///
/// # Errors
/// If a program cannot be copied or started.
pub fn original(setup: &Setup, case: &Case, times: usize) -> Result<(Verdict, String)> {
    let first = run_original(setup, case)?;
    for _ in 1..times {
        let again = run_original(setup, case)?;
        if let Some(difference) = transcript::compare(&first, &again, &[]) {
            return Ok((
                Verdict::Failed(format!("the original is not stable\n{difference}")),
                first,
            ));
        }
    }
    if let Some(problem) = unusable(&first) {
        return Ok((Verdict::Failed(problem), first));
    }
    Ok((Verdict::Passed, first))
}

/// Runs the hand-written target on `version` and compares; then the programs in `wrong/`, which must not pass.
///
/// # Errors
/// If a program cannot be copied or started.
pub fn target(setup: &Setup, case: &Case, version: &str) -> Result<Verdict> {
    let folder = case.folder.join("target");
    if !folder.is_dir() {
        return Ok(Verdict::Skipped("no target"));
    }
    let original = remembered_original(setup, case)?;
    let program = Program {
        kind: "target",
        files: snapshot::read_tree(&folder)?,
        version,
        entry: entry(case),
        keeps_eventlet: case.manifest.keeps_eventlet,
    };
    let verdict = compare_run(setup, case, &original, &program)?;
    if verdict != Verdict::Passed {
        return Ok(verdict);
    }
    for folder in case.wrong()? {
        let program = Program {
            kind: "wrong",
            files: snapshot::read_tree(&folder)?,
            version,
            entry: entry(case),
            keeps_eventlet: case.manifest.keeps_eventlet,
        };
        if compare_run(setup, case, &original, &program)? == Verdict::Passed {
            return Ok(Verdict::Failed(format!(
                "{} is wrong and passes\n",
                folder.display()
            )));
        }
    }
    Ok(Verdict::Passed)
}

/// Migrates the original for `version`, compares the tree with `expected/`, runs it and compares; before that, unit by unit
/// where the case says so, each time with `expected_units/NUMBER/`.
///
/// What was migrated is migrated again, which must change nothing.
///
/// # Errors
/// If a program cannot be copied or started.
pub fn migrate(setup: &Setup, case: &Case, version: &str) -> Result<Verdict> {
    let original = remembered_original(setup, case)?;
    let mut source = setup.work.join("sources").join(&case.id).join(version);
    snapshot::write_tree(
        &source,
        &snapshot::read_tree(&case.folder.join("original"))?,
    )?;
    for (number, entries) in (1..).zip(&case.manifest.units) {
        let name = format!("{version}-unit-{number}");
        let step = Step {
            arguments: entries
                .iter()
                .flat_map(|entry| ["--entry".to_string(), entry.clone()])
                .collect(),
            output: setup.work.join("migrated").join(&case.id).join(&name),
            again: setup.work.join("migrated-again").join(&case.id).join(&name),
            expected: case.folder.join("expected_units").join(number.to_string()),
            keeps_eventlet: true,
            is_last: false,
        };
        let verdict = migrate_step(setup, case, version, &original, &source, &step)?;
        if verdict != Verdict::Passed {
            return Ok(match verdict {
                Verdict::Failed(why) => Verdict::Failed(format!("unit {number}: {why}")),
                other => other,
            });
        }
        source = step.output;
    }
    let step = Step {
        arguments: case.manifest.args.clone(),
        output: setup.work.join("migrated").join(&case.id).join(version),
        again: setup
            .work
            .join("migrated-again")
            .join(&case.id)
            .join(version),
        expected: case.folder.join("expected"),
        keeps_eventlet: case.manifest.keeps_eventlet,
        is_last: true,
    };
    migrate_step(setup, case, version, &original, &source, &step)
}

/// One run of `ungreen migrate`.
struct Step {
    arguments: Vec<String>,
    output: PathBuf,
    again: PathBuf,
    expected: PathBuf,
    /// What comes out needs Eventlet.
    keeps_eventlet: bool,
    /// What the case says of the migrated program holds for it.
    is_last: bool,
}

fn migrate_step(
    setup: &Setup,
    case: &Case,
    version: &str,
    original: &str,
    source: &Path,
    step: &Step,
) -> Result<Verdict> {
    let report = match run_migration(setup, case, version, source, &step.output, step)? {
        Ok(report) => report,
        Err(problem) => return Ok(Verdict::Failed(problem)),
    };
    for code in case.manifest.reports.iter().filter(|_| step.is_last) {
        if !report.contains(code.as_str()) {
            return Ok(Verdict::Failed(format!("{code} is not reported\n{report}")));
        }
    }
    let migrated = snapshot::read_tree(&step.output)?;
    if let Err(problem) = run_migration(setup, case, version, &step.output, &step.again, step)? {
        return Ok(Verdict::Failed(format!("migrating again: {problem}")));
    }
    if let Some(difference) = snapshot::compare(&migrated, &snapshot::read_tree(&step.again)?) {
        return Ok(Verdict::Failed(format!(
            "migrating again is not without effect\n{difference}"
        )));
    }
    let ran = if case.manifest.runs || !step.is_last {
        let program = Program {
            kind: if step.is_last { "migrated" } else { "unit" },
            files: migrated.clone(),
            version,
            entry: if step.is_last {
                entry(case)
            } else {
                &case.manifest.entry
            },
            keeps_eventlet: step.keeps_eventlet,
        };
        compare_run(setup, case, original, &program)?
    } else {
        parse_all(setup, case, version, &step.output)?
    };
    if ran != Verdict::Passed {
        return Ok(ran);
    }
    if version != reviewed_version(case) {
        return Ok(Verdict::Passed);
    }
    if setup.update {
        snapshot::write_tree(&step.expected, &migrated)?;
        return Ok(Verdict::Passed);
    }
    if !step.expected.is_dir() {
        return Ok(Verdict::Unreviewed);
    }
    Ok(
        match snapshot::compare(&snapshot::read_tree(&step.expected)?, &migrated) {
            None => Verdict::Passed,
            Some(difference) => Verdict::Failed(format!(
                "the migrated program is not the reviewed one\n{difference}"
            )),
        },
    )
}

/// The version whose migrated tree is held in `expected/`: what is written depends on it.
fn reviewed_version(case: &Case) -> &str {
    const USUAL: &str = "3.11";
    let versions = &case.manifest.python;
    match versions.first() {
        Some(first) if !versions.iter().any(|version| version == USUAL) => first,
        _ => USUAL,
    }
}

/// What `ungreen migrate` printed, or why it failed.
fn run_migration(
    setup: &Setup,
    case: &Case,
    version: &str,
    source: &Path,
    output: &Path,
    step: &Step,
) -> Result<Result<String, String>> {
    if output.exists() {
        fs::remove_dir_all(output)?;
    }
    let mut command = Command::new(&setup.ungreen);
    command
        .arg("migrate")
        .arg(source)
        .arg("--output")
        .arg(output);
    command
        .args(["--target-version", version])
        .args(&step.arguments);
    let finished = process::run(command, limit(case))?;
    let report = format!("{}{}", finished.stdout, finished.stderr);
    if matches!(finished.code, Some(0 | 1)) && output.is_dir() {
        return Ok(Ok(report));
    }
    let how = finished
        .code
        .map_or_else(|| "no exit code".to_string(), |code| format!("exit {code}"));
    Ok(Err(format!("`ungreen migrate`: {how}\n{report}")))
}

/// Whether Python can parse every file of the tree.
fn parse_all(setup: &Setup, case: &Case, version: &str, tree: &Path) -> Result<Verdict> {
    const SCRIPT: &str = "import ast, pathlib, sys\n\
        for path in sorted(pathlib.Path(sys.argv[1]).rglob('*.py')): ast.parse(path.read_bytes(), str(path))";
    let mut command = Command::new(python(setup, version)?);
    command.args(["-c", SCRIPT]).arg(tree);
    let finished = process::run(command, limit(case))?;
    Ok(if finished.code == Some(0) {
        Verdict::Passed
    } else {
        Verdict::Failed(finished.stderr)
    })
}

struct Program<'a> {
    kind: &'static str,
    files: BTreeMap<PathBuf, Vec<u8>>,
    version: &'a str,
    entry: &'a [String],
    keeps_eventlet: bool,
}

fn entry(case: &Case) -> &[String] {
    case.manifest
        .migrated_entry
        .as_deref()
        .unwrap_or(&case.manifest.entry)
}

fn limit(case: &Case) -> Duration {
    Duration::from_secs(case.manifest.time_limit)
}

fn compare_run(setup: &Setup, case: &Case, original: &str, program: &Program) -> Result<Verdict> {
    if let Some(problem) = unusable(original) {
        return Ok(Verdict::Failed(problem));
    }
    let (text, finished) = run_program(setup, case, program)?;
    if let Some(difference) = transcript::compare(original, &text, &case.manifest.difference) {
        return Ok(Verdict::Failed(format!("{difference}{}", finished.stderr)));
    }
    if let Some(line) = transcript::defect(&finished.stderr) {
        return Ok(Verdict::Failed(format!("{line}\n")));
    }
    Ok(Verdict::Passed)
}

/// An original whose own run failed proves nothing.
fn unusable(transcript: &str) -> Option<String> {
    let broken = transcript
        .lines()
        .any(|line| line == "[time limit]" || line.starts_with("[driver failed"));
    broken.then(|| format!("the original does not run\n{transcript}"))
}

fn run_original(setup: &Setup, case: &Case) -> Result<String> {
    let files = snapshot::read_tree(&case.folder.join("original"))?;
    let program = Program {
        kind: "original",
        files,
        version: ORIGINAL_PYTHON,
        entry: &case.manifest.entry,
        keeps_eventlet: true,
    };
    Ok(run_program(setup, case, &program)?.0)
}

/// The transcript of the original, run again only if the case or its surroundings changed.
fn remembered_original(setup: &Setup, case: &Case) -> Result<String> {
    let path = transcript_path(setup, case)?;
    if let Ok(text) = fs::read_to_string(&path) {
        return Ok(text);
    }
    let text = run_original(setup, case)?;
    if unusable(&text).is_none()
        && let Some(folder) = path.parent()
    {
        fs::create_dir_all(folder)?;
        fs::write(&path, &text)?;
    }
    Ok(text)
}

/// Lets the original be run again.
///
/// # Errors
/// If the case cannot be read or its transcript cannot be removed.
pub fn forget_original(setup: &Setup, case: &Case) -> Result<()> {
    let path = transcript_path(setup, case)?;
    if path.exists() {
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

/// Where the transcript of the original is remembered; the name tells the state of all that it depends on.
fn transcript_path(setup: &Setup, case: &Case) -> Result<PathBuf> {
    let mut hasher = DefaultHasher::new();
    for (path, bytes) in snapshot::read_tree(&case.folder.join("original"))? {
        (path, bytes).hash(&mut hasher);
    }
    for path in [
        case.folder.join("case.toml"),
        case.folder.join("driver.py"),
        environment_stamp(&setup.original_python),
    ] {
        fs::read(path).ok().hash(&mut hasher);
    }
    Ok(setup
        .work
        .join("transcripts")
        .join(&case.id)
        .join(format!("{:016x}.txt", hasher.finish())))
}

fn environment_stamp(python: &Path) -> PathBuf {
    python
        .ancestors()
        .nth(2)
        .unwrap_or(python)
        .join("requirements.txt")
}

fn run_program(setup: &Setup, case: &Case, program: &Program) -> Result<(String, Finished)> {
    let interpreter = if program.keeps_eventlet {
        &setup.original_python
    } else {
        python(setup, program.version)?
    };
    let folder = setup
        .work
        .join("runs")
        .join(&case.id)
        .join(format!("{}-{}", program.kind, program.version));
    snapshot::write_tree(&folder, &program.files)?;
    let entry = program.entry.iter().enumerate().map(|(index, word)| {
        if index == 0 && word == "python" {
            interpreter.as_os_str()
        } else {
            word.as_ref()
        }
    });
    let driver = case.driver();
    let mut command = match &driver {
        Some(driver) => {
            let mut command = Command::new(python(setup, ORIGINAL_PYTHON)?);
            command.arg(driver).args(entry);
            command
        }
        None => {
            let mut words = entry;
            let mut command = Command::new(words.next().context("`entry` is empty")?);
            command.args(words);
            command
        }
    };
    command
        .current_dir(&folder)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    for variable in [
        "EVENTLET_HUB",
        "PYTHONPATH",
        "PYTHONWARNINGS",
        "VIRTUAL_ENV",
        "PORT",
    ] {
        command.env_remove(variable);
    }
    if let Some(bin) = interpreter.parent() {
        let rest = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(bin.to_path_buf()).chain(std::env::split_paths(&rest));
        command.env("PATH", std::env::join_paths(folders)?);
    }
    if program.keeps_eventlet {
        // Eventlet warns at import that it is deprecated.
        command.env("PYTHONWARNINGS", "ignore");
    }
    if matches!(program.kind, "target" | "wrong")
        && let Some(helper) = write_helper(setup, case, &program.files)?
    {
        command.env("PYTHONPATH", helper);
    }
    let finished = process::run(command, limit(case))?;
    let replacements = [
        (folder.display().to_string(), "FOLDER"),
        (interpreter.display().to_string(), "PYTHON"),
    ];
    let text = transcript::of_run(&finished, driver.is_some(), &replacements);
    Ok((text, finished))
}

fn python<'a>(setup: &'a Setup, version: &str) -> Result<&'a PathBuf> {
    setup
        .migrated_pythons
        .get(version)
        .with_context(|| format!("no environment for Python {version}"))
}

/// Writes the helper with the names that the target imports from it and returns its folder.
fn write_helper(
    setup: &Setup,
    case: &Case,
    files: &BTreeMap<PathBuf, Vec<u8>>,
) -> Result<Option<PathBuf>> {
    let names = helper_names(
        files
            .iter()
            .filter(|(path, _)| path.extension().is_some_and(|it| it == "py"))
            .map(|it| it.1),
    );
    if names.is_empty() {
        return Ok(None);
    }
    let mut command = Command::new(python(setup, ORIGINAL_PYTHON)?);
    command.arg(&setup.assembler).args(&names);
    let finished = process::run(command, limit(case))?;
    if finished.code != Some(0) {
        bail!(
            "the helper cannot be assembled for {}\n{}",
            names.join(" "),
            finished.stderr
        );
    }
    let folder = setup.work.join("helpers").join(&case.id);
    fs::create_dir_all(&folder)?;
    fs::write(
        folder.join(HELPER_MODULE).with_extension("py"),
        finished.stdout,
    )?;
    Ok(Some(folder))
}

/// The names in statements `from aio_green import A, B as C`, sorted.
fn helper_names<'a>(files: impl Iterator<Item = &'a Vec<u8>>) -> Vec<String> {
    let start = format!("from {HELPER_MODULE} import ");
    let mut names = Vec::new();
    for bytes in files {
        for line in String::from_utf8_lossy(bytes).lines() {
            if let Some(list) = line.trim_start().strip_prefix(&start) {
                let imported = list
                    .split(',')
                    .filter_map(|item| item.split_whitespace().next());
                names.extend(imported.map(str::to_string));
            }
        }
    }
    names.sort();
    names.dedup();
    names
}
