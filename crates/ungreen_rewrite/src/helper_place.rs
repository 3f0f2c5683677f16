//! Where the helper is written, and how each file imports it.

use rustc_hash::FxHashMap;
use ungreen_callgraph::{FileFacts, FileId, Module, Program};
use ungreen_color::{AwaitForm, Bridge, Edit, ModuleMain, Part, Plan};

use crate::apply::paths;
use crate::helper::Helper;

/// The helper of each file that uses one.
pub(crate) struct HelperPlaces {
    module_name: String,
    /// Path of the helper, text after `from`, absolute module name.
    by_file: FxHashMap<FileId, (String, String, String)>,
}

impl HelperPlaces {
    pub(crate) fn path(&self, file: FileId) -> Option<&str> {
        self.by_file.get(&file).map(|(path, _, _)| path.as_str())
    }

    /// What the file writes after `from`, and the absolute name of that module.
    pub(crate) fn import_of(&self, file: FileId) -> (&str, &str) {
        self.by_file
            .get(&file)
            .map_or((&self.module_name, &self.module_name), |(_, text, name)| {
                (text, name)
            })
    }

    pub(crate) fn top_level_names(&self) -> impl Iterator<Item = String> + '_ {
        self.by_file
            .values()
            .filter_map(|(_, _, name)| name.split('.').next())
            .map(ToString::to_string)
    }
}

/// One helper for a program: where it is already, or in the package with most of its users; scripts outside of packages get one beside them.
pub(crate) fn helper_places<'e>(
    program: &Program,
    modules: &[Module<'_>],
    plan: &Plan,
    edits: impl Iterator<Item = &'e Edit>,
    module_name: &str,
) -> HelperPlaces {
    let known = paths(program);
    let mut users: Vec<FileId> = edits
        .filter(|edit| {
            edit.parts
                .iter()
                .any(|part| matches!(part, Part::Helper(_)))
        })
        .map(|edit| edit.place.file)
        .chain(
            plan.helper_runs
                .iter()
                .filter_map(|index| plan.mains.get(*index)?.file(program)),
        )
        .chain(
            plan.boundaries
                .iter()
                .filter(|boundary| boundary.bridge == Bridge::GreenWait)
                .map(|boundary| boundary.call.file),
        )
        .chain(
            plan.mains
                .iter()
                .filter(|main| {
                    matches!(
                        main,
                        ModuleMain::SyncEntry {
                            bridge: Bridge::GreenWait,
                            ..
                        }
                    )
                })
                .filter_map(|main| main.file(program)),
        )
        .chain(
            plan.awaits
                .iter()
                .filter(|awaited| {
                    matches!(
                        awaited.form,
                        AwaitForm::Settled | AwaitForm::Iterate | AwaitForm::Lazy
                    )
                })
                .map(|awaited| awaited.place.file),
        )
        .collect();
    users.sort_unstable();
    users.dedup();

    let mut votes: FxHashMap<String, usize> = FxHashMap::default();
    for user in &users {
        if let Some(facts) = program.files.get(user.0 as usize)
            && let Some(package) = package_folder(facts, &known)
        {
            *votes.entry(package).or_default() += 1;
        }
    }
    let mut candidates: Vec<(String, usize)> = votes.into_iter().collect();
    // Tests go last: the program must not depend on them.
    candidates.sort_by_key(|(folder, count)| {
        (
            is_of_tests(folder),
            std::cmp::Reverse(*count),
            folder.clone(),
        )
    });
    let has_loose_users = users
        .iter()
        .filter_map(|user| program.files.get(user.0 as usize))
        .any(|facts| package_folder(facts, &known).is_none());
    let existing = existing_helpers(program, modules, module_name);
    let in_package = |helper: &&FileFacts| {
        package_folder(helper, &known)
            .as_deref()
            .is_some_and(|package| package == folder_of(&helper.path) && !is_of_tests(package))
    };
    // The tests of modules outside of packages use the helper of these modules.
    let home = (existing.iter().copied().find(in_package))
        .map(|helper| folder_of(&helper.path).to_string())
        .or_else(|| candidates.into_iter().next().map(|(folder, _)| folder))
        .filter(|folder| !(is_of_tests(folder) && has_loose_users));
    let by_file = users
        .into_iter()
        .filter_map(|user| {
            let facts = program.files.get(user.0 as usize)?;
            let relative = writes_relative_imports(program, modules, user);
            let imported = (existing.iter().copied())
                .filter(in_package)
                .find(|helper| imports_from(facts, &helper.module));
            let place = place_for(
                program,
                facts,
                imported
                    .map(|helper| folder_of(&helper.path))
                    .or(home.as_deref()),
                &known,
                module_name,
                relative,
            );
            Some((user, place))
        })
        .collect();
    HelperPlaces {
        module_name: module_name.to_string(),
        by_file,
    }
}

