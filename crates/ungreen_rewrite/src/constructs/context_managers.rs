//! `@contextmanager` becomes `@asynccontextmanager` where the generator suspends.

use ungreen_callgraph::{FuncId, Place, Target};
use ungreen_catalog::{Confidence, DecoratorEffect, decorator_effect};
use ungreen_color::{Needs, Part, PinKind, Proposal};

use super::context::Context;
use super::proposals::edit;

const NAME: &str = "context-manager";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for (index, function) in context.program.functions.iter().enumerate() {
        if !function.is_generator || function.is_async {
            continue;
        }
        let Some(id) = u32::try_from(index).ok().map(FuncId) else {
            continue;
        };
        for decorator in &function.decorators {
            let makes_context = decorator.targets.iter().any(|target| {
                let name = match target {
                    Target::Entry { name, .. } => name,
                    Target::External(name) => name.as_str(),
                    Target::Function(_) | Target::Class(_) => return false,
                };
                decorator_effect(name) == Some(DecoratorEffect::Context)
            });
            if !makes_context {
                continue;
            }
            let place = Place {
                file: function.file,
                range: decorator.range,
            };
            proposals.push(Proposal {
                construct: NAME,
                place,
                function: function.parent.unwrap_or(id),
                entry: None,
                code: "UG107",
                confidence: Confidence::Exact,
                summary: format!("`@{}` becomes `@asynccontextmanager`", decorator.text),
                differences: Vec::new(),
                advice: None,
                group: None,
                needs: Needs {
                    only_if_async: vec![id],
                    lifts: vec![(id, PinKind::Decorator)],
                    ..Needs::default()
                },
                edits: vec![edit(
                    place,
                    decorator.range,
                    vec![Part::Name {
                        module: "contextlib",
                        name: "asynccontextmanager",
                    }],
                )],
                imports: Vec::new(),
                helper: Vec::new(),
            });
        }
    }
    proposals
}
