//! Calls of `monkey_patch()`: what they patch, and what came too early or too late.

use ruff_python_ast as ast;
use ruff_python_ast::Expr;
use ruff_text_size::TextRange;

/// Flags that count when the call names none.
const DEFAULT_ON: [&str; 7] = [
    "os",
    "psycopg",
    "select",
    "socket",
    "subprocess",
    "thread",
    "time",
];
/// Flags that count only when the call sets them.
const DEFAULT_OFF: [&str; 2] = ["MySQLdb", "builtins"];

/// What one call of `monkey_patch()` patches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patching {
    /// Names of flags, sorted.
    pub flags: Vec<&'static str>,
    /// An argument is not a constant, so that more or less may be patched.
    pub uncertain: bool,
}

impl Patching {
    pub(crate) fn of(call: &ast::ExprCall) -> Self {
        let mut given: Vec<(&str, bool)> = Vec::new();
        let mut uncertain = !call.arguments.args.is_empty();
        for keyword in &call.arguments.keywords {
            match (&keyword.arg, &keyword.value) {
                (Some(name), Expr::BooleanLiteral(value)) => given.push((name, value.value)),
                (Some(name), Expr::NoneLiteral(_)) => given.push((name, false)),
                (Some(name), _) => {
                    uncertain = true;
                    given.push((name, true));
                }
                (None, _) => uncertain = true,
            }
        }
        let value_of = |flag: &str| {
            given
                .iter()
                .rev()
                .find(|(name, _)| *name == flag)
                .map(|(_, value)| *value)
        };
        let limited = given.iter().any(|(name, value)| *value && *name != "all");
        let others = value_of("all").unwrap_or(!limited);
        let on = DEFAULT_ON
            .into_iter()
            .filter(|flag| value_of(flag).unwrap_or(others));
        let extra = DEFAULT_OFF
            .into_iter()
            .filter(|flag| value_of(flag).unwrap_or(false));
        let mut flags: Vec<&'static str> = on.chain(extra).collect();
        flags.sort_unstable();
        Self { flags, uncertain }
    }
}

/// Something in a scope whose place before or after `monkey_patch()` counts.
#[derive(Debug)]
pub(crate) enum Event {
    /// `import threading`, `from time import sleep`: text for the report, and the flags under which it matters (none: under any).
    EarlyImport {
        text: String,
        flag: Option<&'static str>,
    },
    Patch(Patching),
    UseHub,
}

/// An [`Event`] with its place and the function (or module) body that it belongs to.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) scope: usize,
    pub(crate) range: TextRange,
    pub(crate) event: Event,
}

/// A mistake in the order of [`Event`]s.
#[derive(Debug)]
pub(crate) enum Disorder {
    /// Imports that come before the call of `monkey_patch()` at `range`, with their places.
    PatchedLate {
        range: TextRange,
        imports: Vec<(String, TextRange)>,
    },
    /// The hub is chosen at `range`, after `monkey_patch()` at `patched`.
    HubLate {
        range: TextRange,
        patched: TextRange,
    },
}

/// The import event of `import module` or `from module import name`, if its order counts.
pub(crate) fn import_event(module: &str, name: Option<&str>) -> Option<Event> {
    let root = module.split('.').next().unwrap_or(module);
    let text = match name {
        Some(name) => format!("from {module} import {name}"),
        None => format!("import {module}"),
    };
    if root == "asyncio" {
        return Some(Event::EarlyImport { text, flag: None });
    }
    if module == "threading" {
        return Some(Event::EarlyImport {
            text,
            flag: Some("thread"),
        });
    }
    let entry = ungreen_catalog::catalog().entry(&format!("{module}.{}", name?))?;
    if entry.origin != ungreen_catalog::Origin::Stdlib {
        return None;
    }
    let flag = entry.monkey_flag.as_deref()?;
    Some(Event::EarlyImport {
        text,
        flag: Some(flag),
    })
}

/// Mistakes, by place.
pub(crate) fn disorders(events: &[Placed]) -> Vec<Disorder> {
    let mut found = Vec::new();
    for patch in events {
        let Event::Patch(patching) = &patch.event else {
            continue;
        };
        let same_scope = |other: &&Placed| other.scope == patch.scope;
        let imports: Vec<(String, TextRange)> = events
            .iter()
            .filter(same_scope)
            .filter(|other| other.range.start() < patch.range.start())
            .filter_map(|other| match &other.event {
                Event::EarlyImport { text, flag }
                    if flag.is_none_or(|flag| patching.flags.contains(&flag)) =>
                {
                    Some((text.clone(), other.range))
                }
                _ => None,
            })
            .collect();
        if !imports.is_empty() {
            found.push(Disorder::PatchedLate {
                range: patch.range,
                imports,
            });
        }
    }
    for hub in events
        .iter()
        .filter(|event| matches!(event.event, Event::UseHub))
    {
        let earlier = events.iter().find(|event| {
            event.scope == hub.scope
                && event.range.start() < hub.range.start()
                && matches!(event.event, Event::Patch(_))
        });
        if let Some(patch) = earlier {
            found.push(Disorder::HubLate {
                range: hub.range,
                patched: patch.range,
            });
        }
    }
    found
}
