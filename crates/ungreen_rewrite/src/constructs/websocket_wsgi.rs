//! `WebSocketWSGI` behind an application that has pages as well: the helper's, which speaks ASGI, served by uvicorn on the event loop.

use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{CallSite, FuncId, Place, Target};
use ungreen_color::{GroupId, Part, PinKind, Proposal};

use super::context::Context;
use super::proposals::{edit, exact, in_group, with_difference};
use super::websocket::{ASSUMED, WRAPPER};
use super::websocket_uses::{Uses, handler_parameter};
use super::wsgi_server::{Server, applications};

const NAME: &str = "websocket-wsgi";
const CONFIGURED: &str = "eventlet.websocket.WebSocketWSGI.configured";
const DIFFERENCES: [&str; 3] = [
    "a closing frame has the status 1000, where Eventlet's has none",
    "an exception in the handler closes the connection with 1011",
    "the protocols of before 2011 (hixie-75, hixie-76) are not spoken",
];

/// What a connection of the helper has under the same name.
const KEPT: [&str; 6] = [
    "path",
    "origin",
    "protocol",
    "environ",
    "version",
    "websocket_closed",
];

/// A name of the wrapper in the program, with the handlers that it is given there.
struct Wrapper {
    place: Place,
    function: FuncId,
    /// `websocket.WebSocketWSGI`.
    name: TextRange,
    handlers: Vec<FuncId>,
    decorated: bool,
}

/// The applications made by `WebSocketWSGI` that no other construct has taken.
pub(super) struct Applications {
    wrappers: Vec<Wrapper>,
    /// `self.live(environ, start_response)`: calls of what a wrapper made.
    calls: Vec<(FuncId, Place)>,
    /// Some wrapper is used in a way that is not understood.
    obscure: bool,
    moved: Option<Vec<Proposal>>,
    /// What is done to the connections.
    uses: Uses,
    group: Option<GroupId>,
}

fn is_maker(target: &Target) -> bool {
    matches!(target, Target::Entry { name, .. } if matches!(*name, WRAPPER | CONFIGURED))
}

