//! Writes the helper: the parts that a program uses, in one file.
//!
//! The contract is in `python/ungreen/helper/README.md`; the text is the same as that of `assemble.py` there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use include_dir::{Dir, include_dir};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprContext, Stmt};
use ruff_python_parser::parse_module;
use serde::Deserialize;
use ungreen_catalog::catalog;

static PARTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../python/ungreen/helper/parts");
const HEADER: &str = include_str!("../../../python/ungreen/helper/header.txt");
const NAMES_PREFIX: &str = "# ungreen-helper:";
/// Lines that are written anew have at most so many columns.
pub(crate) const LINE_LENGTH: usize = 100;

/// One part of the helper.
#[derive(Debug)]
pub struct HelperPart {
    /// The file's name without `.py`.
    pub name: &'static str,
    facts: Facts,
    body: &'static str,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    defines: Vec<String>,
    requires: Vec<String>,
    imports: Vec<String>,
    #[serde(default)]
    awaited: Vec<String>,
    #[serde(default)]
    async_with: Vec<String>,
    #[serde(default)]
    async_for: Vec<String>,
    /// Members that `Class.__getattr__` finds elsewhere.
    #[serde(default)]
    handed_on: Vec<String>,
    #[serde(default)]
    replaces: BTreeMap<String, String>,
}

/// A class that the helper defines.
#[derive(Debug, Default)]
struct HelperClass {
    bases: Vec<String>,
    /// Methods, properties and attributes that its own code assigns.
    members: BTreeSet<String>,
}

/// Everything known of the helper.
#[derive(Debug, Default)]
pub struct Helper {
    parts: BTreeMap<&'static str, HelperPart>,
    defining: BTreeMap<&'static str, &'static str>,
    /// Dotted original to the name that stands in for it.
    replaces: BTreeMap<&'static str, &'static str>,
    awaited: BTreeSet<&'static str>,
    async_with: BTreeSet<&'static str>,
    async_for: BTreeSet<&'static str>,
    classes: BTreeMap<&'static str, HelperClass>,
    /// Parts whose header cannot be read, with the reason; a test keeps this empty.
    broken: Vec<(&'static str, String)>,
}

/// The helper that is built in.
#[must_use]
pub fn helper() -> &'static Helper {
    static HELPER: OnceLock<Helper> = OnceLock::new();
    HELPER.get_or_init(Helper::load)
}

impl Helper {
    fn load() -> Self {
        let mut loaded = Self::default();
        let mut read: Vec<HelperPart> = Vec::new();
        for file in PARTS.files() {
            let path = file.path();
            let (Some(name), Some("py"), Some(text)) = (
                path.file_stem().and_then(|name| name.to_str()),
                path.extension().and_then(|extension| extension.to_str()),
                file.contents_utf8(),
            ) else {
                continue;
            };
            match read_part(name, text) {
                Ok(part) => read.push(part),
                Err(reason) => loaded.broken.push((name, reason)),
            }
        }
        for part in read {
            loaded.parts.insert(part.name, part);
        }
        // The parts live as long as the program: `helper` keeps the only copy.
        loaded.index();
        loaded
    }

    fn index(&mut self) {
        for part in self.parts.values() {
            for name in &part.facts.defines {
                self.defining.insert(leak(name), part.name);
            }
            for (original, name) in &part.facts.replaces {
                // Parts may name an original by any of its aliases.
                let canonical = catalog()
                    .entry(original)
                    .map_or(original, |entry| &entry.name);
                self.replaces.insert(leak(canonical), leak(name));
            }
            self.classes.extend(classes_of(part.body));
            for member in &part.facts.handed_on {
                if let Some((class, member)) = member.split_once('.')
                    && let Some(class) = self.classes.get_mut(class)
                {
                    class.members.insert(member.to_string());
                }
            }
            self.awaited
                .extend(part.facts.awaited.iter().map(|name| leak(name)));
            self.async_with
                .extend(part.facts.async_with.iter().map(|name| leak(name)));
            self.async_for
                .extend(part.facts.async_for.iter().map(|name| leak(name)));
        }
    }

