//! Loading of `data/*.toml`, and look-up by dotted name.

use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::members::{Members, expand, members_of_green_classes};
use crate::model::{Entry, Origin, Package, Precondition};

const EVENTLET_TABLES: &[(&str, &str)] = &[
    (
        "background_tasks.toml",
        include_str!("../data/background_tasks.toml"),
    ),
    ("debugging.toml", include_str!("../data/debugging.toml")),
    (
        "deferred_tasks.toml",
        include_str!("../data/deferred_tasks.toml"),
    ),
    (
        "green_threads.toml",
        include_str!("../data/green_threads.toml"),
    ),
    ("hub.toml", include_str!("../data/hub.toml")),
    ("modules.toml", include_str!("../data/modules.toml")),
    (
        "monkey_patching.toml",
        include_str!("../data/monkey_patching.toml"),
    ),
    (
        "network_calls.toml",
        include_str!("../data/network_calls.toml"),
    ),
    (
        "resource_pooling.toml",
        include_str!("../data/resource_pooling.toml"),
    ),
    ("sockets.toml", include_str!("../data/sockets.toml")),
    (
        "sync_async_adapter.toml",
        include_str!("../data/sync_async_adapter.toml"),
    ),
    (
        "synchronization.toml",
        include_str!("../data/synchronization.toml"),
    ),
    (
        "threading_queue.toml",
        include_str!("../data/threading_queue.toml"),
    ),
    ("timeouts.toml", include_str!("../data/timeouts.toml")),
    ("websocket.toml", include_str!("../data/websocket.toml")),
    ("wsgi_server.toml", include_str!("../data/wsgi_server.toml")),
];
const PATCHED_TABLES: &[(&str, &str)] = &[
    ("stdlib.toml", include_str!("../data/stdlib.toml")),
    ("libraries.toml", include_str!("../data/libraries.toml")),
];

