//! The rewritten sources are analyzed before anything reaches the disk.
//!
//! A problem that is found here is a bug of the rewrite, never of the user's: the files concerned are withheld.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use rayon::prelude::*;
use ruff_python_ast::{self as ast, AnyNodeRef};
use ruff_python_parser::{ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FileId, Module, Program, Target};
use ungreen_color::{Plan, Verdict};
use ungreen_project::Project;

use crate::apply::Rewrite;
use crate::checked::Checked;
use crate::helper_place::in_folder;
use crate::line_map::LineMap;
use crate::lost_coroutines::lost_coroutines;
use crate::misuse::misuses;
use crate::new_complaints::new_complaints;
use crate::result_imports::{
    NewPackage, RemainingImport, imports_eventlet, new_packages, remaining_imports,
};
use crate::tree::{NodeId, Tree};

/// Lines before and after a problem that are shown with it.
const AROUND: usize = 3;

/// Something wrong with a rewritten file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecheckProblem {
    pub path: String,
    /// 1-based, in the original; in the rewritten text for a file that is new.
    pub line: usize,
    pub reason: String,
    /// The lines around it, with their numbers: of the original; empty for a file that is new.
    pub original: String,
    /// The same lines of the rewritten text.
    pub rewritten: String,
}

impl RecheckProblem {
    /// `line`: in the rewritten text, until all problems are known.
    pub(crate) fn new(path: &str, line: usize, reason: String) -> Self {
        Self {
            path: path.to_string(),
            line,
            reason,
            original: String::new(),
            rewritten: String::new(),
        }
    }
}

/// What the second analysis says.
#[derive(Debug, Default)]
pub struct Recheck {
    /// By path and line.
    pub problems: Vec<RecheckProblem>,
    /// Files that must not be written: those with a problem, and those that changed together with them.
    pub withheld: Vec<FileId>,
    /// Imports of Eventlet and greenlet that the result still has, in the order of files and lines.
    pub imports: Vec<RemainingImport>,
    /// Packages that the result imports and the program did not.
    pub packages: Vec<NewPackage>,
    /// The program imported Eventlet, and the result does not.
    pub is_free: bool,
}

