//! HTTP/2 (RFC 9113), in the clear with prior knowledge or within TLS.
//!
//! The `h2` crate speaks where the origin behaves; where it does not, frames are written by hand.

pub(crate) mod frame;
pub(crate) mod preface;
mod server;
mod shared;

use std::io;

use tokio::time::timeout;

use self::server::{Answer, Ended};
use crate::context::Context;
use crate::fault::Hook;
use crate::replay::Replay;
use crate::wire::{self, BoxedWire};
use crate::{http1, limits};

/// A fault on an HTTP/2 connection, in place of an answer.
pub(crate) trait Http2Fault: Send + Sync {
    /// Says what the request gets.
    fn strike(&self) -> Ending;
}

/// How a request of HTTP/2 ends without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// `RST_STREAM` with this error code; the connection goes on.
    Reset(u32),
    /// GOAWAY with this error code, which says that the request was not looked at, and the end of
    /// the connection.
    Goaway(u32),
}

/// Serves one connection: HTTP/2 after its preface, and else HTTP/1.1.
pub(crate) async fn serve(mut wire: BoxedWire, context: &Context) -> io::Result<()> {
    let first = timeout(limits::IDLE_MAX, preface::read(&mut wire)).await??;
    let is_http2 = first.is_preface;
    let wire = Replay::boxed(first.bytes, wire);
    if !is_http2 {
        return http1::serve(wire, context).await;
    }
    let answer = |request: &http::Request<()>| answer(context, request);
    match server::serve(wire, answer).await {
        Ok(Ended::ByGoaway(wire)) => wire::close(wire).await,
        // A client that breaks the protocol has been told so by the library.
        Ok(Ended::ByClient) | Err(_) => {}
    }
    Ok(())
}

fn answer(context: &Context, request: &http::Request<()>) -> Answer {
    context.count_request();
    let path = request.uri().path();
    let fault = context.faults.strike(Some(path), |hook| match hook {
        Hook::Http2(fault) => Some(fault.strike()),
        _ => None,
    });
    match fault {
        Some(Ending::Reset(code)) => Answer::Reset(code),
        Some(Ending::Goaway(code)) => Answer::Goaway(code),
        None => Answer::Text(http1::body(request.method().as_str(), path)),
    }
}
