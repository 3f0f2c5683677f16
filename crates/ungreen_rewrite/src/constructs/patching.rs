//! What `monkey_patch()` makes green in a program.

use ruff_python_ast::{self as ast, Expr};
use rustc_hash::FxHashSet;

use super::context::{Context, EntryCall};

/// Flags of `monkey_patch()`; all but `builtins` and `MySQLdb` are on by default.
const DEFAULT_FLAGS: [&str; 7] = [
    "os",
    "select",
    "socket",
    "thread",
    "time",
    "subprocess",
    "psycopg",
];

/// The modules that the program patches, by flag.
#[derive(Debug, Default, Clone)]
pub struct Patched {
    flags: FxHashSet<String>,
}

impl Patched {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut flags = FxHashSet::default();
        for call in context.calls_of("eventlet.monkey_patch") {
            flags.extend(flags_of(&call));
        }
        Self { flags }
    }

    /// What a patched import makes green.
    pub(super) fn by_default() -> Self {
        Self {
            flags: DEFAULT_FLAGS.iter().map(ToString::to_string).collect(),
        }
    }

    /// The flag is on at any site of the program.
    #[must_use]
    pub fn covers(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }
}

/// The flags that one call of `monkey_patch` turns on. What is not a literal counts as on.
#[must_use]
pub fn flags_of(call: &EntryCall<'_>) -> FxHashSet<String> {
    let arguments = &call.syntax.arguments;
    let mut on: FxHashSet<String> = FxHashSet::default();
    let mut off: FxHashSet<String> = FxHashSet::default();
    let mut all: Option<bool> = None;
    for keyword in &arguments.keywords {
        let value = literal_bool(&keyword.value).unwrap_or(true);
        match keyword.arg.as_ref().map(ast::Identifier::as_str) {
            Some("all") => all = Some(value),
            Some(flag) if value => {
                on.insert(flag.to_string());
            }
            Some(flag) => {
                off.insert(flag.to_string());
            }
            None => all = Some(true),
        }
    }
    // One flag that is on limits the call to those that are.
    if all.unwrap_or(on.is_empty()) {
        on.extend(
            DEFAULT_FLAGS
                .iter()
                .filter(|flag| !off.contains(**flag))
                .map(ToString::to_string),
        );
    }
    on
}

fn literal_bool(expression: &Expr) -> Option<bool> {
    match expression {
        Expr::BooleanLiteral(literal) => Some(literal.value),
        Expr::NoneLiteral(_) => Some(false),
        Expr::NumberLiteral(literal) => match &literal.value {
            ast::Number::Int(value) => Some(value.as_u64() != Some(0)),
            _ => None,
        },
        _ => None,
    }
}
