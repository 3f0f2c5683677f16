//! What a handler of websockets does to its connection.
//!
//! The handler's parameter is followed into the functions of the program that it is handed to, since nothing else says what `ws` is.

use ruff_python_ast::{AnyNodeRef, Expr, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;
use ungreen_callgraph::{CallKind, CallSite, Edge, FuncId, Place, Target, Unresolved};
use ungreen_catalog::catalog;

use super::context::Context;
use crate::tree::Tree;

const CONNECTION: &str = "eventlet.websocket.WebSocket";

/// The `def` of a function.
pub(super) fn definition<'a>(
    context: &Context<'a>,
    function: FuncId,
) -> Option<&'a StmtFunctionDef> {
    let facts = context.program.functions.get(function.0 as usize)?;
    context.tree(facts.file)?.function(facts.name_range)
}

/// The name of the only parameter (besides `self`).
pub(super) fn handler_parameter(context: &Context<'_>, function: FuncId) -> Option<String> {
    let facts = context.program.functions.get(function.0 as usize)?;
    if !context.is_plain_def(function) {
        return None;
    }
    let own = usize::from(facts.class.is_some());
    match facts.parameters.get(own..)? {
        [only] if !only.starts_with('*') => Some(only.clone()),
        _ => None,
    }
}

/// What is done to connections.
#[derive(Default)]
pub(super) struct Uses {
    seen: FxHashSet<(FuncId, String)>,
    /// Calls of methods: the function around, the call, the method.
    pub(super) methods: Vec<(FuncId, Place, String)>,
    /// Attributes that are read.
    pub(super) reads: Vec<(FuncId, Place, String)>,
    pub(super) escapes: bool,
    pub(super) assumed: FxHashSet<Place>,
}

impl Uses {
    /// Collects what `function` does to its parameter. `None` if that cannot be told or has no counterpart.
    pub(super) fn follow(
        &mut self,
        context: &Context<'_>,
        function: FuncId,
        parameter: String,
    ) -> Option<()> {
        if !self.seen.insert((function, parameter.clone())) {
            return Some(());
        }
        let facts = context.program.functions.get(function.0 as usize)?;
        let defined = definition(context, function)?;
        let tree = context.tree(facts.file)?;
        for (id, node) in tree.nodes() {
            let AnyNodeRef::ExprName(name) = node else {
                continue;
            };
            if name.id.as_str() != parameter || !defined.range.contains_range(name.range) {
                continue;
            }
            if !name.ctx.is_load() {
                return None;
            }
            let (parent_id, parent) = tree.parent(id)?;
            match parent {
                AnyNodeRef::ExprAttribute(attribute) => {
                    let method = attribute.attr.to_string();
                    let (range, called) = match tree.parent(parent_id) {
                        Some((_, AnyNodeRef::ExprCall(call)))
                            if call.func.range() == attribute.range =>
                        {
                            (call.range(), true)
                        }
                        _ => (attribute.range, false),
                    };
                    let place = Place {
                        file: facts.file,
                        range,
                    };
                    let inner = around(context, place, function);
                    if called {
                        self.methods.push((inner, place, method));
                    } else {
                        self.reads.push((inner, place, method));
                    }
                }
                AnyNodeRef::Arguments(_) | AnyNodeRef::ExprCall(_) => {
                    self.argument(context, tree, facts.file, name.range)?;
                }
                AnyNodeRef::Keyword(_) => return None,
                _ => self.escapes = true,
            }
        }
        Some(())
    }

    /// `f(ws)`, `eventlet.spawn(f, ws)`, `viewers.add(ws)`.
    fn argument(
        &mut self,
        context: &Context<'_>,
        tree: &Tree<'_>,
        file: ungreen_callgraph::FileId,
        range: TextRange,
    ) -> Option<()> {
        let (id, _) = tree.expression(range)?;
        let call = tree.ancestors(id).find_map(|(_, node)| match node {
            AnyNodeRef::ExprCall(call) => Some(call),
            _ => None,
        })?;
        let position = call
            .arguments
            .args
            .iter()
            .position(|argument| argument.range() == range)?;
        let site = context.site(*context.program.call_index.get(&Place {
            file,
            range: call.range(),
        })?)?;
        for edge in &site.edges {
            let Target::Function(target) = edge.target else {
                continue;
            };
            let shift = usize::from(edge.argument.is_some());
            let facts = context.program.functions.get(target.0 as usize)?;
            let own = usize::from(facts.class.is_some());
            let index = (position + own).checked_sub(shift)?;
            let parameter = facts.parameters.get(index)?;
            if parameter.starts_with('*') {
                return None;
            }
            self.follow(context, target, parameter.clone())?;
        }
        if !site
            .edges
            .iter()
            .any(|edge| matches!(edge.target, Target::Function(_)))
        {
            self.escapes = true;
        }
        Some(())
    }

    /// `viewer.send(text)` of a connection that was kept in a container, and of what nobody knows if it looks like one.
    pub(super) fn add_kept(&mut self, context: &Context<'_>) {
        for site in &context.program.calls {
            let place = Place {
                file: site.file,
                range: site.range,
            };
            if site.kind != CallKind::Call
                || self.methods.iter().any(|(_, known, _)| *known == place)
                || context.is_claimed(place)
            {
                continue;
            }
            let Some((method, count)) = method_of(context, site) else {
                continue;
            };
            let is_known = !site.edges.is_empty() && site.edges.iter().all(is_of_connection);
            let looks_alike = matches!(
                (method.as_str(), count),
                ("send", 1) | ("wait" | "close", 0)
            ) && site.edges.is_empty()
                && site.unresolved == Some(Unresolved::UnknownReceiver);
            if !is_known && !looks_alike {
                continue;
            }
            if site.unresolved.is_some() {
                self.assumed.insert(place);
            }
            self.methods.push((site.caller, place, method));
        }
    }

    /// Takes the places that are spoken for.
    pub(super) fn claim(&self, context: &mut Context<'_>) {
        for (_, place, _) in self.methods.iter().chain(&self.reads) {
            context.claim(*place);
        }
    }
}

/// A call of a method of Eventlet's connection.
fn is_of_connection(edge: &Edge) -> bool {
    let Target::Entry { name, .. } = edge.target else {
        return false;
    };
    edge.argument.is_none()
        && catalog()
            .entry(name)
            .is_some_and(|entry| entry.owner.as_deref() == Some(CONNECTION))
}

/// The innermost function around a place inside `function`.
fn around(context: &Context<'_>, place: Place, function: FuncId) -> FuncId {
    context
        .program
        .call_index
        .get(&place)
        .and_then(|id| context.site(*id))
        .map_or(function, |site| site.caller)
}

fn method_of(context: &Context<'_>, site: &CallSite) -> Option<(String, usize)> {
    let call = context.tree(site.file)?.call(site.range)?;
    let Expr::Attribute(attribute) = &*call.func else {
        return None;
    };
    Some((attribute.attr.to_string(), call.arguments.len()))
}
