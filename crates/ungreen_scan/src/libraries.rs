//! Libraries that the program imports and that the catalog has something to say about: they wait without Eventlet being named, or choose it themselves.

use memchr::memmem;
use rayon::prelude::*;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_stmt};
use ruff_python_ast::{ModModule, Stmt};
use ruff_source_file::LineIndex;
use ruff_text_size::{Ranged, TextSize};
use ungreen_catalog::{Package, Scenario, catalog};
use ungreen_project::Sources;

/// A library, and where the program imports it first.
#[derive(Debug, Clone)]
pub struct Library {
    /// What the catalog says of it.
    pub package: &'static Package,
    /// Relative to the root, with `/`.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// Files with a line that reads like an import of it.
    pub files: usize,
}

/// The libraries of a program, in the order of the catalog. Those for tests are left out: the tests that use them are found themselves.
pub(crate) fn libraries<'a>(files: &[(&'a str, &'a str)]) -> Vec<Library> {
    let packages: Vec<&'static Package> = catalog()
        .packages()
        .iter()
        .filter(|package| package.scenario != Scenario::Testing)
        .collect();
    let named: Vec<Vec<bool>> = files
        .par_iter()
        .map(|(_, text)| named(text, &packages))
        .collect();
    packages
        .into_par_iter()
        .enumerate()
        .filter_map(|(index, package)| {
            let mut candidates = files
                .iter()
                .zip(&named)
                .filter(|(_, named)| named[index])
                .map(|(file, _)| *file)
                .peekable();
            candidates.peek()?;
            let files = candidates.clone().count();
            let (path, line) = candidates.find_map(|(path, text)| {
                let tree = Sources::parse(path, text).ok()?;
                Some((path, import_line(tree.syntax(), text, package)?))
            })?;
            Some(Library {
                package,
                path: path.to_string(),
                line,
                files,
            })
        })
        .collect()
}

/// Which of the packages a line of the text seems to import: prose may read so as well.
fn named(text: &str, packages: &[&Package]) -> Vec<bool> {
    let mut found = vec![false; packages.len()];
    for at in memmem::find_iter(text.as_bytes(), "import") {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        let line = text[start..end].trim_start();
        let names = match line.strip_prefix("from ") {
            Some(rest) => rest,
            None => match line.strip_prefix("import ") {
                Some(rest) => rest,
                None => continue,
            },
        };
        for name in names.split([',', ' ']) {
            for (found, package) in found.iter_mut().zip(packages) {
                *found |= package.imports.iter().any(|root| {
                    // `from google import cloud`
                    is_below(name, root) || is_below(root, name)
                });
            }
            if line.starts_with("from ") {
                break;
            }
        }
    }
    found
}

/// `name` is the module `root` or lies in it.
fn is_below(name: &str, root: &str) -> bool {
    name.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The line of the first statement that imports the package, 1-based.
fn import_line(module: &ModModule, text: &str, package: &Package) -> Option<u32> {
    let mut finder = Finder {
        package,
        found: None,
    };
    for statement in &module.body {
        finder.visit_stmt(statement);
    }
    let line = LineIndex::from_source_text(text)
        .line_index(finder.found?)
        .get();
    u32::try_from(line).ok()
}

struct Finder<'p> {
    package: &'p Package,
    found: Option<TextSize>,
}

impl<'a> SourceOrderVisitor<'a> for Finder<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let is_imported = |name: &str| {
            let mut roots = self.package.imports.iter();
            roots.any(|root| is_below(name, root))
        };
        let found = match statement {
            Stmt::Import(import) => import.names.iter().any(|alias| is_imported(&alias.name)),
            Stmt::ImportFrom(import) if import.level == 0 => {
                import.module.as_ref().is_some_and(|module| {
                    is_imported(module)
                        || (import.names.iter())
                            .any(|alias| is_imported(&format!("{module}.{}", alias.name)))
                })
            }
            _ => false,
        };
        if found {
            self.found.get_or_insert(statement.start());
        }
        if self.found.is_none() {
            walk_stmt(self, statement);
        }
    }
}
