//! Where Eventlet and greenlet are asked for.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextSize};

use super::{Document, PythonText, ini, numbered};

/// What kind of file or command asks for Eventlet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DependencyKind {
    Requirements,
    Pyproject,
    SetupCfg,
    SetupPy,
    Pipfile,
    Lock,
    Tox,
    /// `gunicorn -k eventlet`, `worker_class = "eventlet"`.
    GunicornWorker,
    /// `celery -P eventlet`, `worker_pool = "eventlet"`.
    CeleryPool,
}

/// One line that asks for Eventlet or greenlet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DependencyUse {
    /// Relative to the root, with `/`; starts with `../` for a file of the project's folder above it.
    pub path: String,
    /// 1-based.
    pub line: u32,
    pub kind: DependencyKind,
    /// The line or the requirement, trimmed.
    pub text: String,
}

fn is_ours(name: &str) -> bool {
    ["eventlet", "greenlet"]
        .iter()
        .any(|ours| name.trim().eq_ignore_ascii_case(ours))
}

/// Whether a requirement (PEP 508) names Eventlet or greenlet, also as an extra: `gunicorn[eventlet]`.
fn requires_ours(requirement: &str) -> bool {
    let requirement = requirement.trim();
    let end = requirement
        .find(|character: char| !(character.is_ascii_alphanumeric() || "._-".contains(character)))
        .unwrap_or(requirement.len());
    let (name, rest) = requirement.split_at(end);
    let rest = rest.trim_start();
    if !(rest.is_empty()
        || rest.starts_with(['[', '<', '>', '=', '!', '~', ';', '@', '(', ',', '#']))
    {
        return false;
    }
    let extras = rest
        .strip_prefix('[')
        .and_then(|rest| rest.split(']').next())
        .unwrap_or_default();
    is_ours(name) || extras.split(',').any(is_ours)
}

pub(super) fn in_requirements(document: &Document<'_>, found: &mut Vec<DependencyUse>) {
    for (line, content) in numbered(document.text) {
        let content = content.trim();
        let egg = content
            .split_once("#egg=")
            .is_some_and(|(_, name)| requires_ours(name));
        if requires_ours(content) || egg {
            found.push(document.dependency(line, DependencyKind::Requirements, content));
        }
    }
}

pub(super) fn in_ini(
    document: &Document<'_>,
    kind: DependencyKind,
    found: &mut Vec<DependencyUse>,
) {
    for entry in ini::entries(document.text) {
        // tox: `py311: eventlet`
        let requirement = entry
            .value
            .rsplit_once(": ")
            .map_or(entry.value, |(_, requirement)| requirement);
        if requires_ours(requirement) {
            found.push(document.dependency(entry.line, kind, entry.value));
        }
    }
}

/// `name = "eventlet"` of Poetry, uv and PDM, `"eventlet": {` of Pipenv.
pub(super) fn in_lock(document: &Document<'_>, found: &mut Vec<DependencyUse>) {
    for (line, content) in numbered(document.text) {
        let content = content.trim();
        let named = content
            .strip_prefix("name = \"")
            .and_then(|rest| rest.strip_suffix('"'));
        let keyed = content
            .strip_prefix('"')
            .and_then(|rest| rest.split_once("\": {"))
            .map(|(name, _)| name);
        if named.or(keyed).is_some_and(is_ours) {
            found.push(document.dependency(line, DependencyKind::Lock, content));
        }
    }
}

pub(super) fn in_pipfile(
    document: &Document<'_>,
    found: &mut Vec<DependencyUse>,
) -> Result<(), String> {
    let table = parse_toml(document.text)?;
    let mut wanted = Wanted::default();
    for (section, value) in &table {
        if section.ends_with("packages") {
            wanted.keys(section, value);
        }
    }
    wanted.report(document, DependencyKind::Pipfile, found);
    Ok(())
}

pub(super) fn in_pyproject(
    document: &Document<'_>,
    found: &mut Vec<DependencyUse>,
) -> Result<(), String> {
    /// Tools whose tables hold requirements.
    const TOOLS: [&str; 7] = ["poetry", "pdm", "uv", "hatch", "rye", "flit", "pixi"];
    let table = parse_toml(document.text)?;
    let mut wanted = Wanted::default();
    for section in ["project", "dependency-groups", "build-system"] {
        if let Some(value) = table.get(section) {
            wanted.requirements(value);
        }
    }
    for tool in TOOLS {
        if let Some(value) = table.get("tool").and_then(|tools| tools.get(tool)) {
            wanted.requirements(value);
            wanted.keys(&format!("tool.{tool}"), value);
        }
    }
    wanted.report(document, DependencyKind::Pyproject, found);
    Ok(())
}

pub(super) fn parse_toml(text: &str) -> Result<toml::Table, String> {
    text.parse()
        .map_err(|error: toml::de::Error| error.message().to_owned())
}

/// What a TOML file asks for; the lines are looked up in its text.
#[derive(Default)]
struct Wanted {
    requirements: Vec<String>,
    /// Dotted, with the tables around: `tool.poetry.dependencies.eventlet`.
    keys: Vec<String>,
}

