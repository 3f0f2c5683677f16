//! Objects whose uses an asyncio object serves just as well: `Event` without a value, queues and locks without timeouts.
//!
//! Whatever goes beyond the listed forms is left to the helper.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{Allocation, CallKind, FunctionKind, ObjectUse, Place};
use ungreen_catalog::{PythonVersion, catalog};
use ungreen_color::Proposal;

use super::arguments::literal_number;
use super::components::components_of;
use super::context::Context;
use super::denotation::{other_targets, spelled_out, stands_for};
use super::proposals::{asyncio, edit, exact, in_group, text};

const NAME: &str = "asyncio-object";

/// A class with an equivalent in asyncio for some of its uses.
struct Plain {
    class: &'static str,
    asyncio: &'static str,
    constructor: Constructor,
    uses: &'static [Use],
}

#[derive(Clone, Copy)]
enum Constructor {
    NoArguments,
    /// At most one argument.
    Count,
    /// At most one argument: a literal number that is greater than zero.
    PositiveSize,
    /// At most one argument: a literal number.
    LiteralSize,
}

/// One form of use.
struct Use {
    attribute: &'static str,
    arguments: usize,
    becomes: Becomes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Becomes {
    Same,
    Awaited,
    /// Awaited, and nothing looks at the result.
    AwaitedStatement,
    /// Nothing looks at the result.
    Statement,
    Renamed(&'static str),
    RenamedStatement(&'static str),
    AsyncWith,
}

const fn form(attribute: &'static str, arguments: usize, becomes: Becomes) -> Use {
    Use {
        attribute,
        arguments,
        becomes,
    }
}

const SIGNAL: &[Use] = &[
    form("send", 0, Becomes::RenamedStatement("set")),
    form("wait", 0, Becomes::AwaitedStatement),
    form("ready", 0, Becomes::Renamed("is_set")),
];
const FLAG: &[Use] = &[
    form("set", 0, Becomes::Same),
    form("clear", 0, Becomes::Same),
    form("is_set", 0, Becomes::Same),
    form("isSet", 0, Becomes::Renamed("is_set")),
    form("wait", 0, Becomes::Awaited),
];
const LOCK: &[Use] = &[
    form("acquire", 0, Becomes::Awaited),
    form("release", 0, Becomes::Statement),
    form("locked", 0, Becomes::Same),
    form("__enter__", 0, Becomes::AsyncWith),
    form("__exit__", 0, Becomes::AsyncWith),
];
const QUEUE: &[Use] = &[
    form("get", 0, Becomes::Awaited),
    form("put", 1, Becomes::Awaited),
    form("qsize", 0, Becomes::Same),
    form("empty", 0, Becomes::Same),
    form("full", 0, Becomes::Same),
    form("task_done", 0, Becomes::Same),
    form("join", 0, Becomes::Awaited),
];

const PLAIN: &[Plain] = &[
    Plain {
        class: "eventlet.event.Event",
        asyncio: "Event",
        constructor: Constructor::NoArguments,
        uses: SIGNAL,
    },
    Plain {
        class: "threading.Event",
        asyncio: "Event",
        constructor: Constructor::NoArguments,
        uses: FLAG,
    },
    Plain {
        class: "threading.Lock",
        asyncio: "Lock",
        constructor: Constructor::NoArguments,
        uses: LOCK,
    },
    Plain {
        class: "eventlet.lock.Lock",
        asyncio: "Lock",
        constructor: Constructor::NoArguments,
        uses: LOCK,
    },
    Plain {
        class: "eventlet.semaphore.Semaphore",
        asyncio: "Semaphore",
        constructor: Constructor::Count,
        uses: LOCK,
    },
    Plain {
        class: "eventlet.semaphore.BoundedSemaphore",
        asyncio: "BoundedSemaphore",
        constructor: Constructor::Count,
        uses: LOCK,
    },
    Plain {
        class: "threading.Semaphore",
        asyncio: "Semaphore",
        constructor: Constructor::Count,
        uses: LOCK,
    },
    Plain {
        class: "threading.BoundedSemaphore",
        asyncio: "BoundedSemaphore",
        constructor: Constructor::Count,
        uses: LOCK,
    },
    Plain {
        class: "eventlet.queue.Queue",
        asyncio: "Queue",
        constructor: Constructor::PositiveSize,
        uses: QUEUE,
    },
    Plain {
        class: "eventlet.queue.LightQueue",
        asyncio: "Queue",
        constructor: Constructor::PositiveSize,
        uses: QUEUE,
    },
    Plain {
        class: "eventlet.queue.PriorityQueue",
        asyncio: "PriorityQueue",
        constructor: Constructor::PositiveSize,
        uses: QUEUE,
    },
    Plain {
        class: "eventlet.queue.LifoQueue",
        asyncio: "LifoQueue",
        constructor: Constructor::PositiveSize,
        uses: QUEUE,
    },
    Plain {
        class: "queue.Queue",
        asyncio: "Queue",
        constructor: Constructor::LiteralSize,
        uses: QUEUE,
    },
    Plain {
        class: "queue.PriorityQueue",
        asyncio: "PriorityQueue",
        constructor: Constructor::LiteralSize,
        uses: QUEUE,
    },
    Plain {
        class: "queue.LifoQueue",
        asyncio: "LifoQueue",
        constructor: Constructor::LiteralSize,
        uses: QUEUE,
    },
];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for plain in PLAIN {
        let class = plain.class;
        // A class that is handed around may make objects that are not seen.
        let handed_around = catalog()
            .entries()
            .iter()
            .filter(|entry| stands_for(&entry.name, class))
            .any(|entry| {
                context.references_of(&entry.name).iter().any(|reference| {
                    !reference.is_annotation && !context.is_callee(reference.place)
                })
            });
        if handed_around {
            continue;
        }
        let annotations = annotations_of(context, class);
        let (fitting, other): (Vec<_>, Vec<_>) = components_of(context, class)
            .into_iter()
            .partition(|component| {
                component.is_closed(class)
                    && component.members.iter().all(|(id, allocation)| {
                        context.is_green_object(*id) && fits(context, plain, class, allocation)
                    })
            });
        // An annotation speaks of all objects of the class.
        if !annotations.is_empty() && !other.is_empty() {
            continue;
        }
        let common = (!annotations.is_empty() && !fitting.is_empty()).then(|| context.new_group());
        if let Some(group) = common {
            for place in annotations {
                context.claim(place);
                proposals.push(in_group(annotation(context, plain, class, place), group));
            }
        }
        for component in fitting {
            let group = common.unwrap_or_else(|| context.new_group());
            for (id, allocation) in &component.members {
                context.claim_allocation(*id);
                proposals.extend(
                    rewrite(context, plain, class, allocation)
                        .into_iter()
                        .map(|proposal| in_group(proposal, group)),
                );
            }
        }
    }
    dedup(proposals)
}

/// Where annotations name the class.
pub(super) fn annotations_of(context: &Context<'_>, class: &str) -> Vec<Place> {
    let names = catalog().entries().iter().map(|entry| entry.name.as_str());
    let references = names
        .filter(|name| stands_for(name, class))
        .flat_map(|name| context.references_of(name));
    references
        .filter(|reference| reference.is_annotation)
        .map(|reference| reference.place)
        .filter(|place| spelled_out(context, place.file, place.range).is_some())
        .collect()
}

fn annotation(context: &Context<'_>, plain: &Plain, class: &'static str, place: Place) -> Proposal {
    let function = context.body_of(place.file);
    let summary = format!(
        "`{}` becomes `asyncio.{}`",
        context.text(place),
        plain.asyncio
    );
    let mut proposal = exact(NAME, place, function, class, summary);
    proposal
        .edits
        .push(edit(place, place.range, vec![asyncio(plain.asyncio)]));
    proposal
}

/// Objects of one component share uses; each use is proposed once.
fn dedup(proposals: Vec<Proposal>) -> Vec<Proposal> {
    let mut seen = rustc_hash::FxHashSet::default();
    proposals
        .into_iter()
        .filter(|proposal| seen.insert(proposal.place))
        .collect()
}

fn fits(context: &Context<'_>, plain: &Plain, class: &str, allocation: &Allocation) -> bool {
    let Some(site) = context
        .program
        .call_index
        .get(&allocation.place)
        .and_then(|id| context.site(*id))
    else {
        return false;
    };
    let makes_it = other_targets(context.program, site).is_none()
        && context
            .entry_names(site)
            .all(|name| stands_for(name, class));
    let Some(call) = context
        .tree(allocation.place.file)
        .and_then(|tree| tree.call(allocation.place.range))
    else {
        return false;
    };
    let bound_to_loop_of_import = context.config.target
        < (PythonVersion {
            major: 3,
            minor: 10,
        })
        && context
            .program
            .functions
            .get(allocation.function.0 as usize)
            .is_none_or(|function| function.kind != FunctionKind::Def);
    let starred = call.arguments.args.iter().any(Expr::is_starred_expr)
        || call
            .arguments
            .keywords
            .iter()
            .any(|keyword| keyword.arg.is_none());
    let first = call.arguments.iter_source_order().next();
    let first = first.map(|argument| argument.value());
    let count = call.arguments.len();
    let constructor = match plain.constructor {
        Constructor::NoArguments => count == 0,
        Constructor::Count => count <= 1,
        Constructor::PositiveSize => {
            count <= 1 && first.is_none_or(|size| literal_number(size).is_some_and(|n| n > 0.0))
        }
        Constructor::LiteralSize => {
            count <= 1 && first.is_none_or(|size| literal_number(size).is_some())
        }
    };
    makes_it
        && !bound_to_loop_of_import
        && !starred
        && constructor
        && spelled_out(context, allocation.place.file, site.callee).is_some()
        && allocation
            .uses
            .iter()
            .all(|used| use_of(context, plain, used).is_some())
}

/// How the use is written on asyncio; `None` if it has no such form.
fn use_of(context: &Context<'_>, plain: &Plain, used: &ObjectUse) -> Option<Becomes> {
    let form = plain
        .uses
        .iter()
        .find(|form| form.attribute == used.attribute)?;
    if form.becomes == Becomes::AsyncWith {
        return context.with_of(used.place).map(|_| Becomes::AsyncWith);
    }
    let range = used.call?;
    let call = context.tree(used.place.file)?.call(range)?;
    let arguments = &call.arguments;
    if arguments.args.len() != form.arguments
        || !arguments.keywords.is_empty()
        || arguments.args.iter().any(Expr::is_starred_expr)
    {
        return None;
    }
    let unused = matches!(
        form.becomes,
        Becomes::Statement | Becomes::AwaitedStatement | Becomes::RenamedStatement(_)
    );
    let place = Place {
        file: used.place.file,
        range,
    };
    if unused && !context.is_expression_statement(place) {
        return None;
    }
    let reaches_only_this = context
        .program
        .call_index
        .get(&place)
        .and_then(|id| context.site(*id))
        .is_some_and(|site| {
            site.kind == CallKind::Call && other_targets(context.program, site).is_none()
        });
    reaches_only_this.then_some(form.becomes)
}

fn rewrite(
    context: &Context<'_>,
    plain: &Plain,
    class: &'static str,
    allocation: &Allocation,
) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let callee = context
        .program
        .call_index
        .get(&allocation.place)
        .and_then(|id| context.site(*id))
        .map(|site| site.callee);
    if let Some(callee) = callee {
        let mut proposal = exact(
            NAME,
            allocation.place,
            allocation.function,
            class,
            format!(
                "`{}` becomes `asyncio.{}`",
                context.text(allocation.place),
                plain.asyncio
            ),
        );
        proposal
            .edits
            .push(edit(allocation.place, callee, vec![asyncio(plain.asyncio)]));
        proposals.push(proposal);
    }
    for used in &allocation.uses {
        let Some(becomes) = use_of(context, plain, used) else {
            continue;
        };
        let place = Place {
            file: used.place.file,
            range: used.call.unwrap_or(used.place.range),
        };
        let mut proposal = exact(
            NAME,
            place,
            used.function,
            class,
            format!(
                "`{}` is a use of `asyncio.{}`",
                context.text(place).lines().next().unwrap_or_default(),
                plain.asyncio
            ),
        );
        match becomes {
            Becomes::Same | Becomes::Statement => {}
            Becomes::Awaited | Becomes::AwaitedStatement => {
                proposal.needs.awaits.push(place.range);
            }
            Becomes::Renamed(name) | Becomes::RenamedStatement(name) => {
                if let Some(attribute) = attribute_name(context, used.place) {
                    proposal
                        .edits
                        .push(edit(place, attribute, vec![text(name)]));
                }
            }
            Becomes::AsyncWith => proposal.needs.async_with.push(place.range),
        }
        proposals.push(proposal);
    }
    proposals
}

/// The name behind the dot of an attribute access.
fn attribute_name(context: &Context<'_>, place: Place) -> Option<TextRange> {
    let (_, node) = context.tree(place.file)?.expression(place.range)?;
    match node {
        AnyNodeRef::ExprAttribute(attribute) => Some(attribute.attr.range()),
        _ => None,
    }
}