/// All tables, indexed.
pub struct Catalog {
    entries: Vec<Entry>,
    by_name: FxHashMap<String, usize>,
    packages: Vec<Package>,
    /// First parts of the packages' import names, with the packages that have them, in order.
    package_roots: FxHashMap<String, Vec<usize>>,
    preconditions: Vec<Precondition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryTable {
    entry: Vec<Entry>,
    #[serde(default)]
    members: Vec<Members>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackageTable {
    package: Vec<Package>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PreconditionTable {
    precondition: Vec<Precondition>,
}

fn index_entry(
    by_name: &mut FxHashMap<String, usize>,
    index: usize,
    entry: &Entry,
) -> Result<(), String> {
    for name in std::iter::once(&entry.name).chain(&entry.aliases) {
        if by_name.insert(name.clone(), index).is_some() {
            return Err(format!("`{name}` is named twice"));
        }
    }
    Ok(())
}

impl Catalog {
    pub(crate) fn load() -> Result<Self, String> {
        let tables = PATCHED_TABLES
            .iter()
            .map(|table| (*table, Origin::Stdlib))
            .chain(
                EVENTLET_TABLES
                    .iter()
                    .map(|table| (*table, Origin::Eventlet)),
            )
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|((file, text), origin)| {
                let table: EntryTable =
                    toml::from_str(text).map_err(|error| format!("{file}: {error}"))?;
                Ok((table, origin))
            })
            .collect::<Result<Vec<_>, String>>()?;
        let mut entries = Vec::new();
        let mut members = Vec::new();
        for (table, origin) in tables {
            entries.extend(
                table
                    .entry
                    .into_iter()
                    .map(|entry| Entry { origin, ..entry }),
            );
            members.extend(table.members);
        }
        let mut by_name = FxHashMap::default();
        for (index, entry) in entries.iter().enumerate() {
            index_entry(&mut by_name, index, entry)?;
        }
        for row in members {
            for entry in expand(row, |name| entries.get(*by_name.get(name)?))? {
                index_entry(&mut by_name, entries.len(), &entry)?;
                entries.push(entry);
            }
        }
        for entry in members_of_green_classes(&entries) {
            if !by_name.contains_key(&entry.name) {
                index_entry(&mut by_name, entries.len(), &entry)?;
                entries.push(entry);
            }
        }
        let packages: PackageTable = toml::from_str(include_str!("../data/thirdparty.toml"))
            .map_err(|error| format!("thirdparty.toml: {error}"))?;
        let preconditions: PreconditionTable =
            toml::from_str(include_str!("../data/preconditions.toml"))
                .map_err(|error| format!("preconditions.toml: {error}"))?;
        let mut package_roots: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, package) in packages.package.iter().enumerate() {
            for name in &package.imports {
                let root = name.split('.').next().unwrap_or_default();
                package_roots
                    .entry(root.to_owned())
                    .or_default()
                    .push(index);
            }
        }
        Ok(Self {
            entries,
            by_name,
            packages: packages.package,
            package_roots,
            preconditions: preconditions.precondition,
        })
    }

    /// The entry of a dotted name, by its canonical name or an alias; for a member of a class also through the class's aliases and bases:
    /// `eventlet.queue.PriorityQueue.get` finds `eventlet.queue.Queue.get`.
    #[must_use]
    pub fn entry(&self, dotted: &str) -> Option<&Entry> {
        self.entry_within(dotted, 8)
    }

    /// `depth` bounds the length of a chain of bases.
    fn entry_within(&self, dotted: &str, depth: usize) -> Option<&Entry> {
        if let Some(index) = self.by_name.get(dotted) {
            return self.entries.get(*index);
        }
        let depth = depth.checked_sub(1)?;
        let (owner, member) = dotted.rsplit_once('.')?;
        let owner_entry = self.entry_within(owner, depth)?;
        if owner_entry.name != owner
            && let Some(entry) = self.by_name.get(&format!("{}.{member}", owner_entry.name))
        {
            return self.entries.get(*entry);
        }
        owner_entry
            .bases
            .iter()
            .find_map(|base| self.entry_within(&format!("{base}.{member}"), depth))
    }

    /// All entries, by table and then in the order of the tables.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The third-party package that an imported dotted name belongs to.
    #[must_use]
    pub fn third_party(&self, dotted: &str) -> Option<&Package> {
        let root = dotted.split('.').next().unwrap_or_default();
        let candidates = self.package_roots.get(root)?.iter();
        let mut packages = candidates.filter_map(|index| self.packages.get(*index));
        packages.find(|package| {
            package.imports.iter().any(|root| {
                dotted
                    .strip_prefix(root.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        })
    }

    #[must_use]
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }

    #[must_use]
    pub fn precondition(&self, name: &str) -> Option<&Precondition> {
        self.preconditions
            .iter()
            .find(|precondition| precondition.name == name)
    }
}

/// The tables. Loaded at the first call.
#[must_use]
pub fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| {
        // The tables are part of the program, and a test of this module loads them.
        Catalog::load().unwrap_or_else(|_| Catalog {
            entries: Vec::new(),
            by_name: FxHashMap::default(),
            packages: Vec::new(),
            package_roots: FxHashMap::default(),
            preconditions: Vec::new(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Switch};

    #[test]
    fn the_tables_load_and_agree_with_one_another() {
        let catalog = Catalog::load().unwrap();
        assert!(catalog.entries.len() > 600);
        for entry in &catalog.entries {
            for name in &entry.preconditions {
                assert!(
                    catalog.precondition(name).is_some(),
                    "{}: precondition `{name}`",
                    entry.name
                );
            }
            let classes = entry
                .bases
                .iter()
                .chain(&entry.owner)
                .chain(entry.returns.iter().filter(|name| name.contains('.')));
            for class in classes {
                let class = class
                    .trim_start_matches(['(', '['])
                    .trim_end_matches([',', ')', ']']);
                let found = catalog
                    .entry(class)
                    .unwrap_or_else(|| panic!("{}: `{class}` has no entry", entry.name));
                let is_class = matches!(found.kind, Kind::Class | Kind::Exception);
                assert!(is_class, "{}: `{class}`", entry.name);
                assert_eq!(found.name, class, "{}: not canonical", entry.name);
            }
        }
    }

    const ROW: &str = r#"
[[entry]]
name = "eventlet.made_up"
kind = "function"
status = "public"
scenario = "hub"
summary = "made up"
switch = "never"
confidence = "exact"
source = ["documentation"]
"#;

    #[test]
    fn unknown_keys_are_errors() {
        assert!(toml::from_str::<EntryTable>(ROW).is_ok());
        for wrong in [
            "speed = 3",
            "spawn = { kind = \"green\", callback = 0 }",
            "[[entry.form]]\npattern = \"\"\nconfidence = \"exact\"\nadvice = \"\"",
            "[[members]]\nof = \"eventlet\"\nnames = []",
        ] {
            let table = toml::from_str::<EntryTable>(&format!("{ROW}{wrong}\n"));
            assert!(table.is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_may_be_used_once() {
        let entries = toml::from_str::<EntryTable>(ROW).unwrap().entry;
        let mut by_name = FxHashMap::default();
        assert_eq!(index_entry(&mut by_name, 0, &entries[0]), Ok(()));
        assert!(index_entry(&mut by_name, 1, &entries[0]).is_err());
    }

    #[test]
    fn members_follow_their_owner_or_what_they_stand_for() {
        let catalog = catalog();
        let facts = |dotted| {
            let entry = catalog.entry(dotted).unwrap();
            (entry.origin, entry.switch, entry.stands_for.as_deref())
        };
        assert_eq!(
            facts("eventlet.wsgi.Input.readline"),
            (Origin::Eventlet, Switch::Maybe, None)
        );
        assert_eq!(
            facts("eventlet.green.urllib.request.urlopen"),
            (
                Origin::Eventlet,
                Switch::Always,
                Some("urllib.request.urlopen")
            )
        );
        assert_eq!(
            facts("eventlet.green.ftplib.FTP.login"),
            (Origin::Eventlet, Switch::Always, Some("ftplib.FTP.login"))
        );
        assert_eq!(
            facts("smtplib.SMTP_SSL.sendmail"),
            (Origin::Stdlib, Switch::Always, None)
        );
    }

    #[test]
    fn finds_entries() {
        let catalog = catalog();
        let name = |dotted| catalog.entry(dotted).map(|entry| entry.name.as_str());
        assert_eq!(name("eventlet.greenthread.sleep"), Some("eventlet.sleep"));
        assert_eq!(
            name("eventlet.greenpool.GreenPool.spawn"),
            Some("eventlet.GreenPool.spawn")
        );
        assert_eq!(
            name("eventlet.queue.PriorityQueue.get"),
            Some("eventlet.queue.Queue.get")
        );
        assert_eq!(
            name("eventlet.green.threading.Thread.join"),
            Some("threading.Thread.join")
        );
        assert_eq!(name("eventlet.nothing"), None);
        assert_eq!(
            catalog
                .third_party("mysql.connector.pooling")
                .map(|package| package.name.as_str()),
            Some("mysql.connector")
        );
        assert!(catalog.third_party("redistribute").is_none());
    }
}
