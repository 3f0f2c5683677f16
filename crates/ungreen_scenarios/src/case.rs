//! The cases on the disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// One folder `scenarios/SECTION/NAME`.
#[derive(Debug, Clone)]
pub struct Case {
    /// `SECTION/NAME`.
    pub id: String,
    pub folder: PathBuf,
    pub manifest: Manifest,
}

/// What `case.toml` says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub title: String,
    /// The heading of the migration guide that the case belongs to.
    pub guide: String,
    /// The command that starts the program, in its folder; a first word `python` stands for the interpreter.
    pub entry: Vec<String>,
    /// The command that starts the migrated program, where it is not `entry`.
    pub migrated_entry: Option<Vec<String>>,
    /// The Python versions that the migrated program is run on.
    #[serde(default = "default_python")]
    pub python: Vec<String>,
    /// The Python versions that the hand-written target is run on; it may use what later versions brought.
    #[serde(default = "default_python")]
    pub target_python: Vec<String>,
    /// Distributions that the original needs besides Eventlet; their versions are in `requirements-original.txt`.
    #[serde(default)]
    pub original_requirements: Vec<String>,
    /// Distributions that the migrated program needs; their versions are in `requirements-migrated.txt`.
    #[serde(default)]
    pub requirements: Vec<String>,
    /// The migrated program still needs Eventlet, as after `--stage hub`: it runs where the original runs.
    #[serde(default)]
    pub keeps_eventlet: bool,
    /// Codes that `ungreen migrate` has to report, because something in the program cannot be migrated.
    #[serde(default)]
    pub reports: Vec<String>,
    /// `false` if what is left cannot be run without Eventlet; then the migrated program only has to parse.
    #[serde(default = "default_runs")]
    pub runs: bool,
    /// Entries (`pkg.mod:func`) of units that are migrated before the rest, one unit after another.
    ///
    /// After each, the program has to do the same under Eventlet.
    #[serde(default)]
    pub units: Vec<Vec<String>>,
    /// More arguments of `ungreen migrate`.
    #[serde(default)]
    pub args: Vec<String>,
    /// Seconds that one run may take.
    #[serde(default = "default_time_limit")]
    pub time_limit: u64,
    /// Lines in which the transcripts may differ.
    #[serde(default)]
    pub difference: Vec<Difference>,
}

/// A line of the original's transcript, what may stand in its place, and why that is right.
///
/// With only one side, the line may be missing on the other side.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    pub original: Option<String>,
    pub migrated: Option<String>,
    pub why: String,
}

fn default_python() -> Vec<String> {
    vec!["3.11".to_string()]
}

fn default_runs() -> bool {
    true
}

fn default_time_limit() -> u64 {
    30
}

impl Case {
    /// The driver of the case, if it has one.
    #[must_use]
    pub fn driver(&self) -> Option<PathBuf> {
        let path = self.folder.join("driver.py");
        path.is_file().then_some(path)
    }

    /// The programs that look right and are not: the folders in `wrong/`.
    ///
    /// # Errors
    /// If the folder cannot be listed.
    pub fn wrong(&self) -> Result<Vec<PathBuf>> {
        let folder = self.folder.join("wrong");
        if folder.is_dir() {
            folders(&folder)
        } else {
            Ok(Vec::new())
        }
    }

    /// Reads the case in `folder`.
    ///
    /// # Errors
    /// If `case.toml` cannot be read, does not fit [`Manifest`], or contradicts the folder.
    pub fn read(id: String, folder: &Path) -> Result<Self> {
        let path = folder.join("case.toml");
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let manifest: Manifest =
            toml::from_str(&text).with_context(|| path.display().to_string())?;
        if manifest.entry.is_empty()
            || manifest.python.is_empty()
            || manifest.target_python.is_empty()
        {
            bail!(
                "{}: `entry`, `python` and `target_python` must not be empty",
                path.display()
            );
        }
        if !manifest.runs && manifest.reports.is_empty() {
            bail!("{}: what does not run has to be reported", path.display());
        }
        for difference in &manifest.difference {
            if difference.original.is_none() && difference.migrated.is_none() {
                bail!("{}: a difference names neither line", path.display());
            }
            if difference.why.trim().is_empty() {
                bail!("{}: a difference needs its reason", path.display());
            }
        }
        if !folder.join("original").is_dir() {
            bail!("{} has no folder `original`", folder.display());
        }
        Ok(Self {
            id,
            folder: folder.to_path_buf(),
            manifest,
        })
    }
}

/// Every case under `root`, in the order of their ids.
///
/// # Errors
/// If a folder cannot be listed or a case cannot be read.
pub fn discover(root: &Path) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for section in folders(root)? {
        for folder in folders(&section)? {
            if folder.join("case.toml").is_file() {
                let id = format!("{}/{}", file_name(&section), file_name(&folder));
                cases.push(Case::read(id, &folder)?);
            }
        }
    }
    Ok(cases)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pending {
    cases: BTreeMap<String, String>,
}

/// Cases that the tool cannot migrate rightly yet, with the reason; from `pending.toml`.
///
/// # Errors
/// If the file cannot be read, or names a case that does not exist.
pub fn pending(root: &Path, cases: &[Case]) -> Result<BTreeMap<String, String>> {
    let path = root.join("pending.toml");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let pending: Pending =
        toml::from_str(&text).with_context(|| format!("in {}", path.display()))?;
    for id in pending.cases.keys() {
        if !cases.iter().any(|case| case.id == *id) {
            bail!("{}: there is no case `{id}`", path.display());
        }
    }
    Ok(pending.cases)
}

fn folders(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).with_context(|| format!("cannot list {}", root.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
