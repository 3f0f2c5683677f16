//! Calls of the standard library that were green under monkey patching and have no counterpart in asyncio run in a thread:
//! `subprocess.run(args)` becomes `await asyncio.to_thread(subprocess.run, args)`.

use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_catalog::catalog;
use ungreen_color::Proposal;

use super::context::Context;
use super::denotation::other_targets;
use super::proposals::{asyncio, edit, exact, source, text, with_difference};

const NAME: &str = "thread";
const BLOCKING: [&str; 10] = [
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "subprocess.Popen.wait",
    "subprocess.Popen.communicate",
    "os.waitpid",
    "select.select",
];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for name in BLOCKING {
        let Some(entry) = catalog().entry(name) else {
            continue;
        };
        if !context.is_green(entry) {
            continue;
        }
        for call in context.calls_of(&entry.name) {
            let place = call.place();
            let Some(tree) = context.tree(place.file) else {
                continue;
            };
            if other_targets(call.site).is_some() {
                continue;
            }
            let arguments = call.syntax.arguments.range();
            let inside = TextRange::new(
                arguments.start() + TextSize::new(1),
                arguments.end() - TextSize::new(1),
            );
            let given = tree.slice(inside);
            let mut parts = vec![asyncio("to_thread"), text("(")];
            let line_break = given.trim_start_matches([' ', '\t']);
            if given.trim().is_empty() {
                parts.push(source(call.site.callee));
            } else if line_break.starts_with(['\n', '\r']) {
                let first = given.len() - given.trim_start().len();
                let first = inside.start() + TextSize::try_from(first).unwrap_or_default();
                parts.push(text(format!("\n{}", tree.indentation_at(first))));
                parts.push(source(call.site.callee));
                parts.push(text(","));
                parts.push(source(inside));
            } else {
                parts.push(source(call.site.callee));
                parts.push(text(", "));
                parts.push(source(inside));
            }
            parts.push(text(")"));
            let mut proposal = exact(
                NAME,
                place,
                call.site.caller,
                &entry.name,
                format!(
                    "`{}` runs in a thread",
                    context.text(place).lines().next().unwrap_or_default()
                ),
            );
            proposal.needs.awaits.push(place.range);
            proposal.edits.push(edit(place, place.range, parts));
            context.claim(place);
            proposals.push(with_difference(
                proposal,
                "the calls share the threads of the default executor, and one that is canceled goes on in its thread",
            ));
        }
    }
    proposals
}
