//! FastCGI, from the side of the application.

mod record;
mod responder;

use std::io;

use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

pub(crate) use record::end;
pub(crate) use responder::{Request, response};

use crate::context::Context;
use crate::fault::{Hook, Then};
use crate::wire::{BoxedWire, Step};
use crate::{http1, limits};

/// A fault on a FastCGI request.
pub(crate) trait FastcgiFault: Send + Sync {
    /// Strikes in place of the answer, and says how the connection goes on.
    fn strike<'a>(&'a self, request: &'a Request, wire: &'a mut BoxedWire) -> Step<'a, Then>;
}

/// Serves one connection: one request after the other.
pub(crate) async fn serve(mut wire: BoxedWire, context: &Context) -> io::Result<()> {
    let then = loop {
        let reading = timeout(limits::IDLE_MAX, responder::next_request(&mut wire));
        let request = tokio::select! {
            () = context.ended() => break Then::Close,
            request = reading => request??,
        };
        let Some(request) = request else { break Then::Close };
        context.count_request();
        match settle(&request, &mut wire, context).await? {
            Then::Keep => {}
            then => break then,
        }
    };
    http1::end(wire, then, context).await
}

/// Answers one request, well or as a fault wants it.
async fn settle(request: &Request, wire: &mut BoxedWire, context: &Context) -> io::Result<Then> {
    let fault = context.faults.strike(request.path(), |hook| match hook {
        Hook::Fastcgi(fault) => Some(fault.clone()),
        _ => None,
    });
    let then = match fault {
        Some(fault) => fault.strike(request, wire).await?,
        None => Then::Answer,
    };
    if then != Then::Answer {
        return Ok(then);
    }
    wire.write_all(&response(request.id, "", healthy(request).as_bytes())).await?;
    wire.flush().await?;
    Ok(request.afterwards())
}

/// A CGI response (RFC 3875 section 6), which needs no status where that is 200.
fn healthy(request: &Request) -> String {
    let method = request.param("REQUEST_METHOD").unwrap_or("GET");
    let body = http1::body(method, request.path().unwrap_or("/"));
    let length = body.len();
    let body = if method == "HEAD" { "" } else { &body };
    format!("Content-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\r\n{body}")
}
