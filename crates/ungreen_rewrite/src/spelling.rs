//! How one file writes the names that edits need, and which imports that takes.

use std::cell::RefCell;
use std::collections::BTreeSet;

use ruff_python_ast::AnyNodeRef;
use ruff_python_stdlib::sys::is_known_standard_library;
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FileFacts, FuncId};

use crate::constructs::stands_for;
use crate::forest::Forest;
use crate::render::Spelling;
use crate::tree::Tree;
use crate::usage::quoted_places;

/// Minor version of Python whose standard library tells which modules are part of it.
const NEWEST_MINOR: u8 = 13;

/// An import statement with one name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NewImport {
    pub(crate) module: String,
    /// `from module import name`; otherwise `import module`.
    pub(crate) name: Option<String>,
    pub(crate) alias: Option<String>,
}

impl NewImport {
    pub(crate) fn module(module: &str) -> Self {
        Self {
            module: module.to_string(),
            name: None,
            alias: None,
        }
    }

    pub(crate) fn from(module: &str, name: &str) -> Self {
        Self {
            module: module.to_string(),
            name: Some(name.to_string()),
            alias: None,
        }
    }
}

/// Spells names for one file and remembers which imports they take.
pub(crate) struct FileSpelling {
    /// Names that the rewritten file binds for something of its own.
    taken: FxHashSet<String>,
    freed: FxHashSet<String>,
    /// Absolute dotted name of what module-level imports bind, to the text that denotes it.
    imported: FxHashMap<String, String>,
    /// The helper as this file imports it: `pkg.aio_green` or `.aio_green`; with its absolute name.
    helper_module: String,
    helper_absolute: String,
    wanted: RefCell<BTreeSet<NewImport>>,
    /// Names of imports of the original that what is written uses.
    used_again: RefCell<FxHashSet<String>>,
}

impl FileSpelling {
    pub(crate) fn new(
        facts: &FileFacts,
        tree: &Tree<'_>,
        forest: &Forest<'_>,
        helper_module: &str,
        helper_absolute: &str,
        exported: &FxHashSet<String>,
    ) -> Self {
        let mut imported = Imports::of(facts).spelled;
        // `from eventlet.green import socket` that becomes `import socket`.
        for binding in &facts.imports {
            if let Some(plain) = stands_for(&binding.target)
                && let Some(text) = imported.get(&binding.target)
                && !forest.survives(binding.statement)
            {
                let text = text.clone();
                imported.entry(plain).or_insert(text);
            }
        }
        let mut taken: FxHashSet<String> = FxHashSet::default();
        let mut surviving: FxHashSet<&str> = FxHashSet::default();
        let mut replaced: FxHashSet<&str> = FxHashSet::default();
        let quoted = quoted_places(tree);
        for (name, range) in &quoted {
            let name = name.split('.').next().unwrap_or_default();
            if forest.survives(*range) {
                surviving.insert(name);
            } else {
                replaced.insert(name);
            }
        }
        for (id, node) in tree.nodes() {
            match node {
                AnyNodeRef::ExprName(name) => {
                    if name.ctx != ruff_python_ast::ExprContext::Load {
                        taken.insert(name.id.to_string());
                    } else if forest.survives(name.range()) {
                        surviving.insert(name.id.as_str());
                    } else {
                        replaced.insert(name.id.as_str());
                    }
                }
                AnyNodeRef::Parameter(parameter) => {
                    taken.insert(parameter.name.to_string());
                }
                // The name of a method hides nothing in functions.
                AnyNodeRef::StmtFunctionDef(function)
                    if !matches!(tree.parent(id), Some((_, AnyNodeRef::StmtClassDef(_)))) =>
                {
                    taken.insert(function.name.to_string());
                }
                AnyNodeRef::StmtClassDef(class) => {
                    taken.insert(class.name.to_string());
                }
                AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                    taken.extend(handler.name.iter().map(ToString::to_string));
                }
                _ => {}
            }
        }
        // An imported name that nothing uses any more is free again.
        for binding in &facts.imports {
            let name = binding.name.as_str();
            if surviving.contains(name) || exported.contains(name) {
                taken.insert(binding.name.clone());
            }
        }
        let freed = facts
            .imports
            .iter()
            .filter(|binding| {
                replaced.contains(binding.name.as_str()) && !taken.contains(&binding.name)
            })
            .map(|binding| binding.name.clone())
            .collect();
        Self {
            taken,
            freed,
            imported,
            helper_module: helper_module.to_string(),
            helper_absolute: helper_absolute.to_string(),
            wanted: RefCell::default(),
            used_again: RefCell::default(),
        }
    }

    pub(crate) fn want(&self, import: NewImport) {
        self.wanted.borrow_mut().insert(import);
    }

    /// The imports that the spelled names take, and the imported names of which no use is left.
    pub(crate) fn finish(mut self) -> (BTreeSet<NewImport>, FxHashSet<String>) {
        for name in self.used_again.into_inner() {
            self.freed.remove(&name);
        }
        (self.wanted.into_inner(), self.freed)
    }

    /// What an import of the original binds to the dotted name.
    fn imported_as(&self, dotted: &str) -> Option<String> {
        let text = self.imported.get(dotted)?;
        let name = text.split('.').next().unwrap_or_default();
        self.used_again.borrow_mut().insert(name.to_string());
        Some(text.clone())
    }

    fn module(&self, module: &str) -> String {
        if let Some(text) = self.imported_as(module) {
            // The import is named again, so that it stays if the original had no use for it.
            if text == module {
                self.want(NewImport::module(module));
            }
            return text;
        }
        let root = module.split('.').next().unwrap_or(module);
        // `from aiohttp import web`, as everybody writes it.
        if let Some((package, name)) = module.rsplit_once('.')
            && !is_known_standard_library(NEWEST_MINOR, root)
            && root != "eventlet"
            && !self.taken.contains(name)
        {
            self.want(NewImport::from(package, name));
            return name.to_string();
        }
        let clash = self.taken.contains(root)
            && self
                .imported
                .get(root)
                .is_none_or(|spelled| spelled != root);
        if clash {
            let alias = format!("_{}", module.replace('.', "_"));
            self.want(NewImport {
                alias: Some(alias.clone()),
                ..NewImport::module(module)
            });
            return alias;
        }
        self.want(NewImport::module(module));
        module.to_string()
    }
}

