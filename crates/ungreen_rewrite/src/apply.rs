//! From a Plan to the texts of the files.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rayon::prelude::*;
use ruff_python_ast::ModModule;
use ruff_python_parser::{Parsed, parse_module};
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FileId, FuncId, Module, Program};
use ungreen_color::{Decided, Edit, ImportNeed, Part, Plan, Verdict};

use crate::annotations::annotation_edits;
use crate::copies::names_kept_by_copies;
use crate::faces::face_edits;
use crate::forest::Forest;
use crate::helper::{Helper, helper};
use crate::helper_place::{HelperPlaces, helper_places};
use crate::imports::{ImportFacts, rewrite_imports};
use crate::mains::main_edits;
use crate::plan_edits::{BRIDGE, Unwritable, plan_edits};
use crate::render::render;
use crate::spelling::{FileSpelling, NewImport};
use crate::tree::Tree;
use crate::usage::{names_used_by_others, used_names};

/// What the rewrite needs to know besides the Plan.
#[derive(Debug, Clone)]
pub struct Options {
    /// Name of the helper's module, without a package: `aio_green`.
    pub helper_module: String,
    /// Minor version of the Python 3 that the result is for.
    pub minor_version: u8,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            helper_module: "aio_green".to_string(),
            minor_version: 11,
        }
    }
}

/// A file whose text changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileResult {
    pub file: FileId,
    pub text: String,
}

/// A file that the rewrite adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Relative to the project's root, with `/`.
    pub path: String,
    pub text: String,
}

/// Something that the Plan asks for and the rewrite cannot write.
#[derive(Debug, Clone)]
pub struct Problem {
    pub file: FileId,
    pub range: TextRange,
    pub reason: String,
}

/// The texts that the Plan leads to. Nothing here has reached the disk.
#[derive(Debug, Default)]
pub struct Rewrite {
    /// Files with a new text, in the order of their ids.
    pub files: Vec<FileResult>,
    pub helpers: Vec<NewFile>,
    /// Places that need a person; the files that they are in are not among `files`.
    pub problems: Vec<Problem>,
}

/// What is the same for every file.
#[derive(Clone, Copy)]
struct Job<'a> {
    program: &'a Program,
    plan: &'a Plan,
    accepted: &'a [&'a Decided],
    places: &'a HelperPlaces,
    minor_version: u8,
    /// The edits of classes with a sync face.
    faces: &'a BTreeMap<FileId, Vec<Edit>>,
}

/// A file with its edits applied and its imports untouched.
struct Rendered {
    file: FileId,
    text: String,
    wanted: BTreeSet<NewImport>,
    /// Imported names of which no use is left.
    freed: FxHashSet<String>,
    helper_names: BTreeSet<&'static str>,
}

