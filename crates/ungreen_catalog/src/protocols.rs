//! What code outside the program calls, and what with; from `data/protocols.toml`.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    classes: Vec<String>,
    methods: Vec<String>,
}

/// Parameters that follow one another in functions that are called from outside, and what they are given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Their names; `*` stands for any.
    pub parameters: Vec<String>,
    /// Dotted name of the class of each argument.
    pub classes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    signature: Vec<Signature>,
    protocol: Vec<Row>,
}

#[derive(Default)]
struct Protocols {
    methods: FxHashMap<String, Vec<String>>,
    signatures: Vec<Signature>,
}

fn parse() -> Result<Protocols, toml::de::Error> {
    let table: Table = toml::from_str(include_str!("../data/protocols.toml"))?;
    let mut protocols = Protocols {
        signatures: table.signature,
        ..Protocols::default()
    };
    for row in table.protocol {
        for class in row.classes {
            protocols
                .methods
                .entry(class)
                .or_default()
                .extend(row.methods.iter().cloned());
        }
    }
    Ok(protocols)
}

fn protocols() -> &'static Protocols {
    static PROTOCOLS: OnceLock<Protocols> = OnceLock::new();
    // The table is part of the program; that it parses is a test of this module.
    PROTOCOLS.get_or_init(|| parse().unwrap_or_default())
}

/// All signatures that are known by the names of parameters.
#[must_use]
pub fn signatures() -> &'static [Signature] {
    &protocols().signatures
}

/// Does the library of the class (by dotted name) call the method on instances of classes that derive from it?
#[must_use]
pub fn is_called_by_library(class: &str, method: &str) -> bool {
    protocols().methods.get(class).is_some_and(|methods| {
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
        assert!(parse().is_ok_and(|protocols| protocols.methods.len() > 20));
        assert!(
            signatures()
                .iter()
                .all(|signature| signature.parameters.len() == signature.classes.len())
        );
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
