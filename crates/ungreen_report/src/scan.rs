//! The views of `ungreen scan`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;
use ungreen_catalog::{Confidence, Scenario};
use ungreen_project::{Skipped, Surroundings};
use ungreen_scan::{Finding, FindingKind, Scan};

use crate::libraries::{LibraryView, libraries_text};
use crate::table::{count, table, thousands};
use crate::{DependencyView, Effort, EntryPointView, FORMAT_VERSION, Style, is_selected};

/// What `ungreen scan --output-format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "ungreen scan")]
pub struct ScanReport {
    /// Version of this format.
    pub version: u32,
    /// Python files that import Eventlet or greenlet: the number that a migration brings to zero.
    pub importing: usize,
    /// Python files that could be read.
    pub total: usize,
    /// Paths of the files that import Eventlet or greenlet.
    pub importing_files: Vec<String>,
    pub scenarios: Vec<ScenarioRow>,
    pub files: Vec<FileRow>,
    pub findings: Vec<FindingView>,
    pub dependencies: Vec<DependencyView>,
    /// Libraries that wait without Eventlet being named, or choose it themselves.
    pub libraries: Vec<LibraryView>,
    pub entry_points: Vec<EntryPointView>,
    pub effort: Effort,
    /// Files that were not looked at.
    pub skipped: Vec<SkippedView>,
}

/// Uses of one scenario of the guide. The confidence is that of the catalog for the API in general; `ungreen plan` judges each place.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ScenarioRow {
    pub scenario: String,
    pub title: String,
    pub code: String,
    pub files: usize,
    pub uses: usize,
    pub exact: usize,
    pub review: usize,
    pub manual: usize,
}

/// Uses in one file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FileRow {
    pub path: String,
    pub uses: usize,
    pub exact: usize,
    pub review: usize,
    pub manual: usize,
}

/// One place that has to do with Eventlet.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingView {
    /// Relative to the root, with `/`.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    pub code: String,
    /// `import`, `call`, `reference`, `text`, `monkey-patch` or `order`.
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// Canonical name of what is used.
    pub api: String,
    /// The module of the program through which the name comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
    /// What `monkey_patch()` patches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patches: Option<Vec<String>>,
    /// `exact`, `review` or `manual`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<String>,
    pub message: String,
}

/// A file that was left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SkippedView {
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    pub reason: String,
    pub advice: String,
}

impl From<&Skipped> for SkippedView {
    fn from(skipped: &Skipped) -> Self {
        Self {
            path: skipped.path.clone(),
            line: skipped.line,
            column: skipped.column,
            reason: skipped.reason.to_string(),
            advice: skipped.reason.advice().to_string(),
        }
    }
}

impl SkippedView {
    /// `path:line:column`, as far as known.
    #[must_use]
    pub fn place(&self) -> String {
        let mut text = self.path.clone();
        for number in [self.line, self.column].into_iter().flatten() {
            let _ = write!(text, ":{number}");
        }
        text
    }
}

/// The catalog's word for a confidence.
pub(crate) const fn confidence_name(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Exact => "exact",
        Confidence::Review => "review",
        Confidence::Manual => "manual",
    }
}

impl From<&Finding> for FindingView {
    fn from(finding: &Finding) -> Self {
        let (kind, through, patches) = match &finding.kind {
            FindingKind::Import { through } => ("import", through.clone(), None),
            FindingKind::Call => ("call", None, None),
            FindingKind::Reference => ("reference", None, None),
            FindingKind::Text => ("text", None, None),
            FindingKind::Order => ("order", None, None),
            FindingKind::MonkeyPatch(patching) => (
                "monkey-patch",
                None,
                Some(patching.flags.iter().map(ToString::to_string).collect()),
            ),
        };
        Self {
            path: finding.path.clone(),
            line: finding.line,
            column: finding.column,
            code: finding.code.to_string(),
            kind: kind.to_string(),
            scenario: finding
                .scenario
                .map(|scenario| name_of(scenario).to_string()),
            api: finding.api.clone(),
            through,
            patches,
            confidence: finding
                .confidence
                .map(|confidence| confidence_name(confidence).to_string()),
            message: finding.message.clone(),
        }
    }
}

