//! What is written for one use of an object or function that the helper stands in for.

use ruff_text_size::TextRange;
use ungreen_callgraph::{FuncId, Place};
use ungreen_catalog::{Origin, catalog};
use ungreen_color::{Edit, Part, PinKind, Proposal};

use super::cleanups;
use super::context::Context;
use super::datagrams::{connect_now, never_waits};
use super::handed_over::handed_over;
use super::iteration::iterated;
use super::methods::{function_for, receiver_first};
use super::object_facts::{
    configures_hub, is_exception, overrides_of, runs_in_thread, tells_green_thread,
};
use super::object_sets::Node;
use super::objects::NAME;
use super::offload::SHARED_THREADS;
use super::proposals::{edit, exact, manual, with_difference};
use crate::helper::helper;

/// One place that changes when its objects are replaced.
pub(super) struct Item {
    pub(super) place: Place,
    pub(super) function: FuncId,
    pub(super) entry: &'static str,
    pub(super) nodes: Vec<Node>,
    pub(super) what: What,
    pub(super) problem: Option<String>,
    pub(super) differences: Vec<String>,
}

pub(super) enum What {
    /// An expression that denotes the class or function; `call` if it is called at once. It is written anew only where it is spelled out.
    Name {
        expression: Option<TextRange>,
        helper: &'static str,
        call: Option<TextRange>,
    },
    /// `object.attribute`; `class` is that of the helper.
    Member {
        class: &'static str,
        attribute: String,
        call: Option<TextRange>,
    },
    /// `timer = Timeout(5)` in front of `try: … finally: timer.cancel()`.
    TimedTry(Edit),
}

impl Item {
    /// A use of a socket of the standard library that never waits: `sock.bind(address)`. If an object has no other, it stays what it is.
    pub(super) fn works_without_loop(&self) -> bool {
        let is_socket = catalog().entry(self.entry).is_some_and(|entry| {
            entry.origin == Origin::Stdlib && entry.name.starts_with("socket.socket")
        });
        let waits = match &self.what {
            What::Name { expression, .. } => expression.is_none(),
            What::Member {
                class, attribute, ..
            } => {
                helper().is_awaited(&format!("{class}.{attribute}"))
                    && !matches!(attribute.as_str(), "__enter__" | "__exit__")
            }
            What::TimedTry(_) => true,
        };
        is_socket && !waits
    }