/// Analyzes the result of [`crate::apply`].
///
/// `resolve` is the resolution that the program itself went through; with a `project` the type engine compares the complaints
/// before and after.
#[must_use]
pub fn recheck(
    program: &Program,
    modules: &[Module<'_>],
    plan: &Plan,
    rewrite: &Rewrite,
    resolve: &dyn Fn(&[Module<'_>]) -> Program,
    project: Option<&Project>,
) -> Recheck {
    if rewrite.files.is_empty() {
        return Recheck {
            imports: remaining_imports(program, modules),
            ..Recheck::default()
        };
    }
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for result in &rewrite.files {
        if let Some(facts) = program.files.get(result.file.0 as usize) {
            texts.insert(facts.path.clone(), result.text.clone());
        }
    }
    for helper in &rewrite.helpers {
        texts.insert(helper.path.clone(), helper.text.clone());
    }

    let mut problems = Vec::new();
    let parsed: BTreeMap<&str, Parsed<ast::ModModule>> = texts
        .par_iter()
        .filter_map(|(path, text)| Some((path.as_str(), parse(text)?)))
        .collect();
    for (path, parsed) in &parsed {
        for error in parsed.errors() {
            problems.push(RecheckProblem::new(
                path,
                line_of(&texts[*path], error.location.start()),
                format!("the rewritten file does not parse: {}", error.error),
            ));
        }
    }
    let broken: BTreeSet<String> = problems
        .iter()
        .map(|problem| problem.path.clone())
        .collect();

    let original_paths: FxHashSet<&str> = modules.iter().map(|module| module.path).collect();
    let helper_names: BTreeMap<&str, String> = texts
        .keys()
        .filter(|path| !original_paths.contains(path.as_str()))
        .map(|path| (path.as_str(), helper_module_name(program, path)))
        .collect();
    let mut after: Vec<Module<'_>> = Vec::with_capacity(modules.len());
    for module in modules {
        after.push(match (texts.get(module.path), parsed.get(module.path)) {
            (Some(text), Some(parsed)) if !broken.contains(module.path) => Module {
                path: module.path,
                name: module.name,
                is_package: module.is_package,
                source: text,
                syntax: parsed.syntax(),
            },
            _ => Module {
                path: module.path,
                name: module.name,
                is_package: module.is_package,
                source: module.source,
                syntax: module.syntax,
            },
        });
    }
    for (path, name) in &helper_names {
        if let (Some(text), Some(parsed)) = (texts.get(*path), parsed.get(*path)) {
            after.push(Module {
                path,
                name,
                is_package: false,
                source: text,
                syntax: parsed.syntax(),
            });
        }
    }
    after.sort_by_key(|module| module.path);
    let resolved = resolve(&after);
    let checked = Checked::new(&resolved, &after);
    let original = Originals::new(program, modules);
    let found: Vec<Vec<RecheckProblem>> = after
        .par_iter()
        .enumerate()
        .filter(|(_, module)| texts.contains_key(module.path))
        .map(|(index, module)| {
            let file = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            let tree = Tree::new(module.source, module.syntax);
            let mut problems = misplaced_awaits(&tree, module.path);
            if !checked.is_helper(file) {
                let mut wrong = uses_of_coroutines(&checked, file, &tree, module.path);
                original.remove_known(&mut wrong, module.path);
                problems.extend(wrong);
            }
            problems
        })
        .collect();
    problems.extend(found.into_iter().flatten());
    if let Some(project) = project {
        problems.extend(new_complaints(
            program,
            project,
            modules,
            &texts,
            &original_paths,
        ));
    }
    point_to_originals(&mut problems, modules, &texts);
    problems.sort_by(|a, b| (&a.path, a.line, &a.reason).cmp(&(&b.path, b.line, &b.reason)));
    problems.dedup();
    let withheld = withheld(program, plan, rewrite, &problems);
    let imports = remaining_imports(&resolved, &after);
    let rewritten: FxHashSet<&str> = (rewrite.files.iter())
        .filter(|result| !withheld.contains(&result.file))
        .filter_map(|result| program.files.get(result.file.0 as usize))
        .map(|file| file.path.as_str())
        .collect();
    Recheck {
        problems,
        is_free: withheld.is_empty() && imports.is_empty() && imports_eventlet(program),
        packages: new_packages(program, &resolved, &rewritten),
        withheld,
        imports,
    }
}

fn uses_of_coroutines(
    checked: &Checked<'_>,
    file: FileId,
    tree: &Tree<'_>,
    path: &str,
) -> Vec<RecheckProblem> {
    let mut problems = lost_coroutines(checked, file, tree, path);
    problems.extend(misuses(checked, file, tree, path));
    problems
}

/// The program as it was: what it did with coroutines of its own is no fault of the rewrite.
struct Originals<'p> {
    modules: &'p [Module<'p>],
    /// None: it has no coroutines.
    checked: Option<Checked<'p>>,
}

impl<'p> Originals<'p> {
    fn new(program: &'p Program, modules: &'p [Module<'p>]) -> Self {
        let has_coroutines = program.functions.iter().any(|function| function.is_async);
        Self {
            modules,
            checked: has_coroutines.then(|| Checked::new(program, modules)),
        }
    }

    /// Takes out the problems of a file that its original has for the same reason.
    fn remove_known(&self, problems: &mut Vec<RecheckProblem>, path: &str) {
        let Some(checked) = self.checked.as_ref().filter(|_| !problems.is_empty()) else {
            return;
        };
        let position = self.modules.iter().position(|module| module.path == path);
        let Some((module, file)) = position.and_then(|index| {
            let file = FileId(u32::try_from(index).ok()?);
            Some((self.modules.get(index)?, file))
        }) else {
            return;
        };
        let tree = Tree::new(module.source, module.syntax);
        let mut known: FxHashMap<String, usize> = FxHashMap::default();
        for problem in uses_of_coroutines(checked, file, &tree, path) {
            *known.entry(problem.reason).or_default() += 1;
        }
        problems.retain(|problem| match known.get_mut(&problem.reason) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
    }
}

fn parse(text: &str) -> Option<Parsed<ast::ModModule>> {
    parse_unchecked(text, ParseOptions::from(ruff_python_parser::Mode::Module)).try_into_module()
}

pub(crate) fn line_of(text: &str, offset: TextSize) -> usize {
    let before = text.get(..offset.to_usize()).unwrap_or(text);
    before.matches('\n').count() + 1
}

fn point_to_originals(
    problems: &mut [RecheckProblem],
    modules: &[Module<'_>],
    texts: &BTreeMap<String, String>,
) {
    let mut maps: FxHashMap<String, Option<(&str, LineMap)>> = FxHashMap::default();
    for problem in problems {
        let Some(text) = texts.get(&problem.path) else {
            continue;
        };
        problem.rewritten = excerpt(text, problem.line);
        let map = maps.entry(problem.path.clone()).or_insert_with(|| {
            let module = modules.iter().find(|module| module.path == problem.path)?;
            Some((module.source, LineMap::new(module.source, text)))
        });
        if let Some((source, map)) = map {
            problem.line = map.original(problem.line);
            problem.original = excerpt(source, problem.line);
        }
    }
}

/// The line and some around it, each with its number.
fn excerpt(text: &str, line: usize) -> String {
    let first = line.saturating_sub(AROUND).max(1);
    (text.lines().enumerate())
        .skip(first - 1)
        .take(line + AROUND + 1 - first)
        .fold(String::new(), |mut lines, (index, content)| {
            let line = format!("{:>5} | {content}", index + 1);
            let _ = writeln!(lines, "{}", line.trim_end());
            lines
        })
}

/// The helper's module, from that of a file beside it.
fn helper_module_name(program: &Program, path: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.strip_suffix(".py").unwrap_or(file);
    let package = program
        .files
        .iter()
        .find(|known| known.path == in_folder(folder, "__init__.py"))
        .map(|known| known.module.as_str());
    match package {
        Some(package) => format!("{package}.{stem}"),
        None => stem.to_string(),
    }
}

/// `await`, `async for` and `async with` outside of coroutines.
fn misplaced_awaits(tree: &Tree<'_>, path: &str) -> Vec<RecheckProblem> {
    let mut problems = Vec::new();
    for (id, node) in tree.nodes() {
        let what = match node {
            AnyNodeRef::ExprAwait(_) => "`await`",
            AnyNodeRef::StmtFor(statement) if statement.is_async => "`async for`",
            AnyNodeRef::StmtWith(statement) if statement.is_async => "`async with`",
            AnyNodeRef::Comprehension(clause) if clause.is_async => "`async for`",
            _ => continue,
        };
        if !is_in_coroutine(tree, id) {
            problems.push(RecheckProblem::new(
                path,
                line_of(tree.source, node.start()),
                format!("{what} stands outside of a coroutine"),
            ));
        }
    }
    problems
}

fn is_in_coroutine(tree: &Tree<'_>, id: NodeId) -> bool {
    let range = tree.node(id).map(|node| node.range());
    for (_, node) in tree.ancestors(id) {
        match node {
            AnyNodeRef::StmtFunctionDef(function) => {
                // Defaults, decorators and annotations belong to the scope around the function.
                let in_body = function.body.iter().any(|statement| {
                    range.is_some_and(|range| statement.range().contains_range(range))
                });
                if in_body {
                    return function.is_async;
                }
            }
            AnyNodeRef::ExprLambda(_) | AnyNodeRef::StmtClassDef(_) => return false,
            _ => {}
        }
    }
    false
}

/// The files with a problem, and all that changed together with them: by a group of proposals, by awaiting what they define, or by
/// the name of a class that is split.
fn withheld(
    program: &Program,
    plan: &Plan,
    rewrite: &Rewrite,
    problems: &[RecheckProblem],
) -> Vec<FileId> {
    if problems.is_empty() {
        return Vec::new();
    }
    let count = program.files.len();
    let mut parents: Vec<usize> = (0..count).collect();
    fn root(parents: &mut [usize], mut index: usize) -> usize {
        while parents[index] != index {
            parents[index] = parents[parents[index]];
            index = parents[index];
        }
        index
    }
    let mut join = |a: FileId, b: FileId| {
        let (a, b) = (a.0 as usize, b.0 as usize);
        if a < count && b < count {
            let (a, b) = (root(&mut parents, a), root(&mut parents, b));
            parents[a.max(b)] = a.min(b);
        }
    };
    let mut group_files: FxHashMap<u32, FileId> = FxHashMap::default();
    for decided in &plan.proposals {
        if decided.verdict != Verdict::Accepted {
            continue;
        }
        let file = decided.proposal.place.file;
        for edit in &decided.proposal.edits {
            join(file, edit.place.file);
        }
        if let Some(group) = decided.proposal.group {
            let first = *group_files.entry(group.0).or_insert(file);
            join(first, file);
        }
    }
    for annotated in &plan.annotations {
        let Some(annotation) = program.annotations.get(annotated.annotation) else {
            continue;
        };
        for function in &annotation.functions {
            if let Some(facts) = program.functions.get(function.0 as usize) {
                join(annotation.place.file, facts.file);
            }
        }
    }
    for class in plan
        .faces
        .iter()
        .filter_map(|face| program.classes.get(face.class.0 as usize))
    {
        for (index, file) in program.files.iter().enumerate() {
            let hands_on = file
                .imports
                .iter()
                .any(|binding| binding.target.rsplit('.').next() == Some(class.name.as_str()));
            if hands_on && let Ok(index) = u32::try_from(index) {
                join(class.file, FileId(index));
            }
        }
    }
    let colored: FxHashSet<_> = plan.colored.iter().copied().collect();
    for site in &program.calls {
        for edge in &site.edges {
            if let Target::Class(made) = edge.target
                && plan.faces.iter().any(|face| face.class == made)
                && let Some(class) = program.classes.get(made.0 as usize)
            {
                join(site.file, class.file);
            }
            if let Target::Function(function) = edge.target
                && colored.contains(&function)
                && let Some(facts) = program.functions.get(function.0 as usize)
            {
                join(site.file, facts.file);
            }
        }
    }
    let concerned: BTreeSet<usize> = problems
        .iter()
        .filter_map(|problem| {
            program
                .files
                .iter()
                .position(|file| file.path == problem.path)
        })
        .map(|index| root(&mut parents, index))
        .collect();
    // A problem in the helper concerns everything.
    let everything = problems.iter().any(|problem| {
        rewrite
            .helpers
            .iter()
            .any(|helper| helper.path == problem.path)
    });
    rewrite
        .files
        .iter()
        .map(|result| result.file)
        .filter(|file| everything || concerned.contains(&root(&mut parents, file.0 as usize)))
        .collect()
}
