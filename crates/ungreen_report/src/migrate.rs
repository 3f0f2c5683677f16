//! The views of `ungreen migrate`.

use std::collections::BTreeSet;
use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;
use similar::TextDiff;
use ungreen_callgraph::Program;
use ungreen_color::Plan;
use ungreen_project::{DependencyUse, Project, WriteFailure};
use ungreen_rewrite::{Recheck, Rewrite};

use crate::bug::{BugView, text_to_send};
use crate::left::{
    LeftView, RewriteView, left_by_plan, left_by_rewrite, rewrites, unexplained_imports,
};
use crate::table::{count, thousands};
use crate::{FORMAT_VERSION, Places, SkippedView, Style};

/// What `ungreen migrate --output-format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "ungreen migrate")]
pub struct MigrateReport {
    /// Version of this format.
    pub version: u32,
    /// The changes reached the disk; otherwise they are only shown.
    pub written: bool,
    /// Files with a new text.
    pub files: Vec<ChangedFile>,
    /// Functions that became coroutine functions.
    pub coroutines: usize,
    /// Rewrites that keep the behavior.
    pub exact: usize,
    /// Rewrites that differ in a way that they name.
    pub review: usize,
    pub rewrites: Vec<RewriteView>,
    /// Everything that stays as it is.
    pub left: Vec<LeftView>,
    /// Errors of Ungreen that the second look at the result found, as they can be reported.
    pub bugs: Vec<BugView>,
    /// What the rewrite changes about the packages that the program needs; the files that name them are left to a person.
    pub requirements: Vec<RequirementView>,
    /// Files that could not be written.
    pub failed: Vec<FailedFile>,
    /// Files that were not looked at.
    pub skipped: Vec<SkippedView>,
}

/// A package that is needed now, or no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RequirementView {
    /// Where Eventlet is asked for, or the file that imports the new package.
    pub path: String,
    /// 1-based; none for an import.
    pub line: Option<u32>,
    /// The requirement that can go, or the package to be added.
    pub text: String,
    /// `add` or `remove`.
    pub action: String,
}

impl RequirementView {
    fn all(recheck: &Recheck, dependencies: &[DependencyUse]) -> Vec<Self> {
        let added = recheck.packages.iter().map(|package| Self {
            path: package.path.clone(),
            line: None,
            // Names of packages are compared without regard to `-` and `_`.
            text: package.module.replace('_', "-"),
            action: "add".to_string(),
        });
        let removed = dependencies
            .iter()
            .filter(|_| recheck.is_free)
            .map(|found| Self {
                path: found.path.clone(),
                line: Some(found.line),
                text: found.text.clone(),
                action: "remove".to_string(),
            });
        added.chain(removed).collect()
    }

    fn line(&self) -> String {
        match self.line {
            Some(line) => format!(
                "{}:{line}: asks for Eventlet, which the program imports no more: `{}`",
                self.path, self.text
            ),
            None => format!("add `{}`: {} imports it now", self.text, self.path),
        }
    }
}

/// A file with a new text.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangedFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The file is new: the helper.
    pub created: bool,
    /// Unified diff.
    pub diff: String,
}

/// A file that could not be written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FailedFile {
    pub path: String,
    pub reason: String,
}

impl From<&WriteFailure> for FailedFile {
    fn from(failure: &WriteFailure) -> Self {
        Self {
            path: failure.path.clone(),
            reason: failure.error.to_string(),
        }
    }
}

impl ChangedFile {
    /// `before`: nothing if there is no such file yet.
    #[must_use]
    pub fn new(path: &str, before: Option<&str>, after: &str) -> Self {
        let old = match before {
            Some(_) => format!("a/{path}"),
            None => "/dev/null".to_string(),
        };
        let diff = TextDiff::from_lines(before.unwrap_or_default(), after)
            .unified_diff()
            .header(&old, &format!("b/{path}"))
            .to_string();
        Self {
            path: path.to_string(),
            created: before.is_none(),
            diff,
        }
    }

    /// The diff with the escape sequences of `style`.
    #[must_use]
    pub fn text(&self, style: Style) -> String {
        if !style.colored {
            return self.diff.clone();
        }
        self.diff
            .split_inclusive('\n')
            .map(|line| {
                let (content, end) = match line.strip_suffix('\n') {
                    Some(content) => (content, "\n"),
                    None => (line, ""),
                };
                let content = match content.as_bytes().first() {
                    _ if content.starts_with("+++") || content.starts_with("---") => {
                        style.bold(content)
                    }
                    Some(b'+') => style.green(content),
                    Some(b'-') => style.red(content),
                    Some(b'@') => style.cyan(content),
                    _ => content.to_string(),
                };
                content + end
            })
            .collect()
    }
}

