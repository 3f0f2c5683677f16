//! Adds, merges and removes imports, as isort would leave them.

use std::collections::BTreeSet;

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_python_parser::parse_module;
use ruff_python_stdlib::sys::is_known_standard_library;
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashSet;

use crate::helper::LINE_LENGTH;
use crate::spelling::NewImport;
use crate::tree::Tree;
use crate::unused_imports::remove_unused;

/// What decides about the imports of one file.
pub(crate) struct ImportFacts<'a> {
    /// First parts of the names of the program's modules.
    pub(crate) first_party: &'a FxHashSet<String>,
    /// Minor version of Python 3.
    pub(crate) minor_version: u8,
    /// Names that the original used.
    pub(crate) used_before: &'a FxHashSet<String>,
    /// Imported names of which the rewrite has replaced every use.
    pub(crate) freed: &'a FxHashSet<String>,
    /// Names of this module that other modules of the program import or read.
    pub(crate) exported: &'a FxHashSet<String>,
    pub(crate) is_package: bool,
    pub(crate) newline: &'a str,
}

/// The sections of isort, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Future,
    Stdlib,
    ThirdParty,
    FirstParty,
    Relative,
}

impl ImportFacts<'_> {
    fn section(&self, module: &str) -> Section {
        if module.starts_with('.') {
            return Section::Relative;
        }
        let root = module.split('.').next().unwrap_or(module);
        if root == "__future__" {
            Section::Future
        } else if self.first_party.contains(root) {
            Section::FirstParty
        } else if is_known_standard_library(self.minor_version, root) {
            Section::Stdlib
        } else {
            Section::ThirdParty
        }
    }
}

/// Adds `wanted` to the text and takes out imports that the rewrite has left without a use.
///
/// # Errors
/// When the text does not parse.
pub(crate) fn rewrite_imports(
    text: &str,
    wanted: &BTreeSet<NewImport>,
    facts: &ImportFacts<'_>,
) -> Result<String, String> {
    let mut text = text.to_string();
    for import in wanted {
        text = add(&text, import, facts)?;
    }
    let (mut text, again) = remove_unused(&text, wanted, facts)?;
    if again {
        // The `TYPE_CHECKING` of a block that is gone.
        text = remove_unused(&text, wanted, facts)?.0;
    }
    while let Some(broken) = break_long_line(&text, wanted, facts.newline)? {
        text = broken;
    }
    Ok(text)
}

pub(crate) fn module_of(import: &ast::StmtImportFrom) -> String {
    let dots = ".".repeat(import.level as usize);
    let name = import.module.as_ref().map_or("", ast::Identifier::as_str);
    format!("{dots}{name}")
}

/// isort's order of names in a `from` import: constants, classes, then the rest.
pub(crate) fn member_key(name: &str) -> (u8, String, String) {
    let rank = if name.len() > 1 && name.chars().all(|c| !c.is_lowercase()) {
        0
    } else if name.starts_with(char::is_uppercase) {
        1
    } else {
        2
    };
    (rank, name.to_lowercase(), name.to_string())
}

fn module_key(module: &str) -> (bool, String) {
    (!module.starts_with('.'), module.to_lowercase())
}

/// One import statement at the head of a module.
struct Existing<'a> {
    statement: &'a Stmt,
    section: Section,
    module: String,
    is_from: bool,
}

/// Imports in front of the first definition or loop of the module, and of the first statement that uses the name `wanted`.
fn header<'a>(
    module: &'a ast::ModModule,
    facts: &ImportFacts<'_>,
    wanted: &str,
) -> Vec<Existing<'a>> {
    let is_wanted =
        |expression: &Expr| matches!(expression, Expr::Name(name) if name.id.as_str() == wanted);
    let mut found = Vec::new();
    for statement in &module.body {
        match statement {
            Stmt::Import(import) => {
                if let Some(first) = import.names.first() {
                    found.push(Existing {
                        statement,
                        section: facts.section(first.name.as_str()),
                        module: first.name.to_string(),
                        is_from: false,
                    });
                }
            }
            Stmt::ImportFrom(import) => {
                let module = module_of(import);
                found.push(Existing {
                    statement,
                    section: facts.section(&module),
                    module,
                    is_from: true,
                });
            }
            Stmt::FunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::For(_)
            | Stmt::While(_)
            | Stmt::With(_) => break,
            _ if any_over_body(std::slice::from_ref(statement), is_wanted) => break,
            _ => {}
        }
    }
    found
}

