//! Calls of which only the name is known: `plugin.get_network(id)`, where a library chooses the plugin.
//!
//! If everything that the program has of this name would suspend, so does the call, most likely. It is only a demand, and nothing is
//! written for it. If a part of it would, the Plan is not sure of the caller.

use std::collections::{BTreeMap, VecDeque};

use ungreen_callgraph::{
    CallId, CallKind, CallSite, FuncId, Function, FunctionKind, Target, Unresolved,
};
use ungreen_catalog::is_common_name;

use crate::coloring::{Coloring, direct_targets};
use crate::{Input, Reason};

/// Of one name: the calls, and the functions of the program that they may reach.
#[derive(Default)]
struct Named {
    calls: Vec<CallId>,
    functions: Vec<FuncId>,
}

impl Coloring<'_> {
    /// Colors what makes such calls, and notes those of which nothing can be said.
    pub(crate) fn follow_names(&mut self) {
        let program = self.input.program;
        let mut names = named(self.input);
        loop {
            let mut queue = VecDeque::new();
            for Named { calls, functions } in names.values_mut() {
                calls.retain(|call| {
                    let caller = program.calls[call.0 as usize].caller;
                    let target = self.all_suspend(functions, caller);
                    let Some(target) = target else { return true };
                    let reason = Reason::MayCall {
                        call: *call,
                        target,
                    };
                    self.color(caller, reason, &mut queue);
                    false
                });
            }
            if queue.is_empty() {
                break;
            }
            self.settle(queue);
        }
        self.unsure = vec![None; program.functions.len()];
        for named in names.values() {
            let Some(target) = named
                .functions
                .iter()
                .find(|function| self.colored[function.0 as usize])
            else {
                continue;
            };
            for call in &named.calls {
                let caller = program.calls[call.0 as usize].caller.0 as usize;
                if !self.colored[caller] && self.unsure[caller].is_none() {
                    self.unsure[caller] = Some((*call, *target));
                }
            }
        }
    }

    /// One of the functions, if all of them but the caller itself would suspend.
    fn all_suspend(&self, functions: &[FuncId], caller: FuncId) -> Option<FuncId> {
        let mut others = functions.iter().filter(|function| **function != caller);
        let first = *others.next()?;
        let suspends = |function: &FuncId| self.colored[function.0 as usize];
        (suspends(&first) && others.all(suspends)).then_some(first)
    }
}

fn named<'a>(input: &'a Input<'_>) -> BTreeMap<&'a str, Named> {
    let program = input.program;
    let is_test = |function: FuncId| {
        let file = program.functions[function.0 as usize].file;
        input.test_files.contains(&file)
    };
    let mut names: BTreeMap<&str, Named> = BTreeMap::new();
    for (site, id) in program.calls.iter().zip((0..).map(CallId)) {
        if input.test_files.contains(&site.file)
            || !is_open(site)
            || direct_targets(site).any(|function| !is_test(function))
        {
            continue;
        }
        if let Some(name) = attribute(input, site)
            && !is_common_name(name)
        {
            names.entry(name).or_default().calls.push(id);
        }
    }
    // What is found on an object is a method; functions of a module only where no class has the name: `IMPL.host_get`.
    let is_in = |function: &Function, of_class: bool| {
        if of_class {
            return function.class.is_some();
        }
        function
            .parent
            .is_some_and(|parent| program.functions[parent.0 as usize].kind == FunctionKind::Module)
    };
    for of_class in [true, false] {
        let mut found: BTreeMap<&str, Vec<FuncId>> = BTreeMap::new();
        for (function, id) in program.functions.iter().zip((0..).map(FuncId)) {
            if function.kind == FunctionKind::Def
                && is_in(function, of_class)
                && !input.test_files.contains(&function.file)
                && names
                    .get(function.name.as_str())
                    .is_some_and(|named| named.functions.is_empty())
            {
                found.entry(&function.name).or_default().push(id);
            }
        }
        for (name, functions) in found {
            if let Some(named) = names.get_mut(name) {
                named.functions = functions;
            }
        }
    }
    names
}

/// What the call reaches is not known, or comes from what a library gives.
fn is_open(site: &CallSite) -> bool {
    if site.kind != CallKind::Call {
        return false;
    }
    let mut called = site
        .edges
        .iter()
        .filter(|edge| edge.argument.is_none())
        .map(|edge| &edge.target)
        .peekable();
    let is_given = |target: &Target| match target {
        // `?.run`: of a class outside the program of which nothing is known.
        Target::External(name) => name.starts_with("?.") || name.split('.').count() > 3,
        Target::Function(_) => true,
        Target::Class(_) | Target::Entry { .. } => false,
    };
    match site.unresolved {
        None => called.peek().is_some() && called.all(is_given),
        Some(
            Unresolved::UnknownReceiver
            | Unresolved::Parameter
            | Unresolved::Opaque
            | Unresolved::TooManyTargets,
        ) => called.all(is_given),
        Some(Unresolved::UnboundName | Unresolved::MissingModule | Unresolved::Dynamic) => false,
    }
}

/// `run` of `task.run`.
fn attribute<'a>(input: &Input<'a>, site: &CallSite) -> Option<&'a str> {
    let text = input
        .modules
        .get(site.file.0 as usize)?
        .source
        .get(site.callee.to_std_range())?;
    Some(text.rsplit_once('.')?.1.trim())
}
