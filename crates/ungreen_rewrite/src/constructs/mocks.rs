//! Tests that replace a name by a mock: `mock.patch("app.eventlet.sleep")` follows the name to where the migrated code has it,
//! and what stands in for a coroutine function can be awaited.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;
use ungreen_callgraph::{FileFacts, FileId, FuncId, Place};
use ungreen_catalog::{Confidence, Entry, Origin, catalog};
use ungreen_color::{Edit, ImportNeed, Needs, Part, PinKind, Proposal};

use super::context::Context;
use super::denotation::absolute;
use super::proposals::{edit, source, text};
use crate::tree::Tree;
use crate::usage::dotted;

const NAME: &str = "mock";
const CODE: &str = "UG112";
/// Entries that become `asyncio.sleep`.
const SLEEPS: [&str; 3] = ["eventlet.sleep", "eventlet.green.time.sleep", "time.sleep"];
/// Classes of mocks whose calls cannot be awaited.
const MOCKS: [&str; 3] = ["Mock", "MagicMock", "NonCallableMock"];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let mut spoken_for = Vec::new();
    for (index, facts) in context.program.files.iter().enumerate() {
        let Some(file) = u32::try_from(index).ok().map(FileId) else {
            continue;
        };
        // All that `Patch::of` knows has the word in its name, or in that of what it is imported from.
        let patches = context
            .modules
            .get(index)
            .is_some_and(|module| module.source.contains("patch"));
        let (true, Some(tree)) = (patches, context.tree(file)) else {
            continue;
        };
        let calls = tree.nodes().filter_map(|(_, node)| node.expr_call());
        for patch in calls.filter_map(|call| Patch::of(facts, call)) {
            let Some(proposal) = patched(context, tree, file, facts, &patch) else {
                continue;
            };
            if let (Target::Attribute(object, _), Some(_)) = (&patch.target, proposal.entry) {
                let range = object.range();
                spoken_for.push(Place { file, range });
            }
            proposals.push(proposal);
        }
    }
    for place in spoken_for {
        context.claim(place);
    }
    proposals
}

/// A call that replaces a name for the time of a test.
struct Patch<'a> {
    call: &'a ast::ExprCall,
    target: Target<'a>,
    /// What is put in its place, if the call says so.
    new: Option<&'a Expr>,
    new_callable: Option<&'a Expr>,
}

enum Target<'a> {
    /// `patch("app.eventlet.sleep")`.
    Path(&'a ast::ExprStringLiteral),
    /// `patch.object(app.eventlet, "sleep")`.
    Attribute(&'a Expr, &'a str),
}

impl<'a> Patch<'a> {
    fn of(facts: &FileFacts, call: &'a ast::ExprCall) -> Option<Self> {
        let callee = dotted(&call.func)?;
        let callee = absolute(facts, &callee).unwrap_or(callee);
        let callee = callee.strip_prefix("unittest.").unwrap_or(&callee);
        let first = call.arguments.args.first()?;
        let (target, given) = match (callee, first) {
            ("mock.patch" | "mocker.patch" | "monkeypatch.setattr", Expr::StringLiteral(path)) => {
                (Target::Path(path), 1)
            }
            ("mock.patch.object" | "mocker.patch.object" | "monkeypatch.setattr", object) => {
                let Expr::StringLiteral(name) = call.arguments.args.get(1)? else {
                    return None;
                };
                (Target::Attribute(object, name.value.to_str()), 2)
            }
            _ => return None,
        };
        let keyword = |name: &str| {
            call.arguments
                .find_keyword(name)
                .map(|keyword| &keyword.value)
        };
        Some(Self {
            call,
            target,
            new: call
                .arguments
                .args
                .get(given)
                .or_else(|| keyword("new"))
                .or_else(|| keyword("value")),
            new_callable: keyword("new_callable"),
        })
    }
}

/// A module of the program and the names that lead on from it.
fn in_program<'a, 'p>(
    context: &Context<'a>,
    path: &'p str,
) -> Option<(&'a FileFacts, Vec<&'p str>)> {
    let mut end = path.len();
    loop {
        let module = &path[..end];
        if let Some(facts) = context.file_of(module) {
            let rest = path.get(end + 1..).unwrap_or_default();
            return Some((
                facts,
                rest.split('.').filter(|part| !part.is_empty()).collect(),
            ));
        }
        end = module.rfind('.')?;
    }
}

/// What a dotted path denotes.
struct Denoted<'a> {
    entry: &'static Entry,
    /// The module of the program through which the path leads, and how far.
    through: Option<&'a FileFacts>,
}

