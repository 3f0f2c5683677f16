//! What decorators from outside the program mean for coroutines; from `data/decorators.toml`.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

/// What a decorator does to a function that is to become a coroutine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecoratorEffect {
    /// The decorated name still is that coroutine function.
    Transparent,
    /// The generator becomes a context manager.
    Context,
    /// The function runs on attribute access.
    Property,
    /// The decorator needs the function sync.
    Pin,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    names: Vec<String>,
    #[serde(rename = "why")]
    _why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    transparent: Row,
    context: Row,
    property: Row,
    pin: Row,
}

fn parse() -> Result<FxHashMap<String, DecoratorEffect>, toml::de::Error> {
    let table: Table = toml::from_str(include_str!("../data/decorators.toml"))?;
    let mut effects = FxHashMap::default();
    for (row, effect) in [
        (table.transparent, DecoratorEffect::Transparent),
        (table.context, DecoratorEffect::Context),
        (table.property, DecoratorEffect::Property),
        (table.pin, DecoratorEffect::Pin),
    ] {
        effects.extend(row.names.into_iter().map(|name| (name, effect)));
    }
    Ok(effects)
}

/// What the decorator with this dotted name does. A row covers what is below it as well (`pytest.mark` covers `pytest.mark.slow`).
/// `None` when nothing is known.
#[must_use]
pub fn decorator_effect(dotted: &str) -> Option<DecoratorEffect> {
    static EFFECTS: OnceLock<FxHashMap<String, DecoratorEffect>> = OnceLock::new();
    // The table is part of the program; that it parses is a test of this module.
    let effects = EFFECTS.get_or_init(|| parse().unwrap_or_default());
    let mut name = dotted;
    loop {
        if let Some(effect) = effects.get(name) {
            return Some(*effect);
        }
        name = name.rsplit_once('.')?.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_parses() {
        assert!(parse().is_ok_and(|effects| effects.len() > 20));
    }

    #[test]
    fn a_row_covers_what_is_below_it() {
        assert_eq!(
            decorator_effect("pytest.mark.slow"),
            Some(DecoratorEffect::Transparent)
        );
        assert_eq!(
            decorator_effect("functools.cached_property"),
            Some(DecoratorEffect::Property)
        );
        assert_eq!(decorator_effect("flask.Flask.route"), None);
    }
}