impl Applications {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut all = Self {
            wrappers: Vec::new(),
            calls: Vec::new(),
            obscure: false,
            moved: None,
            uses: Uses::default(),
            group: None,
        };
        for (facts, index) in context.program.functions.iter().zip(0..) {
            for decorator in &facts.decorators {
                let place = Place {
                    file: facts.file,
                    range: decorator.range,
                };
                if context.is_claimed(place) || !decorator.targets.iter().any(is_maker) {
                    continue;
                }
                let name = wrapper_name(context, place);
                match (name, facts.parent) {
                    (Some(name), Some(function)) if decorator.targets.iter().all(is_maker) => {
                        all.wrappers.push(Wrapper {
                            place,
                            function,
                            name,
                            handlers: vec![FuncId(index)],
                            decorated: true,
                        });
                    }
                    _ => all.obscure = true,
                }
            }
        }
        for entry in [WRAPPER, CONFIGURED] {
            for call in context.calls_of(entry) {
                let place = call.place();
                let decorates = all.wrappers.iter().any(|wrapper| wrapper.place == place);
                if decorates {
                    continue;
                }
                if on_object(call.site) {
                    all.calls.push((call.site.caller, place));
                    continue;
                }
                let handlers = context.spawned_functions(call.site);
                match (wrapper_name(context, place), handlers) {
                    (Some(name), Some(handlers)) => all.wrappers.push(Wrapper {
                        place,
                        function: call.site.caller,
                        name,
                        handlers,
                        decorated: false,
                    }),
                    _ => all.obscure = true,
                }
            }
        }
        all
    }

    /// The server may hand requests on to one of them.
    pub(super) fn are_served(&self, context: &Context<'_>, server: &Server<'_>) -> bool {
        if self.wrappers.is_empty() {
            return self.obscure;
        }
        let (functions, others) = applications(server);
        let mut reached = functions.clone();
        for function in &functions {
            if let Some(facts) = context.program.functions.get(function.0 as usize) {
                reached.extend(context.reached_from(facts.file, facts.range));
            }
        }
        // An application object that is called is not seen in the functions that are reached.
        others
            || self.wrappers.iter().any(|wrapper| {
                !wrapper.decorated
                    || wrapper
                        .handlers
                        .iter()
                        .any(|handler| reached.contains(handler))
            })
    }

    /// All of them are understood.
    pub(super) fn can_be_moved(&mut self, context: &Context<'_>) -> bool {
        if self.moved.is_none() && !self.obscure {
            self.moved = self.written(context);
        }
        self.moved.is_some()
    }

    /// The group of the applications and of those that serve them.
    pub(super) fn group(&mut self, context: &mut Context<'_>) -> GroupId {
        if let Some(group) = self.group {
            return group;
        }
        let group = context.new_group();
        self.group = Some(group);
        for proposal in self.moved.iter().flatten() {
            context.claim(proposal.place);
        }
        self.uses.claim(context);
        for wrapper in &self.wrappers {
            context.claim(wrapper.place);
            context.claim(Place {
                file: wrapper.place.file,
                range: wrapper.name,
            });
        }
        group
    }

    /// What is written if a server takes them.
    pub(super) fn proposals(self) -> Vec<Proposal> {
        match (self.group, self.moved) {
            (Some(group), Some(moved)) => moved
                .into_iter()
                .map(|proposal| in_group(proposal, group))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn written(&mut self, context: &Context<'_>) -> Option<Vec<Proposal>> {
        let mut uses = Uses::default();
        let mut proposals = Vec::new();
        for wrapper in &self.wrappers {
            for handler in &wrapper.handlers {
                uses.follow(context, *handler, handler_parameter(context, *handler)?)?;
            }
            let mut proposal = exact(
                NAME,
                wrapper.place,
                wrapper.function,
                WRAPPER,
                "the websockets are those of the ASGI server",
            );
            let parts = vec![Part::Helper("WebSocketWSGI")];
            proposal
                .edits
                .push(edit(wrapper.place, wrapper.name, parts));
            proposal.helper.push("WebSocketWSGI");
            proposal.needs.coroutines.clone_from(&wrapper.handlers);
            if wrapper.decorated {
                for handler in &wrapper.handlers {
                    proposal.needs.lifts.push((*handler, PinKind::Decorator));
                }
            }
            for difference in DIFFERENCES {
                proposal = with_difference(proposal, difference);
            }
            proposals.push(proposal);
        }
        for (function, place) in &self.calls {
            let summary = format!("`{}` is awaited", context.text(*place));
            let mut proposal = exact(NAME, *place, *function, WRAPPER, summary);
            proposal.needs.awaits.push(place.range);
            proposals.push(proposal);
        }
        if uses.escapes {
            uses.add_kept(context);
        }
        for (function, place, method) in &uses.methods {
            let entry = match method.as_str() {
                "wait" => "eventlet.websocket.WebSocket.wait",
                "send" => "eventlet.websocket.WebSocket.send",
                "close" => "eventlet.websocket.WebSocket.close",
                _ => return None,
            };
            let mut proposal = exact(
                NAME,
                *place,
                *function,
                entry,
                format!("`{}` is awaited", context.text(*place)),
            );
            proposal.needs.awaits.push(place.range);
            if uses.assumed.contains(place) {
                proposal = with_difference(proposal, ASSUMED);
            }
            proposals.push(proposal);
        }
        self.uses = uses;
        self.uses
            .reads
            .iter()
            .all(|(_, _, attribute)| KEPT.contains(&attribute.as_str()))
            .then_some(proposals)
    }
}

/// The call is not one of the class, but of an object that the class made.
fn on_object(site: &CallSite) -> bool {
    site.result.is_empty()
        && site
            .edges
            .iter()
            .any(|edge| matches!(&edge.target, Target::Entry { name, .. } if *name == WRAPPER))
}

/// `websocket.WebSocketWSGI` in `websocket.WebSocketWSGI(handler)`, or as it stands, or with `.configured` behind it.
fn wrapper_name(context: &Context<'_>, place: Place) -> Option<TextRange> {
    let tree = context.tree(place.file)?;
    let (_, node) = tree.expression(place.range)?;
    let mut expression = node.as_expr_ref()?;
    if let ruff_python_ast::ExprRef::Call(call) = expression {
        expression = (&*call.func).into();
    }
    match expression {
        ruff_python_ast::ExprRef::Attribute(attribute)
            if attribute.attr.as_str() == "configured" =>
        {
            matches!(&*attribute.value, Expr::Name(_) | Expr::Attribute(_))
                .then(|| attribute.value.range())
        }
        ruff_python_ast::ExprRef::Name(name) => Some(name.range),
        ruff_python_ast::ExprRef::Attribute(attribute) => Some(attribute.range),
        _ => None,
    }
}
