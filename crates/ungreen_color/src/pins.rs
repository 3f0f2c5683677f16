//! What keeps a function from becoming a coroutine.

use rustc_hash::FxHashMap;
use ungreen_callgraph::{
    CallKind, CallSite, EdgeKind, FileId, FuncId, Function, FunctionKind, Place, Program, Target,
};
use ungreen_catalog::{DecoratorEffect, SpawnKind, catalog, decorator_effect, flow};

use crate::syntax::Syntax;
use crate::{Pin, PinKind};

/// Dunder methods that are called like ordinary ones, or whose protocol is asynchronous.
const AWAITABLE_DUNDERS: &[&str] = &[
    "__call__",
    "__aenter__",
    "__aexit__",
    "__aiter__",
    "__anext__",
];

/// The pins that can be told from the program alone, by function. A function may have several.
pub(crate) struct Pins {
    by_function: FxHashMap<FuncId, Vec<Pin>>,
}

impl Pins {
    /// `is_test_file` says of a file whether a test runner collects it. `unfinished`: what reaches the program is taken not to leave it as well.
    pub(crate) fn new(
        program: &Program,
        syntax: &[Syntax],
        is_test_file: &dyn Fn(FileId) -> bool,
        unfinished: bool,
    ) -> Self {
        let mut pins = Self {
            by_function: FxHashMap::default(),
        };
        for (index, function) in program.functions.iter().enumerate() {
            let id = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
            if function.is_async || function.kind != FunctionKind::Def {
                continue;
            }
            for pin in own_pins(function) {
                pins.add(id, pin);
            }
            if is_test_file(function.file) && is_collected(program, function) {
                pins.add(
                    id,
                    pin(function, PinKind::TestRunner, "the test runner calls it"),
                );
            }
        }
        for call in &program.calls {
            for edge in &call.edges {
                let Target::Function(target) = edge.target else {
                    continue;
                };
                let place = Place {
                    file: call.file,
                    range: edge.argument.unwrap_or(call.range),
                };
                let (kind, detail) = match (edge.kind, edge.argument) {
                    (EdgeKind::Call, None) => match call.kind {
                        CallKind::Decorate => (PinKind::Decorator, "it is used as a decorator"),
                        CallKind::Implicit => (
                            PinKind::Property,
                            "it runs without a call that could be awaited",
                        ),
                        CallKind::Call | CallKind::Iterate | CallKind::With => continue,
                    },
                    (EdgeKind::Call, Some(_)) => (
                        PinKind::Callback,
                        "it is handed to a function that calls it synchronously",
                    ),
                    (EdgeKind::Spawn(SpawnKind::Green), _) => continue,
                    (EdgeKind::Spawn(SpawnKind::Callback), _) => {
                        (PinKind::Callback, "it is registered as a callback")
                    }
                    (EdgeKind::Spawn(SpawnKind::Thread | SpawnKind::Process), _) => (
                        PinKind::RealThread,
                        "it runs in a thread or process of its own",
                    ),
                };
                pins.add(
                    target,
                    Pin {
                        kind,
                        place,
                        detail: detail.to_string(),
                    },
                );
            }
        }
        pins.escaping_references(program, syntax, unfinished);
        pins
    }

    fn add(&mut self, function: FuncId, pin: Pin) {
        let pins = self.by_function.entry(function).or_default();
        if !pins
            .iter()
            .any(|known| known.kind == pin.kind && known.place == pin.place)
        {
            pins.push(pin);
        }
    }

    /// `register(on_event)`: a function given to code outside the program, or to a call that nobody could resolve.
    fn escaping_references(&mut self, program: &Program, syntax: &[Syntax], unfinished: bool) {
        for reference in &program.references {
            let Some(syntax) = syntax.get(reference.place.file.0 as usize) else {
                continue;
            };
            let Some(call_range) = syntax.arguments.get(&reference.place.range) else {
                continue;
            };
            let Some(call) = program.call_index.get(&Place {
                file: reference.place.file,
                range: *call_range,
            }) else {
                continue;
            };
            let call = &program.calls[call.0 as usize];
            // An edge made by this very argument says what happens to it.
            if call
                .edges
                .iter()
                .any(|edge| edge.argument == Some(reference.place.range))
            {
                continue;
            }
            if !leaves_program(call, unfinished) {
                continue;
            }
            for target in &reference.targets {
                if let Target::Function(function) = target {
                    self.add(
                        *function,
                        Pin {
                            kind: PinKind::Callback,
                            place: reference.place,
                            detail: "it is handed to code that Ungreen does not see".to_string(),
                        },
                    );
                }
            }
        }
    }

    /// The first pin of `function` that nothing in `lifted` removes.
    pub(crate) fn of(&self, function: FuncId, lifted: &Lifted) -> Option<&Pin> {
        self.by_function
            .get(&function)?
            .iter()
            .find(|pin| !is_lifted(pin, lifted.get(&function)))
    }

    /// The pin that says that `function` is called where no event loop may run: in a thread of the operating system, by a test
    /// runner, or by other code outside the program.
    pub(crate) fn called_without_loop(&self, function: FuncId, lifted: &Lifted) -> Option<&Pin> {
        self.by_function
            .get(&function)?
            .iter()
            .find(|pin| match pin.kind {
                PinKind::RealThread | PinKind::Callback => !is_lifted(pin, lifted.get(&function)),
                // What lifts these makes a coroutine of the function, which is not asked about then.
                PinKind::LibraryBase | PinKind::TestRunner => true,
                _ => false,
            })
    }
}

/// Pins that proposals remove, with the proposal's place, by function.
pub(crate) type Lifted = FxHashMap<FuncId, Vec<(PinKind, Place)>>;

