//! Annotations of what becomes asynchronous.

use ungreen_callgraph::{Annotation, AnnotationForm, EdgeKind, FuncId, Target};
use ungreen_catalog::catalog;

use crate::Annotated;
use crate::coloring::Coloring;

/// The annotations that change.
pub(crate) fn annotations(coloring: &Coloring<'_>) -> Vec<Annotated> {
    let annotations = coloring.input.program.annotations.iter().enumerate();
    annotations
        .filter_map(|(index, annotation)| {
            let becomes = |function: &FuncId| coloring.colored[function.0 as usize];
            let all = !annotation.mixed && annotation.functions.iter().all(becomes);
            annotation.functions.iter().any(becomes).then(|| Annotated {
                annotation: index,
                in_part: !all,
                as_task: all && is_spawned(coloring, annotation),
            })
        })
        .collect()
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
