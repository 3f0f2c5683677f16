//! Datagram sockets, of which `connect` only notes the address of the peer.

use ruff_text_size::Ranged;
use ungreen_callgraph::Place;
use ungreen_color::Edit;

use super::arguments::bind;
use super::context::Context;
use super::object_sets::Node;
use super::proposals::{edit, text};
use crate::usage::dotted;

/// Every socket among the objects is made as one for datagrams: `socket.socket(socket.AF_INET, socket.SOCK_DGRAM)`.
pub(super) fn never_waits(context: &Context<'_>, objects: &[Node]) -> bool {
    let is_for_datagrams = |node: &Node| {
        let Node::Object(id) = node else {
            return false;
        };
        context
            .program
            .allocations
            .get(id.0 as usize)
            .and_then(|made| context.tree(made.place.file)?.call(made.place.range))
            .and_then(|call| {
                bind(call, &["family", "type"])?
                    .get("type")
                    .and_then(dotted)
            })
            .is_some_and(|kind| kind == "SOCK_DGRAM" || kind.ends_with(".SOCK_DGRAM"))
    };
    !objects.is_empty() && objects.iter().all(is_for_datagrams)
}

/// `sock.connect_now(address)` for `sock.connect(address)`.
pub(super) fn connect_now(context: &Context<'_>, call: Place) -> Option<Edit> {
    let syntax = context.tree(call.file)?.call(call.range)?;
    let method = syntax.func.as_attribute_expr()?.attr.range();
    Some(edit(call, method, vec![text("connect_now")]))
}