impl Wanted {
    fn requirements(&mut self, value: &toml::Value) {
        match value {
            toml::Value::String(text) if requires_ours(text) => {
                self.requirements.push(text.clone())
            }
            toml::Value::Array(values) => values.iter().for_each(|value| self.requirements(value)),
            toml::Value::Table(table) => {
                let spoken =
                    |key: &str| matches!(key, "name" | "description" | "keywords" | "classifiers");
                table
                    .iter()
                    .filter(|(key, _)| !spoken(key))
                    .for_each(|(_, value)| self.requirements(value));
            }
            _ => {}
        }
    }

    fn keys(&mut self, around: &str, value: &toml::Value) {
        if let toml::Value::Table(table) = value {
            for (key, value) in table {
                let path = format!("{around}.{key}");
                self.keys(&path, value);
                if is_ours(key) {
                    self.keys.push(path);
                }
            }
        }
    }

    fn report(
        &self,
        document: &Document<'_>,
        kind: DependencyKind,
        found: &mut Vec<DependencyUse>,
    ) {
        let mut table = String::new();
        for (line, content) in numbered(document.text) {
            let content = content.trim();
            let path = if let Some(header) = content
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
            {
                table = header.replace(['"', '\'', ' '], "");
                Some(table.clone())
            } else {
                content
                    .split_once('=')
                    .map(|(key, _)| format!("{table}.{}", key.trim().replace(['"', '\''], "")))
            };
            let keyed = path.is_some_and(|path| self.keys.contains(&path));
            let quoted = |text: &String| {
                ["\"", "'"]
                    .iter()
                    .any(|quote| content.contains(&format!("{quote}{text}{quote}")))
            };
            if keyed || !content.starts_with('#') && self.requirements.iter().any(quoted) {
                found.push(document.dependency(line, kind, content));
            }
        }
    }
}

impl Document<'_> {
    pub(super) fn dependency(&self, line: u32, kind: DependencyKind, text: &str) -> DependencyUse {
        DependencyUse {
            path: self.path.to_owned(),
            line,
            kind,
            text: text.to_owned(),
        }
    }
}

/// Requirements in `setup.py`, and settings of Gunicorn and Celery: `worker_class = "eventlet"`.
pub(super) fn in_python(
    file: &PythonText<'_>,
    line_of: &dyn Fn(TextSize) -> u32,
    found: &mut Vec<DependencyUse>,
) {
    let mut add = |kind, text: &str, at: TextSize| {
        found.push(DependencyUse {
            path: file.path.to_owned(),
            line: line_of(at),
            kind,
            text: text.to_owned(),
        });
    };
    if file.path == "setup.py" || file.path.ends_with("/setup.py") {
        let mut strings = Strings(Vec::new());
        strings.visit_body(&file.syntax.body);
        for string in strings.0 {
            let text = string.value.to_str();
            if requires_ours(text) {
                add(DependencyKind::SetupPy, text, string.start());
            }
        }
    }
    let mut settings = Settings(Vec::new());
    settings.visit_body(&file.syntax.body);
    for (kind, value) in settings.0 {
        let text = &file.text[value.range()];
        add(kind, text, value.start());
    }
}

struct Strings<'a>(Vec<&'a ast::ExprStringLiteral>);

impl<'a> Visitor<'a> for Strings<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::StringLiteral(string) = expr {
            self.0.push(string);
        }
        walk_expr(self, expr);
    }
}

struct Settings<'a>(Vec<(DependencyKind, &'a Expr)>);

impl<'a> Visitor<'a> for Settings<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::Assign(ast::StmtAssign { targets, value, .. }) = stmt {
            let names_eventlet =
                matches!(&**value, Expr::StringLiteral(string) if is_worker(string.value.to_str()));
            let kind = targets.iter().find_map(|target| match target {
                Expr::Name(name) => setting(name.id.as_str()),
                Expr::Attribute(attribute) => setting(attribute.attr.as_str()),
                _ => None,
            });
            if let (true, Some(kind)) = (names_eventlet, kind) {
                self.0.push((kind, value));
            }
        }
        walk_stmt(self, stmt);
    }

    // Assignments are statements.
    fn visit_expr(&mut self, _expr: &'a Expr) {}
}

fn setting(name: &str) -> Option<DependencyKind> {
    match name {
        "worker_class" => Some(DependencyKind::GunicornWorker),
        "worker_pool" | "CELERYD_POOL" | "CELERY_WORKER_POOL" => Some(DependencyKind::CeleryPool),
        _ => None,
    }
}

/// `eventlet`, or the class that Gunicorn means by it.
pub(super) fn is_worker(name: &str) -> bool {
    name == "eventlet" || name.ends_with("geventlet.EventletWorker")
}

#[cfg(test)]
mod tests {
    use super::requires_ours;

    #[test]
    fn requirements() {
        for requirement in [
            "eventlet",
            "Eventlet>=0.30",
            "eventlet ; python_version < '3.12'",
            "eventlet==0.33.0  # pinned",
            "greenlet",
            "gunicorn[eventlet]>=20",
            "celery[redis, eventlet]",
            "eventlet @ https://example.org/eventlet.zip",
            "eventlet(>=0.30)",
        ] {
            assert!(requires_ours(requirement), "{requirement}");
        }
        for requirement in [
            "eventlet-extras",
            "my-eventlet",
            "gunicorn",
            "# eventlet",
            "eventlet is a library",
            "",
            "-r x",
        ] {
            assert!(!requires_ours(requirement), "{requirement}");
        }
    }
}