    pub(super) fn propose(mut self, context: &Context<'_>) -> Proposal {
        let shown = context.text(self.place);
        let shown = shown.lines().next().unwrap_or_default();
        let handed_over = handed_over(context, self.place);
        self.problem = self.problem.or_else(|| handed_over.clone().err());
        if let Some(problem) = self.problem {
            return manual(
                NAME,
                self.place,
                self.function,
                self.entry,
                format!("`{shown}` stays on Eventlet: {problem}"),
                "change the code so that every use of the object is a plain call, or migrate it by hand",
            );
        }
        let summary = match &self.what {
            What::Name { helper, .. } => format!("`{shown}` uses `{helper}` of the helper"),
            What::Member { class, .. } => format!("`{shown}` is a use of the helper's `{class}`"),
            What::TimedTry(_) => format!("`{shown}` becomes `async with` around what it limits"),
        };
        let mut proposal = exact(NAME, self.place, self.function, self.entry, summary);
        if let What::TimedTry(block) = self.what {
            proposal.needs.suspends = true;
            proposal.edits.push(block);
            return self.differences.into_iter().fold(proposal, with_difference);
        }
        let (denoted, call) = match &self.what {
            What::Name {
                expression,
                helper,
                call,
            } => {
                if let Some(range) = expression {
                    proposal
                        .edits
                        .push(edit(self.place, *range, vec![Part::Helper(helper)]));
                    proposal.helper.push(helper);
                    proposal.needs.not_beside_eventlet =
                        is_exception(self.entry) || tells_green_thread(self.entry);
                    proposal.needs.when_all_else_is_done = configures_hub(self.entry);
                    if call.is_none() {
                        for (method, facts) in overrides_of(context, self.entry) {
                            // The helper's class awaits them.
                            let lifted = [PinKind::LibraryBase, PinKind::RealThread];
                            proposal
                                .needs
                                .lifts
                                .extend(lifted.map(|kind| (method, kind)));
                            if crate::helper::helper()
                                .is_awaited(&format!("{helper}.{}", facts.name))
                            {
                                proposal.needs.coroutines.push(method);
                            }
                        }
                    }
                }
                ((*helper).to_string(), *call)
            }
            What::Member {
                class,
                attribute,
                call,
            } => match attribute.as_str() {
                "__enter__" | "__exit__" => {
                    if helper().is_async_with(class) {
                        if context.with_of(self.place).is_none() {
                            return manual(
                                NAME,
                                self.place,
                                self.function,
                                self.entry,
                                format!(
                                    "`{shown}` stays on Eventlet: it is entered here without a `with` statement"
                                ),
                                "use `contextlib.AsyncExitStack` and its `enter_async_context`",
                            );
                        }
                        proposal.needs.async_with.push(self.place.range);
                    }
                    (String::new(), None)
                }
                "__iter__" | "__next__" => {
                    proposal = iterated(context, proposal, self.place);
                    (String::new(), None)
                }
                _ if function_for(self.entry).is_some() => {
                    let function = function_for(self.entry).unwrap_or_default();
                    let written = call.and_then(|range| {
                        receiver_first(
                            context,
                            Place {
                                range,
                                ..self.place
                            },
                            function,
                        )
                    });
                    let Some(change) = written else {
                        return manual(
                            NAME,
                            self.place,
                            self.function,
                            self.entry,
                            format!("`{shown}` stays on Eventlet: the method is handed over here"),
                            "call the method here, and hand over its result",
                        );
                    };
                    proposal.edits.push(change);
                    proposal.helper.push(function);
                    (function.to_string(), *call)
                }
                "connect" if never_waits(context, &self.nodes) => {
                    proposal.edits.extend(connect_now(context, self.place));
                    (String::new(), None)
                }
                _ => (format!("{class}.{attribute}"), *call),
            },
            What::TimedTry(_) => (String::new(), None),
        };
        if let Some(range) = call {
            let place = Place {
                range,
                ..self.place
            };
            let handed_over = handed_over.unwrap_or_default();
            proposal.edits.extend(handed_over.edits);
            if handed_over.in_threads {
                proposal = with_difference(proposal, SHARED_THREADS);
            }
            if helper().is_awaited(&denoted) {
                proposal.needs.awaits.push(range);
            }
            if helper().is_async_with(&denoted) && context.with_of(place).is_some() {
                proposal.needs.async_with.push(range);
                // What the call runs is awaited when the block is entered.
                proposal.needs.handles_calls.push(range);
            }
            if helper().is_async_for(&denoted) {
                proposal = iterated(context, proposal, place);
            }
            proposal.needs.lifts.extend(runs_in_thread(context, place));
            let starts_task = denoted.starts_with("spawn") || denoted == "Timeout";
            if starts_task && !proposal.needs.suspend() {
                proposal.needs.running_loop = true;
            }
            if denoted.starts_with("spawn") && context.is_expression_statement(place) {
                proposal = with_difference(
                    proposal,
                    "at the end of the program asyncio cancels what still runs, so that its `except` and `finally` blocks run; Eventlet abandons it",
                );
            }
        }
        let cleanup = cleanups::awaited(context, self.place);
        if let Some(rename) = cleanup.filter(|_| call.is_none() && helper().is_awaited(&denoted)) {
            proposal = cleanups::add(proposal, rename);
        }
        for difference in self.differences {
            proposal = with_difference(proposal, difference);
        }
        proposal
    }
}
