//! Runs the cases in `tests/cli/*.toml`: a command line and files in; output, exit code and files out.
//!
//! The program runs in a fresh folder. In expected output, `[..]` at the end of a line stands for any rest of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    args: Vec<String>,
    stdin: Option<String>,
    exit: i32,
    /// The whole of standard output.
    stdout: Option<String>,
    /// The whole of standard error.
    stderr: Option<String>,
    #[serde(default)]
    stdout_has: Vec<String>,
    #[serde(default)]
    stderr_has: Vec<String>,
    /// Name of the schema in `docs/schema/` that standard output follows.
    schema: Option<String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Files that text cannot describe.
    #[serde(default)]
    make: Vec<Make>,
    /// Files afterwards. With `unchanged`, all others are as before and none is new.
    #[serde(default)]
    after: BTreeMap<String, String>,
    #[serde(default)]
    unchanged: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Make {
    path: String,
    what: What,
    /// Target of a link; text of a file.
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Link,
    /// A text in Latin-1.
    Latin1,
    /// 31 MB of Python.
    Large,
    /// 20,000 levels of parentheses.
    Nested,
    ReadOnlyFile,
    UnreadableFolder,
    /// A git work tree with the files committed.
    GitRepository,
}

fn make(root: &Path, make: &Make) {
    let path = root.join(&make.path);
    match make.what {
        What::Link => {
            #[cfg(unix)]
            std::os::unix::fs::symlink(&make.text, &path).expect("a link can be made");
        }
        What::Latin1 => {
            let bytes: Vec<u8> = make
                .text
                .chars()
                .map(|character| u8::try_from(u32::from(character)).expect("Latin-1"))
                .collect();
            fs::write(path, bytes).expect("a file can be written");
        }
        What::Large => {
            fs::write(path, "x = 1  # padding\n".repeat(31 << 16)).expect("a file can be written");
        }
        What::Nested => {
            let text = format!("x = {}1{}\n", "(".repeat(20_000), ")".repeat(20_000));
            fs::write(path, text).expect("a file can be written");
        }
        What::ReadOnlyFile => {
            fs::write(&path, &make.text).expect("a file can be written");
            let mut permissions = fs::metadata(&path)
                .expect("the file is there")
                .permissions();
            permissions.set_readonly(true);
            fs::set_permissions(&path, permissions).expect("permissions can be set");
        }
        What::UnreadableFolder => {
            fs::create_dir_all(&path).expect("a folder can be made");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o000))
                    .expect("permissions can be set");
            }
        }
        What::GitRepository => {
            for arguments in [
                &["init", "-q"][..],
                &["add", "-A"],
                &[
                    "-c",
                    "user.name=x",
                    "-c",
                    "user.email=x@example.org",
                    "commit",
                    "-qm",
                    "x",
                ],
            ] {
                let status = Command::new("git")
                    .args(arguments)
                    .current_dir(root)
                    .status();
                assert!(status.expect("git runs").success(), "git {arguments:?}");
            }
        }
    }
}

/// Whatever is below `root`, links not followed, by path with `/`. `.git` is left out.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let kind = entry.file_type().expect("an entry has a type");
            if kind.is_dir() && entry.file_name() != ".git" {
                folders.push(path);
            } else if kind.is_file() {
                let relative = path.strip_prefix(root).expect("below the root");
                let name = relative.to_string_lossy().replace('\\', "/");
                found.insert(name, fs::read(&path).unwrap_or_default());
            }
        }
    }
    found
}

fn matches(expected: &str, actual: &str) -> bool {
    let (expected, actual): (Vec<&str>, Vec<&str>) =
        (expected.lines().collect(), actual.lines().collect());
    expected.len() == actual.len()
        && expected.iter().zip(&actual).all(|(expected, actual)| {
            match expected.strip_suffix("[..]") {
                Some(start) => actual.starts_with(start),
                None => expected == actual,
            }
        })
}