fn add(text: &str, import: &NewImport, facts: &ImportFacts<'_>) -> Result<String, String> {
    let parsed = parse_module(text).map_err(|error| error.to_string())?;
    let module = parsed.syntax();
    let tree = Tree::new(text, module);
    // `import a.b` binds a name that an import of `a` may have bound before.
    let name = import.alias.as_deref().or(import.name.as_deref());
    let existing = header(module, facts, name.unwrap_or(&import.module));
    let section = facts.section(&import.module);

    if let Some(name) = &import.name
        && let Some(found) = existing.iter().find_map(|found| match found.statement {
            Stmt::ImportFrom(statement)
                if found.module == import.module
                    && !statement
                        .names
                        .iter()
                        .any(|alias| alias.name.as_str() == "*") =>
            {
                Some(statement)
            }
            _ => None,
        })
    {
        return Ok(merge(&tree, found, name, import.alias.as_deref(), facts));
    }
    if import.name.is_none()
        && existing.iter().any(|found| match found.statement {
            Stmt::Import(statement) => statement.names.iter().any(|alias| {
                alias.name.as_str() == import.module
                    && alias.asname.as_ref().map(ast::Identifier::as_str) == import.alias.as_deref()
            }),
            _ => false,
        })
    {
        return Ok(text.to_string());
    }

    let alias = import
        .alias
        .as_ref()
        .map_or_else(String::new, |alias| format!(" as {alias}"));
    let statement = match &import.name {
        Some(name) => format!("from {} import {name}{alias}", import.module),
        None => format!("import {}{alias}", import.module),
    };
    let newline = facts.newline;
    let is_from = import.name.is_some();
    // Eventlet comes first in a file that it patches, ahead of the sections before its own.
    let misplaced = |index: usize, found: &Existing<'_>| {
        is_eventlet(&found.module)
            && !is_eventlet(&import.module)
            && existing[index..]
                .iter()
                .any(|later| later.section < found.section)
    };
    let same: Vec<&Existing<'_>> = existing
        .iter()
        .enumerate()
        .filter(|(index, found)| found.section == section && !misplaced(*index, found))
        .map(|(_, found)| found)
        .collect();
    if !same.is_empty() {
        let plain_first = !same
            .windows(2)
            .any(|pair| pair[0].is_from && !pair[1].is_from);
        let follows = |found: &Existing<'_>| {
            let later = module_key(&found.module) > module_key(&import.module);
            if plain_first {
                (found.is_from && !is_from) || (found.is_from == is_from && later)
            } else {
                later
            }
        };
        return Ok(match same.iter().find(|found| follows(found)) {
            Some(next) => {
                let at = above_comments(&tree, next.statement.start());
                insert(text, at, &format!("{statement}{newline}"))
            }
            None => {
                let last = same[same.len() - 1];
                let at = tree.line_end(last.statement.end());
                insert(text, at, &format!("{newline}{statement}"))
            }
        });
    }
    if let Some(before) = existing.iter().rev().find(|found| found.section < section) {
        let at = tree.line_end(before.statement.end());
        let followed = existing.iter().any(|found| {
            found.section > section && found.statement.start() > before.statement.start()
        });
        let next_line = tree.slice(TextRange::new(at, tree.source_end()));
        let needs_blank = followed && !starts_with_blank_line(next_line);
        let tail = if needs_blank { newline } else { "" };
        return Ok(insert(
            text,
            at,
            &format!("{newline}{newline}{statement}{tail}"),
        ));
    }
    if let Some(next) = existing.first() {
        let at = above_comments(&tree, next.statement.start());
        return Ok(insert(text, at, &format!("{statement}{newline}{newline}")));
    }
    let docstring = module.body.first().filter(|first| {
        matches!(first, Stmt::Expr(expression) if expression.value.is_string_literal_expr())
    });
    Ok(match (docstring, module.body.first()) {
        (Some(docstring), _) => insert(
            text,
            tree.line_end(docstring.end()),
            &format!("{newline}{newline}{statement}"),
        ),
        (None, Some(first)) => {
            let at = tree.line_start(first.start());
            let blank = if matches!(first, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
                2
            } else {
                1
            };
            insert(
                text,
                at,
                &format!("{statement}{}", newline.repeat(1 + blank)),
            )
        }
        (None, None) => format!("{statement}{newline}{text}"),
    })
}

pub(crate) fn is_eventlet(module: &str) -> bool {
    matches!(module.split('.').next(), Some("eventlet" | "greenlet"))
}

fn starts_with_blank_line(after_line: &str) -> bool {
    let mut lines = after_line.split('\n');
    lines.next();
    lines.next().is_some_and(|line| line.trim().is_empty())
}

fn insert(text: &str, at: TextSize, what: &str) -> String {
    let (before, after) = text.split_at(at.to_usize().min(text.len()));
    format!("{before}{what}{after}")
}

