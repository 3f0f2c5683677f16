//! Whether a server is all that runs in its part of the program, so that it may have a loop of its own.

use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{FileId, FuncId};
use ungreen_catalog::{Origin, catalog};

use super::context::Context;

/// What makes a server, and starts no green thread.
const SERVING: [&str; 6] = [
    "eventlet.wsgi.server",
    "eventlet.listen",
    "eventlet.wrap_ssl",
    "eventlet.monkey_patch",
    "eventlet.websocket.WebSocketWSGI",
    "eventlet.websocket.WebSocketWSGI.configured",
];

/// What only handlers that are served have.
const CONNECTION: &str = "eventlet.websocket.WebSocket";

/// Nothing in the files switches but the functions that are served.
pub(super) fn nothing_else_runs(
    context: &Context<'_>,
    files: &FxHashSet<FileId>,
    served: &[FuncId],
) -> bool {
    context.entry_calls().all(|call| {
        served.contains(&call.site.caller)
            || !files.contains(&call.site.file)
            || context.entry_names(call.site).all(|name| {
                SERVING.contains(&name)
                    || catalog().entry(name).is_none_or(|entry| {
                        entry.owner.as_deref() == Some(CONNECTION)
                            || (entry.origin != Origin::Eventlet && !context.switches(entry))
                    })
            })
    })
}

/// The files that imports join to this one, in either direction.
pub(super) fn files_with(context: &Context<'_>, file: FileId) -> FxHashSet<FileId> {
    let by_module: FxHashMap<&str, FileId> = context
        .program
        .files
        .iter()
        .zip(0..)
        .map(|(facts, index)| (facts.module.as_str(), FileId(index)))
        .collect();
    let mut links: Vec<(FileId, FileId)> = Vec::new();
    for (facts, index) in context.program.files.iter().zip(0..) {
        for binding in &facts.imports {
            let target = binding.target.as_str();
            let parent = target.rsplit_once('.').map(|(parent, _)| parent);
            let imported = [Some(target), parent].into_iter().flatten();
            links.extend(
                imported
                    .filter_map(|module| by_module.get(module))
                    .map(|to| (FileId(index), *to)),
            );
        }
    }
    let mut files: FxHashSet<FileId> = FxHashSet::default();
    let mut pending = vec![file];
    while let Some(next) = pending.pop() {
        if files.insert(next) {
            for (from, to) in &links {
                if *from == next {
                    pending.push(*to);
                } else if *to == next {
                    pending.push(*from);
                }
            }
        }
    }
    files
}