/// Helpers that an earlier migration wrote.
fn existing_helpers<'p>(
    program: &'p Program,
    modules: &[Module<'_>],
    module_name: &str,
) -> Vec<&'p FileFacts> {
    (program.files.iter().zip(modules))
        .filter(|(file, module)| {
            file.module.rsplit('.').next() == Some(module_name)
                && Helper::names_of(module.source).is_some()
        })
        .map(|(file, _)| file)
        .collect()
}

/// The file imports the module, or something in it.
fn imports_from(facts: &FileFacts, module: &str) -> bool {
    facts.imports.iter().any(|binding| {
        (binding.target.strip_prefix(module))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

fn is_of_tests(folder: &str) -> bool {
    folder.split('/').any(|part| part.starts_with("test"))
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

pub(crate) fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_string()
    } else {
        format!("{folder}/{name}")
    }
}

/// The topmost package that the file is in.
fn package_folder(facts: &FileFacts, known: &FxHashMap<&str, usize>) -> Option<String> {
    let mut folder = folder_of(&facts.path);
    let mut top = None;
    // The folder that was given may be a package itself.
    while known.contains_key(in_folder(folder, "__init__.py").as_str()) {
        top = Some(folder.to_string());
        if folder.is_empty() {
            break;
        }
        folder = folder_of(folder);
    }
    top
}

fn place_for(
    program: &Program,
    facts: &FileFacts,
    home: Option<&str>,
    known: &FxHashMap<&str, usize>,
    module_name: &str,
    writes_relative: bool,
) -> (String, String, String) {
    let own_package = package_folder(facts, known);
    let home_module = home.and_then(|folder| {
        let index = known.get(in_folder(folder, "__init__.py").as_str())?;
        Some((folder, program.files.get(*index)?.module.as_str()))
    });
    if let Some((folder, package)) = home_module {
        let inside = own_package.as_deref() == Some(folder);
        if inside || own_package.is_some() || imports_from(facts, package) {
            let absolute = format!("{package}.{module_name}");
            let text = if inside && writes_relative {
                relative(facts, package, module_name)
            } else {
                absolute.clone()
            };
            return (
                in_folder(folder, &format!("{module_name}.py")),
                text,
                absolute,
            );
        }
    }
    let own = folder_of(&facts.path);
    let folder = match &own_package {
        Some(package) if !is_of_tests(package) => own,
        _ => imported_folder(program, own, known),
    };
    let absolute = match facts.module.rsplit_once('.') {
        Some((package, _)) if own_package.is_some() && folder == own => {
            format!("{package}.{module_name}")
        }
        _ => module_name.to_string(),
    };
    (
        in_folder(folder, &format!("{module_name}.py")),
        absolute.clone(),
        absolute,
    )
}

/// The folder above whose modules the files of `folder` import, as tests do: two helpers of one name would hide one another.
fn imported_folder<'a>(
    program: &'a Program,
    folder: &'a str,
    known: &FxHashMap<&str, usize>,
) -> &'a str {
    let files = || {
        program
            .files
            .iter()
            .filter(|file| folder_of(&file.path) == folder)
    };
    let imports = |above: &str| {
        files().flat_map(|file| &file.imports).any(|binding| {
            let module = binding.target.split('.').next().unwrap_or_default();
            let is_in = |folder: &str| {
                known.contains_key(in_folder(folder, &format!("{module}.py")).as_str())
                    || known
                        .contains_key(in_folder(folder, &format!("{module}/__init__.py")).as_str())
            };
            is_in(above) && !is_in(folder)
        })
    };
    let mut above = folder;
    while !above.is_empty() {
        above = folder_of(above);
        if imports(above) {
            return above;
        }
    }
    folder
}

/// The file, or if it imports nothing of its package, most of the package, writes `from . import x`.
fn writes_relative_imports(program: &Program, modules: &[Module<'_>], file: FileId) -> bool {
    let Some(own_file) = program.files.get(file.0 as usize) else {
        return false;
    };
    let root = own_file.module.split('.').next().unwrap_or_default();
    let count = |file: &FileFacts, module: &Module<'_>| {
        let mut relative = 0_i64;
        for binding in &file.imports {
            if binding.target.split('.').next() == Some(root) {
                let statement = module.source.get(binding.statement.to_std_range());
                let is_relative = statement
                    .and_then(|text| text.strip_prefix("from"))
                    .is_some_and(|rest| rest.trim_start().starts_with('.'));
                relative += if is_relative { 1 } else { -1 };
            }
        }
        relative
    };
    let own = modules
        .get(file.0 as usize)
        .map_or(0, |module| count(own_file, module));
    if own != 0 {
        return own > 0;
    }
    program
        .files
        .iter()
        .zip(modules)
        .filter(|(file, _)| file.module.split('.').next() == Some(root))
        .map(|(file, module)| count(file, module))
        .sum::<i64>()
        > 0
}

/// `..aio_green`, as seen from the file.
fn relative(facts: &FileFacts, package: &str, module_name: &str) -> String {
    let own = facts.module.split('.').count();
    let depth = own.saturating_sub(package.split('.').count());
    let is_package = facts.path.ends_with("/__init__.py");
    let dots = depth + usize::from(is_package);
    format!("{}{module_name}", ".".repeat(dots.max(1)))
}
