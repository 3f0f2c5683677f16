//! Calls of which only the name is known. One that reaches a coroutine function would leave it un-awaited.

use ruff_python_stdlib::sys::is_known_standard_library;
use rustc_hash::FxHashMap;
use ungreen_callgraph::{
    CallId, CallKind, ClassId, Edge, FileId, FuncId, Function, FunctionKind, Place, Program,
    Target, Unresolved,
};

use ungreen_catalog::{Kind, catalog};

use crate::coloring::{Coloring, direct_targets};
use crate::{Input, Pin, PinKind};

/// The newest minor version of Python 3 whose standard library is told from other modules.
const NEWEST_MINOR: u8 = 13;

#[derive(Debug, Default)]
pub(crate) struct UnseenCalls {
    /// `x.run()`, by the name of the method.
    methods: FxHashMap<String, Vec<CallId>>,
    /// `run()`, by file: what a decorator made of a function.
    functions: FxHashMap<(FileId, String), Vec<CallId>>,
    /// The first call of a method outside the program, by its name.
    known_methods: FxHashMap<String, Place>,
    /// Where a function is mentioned without being called.
    values: FxHashMap<FuncId, Place>,
}

impl UnseenCalls {
    pub(crate) fn new(input: &Input<'_>) -> Self {
        let mut unseen = Self::default();
        for (site, index) in input.program.calls.iter().zip(0..) {
            if site.kind != CallKind::Call {
                continue;
            }
            if let Some(name) = site.edges.iter().find_map(method_outside) {
                unseen
                    .known_methods
                    .entry(name.to_string())
                    .or_insert(Place {
                        file: site.file,
                        range: site.range,
                    });
            }
            let is_known = matches!(
                site.unresolved,
                None | Some(Unresolved::MissingModule | Unresolved::UnboundName)
            );
            if is_known {
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
        for reference in &input.program.references {
            for target in &reference.targets {
                if let Target::Function(function) = target {
                    unseen.values.entry(*function).or_insert(reference.place);
                }
            }
        }
        unseen
    }

    /// The calls that may be one of the function, for all that is known of them.
    pub(crate) fn calls_of<'a>(
        &'a self,
        program: &'a Program,
        function: FuncId,
    ) -> impl Iterator<Item = CallId> + 'a {
        let facts = &program.functions[function.0 as usize];
        let calls = if facts.kind != FunctionKind::Def {
            None
        } else if facts.class.is_some() {
            self.methods.get(&facts.name)
        } else if facts.decorators.is_empty() {
            None
        } else {
            self.functions.get(&(facts.file, facts.name.clone()))
        };
        calls.into_iter().flatten().copied().filter(move |call| {
            !direct_targets(&program.calls[call.0 as usize]).any(|target| target == function)
        })
    }
}

/// `wait` of `subprocess.Popen.wait`.
fn method_outside(edge: &Edge) -> Option<&'static str> {
    let Target::Entry { name, .. } = &edge.target else {
        return None;
    };
    let entry = catalog().entry(name)?;
    (entry.kind == Kind::Method && edge.argument.is_none())
        .then(|| name.rsplit('.').next())
        .flatten()
}

