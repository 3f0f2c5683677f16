//! What stands around the program: files that ask for Eventlet, and where programs start. Data only, nothing is evaluated.

mod commands;
mod dependencies;
mod entry_points;
mod ini;

pub use dependencies::{DependencyKind, DependencyUse};
pub use entry_points::{EntryKind, EntryPoint};

use std::path::Path;

use ruff_python_ast as ast;
use ruff_source_file::LineIndex;
use ruff_text_size::TextSize;
use rustc_hash::FxHashMap;

use crate::error::{SkipReason, Skipped};
use crate::files;
use crate::project::Project;

/// Larger files are no configuration that people write.
const SIZE_LIMIT: u64 = 20 << 20;

/// What was found around a program, in path order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    pub dependencies: Vec<DependencyUse>,
    pub entry_points: Vec<EntryPoint>,
    /// Files that should say something of this, but cannot be read.
    pub skipped: Vec<Skipped>,
}

/// What a file that is not Python is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Requirements,
    Pyproject,
    SetupCfg,
    Tox,
    Pipfile,
    Lock,
    /// Holds command lines: a `Procfile`, a shell script, a unit of systemd.
    Commands,
}

impl Role {
    fn of(path: &str) -> Option<Self> {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let in_requirements = folders.rsplit('/').next() == Some("requirements");
        let lower = stem.to_ascii_lowercase();
        Some(match (name, extension) {
            ("pyproject.toml", _) => Role::Pyproject,
            ("setup.cfg", _) => Role::SetupCfg,
            ("tox.ini", _) => Role::Tox,
            ("Pipfile", _) => Role::Pipfile,
            ("poetry.lock" | "uv.lock" | "pdm.lock" | "Pipfile.lock", _) => Role::Lock,
            (_, "txt" | "in" | "pip")
                if in_requirements
                    || lower.contains("requirements")
                    || lower.contains("constraints") =>
            {
                Role::Requirements
            }
            (
                "Procfile" | "Makefile" | "makefile" | "GNUmakefile" | "justfile" | "Dockerfile"
                | "Containerfile",
                _,
            )
            | (_, "sh" | "bash" | "service" | "mk" | "Dockerfile" | "dockerfile" | "Procfile") => {
                Role::Commands
            }
            _ if name.starts_with("Dockerfile.") || name.starts_with("Procfile.") => Role::Commands,
            (_, "yml" | "yaml") if lower.contains("compose") => Role::Commands,
            _ => return None,
        })
    }
}

/// One file as the readers take it.
struct Document<'a> {
    path: &'a str,
    text: &'a str,
}

/// A parsed Python file as the readers take it.
pub(crate) struct PythonText<'a> {
    pub(crate) path: &'a str,
    pub(crate) module: &'a str,
    pub(crate) text: &'a str,
    pub(crate) syntax: &'a ast::ModModule,
}

/// Where to look.
pub(crate) struct Around<'a> {
    pub(crate) root: &'a Path,
    pub(crate) folder: &'a Path,
    /// Files that are not Python, relative to the root.
    pub(crate) others: &'a [String],
    /// `entry-points` of the configuration.
    pub(crate) configured: &'a [String],
    /// Paths of all Python files with the names of their modules.
    pub(crate) modules: FxHashMap<&'a str, &'a str>,
    /// Those files that can say something of this.
    pub(crate) python: Vec<PythonText<'a>>,
}

/// Whether a Python file can hold anything that [`Around::read`] looks for, by its path and text alone.
pub(crate) fn may_say_something(path: &str, text: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "setup.py" | "__main__.py")
        || !name.contains('.')
        || ["__main__", "eventlet", "greenlet"]
            .iter()
            .any(|word| text.contains(word))
}

