//! PyCG's format: one JSON object from callers to callees, in its naming.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::{CallKind, Class, EdgeKind, FuncId, Function, FunctionKind, Program, Target};

/// Module names of files given by path, as PyCG names them: by the path below the folder that all of them share.
/// Pairs of the dotted name and whether the file is a package's `__init__.py`.
#[must_use]
pub fn pycg_modules(paths: &[&str]) -> Vec<(String, bool)> {
    let parts: Vec<Vec<&str>> = paths
        .iter()
        .map(|path| path.split(['/', '\\']).collect())
        .collect();
    let folder = |parts: &Vec<&str>| parts.len().saturating_sub(1);
    let mut shared = parts.first().map_or(0, folder);
    for other in &parts {
        let first = parts.first().map_or(&[][..], Vec::as_slice);
        let common = first
            .iter()
            .zip(other)
            .take_while(|(left, right)| left == right)
            .count();
        shared = shared.min(common).min(folder(other));
    }
    parts
        .iter()
        .map(|parts| {
            let mut below: Vec<&str> = parts.get(shared..).unwrap_or_default().to_vec();
            let last = below.pop().unwrap_or_default();
            let stem = last.strip_suffix(".py").unwrap_or(last);
            let is_package = stem == "__init__";
            if !is_package || below.is_empty() {
                below.push(stem);
            }
            (below.join("."), is_package)
        })
        .collect()
}

/// The call graph on one line. Every function of the program is a key; spawned functions are callees of what spawns them.
#[must_use]
pub fn pycg_json(program: &Program) -> String {
    let names = function_names(program);
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (function, name) in program.functions.iter().zip(&names) {
        if function.kind != FunctionKind::ClassBody {
            graph.entry(name.clone()).or_default();
        }
    }
    for call in &program.calls {
        let caller = caller_name(program, &names, call.caller);
        for edge in &call.edges {
            if call.kind == CallKind::Decorate
                && matches!(edge.target, Target::External(_) | Target::Entry { .. })
            {
                continue;
            }
            let callee = match &edge.target {
                Target::Function(function) => names.get(function.0 as usize).cloned(),
                // The constructor, if the program has one, is an edge of its own.
                Target::Class(_) => None,
                Target::Entry { name, .. } => external_name(name),
                Target::External(name) if name.starts_with("?.") => None,
                Target::External(name) => external_name(name),
            };
            let Some(callee) = callee else { continue };
            if matches!(edge.kind, EdgeKind::Call | EdgeKind::Spawn(_)) {
                graph.entry(callee.clone()).or_default();
                graph.entry(caller.clone()).or_default().insert(callee);
            }
        }
    }
    serde_json::to_string(&graph).unwrap_or_default()
}

/// PyCG attributes what a class body calls to the scope around the class.
fn caller_name(program: &Program, names: &[String], caller: FuncId) -> String {
    let mut id = caller;
    while let Some(Function {
        kind: FunctionKind::ClassBody,
        parent: Some(parent),
        ..
    }) = program.functions.get(id.0 as usize)
    {
        id = *parent;
    }
    names.get(id.0 as usize).cloned().unwrap_or_default()
}

fn external_name(name: &str) -> Option<String> {
    let Some(builtin) = name.strip_prefix("builtins.") else {
        return Some(name.to_owned());
    };
    // What only moves values between containers is an assignment here, as `d[k] = v` is.
    let moves = |flow: &ungreen_catalog::Flow| {
        !(flow.stores.is_empty() && flow.spreads.is_empty() && flow.merges.is_empty())
    };
    if ungreen_catalog::flow(name).is_some_and(moves) {
        return None;
    }
    match builtin.split_once('.') {
        None => Some(format!("<builtin>.{builtin}")),
        Some(("str", method)) => Some(format!("<**PyStr**>.{method}")),
        Some(("dict", method)) => Some(format!("<**PyDict**>.{method}")),
        Some(("list", method)) => Some(format!("<**PyList**>.{method}")),
        Some(("tuple", method)) => Some(format!("<**PyTuple**>.{method}")),
        Some(("set", method)) => Some(format!("<**PySet**>.{method}")),
        // PyCG has no names for the members of other builtin classes.
        Some(_) => None,
    }
}

fn function_names(program: &Program) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(program.functions.len());
    let mut lambdas: FxHashMap<u32, u32> = FxHashMap::default();
    let bodies: FxHashMap<FuncId, &Class> = program
        .classes
        .iter()
        .map(|class| (class.body, class))
        .collect();
    for (index, function) in program.functions.iter().enumerate() {
        let name = match function.parent {
            None => program
                .files
                .get(function.file.0 as usize)
                .map(|file| file.module.clone())
                .unwrap_or_default(),
            Some(parent) => {
                let own = if function.kind == FunctionKind::Lambda {
                    let count = lambdas.entry(parent.0).or_insert(0);
                    *count += 1;
                    format!("<lambda{count}>")
                } else {
                    bodies
                        .get(&FuncId(index as u32))
                        .map_or(&function.name, |class| &class.name)
                        .clone()
                };
                let scope = names.get(parent.0 as usize).map_or("", String::as_str);
                format!("{scope}.{own}")
            }
        };
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_named_below_the_shared_folder() {
        let names = pycg_modules(&["/a/main.py", "/a/nested/__init__.py", "/a/nested/mod.py"]);
        assert_eq!(
            names,
            [
                ("main".to_owned(), false),
                ("nested".to_owned(), true),
                ("nested.mod".to_owned(), false)
            ]
        );
        assert_eq!(pycg_modules(&["/a/main.py"]), [("main".to_owned(), false)]);
    }
}