/// Applies the Plan to the sources. `modules` are by `FileId`.
///
/// The result depends on nothing but the arguments.
#[must_use]
pub fn apply(program: &Program, modules: &[Module<'_>], plan: &Plan, options: &Options) -> Rewrite {
    let accepted: Vec<&Decided> = plan
        .proposals
        .iter()
        .filter(|decided| decided.verdict == Verdict::Accepted)
        .collect();
    let trees = Trees::new(modules);
    let faces = face_edits(program, plan, &|file| trees.get(file));
    let mut concerned: BTreeSet<FileId> = files_concerned(program, plan, &accepted);
    concerned.extend(faces.keys());
    let concerned: Vec<FileId> = concerned.into_iter().collect();
    let edits = accepted
        .iter()
        .flat_map(|decided| &decided.proposal.edits)
        .chain(faces.values().flatten());
    let places = helper_places(program, modules, plan, edits, &options.helper_module);
    let exported = names_used_by_others(program, &concerned, &|file| {
        trees.get(file).map(Cow::Borrowed)
    });
    let job = Job {
        program,
        plan,
        accepted: &accepted,
        places: &places,
        minor_version: options.minor_version,
        faces: &faces,
    };
    let rendered: Vec<Result<Option<Rendered>, Vec<Problem>>> = concerned
        .par_iter()
        .map(|file| {
            let file = *file;
            let Some(tree) = trees.get(file) else {
                return Ok(None);
            };
            render_file(&job, file, tree, exported.of(file))
        })
        .collect();

    let mut rewrite = Rewrite::default();
    let mut drafts: Vec<Rendered> = Vec::new();
    for result in rendered {
        match result {
            Ok(draft) => drafts.extend(draft),
            Err(problems) => rewrite.problems.extend(problems),
        }
    }
    let first_party: FxHashSet<String> = program
        .files
        .iter()
        .filter_map(|file| file.module.split('.').next())
        .map(ToString::to_string)
        .chain(places.top_level_names())
        .collect();
    // What is imported from a module is asked again of the texts as they are now: a facade may have lost its users.
    let parsed: FxHashMap<FileId, Parsed<ModModule>> = drafts
        .par_iter()
        .filter_map(|draft| Some((draft.file, parse_module(&draft.text).ok()?)))
        .collect();
    let texts: FxHashMap<FileId, &str> = drafts
        .iter()
        .map(|draft| (draft.file, draft.text.as_str()))
        .collect();
    let exported = names_used_by_others(program, &concerned, &|file| match (
        texts.get(&file),
        parsed.get(&file),
    ) {
        (Some(text), Some(parsed)) => Some(Cow::Owned(Tree::new(text, parsed.syntax()))),
        _ => trees.get(file).map(Cow::Borrowed),
    });
    let finished: Vec<Result<FileResult, Problem>> = drafts
        .par_iter()
        .filter_map(|draft| {
            let module = modules.get(draft.file.0 as usize)?;
            let tree = trees.get(draft.file)?;
            let used_before = used_names(tree);
            let import_facts = ImportFacts {
                first_party: &first_party,
                minor_version: options.minor_version,
                used_before: &used_before,
                freed: &draft.freed,
                exported: exported.of(draft.file),
                is_package: module.is_package,
                newline: newline_of(module.source),
            };
            Some(
                rewrite_imports(&draft.text, &draft.wanted, &import_facts)
                    .map(|text| FileResult {
                        file: draft.file,
                        text,
                    })
                    .map_err(|error| Problem {
                        file: draft.file,
                        range: TextRange::default(),
                        reason: format!("the rewritten file would not parse: {error}"),
                    }),
            )
        })
        .collect();
    let mut helper_names: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for draft in &drafts {
        if draft.helper_names.is_empty() {
            continue;
        }
        if let Some(path) = places.path(draft.file) {
            helper_names
                .entry(path.to_string())
                .or_default()
                .extend(draft.helper_names.iter().copied());
        }
    }
    for result in finished {
        match result {
            Ok(file) => {
                let unchanged = modules
                    .get(file.file.0 as usize)
                    .is_some_and(|module| module.source == file.text);
                if !unchanged {
                    rewrite.files.push(file);
                }
            }
            Err(problem) => rewrite.problems.push(problem),
        }
    }
    write_helpers(
        program,
        modules,
        helper_names,
        keeps_bridges(plan),
        &mut rewrite,
    );
    rewrite
}

/// The trees of the files that are asked for.
struct Trees<'a> {
    modules: &'a [Module<'a>],
    trees: Vec<OnceLock<Tree<'a>>>,
}

impl<'a> Trees<'a> {
    fn new(modules: &'a [Module<'a>]) -> Self {
        Self {
            modules,
            trees: modules.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    fn get(&self, file: FileId) -> Option<&Tree<'a>> {
        let module = self.modules.get(file.0 as usize)?;
        let tree = self.trees.get(file.0 as usize)?;
        Some(tree.get_or_init(|| Tree::new(module.source, module.syntax)))
    }
}

/// Files that the Plan may change, in order.
fn files_concerned(program: &Program, plan: &Plan, accepted: &[&Decided]) -> BTreeSet<FileId> {
    let mut files: BTreeSet<FileId> = BTreeSet::new();
    let function_file = |function: FuncId| {
        program
            .functions
            .get(function.0 as usize)
            .map(|facts| facts.file)
    };
    for decided in accepted {
        files.extend(decided.proposal.edits.iter().map(|edit| edit.place.file));
    }
    files.extend(plan.awaits.iter().map(|awaited| awaited.place.file));
    files.extend(
        plan.colored
            .iter()
            .chain(&plan.lambdas)
            .filter_map(|function| function_file(*function)),
    );
    files.extend(plan.mains.iter().filter_map(|main| main.file(program)));
    files.extend(plan.boundaries.iter().map(|boundary| boundary.call.file));
    files.extend(
        plan.annotations
            .iter()
            .filter_map(|annotated| program.annotations.get(annotated.annotation))
            .map(|annotation| annotation.place.file),
    );
    files
}

/// Code that stays on Eventlet goes on waiting for coroutines of an earlier migration.
fn keeps_bridges(plan: &Plan) -> bool {
    let mut bridges = plan
        .proposals
        .iter()
        .filter(|decided| decided.proposal.needs.is_bridge)
        .peekable();
    bridges.peek().is_none() || bridges.any(|decided| decided.verdict != Verdict::Accepted)
}