/// Start of the line of `offset`, or of the comment lines right above it. Comments that begin the file are about the file.
fn above_comments(tree: &Tree<'_>, offset: TextSize) -> TextSize {
    let own = tree.line_start(offset);
    let mut start = own;
    while start > TextSize::new(0) {
        let above = tree.line_start(start - TextSize::new(1));
        let line = tree.slice(TextRange::new(above, tree.line_end(above)));
        if !line.trim_start().starts_with('#') {
            break;
        }
        if above == TextSize::new(0) {
            return own;
        }
        start = above;
    }
    start
}

/// Adds a member to a `from` import.
fn merge(
    tree: &Tree<'_>,
    statement: &ast::StmtImportFrom,
    name: &str,
    alias: Option<&str>,
    facts: &ImportFacts<'_>,
) -> String {
    let text = tree.source;
    let present = statement.names.iter().any(|found| {
        found.name.as_str() == name && found.asname.as_ref().map(ast::Identifier::as_str) == alias
    });
    if present {
        return text.to_string();
    }
    let member = match alias {
        Some(alias) => format!("{name} as {alias}"),
        None => name.to_string(),
    };
    let next = statement
        .names
        .iter()
        .find(|found| member_key(found.name.as_str()) > member_key(name));
    let one_a_line = statement
        .names
        .first()
        .is_some_and(|first| tree.line_start(first.start()) > statement.start());
    match (next, statement.names.last()) {
        (Some(next), _) => {
            let glue = if one_a_line {
                format!(",{}{}", facts.newline, tree.indentation_at(next.start()))
            } else {
                ", ".to_string()
            };
            insert(text, next.start(), &format!("{member}{glue}"))
        }
        (None, Some(last)) => {
            let glue = if one_a_line {
                format!(",{}{}", facts.newline, tree.indentation_at(last.start()))
            } else {
                ", ".to_string()
            };
            insert(text, last.end(), &format!("{glue}{member}"))
        }
        (None, None) => text.to_string(),
    }
}

/// Breaks the first `from` import that was added to and has got too long: in parentheses, each member on a line of its own.
fn break_long_line(
    text: &str,
    wanted: &BTreeSet<NewImport>,
    newline: &str,
) -> Result<Option<String>, String> {
    let parsed = parse_module(text).map_err(|error| error.to_string())?;
    let tree = Tree::new(text, parsed.syntax());
    let is_too_long = |statement: &&ast::StmtImportFrom| {
        let module = module_of(statement);
        let added = statement.names.iter().any(|member| {
            let name = Some(member.name.as_str());
            wanted
                .iter()
                .any(|import| import.module == module && import.name.as_deref() == name)
        });
        let lines = TextRange::new(
            tree.line_start(statement.start()),
            tree.line_end(statement.end()),
        );
        let is_wide = |line: &str| line.chars().count() > LINE_LENGTH;
        let share_a_line = |pair: &[ast::Alias]| {
            tree.line_start(pair[0].start()) == tree.line_start(pair[1].start())
        };
        added
            && statement.names.windows(2).any(share_a_line)
            && tree.slice(lines).lines().any(is_wide)
            && !tree.slice(statement.range).contains(['#', '\\'])
    };
    let imports = parsed.syntax().body.iter().filter_map(|found| match found {
        Stmt::ImportFrom(statement) => Some(statement),
        _ => None,
    });
    Ok(imports.into_iter().find(is_too_long).map(|statement| {
        let indentation = tree.indentation_at(statement.start());
        let unit = tree.indent_unit();
        let members: String = statement
            .names
            .iter()
            .map(|member| {
                let member = tree.slice(member.range);
                format!("{indentation}{unit}{member},{newline}")
            })
            .collect();
        let before = tree.slice(TextRange::new(TextSize::new(0), statement.start()));
        let after = tree.slice(TextRange::new(statement.end(), tree.source_end()));
        let module = module_of(statement);
        format!("{before}from {module} import ({newline}{members}{indentation}){after}")
    }))
}

/// The names in a module's `__all__`.
pub(crate) fn public_names(module: &ast::ModModule) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    for statement in &module.body {
        let value = match statement {
            Stmt::Assign(assign) if assign.targets.iter().any(is_all) => &assign.value,
            Stmt::AugAssign(assign) if is_all(&assign.target) => &assign.value,
            _ => continue,
        };
        let items = match &**value {
            Expr::List(list) => &list.elts,
            Expr::Tuple(tuple) => &tuple.elts,
            _ => continue,
        };
        names.extend(items.iter().filter_map(|item| match item {
            Expr::StringLiteral(text) => Some(text.value.to_str().to_string()),
            _ => None,
        }));
    }
    names
}

fn is_all(target: &Expr) -> bool {
    matches!(target, Expr::Name(name) if name.id.as_str() == "__all__")
}
