//! Where programs start, as far as files say so.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextSize};

use super::dependencies::parse_toml;
use super::{Document, PythonText, ini, numbered};

/// Who starts the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// `console_scripts`, `gui_scripts`, `wsgi_scripts`.
    Script,
    /// Any other group of entry points: called by whoever loads the group.
    Plugin,
    /// `if __name__ == "__main__":`; the function is the module body.
    MainGuard,
    /// `__main__.py`, started with `python -m package`.
    MainModule,
    /// A Python file without an extension that starts with `#!`.
    Executable,
    /// A command line: `gunicorn app.wsgi:application`, `python -m app`.
    Command,
    /// `entry-points` of the configuration.
    Configured,
}

/// One place where a program starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    pub kind: EntryKind,
    /// Group of entry points, the program of a command line, or nothing.
    pub group: String,
    /// Dotted.
    pub module: String,
    /// Dotted name inside the module: `main`, `App.run`; `None` for the module body.
    pub function: Option<String>,
    /// Where it is said, relative to the root.
    pub path: String,
    /// 1-based.
    pub line: u32,
}

/// `pkg.mod:Class.method [extra]` to module and function.
pub(super) fn split_target(target: &str) -> (String, Option<String>) {
    let target = target.split('[').next().unwrap_or_default().trim();
    match target.split_once(':') {
        Some((module, function)) => {
            let function = function.trim().trim_end_matches("()");
            (
                module.trim().to_owned(),
                (!function.is_empty()).then(|| function.to_owned()),
            )
        }
        None => (target.to_owned(), None),
    }
}

fn kind_of_group(group: &str) -> EntryKind {
    match group {
        "console_scripts"
        | "gui_scripts"
        | "wsgi_scripts"
        | "project.scripts"
        | "project.gui-scripts"
        | "tool.poetry.scripts" => EntryKind::Script,
        _ => EntryKind::Plugin,
    }
}

fn entry(path: &str, line: u32, group: &str, target: &str) -> EntryPoint {
    let (module, function) = split_target(target);
    EntryPoint {
        kind: kind_of_group(group),
        group: group.to_owned(),
        module,
        function,
        path: path.to_owned(),
        line,
    }
}

pub(super) fn in_setup_cfg(document: &Document<'_>, found: &mut Vec<EntryPoint>) {
    for item in ini::entries(document.text) {
        if matches!(item.section, "entry_points" | "options.entry_points")
            && let Some((_, target)) = item.value.split_once('=')
        {
            found.push(entry(document.path, item.line, item.key, target));
        }
    }
}

pub(super) fn in_pyproject(
    document: &Document<'_>,
    found: &mut Vec<EntryPoint>,
) -> Result<(), String> {
    let table = parse_toml(document.text)?;
    let at = |keys: &[&str]| {
        keys.iter()
            .try_fold(None, |value: Option<&toml::Value>, key| match value {
                None => table.get(*key).map(Some),
                Some(value) => value.get(key).map(Some),
            })
    };
    let mut groups: Vec<(String, &toml::Value)> = Vec::new();
    for keys in [
        &["project", "scripts"][..],
        &["project", "gui-scripts"],
        &["tool", "poetry", "scripts"],
    ] {
        if let Some(Some(value)) = at(keys) {
            groups.push((keys.join("."), value));
        }
    }
    for keys in [
        &["project", "entry-points"][..],
        &["tool", "poetry", "plugins"],
    ] {
        if let Some(Some(toml::Value::Table(plugins))) = at(keys) {
            groups.extend(plugins.iter().map(|(group, value)| (group.clone(), value)));
        }
    }
    for (group, value) in groups {
        for target in value.as_table().into_iter().flat_map(toml::Table::values) {
            // Poetry also has `{ reference = "mod:function", type = "console" }`.
            let Some(target) = target
                .as_str()
                .or_else(|| target.get("reference")?.as_str())
            else {
                continue;
            };
            let quoted = [format!("\"{target}\""), format!("'{target}'")];
            let line = numbered(document.text)
                .find(|(_, content)| {
                    quoted
                        .iter()
                        .any(|quoted| content.contains(quoted.as_str()))
                })
                .map_or(1, |(line, _)| line);
            found.push(entry(document.path, line, &group, target));
        }
    }
    Ok(())
}

