//! Which methods can matter to a migration, by name: those that may suspend, and those that lead to objects that do.

use rustc_hash::FxHashSet;
use ungreen_catalog::{Entry, Kind, Origin, Switch, catalog};

use crate::facts::Facts;
use crate::flow::{Callee, Solver, Value, Var};
use crate::{CallKind, EdgeKind};

/// Names of methods of the program and of the catalog of which it can matter where a call goes.
pub(crate) fn names(solver: &Solver<'_, '_>) -> FxHashSet<String> {
    let imported = imported(solver);
    let mut names: FxHashSet<String> = FxHashSet::default();
    for entry in catalog().entries() {
        if let (Some(owner), Some((_, method))) = (&entry.owner, entry.name.rsplit_once('.'))
            && is_imported(&imported, entry, owner)
            && matters(entry)
        {
            names.insert(method.to_owned());
        }
    }
    let suspending = suspending(solver);
    let lively: FxHashSet<u32> = solver
        .functions
        .iter()
        .zip(&suspending)
        .filter(|(_, suspends)| **suspends)
        .filter_map(|(function, _)| function.class)
        .collect();
    for (function, suspends) in solver.functions.iter().zip(&suspending) {
        if function.class.is_some()
            && (*suspends || function.is_async() || leads_on(solver, &lively, function.results()))
        {
            names.insert(function.ir.name.to_owned());
        }
    }
    names
}

/// Reading a plain attribute (`thread.name`) neither suspends nor leads to what does, and what the standard library's class becomes has it.
fn matters(entry: &Entry) -> bool {
    entry.origin == Origin::Eventlet
        || entry.kind != Kind::Attribute
        || entry.switch != Switch::Never
        || entry.returns.is_some()
}

/// First components of all imports.
fn imported<'a>(solver: &Solver<'_, 'a>) -> FxHashSet<String> {
    solver
        .files
        .iter()
        .flat_map(|file| &file.ir.imports)
        .filter_map(|import| import.binding.target.split('.').next().map(str::to_owned))
        .collect()
}

/// The program can come by an object of the class.
fn is_imported(imported: &FxHashSet<String>, entry: &Entry, owner: &str) -> bool {
    let root = match entry.origin {
        Origin::Eventlet => "eventlet",
        Origin::Stdlib => owner.split('.').next().unwrap_or_default(),
    };
    imported.contains(root)
}

/// Functions that call something that may suspend, or what they are given, directly or through others, or that run as green threads.
fn suspending(solver: &Solver<'_, '_>) -> Vec<bool> {
    let mut callers: Vec<Vec<u32>> = vec![Vec::new(); solver.written_functions() as usize];
    let mut pending: Vec<u32> = Vec::new();
    for site in &solver.sites {
        for (kind, callee, _) in &site.edges {
            match (kind, callee) {
                (EdgeKind::Call, Callee::Function(function)) => {
                    callers[*function as usize].push(site.spot.function);
                }
                (EdgeKind::Spawn(_), Callee::Function(function)) => pending.push(*function),
                (_, Callee::External(name, _)) => {
                    let may_suspend = Facts::of(solver.names.text(*name))
                        .entry
                        .is_some_and(|entry| entry.switch != Switch::Never);
                    if may_suspend {
                        pending.push(site.spot.function);
                    }
                }
                _ => {}
            }
        }
    }
    pending.extend(calling_parameters(solver));
    let mut suspends = vec![false; solver.written_functions() as usize];
    while let Some(function) = pending.pop() {
        if !std::mem::replace(&mut suspends[function as usize], true) {
            pending.extend(&callers[function as usize]);
        }
    }
    suspends
}

/// `def fetch(self, callback): callback()`, as long as no call gives the parameter a value.
fn calling_parameters<'s>(solver: &'s Solver<'_, '_>) -> impl Iterator<Item = u32> + 's {
    solver.files.iter().flat_map(move |file| {
        file.ir.sites.iter().filter_map(move |site| {
            let function = file.first_function + site.function;
            let callee = file.first_var + site.callee.0;
            let info = solver.functions.get(function as usize)?;
            let is_open = site.kind == CallKind::Call
                && info.class.is_some()
                && solver.values_of(callee).is_empty()
                && info
                    .parameters
                    .iter()
                    .any(|parameter| parameter.var == callee);
            is_open.then_some(function)
        })
    })
}

/// The result can be an object that suspends, or a function.
fn leads_on(solver: &Solver<'_, '_>, lively: &FxHashSet<u32>, results: [Var; 2]) -> bool {
    results
        .into_iter()
        .flat_map(|var| solver.values_of(var))
        .any(|id| match solver.values.get(*id) {
            Value::Function(_) | Value::Bound { .. } => true,
            Value::Instance { class, object } => object.is_some() || lively.contains(&class),
            Value::Family(class) => lively.contains(&class),
            Value::ExternalInstance { object, .. } => object.is_some(),
            _ => false,
        })
}
