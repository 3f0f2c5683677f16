//! How values flow through builtin and library functions; from `data/flow.toml`.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

/// What the callable of a call is called with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passes {
    /// The arguments that follow it.
    #[default]
    Rest,
    /// The elements of the other arguments.
    Elements,
    /// The same, each unpacked: `starmap`.
    Unpacked,
    /// The receiver, then the arguments that follow.
    Receiver,
    /// What the method `accept` of the first argument gives: a connection and the address of its peer.
    Accepted,
    Nothing,
}

/// What a call does with its values. The keys are described in `data/flow.toml`.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    pub result: Option<String>,
    pub stores: Vec<usize>,
    pub spreads: Vec<usize>,
    pub merges: Vec<usize>,
    pub iterates: Vec<usize>,
    pub calls: Vec<String>,
    pub runs: Vec<String>,
    pub passes: Passes,
    /// Classes of the objects that the callable is called with, in place of what `passes` says.
    pub passes_new: Vec<String>,
    /// The class whose objects get the keyword arguments as attributes.
    pub fields_of: Option<String>,
    /// Functions among the arguments are neither called nor handed on to code outside the program.
    pub keeps: bool,
    /// Objects of the class are what the program makes of them: what is called on them has the color of the program's own.
    pub stands_in: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    names: Vec<String>,
    result: Option<String>,
    #[serde(default)]
    stores: Vec<usize>,
    #[serde(default)]
    spreads: Vec<usize>,
    #[serde(default)]
    merges: Vec<usize>,
    #[serde(default)]
    iterates: Vec<usize>,
    #[serde(default)]
    calls: Vec<String>,
    #[serde(default)]
    runs: Vec<String>,
    #[serde(default)]
    passes: Passes,
    #[serde(default)]
    passes_new: Vec<String>,
    fields_of: Option<String>,
    #[serde(default)]
    keeps: bool,
    #[serde(default)]
    stands_in: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    flow: Vec<Row>,
}

fn parse() -> Result<FxHashMap<String, Flow>, toml::de::Error> {
    let table: Table = toml::from_str(include_str!("../data/flow.toml"))?;
    let mut flows = FxHashMap::default();
    for Row {
        names,
        result,
        stores,
        spreads,
        merges,
        iterates,
        calls,
        runs,
        passes,
        passes_new,
        fields_of,
        keeps,
        stands_in,
    } in table.flow
    {
        let flow = Flow {
            result,
            stores,
            spreads,
            merges,
            iterates,
            calls,
            runs,
            passes,
            passes_new,
            fields_of,
            keeps,
            stands_in,
        };
        flows.extend(names.into_iter().map(|name| (name, flow.clone())));
    }
    Ok(flows)
}

fn flows() -> &'static FxHashMap<String, Flow> {
    static FLOWS: OnceLock<FxHashMap<String, Flow>> = OnceLock::new();
    // The table is part of the program; that it parses is a test of this module.
    FLOWS.get_or_init(|| parse().unwrap_or_default())
}

/// How values flow through a call of this dotted name. `None` when nothing is known.
#[must_use]
pub fn flow(dotted: &str) -> Option<&'static Flow> {
    flows().get(dotted)
}

/// All names that [`flow`] knows, in no order.
pub fn flow_names() -> impl Iterator<Item = &'static str> {
    flows().keys().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_parses() {
        assert!(parse().is_ok_and(|flows| flows.len() > 100));
    }

    #[test]
    fn finds_rows() {
        assert_eq!(
            flow("builtins.list.append").map(|flow| flow.stores.as_slice()),
            Some(&[0][..])
        );
        assert!(flow("builtins.nothing").is_none());
    }
}
