//! `[tool.ungreen]` of `pyproject.toml`, and what other tools' sections say about the Python version.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use ruff_python_ast::PythonVersion;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What can be configured. Every key is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// The oldest Python version that the migrated program must run on.
    pub target_version: Option<TargetVersion>,
    /// Folders from which modules are imported, relative to the file that holds the configuration.
    pub src: Option<Vec<String>>,
    /// Patterns of files and folders to leave out, in place of the defaults.
    pub exclude: Option<Vec<String>>,
    /// Patterns of files and folders to leave out besides `exclude`.
    pub extend_exclude: Vec<String>,
    /// Leave out what `.gitignore` and the like name.
    pub respect_gitignore: Option<bool>,
    /// The virtual environment whose packages the type engine may look into.
    pub python: Option<String>,
    /// Dotted name of the module that receives the helper.
    pub helper_module: Option<String>,
    /// Functions that programs start with, besides those that are found: `pkg.mod:main`.
    pub entry_points: Vec<String>,
    /// Classes that get a sync face: `pkg.mod.Class`.
    pub adapters: Vec<String>,
    /// What becomes of single functions: `"pkg.mod:Class.method" = "thread"`.
    pub functions: BTreeMap<String, Policy>,
}

/// What becomes of one function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// It becomes a coroutine.
    Async,
    /// It stays as it is.
    Sync,
    /// It stays as it is; coroutines call it in a thread.
    Thread,
    /// It stays as it is; coroutines call a copy that is one.
    Copy,
}

/// A Python version from 3.7 on, written `3.11` or `py311`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetVersion(pub PythonVersion);

impl FromStr for TargetVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known: Vec<_> = PythonVersion::iter().collect();
        known
            .iter()
            .find(|version| {
                text == version.to_string()
                    || text == format!("py{}{}", version.major, version.minor)
            })
            .map(|version| TargetVersion(*version))
            .ok_or_else(|| {
                let names: Vec<_> = known.iter().map(ToString::to_string).collect();
                format!(
                    "unknown Python version `{text}`, expected one of {}",
                    names.join(", ")
                )
            })
    }
}

impl Serialize for TargetVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TargetVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// A configuration file that cannot be used. Names the file, the place and the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    pub path: PathBuf,
    /// 1-based.
    pub line: Option<usize>,
    /// Dotted: `tool.ungreen.exclude`.
    pub key: Option<String>,
    pub message: String,
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ": `{key}`")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ConfigError {}

/// The parts of a `pyproject.toml` that matter here.
#[derive(Deserialize)]
struct Pyproject {
    tool: Option<Tools>,
}

#[derive(Deserialize)]
struct Tools {
    ungreen: Option<Config>,
}

/// `[tool.ungreen]` of a `pyproject.toml`; `None` without that table.
pub(crate) fn parse_pyproject(path: &Path, text: &str) -> Result<Option<Config>, ConfigError> {
    Ok(parse::<Pyproject>(path, text)?
        .tool
        .and_then(|tools| tools.ungreen))
}

/// A file that holds nothing but the configuration.
pub(crate) fn parse_standalone(path: &Path, text: &str) -> Result<Config, ConfigError> {
    parse(path, text)
}

fn parse<T: for<'de> Deserialize<'de>>(path: &Path, text: &str) -> Result<T, ConfigError> {
    let error = |error: &toml::de::Error, key: Option<String>| ConfigError {
        path: path.to_path_buf(),
        line: error
            .span()
            .map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count()),
        key,
        message: error.message().to_owned(),
    };
    let deserializer = toml::Deserializer::parse(text).map_err(|cause| error(&cause, None))?;
    serde_path_to_error::deserialize(deserializer).map_err(|cause| {
        let key = cause.path().to_string();
        error(cause.inner(), (key != ".").then_some(key))
    })
}

/// The lower bound of a version specifier: `>=3.9,<4`, `^3.9`, `~=3.10`, `==3.11.*`, `>3.8`.
pub(crate) fn lowest_version(specifier: &str) -> Option<PythonVersion> {
    specifier
        .split([',', ' '])
        .filter_map(|clause| {
            let clause = clause.trim();
            let (version, step) = match clause.trim_start_matches(['>', '=', '~', '^']) {
                version
                    if version.len() == clause.len()
                        && !clause.starts_with(|c: char| c.is_ascii_digit()) =>
                {
                    return None;
                }
                version => (
                    version.trim(),
                    u8::from(clause.starts_with('>') && !clause.starts_with(">=")),
                ),
            };
            let mut parts = version.split('.');
            let major: u8 = parts.next()?.parse().ok()?;
            // `>=3` names no minor version, and `>3.8.1` still allows 3.8.
            let minor: u8 = parts.next()?.trim_end_matches('*').parse().ok()?;
            let step = if parts.next().is_some() { 0 } else { step };
            Some(PythonVersion {
                major,
                minor: minor.saturating_add(step),
            })
        })
        .max()
        .filter(|version| version.major == 3)
        .map(|version| version.clamp(PythonVersion::lowest(), PythonVersion::latest_preview()))
}