fn name_of(scenario: Scenario) -> String {
    scenario.title().to_lowercase().replace(' ', "-")
}

#[derive(Default)]
struct Tally<'a> {
    files: BTreeSet<&'a str>,
    exact: usize,
    review: usize,
    manual: usize,
}

impl<'a> Tally<'a> {
    fn add(&mut self, path: &'a str, confidence: Confidence) {
        self.files.insert(path);
        match confidence {
            Confidence::Exact => self.exact += 1,
            Confidence::Review => self.review += 1,
            Confidence::Manual => self.manual += 1,
        }
    }

    fn uses(&self) -> usize {
        self.exact + self.review + self.manual
    }
}

impl ScanReport {
    /// The report of a scan. `select` and `ignore` limit findings and dependencies by their codes.
    #[must_use]
    pub fn new(
        scan: &Scan,
        surroundings: &Surroundings,
        select: &[String],
        ignore: &[String],
    ) -> Self {
        let wanted: Vec<&Finding> = scan
            .findings
            .iter()
            .filter(|finding| is_selected(finding.code, select, ignore))
            .collect();
        let mut all = Tally::default();
        let mut by_scenario: BTreeMap<Scenario, Tally<'_>> = BTreeMap::new();
        let mut by_file: BTreeMap<&str, Tally<'_>> = BTreeMap::new();
        for finding in &wanted {
            // Imports go with the uses that need them.
            if let (Some(confidence), false) = (
                finding.confidence,
                matches!(finding.kind, FindingKind::Import { .. }),
            ) {
                all.add(&finding.path, confidence);
                by_file
                    .entry(&finding.path)
                    .or_default()
                    .add(&finding.path, confidence);
                if let Some(scenario) = finding.scenario {
                    by_scenario
                        .entry(scenario)
                        .or_default()
                        .add(&finding.path, confidence);
                }
            }
        }
        let mut skipped: Vec<SkippedView> = scan
            .skipped
            .iter()
            .chain(&surroundings.skipped)
            .map(SkippedView::from)
            .collect();
        skipped.dedup();
        Self {
            version: FORMAT_VERSION,
            importing: scan.importing.len(),
            total: scan.files,
            importing_files: scan.importing.clone(),
            scenarios: by_scenario
                .iter()
                .map(|(scenario, tally)| ScenarioRow {
                    scenario: name_of(*scenario),
                    title: scenario.title().to_string(),
                    code: scenario.code().to_string(),
                    files: tally.files.len(),
                    uses: tally.uses(),
                    exact: tally.exact,
                    review: tally.review,
                    manual: tally.manual,
                })
                .collect(),
            files: by_file
                .iter()
                .map(|(path, tally)| FileRow {
                    path: (*path).to_string(),
                    uses: tally.uses(),
                    exact: tally.exact,
                    review: tally.review,
                    manual: tally.manual,
                })
                .collect(),
            findings: wanted.into_iter().map(FindingView::from).collect(),
            dependencies: surroundings
                .dependencies
                .iter()
                .map(DependencyView::from)
                .filter(|found| is_selected(&found.code, select, ignore))
                .collect(),
            libraries: scan.libraries.iter().map(LibraryView::from).collect(),
            entry_points: surroundings
                .entry_points
                .iter()
                .map(EntryPointView::from)
                .collect(),
            effort: Effort::new(all.exact, all.review, all.manual, all.files.len()),
            skipped,
        }
    }

