//! The Python environments that programs run in: one with Eventlet, and one without it for each Python version.

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
        self.interpreter("original", ORIGINAL_PYTHON, "requirements-original.txt")
    }

    /// The interpreter of this version without Eventlet.
    ///
    /// # Errors
    /// If the environment cannot be made.
    pub fn migrated(&self, version: &str) -> Result<PathBuf> {
        self.interpreter("migrated", version, "requirements-migrated.txt")
    }

    fn interpreter(&self, kind: &str, version: &str, requirements: &str) -> Result<PathBuf> {
        let requirements = self.scenarios.join(requirements);
        let wanted = fs::read_to_string(&requirements)
            .with_context(|| format!("cannot read {}", requirements.display()))?;
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
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
            ])
            .arg(&requirements);
        checked(install)?;
        fs::write(&stamp, wanted)?;
        Ok(python)
    }
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
