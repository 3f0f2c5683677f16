//! The tables and the stubs against the installed Eventlet: no public name without an entry and a stub, and no entry of something that does not exist.
//!
//! Needs Python 3.11. The environment is made under the repository's `.cache/` when it is missing.
#![expect(
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use ungreen_catalog::{Entry, Origin, Status, catalog};

const REQUIREMENTS: &[&str] = &["eventlet==0.41.3", "ty==0.0.105"];

fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn python_3_11() -> PathBuf {
    let pyenv = std::env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv")))
        .and_then(|root| fs::read_dir(root.join("versions")).ok())
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().contains("versions/3.11."))
        .map(|path| path.join("bin/python"))
        .find(|python| python.is_file());
    pyenv.unwrap_or_else(|| PathBuf::from("python3.11"))
}

/// The folder with the programs of an environment that has the requirements.
fn environment() -> &'static Path {
    static ENVIRONMENT: OnceLock<PathBuf> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let folder = crate_folder().join("../../.cache/venvs/catalog");
        let stamp = folder.join("requirements.txt");
        let wanted = REQUIREMENTS.join("\n");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return folder.join("bin");
        }
        let made = run(
            Command::new(python_3_11())
                .args(["-m", "venv", "--clear"])
                .arg(&folder),
            "",
        );
        assert!(made.status.success(), "{}", text(&made.stderr));
        let installed = run(
            Command::new(folder.join("bin/python"))
                .args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                ])
                .args(REQUIREMENTS),
            "",
        );
        assert!(installed.status.success(), "{}", text(&installed.stderr));
        fs::write(&stamp, wanted).unwrap();
        folder.join("bin")
    })
}

fn run(command: &mut Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_string();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Lines that `installed_eventlet.py` prints.
fn ask(arguments: &[&str], input: &str) -> Vec<String> {
    let mut command = Command::new(environment().join("python"));
    command
        .arg(crate_folder().join("tests/installed_eventlet.py"))
        .args(arguments);
    // The green copies that Eventlet makes look for settings here.
    command.env_remove("EVENTLET_NO_GREENDNS");
    let output = run(&mut command, input);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).lines().map(str::to_string).collect()
}

/// Entries whose names must lead to something in the installed packages: not those of objects without a name,
/// of keys of the WSGI environment, and of what is known to be broken.
fn entries_that_exist() -> impl Iterator<Item = &'static Entry> {
    catalog().entries().iter().filter(|entry| {
        !entry.model_only && entry.status != Status::Broken && !entry.name.starts_with("environ[")
    })
}

fn kind(entry: &Entry) -> &'static str {
    if entry.name.contains('#') {
        "parameter"
    } else {
        "name"
    }
}

#[test]
fn every_public_name_has_an_entry() {
    let names = ask(&["public"], "");
    assert!(
        names.len() > 1000,
        "the walk found only {} names",
        names.len()
    );
    let missing: Vec<&String> = names
        .iter()
        .filter(|line| {
            line.split_once('\t')
                .is_none_or(|(_, name)| catalog().entry(name).is_none())
        })
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_entry_exists() {
    let mut lines = BTreeSet::new();
    for entry in entries_that_exist() {
        for name in std::iter::once(&entry.name)
            .chain(&entry.aliases)
            .chain(&entry.stands_for)
        {
            // Libraries that are not installed with Eventlet.
            let is_optional = name.starts_with("OpenSSL") || catalog().third_party(name).is_some();
            if !is_optional {
                lines.insert(format!("{}\t{name}\n", kind(entry)));
            }
        }
    }
    let missing = ask(&["missing"], &lines.into_iter().collect::<String>());
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_stands_for_unnamed_objects_has_no_name() {
    let lines: String = catalog()
        .entries()
        .iter()
        .filter(|entry| entry.model_only)
        .map(|entry| format!("name\t{}\n", entry.name))
        .collect();
    let missing = ask(&["missing"], &lines);
    let named: Vec<&str> = lines
        .lines()
        .filter(|line| !missing.iter().any(|name| name == line))
        .collect();
    assert!(named.is_empty(), "{named:#?}");
}

#[test]
fn aliases_lead_to_the_same_object() {
    let lines: String = entries_that_exist()
        .filter(|entry| entry.origin == Origin::Eventlet)
        .flat_map(|entry| {
            entry
                .aliases
                .iter()
                // A loop calls both `__iter__` and `__next__`: one entry stands for the loop.
                .filter(|alias| !alias.ends_with(".__iter__"))
                .map(move |alias| format!("{}\t{alias}\n", entry.name))
        })
        .collect();
    let different = ask(&["identical"], &lines);
    assert!(different.is_empty(), "{different:#?}");
}

#[test]
fn every_public_name_is_in_the_stubs() {
    let stubs = crate_folder().join("stubs");
    let missing = ask(&["unstubbed", &stubs.to_string_lossy()], "");
    assert!(missing.is_empty(), "{missing:#?}");
}

fn type_check(path: &str, ignored: &[&str]) -> BTreeSet<String> {
    let mut command = Command::new(environment().join("ty"));
    command
        .current_dir(crate_folder())
        .args(["check", "--output-format", "concise", "--color", "never"])
        .args(["--python-version", "3.11", "--extra-search-path", "stubs"])
        .arg("--python")
        .arg(environment().join("python"));
    for rule in ignored {
        command.args(["--ignore", rule]);
    }
    let output = run(command.arg(path), "");
    assert!(
        output.status.code().is_some_and(|code| code < 2),
        "{}",
        text(&output.stderr)
    );
    // `path:line:column: error[rule] message`
    text(&output.stdout)
        .lines()
        .filter_map(|line| {
            let mut parts = line.splitn(4, ':');
            let (file, line_number) = (parts.next()?, parts.next()?);
            let rule = parts
                .nth(1)?
                .split_once('[')
                .and_then(|(_, rest)| rest.split_once(']'))?
                .0;
            Some(format!("{file}:{line_number} {rule}"))
        })
        .collect()
}

#[test]
fn the_stubs_type_programs_as_expected() {
    let path = "tests/typing/expectations.py";
    let source = fs::read_to_string(crate_folder().join(path)).unwrap();
    let expected: BTreeSet<String> = source
        .lines()
        .zip(1..)
        .filter_map(|(line, number)| {
            let (_, rule) = line.split_once("# error: ")?;
            Some(format!("{path}:{number} {rule}"))
        })
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(type_check(path, &[]), expected);
}

#[test]
fn the_stubs_are_sound() {
    // Eventlet itself overrides methods in ways that the base classes do not allow.
    let found = type_check(
        "stubs",
        &[
            "incompatible-method-override",
            "incompatible-attribute-override",
            "lost-keyword-for-regular-parameter",
        ],
    );
    assert!(found.is_empty(), "{found:#?}");
}
