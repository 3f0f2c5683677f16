//! What the type engine says about the result and did not say about the program.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{Module, Program};
use ungreen_project::{Project, TypeDiagnostic};

use crate::line_map::LineMap;
use crate::recheck::RecheckProblem;

/// Lines between two complaints that are taken for the same one.
const SAME_PLACE: usize = 3;

/// Complaints of the type engine that the originals did not have.
pub(crate) fn new_complaints(
    program: &Program,
    project: &Project,
    modules: &[Module<'_>],
    texts: &BTreeMap<String, String>,
    original_paths: &FxHashSet<&str>,
) -> Vec<RecheckProblem> {
    let paths: Vec<&str> = texts
        .keys()
        .map(String::as_str)
        .filter(|path| original_paths.contains(path))
        .collect();
    let before = project.diagnostics(&paths, &BTreeMap::new());
    let after = project.diagnostics(&paths, texts);
    let mut known: FxHashMap<(&str, &str), Vec<&TypeDiagnostic>> = FxHashMap::default();
    for complaint in &before.diagnostics {
        known.entry(kind(complaint)).or_default().push(complaint);
    }
    let mut maps: FxHashMap<&str, Option<LineMap>> = FxHashMap::default();
    let mut other: Vec<(&TypeDiagnostic, usize)> = Vec::new();
    for complaint in &after.diagnostics {
        if complaint.is_unsolved || names_unsolved_variable(program, &complaint.message) {
            continue;
        }
        let known = known.entry(kind(complaint)).or_default();
        // Those that were there word for word take their share first.
        let same = (known.iter()).position(|known| known.message == complaint.message);
        if let Some(index) = same {
            known.swap_remove(index);
            continue;
        }
        let map = maps.entry(&complaint.path).or_insert_with(|| {
            let module = modules
                .iter()
                .find(|module| module.path == complaint.path)?;
            Some(LineMap::new(module.source, texts.get(&complaint.path)?))
        });
        let line = complaint.line as usize;
        other.push((
            complaint,
            map.as_ref().map_or(line, |map| map.original(line)),
        ));
    }
    let mut problems = Vec::new();
    for (complaint, line) in other {
        // Messages name types, which change with the rewrite: what counts is whether there was a complaint of this kind at the place.
        let known = known.entry(kind(complaint)).or_default();
        let distance = |known: &TypeDiagnostic| line.abs_diff(known.line as usize);
        let nearest = (0..known.len())
            .filter(|index| distance(known[*index]) <= SAME_PLACE)
            .min_by_key(|index| distance(known[*index]));
        if let Some(index) = nearest {
            known.swap_remove(index);
        } else {
            problems.push(RecheckProblem::new(
                &complaint.path,
                complaint.line as usize,
                format!("{}: {}", complaint.rule, complaint.message),
            ));
        }
    }
    problems
}

fn kind(complaint: &TypeDiagnostic) -> (&str, &str) {
    let optional = ["None |", "| None"]
        .iter()
        .any(|part| complaint.message.contains(part));
    // `x.wait()` and `await x` are two rules, but one complaint if `x` may be None.
    let rule = if optional {
        "may be None"
    } else {
        &complaint.rule
    };
    (&complaint.path, rule)
}

/// The message speaks of a type variable of a class outside the program, `_T@Queue`: the type engine has not worked out what stands for it,
/// and says nothing about the code.
fn names_unsolved_variable(program: &Program, message: &str) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    message.match_indices('@').any(|(at, _)| {
        let owner: String = message[at + 1..]
            .chars()
            .take_while(|c| is_word(*c))
            .collect();
        let has_variable = message[..at].ends_with(is_word);
        has_variable
            && !owner.is_empty()
            && !program.classes.iter().any(|class| class.name == owner)
            && !program
                .functions
                .iter()
                .any(|function| function.name == owner)
    })
}
