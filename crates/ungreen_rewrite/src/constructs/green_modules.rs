//! `from eventlet.green import socket` becomes `import socket`, once nothing in the program needs the green one any more.

use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{FileId, FuncId, ImportBinding, Place, Target};
use ungreen_catalog::{Entry, Kind, Origin, Switch, catalog};
use ungreen_color::Proposal;

use super::context::Context;
use super::proposals::{edit, exact, manual, text};
use crate::helper::helper;

const NAME: &str = "green-module";
const GREEN: &str = "eventlet.green";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    claim_what_stays(context);
    let mut proposals = Vec::new();
    for (index, file) in context.program.files.iter().enumerate() {
        let Some(id) = u32::try_from(index).ok().map(FileId) else {
            continue;
        };
        let mut statements: Vec<(TextRange, FuncId)> = file
            .imports
            .iter()
            .filter(|binding| is_green(binding))
            .map(|binding| (binding.statement, binding.scope))
            .collect();
        statements.dedup();
        for (range, scope) in statements {
            let place = Place { file: id, range };
            proposals.push(import(context, place, scope));
        }
    }
    proposals
}

fn is_green(binding: &ImportBinding) -> bool {
    binding
        .target
        .strip_prefix(GREEN)
        .is_some_and(|rest| rest.starts_with('.'))
}

/// Names of green modules that mean the same in the standard library: `socket.timeout`, `socket.AF_INET`.
fn claim_what_stays(context: &mut Context<'_>) {
    let entry_stays = |name: &str| {
        catalog().entry(name).is_some_and(|entry| {
            is_of_module(entry)
                && !context.switches(entry)
                && helper().replacement(&entry.name).is_none()
        })
    };
    let stays = |target: &Target| match target {
        Target::Entry { name, .. } => entry_stays(name),
        Target::External(name) => is_handed_through(name),
        Target::Function(_) | Target::Class(_) => false,
    };
    let mut places = Vec::new();
    for reference in &context.program.references {
        if !reference.targets.is_empty() && reference.targets.iter().all(stays) {
            places.push(reference.place);
        }
    }
    for site in &context.program.calls {
        let mut called = site
            .edges
            .iter()
            .filter(|edge| edge.argument.is_none())
            .peekable();
        if called.peek().is_some() && called.all(|edge| stays(&edge.target)) {
            places.push(Place {
                file: site.file,
                range: site.range,
            });
        }
    }
    for place in places {
        context.claim(place);
    }
}

/// `eventlet.green.os.getpid`: a name that the green module takes over from the plain one; the catalog knows those that it replaces.
fn is_handed_through(name: &str) -> bool {
    let mut module = name;
    while let Some((around, _)) = module.rsplit_once('.') {
        if let Some(entry) = catalog().entry(around) {
            return entry.kind == Kind::Module
                && entry.switch == Switch::Never
                && is_of_module(entry);
        }
        module = around;
    }
    false
}

fn is_of_module(entry: &Entry) -> bool {
    entry.origin == Origin::Eventlet && stands_for(&entry.name).is_some()
}

/// The standard library's name for `eventlet.green.module` or something in it.
pub(crate) fn stands_for(name: &str) -> Option<String> {
    name.starts_with(GREEN).then_some(())?;
    let mut module = name;
    loop {
        let known = catalog()
            .entry(module)
            .filter(|entry| entry.kind == Kind::Module)
            .and_then(|entry| entry.stands_for.as_deref());
        if let Some(known) = known {
            return Some(format!("{known}{}", name.get(module.len()..)?));
        }
        (module, _) = module.rsplit_once('.')?;
    }
}

fn import(context: &Context<'_>, place: Place, scope: FuncId) -> Proposal {
    let shown = context.text(place).lines().next().unwrap_or_default();
    let Some(written) = rewritten(context, place) else {
        return manual(
            NAME,
            place,
            scope,
            "eventlet.green",
            format!("`{shown}` has no automatic rewrite here"),
            "import the module of the standard library, and call what blocks in it by `await asyncio.to_thread(...)`",
        );
    };
    let mut proposal = exact(
        NAME,
        place,
        scope,
        "eventlet.green",
        format!(
            "`{shown}` becomes `{}`",
            written.lines().next().unwrap_or_default()
        ),
    );
    proposal.needs.when_all_else_is_done = true;
    proposal
        .edits
        .push(edit(place, place.range, vec![text(written)]));
    proposal
}

/// The statement with the modules of the standard library; `None` if one of its names is not known there.
fn rewritten(context: &Context<'_>, place: Place) -> Option<String> {
    let tree = context.tree(place.file)?;
    let (_, node) = tree.nodes().find(|(_, node)| {
        node.range() == place.range && (node.is_stmt_import() || node.is_stmt_import_from())
    })?;
    let separator = format!("\n{}", tree.indentation_at(place.range.start()));
    let renamed = |alias: &ast::Alias| {
        alias
            .asname
            .as_ref()
            .map_or_else(String::new, |name| format!(" as {name}"))
    };
    match node {
        ast::AnyNodeRef::StmtImport(import) => {
            let names: Option<Vec<String>> = import
                .names
                .iter()
                .map(|alias| {
                    let name = alias.name.as_str();
                    if !name.starts_with(GREEN) {
                        return Some(format!("{name}{}", renamed(alias)));
                    }
                    // `import eventlet.green.socket` binds `eventlet`.
                    alias.asname.as_ref()?;
                    Some(format!("{}{}", stands_for(name)?, renamed(alias)))
                })
                .collect();
            Some(format!("import {}", names?.join(", ")))
        }
        ast::AnyNodeRef::StmtImportFrom(import) if import.level == 0 => {
            let module = import.module.as_ref()?.as_str();
            if module != GREEN {
                let names = TextRange::new(import.names.first()?.start(), import.range.end());
                let names = tree.slice(names);
                let opens = tree
                    .slice(TextRange::new(
                        import.module.as_ref()?.end(),
                        import.names.first()?.start(),
                    ))
                    .to_string();
                return Some(format!("from {}{opens}{names}", stands_for(module)?));
            }
            let statements: Option<Vec<String>> = import
                .names
                .iter()
                .map(|alias| {
                    let full = stands_for(&format!("{GREEN}.{}", alias.name))?;
                    Some(match (full.rsplit_once('.'), &alias.asname) {
                        (Some((package, name)), Some(given)) => {
                            format!("from {package} import {name} as {given}")
                        }
                        (Some((package, name)), None) if name == alias.name.as_str() => {
                            format!("from {package} import {name}")
                        }
                        (Some((package, name)), None) => {
                            format!("from {package} import {name} as {}", alias.name)
                        }
                        (None, Some(given)) if given.as_str() == full => format!("import {full}"),
                        (None, Some(given)) => format!("import {full} as {given}"),
                        (None, None) if full == alias.name.as_str() => format!("import {full}"),
                        (None, None) => format!("import {full} as {}", alias.name),
                    })
                })
                .collect();
            Some(statements?.join(&separator))
        }
        _ => None,
    }
}
