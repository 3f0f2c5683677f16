//! The scan of a whole program.

use aho_corasick::AhoCorasick;
use memchr::memmem;
use rayon::prelude::*;
use ruff_python_ast as ast;
use ruff_python_parser::Parsed;
use ruff_source_file::LineIndex;
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_catalog::{Confidence, Scenario, catalog};
use ungreen_project::{Skipped, Sources, with_large_stack};

use crate::bindings::Denoted;
use crate::exports::exports;
use crate::libraries::{Library, libraries};
use crate::modules::Locations;
use crate::patching::{Disorder, Patching, disorders};
use crate::uses::{Use, UseKind, top_level, uses};

/// Code of an import, and of a name that the catalog does not know.
const IMPORT: &str = "UG100";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingKind {
    Import {
        /// The module of the program that hands the name on, if it is not Eventlet's own.
        through: Option<String>,
    },
    Call,
    Reference,
    /// A string that holds the name.
    Text,
    MonkeyPatch(Patching),
    /// Imports, or the choice of a hub, at the wrong side of `monkey_patch()`.
    Order,
}

/// One place that has to do with Eventlet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Relative to the root, with `/`.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    pub range: TextRange,
    pub code: &'static str,
    pub kind: FindingKind,
    pub scenario: Option<Scenario>,
    /// Canonical name where the catalog has one, else the name as far as known.
    pub api: String,
    /// How the catalog judges the replacement of this API in general. `None` for what is not replaced by itself.
    pub confidence: Option<Confidence>,
    pub message: String,
}

/// What a scan finds.
#[derive(Debug, Default)]
pub struct Scan {
    /// Number of Python files that could be read.
    pub files: usize,
    /// Paths of the files that import Eventlet or greenlet themselves, in order.
    pub importing: Vec<String>,
    /// By path and place.
    pub findings: Vec<Finding>,
    /// Libraries that have to do with it, if the program uses Eventlet at all.
    pub libraries: Vec<Library>,
    /// What was not looked at, by path.
    pub skipped: Vec<Skipped>,
}

struct File<'s> {
    path: &'s str,
    text: &'s str,
    tree: Option<Result<Parsed<ast::ModModule>, Skipped>>,
}

/// Finds the uses of Eventlet in the sources.
#[must_use]
pub fn scan(sources: &Sources) -> Scan {
    with_large_stack(|| scan_here(sources))
}

fn scan_here(sources: &Sources) -> Scan {
    let mut files: Vec<File<'_>> = sources
        .files()
        .map(|(path, text)| File {
            path,
            text,
            tree: None,
        })
        .collect();
    let mut locations = Locations::new(files.iter().map(|file| file.path));
    let greens = [
        memmem::Finder::new("eventlet"),
        memmem::Finder::new("greenlet"),
    ];
    parse(&mut files, |file| {
        greens
            .iter()
            .any(|green| green.find(file.text.as_bytes()).is_some())
    });
    while spread(&files, &mut locations) {
        let filter = Filter::new(&locations);
        parse(&mut files, |file| {
            filter
                .as_ref()
                .is_none_or(|filter| filter.passes(file.text))
        });
    }

    let locations = &locations;
    let results: Vec<(bool, Vec<Finding>)> = files
        .par_iter()
        .filter_map(|file| match &file.tree {
            Some(Ok(tree)) => Some(findings(file.path, file.text, tree.syntax(), locations)),
            _ => None,
        })
        .collect();
    let mut scan = Scan {
        files: files.len(),
        skipped: sources.skipped().to_vec(),
        ..Scan::default()
    };
    for (imports, findings) in results {
        if imports && let Some(first) = findings.first() {
            scan.importing.push(first.path.clone());
        }
        scan.findings.extend(findings);
    }
    if !scan.findings.is_empty() {
        let texts: Vec<(&str, &str)> = files.iter().map(|file| (file.path, file.text)).collect();
        scan.libraries = libraries(&texts);
    }
    for file in files {
        if let Some(Err(skipped)) = file.tree {
            scan.skipped.push(skipped);
        }
    }
    scan.skipped
        .sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    scan
}

fn parse(files: &mut [File<'_>], wanted: impl Fn(&File<'_>) -> bool + Sync) {
    files
        .par_iter_mut()
        .filter(|file| file.tree.is_none() && wanted(file))
        .for_each(|file| file.tree = Some(Sources::parse(file.path, file.text)));
}