impl Project {
    /// Reads the files around the program that name Eventlet or say where programs start.
    pub fn surroundings(&self) -> Surroundings {
        let python = self
            .files
            .iter()
            .zip(self.modules())
            .map(|(file, module)| PythonText {
                path: &file.path,
                module: &file.module,
                text: &file.text,
                syntax: module.syntax,
            })
            .collect();
        let around = Around {
            root: &self.root,
            folder: &self.folder,
            others: &self.others,
            configured: &self.config.entry_points,
            modules: self
                .files
                .iter()
                .map(|file| (file.path.as_str(), file.module.as_str()))
                .collect(),
            python,
        };
        around.read()
    }
}

impl Around<'_> {
    pub(crate) fn read(&self) -> Surroundings {
        let mut found = Surroundings::default();
        for path in self.others.iter().cloned().chain(self.above()) {
            let Some(role) = Role::of(&path) else {
                continue;
            };
            match files::read_text(&self.root.join(Path::new(&path)), SIZE_LIMIT) {
                Ok(text) => {
                    let document = Document {
                        path: &path,
                        text: &text,
                    };
                    if let Err(message) = self.read_document(role, &document, &mut found) {
                        let reason = SkipReason::Syntax { message };
                        found.skipped.push(Skipped {
                            path,
                            line: None,
                            column: None,
                            reason,
                        });
                    }
                }
                Err(reason) => found.skipped.push(Skipped {
                    path,
                    line: None,
                    column: None,
                    reason,
                }),
            }
        }
        for file in &self.python {
            let lines = LineIndex::from_source_text(file.text);
            let line_of = |offset: TextSize| {
                u32::try_from(lines.line_index(offset).get()).unwrap_or(u32::MAX)
            };
            dependencies::in_python(file, &line_of, &mut found.dependencies);
            entry_points::in_python(file, &line_of, &mut found.entry_points);
        }
        for name in self.configured {
            let (module, function) = entry_points::split_target(name);
            found.entry_points.push(EntryPoint {
                kind: EntryKind::Configured,
                group: "tool.ungreen.entry-points".to_owned(),
                module,
                function,
                path: "pyproject.toml".to_owned(),
                line: 1,
            });
        }
        found.dependencies.sort();
        found.dependencies.dedup();
        found
            .entry_points
            .sort_by(|a, b| (&a.path, a.line, &a.module).cmp(&(&b.path, b.line, &b.module)));
        found.entry_points.dedup();
        found.skipped.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    fn read_document(
        &self,
        role: Role,
        document: &Document<'_>,
        found: &mut Surroundings,
    ) -> Result<(), String> {
        match role {
            Role::Requirements => dependencies::in_requirements(document, &mut found.dependencies),
            Role::Lock => dependencies::in_lock(document, &mut found.dependencies),
            Role::Pipfile => dependencies::in_pipfile(document, &mut found.dependencies)?,
            Role::Pyproject => {
                dependencies::in_pyproject(document, &mut found.dependencies)?;
                entry_points::in_pyproject(document, &mut found.entry_points)?;
            }
            Role::SetupCfg => {
                dependencies::in_ini(document, DependencyKind::SetupCfg, &mut found.dependencies);
                entry_points::in_setup_cfg(document, &mut found.entry_points);
            }
            Role::Tox => {
                dependencies::in_ini(document, DependencyKind::Tox, &mut found.dependencies);
                commands::read(&self.modules, document, found);
            }
            Role::Commands => commands::read(&self.modules, document, found),
        }
        Ok(())
    }

    /// Files of the project's folder where that lies above the root: `../pyproject.toml`.
    fn above(&self) -> Vec<String> {
        let Ok(below) = self.root.strip_prefix(self.folder) else {
            return Vec::new();
        };
        let depth = below.components().count();
        if depth == 0 {
            return Vec::new();
        }
        let names = files::file_names(self.folder);
        names
            .into_iter()
            .map(|name| format!("{}{name}", "../".repeat(depth)))
            .collect()
    }
}

/// 1-based line and text of every line.
fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.lines())
}