/// The tests may run as root, for whom no folder is unreadable.
#[cfg(unix)]
fn as_ordinary_user(command: &mut Command, root: &Path) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if is_root {
        fs::set_permissions(root, fs::Permissions::from_mode(0o755))
            .expect("permissions can be set");
        let mut paths: Vec<PathBuf> = vec![root.to_path_buf()];
        while let Some(path) = paths.pop() {
            std::os::unix::fs::lchown(&path, Some(NOBODY), Some(NOBODY)).expect("owner can be set");
            if path.is_dir() && !path.is_symlink() {
                let entries = fs::read_dir(&path).expect("root reads all folders");
                paths.extend(entries.flatten().map(|entry| entry.path()));
            }
        }
        chown(root, Some(NOBODY), Some(NOBODY)).expect("owner can be set");
        command.uid(NOBODY).gid(NOBODY);
    }
}

fn run(case: &Case) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    for (path, text) in &case.files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder"))
            .expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
    for wanted in &case.make {
        make(root, wanted);
    }
    let before = tree(root);
    // A copy, because an ordinary user may not reach the folder in which the tests are built.
    let mut command = Command::new(env!("CARGO_BIN_EXE_ungreen"));
    let restricted = case
        .make
        .iter()
        .any(|make| matches!(make.what, What::UnreadableFolder));
    #[cfg(unix)]
    if restricted {
        let copy = root.with_extension("ungreen");
        fs::copy(env!("CARGO_BIN_EXE_ungreen"), &copy).expect("the program can be copied");
        command = Command::new(&copy);
        as_ordinary_user(&mut command, root);
    }
    let mut child = command
        .args(&case.args)
        .current_dir(root)
        .env_remove("VIRTUAL_ENV")
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("standard input is piped");
    // A program that does not read its input closes it.
    let _ = input.write_all(case.stdin.as_deref().unwrap_or_default().as_bytes());
    drop(input);
    let output = child.wait_with_output().expect("the program ends");
    if restricted {
        let _ = fs::remove_file(root.with_extension("ungreen"));
    }
    #[cfg(unix)]
    for wanted in &case.make {
        use std::os::unix::fs::PermissionsExt;
        if matches!(wanted.what, What::UnreadableFolder) {
            let path = root.join(&wanted.path);
            fs::set_permissions(path, fs::Permissions::from_mode(0o755))
                .expect("permissions can be set");
        }
    }
    judge(case, root, &before, &output)
}

fn judge(
    case: &Case,
    root: &Path,
    before: &BTreeMap<String, Vec<u8>>,
    output: &std::process::Output,
) -> Vec<String> {
    let stdout = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
    let stderr = String::from_utf8_lossy(&output.stderr).replace("\r\n", "\n");
    let mut wrong = Vec::new();
    if output.status.code() != Some(case.exit) {
        wrong.push(format!("exit: {}, expected {}", output.status, case.exit));
    }
    for (name, expected, actual) in [
        ("stdout", &case.stdout, &stdout),
        ("stderr", &case.stderr, &stderr),
    ] {
        if let Some(expected) = expected
            && !matches(expected, actual)
        {
            wrong.push(format!("{name} is not\n{expected}"));
        }
    }
    for (name, parts, actual) in [
        ("stdout", &case.stdout_has, &stdout),
        ("stderr", &case.stderr_has, &stderr),
    ] {
        for part in parts.iter().filter(|part| !actual.contains(part.as_str())) {
            wrong.push(format!("{name} lacks `{part}`"));
        }
    }
    if let Some(name) = &case.schema {
        wrong.extend(against_schema(name, &stdout));
    }
    let after = tree(root);
    for (path, expected) in &case.after {
        let actual = after.get(path).map(|bytes| String::from_utf8_lossy(bytes));
        if actual.as_deref() != Some(expected.as_str()) {
            wrong.push(format!("{path} is {actual:?}"));
        }
    }
    if case.unchanged {
        let others = |tree: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
            let mut tree = tree.clone();
            tree.retain(|path, _| !case.after.contains_key(path));
            tree
        };
        let (before, after) = (others(before), others(&after));
        let changed: Vec<&String> = before
            .keys()
            .chain(after.keys())
            .filter(|path| before.get(*path) != after.get(*path))
            .collect();
        if !changed.is_empty() {
            wrong.push(format!("changed: {changed:?}"));
        }
    }
    if !wrong.is_empty() {
        wrong.push(format!("--- stdout\n{stdout}--- stderr\n{stderr}"));
    }
    wrong
}

