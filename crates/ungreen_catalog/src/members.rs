//! Entries that the tables do not write out: members about which a list of names says enough, and the members of green classes.

use serde::Deserialize;

use crate::model::{Entry, Kind, Origin, Status, Switch};

/// Names that belong to one entry and need no row of their own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Members {
    /// Canonical name of the module or class. It may be a class that an earlier list names.
    of: String,
    status: Option<Status>,
    switch: Option<Switch>,
    #[serde(default)]
    offload: bool,
    /// What the module or class stands for has no such names.
    #[serde(default)]
    own: bool,
    #[serde(default)]
    classes: Vec<String>,
    #[serde(default)]
    functions: Vec<String>,
    #[serde(default)]
    methods: Vec<String>,
    #[serde(default)]
    attributes: Vec<String>,
    #[serde(default)]
    constants: Vec<String>,
}

/// The entries of a list. A member of something that stands for a name of the standard library takes over what is known of its counterpart;
/// any other is like its owner, and never suspends unless the list says so.
pub(crate) fn expand<'a>(
    members: Members,
    find: impl Fn(&str) -> Option<&'a Entry>,
) -> Result<Vec<Entry>, String> {
    let of = find(&members.of)
        .filter(|entry| entry.name == members.of)
        .ok_or_else(|| format!("members of `{}`: no such entry", members.of))?;
    let lists = [
        (Kind::Class, members.classes),
        (Kind::Function, members.functions),
        (Kind::Method, members.methods),
        (Kind::Attribute, members.attributes),
        (Kind::Constant, members.constants),
    ];
    let mut entries = Vec::new();
    for (kind, names) in lists {
        for name in names {
            let stands_for = of
                .stands_for
                .as_ref()
                .filter(|_| !members.own)
                .map(|known| format!("{known}.{name}"));
            let mut entry = match stands_for.as_deref().and_then(&find) {
                Some(counterpart) => green(counterpart, of, &name),
                None => plain(of, &name),
            };
            entry.kind = kind;
            entry.stands_for = stands_for;
            if let Some(switch) = members.switch {
                entry.switch = switch;
            }
            if let Some(status) = members.status {
                entry.status = status;
            }
            entry.offload |= members.offload;
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// `eventlet.green.ssl.SSLSocket.recv`, from what is known of `ssl.SSLSocket.recv`: for the classes of green modules that list no bases of their own.
pub(crate) fn members_of_green_classes(entries: &[Entry]) -> Vec<Entry> {
    let mut found = Vec::new();
    for class in entries {
        let Some(counterpart) = class.stands_for.as_deref() else {
            continue;
        };
        if class.kind != Kind::Class || !class.bases.is_empty() {
            continue;
        }
        let members = entries.iter().filter(|entry| {
            entry.origin == Origin::Stdlib && entry.owner.as_deref() == Some(counterpart)
        });
        found.extend(members.filter_map(|member| {
            let (_, name) = member.name.rsplit_once('.')?;
            Some(green(member, class, name))
        }));
    }
    found
}

/// The entry of a member that works like `counterpart`, whether or not the program is patched.
fn green(counterpart: &Entry, of: &Entry, name: &str) -> Entry {
    Entry {
        name: format!("{}.{name}", of.name),
        status: of.status,
        aliases: Vec::new(),
        bases: Vec::new(),
        stands_for: Some(counterpart.name.clone()),
        owner: owner(of),
        origin: of.origin,
        monkey_flag: None,
        was_green: None,
        ..counterpart.clone()
    }
}

fn plain(of: &Entry, name: &str) -> Entry {
    Entry {
        name: format!("{}.{name}", of.name),
        kind: Kind::Attribute,
        status: of.status,
        model_only: of.model_only,
        scenario: of.scenario,
        aliases: Vec::new(),
        stands_for: None,
        owner: owner(of),
        bases: Vec::new(),
        summary: format!("part of `{}`", of.name),
        switch: Switch::Never,
        confidence: of.confidence,
        monkey_flag: of.monkey_flag.clone(),
        was_green: of.was_green,
        blocks_if_early: false,
        waits_for_another: false,
        offload: false,
        only_reads: false,
        spawn: None,
        calls: None,
        returns: None,
        takes_async_iterables: false,
        iterates: None,
        context: None,
        helper: None,
        preconditions: of.preconditions.clone(),
        replacement: of.replacement.clone(),
        differences: Vec::new(),
        source: of.source.clone(),
        form: Vec::new(),
        origin: of.origin,
    }
}

fn owner(of: &Entry) -> Option<String> {
    matches!(of.kind, Kind::Class | Kind::Exception).then(|| of.name.clone())
}
