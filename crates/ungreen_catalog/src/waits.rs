//! Libraries whose calls wait inside. The keys are described in `data/waits.toml`.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use crate::builtins::{is_builtin_member, is_member_of_a_builtin};
use crate::model::Kind;
use crate::tables::catalog;

/// A library, or a part of one that is called in the same way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitingLibrary {
    pub name: String,
    imports: Vec<String>,
    #[serde(default)]
    calls: Vec<String>,
    #[serde(default)]
    members_of: Vec<String>,
    #[serde(default)]
    after: Vec<String>,
    #[serde(default)]
    decorators: Vec<String>,
    #[serde(default)]
    remote: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    common: Vec<String>,
    library: Vec<WaitingLibrary>,
}

fn parse() -> Result<Table, toml::de::Error> {
    toml::from_str(include_str!("../data/waits.toml"))
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    // The table is part of the program; that it parses is a test of this module.
    TABLE.get_or_init(|| parse().unwrap_or_default())
}

/// Methods of this name are found in many libraries: the name alone says nothing.
#[must_use]
pub fn is_common_name(name: &str) -> bool {
    static METHODS: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    let methods = METHODS.get_or_init(|| {
        catalog()
            .entries()
            .iter()
            .filter(|entry| entry.kind == Kind::Method)
            .map(|entry| last(&entry.name))
            .collect()
    });
    methods.contains(name)
        || is_member_of_a_builtin(name)
        || table().common.iter().any(|common| common == name)
}

/// All rows, in their order.
#[must_use]
pub fn waiting_libraries() -> &'static [WaitingLibrary] {
    &table().library
}

fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

impl WaitingLibrary {
    /// The dotted name is the library's, or in it.
    #[must_use]
    pub fn owns(&self, dotted: &str) -> bool {
        self.imports.iter().any(|root| {
            dotted
                .strip_prefix(root.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// The dotted name is a package around the library: `import neutron_lib`.
    #[must_use]
    pub fn is_within(&self, dotted: &str) -> bool {
        self.imports.iter().any(|root| {
            root.strip_prefix(dotted)
                .is_some_and(|rest| rest.starts_with('.'))
        })
    }

    /// A call of the dotted name, which is the library's, waits.
    #[must_use]
    pub fn waits(&self, dotted: &str) -> bool {
        let Some((owner, name)) = dotted.rsplit_once('.') else {
            return false;
        };
        let of_object = || {
            is_builtin_member("str", name) != Some(true)
                && owner
                    .split('.')
                    .any(|part| part.starts_with(|first: char| first.is_ascii_uppercase()))
        };
        let is_named = || {
            self.calls
                .iter()
                .any(|call| call == name || (call == "*" && of_object()))
        };
        self.after.is_empty()
            && self.owns(dotted)
            && (self.members_of.iter().any(|known| known == owner) || is_named())
    }

    /// A call of `name` waits if what it is called on came by one of the names before it: `["session", "query", "filter"]`.
    #[must_use]
    pub fn waits_after<'a>(&self, mut before: impl Iterator<Item = &'a str>, name: &str) -> bool {
        !self.after.is_empty()
            && self.calls.iter().any(|call| call == name)
            && before.any(|part| {
                self.after
                    .iter()
                    .any(|after| part.ends_with(after.as_str()))
            })
    }

    /// A function that is decorated so waits when it is called.
    #[must_use]
    pub fn decorates(&self, decorator: &str) -> bool {
        self.owns(decorator) && self.decorators.iter().any(|name| name == last(decorator))
    }

    /// A function that is decorated so runs elsewhere, and its callers wait.
    #[must_use]
    pub fn runs_elsewhere(&self, decorator: &str) -> bool {
        self.owns(decorator) && self.remote.iter().any(|name| name == last(decorator))
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, waiting_libraries};

    #[test]
    fn rows_are_read_and_name_what_waits() {
        assert!(parse().is_ok_and(|table| table.library.len() > 10));
        let waits = |name: &str| {
            waiting_libraries()
                .iter()
                .any(|library| library.waits(name))
        };
        assert!(waits("oslo_messaging.get_rpc_client.prepare.cast"));
        assert!(waits("neutronclient.v2_0.client.Client.show_port"));
        assert!(waits("oslo_db.api.DBAPI.from_config.host_get"));
        assert!(!waits("oslo_db.api.DBAPI.from_config.host_get.name.find"));
        assert!(!waits("neutronclient.v2_0.client.Client"));
        assert!(!waits("neutronclient.v2_0.client.Client.show_port.split"));
        assert!(!waits("oslo_messaging.get_rpc_client"));
        assert!(!waits("sqlalchemy.func.count"));
    }

    #[test]
    fn a_query_waits_where_it_is_run() {
        let waits = |before: &[&str], name: &str| {
            waiting_libraries()
                .iter()
                .any(|library| library.waits_after(before.iter().copied(), name))
        };
        assert!(waits(&["context", "session", "query", "filter"], "all"));
        assert!(waits(&["model_query"], "first"));
        assert!(!waits(&["context", "session"], "query"));
        assert!(!waits(&["headers"], "get"));
    }

    #[test]
    fn common_names() {
        for name in ["get", "info", "acquire"] {
            assert!(super::is_common_name(name), "{name}");
        }
        assert!(!super::is_common_name("get_network"));
    }

    #[test]
    fn decorators_say_who_waits() {
        let library = |test: fn(&super::WaitingLibrary, &str) -> bool, name: &str| {
            waiting_libraries()
                .iter()
                .any(|library| test(library, name))
        };
        assert!(library(
            super::WaitingLibrary::decorates,
            "oslo_db.sqlalchemy.enginefacade.transaction_context.writer"
        ));
        assert!(library(
            super::WaitingLibrary::runs_elsewhere,
            "oslo_privsep.priv_context.PrivContext.entrypoint"
        ));
        assert!(!library(super::WaitingLibrary::decorates, "app.writer"));
    }
}