fn against_schema(name: &str, text: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schema")
        .join(format!("{name}.json"));
    let schema = fs::read_to_string(&path).expect("the schema is there");
    let schema: Value = serde_json::from_str(&schema).expect("the schema is JSON");
    match serde_json::from_str(text) {
        Ok(value) => {
            let mut wrong = Vec::new();
            validate(&schema, &schema, &value, name, &mut wrong);
            wrong
        }
        Err(error) => vec![format!("stdout is not JSON: {error}")],
    }
}

/// The part of JSON schema that the reports use; anything else in a schema is an error.
fn validate(root: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let keywords = schema.as_object().expect("a schema is an object");
    for (keyword, rule) in keywords {
        match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" | "format" => {}
            "$ref" => {
                let name = rule.as_str().and_then(|text| text.strip_prefix("#/$defs/"));
                let target = &root["$defs"][name.expect("a reference to a definition")];
                validate(root, target, value, at, wrong);
            }
            "type" => {
                let is_one = |name: &Value| match name.as_str() {
                    Some("object") => value.is_object(),
                    Some("array") => value.is_array(),
                    Some("string") => value.is_string(),
                    Some("integer") => value.is_u64(),
                    Some("boolean") => value.is_boolean(),
                    Some("null") => value.is_null(),
                    other => panic!("{at}: type {other:?}"),
                };
                let names = rule.as_array().cloned().unwrap_or(vec![rule.clone()]);
                if !names.iter().any(is_one) {
                    wrong.push(format!("{at}: {value} is not {rule}"));
                }
            }
            "minimum" => {
                if value.as_u64() < rule.as_u64() {
                    wrong.push(format!("{at}: {value} is below {rule}"));
                }
            }
            "required" => {
                for key in rule
                    .as_array()
                    .expect("a list")
                    .iter()
                    .filter_map(Value::as_str)
                {
                    if value.get(key).is_none() {
                        wrong.push(format!("{at}: `{key}` is missing"));
                    }
                }
            }
            "properties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    match rule.get(key) {
                        Some(schema) => {
                            validate(root, schema, inner, &format!("{at}.{key}"), wrong);
                        }
                        None => wrong.push(format!("{at}: `{key}` is not documented")),
                    }
                }
            }
            "items" => {
                for inner in value.as_array().into_iter().flatten() {
                    validate(root, rule, inner, &format!("{at}[]"), wrong);
                }
            }
            other => panic!("{at}: the schema uses `{other}`"),
        }
    }
}

#[track_caller]
fn check(text: &str) {
    let cases: Cases = toml::from_str(text).expect("the cases can be read");
    let failures: Vec<String> = cases
        .case
        .iter()
        .filter_map(|case| {
            let wrong = run(case);
            (!wrong.is_empty()).then(|| format!("# {}\n{}", case.name, wrong.join("\n")))
        })
        .collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

#[test]
fn scan() {
    check(include_str!("cli/scan.toml"));
}

#[test]
fn plan() {
    check(include_str!("cli/plan.toml"));
}

#[test]
fn migrate() {
    check(include_str!("cli/migrate.toml"));
}

#[test]
fn usage() {
    check(include_str!("cli/usage.toml"));
}

#[test]
fn bad_input() {
    check(include_str!("cli/bad_input.toml"));
}

#[test]
fn entry() {
    check(include_str!("cli/entry.toml"));
}

#[test]
fn policies() {
    check(include_str!("cli/policies.toml"));
}
