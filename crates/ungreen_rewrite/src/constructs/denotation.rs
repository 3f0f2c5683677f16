//! Which expressions spell a name out, so that it can be written anew.

use ruff_python_ast::{AnyNodeRef, ExprContext};
use ruff_text_size::TextRange;
use ungreen_callgraph::{CallSite, EdgeKind, FileFacts, FileId, Program, Target};
use ungreen_catalog::{catalog, flow};

use super::context::{Context, entry_names};
use crate::usage::dotted;

/// The expression is a dotted name that begins with an import.
pub(super) fn spelled_out(
    context: &Context<'_>,
    file: FileId,
    range: TextRange,
) -> Option<TextRange> {
    let tree = context.tree(file)?;
    let text = match tree.expression(range) {
        Some((_, AnyNodeRef::ExprName(name))) => name.id.to_string(),
        Some((_, AnyNodeRef::ExprAttribute(attribute))) => {
            format!("{}.{}", dotted(&attribute.value)?, attribute.attr)
        }
        // In an annotation that is a string.
        None => tree.slice(range).to_string(),
        _ => return None,
    };
    let root = text.split('.').next().unwrap_or_default();
    let imports = &context.program.files.get(file.0 as usize)?.imports;
    if imports.iter().any(|binding| binding.name == root) {
        return Some(range);
    }
    // What the file does not bind itself comes by a star import.
    let starred = imports.iter().any(|binding| binding.name == "*");
    let is_bound = || {
        tree.nodes().any(|(_, node)| match node {
            AnyNodeRef::ExprName(name) => name.id.as_str() == root && name.ctx != ExprContext::Load,
            AnyNodeRef::Parameter(parameter) => parameter.name.as_str() == root,
            AnyNodeRef::StmtFunctionDef(function) => function.name.as_str() == root,
            AnyNodeRef::StmtClassDef(class) => class.name.as_str() == root,
            _ => false,
        })
    };
    (starred && !is_bound()).then_some(range)
}

/// A reason not to await a call that may also run something of the program.
/// What the entry itself runs is no such reason: `Pool.get` runs `create`.
pub(super) fn other_targets(program: &Program, site: &CallSite) -> Option<String> {
    let runs: Vec<&str> = entry_names(site)
        .filter_map(flow)
        .flat_map(|flow| &flow.runs)
        .map(String::as_str)
        .collect();
    site.edges
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Call && edge.argument.is_none())
        .find_map(|edge| match &edge.target {
            Target::Function(function) => {
                let function = program.functions.get(function.0 as usize)?;
                let file = program.files.get(function.file.0 as usize)?;
                (!runs.contains(&function.name.as_str())).then(|| {
                    format!(
                        "the call may also reach `{}` at {}:{}, which is not Eventlet's",
                        function.qualname, file.path, function.line
                    )
                })
            }
            // Of an unknown object only the method's name is known.
            Target::External(name) if name.starts_with('?') => {
                Some("the call may reach something else that is not Eventlet's".to_string())
            }
            Target::External(name) => Some(format!(
                "the call may also reach `{name}`, which is not Eventlet's"
            )),
            Target::Entry { .. } | Target::Class(_) => None,
        })
}

/// The name is that of the class, or of its green form in `eventlet.green`.
pub(super) fn stands_for(name: &str, class: &str) -> bool {
    name == class
        || catalog()
            .entry(name)
            .is_some_and(|entry| entry.stands_for.as_deref() == Some(class))
}

/// What the imports of the file make of a dotted name that it writes.
pub(super) fn absolute(facts: &FileFacts, written: &str) -> Option<String> {
    let (root, rest) = written.split_once('.').unwrap_or((written, ""));
    let binding = facts.imports.iter().find(|binding| binding.name == root)?;
    // `import a.b` binds `a`.
    let target = match binding.target.strip_prefix(root) {
        Some(below) if below.starts_with('.') => root,
        _ => binding.target.as_str(),
    };
    Some(if rest.is_empty() {
        target.to_string()
    } else {
        format!("{target}.{rest}")
    })
}
