//! The encryption of a server: `eventlet.wrap_ssl` around the socket that it listens on.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;
use ungreen_callgraph::Place;
use ungreen_color::Part;

use super::context::Context;
use super::proposals::{source, text};

/// `eventlet.wrap_ssl(listen(address), certfile=c, keyfile=k, server_side=True)`: uvicorn's arguments, and the socket inside.
pub(super) fn unwrap_ssl<'e>(
    context: &mut Context<'_>,
    place: Place,
    socket: &'e Expr,
) -> (Vec<Vec<Part>>, &'e Expr) {
    let Expr::Call(call) = socket else {
        return (Vec::new(), socket);
    };
    let wrapped = Place {
        range: call.range(),
        ..place
    };
    let is_wrap = context
        .program
        .call_index
        .get(&wrapped)
        .and_then(|id| context.entry_call(*id))
        .is_some_and(|call| {
            context
                .entry_names(call.site)
                .all(|name| name == "eventlet.wrap_ssl")
        });
    let Some(inner) = call.arguments.args.first().filter(|_| is_wrap) else {
        return (Vec::new(), socket);
    };
    let mut arguments = Vec::new();
    for keyword in &call.arguments.keywords {
        let name = match keyword
            .arg
            .as_ref()
            .map(ruff_python_ast::Identifier::as_str)
        {
            Some("certfile") => "ssl_certfile",
            Some("keyfile") => "ssl_keyfile",
            Some("ca_certs") => "ssl_ca_certs",
            Some("cert_reqs") => "ssl_cert_reqs",
            Some("server_side") => continue,
            _ => return (Vec::new(), socket),
        };
        arguments.push(vec![
            text(format!("{name}=")),
            source(keyword.value.range()),
        ]);
    }
    context.claim(wrapped);
    (arguments, inner)
}
