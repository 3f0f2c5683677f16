//! Annotations of what becomes asynchronous: `Callable[[int], Awaitable[str]]`, `AsyncIterator[str]`.

use ungreen_callgraph::{AnnotationForm, FileId, Place, Program};
use ungreen_color::{Edit, ImportNeed, Part, Plan};

/// The edits of one file's annotations, with the imports that they take.
pub(crate) fn annotation_edits(
    program: &Program,
    plan: &Plan,
    file: FileId,
    source: &str,
) -> (Vec<Edit>, Vec<ImportNeed>) {
    let mut edits = Vec::new();
    let mut imports = Vec::new();
    for annotated in &plan.annotations {
        let Some(annotation) = program.annotations.get(annotated.annotation) else {
            continue;
        };
        if annotation.place.file != file {
            continue;
        }
        let place = |range| Place { file, range };
        let whole = annotation.place.range;
        // `typing.` of `typing.Callable[...]`; nothing for an imported name.
        let prefix = source
            .get(usize::from(whole.start())..usize::from(annotation.head.start()))
            .unwrap_or_default();
        let module = module_of(&annotation.target);
        let mut imported = |module: &'static str, name: &'static str| {
            if prefix.is_empty() {
                imports.push(ImportNeed::From { module, name });
            }
            name.to_string()
        };
        match annotation.form {
            AnnotationForm::Call { result } => {
                let before = if annotated.as_task {
                    let coroutine = imported(module, "Coroutine");
                    let any = match prefix {
                        "" => imported("typing", "Any"),
                        _ if module == "typing" => format!("{prefix}Any"),
                        _ => "object".to_string(),
                    };
                    format!("{prefix}{coroutine}[{any}, {any}, ")
                } else {
                    format!("{prefix}{}[", imported(module, "Awaitable"))
                };
                edits.push(Edit {
                    place: place(result),
                    parts: vec![
                        Part::Text(before),
                        Part::Source(result),
                        Part::Text("]".to_string()),
                    ],
                });
            }
            AnnotationForm::Iterate { extra } => {
                let name = match annotation.target.rsplit('.').next() {
                    Some("Iterable") => "AsyncIterable",
                    Some("Generator") => "AsyncGenerator",
                    _ => "AsyncIterator",
                };
                edits.push(Edit::text(place(annotation.head), imported(module, name)));
                // An async generator returns nothing.
                if let Some(extra) = extra {
                    edits.push(Edit::text(place(extra), ""));
                }
            }
            AnnotationForm::Enter => {
                let name = match annotation.target.rsplit('.').next() {
                    Some("ContextManager") => "AsyncContextManager",
                    _ => "AbstractAsyncContextManager",
                };
                edits.push(Edit::text(place(annotation.head), imported(module, name)));
            }
        }
    }
    (edits, imports)
}

/// The module that a type comes from, which has its asynchronous counterpart as well.
fn module_of(target: &str) -> &'static str {
    match target.rsplit_once('.').map(|(module, _)| module) {
        Some("collections.abc") => "collections.abc",
        Some("contextlib") => "contextlib",
        _ => "typing",
    }
}