    /// The helper's name for a catalog entry by its canonical name: `eventlet.GreenPool` gives `GreenPool`.
    #[must_use]
    pub fn replacement(&self, original: &str) -> Option<&'static str> {
        self.replaces.get(original).copied()
    }

    /// A call of this function or `Class.method` has to be awaited.
    #[must_use]
    pub fn is_awaited(&self, name: &str) -> bool {
        self.awaited.contains(name)
            || name.split_once('.').is_some_and(|(class, member)| {
                !member.starts_with("__") && self.is_of_the_original(class, member)
            })
    }

    /// Objects of this class stand for another object, and the attribute is that object's.
    #[must_use]
    pub fn is_of_the_original(&self, class: &str, attribute: &str) -> bool {
        !self.defines_member(class, attribute) && self.is_proxy(class)
    }

    /// Methods of objects of this class are those of another object, called in a thread.
    #[must_use]
    pub fn is_proxy(&self, class: &str) -> bool {
        self.with_bases(class).iter().any(|class| {
            self.awaited
                .contains(format!("{class}.__getattr__").as_str())
        })
    }

    /// Instances of this class, or results of this function or `Class.method`, are used by `async with`.
    #[must_use]
    pub fn is_async_with(&self, name: &str) -> bool {
        self.async_with.contains(name)
    }

    /// The same for `async for`.
    #[must_use]
    pub fn is_async_for(&self, name: &str) -> bool {
        self.async_for.contains(name)
    }

    /// The name is a class of the helper.
    #[must_use]
    pub fn is_class(&self, name: &str) -> bool {
        self.classes.contains_key(name)
    }

    /// The helper's class has this method or attribute, itself or by a base, or by the object that it stands for.
    #[must_use]
    pub fn has_member(&self, class: &str, member: &str) -> bool {
        self.defines_member(class, member) || self.is_proxy(class)
    }

    fn defines_member(&self, class: &str, member: &str) -> bool {
        self.with_bases(class).iter().any(|name| {
            self.classes
                .get(name)
                .is_some_and(|class| class.members.contains(member))
        })
    }

    /// The class and its bases.
    fn with_bases<'a>(&'a self, class: &'a str) -> Vec<&'a str> {
        let mut found = vec![class];
        let mut next = 0;
        while let Some(name) = found.get(next) {
            next += 1;
            for base in self
                .classes
                .get(name)
                .into_iter()
                .flat_map(|class| &class.bases)
            {
                if !found.contains(&base.as_str()) {
                    found.push(base);
                }
            }
        }
        found
    }

    /// The helper defines this name.
    #[must_use]
    pub fn defines(&self, name: &str) -> bool {
        self.defining.contains_key(name)
    }

    /// The text of a helper file that defines `names`, with `\n` as line break.
    ///
    /// # Errors
    /// With a name that no part defines.
    pub fn assemble(&self, names: &BTreeSet<&str>) -> Result<String, String> {
        let selected = self.select(names)?;
        let mut text = HEADER.replace("{names}", &wrap_names(names));
        text.push_str("\nfrom __future__ import annotations\n");
        let imports = merge_imports(&selected);
        if !imports.is_empty() {
            text.push('\n');
            text.push_str(&imports.join("\n"));
            text.push('\n');
        }
        for (position, part) in selected.iter().enumerate() {
            let is_block = ["class ", "def ", "async def ", "@"]
                .iter()
                .any(|start| part.body.starts_with(start));
            text.push_str(if position == 0 && !is_block {
                "\n"
            } else {
                "\n\n"
            });
            text.push_str(part.body);
            text.push('\n');
        }
        Ok(text)
    }

    /// The names that an existing helper file was written for; `None` if the text is not a helper.
    #[must_use]
    pub fn names_of(text: &str) -> Option<BTreeSet<&str>> {
        let names: BTreeSet<&str> = text
            .lines()
            .take_while(|line| line.starts_with('#') || line.trim().is_empty())
            .filter_map(|line| line.strip_prefix(NAMES_PREFIX))
            .flat_map(str::split_whitespace)
            .collect();
        (!names.is_empty()).then_some(names)
    }

    fn select(&self, names: &BTreeSet<&str>) -> Result<Vec<&HelperPart>, String> {
        let mut wanted: BTreeSet<&str> = BTreeSet::new();
        let mut pending: Vec<&str> = Vec::new();
        for name in names {
            let part = self
                .defining
                .get(name)
                .ok_or_else(|| format!("no part of the helper defines `{name}`"))?;
            if wanted.insert(part) {
                pending.push(part);
            }
        }
        while let Some(name) = pending.pop() {
            let part = self
                .parts
                .get(name)
                .ok_or_else(|| format!("the helper has no part `{name}`"))?;
            for required in &part.facts.requires {
                if wanted.insert(required) {
                    pending.push(required);
                }
            }
        }
        let mut ordered: Vec<&HelperPart> = Vec::new();
        let mut down: BTreeSet<&str> = BTreeSet::new();
        while ordered.len() < wanted.len() {
            let next = wanted.iter().find_map(|name| {
                let part = self.parts.get(name)?;
                let ready = !down.contains(name)
                    && part
                        .facts
                        .requires
                        .iter()
                        .all(|required| down.contains(required.as_str()));
                ready.then_some(part)
            });
            let part = next.ok_or_else(|| "parts of the helper require each other".to_string())?;
            down.insert(part.name);
            ordered.push(part);
        }
        Ok(ordered)
    }
}

/// Names of parts are few and kept for the whole run.
fn leak(text: &str) -> &'static str {
    Box::leak(text.to_string().into_boxed_str())
}