/// Main guards, `__main__.py`, executables, and the `entry_points` of a `setup.py`.
pub(super) fn in_python(
    file: &PythonText<'_>,
    line_of: &dyn Fn(TextSize) -> u32,
    found: &mut Vec<EntryPoint>,
) {
    let mut add = |kind, at: TextSize| {
        found.push(EntryPoint {
            kind,
            group: String::new(),
            module: file.module.to_owned(),
            function: None,
            path: file.path.to_owned(),
            line: line_of(at),
        });
    };
    for stmt in &file.syntax.body {
        if let Stmt::If(branch) = stmt
            && is_main_guard(&branch.test)
        {
            add(EntryKind::MainGuard, branch.start());
        }
    }
    let name = file.path.rsplit('/').next().unwrap_or_default();
    if name == "__main__.py" {
        add(EntryKind::MainModule, TextSize::new(0));
    } else if !name.contains('.') && file.text.starts_with("#!") {
        add(EntryKind::Executable, TextSize::new(0));
    } else if name == "setup.py" {
        let mut given = EntryPointsGiven(Vec::new());
        given.visit_body(&file.syntax.body);
        for value in given.0 {
            in_setup_py(file, value, line_of, found);
        }
    }
}

/// `__name__ == "__main__"`, in either order.
fn is_main_guard(test: &Expr) -> bool {
    let Expr::Compare(ast::ExprCompare {
        left,
        ops,
        comparators,
        ..
    }) = test
    else {
        return false;
    };
    let is_name = |expr: &Expr| matches!(expr, Expr::Name(name) if name.id.as_str() == "__name__");
    let is_main = |expr: &Expr| matches!(expr, Expr::StringLiteral(string) if string.value.to_str() == "__main__");
    match (&**ops, &**comparators) {
        ([ast::CmpOp::Eq], [right]) => {
            is_name(left) && is_main(right) || is_main(left) && is_name(right)
        }
        _ => false,
    }
}

/// `setup(entry_points=…)`, and `{"entry_points": …}` for a `setup(**arguments)`.
struct EntryPointsGiven<'a>(Vec<&'a Expr>);

impl<'a> Visitor<'a> for EntryPointsGiven<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) => {
                let given = call.arguments.find_keyword("entry_points");
                self.0.extend(given.map(|keyword| &keyword.value));
            }
            Expr::Dict(dict) => self.0.extend(
                dict.items
                    .iter()
                    .filter(|item| string(item.key.as_ref()) == Some("entry_points"))
                    .map(|item| &item.value),
            ),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

fn string(expr: Option<&Expr>) -> Option<&str> {
    Some(expr?.as_string_literal_expr()?.value.to_str())
}

/// What a name of the file is bound to first, or the expression itself.
fn resolved<'a>(file: &PythonText<'a>, expr: &'a Expr) -> &'a Expr {
    let Expr::Name(name) = expr else { return expr };
    let bound = file.syntax.body.iter().find_map(|stmt| {
        let assign = stmt.as_assign_stmt()?;
        let is_bound = assign
            .targets
            .iter()
            .any(|target| target.as_name_expr().is_some_and(|own| own.id == name.id));
        is_bound.then_some(&*assign.value)
    });
    bound.unwrap_or(expr)
}

/// `{"console_scripts": ["name = mod:function"]}`, the same with `dict(…)`, or the same as the text of an ini file.
fn in_setup_py(
    file: &PythonText<'_>,
    value: &Expr,
    line_of: &dyn Fn(TextSize) -> u32,
    found: &mut Vec<EntryPoint>,
) {
    match resolved(file, value) {
        Expr::Dict(dict) => {
            for item in &dict.items {
                if let Some(group) = string(item.key.as_ref()) {
                    in_group(file, group, &item.value, line_of, found);
                }
            }
        }
        Expr::Call(call)
            if call
                .func
                .as_name_expr()
                .is_some_and(|name| name.id == "dict") =>
        {
            for keyword in &call.arguments.keywords {
                if let Some(group) = &keyword.arg {
                    in_group(file, group, &keyword.value, line_of, found);
                }
            }
        }
        Expr::StringLiteral(string) => {
            let mut group = "";
            for content in string.value.to_str().lines().map(str::trim) {
                if let Some(name) = content
                    .strip_prefix('[')
                    .and_then(|rest| rest.strip_suffix(']'))
                {
                    group = name;
                } else if let Some((_, target)) = content.split_once('=') {
                    found.push(entry(file.path, line_of(string.start()), group, target));
                }
            }
        }
        _ => {}
    }
}

fn in_group(
    file: &PythonText<'_>,
    group: &str,
    value: &Expr,
    line_of: &dyn Fn(TextSize) -> u32,
    found: &mut Vec<EntryPoint>,
) {
    let targets: &[Expr] = match resolved(file, value) {
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        single => std::slice::from_ref(single),
    };
    for target in targets {
        for content in string(Some(target)).unwrap_or_default().lines() {
            if let Some((_, function)) = content.split_once('=') {
                found.push(entry(file.path, line_of(target.start()), group, function));
            }
        }
    }
}