    /// Whether anything of Eventlet was found, or something could not be looked at.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        !(self.findings.is_empty() && self.dependencies.is_empty() && self.skipped.is_empty())
    }

    /// One line a finding: `path:line:column: CODE message`.
    #[must_use]
    pub fn concise(&self, style: Style) -> String {
        let mut text = String::new();
        for finding in &self.findings {
            let _ = writeln!(text, "{}", finding.line(style));
        }
        for found in &self.dependencies {
            let _ = writeln!(
                text,
                "{}:{}:1: {} `{}`",
                found.path,
                found.line,
                style.red(&found.code),
                found.text
            );
        }
        text
    }

    /// Tables for people. `verbose`: every finding as well.
    #[must_use]
    pub fn text(&self, style: Style, verbose: bool) -> String {
        let mut text = format!(
            "{}\n",
            style.bold(&format!(
                "Files that import eventlet: {} of {}",
                thousands(self.importing),
                thousands(self.total)
            ))
        );
        self.write_tables(&mut text, style);
        let notable: Vec<&FindingView> = self
            .findings
            .iter()
            .filter(|finding| verbose || finding.code.starts_with("UG00"))
            .collect();
        if !notable.is_empty() {
            let title = if verbose {
                "Findings"
            } else {
                "Monkey patching and hubs"
            };
            let _ = writeln!(text, "\n{}", style.bold(title));
            for finding in notable {
                let _ = writeln!(text, "  {}", finding.line(style));
            }
        }
        if !self.dependencies.is_empty() {
            let _ = writeln!(text, "\n{}", style.bold("What else asks for Eventlet"));
            for found in &self.dependencies {
                let _ = writeln!(
                    text,
                    "  {}:{}: {} `{}`",
                    found.path,
                    found.line,
                    style.red(&found.code),
                    found.text
                );
            }
        }
        if !self.libraries.is_empty() {
            text.push_str(&libraries_text(&self.libraries, style, verbose));
        }
        if !self.entry_points.is_empty() {
            let _ = writeln!(text, "\n{}", style.bold("Entry points"));
            for entry in &self.entry_points {
                let what = entry.group.as_deref().unwrap_or(&entry.kind);
                let _ = writeln!(
                    text,
                    "  {} {}",
                    entry.target,
                    style.faint(&format!("({what}, {}:{})", entry.path, entry.line))
                );
            }
        }
        if !self.files.is_empty() {
            let _ = writeln!(
                text,
                "\n{} about {}\n  {}",
                style.bold("Effort:"),
                count(self.effort.hours, "hour"),
                self.effort.basis
            );
        }
        if !self.skipped.is_empty() {
            let _ = writeln!(text, "\n{}", style.bold("Not looked at"));
            for skipped in &self.skipped {
                let _ = writeln!(
                    text,
                    "  {}: {}; {}",
                    skipped.place(),
                    skipped.reason,
                    skipped.advice
                );
            }
        }
        text
    }

    fn write_tables(&self, text: &mut String, style: Style) {
        if self.files.is_empty() {
            return;
        }
        let cells = |uses: usize, exact: usize, review: usize, manual: usize| {
            [uses, exact, review, manual].map(thousands)
        };
        let rows: Vec<Vec<String>> = self
            .scenarios
            .iter()
            .map(|row| {
                let mut line = vec![format!("{} {}", row.code, row.title), thousands(row.files)];
                line.extend(cells(row.uses, row.exact, row.review, row.manual));
                line
            })
            .collect();
        let header = ["Scenario", "files", "uses", "exact", "review", "manual"];
        let _ = write!(text, "\n{}", table(&header, &rows, style));
        let rows: Vec<Vec<String>> = self
            .files
            .iter()
            .map(|row| {
                let mut line = vec![row.path.clone()];
                line.extend(cells(row.uses, row.exact, row.review, row.manual));
                line
            })
            .collect();
        let header = ["File", "uses", "exact", "review", "manual"];
        let _ = write!(text, "\n{}", table(&header, &rows, style));
        let _ = writeln!(
            text,
            "\n{}",
            style.faint(
                "exact, review, manual: what the catalog says of each API in general; `ungreen plan` judges each place"
            )
        );
    }
}

impl FindingView {
    fn line(&self, style: Style) -> String {
        format!(
            "{}:{}:{}: {} {}",
            self.path,
            self.line,
            self.column,
            style.red(&self.code),
            self.message
        )
    }
}