fn entry_at<'a>(context: &Context<'a>, path: &str) -> Option<Denoted<'a>> {
    let Some((facts, rest)) = in_program(context, path) else {
        let entry = catalog().entry(path)?;
        return Some(Denoted {
            entry,
            through: None,
        });
    };
    let name = absolute(facts, &rest.join("."))?;
    let entry = catalog().entry(&name)?;
    Some(Denoted {
        entry,
        through: Some(facts),
    })
}

fn function_at(context: &Context<'_>, path: &str) -> Option<FuncId> {
    let (facts, rest) = in_program(context, path)?;
    let functions = &context.program.functions;
    let file = functions.get(facts.body.0 as usize)?.file;
    let qualname = rest.join(".");
    if qualname.is_empty() {
        return None;
    }
    // Functions are numbered file by file.
    let first = functions.partition_point(|function| function.file < file);
    let of_file = functions
        .iter()
        .skip(first)
        .take_while(|function| function.file == file);
    (first..)
        .zip(of_file)
        .find(|(_, function)| function.qualname == qualname)
        .and_then(|(index, _)| u32::try_from(index).ok().map(FuncId))
}

fn patched(
    context: &Context<'_>,
    tree: &Tree<'_>,
    file: FileId,
    facts: &FileFacts,
    patch: &Patch<'_>,
) -> Option<Proposal> {
    let place = Place {
        file,
        range: patch.call.range(),
    };
    let path = match patch.target {
        Target::Path(literal) => literal.value.to_str().to_string(),
        Target::Attribute(object, name) => {
            format!("{}.{name}", absolute(facts, &dotted(object)?)?)
        }
    };
    let base = Proposal {
        construct: NAME,
        place,
        function: context
            .program
            .call_index
            .get(&place)
            .and_then(|id| context.site(*id))
            .map_or(facts.body, |site| site.caller),
        entry: None,
        code: CODE,
        confidence: Confidence::Exact,
        summary: format!("`{path}` is replaced by something that can be awaited"),
        differences: Vec::new(),
        advice: None,
        group: None,
        needs: Needs::default(),
        edits: Vec::new(),
        imports: Vec::new(),
        helper: Vec::new(),
    };
    if let Some(function) = function_at(context, &path) {
        let (edits, lifts) = awaitable(context, place, patch);
        return (!edits.is_empty()).then(|| Proposal {
            needs: Needs {
                only_if_async: vec![function],
                lifts,
                ..Needs::default()
            },
            edits,
            ..base
        });
    }
    let denoted = entry_at(context, &path)?;
    let entry = denoted.entry;
    let concerned = match entry.origin {
        Origin::Eventlet => true,
        Origin::Stdlib => context.is_green(entry) && context.switches(entry),
    };
    if !concerned {
        return None;
    }
    let moved = SLEEPS
        .contains(&entry.name.as_str())
        .then(|| moved(tree, place, patch, denoted.through))
        .flatten();
    let Some((moved, imports)) = moved else {
        return Some(Proposal {
            entry: Some(&entry.name),
            confidence: Confidence::Manual,
            summary: format!("`{path}` is replaced by a mock, and the migrated code does not use it"),
            advice: Some(
                "patch the name that the migrated module uses instead, with a mock that can be awaited"
                    .to_string(),
            ),
            ..base
        });
    };
    let (mut edits, lifts) = awaitable(context, place, patch);
    edits.push(moved);
    Some(Proposal {
        entry: Some(&entry.name),
        summary: format!("`{path}` is `asyncio.sleep` in the migrated code"),
        needs: Needs {
            lifts,
            only_if_async: callers_in(context, &entry.name, denoted.through, facts),
            ..Needs::default()
        },
        edits,
        imports,
        ..base
    })
}

/// The functions that call what is patched, of the module through which it is reached; else of those that the test imports.
fn callers_in(
    context: &Context<'_>,
    entry: &str,
    through: Option<&FileFacts>,
    test: &FileFacts,
) -> Vec<FuncId> {
    let mut tested: FxHashSet<&str> = FxHashSet::default();
    for binding in &test.imports {
        tested.insert(&binding.target);
        tested.extend(binding.target.rsplit_once('.').map(|(parent, _)| parent));
    }
    let is_there = |file: FileId| {
        let Some(other) = context.program.files.get(file.0 as usize) else {
            return false;
        };
        match through {
            Some(facts) => std::ptr::eq(other, facts),
            None => std::ptr::eq(other, test) || tested.contains(other.module.as_str()),
        }
    };
    let mut callers: Vec<FuncId> = context
        .sites_of(entry)
        .filter(|site| is_there(site.file))
        .map(|site| site.caller)
        .collect();
    callers.sort_unstable();
    callers.dedup();
    callers
}

