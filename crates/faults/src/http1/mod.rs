//! The HTTP/1.1 side of the origin (RFC 9112): reads requests strictly, answers or lets faults.

mod connection;
mod framing;
mod head;
mod healthy;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use crate::context::Context;
use crate::fault::{Hook, Kept, Strike, Then};
use crate::limits;
use crate::wire::{self, BoxedWire};
use connection::{Connection, HeadError};
pub(crate) use head::Request;

/// One request on its connection, with its body not yet read.
pub(crate) struct Exchange<'a> {
    /// The head of the request.
    pub(crate) request: &'a Request,
    connection: &'a mut Connection,
}

impl Exchange<'_> {
    /// Returns the connection, to write on.
    pub(crate) fn wire(&mut self) -> &mut BoxedWire {
        self.connection.wire()
    }

    /// Reads the rest of the body and throws it away; asks for it first, if the peer waits for that.
    pub(crate) async fn read_body(&mut self) -> io::Result<()> {
        if self.request.waits_for_continue && !self.connection.has_more() {
            self.wire().write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        self.connection.skip_body().await
    }
}

/// Serves a connection until it ends.
pub(crate) async fn serve(wire: BoxedWire, context: &Context) -> io::Result<()> {
    let mut connection = Connection::new(wire);
    let mut keeping = Keeping::of(context);
    let then = loop {
        let request = match next_request(&mut connection, &keeping, context).await? {
            Next::Request(request) => request,
            Next::End(then) => break then,
        };
        let then = exchange(&mut connection, &request, context).await?;
        keeping.count();
        let is_kept = request.keeps_alive && connection.is_at_boundary() && keeping.may_go_on();
        match then {
            Then::Keep if is_kept => {}
            Then::Keep => break Then::Close,
            other => break other,
        }
    };
    end(connection.into_wire(), then, context).await
}

/// How long this connection is kept.
struct Keeping {
    idle: Duration,
    at_idle: AtIdle,
    served: usize,
    serves: usize,
}

/// What happens to a connection that was idle for too long.
#[derive(Clone, Copy)]
enum AtIdle {
    End(Then),
    /// It stays until the next request comes, and ends then.
    EndLate(Then),
}

impl Keeping {
    fn of(context: &Context) -> Self {
        let mut keeping = Self {
            idle: limits::IDLE_MAX,
            at_idle: AtIdle::End(Then::Close),
            served: 0,
            serves: usize::MAX,
        };
        let struck = context.faults.strike(None, |hook| match hook {
            Hook::Kept(kept) => Some(*kept),
            _ => None,
        });
        match struck {
            Some(Kept::Idle { after, end, is_late }) => {
                keeping.idle = after;
                keeping.at_idle = if is_late { AtIdle::EndLate(end) } else { AtIdle::End(end) };
            }
            Some(Kept::Requests(count)) => keeping.serves = count,
            None => {}
        }
        keeping
    }

    const fn count(&mut self) {
        self.served += 1;
    }

    const fn may_go_on(&self) -> bool {
        self.served < self.serves
    }

    /// Returns how long the next request may take to begin; the first one is not kept waiting for.
    const fn patience(&self) -> Duration {
        if self.served == 0 { limits::IDLE_MAX } else { self.idle }
    }
}

/// What comes next on a connection.
enum Next {
    Request(Request),
    End(Then),
}

async fn next_request(
    connection: &mut Connection,
    keeping: &Keeping,
    context: &Context,
) -> io::Result<Next> {
    if let Some(then) = idle_end(connection, keeping, context).await? {
        return Ok(Next::End(then));
    }
    let (status, problem) = match timeout(limits::REQUEST_WAIT_MAX, connection.read_head()).await {
        Ok(Ok(request)) => return Ok(Next::Request(request)),
        Ok(Err(HeadError::Io(error))) => return Err(error),
        Ok(Err(HeadError::Malformed(problem))) => ("400 Bad Request", problem),
        Ok(Err(HeadError::TooLarge)) => {
            ("431 Request Header Fields Too Large", "the head of the request is over 64 KiB")
        }
        Err(_) => ("408 Request Timeout", "the head of the request did not come in time"),
    };
    healthy::refuse(connection.wire(), status, problem).await?;
    Ok(Next::End(Then::Close))
}

/// Waits for a request to begin; gives back how the connection ends if none does.
async fn idle_end(
    connection: &mut Connection,
    keeping: &Keeping,
    context: &Context,
) -> io::Result<Option<Then>> {
    let waited = tokio::select! {
        () = context.ended() => return Ok(Some(Then::Close)),
        waited = timeout(keeping.patience(), connection.wait()) => waited,
    };
    match (waited, keeping.at_idle) {
        (Ok(begun), _) => Ok((!begun?).then_some(Then::Close)),
        (Err(_), AtIdle::End(then)) => Ok(Some(then)),
        (Err(_), AtIdle::EndLate(then)) => {
            tokio::select! {
                () = context.ended() => {}
                begun = connection.wait() => drop(begun?),
            }
            Ok(Some(then))
        }
    }
}

/// Answers a request, or lets a fault do it.
async fn exchange(
    connection: &mut Connection,
    request: &Request,
    context: &Context,
) -> io::Result<Then> {
    let mut exchange = Exchange { request, connection };
    let then = match struck(request, context) {
        Some(fault) => fault.strike(&mut exchange).await?,
        None => Then::Answer,
    };
    if then != Then::Answer {
        return Ok(then);
    }
    exchange.read_body().await?;
    healthy::answer(exchange.wire(), request).await?;
    Ok(Then::Keep)
}

fn struck(request: &Request, context: &Context) -> Option<Arc<dyn Strike>> {
    context.faults.strike(Some(&request.path), |hook| match hook {
        Hook::Exchange(fault) if fault.applies(request) => Some(Arc::clone(fault)),
        _ => None,
    })
}

/// Ends a connection as a fault or the protocol wants it.
async fn end(wire: BoxedWire, then: Then, context: &Context) -> io::Result<()> {
    match then {
        Then::Keep | Then::Answer | Then::Close => wire::close(wire).await,
        Then::Reset => wire::reset(wire)?,
        Then::Hold => tokio::select! {
            () = context.ended() => {}
            () = wire::hold(wire) => {}
        },
    }
    Ok(())
}
