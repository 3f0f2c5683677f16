//! `ExitStack` becomes `AsyncExitStack` where what it enters, or what it calls at its end, suspends.

use ruff_python_ast::{AnyNodeRef, ExprCall};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;
use ungreen_callgraph::{CallKind, FileId, FuncId, FunctionKind, Place, Target};
use ungreen_color::{GroupId, Part, PinKind, Proposal};

use super::context::{Context, EntryCall};
use super::proposals::{edit, exact, in_group, text};
use crate::tree::{NodeId, Tree};

const NAME: &str = "exit-stack";
const STACK: &str = "contextlib.ExitStack";

/// `with ExitStack() as stack:` of which every use is known.
pub(super) struct Stack {
    /// The call that makes it, which is the item of the `with` statement.
    made: Place,
    callee: TextRange,
    function: FuncId,
    uses: Vec<Use>,
}

/// `stack.enter_context(argument)` or `stack.callback(argument, …)`.
struct Use {
    call: TextRange,
    method: TextRange,
    argument: TextRange,
    is_callback: bool,
    /// What it runs of the program.
    functions: Vec<FuncId>,
}

impl Stack {
    /// The expressions whose values it enters.
    pub(super) fn entered(&self) -> impl Iterator<Item = Place> + '_ {
        self.uses
            .iter()
            .filter(|used| !used.is_callback)
            .map(|used| Place {
                file: self.made.file,
                range: used.argument,
            })
    }

    pub(super) fn runs(&self, functions: &[FuncId]) -> bool {
        self.uses.iter().any(|used| {
            used.functions
                .iter()
                .any(|function| functions.contains(function))
        })
    }

    /// What is written if something that it runs suspends.
    pub(super) fn proposals(&self, group: GroupId) -> Vec<Proposal> {
        let own = |place: Place, summary: &str, concerned: &[FuncId]| {
            let mut proposal = Proposal {
                entry: None,
                code: "UG107",
                ..exact(NAME, place, self.function, STACK, summary)
            };
            proposal.needs.only_if_async.extend(concerned);
            in_group(proposal, group)
        };
        let all: Vec<FuncId> = self
            .uses
            .iter()
            .flat_map(|used| used.functions.iter().copied())
            .collect();
        let mut made = own(self.made, "`ExitStack` becomes an `AsyncExitStack`", &all);
        made.needs.async_with.push(self.made.range);
        made.edits.push(edit(
            self.made,
            self.callee,
            vec![Part::Name {
                module: "contextlib",
                name: "AsyncExitStack",
            }],
        ));
        let mut proposals = vec![made];
        for used in &self.uses {
            if used.functions.is_empty() {
                continue;
            }
            let place = Place {
                file: self.made.file,
                range: used.call,
            };
            let (name, summary) = if used.is_callback {
                (
                    "push_async_callback",
                    "`callback` becomes `push_async_callback`",
                )
            } else {
                (
                    "enter_async_context",
                    "`enter_context` becomes `enter_async_context`, which is awaited",
                )
            };
            let mut proposal = own(place, summary, &used.functions);
            proposal
                .edits
                .push(edit(place, used.method, vec![text(name)]));
            if used.is_callback {
                proposal.needs.lifts.extend(
                    used.functions
                        .iter()
                        .map(|function| (*function, PinKind::Callback)),
                );
            } else {
                proposal.needs.awaits.push(used.call);
                proposal.needs.handles_calls.push(used.argument);
            }
            proposals.push(proposal);
        }
        proposals
    }
}

/// The stacks of the program of which every use is known, and that run a function of it.
pub(super) fn stacks(context: &Context<'_>) -> Vec<Stack> {
    let made = context.calls_of(STACK);
    if made.is_empty() {
        return Vec::new();
    }
    let mut entering: FxHashMap<Place, Vec<FuncId>> = FxHashMap::default();
    for site in &context.program.calls {
        if site.kind == CallKind::With {
            let place = Place {
                file: site.file,
                range: site.range,
            };
            let functions = site.edges.iter().filter_map(|edge| match edge.target {
                Target::Function(function) => Some(function),
                _ => None,
            });
            entering.entry(place).or_default().extend(functions);
        }
    }
    made.into_iter()
        .filter_map(|call| stack(context, call, &entering))
        .filter(|stack| stack.uses.iter().any(|used| !used.functions.is_empty()))
        .collect()
}

fn stack(
    context: &Context<'_>,
    made: EntryCall<'_>,
    entering: &FxHashMap<Place, Vec<FuncId>>,
) -> Option<Stack> {
    let place = made.place();
    let (_, item) = context.with_of(place)?;
    let name = &item.optional_vars.as_deref()?.as_name_expr()?;
    let tree = context.tree(place.file)?;
    let (id, _) = tree.expression(place.range)?;
    let scope = scope_of(tree, id);
    let facts = context.program.functions.get(made.site.caller.0 as usize)?;
    let mut uses = Vec::new();
    for (used, node) in tree.nodes() {
        let AnyNodeRef::ExprName(found) = node else {
            continue;
        };
        let in_sight =
            facts.kind == FunctionKind::Module || facts.range.contains_range(found.range);
        if found.id != name.id || found.range == name.range || !in_sight {
            continue;
        }
        if scope_of(tree, used) != scope {
            return None;
        }
        uses.push(used_at(context, tree, place.file, used, entering)?);
    }
    Some(Stack {
        made: place,
        callee: made.site.callee,
        function: made.site.caller,
        uses,
    })
}

/// The function, lambda or class around the node.
fn scope_of(tree: &Tree<'_>, id: NodeId) -> Option<NodeId> {
    tree.ancestors(id).find_map(|(above, node)| {
        matches!(
            node,
            AnyNodeRef::StmtFunctionDef(_)
                | AnyNodeRef::ExprLambda(_)
                | AnyNodeRef::StmtClassDef(_)
        )
        .then_some(above)
    })
}

fn used_at(
    context: &Context<'_>,
    tree: &Tree<'_>,
    file: FileId,
    name: NodeId,
    entering: &FxHashMap<Place, Vec<FuncId>>,
) -> Option<Use> {
    let (attribute_id, AnyNodeRef::ExprAttribute(attribute)) = tree.parent(name)? else {
        return None;
    };
    let (_, AnyNodeRef::ExprCall(call)) = tree.parent(attribute_id)? else {
        return None;
    };
    let is_callback = match attribute.attr.as_str() {
        "enter_context" => false,
        "callback" => true,
        _ => return None,
    };
    let argument = first_argument(call)?;
    let place = Place {
        file,
        range: argument,
    };
    let functions = if is_callback {
        context.functions_denoted(place)
    } else {
        let mut functions = entering.get(&place).cloned().unwrap_or_default();
        functions.sort_unstable();
        functions.dedup();
        functions
    };
    (call.func.range() == attribute.range).then_some(Use {
        call: call.range(),
        method: attribute.attr.range(),
        argument,
        is_callback,
        functions,
    })
}

fn first_argument(call: &ExprCall) -> Option<TextRange> {
    let first = call.arguments.args.first()?;
    (!first.is_starred_expr()).then(|| first.range())
}