/// `requires-python` of PEP 621, or Poetry's `python` dependency.
pub(crate) fn requires_python(pyproject: &str) -> Option<PythonVersion> {
    let table: toml::Table = pyproject.parse().ok()?;
    let at = |keys: &[&str]| {
        let (first, rest) = keys.split_first()?;
        rest.iter()
            .try_fold(table.get(*first)?, |value, key| value.get(key))?
            .as_str()
    };
    at(&["project", "requires-python"])
        .or_else(|| at(&["tool", "poetry", "dependencies", "python"]))
        .and_then(lowest_version)
}

/// `python_requires` of a `setup.cfg`.
pub(crate) fn python_requires(setup_cfg: &str) -> Option<PythonVersion> {
    setup_cfg.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        matches!(
            key.trim(),
            "python_requires" | "python-requires" | "requires-python"
        )
        .then(|| lowest_version(value.trim()))?
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ruff_python_ast::PythonVersion;

    use super::{
        Config, Policy, lowest_version, parse_pyproject, parse_standalone, python_requires,
        requires_python,
    };

    #[test]
    fn lower_bounds() {
        for (specifier, expected) in [
            (">=3.9", Some((3, 9))),
            (">=3.9,<4", Some((3, 9))),
            ("<4,>=3.10", Some((3, 10))),
            ("^3.8", Some((3, 8))),
            ("~=3.10", Some((3, 10))),
            ("==3.11.*", Some((3, 11))),
            ("3.12", Some((3, 12))),
            (">3.8", Some((3, 9))),
            (">= 3.9", Some((3, 9))),
            (">=3.6.2", Some((3, 7))),
            (">3.8.1", Some((3, 8))),
            ("!=3.0.*,>=3.7", Some((3, 7))),
            (">=3", None),
            ("<4", None),
            (">=2.7", None),
            ("nonsense", None),
            ("", None),
        ] {
            assert_eq!(
                lowest_version(specifier).map(PythonVersion::as_tuple),
                expected,
                "{specifier}"
            );
        }
    }

    #[test]
    fn versions_of_other_tools() {
        assert_eq!(
            requires_python("[project]\nrequires-python = '>=3.12'"),
            Some(PythonVersion::PY312)
        );
        assert_eq!(
            requires_python("[tool.poetry.dependencies]\npython = '^3.9'"),
            Some(PythonVersion::PY39)
        );
        assert_eq!(requires_python("[project]\nname = 'x'"), None);
        assert_eq!(
            python_requires("[metadata]\nname = x\npython_requires = >=3.10\n"),
            Some(PythonVersion::PY310)
        );
    }

    #[test]
    fn every_key() {
        let text = r#"
            [tool.ungreen]
            target-version = "py312"
            src = ["lib"]
            exclude = ["gen"]
            extend-exclude = ["*_pb2.py"]
            respect-gitignore = false
            python = ".venv"
            helper-module = "app.compat"
            entry-points = ["app.main:run"]
            adapters = ["app.client.Client"]
            functions = { "app.main:Server.stop" = "thread" }
        "#;
        let config = parse_pyproject(Path::new("pyproject.toml"), text)
            .expect("valid")
            .expect("present");
        assert_eq!(
            config.target_version.map(|version| version.0),
            Some(PythonVersion::PY312)
        );
        assert_eq!(
            config.functions.get("app.main:Server.stop"),
            Some(&Policy::Thread)
        );
        assert_eq!(config.respect_gitignore, Some(false));
    }

    #[test]
    fn nothing_configured() {
        let path = Path::new("pyproject.toml");
        assert_eq!(
            parse_pyproject(path, "[tool.ruff]\nline-length = 3"),
            Ok(None)
        );
        assert_eq!(
            parse_pyproject(path, "[tool.ungreen]"),
            Ok(Some(Config::default()))
        );
    }

    #[track_caller]
    fn fails(text: &str, message: &str) {
        let error = parse_pyproject(Path::new("pyproject.toml"), text).expect_err("invalid");
        assert_eq!(error.to_string(), message);
    }

    #[test]
    fn errors_name_file_line_and_key() {
        fails(
            "[tool.ungreen]\nexclude = 'x'",
            "pyproject.toml:2: `tool.ungreen.exclude`: invalid type: string \"x\", expected a sequence",
        );
        fails(
            "[tool.ungreen]\ntarget-version = '2.7'",
            "pyproject.toml:2: `tool.ungreen.target-version`: unknown Python version `2.7`, expected one of 3.7, 3.8, 3.9, 3.10, 3.11, 3.12, 3.13, 3.14, 3.15",
        );
        fails(
            "[tool.ungreen.functions]\n'a:b' = 'asink'",
            "pyproject.toml:2: `tool.ungreen.functions.a:b`: unknown variant `asink`, expected one of `async`, `sync`, `thread`, `copy`",
        );
        let error = parse_pyproject(Path::new("pyproject.toml"), "[tool.ungreen]\n\nexlude = []")
            .expect_err("invalid");
        assert_eq!(
            (error.line, error.key.as_deref()),
            (Some(3), Some("tool.ungreen.exlude"))
        );
        assert!(
            error
                .message
                .starts_with("unknown field `exlude`, expected one of `target-version`"),
            "{error}"
        );
        let error = parse_pyproject(Path::new("pyproject.toml"), "[tool\n").expect_err("invalid");
        assert_eq!(error.line, Some(1));
        let error = parse_standalone(Path::new("u.toml"), "src = 1").expect_err("invalid");
        assert_eq!(
            error.to_string(),
            "u.toml:1: `src`: invalid type: integer `1`, expected a sequence"
        );
    }
}