/// A pin made by one call is removed only by a proposal about that call; one of the function itself by any.
fn is_lifted(pin: &Pin, lifted: Option<&Vec<(PinKind, Place)>>) -> bool {
    let by_call = matches!(pin.kind, PinKind::Callback | PinKind::RealThread);
    lifted.is_some_and(|lifted| {
        lifted.iter().any(|(kind, place)| {
            *kind == pin.kind
                && (!by_call
                    || (place.file == pin.place.file
                        && place.range.contains_range(pin.place.range)))
        })
    })
}

/// May an argument of the call reach code that Ungreen does not see? Where the call reaches a function of the program, what becomes of
/// the argument is known from there, unless it reaches a known function of a library as well; that the receiver may also be something
/// unknown, such as a mock, says nothing.
fn leaves_program(call: &CallSite, unfinished: bool) -> bool {
    let mut direct = call
        .edges
        .iter()
        .filter(|edge| edge.argument.is_none())
        .peekable();
    if direct.peek().is_none() {
        return true;
    }
    let (mut leaves, mut is_known) = (false, false);
    for edge in direct {
        match &edge.target {
            Target::Class(_) => return false,
            Target::Function(_) => is_known = true,
            Target::External(name) => leaves |= !keeps_functions(name),
            Target::Entry { .. } => {}
        }
    }
    if is_known {
        return leaves && !unfinished;
    }
    leaves || call.unresolved.is_some()
}

/// Does nothing outside the program call a function that is given to this name?
fn keeps_functions(name: &str) -> bool {
    flow(name).is_some_and(|flow| flow.keeps)
}

fn pin(function: &Function, kind: PinKind, detail: impl Into<String>) -> Pin {
    Pin {
        kind,
        place: Place {
            file: function.file,
            range: function.name_range,
        },
        detail: detail.into(),
    }
}

fn own_pins(function: &Function) -> Vec<Pin> {
    let mut pins = Vec::new();
    let name = function.name.as_str();
    if function.class.is_some()
        && name.len() > 4
        && name.starts_with("__")
        && name.ends_with("__")
        && !AWAITABLE_DUNDERS.contains(&name)
    {
        pins.push(pin(
            function,
            PinKind::Dunder,
            format!("Python calls `{name}` itself"),
        ));
    }
    if let Some(base) = function
        .external_overrides
        .iter()
        .find(|base| !is_plain_object(base))
    {
        pins.push(pin(
            function,
            PinKind::LibraryBase,
            format!("it overrides `{base}`, which code outside the program calls"),
        ));
    }
    for decorator in &function.decorators {
        let place = Place {
            file: function.file,
            range: decorator.range,
        };
        if let Some((kind, detail)) = decorator_pin(&decorator.text, &decorator.targets) {
            pins.push(Pin {
                kind,
                place,
                detail,
            });
        }
    }
    pins
}

/// The name is one of a web framework of WSGI.
pub(crate) fn serves_wsgi(name: &str) -> bool {
    catalog()
        .third_party(name)
        .is_some_and(|package| package.serves_wsgi)
}

fn is_plain_object(base: &str) -> bool {
    [
        "builtins.object.",
        "typing.",
        "abc.ABC.",
        "typing_extensions.",
    ]
    .iter()
    .any(|prefix| base.starts_with(prefix))
}

fn decorator_pin(text: &str, targets: &[Target]) -> Option<(PinKind, String)> {
    let by_name = |name: &str| match decorator_effect(name) {
        Some(DecoratorEffect::Transparent) => None,
        Some(DecoratorEffect::Property) => Some((
            PinKind::Property,
            format!("`@{text}` makes it an attribute"),
        )),
        Some(DecoratorEffect::Context) => Some((
            PinKind::Decorator,
            format!("`@{text}` needs a sync generator"),
        )),
        Some(DecoratorEffect::Pin) => Some((
            PinKind::Decorator,
            format!("`@{text}` would keep the coroutine object"),
        )),
        None if serves_wsgi(name) => Some((
            PinKind::Decorator,
            format!("`@{text}` is of a framework that WSGI serves, outside of the event loop"),
        )),
        None => Some((
            PinKind::Decorator,
            format!("`@{text}` is not known to accept coroutine functions"),
        )),
    };
    // `@x.setter` and `@x.deleter` of a property.
    if text.ends_with(".setter") || text.ends_with(".deleter") || text.ends_with(".getter") {
        return Some((
            PinKind::Property,
            format!("`@{text}` makes it an attribute"),
        ));
    }
    let mut first = None;
    for target in targets {
        match target {
            // The flow of values follows a decorator of the program.
            Target::Function(_) | Target::Class(_) => return None,
            Target::Entry { name, .. } => first = first.or(Some(by_name(name))),
            Target::External(name) => first = first.or(Some(by_name(name))),
        }
    }
    first.unwrap_or_else(|| by_name(&format!("builtins.{text}")))
}

/// `test_*` functions of a module, and `test*`, `setUp`, … methods of a class in a test file.
fn is_collected(program: &Program, function: &Function) -> bool {
    match function.class {
        Some(_) => {
            function.name.starts_with("test")
                || matches!(
                    function.name.as_str(),
                    "setUp"
                        | "tearDown"
                        | "setUpClass"
                        | "tearDownClass"
                        | "setup_method"
                        | "teardown_method"
                        | "setup_class"
                        | "teardown_class"
                )
        }
        None => {
            let at_module_level = function.parent.is_some_and(|parent| {
                program.functions[parent.0 as usize].kind == FunctionKind::Module
            });
            at_module_level
                && (function.name.starts_with("test")
                    || matches!(function.name.as_str(), "setUpModule" | "tearDownModule"))
        }
    }
}
