//! The HTTP/1.1 side of the origin (RFC 9112): reads requests strictly, answers, passes on, or lets
//! faults.

pub(crate) mod connection;
mod framing;
mod head;
pub(crate) mod healthy;
mod keeping;
mod relay;
mod response;

use std::future::pending;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use crate::context::Context;
use crate::fault::{Hook, Strike, Then};
use crate::limits;
use crate::upstream::Upstream;
use crate::wire::{self, BoxedWire};
use connection::{Connection, HeadError};
pub(crate) use framing::Framing;
pub(crate) use head::Request;
pub(crate) use healthy::body;
use keeping::{AtIdle, Keeping};

/// Serves a connection until it ends.
pub(crate) async fn serve(wire: BoxedWire, context: &Context) -> io::Result<()> {
    let mut session = Session {
        connection: Connection::new(wire),
        upstream: None,
        keeping: Keeping::of(context),
        context,
    };
    let then = session.run().await?;
    end(session.connection.into_wire(), then, context).await
}

/// One request on its connection, with its body not yet read.
pub(crate) struct Exchange<'a> {
    /// The head of the request.
    pub(crate) request: &'a Request,
    connection: &'a mut Connection,
    is_passed_on: bool,
}

impl Exchange<'_> {
    /// Returns the connection, to write on.
    pub(crate) fn wire(&mut self) -> &mut BoxedWire {
        self.connection.wire()
    }

    /// Sends bytes as they are, at once.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.wire().write_all(bytes).await?;
        self.wire().flush().await
    }

    /// Reads the rest of the body and throws it away; asks for it first, if the peer waits for that.
    pub(crate) async fn read_body(&mut self) -> io::Result<()> {
        if self.request.waits_for_continue && !self.connection.inbox.has_more() {
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        self.connection.skip_body().await
    }

    /// Reads the body, unless it is for the real origin.
    pub(crate) async fn read_own_body(&mut self) -> io::Result<()> {
        if self.is_passed_on { Ok(()) } else { self.read_body().await }
    }
}

/// A connection from the gateway and, where requests are passed on, its other half.
struct Session<'a> {
    connection: Connection,
    upstream: Option<Connection>,
    keeping: Keeping,
    context: &'a Context,
}

