//! A program's texts before anything is parsed, for work that needs few of the trees.

use std::path::Path;

use rayon::prelude::*;
use ruff_python_ast as ast;
use ruff_python_parser::{Parsed, parse_module};
use rustc_hash::FxHashSet;

use crate::config::Config;
use crate::error::{DiscoverError, SkipReason, Skipped};
use crate::modules::{self, Layout};
use crate::nesting;
use crate::project::{Outline, Project, line_and_column};
use crate::surroundings::{Around, PythonText, Surroundings, may_say_something};
use crate::with_large_stack;

/// The Python files of a program, read and decoded.
pub struct Sources {
    outline: Outline,
}

impl Sources {
    pub(crate) fn new(outline: Outline) -> Self {
        Self { outline }
    }

    /// See [`Project::root`].
    pub fn root(&self) -> &Path {
        &self.outline.root
    }

    /// See [`Project::folder`].
    pub fn folder(&self) -> &Path {
        &self.outline.folder
    }

    pub fn config(&self) -> &Config {
        &self.outline.config
    }

    /// What could not be read, in no particular order.
    pub fn skipped(&self) -> &[Skipped] {
        &self.outline.skipped
    }

    /// Files that are not Python, relative to the root with `/`, in path order.
    pub fn others(&self) -> &[String] {
        &self.outline.others
    }

    /// Path (relative to the root, with `/`) and text of every Python file, in path order.
    pub fn files(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.outline
            .loaded
            .iter()
            .map(|file| (file.path.as_str(), &*file.decoded.text))
    }

    /// Like [`Project::surroundings`]; parses the few files that can say something of this.
    pub fn surroundings(&self) -> Surroundings {
        with_large_stack(|| self.surroundings_here())
    }

    fn surroundings_here(&self) -> Surroundings {
        let no_imports = FxHashSet::default();
        let names = modules::name(&Layout {
            files: self.files().map(|(path, _)| (path, &no_imports)).collect(),
            configured: self.outline.configured.clone(),
            projects: self.outline.projects.clone(),
            prefix: self.outline.prefix.clone(),
        });
        let parsed: Vec<_> = self
            .outline
            .loaded
            .par_iter()
            .zip(&names.modules)
            .filter_map(|(file, module)| {
                let (path, text) = (file.path.as_str(), &*file.decoded.text);
                if !may_say_something(path, text) {
                    return None;
                }
                Some((path, module, text, Self::parse(path, text).ok()?))
            })
            .collect();
        let python = parsed
            .iter()
            .map(|(path, module, text, tree)| PythonText {
                path,
                module,
                text,
                syntax: tree.syntax(),
            })
            .collect();
        let around = Around {
            root: self.root(),
            folder: self.folder(),
            others: self.others(),
            configured: &self.outline.config.entry_points,
            modules: self
                .files()
                .zip(&names.modules)
                .map(|((path, _), module)| (path, module.as_str()))
                .collect(),
            python,
        };
        around.read()
    }

    /// Parses one text. Must run on a large stack.
    ///
    /// # Errors
    /// The text nests too deeply or is not Python.
    pub fn parse(path: &str, text: &str) -> Result<Parsed<ast::ModModule>, Skipped> {
        let skip = |offset: usize, reason| {
            let (line, column) = line_and_column(text, offset);
            Skipped {
                path: path.to_owned(),
                line: Some(line),
                column: Some(column),
                reason,
            }
        };
        nesting::check(text)
            .map_err(|(offset, reason)| skip(offset, SkipReason::TooNested(reason)))?;
        parse_module(text).map_err(|error| {
            let message = error.error.to_string();
            skip(
                error.location.start().to_usize(),
                SkipReason::Syntax { message },
            )
        })
    }

    /// Parses every file.
    ///
    /// # Errors
    /// Those of [`crate::discover`] that remain.
    pub fn assemble(self) -> Result<Project, DiscoverError> {
        with_large_stack(|| Project::assemble(self.outline))
    }
}
