//! `hasattr(eventlet, "GreenPool")`: what the installed Eventlet has is certain once its uses are migrated.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, UnaryOp};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ungreen_callgraph::{FileFacts, FileId, Place};
use ungreen_catalog::{Entry, Origin, catalog};
use ungreen_color::{Edit, Proposal};

use super::context::Context;
use super::denotation::absolute;
use super::proposals::{edit, exact, text};
use crate::tree::{NodeId, Tree};
use crate::usage::dotted;

const NAME: &str = "feature-test";
/// Decorators that do nothing if their condition is false.
const SKIPS: [&str; 2] = ["pytest.mark.skipif", "unittest.skipIf"];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let mut spoken_for = Vec::new();
    for (index, facts) in context.program.files.iter().enumerate() {
        let Some(file) = u32::try_from(index).ok().map(FileId) else {
            continue;
        };
        let Some(tree) = context.tree(file) else {
            continue;
        };
        for (id, node) in tree.nodes() {
            let Some(call) = node.expr_call() else {
                continue;
            };
            let Some((module, entry)) = feature(facts, call) else {
                continue;
            };
            let place = Place {
                file,
                range: call.range(),
            };
            let function = context
                .program
                .call_index
                .get(&place)
                .and_then(|id| context.site(*id))
                .map_or(facts.body, |site| site.caller);
            let change = skip(facts, tree, place, id)
                .unwrap_or_else(|| edit(place, call.range(), vec![text("True")]));
            let mut proposal = exact(
                NAME,
                place,
                function,
                &entry.name,
                format!("`{}` is true", tree.slice(call.range())),
            );
            proposal.edits.push(change);
            proposals.push(proposal);
            spoken_for.push(place);
            spoken_for.push(Place {
                range: module,
                ..place
            });
        }
    }
    for place in spoken_for {
        context.claim(place);
    }
    proposals
}

/// `hasattr(module, "name")` with a module of Eventlet that has the name: the module's place, and what it has.
fn feature(facts: &FileFacts, call: &ast::ExprCall) -> Option<(TextRange, &'static Entry)> {
    if dotted(&call.func).as_deref() != Some("hasattr") {
        return None;
    }
    let [module, Expr::StringLiteral(name)] = &*call.arguments.args else {
        return None;
    };
    let path = absolute(facts, &dotted(module)?)?;
    let entry = catalog().entry(&format!("{path}.{}", name.value.to_str()))?;
    (entry.origin == Origin::Eventlet).then(|| (module.range(), entry))
}

/// `@pytest.mark.skipif(not hasattr(…), reason=…)` goes with its line.
fn skip(facts: &FileFacts, tree: &Tree<'_>, place: Place, id: NodeId) -> Option<Edit> {
    let mut above = tree.ancestors(id).map(|(_, node)| node);
    let AnyNodeRef::ExprUnaryOp(negated) = above.next()? else {
        return None;
    };
    if negated.op != UnaryOp::Not {
        return None;
    }
    let mut above = above.skip_while(|node| matches!(node, AnyNodeRef::Arguments(_)));
    let decorator = above.next()?.expr_call()?;
    let is_condition = decorator
        .arguments
        .args
        .first()
        .is_some_and(|first| first.range() == negated.range());
    let name = dotted(&decorator.func)?;
    let name = absolute(facts, &name).unwrap_or(name);
    if !is_condition || !SKIPS.contains(&name.as_str()) {
        return None;
    }
    if !matches!(above.next()?, AnyNodeRef::Decorator(_)) {
        return None;
    }
    let start = decorator.start() - TextSize::new(1);
    if tree.slice(TextRange::new(start, decorator.start())) != "@" {
        return None;
    }
    let line = tree.line_end(decorator.end());
    let rest = tree.slice(TextRange::new(line, tree.source_end()));
    let blank = rest.len() - rest.trim_start().len();
    let end = line + TextSize::try_from(blank).unwrap_or_default();
    Some(edit(place, TextRange::new(start, end), Vec::new()))
}
