//! Diagnostic codes; from `data/codes.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

/// What a code means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// `UG` and three digits.
    pub code: String,
    pub title: String,
    pub what: String,
    pub why: String,
    /// What to do.
    pub advice: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    code: Vec<Code>,
}

/// All codes, in order.
#[must_use]
pub fn codes() -> &'static [Code] {
    static CODES: OnceLock<Vec<Code>> = OnceLock::new();
    // The table is part of the program, and a test of this module loads it.
    CODES.get_or_init(|| {
        toml::from_str::<Table>(include_str!("../data/codes.toml"))
            .map(|table| table.code)
            .unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scenario;

    #[test]
    fn codes_are_ordered_and_cover_the_scenarios() {
        let codes: Vec<&str> = codes().iter().map(|code| code.code.as_str()).collect();
        assert!(codes.is_sorted());
        for scenario in Scenario::ALL {
            assert!(codes.contains(&scenario.code()), "{}", scenario.code());
        }
    }
}