impl Session<'_> {
    /// Serves requests until the connection has to end; says how.
    async fn run(&mut self) -> io::Result<Then> {
        loop {
            if let Some(then) = self.idle_end().await? {
                return Ok(then);
            }
            let Some(request) = self.read_request().await? else { return Ok(Then::Close) };
            let then = self.exchange(&request).await?;
            self.keeping.count();
            let is_kept = request.keeps_alive
                && self.connection.inbox.is_at_boundary()
                && self.keeping.may_go_on();
            match then {
                Then::Keep if is_kept => {}
                Then::Keep => return Ok(Then::Close),
                other => return Ok(other),
            }
        }
    }

    /// Waits for a request to begin; gives back how the connection ends if none does.
    async fn idle_end(&mut self) -> io::Result<Option<Then>> {
        let waited = tokio::select! {
            () = self.context.ended() => return Ok(Some(Then::Close)),
            then = upstream_end(&mut self.upstream) => return self.pass_end(then).await.map(Some),
            waited = timeout(self.keeping.patience(), self.connection.wait()) => waited,
        };
        match (waited, self.keeping.at_idle()) {
            (Ok(begun), _) => Ok((!begun?).then_some(Then::Close)),
            (Err(_), AtIdle::End(then)) => Ok(Some(then)),
            (Err(_), AtIdle::EndLate(then)) => {
                tokio::select! {
                    () = self.context.ended() => {}
                    begun = self.connection.wait() => drop(begun?),
                }
                Ok(Some(then))
            }
        }
    }

    /// Passes on what the real origin said without being asked, before the end.
    async fn pass_end(&mut self, then: Then) -> io::Result<Then> {
        if let Some(up) = &mut self.upstream {
            self.connection.wire.write_all(&up.inbox.take()).await?;
        }
        Ok(then)
    }

    /// Reads the head of a request. What is none is answered, and the connection is to end.
    async fn read_request(&mut self) -> io::Result<Option<Request>> {
        let reading = timeout(limits::REQUEST_WAIT_MAX, self.connection.read_head());
        let (status, problem) = match reading.await {
            Ok(Ok(raw)) => match Request::parse(raw) {
                Ok(request) => {
                    self.connection.inbox.expect(request.framing);
                    self.context.requests.fetch_add(1, Ordering::Relaxed);
                    return Ok(Some(request));
                }
                Err(problem) => ("400 Bad Request", problem),
            },
            Ok(Err(HeadError::Io(error))) => return Err(error),
            Ok(Err(HeadError::Ended)) => return Ok(None),
            Ok(Err(HeadError::TooLarge)) => {
                ("431 Request Header Fields Too Large", "the head of the request is over 64 KiB")
            }
            Err(_) => ("408 Request Timeout", "the head of the request did not come in time"),
        };
        healthy::refuse(self.connection.wire(), status, problem).await?;
        Ok(None)
    }

    /// Answers a request, passes it on, or lets a fault do it.
    async fn exchange(&mut self, request: &Request) -> io::Result<Then> {
        let is_passed_on = self.context.upstream.is_some();
        let mut exchange = Exchange { request, connection: &mut self.connection, is_passed_on };
        let then = match struck(request, self.context) {
            Some(fault) => fault.strike(&mut exchange).await?,
            None => Then::Answer,
        };
        match &self.context.upstream {
            _ if then != Then::Answer => Ok(then),
            Some(upstream) => self.pass_on(upstream, request).await,
            None => {
                exchange.read_body().await?;
                healthy::answer(exchange.wire(), request).await?;
                Ok(Then::Keep)
            }
        }
    }

    /// Passes a request on; the connection to the origin is made with the first one.
    async fn pass_on(&mut self, upstream: &Upstream, request: &Request) -> io::Result<Then> {
        let up = match self.upstream.take() {
            Some(up) => up,
            None => match upstream.connect().await {
                Ok(wire) => Connection::new(wire),
                Err(error) => {
                    let problem = format!("connect to {}: {error}", upstream.target());
                    (self.context.notify)(&problem);
                    let wire = self.connection.wire();
                    healthy::refuse(wire, "502 Bad Gateway", &problem).await?;
                    return Ok(Then::Close);
                }
            },
        };
        let up = self.upstream.insert(up);
        let then = relay::pass(&mut self.connection, up, request).await?;
        if then == Then::Reset {
            // What was passed on before has to be on its way.
            tokio::time::sleep(limits::SETTLE).await;
        }
        Ok(then)
    }
}

/// Waits until the real origin ends its side of an idle connection, or speaks without being asked;
/// says how the connection ends.
async fn upstream_end(upstream: &mut Option<Connection>) -> Then {
    let Some(up) = upstream else { return pending().await };
    match up.wait().await {
        Ok(_) => Then::Close,
        Err(error) => relay::as_ended(&error),
    }
}

fn struck(request: &Request, context: &Context) -> Option<Arc<dyn Strike>> {
    context.faults.strike(Some(&request.path), |hook| match hook {
        Hook::Exchange(fault) if fault.applies(request) => Some(Arc::clone(fault)),
        _ => None,
    })
}

/// Ends a connection as a fault or the protocol wants it.
pub(crate) async fn end(wire: BoxedWire, then: Then, context: &Context) -> io::Result<()> {
    match then {
        Then::Keep | Then::Answer | Then::Close => wire::close(wire).await,
        Then::Drop => drop(wire),
        Then::Reset => wire::reset(wire)?,
        Then::Hold => tokio::select! {
            () = context.ended() => {}
            () = wire::hold(wire) => {}
        },
    }
    Ok(())
}
