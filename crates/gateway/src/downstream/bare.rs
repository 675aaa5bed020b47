//! The answer to what is no request: there is no route, no id, and nothing after it.

use std::future::poll_fn;
use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use tokio::time::timeout;

use crate::core::Core;
use crate::exchange::Asker;
use crate::http1::{Class, Ending, Fields, Framing, Known, Persistence, ResponseHead, write};
use crate::http2;
use crate::log::Refused;
use crate::net::{Output, Writing};

/// How long a client that sends nonsense gets to take the answer.
const SEND: Duration = Duration::from_secs(5);

/// Why there is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// What came is none.
    Malformed(Class),
    /// It did not come in time.
    HeadTimeout,
}

impl Fault {
    /// Returns what is logged of it.
    pub(super) fn refused(self, asker: Asker, line: &[u8]) -> Refused<'_> {
        Refused { client: asker.peer, status: self.status(), what: self.slug(), line }
    }

    const fn status(self) -> u16 {
        match self {
            Self::Malformed(class) => class.status(),
            Self::HeadTimeout => 408,
        }
    }

    const fn slug(self) -> &'static str {
        match self {
            Self::Malformed(class) => class.slug(),
            Self::HeadTimeout => "header_timeout",
        }
    }

    const fn meaning(self) -> &'static str {
        match self {
            Self::Malformed(class) => class.meaning(),
            Self::HeadTimeout => "The head of the request took too long to arrive.",
        }
    }
}

/// Answers with the status of the fault and one sentence, over HTTP/1.1.
pub(super) async fn answer(core: &Core, fault: Fault, writing: &mut Writing, output: &mut Output) {
    let Some((head, body)) = response(core, fault) else { return };
    let ending = Ending { framing: head.framing(), persistence: Persistence::Close, added: &[] };
    if write::response(output.tail(), &head, &ending).is_ok() {
        output.push(body);
        // Whoever is gone gets no answer.
        timeout(SEND, poll_fn(|cx| output.poll_flush(cx, writing))).await.ok();
    }
}

/// Answers with the status of the fault and one sentence, on a stream of HTTP/2.
pub(super) fn answer_stream(core: &Core, fault: Fault, respond: &mut SendResponse<Bytes>) {
    let Some((head, body)) = response(core, fault) else { return };
    if let Ok(mut stream) = respond.send_response(http2::response_of(&head), false) {
        // A client that is gone gets no answer; the crate h2 holds these few bytes until it takes them.
        stream.send_data(body, true).ok();
    }
}

fn response(core: &Core, fault: Fault) -> Option<(ResponseHead, Bytes)> {
    let mut fields = Fields::new();
    let site = core.shared.site.load();
    let via = &site.settings.headers.via;
    // Every value is made here and valid.
    fields.push(Known::ContentType, b"text/plain; charset=utf-8").ok();
    let member = format!("{via}; error=http_request_error; details=\"{}\"", fault.slug());
    fields.push(Known::ProxyStatus, member.as_bytes()).ok();
    let body = format!("{}\n", fault.meaning());
    let framing = Framing::Length(body.len() as u64);
    let head = ResponseHead::from_parts(fault.status(), fields, framing).ok()?;
    Some((head, body.into()))
}
