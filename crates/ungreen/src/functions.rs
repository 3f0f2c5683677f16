//! Functions of the program by the names that a person gives.

use std::cmp::Reverse;

use ungreen_callgraph::{FuncId, FunctionKind, Program};
use ungreen_color::Policies;
use ungreen_project::{Policy, Project};
use ungreen_report::function_name;

use crate::failure::Failure;
use crate::pipeline::Settings;

/// Names that are less alike are not proposed, of 1000.
const ALIKE: u32 = 650;
const MOST_PROPOSED: usize = 3;

/// The functions that a name means: the whole of it, or the end of it.
pub(crate) fn find_functions(program: &Program, name: &str) -> Vec<FuncId> {
    let wanted = name.replacen(':', ".", 1);
    let last = wanted.rsplit('.').next().unwrap_or_default();
    let ids = || {
        let functions = program.functions.iter().zip(0..);
        let candidates = functions.filter(|(facts, _)| {
            facts.name == last || !matches!(facts.kind, FunctionKind::Def | FunctionKind::Lambda)
        });
        candidates.map(|(_, index)| FuncId(index))
    };
    let dotted = |id: FuncId| function_name(program, id).replacen(':', ".", 1);
    let whole: Vec<FuncId> = ids()
        .filter(|id| {
            let own = dotted(*id);
            own == wanted || own.replace("<locals>.", "") == wanted
        })
        .collect();
    if !whole.is_empty() {
        return whole;
    }
    ids()
        .filter(|id| {
            dotted(*id)
                .strip_suffix(wanted.as_str())
                .is_some_and(|rest| rest.ends_with('.'))
        })
        .collect()
}

/// The functions with which the units begin that are migrated.
pub(crate) fn unit(program: &Program, names: &[String]) -> Vec<FuncId> {
    let mut entries: Vec<FuncId> = names
        .iter()
        .flat_map(|name| find_functions(program, name))
        .collect();
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// Every `--entry` is one function of the program.
pub(crate) fn known_entries(program: &Program, settings: &Settings) -> Result<(), Failure> {
    for name in &settings.entries {
        let mut names: Vec<String> = find_functions(program, name)
            .into_iter()
            .map(|function| function_name(program, function))
            .collect();
        names.dedup();
        match &*names {
            [_] => {}
            [] => {
                return Err(Failure::new(
                    format!("`--entry {name}` names no function of the program"),
                    hint(program, name),
                ));
            }
            several => {
                return Err(Failure::new(
                    format!("`--entry {name}` names several functions"),
                    format!("give one of {}", quoted(several)),
                ));
            }
        }
    }
    Ok(())
}

/// How to name a function, with names that are like this one.
pub(crate) fn hint(program: &Program, name: &str) -> String {
    let near = near_names(program, name);
    if near.is_empty() {
        return "give the module and the function as `pkg.mod:func` or `pkg.mod:Class.method`"
            .to_string();
    }
    format!("there is {}", quoted(&near))
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Names of functions that are like this one, or end like it, the most alike first.
fn near_names(program: &Program, name: &str) -> Vec<String> {
    let last = |name: &str| {
        let end = name.rfind(['.', ':']).map_or(0, |at| at + 1);
        name[end..].to_string()
    };
    let wanted = last(name);
    let mut near: Vec<(Reverse<u32>, String)> = (0..)
        .zip(&program.functions)
        .filter(|(_, function)| function.kind == FunctionKind::Def)
        .map(|(index, _)| function_name(program, FuncId(index)))
        .filter_map(|own| {
            let ends = alike(&last(&own), &wanted);
            (ends >= ALIKE).then(|| (Reverse(ends + alike(&own, name)), own))
        })
        .collect();
    near.sort();
    near.dedup();
    near.truncate(MOST_PROPOSED);
    near.into_iter().map(|(_, name)| name).collect()
}

/// How much alike two names are, of 1000.
fn alike(a: &str, b: &str) -> u32 {
    let share = strsim::normalized_damerau_levenshtein(a, b) * 1000.0;
    share as u32
}

/// What the configuration says of functions.
pub(crate) fn policies(project: &Project, program: &Program) -> Policies {
    let mut policies = Policies::default();
    policies
        .asynchronous
        .extend(with_policy(project, program, Policy::Async));
    policies
        .copied
        .extend(with_policy(project, program, Policy::Copy));
    for policy in [Policy::Sync, Policy::Thread] {
        policies.sync.extend(with_policy(project, program, policy));
    }
    policies
}

/// Functions with that policy in the configuration.
pub(crate) fn with_policy(project: &Project, program: &Program, wanted: Policy) -> Vec<FuncId> {
    project
        .config
        .functions
        .iter()
        .filter(|(_, policy)| **policy == wanted)
        .flat_map(|(name, _)| find_functions(program, name))
        .collect()
}