/// The patch of `asyncio.sleep` as the module reads it.
fn moved(
    tree: &Tree<'_>,
    place: Place,
    patch: &Patch<'_>,
    through: Option<&FileFacts>,
) -> Option<(Edit, Vec<ImportNeed>)> {
    let asyncio = through.map_or("asyncio", |facts| {
        facts
            .imports
            .iter()
            .find(|binding| binding.target == "asyncio")
            .map_or("asyncio", |binding| binding.name.as_str())
    });
    match patch.target {
        Target::Path(literal) => {
            let written = tree.slice(literal.range());
            let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            if literal.value.is_implicit_concatenated() {
                return None;
            }
            let owner = through.map_or(String::new(), |facts| format!("{}.", facts.module));
            let path = format!("{quote}{owner}{asyncio}.sleep{quote}");
            Some((edit(place, literal.range(), vec![text(path)]), Vec::new()))
        }
        Target::Attribute(object, name) => {
            if name != "sleep" {
                return None;
            }
            let (parts, imports) = match (through, object) {
                (None, _) => (vec![text("asyncio")], vec![ImportNeed::Module("asyncio")]),
                (Some(facts), Expr::Attribute(attribute))
                    if facts.imports.iter().any(|binding| {
                        binding.name == attribute.attr.as_str() && is_module(&binding.target)
                    }) =>
                {
                    (
                        vec![source(attribute.value.range()), text(format!(".{asyncio}"))],
                        Vec::new(),
                    )
                }
                (Some(_), object) => (
                    vec![source(object.range()), text(format!(".{asyncio}"))],
                    Vec::new(),
                ),
            };
            Some((edit(place, object.range(), parts), imports))
        }
    }
}

/// The name is that of a module that has a `sleep`.
fn is_module(name: &str) -> bool {
    SLEEPS
        .iter()
        .any(|sleep| sleep.strip_suffix(".sleep") == Some(name))
}

/// Edits after which what takes the place of a coroutine function can be awaited; and functions that it calls.
fn awaitable(
    context: &Context<'_>,
    place: Place,
    patch: &Patch<'_>,
) -> (Vec<Edit>, Vec<(FuncId, PinKind)>) {
    const ASYNC_MOCK: Part = Part::Name {
        module: "unittest.mock",
        name: "AsyncMock",
    };
    let mut edits = Vec::new();
    let mut lifts = Vec::new();
    if let Some(class) = patch.new_callable.filter(|class| is_mock(class)) {
        edits.push(edit(place, class.range(), vec![ASYNC_MOCK]));
    }
    match patch.new {
        Some(Expr::Call(call)) if is_mock(&call.func) => {
            edits.push(edit(place, call.func.range(), vec![ASYNC_MOCK]));
        }
        Some(new) if is_function(context, place, new) => {
            let range = new.range();
            lifts.extend(functions_at(context, Place { range, ..place }));
            edits.push(edit(
                place,
                range,
                vec![ASYNC_MOCK, text("(side_effect="), source(range), text(")")],
            ));
        }
        _ => {}
    }
    (edits, lifts)
}

pub(super) fn is_mock(class: &Expr) -> bool {
    dotted(class).is_some_and(|name| MOCKS.contains(&name.rsplit('.').next().unwrap_or_default()))
}

/// A lambda, a function of the program, or a mock that was made before.
fn is_function(context: &Context<'_>, place: Place, new: &Expr) -> bool {
    match new {
        Expr::Lambda(_) => true,
        Expr::Name(name) => name.id.as_str() != "DEFAULT",
        Expr::Attribute(attribute) => attribute.attr.as_str() != "DEFAULT",
        _ => !functions_at(
            context,
            Place {
                range: new.range(),
                ..place
            },
        )
        .is_empty(),
    }
}

fn functions_at(context: &Context<'_>, place: Place) -> Vec<(FuncId, PinKind)> {
    context
        .program
        .reference_index
        .get(&place)
        .and_then(|index| context.program.references.get(*index as usize))
        .into_iter()
        .flat_map(|reference| &reference.targets)
        .filter_map(|target| match target {
            ungreen_callgraph::Target::Function(function) => Some((*function, PinKind::Callback)),
            _ => None,
        })
        .collect()
}
