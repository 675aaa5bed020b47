//! What an attempt goes over: a connection of its own, or a stream of a shared one.

use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use goodgate_resilience::{Failure, Progress};

use super::http1::Http1;
use super::http2::Http2;
use crate::alarm::Alarm;
use crate::http1::{Fields, RequestHead, ResponseHead};
use crate::story::Reached;

/// An exchange with an endpoint.
#[derive(Debug)]
pub(crate) enum Carrier {
    /// Over HTTP/1.1.
    Http1(Box<Http1>),
    /// Over HTTP/2.
    Http2(Box<Http2>),
}

impl Carrier {
    /// Sends the head of the request, or puts it into the output.
    pub(crate) fn send_head(
        &mut self,
        head: &RequestHead,
        target: &[u8],
        is_secure: bool,
    ) -> Result<(), Failure> {
        match self {
            Self::Http1(exchange) => exchange.send_head(head, target),
            Self::Http2(exchange) => exchange.send_head(head, target, is_secure),
        }
    }

    /// Puts a piece of the request's body into the output.
    pub(crate) fn send_data(&mut self, piece: Bytes) {
        match self {
            Self::Http1(exchange) => exchange.send_data(piece),
            Self::Http2(exchange) => exchange.send_data(piece),
        }
    }

    /// Puts the end of the request's body into the output.
    pub(crate) fn send_end(&mut self, trailers: Option<&Fields>) {
        match self {
            Self::Http1(exchange) => exchange.send_end(trailers),
            Self::Http2(exchange) => exchange.send_end(trailers),
        }
    }

    /// Tells whether the endpoint has said that it wants no more of the body. Over HTTP/1.1 it can only
    /// close.
    pub(crate) fn is_deaf(&self) -> bool {
        match self {
            Self::Http1(_) => false,
            Self::Http2(exchange) => exchange.is_deaf(),
        }
    }

    /// Tells whether more of the body may be put into the output.
    pub(crate) fn has_room(&self) -> bool {
        match self {
            Self::Http1(exchange) => exchange.has_room(),
            Self::Http2(exchange) => exchange.has_room(),
        }
    }

    /// Sends what is in the output.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        match self {
            Self::Http1(exchange) => exchange.poll_flush(cx),
            Self::Http2(exchange) => exchange.poll_flush(cx),
        }
    }

    /// Returns how far the request has come.
    pub(crate) fn progress(&self) -> Progress {
        match self {
            Self::Http1(exchange) => exchange.progress(),
            Self::Http2(exchange) => exchange.progress(),
        }
    }

    /// Reads the next head, interim ones too.
    pub(crate) fn poll_head(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<ResponseHead, Failure>> {
        match self {
            Self::Http1(exchange) => exchange.poll_head(cx),
            Self::Http2(exchange) => exchange.poll_head(cx),
        }
    }

    /// Reads the next piece of the body, `None` at its end.
    pub(crate) fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, Failure>> {
        match self {
            Self::Http1(exchange) => exchange.poll_body(cx),
            Self::Http2(exchange) => exchange.poll_body(cx),
        }
    }

    /// Tells whether the whole response was taken.
    pub(crate) fn has_ended(&self) -> bool {
        match self {
            Self::Http1(exchange) => exchange.has_ended(),
            Self::Http2(exchange) => exchange.has_ended(),
        }
    }

    /// Returns the trailers, once the body has ended.
    pub(crate) fn trailers(&mut self) -> Option<Fields> {
        match self {
            Self::Http1(exchange) => exchange.trailers(),
            Self::Http2(exchange) => exchange.trailers(),
        }
    }

    /// Returns how many bytes went out and came.
    pub(crate) fn bytes(&self) -> (u64, u64) {
        match self {
            Self::Http1(exchange) => (exchange.sent(), exchange.received()),
            Self::Http2(exchange) => (exchange.sent(), exchange.received()),
        }
    }

    /// Returns the deadline of what the exchange waits for.
    pub(crate) fn alarm(&mut self) -> &mut Alarm {
        match self {
            Self::Http1(exchange) => exchange.alarm(),
            Self::Http2(exchange) => exchange.alarm(),
        }
    }

    /// Returns the state of the connection when it was taken at `began`.
    pub(crate) fn reached(&self, began: Instant) -> Reached {
        match self {
            Self::Http1(exchange) => {
                let (opened, idle, requests) = exchange.history();
                idle.map_or(Reached::Fresh, |idle| {
                    let age = began.saturating_duration_since(opened);
                    Reached::Kept { age, idle, requests }
                })
            }
            Self::Http2(exchange) => {
                let (opened, is_fresh, requests) = exchange.history();
                if is_fresh {
                    return Reached::Fresh;
                }
                let age = began.saturating_duration_since(opened);
                Reached::Kept { age, idle: std::time::Duration::ZERO, requests }
            }
        }
    }
}