/// One helper a place; a helper that is there already keeps its names, but for bridges that are no longer needed.
fn write_helpers(
    program: &Program,
    modules: &[Module<'_>],
    names: BTreeMap<String, BTreeSet<&str>>,
    keeps_bridges: bool,
    rewrite: &mut Rewrite,
) {
    for (path, mut names) in names {
        let existing = program
            .files
            .iter()
            .position(|file| file.path == path)
            .and_then(|index| modules.get(index));
        if let Some(module) = existing {
            match Helper::names_of(module.source) {
                Some(known) => {
                    names.extend(
                        known
                            .into_iter()
                            .filter(|name| keeps_bridges || *name != BRIDGE),
                    );
                }
                None => {
                    rewrite.problems.push(Problem {
                        file: FileId(0),
                        range: TextRange::default(),
                        reason: format!(
                            "`{path}` exists and is not a helper: choose another name by `helper` in `[tool.ungreen]`"
                        ),
                    });
                    continue;
                }
            }
        }
        match helper().assemble(&names) {
            Ok(text) if existing.is_some_and(|module| module.source == text) => {}
            Ok(text) => rewrite.helpers.push(NewFile { path, text }),
            Err(reason) => rewrite.problems.push(Problem {
                file: FileId(0),
                range: TextRange::default(),
                reason,
            }),
        }
    }
}

fn render_file(
    job: &Job<'_>,
    file: FileId,
    tree: &Tree<'_>,
    exported: &FxHashSet<String>,
) -> Result<Option<Rendered>, Vec<Problem>> {
    let Job {
        program,
        plan,
        accepted,
        places,
        minor_version,
        faces,
    } = *job;
    let Some(facts) = program.files.get(file.0 as usize) else {
        return Ok(None);
    };
    let mut edits: Vec<&Edit> = Vec::new();
    let mut imports: Vec<&ImportNeed> = Vec::new();
    for decided in accepted {
        let own = decided
            .proposal
            .edits
            .iter()
            .filter(|edit| edit.place.file == file);
        let before = edits.len();
        edits.extend(own);
        if edits.len() > before || decided.proposal.place.file == file {
            imports.extend(&decided.proposal.imports);
        }
    }
    let (from_plan, mut unwritable) = plan_edits(program, plan, file, tree, minor_version);
    let (from_mains, unwritable_mains) = main_edits(program, plan, file, tree);
    unwritable.extend(unwritable_mains);
    let (from_annotations, annotation_imports) =
        annotation_edits(program, plan, file, tree.source, minor_version);
    edits.extend(&from_plan);
    edits.extend(&from_annotations);
    imports.extend(&annotation_imports);
    edits.extend(&from_mains);
    edits.extend(faces.get(&file).into_iter().flatten());
    if edits.is_empty() && unwritable.is_empty() {
        return Ok(None);
    }
    let forest = Forest::new(edits.iter().copied());
    unwritable.extend(forest.conflicting.iter().map(|edit| Unwritable {
        range: edit.place.range,
        reason: "two changes of this text cannot be had together".to_string(),
    }));
    if !unwritable.is_empty() {
        return Err(unwritable
            .into_iter()
            .map(|problem| Problem {
                file,
                range: problem.range,
                reason: problem.reason,
            })
            .collect());
    }
    let (helper_module, helper_absolute) = places.import_of(file);
    let spelling = FileSpelling::new(
        facts,
        tree,
        &forest,
        helper_module,
        helper_absolute,
        exported,
    );
    for import in imports {
        spelling.want(match import {
            ImportNeed::Module(module) => NewImport::module(module),
            ImportNeed::From { module, name } => NewImport::from(module, name),
        });
    }
    let newline = newline_of(tree.source);
    let all = TextRange::new(TextSize::new(0), tree.source_end());
    let text = render(tree, &forest, &spelling, newline, all);
    let helper_names = edits
        .iter()
        .flat_map(|edit| &edit.parts)
        .filter_map(|part| match part {
            Part::Helper(name) => Some(*name),
            _ => None,
        })
        .collect();
    let (wanted, mut freed) = spelling.finish();
    for name in names_kept_by_copies(program, plan, file, tree) {
        freed.remove(name);
    }
    Ok(Some(Rendered {
        file,
        text,
        wanted,
        freed,
        helper_names,
    }))
}

/// The line break of a file: that of its first line.
pub(crate) fn newline_of(source: &str) -> &'static str {
    match source.find(['\n', '\r']) {
        Some(found) if source[found..].starts_with("\r\n") => "\r\n",
        Some(found) if source[found..].starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// Files by path, for looking up what a place belongs to.
pub(crate) fn paths(program: &Program) -> FxHashMap<&str, usize> {
    program
        .files
        .iter()
        .enumerate()
        .map(|(index, file)| (file.path.as_str(), index))
        .collect()
}
