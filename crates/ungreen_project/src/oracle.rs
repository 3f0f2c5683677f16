//! ty's answers for resolution.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use ruff_db::files::File;
use ruff_db::parsed::parsed_module;
use ruff_db::source::source_text;
use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};
use ty_module_resolver::{ModuleName, ResolverFile, file_to_module, resolve_module_confident};
use ty_python_core::definition::Definition;
use ty_python_core::scope::NodeWithScopeKind;
use ty_python_core::{ProgramFile, semantic_index};
use ty_python_semantic::types::{Type, TypeDefinition};
use ty_python_semantic::{
    Db, HasType, ResolvedDefinition, SemanticModel, definitions_for_attribute,
};
use ungreen_callgraph::{FileId, OracleDefinition, TypeOracle};

use crate::database::Database;
use crate::project::Project;

/// ty as seen by resolution. Safe to ask from any thread; cheapest from inside [`with_large_stack`](crate::with_large_stack).
///
/// Names of definitions outside the program are those of the stubs, where aliases are resolved: `threading.Lock` may be
/// `_thread.LockType`.
pub struct TyOracle<'p> {
    project: &'p Project,
    asked: AtomicUsize,
    answered: AtomicUsize,
    panicked: AtomicUsize,
}

/// How often the type engine was asked, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OracleStatistics {
    pub asked: usize,
    /// With at least one definition.
    pub answered: usize,
    /// Questions that were lost because ty panicked.
    pub panicked: usize,
}

impl<'p> TyOracle<'p> {
    pub(crate) fn new(project: &'p Project) -> Self {
        Self {
            project,
            asked: AtomicUsize::new(0),
            answered: AtomicUsize::new(0),
            panicked: AtomicUsize::new(0),
        }
    }

    pub fn statistics(&self) -> OracleStatistics {
        OracleStatistics {
            asked: self.asked.load(Relaxed),
            answered: self.answered.load(Relaxed),
            panicked: self.panicked.load(Relaxed),
        }
    }

    fn definitions(
        &self,
        database: &Database,
        file: File,
        node: &ast::ExprAttribute,
    ) -> Vec<OracleDefinition> {
        let model = SemanticModel::new(database, database.program_file(file));
        let mut resolved = definitions_for_attribute(&model, node);
        if resolved.is_empty() {
            resolved.extend(definition_of_value(&model, node).map(ResolvedDefinition::Definition));
        }
        let mut found = Vec::new();
        for definition in &resolved {
            let definition = self.convert(database, definition);
            if !found.contains(&definition) {
                found.push(definition);
            }
        }
        found
    }

    fn convert(&self, database: &Database, resolved: &ResolvedDefinition<'_>) -> OracleDefinition {
        let place = resolved.focus_range(database);
        if let Some(file) = self.project.id_of(place.file()) {
            let name = match resolved {
                ResolvedDefinition::Definition(_) => {
                    last_name(&source_text(database, place.file()), place.range())
                }
                ResolvedDefinition::Module(_) | ResolvedDefinition::FileWithRange(_) => {
                    place.range()
                }
            };
            return OracleDefinition::Program { file, name };
        }
        match resolved {
            ResolvedDefinition::Definition(definition) => OracleDefinition::Outside {
                module: module_name(database, definition.program_file(database)),
                qualname: qualified_name(database, *definition),
            },
            ResolvedDefinition::Module(file) => OracleDefinition::Outside {
                module: module_name(database, *file),
                qualname: String::new(),
            },
            ResolvedDefinition::FileWithRange(range) => OracleDefinition::Outside {
                module: module_name(database, database.program_file(range.file())),
                qualname: text_at(&source_text(database, range.file()), range.range()).to_owned(),
            },
        }
    }
}

impl TypeOracle for TyOracle<'_> {
    fn attribute_definitions(
        &self,
        file: FileId,
        node: &ast::ExprAttribute,
    ) -> Vec<OracleDefinition> {
        let Some(salsa_file) = self.project.salsa_file(file) else {
            return Vec::new();
        };
        self.asked.fetch_add(1, Relaxed);
        let found = self
            .project
            .query(|database| self.definitions(database, salsa_file, node));
        let counter = match &found {
            None => &self.panicked,
            Some(found) if !found.is_empty() => &self.answered,
            Some(_) => return Vec::new(),
        };
        counter.fetch_add(1, Relaxed);
        found.unwrap_or_default()
    }

    fn release(&self) {
        self.project.release_types();
    }

    fn finds_package(&self, name: &str) -> bool {
        let Some(name) = ModuleName::new(name) else {
            return false;
        };
        let found = self.project.query(|database| {
            resolve_module_confident(database, database.resolver_environment(), &name).is_some()
        });
        found.unwrap_or(true)
    }
}

/// The function or class that the attribute's value is known to be, however it got there.
fn definition_of_value<'db>(
    model: &SemanticModel<'db>,
    node: &ast::ExprAttribute,
) -> Option<Definition<'db>> {
    let value = node.inferred_type(model)?;
    if !matches!(
        value,
        Type::FunctionLiteral(_)
            | Type::BoundMethod(_)
            | Type::ClassLiteral(_)
            | Type::GenericAlias(_)
    ) {
        return None;
    }
    match value.definition(model.db(), &model.program_environment())? {
        TypeDefinition::Function(definition) | TypeDefinition::StaticClass(definition) => {
            Some(definition)
        }
        _ => None,
    }
}

fn text_at(text: &str, range: TextRange) -> &str {
    text.get(range.start().to_usize()..range.end().to_usize())
        .unwrap_or_default()
}

/// Of `self.queue` the range of `queue`.
fn last_name(text: &str, range: TextRange) -> TextRange {
    match text_at(text, range).rfind('.') {
        Some(dot) => {
            let dot = ruff_text_size::TextSize::try_from(dot + 1).unwrap_or_default();
            TextRange::new(range.start() + dot, range.end())
        }
        None => range,
    }
}

fn module_name(database: &Database, file: ProgramFile<'_>) -> String {
    let environment = file.program(database).resolver_environment(database);
    file_to_module(
        database,
        ResolverFile::new(database, file.file(database), environment),
    )
    .map(|module| module.name(database).to_string())
    .unwrap_or_default()
}

/// `Class.method`: the classes around the definition, and its name. Functions around it are left out.
fn qualified_name(database: &Database, definition: Definition<'_>) -> String {
    let module = parsed_module(database, definition.python_file(database)).load(database);
    let focus = definition.focus_range(database, &module);
    let source = source_text(database, focus.file());
    let name = text_at(&source, last_name(&source, focus.range()));
    let index = semantic_index(database, definition.program_file(database));
    let mut parts = vec![name.to_owned()];
    let mut at = Some(definition.file_scope(database));
    while let Some(id) = at {
        let scope = index.scope(id);
        if let NodeWithScopeKind::Class(class) = scope.node() {
            parts.push(class.node(&module).name.to_string());
        }
        at = scope.parent();
    }
    parts.reverse();
    parts.join(".")
}