impl MigrateReport {
    #[must_use]
    pub fn new(
        project: &Project,
        program: &Program,
        plan: &Plan,
        rewrite: &Rewrite,
        recheck: &Recheck,
        dependencies: &[DependencyUse],
        files: Vec<ChangedFile>,
    ) -> Self {
        let places = Places::new(project, program);
        let mut left = left_by_plan(plan, &places);
        left.extend(left_by_rewrite(rewrite, recheck, &places));
        left.extend(unexplained_imports(recheck, &left));
        left.sort();
        let changed: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let mut rewrites = rewrites(plan, &places);
        rewrites.retain(|rewrite| changed.contains(rewrite.place.path.as_str()));
        let with = |confidence: &str| {
            rewrites
                .iter()
                .filter(|rewrite| rewrite.confidence == confidence)
                .count()
        };
        Self {
            version: FORMAT_VERSION,
            written: false,
            coroutines: plan
                .colored
                .iter()
                .filter_map(|id| program.functions.get(id.0 as usize))
                .filter_map(|function| program.files.get(function.file.0 as usize))
                .filter(|file| changed.contains(file.path.as_str()))
                .count(),
            exact: with("exact"),
            review: with("review"),
            files,
            rewrites,
            left,
            bugs: (recheck.problems.iter())
                .map(|problem| BugView::new(project, problem))
                .collect(),
            requirements: RequirementView::all(recheck, dependencies),
            failed: Vec::new(),
            skipped: project.skipped.iter().map(SkippedView::from).collect(),
        }
    }

    /// Something stays as it is, was not written, or was not looked at.
    #[must_use]
    pub fn has_remains(&self) -> bool {
        !(self.left.is_empty() && self.failed.is_empty() && self.skipped.is_empty())
    }

    /// One line for everything that stays as it is.
    #[must_use]
    pub fn concise(&self, style: Style) -> String {
        self.left
            .iter()
            .map(|left| format!("{}\n", left.line(style)))
            .collect()
    }

    /// What was done with which confidence, and what was left and why. `verbose`: the exact rewrites as well.
    #[must_use]
    pub fn summary(&self, style: Style, verbose: bool) -> String {
        let mut text = String::new();
        let listed: Vec<&RewriteView> = self
            .rewrites
            .iter()
            .filter(|rewrite| verbose || rewrite.confidence != "exact")
            .collect();
        if !listed.is_empty() {
            let title = if verbose { "Rewrites" } else { "To review" };
            let _ = writeln!(text, "{}", style.bold(title));
            for rewrite in listed {
                let _ = writeln!(text, "  {}", rewrite.line(style));
                for difference in &rewrite.differences {
                    let _ = writeln!(text, "      differs: {difference}");
                }
            }
        }
        if !self.left.is_empty() {
            let _ = writeln!(text, "{}", style.bold("Left as it was"));
            for left in &self.left {
                let _ = writeln!(text, "  {}", left.line(style));
                if !left.advice.is_empty() {
                    let _ = writeln!(text, "      {}", style.faint(&left.advice));
                }
            }
        }
        text.push_str(&text_to_send(&self.bugs, style));
        if !self.requirements.is_empty() {
            let _ = writeln!(text, "{}", style.bold("Requirements"));
            for requirement in &self.requirements {
                let _ = writeln!(text, "  {}", requirement.line());
            }
        }
        if !self.skipped.is_empty() {
            let _ = writeln!(text, "{}", style.bold("Not looked at"));
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
        for failed in &self.failed {
            let _ = writeln!(
                text,
                "{} {}: {}",
                style.red("not written:"),
                failed.path,
                failed.reason
            );
        }
        let verb = if self.written { "written" } else { "to change" };
        let _ = writeln!(
            text,
            "{} {verb}; {} to coroutines; {} exact, {} to review; {} left",
            count(self.files.len(), "file"),
            count(self.coroutines, "function"),
            count(self.exact, "rewrite"),
            thousands(self.review),
            count(self.left.len(), "place")
        );
        text
    }
}