fn read_part(name: &'static str, text: &'static str) -> Result<HelperPart, String> {
    let rest = text
        .strip_prefix("# /// part\n")
        .ok_or_else(|| "does not begin with `# /// part`".to_string())?;
    let (header, body) = rest
        .split_once("# ///")
        .ok_or_else(|| "the header has no end".to_string())?;
    let lines: Vec<&str> = header
        .lines()
        .map(|line| {
            let line = line.strip_prefix('#').unwrap_or(line);
            line.strip_prefix(' ').unwrap_or(line)
        })
        .collect();
    let facts: Facts =
        toml::from_str(&lines.join("\n")).map_err(|error| error.message().to_string())?;
    Ok(HelperPart {
        name,
        facts,
        body: body.trim_matches('\n'),
    })
}

fn classes_of(body: &'static str) -> Vec<(&'static str, HelperClass)> {
    let Ok(parsed) = parse_module(body) else {
        return Vec::new();
    };
    let mut classes = Vec::new();
    for statement in &parsed.syntax().body {
        let Stmt::ClassDef(class) = statement else {
            continue;
        };
        let mut found = Members::default();
        for statement in &class.body {
            match statement {
                Stmt::FunctionDef(function) => {
                    found.names.insert(function.name.to_string());
                    found.visit_body(&function.body);
                }
                Stmt::Assign(assign) => {
                    found
                        .names
                        .extend(assign.targets.iter().filter_map(|target| match target {
                            Expr::Name(name) => Some(name.id.to_string()),
                            _ => None,
                        }));
                }
                Stmt::AnnAssign(assign) => {
                    if let Expr::Name(name) = &*assign.target {
                        found.names.insert(name.id.to_string());
                    }
                }
                _ => {}
            }
        }
        let bases = class.arguments.iter().flat_map(|arguments| &arguments.args);
        classes.push((
            leak(class.name.as_str()),
            HelperClass {
                bases: bases
                    .filter_map(|base| match base {
                        Expr::Name(name) => Some(name.id.to_string()),
                        _ => None,
                    })
                    .collect(),
                members: found.names,
            },
        ));
    }
    classes
}

/// Attributes of `self` that a method assigns.
#[derive(Default)]
struct Members {
    names: BTreeSet<String>,
}

impl<'a> Visitor<'a> for Members {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Attribute(attribute) = expression
            && attribute.ctx == ExprContext::Store
            && matches!(&*attribute.value, Expr::Name(name) if name.id.as_str() == "self")
        {
            self.names.insert(attribute.attr.to_string());
        }
        visitor::walk_expr(self, expression);
    }
}

/// One statement a module: the `import` statements by name, then the `from` ones.
fn merge_imports(selected: &[&HelperPart]) -> Vec<String> {
    let mut plain: BTreeSet<&str> = BTreeSet::new();
    let mut members: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for statement in selected.iter().flat_map(|part| &part.facts.imports) {
        let from = statement
            .strip_prefix("from ")
            .and_then(|rest| rest.split_once(" import "));
        match from {
            Some((module, names)) => members.entry(module).or_default().extend(names.split(", ")),
            None => {
                plain.insert(statement);
            }
        }
    }
    let mut statements: Vec<String> = plain.into_iter().map(ToString::to_string).collect();
    for (module, names) in members {
        let names: Vec<&str> = names.into_iter().collect();
        let mut statement = format!("from {module} import {}", names.join(", "));
        if statement.chars().count() > LINE_LENGTH {
            let listed: String = names.iter().map(|name| format!("    {name},\n")).collect();
            statement = format!("from {module} import (\n{listed})");
        }
        statements.push(statement);
    }
    statements
}

/// Comment lines, as few as possible, that list `names`.
fn wrap_names(names: &BTreeSet<&str>) -> String {
    let mut lines = vec![NAMES_PREFIX.to_string()];
    for name in names {
        let full = lines
            .last()
            .is_some_and(|line| line.len() + 1 + name.len() > LINE_LENGTH);
        if full {
            lines.push(NAMES_PREFIX.to_string());
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(name);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_a_header_that_can_be_read() {
        assert_eq!(helper().broken, Vec::new());
        assert!(helper().parts.len() > 10);
    }

    #[test]
    fn an_assembled_helper_says_what_it_was_written_for() {
        let names = BTreeSet::from(["Event", "GreenPool", "Timeout"]);
        let text = helper().assemble(&names).unwrap();
        assert_eq!(Helper::names_of(&text), Some(names));
        assert!(ruff_python_parser::parse_module(&text).is_ok());
    }

    /// `assemble.py` is the reference of the contract.
    #[test]
    fn writes_the_bytes_of_the_reference() {
        let assembler = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../python/ungreen/helper/assemble.py"
        );
        for part in helper().parts.values() {
            let names: BTreeSet<&str> = part
                .facts
                .defines
                .iter()
                .map(String::as_str)
                .filter(|name| !name.starts_with('_'))
                .collect();
            if names.is_empty() {
                continue;
            }
            let python = std::process::Command::new("python3")
                .arg(assembler)
                .args(&names)
                .output()
                .unwrap();
            assert!(
                python.status.success(),
                "{}",
                String::from_utf8_lossy(&python.stderr)
            );
            assert_eq!(
                helper().assemble(&names).unwrap(),
                String::from_utf8_lossy(&python.stdout),
                "part {}",
                part.name
            );
        }
    }
}