impl Spelling for FileSpelling {
    fn helper(&self, name: &'static str) -> String {
        let absolute = format!("{}.{name}", self.helper_absolute);
        if let Some(text) = self.imported_as(&absolute) {
            return text;
        }
        if !self.taken.contains(name) {
            self.want(NewImport::from(&self.helper_module, name));
            return name.to_string();
        }
        let alias = format!("aio_{name}");
        self.want(NewImport {
            alias: Some(alias.clone()),
            ..NewImport::from(&self.helper_module, name)
        });
        alias
    }

    fn name(&self, module: &'static str, name: &'static str) -> String {
        if module == "builtins" && !self.taken.contains(name) {
            return name.to_string();
        }
        if !self.imported.contains_key(module)
            && let Some(text) = self.imported_as(&format!("{module}.{name}"))
        {
            return text;
        }
        format!("{}.{name}", self.module(module))
    }
}

/// What the module-level imports of a file bind.
struct Imports {
    spelled: FxHashMap<String, String>,
}

impl Imports {
    fn of(facts: &FileFacts) -> Self {
        let mut spelled: FxHashMap<String, String> = FxHashMap::default();
        let mut rebound: FxHashMap<&str, FxHashSet<&str>> = FxHashMap::default();
        let body: FuncId = facts.body;
        for binding in &facts.imports {
            rebound
                .entry(binding.name.as_str())
                .or_default()
                .insert(binding.target.as_str());
        }
        for binding in &facts.imports {
            if binding.scope != body || binding.type_checking || binding.name == "*" {
                continue;
            }
            // `import a.b` binds `a`, and is written `a.b`.
            let text = if binding
                .target
                .strip_prefix(binding.name.as_str())
                .is_some_and(|rest| rest.starts_with('.'))
            {
                binding.target.clone()
            } else {
                // A name that different imports bind says nothing.
                if rebound
                    .get(binding.name.as_str())
                    .is_some_and(|targets| targets.len() > 1)
                {
                    continue;
                }
                binding.name.clone()
            };
            spelled.entry(binding.target.clone()).or_insert(text);
        }
        Self { spelled }
    }
}
