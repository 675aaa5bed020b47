//! An HTTP/2 server (RFC 9113) that behaves well until it is told otherwise.

use std::future::poll_fn;
use std::task::Poll;

use bytes::Bytes;
use h2::server::{Builder, Connection, SendResponse};
use h2::{Reason, RecvStream};
use http::{Method, Request, Response};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::frame;
use super::frame::code::NO_ERROR;
use super::shared::Shared;
use crate::limits::{HEAD_BYTES_MAX, IDLE_MAX};

/// Streams at a time on one connection, the least that RFC 9113 section 6.5.2 recommends.
const STREAMS_MAX: u32 = 100;

/// Bytes of the fields of a request that are taken, as much as of HTTP/1.1.
const FIELDS_MAX: u32 = HEAD_BYTES_MAX as u32;

/// What a request gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// 200 with this text, which is left out where the request was HEAD.
    Text(String),
    /// `RST_STREAM` with this error code.
    Reset(u32),
    /// GOAWAY with this error code, which says that the request was not looked at, and the end of
    /// the connection.
    Goaway(u32),
}

/// How a connection came to its end.
#[derive(Debug)]
pub(crate) enum Ended<S> {
    /// The client left, or broke the protocol.
    ByClient,
    /// We said GOAWAY; the connection is still to be closed.
    ByGoaway(S),
}

/// Serves `stream` until the client leaves, asks nothing for [`IDLE_MAX`], or `answer` ends it.
/// Each request gets what `answer` says; for a text it is read to its end first.
pub(crate) async fn serve<S, F>(stream: S, answer: F) -> Result<Ended<S>, h2::Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
    F: Fn(&Request<()>) -> Answer,
{
    let by_hand = Shared::new(stream);
    let mut builder = Builder::new();
    builder.max_concurrent_streams(STREAMS_MAX).max_header_list_size(FIELDS_MAX);
    let mut connection = builder.handshake::<_, Bytes>(by_hand.another()).await?;
    // As many as the client may open; they end with the connection.
    let mut streams = JoinSet::new();
    let mut last_stream = 0;
    while let Ok(accepted) = timeout(IDLE_MAX, connection.accept()).await {
        let Some(accepted) = accepted else { return Ok(Ended::ByClient) };
        let (request, mut respond) = accepted?;
        let is_head = request.method() == Method::HEAD;
        let (parts, body) = request.into_parts();
        let stream = u32::from(respond.stream_id());
        match answer(&Request::from_parts(parts, ())) {
            Answer::Text(text) => {
                streams.spawn(settle(body, respond, text, is_head));
            }
            Answer::Reset(code) => respond.send_reset(Reason::from(code)),
            // The library would reset a stream whose handles are gone; these stay until the end.
            Answer::Goaway(code) => {
                return Ok(go_away(connection, by_hand, frame::goaway(last_stream, code)).await);
            }
        }
        last_stream = stream;
        while streams.try_join_next().is_some() {}
    }
    Ok(go_away(connection, by_hand, frame::goaway(last_stream, NO_ERROR)).await)
}

/// Reads a request to its end and answers it. A client that ended it first is none of our
/// business.
async fn settle(
    mut body: RecvStream,
    mut respond: SendResponse<Bytes>,
    text: String,
    is_head: bool,
) {
    while let Some(Ok(data)) = body.data().await {
        body.flow_control().release_capacity(data.len()).ok();
    }
    let head = Response::builder()
        .header("content-type", "text/plain; charset=utf-8")
        .header("content-length", text.len());
    let Ok(head) = head.body(()) else { return };
    if let Ok(mut sender) = respond.send_response(head, is_head)
        && !is_head
    {
        sender.send_data(Bytes::from(text), true).ok();
    }
}

/// Sends `frame` past the library, which would have counted the request as looked at.
async fn go_away<S: AsyncRead + AsyncWrite + Unpin>(
    mut connection: Connection<Shared<S>, Bytes>,
    mut by_hand: Shared<S>,
    frame: Vec<u8>,
) -> Ended<S> {
    // What the library still has to say, such as the acknowledgement of settings, goes first.
    poll_fn(|cx| Poll::Ready(connection.poll_closed(cx).is_ready())).await;
    drop(connection);
    // A client that is gone needs no word.
    by_hand.write_all(&frame).await.ok();
    by_hand.into_inner().map_or(Ended::ByClient, Ended::ByGoaway)
}
