//! Uses of what `urlopen` returns, as uses of a response of aiohttp.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::{AllocId, FuncId, ObjectUse, Place};
use ungreen_color::{Edit, Proposal};

use super::context::Context;
use super::proposals::{edit, exact, source, text};
use super::urlopen::{NAME, URLOPEN};

/// One use of a response.
pub(super) struct Use {
    place: Place,
    /// Of the call, or of the attribute.
    pub(super) range: TextRange,
    function: FuncId,
    receiver: Option<TextRange>,
    is_read: bool,
    /// The response that `json.load` reads.
    loads: Option<TextRange>,
    awaited: bool,
    iterated: bool,
    edits: Vec<Edit>,
}

/// `None` if one of them has no counterpart.
pub(super) fn uses(context: &Context<'_>, id: AllocId) -> Option<Vec<Use>> {
    let allocation = context.program.allocations.get(id.0 as usize)?;
    let mut uses = Vec::new();
    for used in &allocation.uses {
        if used.mixed {
            return None;
        }
        uses.extend(one(context, used)?);
    }
    for place in &allocation.escapes {
        uses.push(loaded(context, *place, allocation.function)?);
    }
    Some(uses)
}

impl Use {
    /// `urlopen(url).read()`, where `opened` is the call of `urlopen`.
    pub(super) fn is_read_of(&self, opened: TextRange) -> bool {
        self.is_read && self.receiver == Some(opened)
    }

    /// `json.load(urlopen(url))`, where `opened` is the call of `urlopen`.
    pub(super) fn is_load_of(&self, opened: TextRange) -> bool {
        self.loads == Some(opened)
    }

    /// `opened` is the call of `urlopen`, which writes what a `json.load` of it needs.
    pub(super) fn propose(self, opened: TextRange) -> Proposal {
        let summary = "the response is one of aiohttp";
        let mut proposal = exact(NAME, self.place, self.function, URLOPEN, summary);
        if self.awaited && self.loads != Some(opened) {
            proposal.needs.awaits.push(self.range);
        }
        if self.iterated {
            proposal.needs.async_for.push(self.range);
        }
        if let Some(response) = self.loads.filter(|response| *response != opened) {
            let parts = vec![source(response), text(".read()")];
            proposal.edits.push(edit(self.place, response, parts));
        }
        proposal.edits.extend(self.edits);
        proposal
    }
}

/// An empty list for what needs no change.
fn one(context: &Context<'_>, used: &ObjectUse) -> Option<Vec<Use>> {
    let tree = context.tree(used.place.file)?;
    let call = used.call.and_then(|range| tree.call(range));
    let attribute = match call {
        Some(call) => call.func.as_attribute_expr(),
        None => tree
            .expression(used.place.range)
            .and_then(|(_, node)| match node {
                AnyNodeRef::ExprAttribute(attribute) => Some(attribute),
                _ => None,
            }),
    };
    let range = used.call.unwrap_or(used.place.range);
    let mut found = Use {
        place: Place {
            range,
            ..used.place
        },
        range,
        function: used.function,
        receiver: attribute.map(|attribute| attribute.value.range()),
        is_read: false,
        loads: None,
        awaited: false,
        iterated: false,
        edits: Vec::new(),
    };
    let replaced = |range: TextRange, by: &str| edit(used.place, range, vec![text(by)]);
    let name = attribute.map(|attribute| attribute.attr.range());
    match (used.attribute.as_str(), call) {
        ("__enter__" | "__exit__" | "close", _) | ("status" | "reason", None) => {
            return Some(Vec::new());
        }
        ("__iter__" | "__next__", _) => {
            found.iterated = true;
            let parts = vec![source(range), text(".content")];
            found.edits.push(edit(used.place, range, parts));
        }
        ("read", Some(call)) if call.arguments.is_empty() => {
            found.is_read = true;
            found.awaited = true;
        }
        ("readline", Some(call)) if call.arguments.is_empty() => {
            found.awaited = true;
            found.edits.push(replaced(name?, "content.readline"));
        }
        ("code", None) => found.edits.push(replaced(name?, "status")),
        ("msg", None) => found.edits.push(replaced(name?, "reason")),
        ("getcode", Some(call)) if call.arguments.is_empty() => {
            found.edits.push(replaced(after(name?, range), "status"));
        }
        ("info", Some(call)) if call.arguments.is_empty() => {
            let edit = headers(context, used.place, range, after(name?, range))?;
            found.edits.push(edit);
        }
        ("headers", None) => {
            let edit = headers(context, used.place, range, name?)?;
            found.edits.push(edit);
        }
        ("getheader", Some(call)) if !call.arguments.is_empty() => {
            found.edits.push(replaced(name?, "headers.get"));
        }
        ("geturl", Some(call)) if call.arguments.is_empty() => {
            let receiver = found.receiver?;
            let parts = vec![text("str("), source(receiver), text(".url)")];
            found.edits.push(edit(used.place, range, parts));
        }
        ("url", None) => {
            let parts = vec![text("str("), source(found.receiver?), text(".url)")];
            found.edits.push(edit(used.place, range, parts));
        }
        _ => return None,
    }
    Some(vec![found])
}