/// Carries names from modules to those that import them by one step. Returns whether anything was new.
fn spread(files: &[File<'_>], locations: &mut Locations) -> bool {
    let new: Vec<(String, FxHashMap<String, Denoted>)> = {
        let locations = &*locations;
        files
            .par_iter()
            .filter_map(|file| match &file.tree {
                Some(Ok(tree)) => {
                    let names = top_level(file.path, tree.syntax(), locations);
                    Some((locations.module(file.path), exports(&names)))
                }
                _ => None,
            })
            .collect()
    };
    let mut changed = false;
    for (module, names) in new {
        changed |= locations.add_exports(module, names);
    }
    changed
}

/// Tells which texts can import a name that a module of the program hands on.
/// Names that hold `eventlet` or `greenlet` are found without it.
struct Filter {
    /// The last parts of the modules' names.
    modules: AhoCorasick,
    /// The names to look for beside each of them.
    names: Vec<Vec<memmem::Finder<'static>>>,
    star: memmem::Finder<'static>,
}

impl Filter {
    /// `None` if there are more than can be looked for at once.
    fn new(locations: &Locations) -> Option<Self> {
        let mut by_name: FxHashMap<String, FxHashSet<String>> = FxHashMap::default();
        for (module, names) in locations.exporting() {
            let names = names
                .filter(|name| !name.contains("eventlet") && !name.contains("greenlet"))
                .map(str::to_string);
            let last = module.rsplit('.').next().unwrap_or(module).to_string();
            by_name.entry(last).or_default().extend(names);
        }
        by_name.retain(|_, names| !names.is_empty());
        let finder = |text: String| memmem::Finder::new(text.as_bytes()).into_owned();
        let (modules, names): (Vec<String>, Vec<_>) = by_name
            .into_iter()
            .map(|(module, names)| (module, names.into_iter().map(finder).collect()))
            .unzip();
        Some(Self {
            modules: AhoCorasick::new(&modules).ok()?,
            names,
            star: memmem::Finder::new("import *"),
        })
    }

    fn passes(&self, text: &str) -> bool {
        let text = text.as_bytes();
        let mut seen: FxHashSet<usize> = FxHashSet::default();
        self.modules.find_overlapping_iter(text).any(|found| {
            let module = found.pattern().as_usize();
            seen.insert(module)
                && (self.names[module]
                    .iter()
                    .any(|name| name.find(text).is_some())
                    || self.star.find(text).is_some())
        })
    }
}

/// Whether the file itself imports Eventlet, and its findings by place.
fn findings(
    path: &str,
    text: &str,
    module: &ast::ModModule,
    locations: &Locations,
) -> (bool, Vec<Finding>) {
    let walked = uses(path, module, locations);
    if walked.found.is_empty() {
        return (false, Vec::new());
    }
    let lines = LineIndex::from_source_text(text);
    let imports = walked
        .found
        .iter()
        .any(|found| matches!(found.kind, UseKind::Import { through: None }));
    let at = |range: TextRange| {
        let place = lines.line_column(range.start(), text);
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        (number(place.line.get()), number(place.column.get()))
    };
    let mut findings: Vec<Finding> = walked
        .found
        .into_iter()
        .map(|found| {
            let (line, column) = at(found.range);
            describe(found, path, line, column)
        })
        .collect();
    for disorder in disorders(&walked.events) {
        let (range, code, message) = match disorder {
            Disorder::PatchedLate { range, imports } => {
                let early: Vec<String> = imports
                    .iter()
                    .map(|(text, range)| format!("`{text}` (line {})", at(*range).0))
                    .collect();
                let message = format!("`monkey_patch()` comes after {}", early.join(", "));
                (range, "UG002", message)
            }
            Disorder::HubLate { range, patched } => {
                let message = format!(
                    "the hub is chosen after `monkey_patch()` (line {})",
                    at(patched).0
                );
                (range, "UG003", message)
            }
        };
        let (line, column) = at(range);
        findings.push(Finding {
            path: path.to_string(),
            line,
            column,
            range,
            code,
            kind: FindingKind::Order,
            scenario: Some(Scenario::MonkeyPatching),
            api: "eventlet.monkey_patch".to_string(),
            confidence: None,
            message,
        });
    }
    findings.sort_by(|a, b| (a.range.start(), a.code).cmp(&(b.range.start(), b.code)));
    (imports, findings)
}

fn describe(found: Use, path: &str, line: u32, column: u32) -> Finding {
    let api = found
        .entry
        .map_or_else(|| found.dotted.clone(), |entry| entry.name.clone());
    let scenario = found.entry.map(|entry| entry.scenario);
    let code = scenario.map_or(IMPORT, Scenario::code);
    let confidence = found.entry.map(|entry| entry.confidence);
    let written = if api == found.dotted || found.entry.is_none() {
        format!("`{}`", found.dotted)
    } else {
        format!("`{}` (`{api}`)", found.dotted)
    };
    let (code, confidence, kind, message) = match (found.kind, found.patching) {
        (_, Some(patching)) => {
            let what = if patching.flags.is_empty() {
                "nothing".to_string()
            } else {
                patching.flags.join(", ")
            };
            let sure = if patching.uncertain {
                ", depending on its arguments"
            } else {
                ""
            };
            let message = format!("`monkey_patch()` patches {what}{sure}");
            (
                "UG001",
                confidence,
                FindingKind::MonkeyPatch(patching),
                message,
            )
        }
        (UseKind::Import { through }, None) => {
            let message = match &through {
                Some(module) => format!("import of {written} through `{module}`"),
                None => format!("import of {written}"),
            };
            (IMPORT, None, FindingKind::Import { through }, message)
        }
        (UseKind::Text, None) => {
            let message = format!("{written} named in a string");
            (code, Some(Confidence::Manual), FindingKind::Text, message)
        }
        (kind, None) => {
            let (kind, verb) = if kind == UseKind::Call {
                (FindingKind::Call, "call of")
            } else {
                (FindingKind::Reference, "use of")
            };
            if found.entry.is_some() || is_module(&found.dotted) {
                (code, confidence, kind, format!("{verb} {written}"))
            } else {
                let message = format!("{verb} {written}, which is not in the catalog");
                (IMPORT, Some(Confidence::Manual), kind, message)
            }
        }
    };
    Finding {
        path: path.to_string(),
        line,
        column,
        range: found.range,
        code,
        kind,
        scenario,
        api,
        confidence,
        message,
    }
}

/// The catalog has names below this one.
fn is_module(dotted: &str) -> bool {
    catalog().entries().iter().any(|entry| {
        entry
            .name
            .strip_prefix(dotted)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}
