//! Annotations of what becomes asynchronous.

use ungreen_callgraph::{Annotation, AnnotationForm, EdgeKind, FuncId, Target};
use ungreen_catalog::catalog;

use crate::coloring::Coloring;
use crate::{Annotated, Blocker};

/// Code of an annotation that cannot say what is true now.
const MIXED: &str = "UG325";

/// The annotations that change, and those that cannot, because they speak of coroutines and of other things.
pub(crate) fn annotations(coloring: &Coloring<'_>) -> (Vec<Annotated>, Vec<Blocker>) {
    let program = coloring.input.program;
    let mut changed = Vec::new();
    let mut mixed = Vec::new();
    for (index, annotation) in program.annotations.iter().enumerate() {
        let becomes = |function: &&FuncId| coloring.colored[function.0 as usize];
        let Some(coroutine) = annotation.functions.iter().find(becomes) else {
            continue;
        };
        let other = annotation.functions.iter().find(|other| !becomes(other));
        if other.is_none() && !annotation.mixed {
            changed.push(Annotated {
                annotation: index,
                as_task: is_spawned(coloring, annotation),
            });
            continue;
        }
        let name = |function: &FuncId| program.functions[function.0 as usize].qualname.as_str();
        let coroutine = name(coroutine);
        let rest = match other {
            Some(other) => format!("`{}` is not", name(other)),
            None => "something outside the program that it describes is not".to_string(),
        };
        let function = program
            .files
            .get(annotation.place.file.0 as usize)
            .map_or(FuncId(0), |file| file.body);
        mixed.push(Blocker {
            code: MIXED,
            place: annotation.place,
            function,
            reason: format!(
                "the annotation is true of what it describes only in part: `{coroutine}` becomes asynchronous, {rest}"
            ),
            advice: advice(annotation.form).to_string(),
        });
    }
    (changed, mixed)
}

fn advice(form: AnnotationForm) -> &'static str {
    match form {
        AnnotationForm::Call { .. } => {
            "make all of them `async def`, and write `Awaitable[...]` around the result; or write `Callable[..., T | Awaitable[T]]`"
        }
        AnnotationForm::Iterate { .. } => {
            "make async generators of all of them, and write `AsyncIterator[...]`; or a union of both"
        }
        AnnotationForm::Enter => {
            "make asynchronous context managers of all of them, and write `AbstractAsyncContextManager[...]`; or a union of both"
        }
    }
}

/// A function is handed to something that runs it in a task of its own under a name that is not its own: a parameter, an attribute.
fn is_spawned(coloring: &Coloring<'_>, annotation: &Annotation) -> bool {
    let input = coloring.input;
    if !matches!(annotation.form, AnnotationForm::Call { .. }) {
        return false;
    }
    annotation.functions.iter().any(|function| {
        let name = input.program.functions[function.0 as usize].name.as_str();
        (coloring.spawners.get(function).into_iter().flatten()).any(|call| {
            let site = &input.program.calls[call.0 as usize];
            // Pools take whatever is awaitable.
            let by_method = site.edges.iter().any(|edge| match &edge.target {
                Target::Entry { name, .. } => catalog()
                    .entry(name)
                    .is_some_and(|entry| entry.owner.is_some()),
                _ => false,
            });
            if by_method {
                return false;
            }
            let source = input
                .modules
                .get(site.file.0 as usize)
                .map(|module| module.source);
            site.edges.iter().any(|edge| {
                matches!(edge.kind, EdgeKind::Spawn(_))
                    && edge.target == Target::Function(*function)
                    && edge.argument.is_some_and(|range| {
                        let range = usize::from(range.start())..usize::from(range.end());
                        let text = source
                            .and_then(|source| source.get(range))
                            .unwrap_or_default();
                        text.rsplit('.').next() != Some(name)
                    })
            })
        })
    })
}
