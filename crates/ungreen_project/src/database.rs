//! The salsa database that ty's queries run on.

use std::sync::Arc;

use ruff_db::Db as SourceDb;
use ruff_db::diagnostic::Diagnostic;
use ruff_db::files::{File, Files};
use ruff_db::system::{System, SystemPath, SystemPathBuf};
use ruff_db::vendored::VendoredFileSystem;
use ruff_python_ast::PythonVersion;
use ty_module_resolver::{ResolverEnvironment, SearchPathSettings, SearchPaths};
use ty_python_core::ProgramFile;
use ty_python_core::platform::PythonPlatform;
use ty_python_core::program::{FallibleStrategy, ProgramSettings};
use ty_python_semantic::lint::{LintRegistry, RuleSelection};
use ty_python_semantic::{
    AnalysisSettings, Db, Program, PythonVersionWithSource, check_file_unwrap,
    default_lint_registry,
};
use ty_site_packages::PythonVersionSource;

use crate::overlay::Overlay;

/// A handle on the database. Clones share its storage; each thread needs its own.
#[salsa::db]
#[derive(Clone)]
pub(crate) struct Database {
    storage: salsa::Storage<Self>,
    files: Files,
    system: Overlay,
    rules: Arc<RuleSelection>,
    analysis: Arc<AnalysisSettings>,
    program: Arc<ProgramSettings>,
}

/// Where modules are searched, in this order.
#[derive(Debug, Clone, Default)]
pub(crate) struct SearchFolders {
    /// Stubs that win over everything.
    pub(crate) stubs: Vec<SystemPathBuf>,
    pub(crate) sources: Vec<SystemPathBuf>,
    pub(crate) site_packages: Vec<SystemPathBuf>,
}

impl Database {
    /// Searches no folder yet; parsing needs none.
    pub(crate) fn new(system: Overlay, version: PythonVersion) -> Self {
        let program = ProgramSettings {
            python_version: PythonVersionWithSource {
                version,
                source: PythonVersionSource::Cli,
            },
            // Code for other platforms is migrated too, so no branch is unreachable.
            python_platform: PythonPlatform::All,
            search_paths: SearchPaths::empty(ty_vendored::file_system()),
        };
        Self::with_program(system, Arc::new(program))
    }

    /// From now on modules are found in `folders`. No other handle may exist. The error says which folder cannot be searched.
    pub(crate) fn search_in(&mut self, folders: SearchFolders) -> Result<(), String> {
        let search_paths = SearchPathSettings {
            extra_paths: folders.stubs,
            src_roots: folders.sources,
            site_packages_paths: folders.site_packages,
            ..SearchPathSettings::empty()
        }
        .to_search_paths(&self.system, ty_vendored::file_system(), &FallibleStrategy)
        .map_err(|error| error.to_string())?;
        search_paths.try_register_static_roots(self);
        self.program = Arc::new(ProgramSettings {
            search_paths,
            ..(*self.program).clone()
        });
        Ok(())
    }

    /// A database of its own over other texts, with the same settings.
    pub(crate) fn over(&self, system: Overlay) -> Self {
        Self::with_program(system, Arc::clone(&self.program))
    }

    fn with_program(system: Overlay, program: Arc<ProgramSettings>) -> Self {
        let database = Self {
            storage: salsa::Storage::new(None),
            files: Files::default(),
            system,
            rules: Arc::new(RuleSelection::from_registry(default_lint_registry())),
            analysis: Arc::new(AnalysisSettings::default()),
            program,
        };
        // Nothing changes during the life of a database, so salsa need not track what a query read.
        database.files.freeze();
        database
            .program
            .search_paths
            .try_register_static_roots(&database);
        database
    }

    pub(crate) fn overlay(&self) -> &Overlay {
        &self.system
    }

    /// From where a module of the program sees others, whichever it is.
    pub(crate) fn resolver_environment(&self) -> ResolverEnvironment<'_> {
        Program::from_settings(self, &self.program).resolver_environment(self)
    }

    /// `None` when there is no such file.
    pub(crate) fn file(&self, path: &SystemPath) -> Option<File> {
        ruff_db::files::system_path_to_file(self, path).ok()
    }
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl SourceDb for Database {
    fn vendored(&self) -> &VendoredFileSystem {
        ty_vendored::file_system()
    }

    fn system(&self) -> &dyn System {
        &self.system
    }

    fn files(&self) -> &Files {
        &self.files
    }
}

#[salsa::db]
impl ty_module_resolver::Db for Database {}

#[salsa::db]
impl ty_python_core::Db for Database {
    fn should_check_file(&self, file: File) -> bool {
        !file.path(self).is_vendored_path()
    }
}

#[salsa::db]
impl Db for Database {
    fn check_file(&self, file: File) -> Vec<Diagnostic> {
        check_file_unwrap(self, self.program_file(file))
    }

    fn program_file(&self, file: File) -> ProgramFile<'_> {
        Program::from_settings(self, &self.program).program_file(self, file)
    }

    fn python_version_with_source(&self, _file: File) -> &PythonVersionWithSource {
        &self.program.python_version
    }

    fn rule_selection(&self, _file: File) -> &RuleSelection {
        &self.rules
    }

    fn lint_registry(&self) -> &LintRegistry {
        default_lint_registry()
    }

    fn analysis_settings(&self, _file: File) -> &AnalysisSettings {
        &self.analysis
    }

    fn verbose(&self) -> bool {
        false
    }

    fn is_open_file(&self, _file: File) -> bool {
        false
    }

    fn dyn_clone(&self) -> Box<dyn Db> {
        Box::new(self.clone())
    }
}
