//! `patcher.original` and `import_patched` become plain imports, `patcher.is_monkey_patched` is no longer true of anything.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{Place, Target};
use ungreen_color::{Part, Proposal};

use super::context::{Context, EntryCall};
use super::proposals::{edit, exact, manual, text, with_difference};

const NAME: &str = "patcher";
const ORIGINAL: &str = "eventlet.patcher.original";
const IMPORT_PATCHED: &str = "eventlet.import_patched";
const IS_PATCHED: &str = "eventlet.patcher.is_monkey_patched";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for call in context.calls_of(ORIGINAL) {
        proposals.push(imported(context, ORIGINAL, call));
    }
    for call in context.calls_of(IMPORT_PATCHED) {
        let known = literal(call.syntax).is_some_and(|name| {
            let mut files = context.program.files.iter();
            files.any(|file| file.module == name)
        });
        proposals.push(if known {
            imported(context, IMPORT_PATCHED, call)
        } else {
            manual(
                NAME,
                call.place(),
                call.site.caller,
                IMPORT_PATCHED,
                format!("`{}` imports a green copy of a module outside the program", context.text(call.place())),
                "import the module plainly, and call what blocks in it by `await asyncio.to_thread(...)`",
            )
        });
    }
    for call in context.calls_of(IS_PATCHED) {
        let place = call.place();
        let summary = format!("`{}` becomes `False`", context.text(place));
        let mut proposal = exact(NAME, place, call.site.caller, IS_PATCHED, summary);
        proposal.needs.when_all_else_is_done = true;
        proposal
            .edits
            .push(edit(place, place.range, vec![text("False")]));
        proposals.push(with_difference(
            proposal,
            "nothing is patched any more, so the branch for programs without patching runs",
        ));
    }
    for proposal in &proposals {
        context.claim(proposal.place);
    }
    claim_members(context);
    proposals
}

fn literal(call: &ExprCall) -> Option<&str> {
    match (&*call.arguments.args, &*call.arguments.keywords) {
        ([Expr::StringLiteral(name)], []) => Some(name.value.to_str()),
        _ => None,
    }
}

/// The call gives a module: as the value of an assignment it becomes an import statement.
fn imported(context: &Context<'_>, entry: &'static str, call: EntryCall<'_>) -> Proposal {
    let place = call.place();
    let (range, parts) = match import_statement(context, call) {
        Some((range, statement)) => (range, vec![text(statement)]),
        None => (
            call.site.callee,
            vec![Part::Name {
                module: "importlib",
                name: "import_module",
            }],
        ),
    };
    let summary = format!("`{}` becomes a plain import", context.text(place));
    let mut proposal = exact(NAME, place, call.site.caller, entry, summary);
    // As long as the program is patched, a plain import gives the patched module.
    proposal.needs.when_all_else_is_done = true;
    proposal.edits.push(edit(place, range, parts));
    proposal
}

/// `name = call("module")`, as an import.
fn import_statement(context: &Context<'_>, call: EntryCall<'_>) -> Option<(TextRange, String)> {
    let tree = context.tree(call.site.file)?;
    let (id, _) = tree.expression(call.site.range)?;
    let (_, AnyNodeRef::StmtAssign(assign)) = tree.parent(id)? else {
        return None;
    };
    let [Expr::Name(name)] = &*assign.targets else {
        return None;
    };
    let module = literal(call.syntax)?;
    let name = name.id.as_str();
    let statement = match module.rsplit_once('.') {
        None if module == name => format!("import {module}"),
        Some((package, last)) if last == name => format!("from {package} import {last}"),
        _ => format!("import {module} as {name}"),
    };
    Some((assign.range(), statement))
}

/// What is called or read through the module `patcher.original` gives is what it was.
fn claim_members(context: &mut Context<'_>) {
    let of_original = |target: &Target| match target {
        Target::External(name) => name
            .strip_prefix(ORIGINAL)
            .is_some_and(|rest| rest.starts_with('.')),
        Target::Entry { .. } | Target::Function(_) | Target::Class(_) => false,
    };
    let mut places = Vec::new();
    for site in &context.program.calls {
        let mut targets = site
            .edges
            .iter()
            .filter(|edge| edge.argument.is_none())
            .map(|edge| &edge.target)
            .peekable();
        if targets.peek().is_some() && targets.all(of_original) {
            places.push(Place {
                file: site.file,
                range: site.range,
            });
        }
    }
    for reference in &context.program.references {
        if !reference.targets.is_empty() && reference.targets.iter().all(of_original) {
            places.push(reference.place);
        }
    }
    for place in places {
        context.claim(place);
    }
}
