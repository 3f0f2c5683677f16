//! `--adapter pkg.mod.Class`: a class that callers with and without a loop share is named with what a person has to write.

use ungreen_callgraph::Place;
use ungreen_catalog::{Confidence, Scenario};
use ungreen_color::{Needs, Proposal};

use super::context::Context;

const NAME: &str = "adapter";

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    context
        .config
        .adapters
        .iter()
        .filter_map(|wanted| named(context, wanted))
        .collect()
}

fn named(context: &Context<'_>, wanted: &str) -> Option<Proposal> {
    let program = context.program;
    let class = program.classes.iter().find(|class| {
        program
            .files
            .get(class.file.0 as usize)
            .is_some_and(|file| format!("{}.{}", file.module, class.qualname) == wanted)
    });
    let (place, function, summary, advice) = match class {
        Some(class) => {
            let name = &class.name;
            let range = program.functions.get(class.body.0 as usize)?.range;
            (
                Place {
                    file: class.file,
                    range,
                },
                class.body,
                format!("`{wanted}` gets no sync face by itself"),
                format!(
                    "call the asynchronous class `Async{name}`, and write a class `{name}` that holds one and whose methods return \
                     `SyncRunner.run(self._client.method(...))`; it must not derive from the other"
                ),
            )
        }
        None => {
            let first = program.files.first()?;
            (
                Place {
                    file: ungreen_callgraph::FileId(0),
                    range: ruff_text_size::TextRange::default(),
                },
                first.body,
                format!("`--adapter {wanted}` names no class of the program"),
                "give the module and the class as `pkg.mod.Class`".to_string(),
            )
        }
    };
    Some(Proposal {
        construct: NAME,
        place,
        function,
        entry: None,
        code: Scenario::SyncAsyncAdapter.code(),
        confidence: Confidence::Manual,
        summary,
        differences: Vec::new(),
        advice: Some(advice),
        group: None,
        needs: Needs::default(),
        edits: Vec::new(),
        imports: Vec::new(),
        helper: Vec::new(),
    })
}