fn after(name: TextRange, whole: TextRange) -> TextRange {
    TextRange::new(name.start(), whole.end())
}

/// The headers of urllib are a message, those of aiohttp a mapping: `headers["X"]` of a message is `None` if there is none.
/// `whole` is `response.headers`, `name` what spells `headers` in it.
fn headers(context: &Context<'_>, place: Place, whole: TextRange, name: TextRange) -> Option<Edit> {
    let tree = context.tree(place.file)?;
    let (id, _) = tree.expression(whole)?;
    let (parent, node) = tree.parent(id)?;
    let write = |range: TextRange, parts| Some(edit(place, range, parts));
    match node {
        AnyNodeRef::ExprSubscript(subscript) if subscript.ctx.is_load() => write(
            TextRange::new(name.start(), subscript.end()),
            vec![
                text("headers.get("),
                source(subscript.slice.range()),
                text(")"),
            ],
        ),
        AnyNodeRef::ExprAttribute(attribute) => {
            let AnyNodeRef::ExprCall(call) = tree.parent(parent)?.1 else {
                return None;
            };
            if call.func.range() != attribute.range() {
                return None;
            }
            match attribute.attr.as_str() {
                "get" | "items" | "keys" | "values" => write(name, vec![text("headers")]),
                "get_content_type" if call.arguments.is_empty() => write(
                    TextRange::new(name.start(), call.end()),
                    vec![text("content_type")],
                ),
                "get_content_charset" => charset(place, whole, name, call),
                _ => None,
            }
        }
        AnyNodeRef::ExprCompare(_) => write(name, vec![text("headers")]),
        _ => None,
    }
}

/// `response.headers.get_content_charset(default)`.
fn charset(place: Place, whole: TextRange, name: TextRange, call: &ExprCall) -> Option<Edit> {
    let before = TextRange::new(whole.start(), name.start());
    let (range, parts) = match (&*call.arguments.args, &*call.arguments.keywords) {
        ([], []) => (
            TextRange::new(name.start(), call.end()),
            vec![text("charset")],
        ),
        ([default], []) if !default.is_starred_expr() => (
            call.range(),
            vec![
                text("("),
                source(before),
                text("charset or "),
                source(default.range()),
                text(")"),
            ],
        ),
        _ => return None,
    };
    Some(edit(place, range, parts))
}

/// `json.load(response)` becomes `json.loads(await response.read())`.
fn loaded(context: &Context<'_>, place: Place, function: FuncId) -> Option<Use> {
    let tree = context.tree(place.file)?;
    let (id, _) = tree.expression(place.range)?;
    let AnyNodeRef::ExprCall(call) = tree.ancestors(id).take(2).last()?.1 else {
        return None;
    };
    let Expr::Attribute(callee) = &*call.func else {
        return None;
    };
    let is_json = matches!(&*callee.value, Expr::Name(module) if module.id.as_str() == "json")
        && callee.attr.as_str() == "load"
        && matches!(&*call.arguments.args, [only] if only.range() == place.range)
        && call.arguments.keywords.is_empty();
    is_json.then(|| Use {
        place: Place {
            range: call.range(),
            ..place
        },
        range: place.range,
        function,
        receiver: None,
        is_read: false,
        loads: Some(place.range),
        awaited: true,
        iterated: false,
        edits: vec![edit(place, callee.attr.range(), vec![text("loads")])],
    })
}
