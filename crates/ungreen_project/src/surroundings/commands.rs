//! Command lines in a `Procfile`, `Dockerfile`, compose file, unit of systemd, shell script or `Makefile`.

use rustc_hash::FxHashMap;

use super::dependencies::{DependencyKind, is_worker};
use super::entry_points::{EntryKind, EntryPoint, split_target};
use super::{Document, Surroundings, numbered};

/// How far before an option the program's name is looked for, in words.
const REACH: usize = 60;

/// Programs that are given `module:application`.
const SERVERS: [&str; 6] = [
    "gunicorn",
    "uvicorn",
    "hypercorn",
    "waitress-serve",
    "daphne",
    "uwsgi",
];

struct Word<'a> {
    text: &'a str,
    line: u32,
}

/// Words of all lines; quotes, commas and brackets of lists fall away, so that commands written as lists read the same.
fn words(text: &str) -> Vec<Word<'_>> {
    numbered(text)
        .filter(|(_, content)| !content.trim_start().starts_with('#'))
        .flat_map(|(line, content)| {
            content
                .split(|character: char| {
                    character.is_whitespace() || "\"',[]{}()`".contains(character)
                })
                .filter(|text| !matches!(*text, "" | "-" | "\\"))
                .map(move |text| Word { text, line })
        })
        .collect()
}

/// `bin` of `/usr/local/bin`.
fn program(word: &str) -> &str {
    word.rsplit(['/', '=']).next().unwrap_or(word)
}

pub(super) fn read(
    modules: &FxHashMap<&str, &str>,
    document: &Document<'_>,
    found: &mut Surroundings,
) {
    let words = words(document.text);
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).map(|word| word.text);
        if let Some(kind) = worker_option(word.text, next) {
            let line = numbered(document.text)
                .find(|(line, _)| *line == word.line)
                .map_or("", |(_, content)| content);
            found
                .dependencies
                .push(document.dependency(word.line, kind, line.trim()));
        }
        if let Some((group, module, function)) = started(
            modules,
            document,
            &words[at.saturating_sub(REACH)..at],
            word.text,
        ) {
            found.entry_points.push(EntryPoint {
                kind: EntryKind::Command,
                group,
                module,
                function,
                path: document.path.to_owned(),
                line: word.line,
            });
        }
    }
}

/// `-k eventlet`, `--worker-class=eventlet` of Gunicorn; `-P eventlet`, `--pool=eventlet` of Celery.
fn worker_option(word: &str, next: Option<&str>) -> Option<DependencyKind> {
    // `GUNICORN_CMD_ARGS=-k`
    let option = word
        .split_once("=-")
        .map_or(word, |(_, rest)| &word[word.len() - rest.len() - 1..]);
    let forms = [
        ("-k", DependencyKind::GunicornWorker),
        ("--worker-class", DependencyKind::GunicornWorker),
        ("-P", DependencyKind::CeleryPool),
        ("--pool", DependencyKind::CeleryPool),
    ];
    forms.into_iter().find_map(|(name, kind)| {
        let rest = option.strip_prefix(name)?;
        let value = match rest {
            "" => next?,
            rest => rest.strip_prefix('=').unwrap_or(rest),
        };
        is_worker(value).then_some(kind)
    })
}

/// Program, module and function when `word` is what a command before it starts, and the program holds it.
fn started(
    modules: &FxHashMap<&str, &str>,
    document: &Document<'_>,
    before: &[Word<'_>],
    word: &str,
) -> Option<(String, String, Option<String>)> {
    let has_module = |name: &str| modules.values().any(|module| *module == name);
    let last = before.last()?;
    let is_python = |word: &str| program(word).starts_with("python");
    if last.text == "-m"
        && before
            .iter()
            .rev()
            .nth(1)
            .is_some_and(|word| is_python(word.text))
    {
        let package = format!("{word}.__main__");
        let module = if has_module(&package) {
            package
        } else {
            word.to_owned()
        };
        return has_module(&module).then(|| ("python".to_owned(), module, None));
    }
    if is_python(last.text) {
        // Relative to the file's own folder, or to the root.
        let folder = document
            .path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let path = word.trim_start_matches("./");
        let module = modules
            .get(format!("{folder}/{path}").as_str())
            .or_else(|| modules.get(path))?;
        return Some(("python".to_owned(), (*module).to_owned(), None));
    }
    let server = before
        .iter()
        .rev()
        .map(|word| program(word.text))
        .find(|word| SERVERS.contains(word) || *word == "celery")?;
    if server == "celery" {
        let module = matches!(last.text, "-A" | "--app")
            .then_some(word)
            .or_else(|| word.strip_prefix("--app="))?;
        let (module, function) = split_target(module);
        return has_module(&module).then(|| (server.to_owned(), module, function));
    }
    let (module, function) = split_target(word);
    (word.contains(':') && has_module(&module)).then(|| (server.to_owned(), module, function))
}
