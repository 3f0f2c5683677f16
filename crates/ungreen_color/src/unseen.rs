//! Calls of which only the name is known. One that reaches a coroutine function would leave it un-awaited.

use rustc_hash::FxHashMap;
use ungreen_callgraph::{CallId, CallKind, FileId, FuncId, FunctionKind, Place, Unresolved};

use crate::coloring::{Coloring, direct_targets};
use crate::{Input, Pin, PinKind};

#[derive(Debug, Default)]
pub(crate) struct UnseenCalls {
    /// `x.run()`, by the name of the method.
    methods: FxHashMap<String, Vec<CallId>>,
    /// `run()`, by file: what a decorator made of a function.
    functions: FxHashMap<(FileId, String), Vec<CallId>>,
}

impl UnseenCalls {
    pub(crate) fn new(input: &Input<'_>) -> Self {
        let mut unseen = Self::default();
        for (site, index) in input.program.calls.iter().zip(0..) {
            let is_known = matches!(
                site.unresolved,
                None | Some(Unresolved::MissingModule | Unresolved::UnboundName)
            );
            if site.kind != CallKind::Call || is_known {
                continue;
            }
            let callee = input
                .modules
                .get(site.file.0 as usize)
                .and_then(|module| module.source.get(site.callee.to_std_range()));
            match callee.map(|text| {
                text.rsplit_once('.')
                    .map_or((text, false), |(_, name)| (name.trim(), true))
            }) {
                Some((name, true)) => unseen
                    .methods
                    .entry(name.to_string())
                    .or_default()
                    .push(CallId(index)),
                Some((name, false)) => unseen
                    .functions
                    .entry((site.file, name.to_string()))
                    .or_default()
                    .push(CallId(index)),
                None => {}
            }
        }
        unseen
    }
}

impl Coloring<'_> {
    /// A call that may be one of the function, and would not await it.
    pub(crate) fn unseen_caller(&self, function: FuncId) -> Option<Pin> {
        let program = self.input.program;
        let facts = &program.functions[function.0 as usize];
        if self.input.unfinished || facts.kind != FunctionKind::Def {
            return None;
        }
        let calls = if facts.class.is_some() {
            self.unseen.methods.get(&facts.name)
        } else if facts.decorators.is_empty() {
            None
        } else {
            self.unseen.functions.get(&(facts.file, facts.name.clone()))
        };
        let call = calls?.iter().find(|call| {
            !direct_targets(&program.calls[call.0 as usize]).any(|target| target == function)
        })?;
        let site = &program.calls[call.0 as usize];
        Some(Pin {
            kind: PinKind::Unseen,
            place: Place {
                file: site.file,
                range: site.range,
            },
            detail: "this call may reach it by its name, and what the call reaches is not known"
                .to_string(),
        })
    }
}
