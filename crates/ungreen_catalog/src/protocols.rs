//! Methods that libraries call on instances of classes that derive from their own; from `data/protocols.toml`.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    classes: Vec<String>,
    methods: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    protocol: Vec<Row>,
}

type Protocols = FxHashMap<String, Vec<String>>;

fn parse() -> Result<Protocols, toml::de::Error> {
    let table: Table = toml::from_str(include_str!("../data/protocols.toml"))?;
    let mut protocols = Protocols::default();
    for row in table.protocol {
        for class in row.classes {
            protocols
                .entry(class)
                .or_default()
                .extend(row.methods.iter().cloned());
        }
    }
    Ok(protocols)
}

/// Does the library of the class (by dotted name) call the method on instances of classes that derive from it?
#[must_use]
pub fn is_called_by_library(class: &str, method: &str) -> bool {
    static PROTOCOLS: OnceLock<Protocols> = OnceLock::new();
    // The table is part of the program; that it parses is a test of this module.
    let protocols = PROTOCOLS.get_or_init(|| parse().unwrap_or_default());
    protocols.get(class).is_some_and(|methods| {
        methods
            .iter()
            .any(|pattern| match pattern.strip_suffix('*') {
                Some(prefix) => method.starts_with(prefix),
                None => method == pattern,
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_parses() {
        assert!(parse().is_ok_and(|protocols| protocols.len() > 20));
    }

    #[test]
    fn patterns() {
        assert!(is_called_by_library(
            "http.server.BaseHTTPRequestHandler",
            "do_GET"
        ));
        assert!(is_called_by_library("logging.Handler", "emit"));
        assert!(!is_called_by_library("logging.Handler", "emit_all"));
    }
}
