//! Whether git holds what is about to be overwritten.

use std::path::Path;
use std::process::Command;

use crate::files;
use crate::project::Project;

/// Paths in one call of git, well below any system's limit for a command line.
const PATHS_AT_ONCE: usize = 200;

/// What git says about files to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GitState {
    /// There is no work tree, or git is not installed.
    NoGit,
    Clean,
    /// Paths relative to the root with changes that are not committed, or that git does not know.
    Uncommitted(Vec<String>),
    /// There is a work tree, but git fails.
    Failed {
        message: String,
    },
}

impl Project {
    /// Asks git about `paths`, relative to the root with `/`. Runs nothing of the program's, and no hook.
    pub fn git_state(&self, paths: &[&str]) -> GitState {
        if !self
            .root
            .ancestors()
            .any(|folder| files::exists(&folder.join(".git")))
        {
            return GitState::NoGit;
        }
        let prefix = match git(&self.root, &["rev-parse", "--show-prefix"], &[]) {
            Ok(prefix) => prefix.trim_end_matches(['\n', '\r']).to_owned(),
            Err(None) => return GitState::NoGit,
            Err(Some(message)) => return GitState::Failed { message },
        };
        let mut uncommitted = Vec::new();
        for chunk in paths.chunks(PATHS_AT_ONCE) {
            let options = [
                "status",
                "--porcelain=v1",
                "-z",
                "--no-renames",
                "--untracked-files=all",
                "--",
            ];
            match git(&self.root, &options, chunk) {
                // One entry is `XY path`, relative to the top of the work tree.
                Ok(status) => uncommitted.extend(status.split('\0').filter_map(|entry| {
                    entry
                        .get(3..)?
                        .strip_prefix(prefix.as_str())
                        .map(str::to_owned)
                })),
                Err(None) => return GitState::NoGit,
                Err(Some(message)) => return GitState::Failed { message },
            }
        }
        uncommitted.sort();
        if uncommitted.is_empty() {
            GitState::Clean
        } else {
            GitState::Uncommitted(uncommitted)
        }
    }
}

/// Standard output; `Err(None)` without git.
fn git(root: &Path, options: &[&str], paths: &[&str]) -> Result<String, Option<String>> {
    let output = Command::new("git")
        .current_dir(root)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .args(["--literal-pathspecs", "-c", "core.fsmonitor=false"])
        .args(options)
        .args(paths)
        .output()
        .map_err(|error| {
            (error.kind() != std::io::ErrorKind::NotFound).then(|| error.to_string())
        })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(Some(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ))
    }
}
