//! The Python environments that programs run in: one with Eventlet, and one without it for each Python version.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process;

/// The version that the originals run on.
pub const ORIGINAL_PYTHON: &str = "3.11";

const SETUP_LIMIT: Duration = Duration::from_secs(300);

/// Where environments are made and what they hold.
#[derive(Debug, Clone)]
pub struct Environments {
    /// The folder that holds the environments; they are made again when their requirements change.
    pub cache: PathBuf,
    /// The folder with `requirements-original.txt` and `requirements-migrated.txt`.
    pub scenarios: PathBuf,
}

impl Environments {
    /// The interpreter with Eventlet.
    ///
    /// # Errors
    /// If the environment cannot be made.
    pub fn original(&self) -> Result<PathBuf> {
        let pinned = self.pinned("requirements-original.txt")?;
        self.interpreter("original", ORIGINAL_PYTHON, &pinned)
    }

    /// Whether this machine has an interpreter of this version.
    #[must_use]
    pub fn has(version: &str) -> bool {
        find_python(version).is_ok()
    }

    /// The interpreter of this version without Eventlet, with the distributions `needed`.
    ///
    /// On [`ORIGINAL_PYTHON`], on which drivers run too, everything pinned is installed.
    ///
    /// # Errors
    /// If the environment cannot be made, or a distribution is not pinned.
    pub fn migrated(&self, version: &str, needed: &BTreeSet<&str>) -> Result<PathBuf> {
        let pinned = self.pinned("requirements-migrated.txt")?;
        let wanted = if version == ORIGINAL_PYTHON {
            pinned
        } else {
            select(&pinned, needed)?
        };
        self.interpreter("migrated", version, &wanted)
    }

    fn pinned(&self, name: &str) -> Result<String> {
        let path = self.scenarios.join(name);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    fn interpreter(&self, kind: &str, version: &str, wanted: &str) -> Result<PathBuf> {
        let folder = self.cache.join(format!("{kind}-{version}"));
        let python = folder.join("bin").join("python");
        let stamp = folder.join("requirements.txt");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(python);
        }
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&self.cache)?;
        let mut create = Command::new(find_python(version)?);
        create.args(["-m", "venv"]).arg(&folder);
        checked(create)?;
        let mut install = Command::new(&python);
        install
            .args(["-m", "pip", "install", "--quiet"])
            .args(["--disable-pip-version-check"])
            .args(wanted.lines());
        if !wanted.is_empty() {
            checked(install)?;
        }
        fs::write(&stamp, wanted)?;
        Ok(python)
    }
}

/// The lines of `pinned`, each `NAME==VERSION`, whose names are `needed`.
fn select(pinned: &str, needed: &BTreeSet<&str>) -> Result<String> {
    let mut wanted = String::new();
    for name in needed {
        let line = pinned
            .lines()
            .find(|line| line.split("==").next() == Some(name))
            .with_context(|| format!("{name} is not pinned in requirements-migrated.txt"))?;
        wanted.push_str(line);
        wanted.push('\n');
    }
    Ok(wanted)
}

fn checked(command: Command) -> Result<()> {
    let shown = format!("{command:?}");
    let finished = process::run(command, SETUP_LIMIT)?;
    if finished.code != Some(0) {
        bail!("{shown} failed\n{}{}", finished.stdout, finished.stderr);
    }
    Ok(())
}

/// An interpreter of this version: `pythonX.Y` on the path, or what pyenv installed.
fn find_python(version: &str) -> Result<PathBuf> {
    let name = format!("python{version}");
    let on_path = std::env::var_os("PATH")
        .into_iter()
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
        .filter(|folder| !folder.ends_with("shims"))
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file());
    match on_path.or_else(|| pyenv_python(version)) {
        Some(path) => Ok(path),
        None => bail!("there is no {name} on the path and none of pyenv's"),
    }
}

fn pyenv_python(version: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".pyenv")))?;
    let mut installed: Vec<PathBuf> = fs::read_dir(root.join("versions"))
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(&format!("{version}.")))
        })
        .collect();
    installed.sort();
    installed.pop().map(|path| path.join("bin").join("python"))
}
