//! `--adapter pkg.mod.Class`: the class becomes an asynchronous one, and a sync face under the old name holds one of its objects.
//!
//! Which code uses which of the two is decided by coloring, and written by [`crate::faces`].

use ruff_python_ast::{self as ast, AnyNodeRef};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{Class, ClassId, Place, Program, Target};
use ungreen_catalog::{Confidence, Scenario};
use ungreen_color::{Needs, Proposal, SyncFace};

use super::context::Context;

const NAME: &str = "adapter";
const DIFFERENCE: &str = "the sync face runs what it calls in an event loop in a thread of its own, and cannot be called in a running loop";

/// The class of the program that `pkg.mod.Class` or `pkg.mod:Class` names.
#[must_use]
pub fn class_named(program: &Program, name: &str) -> Option<ClassId> {
    let wanted = name.replacen(':', ".", 1);
    let index = program.classes.iter().position(|class| {
        program
            .files
            .get(class.file.0 as usize)
            .is_some_and(|file| format!("{}.{}", file.module, class.qualname) == wanted)
    })?;
    u32::try_from(index).ok().map(ClassId)
}

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut classes: Vec<ClassId> = context
        .config
        .adapters
        .iter()
        .filter_map(|name| class_named(context.program, name))
        .collect();
    classes.sort_unstable();
    classes.dedup();
    classes
        .iter()
        .filter_map(|class| face(context, *class, &classes))
        .collect()
}

fn face(context: &Context<'_>, id: ClassId, all: &[ClassId]) -> Option<Proposal> {
    let program = context.program;
    let class = program.classes.get(id.0 as usize)?;
    let tree = context.tree(class.file)?;
    let syntax = class_at(tree, class)?;
    let place = Place {
        file: class.file,
        range: syntax.name.range(),
    };
    let name = format!("Async{}", class.name);
    let mut methods: Vec<_> = class.methods.values().copied().collect();
    methods.sort_unstable();
    let mut proposal = Proposal {
        construct: NAME,
        place,
        function: program
            .functions
            .get(class.body.0 as usize)
            .and_then(|body| body.parent)
            .unwrap_or(class.body),
        entry: None,
        code: Scenario::SyncAsyncAdapter.code(),
        confidence: Confidence::Review,
        summary: format!("`{}` becomes `{name}`, and a sync face for it", class.name),
        differences: vec![DIFFERENCE.to_string()],
        advice: None,
        group: None,
        needs: Needs::default(),
        edits: Vec::new(),
        imports: Vec::new(),
        helper: vec!["SyncFace"],
    };
    if let Some(problem) = problem(context, class, syntax, &name, all) {
        proposal.confidence = Confidence::Manual;
        proposal.summary = format!("`{}` gets no sync face: {problem}", class.name);
        let kept = methods
            .into_iter()
            .map(|method| (method, proposal.summary.clone()));
        proposal.needs.stays_sync = kept.collect();
        proposal.differences.clear();
        proposal.helper.clear();
        proposal.advice = Some(format!(
            "write a class `{name}` with the asynchronous methods, and a class `{}` that holds one and whose methods return \
             `SyncRunner.run(self._async.method(...))`; it must not derive from the other",
            class.name
        ));
    } else {
        proposal.needs.only_if_async = methods;
        proposal.needs.sync_face = Some(SyncFace { class: id, name });
    }
    Some(proposal)
}

pub(crate) fn class_at<'a>(
    tree: &crate::tree::Tree<'a>,
    class: &Class,
) -> Option<&'a ast::StmtClassDef> {
    tree.at(class.range)
        .iter()
        .find_map(|id| match tree.node(*id)? {
            AnyNodeRef::StmtClassDef(syntax) => Some(syntax),
            _ => None,
        })
}

/// Why the class cannot be split.
fn problem(
    context: &Context<'_>,
    class: &Class,
    syntax: &ast::StmtClassDef,
    name: &str,
    all: &[ClassId],
) -> Option<String> {
    let program = context.program;
    if class.qualname != class.name {
        return Some("it is defined in another class or in a function".to_string());
    }
    if !syntax.decorator_list.is_empty() {
        return Some("what its decorator does with it is not known".to_string());
    }
    if syntax
        .arguments
        .as_deref()
        .is_some_and(|arguments| !arguments.keywords.is_empty())
    {
        return Some("it is made with a metaclass or other keywords".to_string());
    }
    for base in &class.bases {
        let known = match &base.target {
            Target::Class(base) => {
                let is_adapter = all.contains(base);
                let suspends = program.classes.get(base.0 as usize).is_some_and(|base| {
                    base.methods
                        .values()
                        .any(|method| context.may_suspend(*method))
                });
                if suspends && !is_adapter {
                    return Some(format!(
                        "its base `{}` has methods that suspend: name that class by `--adapter` as well",
                        text_of(context, class, base_range(class, *base))
                    ));
                }
                true
            }
            Target::External(external) => external == "builtins.object",
            Target::Entry { .. } | Target::Function(_) => false,
        };
        if !known {
            return Some(format!(
                "its base `{}` is not of the program, and code there may expect an object of it",
                text_of(context, class, Some(base.range))
            ));
        }
    }
    for subclass in class.subclasses.iter().filter(|id| !all.contains(id)) {
        if let Some(subclass) = program.classes.get(subclass.0 as usize) {
            return Some(format!(
                "its subclass `{}` would have no face: name that class by `--adapter` as well",
                subclass.name
            ));
        }
    }
    for method in ["__new__", "__getattr__", "__getattribute__", "__setattr__"] {
        if class.methods.contains_key(method) {
            return Some(format!("it defines `{method}`"));
        }
    }
    let module = context.modules.get(class.file.0 as usize)?;
    module
        .source
        .contains(name)
        .then(|| format!("the module has `{name}` already"))
}

fn base_range(class: &Class, base: ClassId) -> Option<TextRange> {
    class
        .bases
        .iter()
        .find(|known| known.target == Target::Class(base))
        .map(|known| known.range)
}

fn text_of(context: &Context<'_>, class: &Class, range: Option<TextRange>) -> String {
    range
        .map(|range| {
            context.text(Place {
                file: class.file,
                range,
            })
        })
        .unwrap_or_default()
        .to_string()
}
