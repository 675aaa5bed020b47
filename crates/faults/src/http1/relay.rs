//! Passes requests on to a real origin and its answers back, as they are.
//!
//! Each connection from the gateway has its own to the origin, so that nothing is mixed, and what
//! the origin does to its connection is done to the gateway's. Bodies are not kept: they flow.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, copy_bidirectional};

use super::connection::{Connection, HeadError, Inbox, PumpError};
use super::framing::Framing;
use super::head::Request;
use super::response::Response;
use crate::fault::Then;
use crate::limits;

/// Passes one request on and its answer back.
pub(super) async fn pass(
    down: &mut Connection,
    up: &mut Connection,
    request: &Request,
) -> io::Result<Then> {
    if let Err(error) = up.wire.write_all(&request.raw).await {
        return Ok(as_ended(&error));
    }
    match both_ways(down, up, request).await? {
        Answered::Whole => Ok(Then::Keep),
        Answered::Ended(then) => Ok(then),
        Answered::Tunnel => {
            tunnel(down, up).await?;
            Ok(Then::Close)
        }
    }
}

/// What an answer came to.
enum Answered {
    /// It is complete and the origin keeps the connection.
    Whole,
    /// The connection to the origin has ended so, or is to end.
    Ended(Then),
    /// The connection is a tunnel from here on.
    Tunnel,
}

/// Moves the body of the request up while the answer comes down, which may be earlier.
async fn both_ways(
    down: &mut Connection,
    up: &mut Connection,
    request: &Request,
) -> io::Result<Answered> {
    let (mut down_read, mut down_write) = tokio::io::split(&mut down.wire);
    let (mut up_read, mut up_write) = tokio::io::split(&mut up.wire);
    let mut download =
        std::pin::pin!(download(&mut up.inbox, &mut up_read, &mut down_write, request));
    let early = {
        let mut upload = std::pin::pin!(upload(&mut down.inbox, &mut down_read, &mut up_write));
        tokio::select! {
            answered = &mut download => match answered? {
                Answered::Whole => {
                    upload.await?;
                    Some(Answered::Whole)
                }
                other => Some(other),
            },
            uploaded = &mut upload => {
                uploaded?;
                None
            }
        }
    };
    if let Some(answered) = early {
        return Ok(answered);
    }
    tokio::select! {
        answered = &mut download => answered,
        Err(error) = pass_end(&mut down.inbox, &mut down_read, &mut up_write) => Err(error),
    }
}

/// Moves the body of a request up.
///
/// An origin that takes no more is no failure: its answer says why.
async fn upload(
    inbox: &mut Inbox,
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
) -> io::Result<()> {
    match inbox.pump(from, to, limits::HOLD_MAX, u64::MAX).await {
        Ok(()) | Err(PumpError::Write(_)) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

/// Passes the gateway's end of stream on, while the answer is waited for.
///
/// The next request may come instead: it stays in the inbox, and its rest in the kernel.
async fn pass_end(
    inbox: &mut Inbox,
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
) -> io::Result<()> {
    while !inbox.has_more() {
        if inbox.fill(from).await? == 0 {
            // An origin that has ended as well shows in its answer.
            to.shutdown().await.ok();
            break;
        }
    }
    Ok(())
}

/// Moves the answer down, interim ones first.
///
/// An error is one of the gateway's side; whatever the origin does is passed on.
async fn download(
    inbox: &mut Inbox,
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    request: &Request,
) -> io::Result<Answered> {
    let response = loop {
        let head = match inbox.read_head(from).await {
            Ok(head) => head,
            Err(HeadError::Io(error)) => return broken(inbox, to, as_ended(&error)).await,
            Err(HeadError::Ended) => return broken(inbox, to, Then::Close).await,
            Err(HeadError::TooLarge) => return opaque(inbox, from, to).await,
        };
        to.write_all(&head).await?;
        match Response::parse(&head, request.is_head()) {
            None => return opaque(inbox, from, to).await,
            Some(response) if response.is_interim() => to.flush().await?,
            Some(response) => break response,
        }
    };
    to.flush().await?;
    if response.is_upgrade() {
        return Ok(Answered::Tunnel);
    }
    inbox.expect(response.framing);
    match inbox.pump(from, to, limits::HOLD_MAX, u64::MAX).await {
        Ok(()) if response.keeps_alive && response.framing != Framing::ToTheEnd => {
            Ok(Answered::Whole)
        }
        Ok(()) => Ok(Answered::Ended(Then::Close)),
        Err(PumpError::Read(error)) => Ok(Answered::Ended(as_ended(&error))),
        Err(PumpError::Malformed(_)) => opaque(inbox, from, to).await,
        Err(PumpError::Write(error)) => Err(error),
    }
}

/// Moves everything to the end of the connection: what it means cannot be told.
async fn opaque(
    inbox: &mut Inbox,
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
) -> io::Result<Answered> {
    inbox.expect(Framing::ToTheEnd);
    match inbox.pump(from, to, limits::HOLD_MAX, u64::MAX).await {
        Err(PumpError::Write(error)) => Err(error),
        Err(PumpError::Read(error)) => Ok(Answered::Ended(as_ended(&error))),
        Ok(()) | Err(PumpError::Malformed(_)) => Ok(Answered::Ended(Then::Close)),
    }
}

/// Passes on what came of a head before its connection ended.
async fn broken(
    inbox: &mut Inbox,
    to: &mut (impl AsyncWrite + Unpin),
    then: Then,
) -> io::Result<Answered> {
    to.write_all(&inbox.take()).await?;
    to.flush().await?;
    Ok(Answered::Ended(then))
}

/// Moves bytes both ways until both sides have ended.
async fn tunnel(down: &mut Connection, up: &mut Connection) -> io::Result<()> {
    up.wire.write_all(&down.inbox.take()).await?;
    down.wire.write_all(&up.inbox.take()).await?;
    copy_bidirectional(&mut down.wire, &mut up.wire).await?;
    Ok(())
}

/// Says how a connection ends whose other half ended with an error.
pub(super) fn as_ended(error: &io::Error) -> Then {
    match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Then::Reset,
        _ => Then::Close,
    }
}