impl Coloring<'_> {
    /// A call that may be one of the function, and would not await it.
    pub(crate) fn unseen_caller(&self, function: FuncId) -> Option<Pin> {
        let program = self.input.program;
        let facts = &program.functions[function.0 as usize];
        if self.input.unfinished || !matches!(facts.kind, FunctionKind::Def | FunctionKind::Lambda)
        {
            return None;
        }
        if self.has_no_caller(function)
            && let Some(pin) = self
                .registered(facts)
                .or_else(|| self.hook(facts))
                .or_else(|| self.handed_on(function))
                .or_else(|| self.stands_for_another(facts))
        {
            return Some(pin);
        }
        let call = self.unseen.calls_of(program, function).next()?;
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

    /// Nothing that is seen runs the function or one of its family, and no proposal says who does.
    fn has_no_caller(&self, function: FuncId) -> bool {
        let is_wanted = |function: &FuncId| {
            self.input.policies.asynchronous.contains(function)
                || self.lifted.contains_key(function)
                || self
                    .proposals_by_coroutine
                    .get(function)
                    .is_some_and(|proposals| proposals.iter().any(|index| self.active[*index]))
        };
        let family = self.families.of(function);
        !family.iter().chain([&function]).any(|member| {
            is_wanted(member)
                || self.runners[member.0 as usize].iter().any(|call| {
                    self.input.program.calls[call.0 as usize].kind != CallKind::Decorate
                })
        })
    }

    /// `@handles("packet")`, by a decorator of the program: it may note the function for whoever calls it.
    fn registered(&self, facts: &Function) -> Option<Pin> {
        let decorator = facts.decorators.iter().find(|decorator| {
            decorator
                .targets
                .iter()
                .any(|target| matches!(target, Target::Function(_) | Target::Class(_)))
        })?;
        Some(Pin {
            kind: PinKind::Unseen,
            place: Place {
                file: facts.file,
                range: decorator.range,
            },
            detail: format!(
                "`@{}` may register it for a call that is not seen",
                decorator.text
            ),
        })
    }

    /// `connection.send = slow_send`: it is a value here, and nothing that is seen calls it.
    fn handed_on(&self, function: FuncId) -> Option<Pin> {
        let facts = &self.input.program.functions[function.0 as usize];
        let place = if facts.kind == FunctionKind::Lambda {
            Place {
                file: facts.file,
                range: facts.range,
            }
        } else {
            *self.unseen.values.get(&function)?
        };
        Some(Pin {
            kind: PinKind::Unseen,
            place,
            detail: "it is handed on here, and nothing seen calls it".to_string(),
        })
    }

    /// A method that nothing calls, in a test, or where methods of other classes are called by its name: its objects may take their place.
    ///
    /// ```python
    /// class SlowSocket:
    ///     def recv(self, size):           # `connection.recv(1024)` elsewhere
    ///         eventlet.sleep(1)
    /// ```
    fn stands_for_another(&self, facts: &Function) -> Option<Pin> {
        facts.class?;
        let place = Place {
            file: facts.file,
            range: facts.name_range,
        };
        if self.input.test_files.contains(&facts.file) {
            return Some(Pin {
                kind: PinKind::Unseen,
                place,
                detail: "nothing seen calls it: objects of its class may take the place of others in what is tested".to_string(),
            });
        }
        let place = *self.unseen.known_methods.get(&facts.name)?;
        Some(Pin {
            kind: PinKind::Unseen,
            place,
            detail: format!(
                "nothing seen calls it, and this call of `{}` is one of another class, whose place its objects may take",
                facts.name
            ),
        })
    }

    /// A method of a class with a base of which nothing is known, which may be what calls it.
    fn hook(&self, facts: &Function) -> Option<Pin> {
        let base = self.unknown_base(facts.class?, 32)?;
        Some(Pin {
            kind: PinKind::Unseen,
            place: Place {
                file: facts.file,
                range: facts.name_range,
            },
            detail: format!("nothing seen calls it, but `{base}`, a base of its class, may"),
        })
    }

    /// `depth` bounds the length of a chain of bases.
    fn unknown_base(&self, class: ClassId, depth: usize) -> Option<&str> {
        let depth = depth.checked_sub(1)?;
        let class = self.input.program.classes.get(class.0 as usize)?;
        class.bases.iter().find_map(|base| match &base.target {
            Target::Class(above) => self.unknown_base(*above, depth),
            Target::External(name) => {
                let root = name.split('.').next().unwrap_or_default();
                let is_known = root == "builtins" || is_known_standard_library(NEWEST_MINOR, root);
                (!is_known).then_some(name.as_str())
            }
            Target::Entry { .. } | Target::Function(_) => None,
        })
    }
}
