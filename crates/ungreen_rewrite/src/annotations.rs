//! Annotations of what becomes asynchronous: `Callable[[int], Awaitable[str]]`, `AsyncIterator[str]`.

use ruff_text_size::TextRange;
use ungreen_callgraph::{AnnotationForm, FileId, Place, Program};
use ungreen_color::{Edit, ImportNeed, Part, Plan};

/// The edits of one file's annotations, with the imports that they take.
pub(crate) fn annotation_edits(
    program: &Program,
    plan: &Plan,
    file: FileId,
    source: &str,
    minor_version: u8,
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
        let text = |range: TextRange| {
            (source.get(usize::from(range.start())..usize::from(range.end()))).unwrap_or_default()
        };
        // `A | B` of classes is a type since 3.10, and of strings never.
        let by_operator = minor_version >= 10;
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
                let asynchronous = vec![
                    Part::Text(before),
                    Part::Source(result),
                    Part::Text("]".to_string()),
                ];
                let quoted = text(result).contains(['"', '\'']);
                let parts = match annotated.in_part {
                    true => either(result, asynchronous, by_operator && !quoted, &mut imports),
                    false => asynchronous,
                };
                edits.push(Edit {
                    place: place(result),
                    parts,
                });
            }
            AnnotationForm::Iterate { .. } | AnnotationForm::Enter => {
                let name = asynchronous(&annotation.target);
                let extra = match annotation.form {
                    AnnotationForm::Iterate { extra } => extra,
                    _ => None,
                };
                let name = imported(module, name);
                if annotated.in_part {
                    let arguments = TextRange::new(
                        annotation.head.end(),
                        extra.map_or(whole.end(), TextRange::start),
                    );
                    let mut parts = vec![
                        Part::Text(format!("{prefix}{name}")),
                        Part::Source(arguments),
                    ];
                    parts.extend(extra.map(|_| Part::Text("]".to_string())));
                    edits.push(Edit {
                        place: place(whole),
                        parts: either(whole, parts, by_operator, &mut imports),
                    });
                    continue;
                }
                edits.push(Edit::text(place(annotation.head), name));
                // An async generator returns nothing.
                if let Some(extra) = extra {
                    edits.push(Edit::text(place(extra), ""));
                }
            }
        }
    }
    (edits, imports)
}

/// What the type is now or what it was.
fn either(
    before: TextRange,
    now: Vec<Part>,
    by_operator: bool,
    imports: &mut Vec<ImportNeed>,
) -> Vec<Part> {
    let (start, between, end) = match by_operator {
        true => ("", " | ", ""),
        false => ("Union[", ", ", "]"),
    };
    if !by_operator {
        imports.push(ImportNeed::From {
            module: "typing",
            name: "Union",
        });
    }
    let mut parts = vec![
        Part::Text(start.to_string()),
        Part::Source(before),
        Part::Text(between.to_string()),
    ];
    parts.extend(now);
    parts.push(Part::Text(end.to_string()));
    parts
}

/// The asynchronous counterpart of a type, in the same module.
fn asynchronous(target: &str) -> &'static str {
    match target.rsplit('.').next() {
        Some("Iterable") => "AsyncIterable",
        Some("Generator") => "AsyncGenerator",
        Some("ContextManager") => "AsyncContextManager",
        Some("AbstractContextManager") => "AbstractAsyncContextManager",
        _ => "AsyncIterator",
    }
}

/// The module that a type comes from, which has its asynchronous counterpart as well.
fn module_of(target: &str) -> &'static str {
    match target.rsplit_once('.').map(|(module, _)| module) {
        Some("collections.abc") => "collections.abc",
        Some("contextlib") => "contextlib",
        _ => "typing",
    }
}
