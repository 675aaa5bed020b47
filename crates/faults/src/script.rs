//! Faults that are a list of steps: read this, send that, wait, end so.

use std::sync::Arc;
use std::time::Duration;

use crate::fault::{Hook, Strike, Then};
use crate::http1::{Exchange, Request, healthy};
use crate::limits;
use crate::wire::Step;

/// The size of a body of which only a part is sent: more than gateways hold back before they pass
/// on what they have.
pub(crate) const BODY_BYTES: usize = 64 * 1024;

/// The first half of a response head.
pub(crate) const HALF_HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Le";

/// Makes the head of a 200 in plain text with further fields.
pub(crate) fn head(fields: &str) -> String {
    let server = healthy::SERVER;
    format!("HTTP/1.1 200 OK\r\nServer: {server}\r\nContent-Type: text/plain\r\n{fields}\r\n\r\n")
}

/// Makes so many bytes of text, in lines.
pub(crate) fn text(bytes: usize) -> String {
    "goodgate faults sends this line to fill a body, again and again\n"
        .chars()
        .cycle()
        .take(bytes)
        .collect()
}

/// Returns a status with its reason phrase, which is empty where none is registered.
pub(crate) fn status_line(code: usize) -> String {
    let reason = REASONS.iter().find(|(known, _)| *known == code).map_or("", |(_, reason)| reason);
    format!("{code} {reason}")
}

/// Reason phrases of RFC 9110 section 15 and RFC 6585.
const REASONS: &[(usize, &str)] = &[
    (400, "Bad Request"),
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (405, "Method Not Allowed"),
    (408, "Request Timeout"),
    (409, "Conflict"),
    (410, "Gone"),
    (413, "Content Too Large"),
    (414, "URI Too Long"),
    (415, "Unsupported Media Type"),
    (421, "Misdirected Request"),
    (429, "Too Many Requests"),
    (431, "Request Header Fields Too Large"),
    (500, "Internal Server Error"),
    (501, "Not Implemented"),
    (502, "Bad Gateway"),
    (503, "Service Unavailable"),
    (504, "Gateway Timeout"),
    (505, "HTTP Version Not Supported"),
    (511, "Network Authentication Required"),
];

/// A fault as a list of steps.
pub(crate) struct Script {
    actions: Vec<Action>,
    strikes: Strikes,
    end: Then,
}

enum Action {
    ReadBody,
    ReadOwnBody,
    Send(Vec<u8>),
    SendBody(Vec<u8>),
    Repeat(Vec<u8>, usize),
    Pause(Duration),
}

/// On which requests a fault can show.
#[derive(Clone, Copy)]
enum Strikes {
    All,
    /// Those whose answer has a body.
    WithAnswerBody,
    /// Those that have a body.
    Uploads,
}

impl Script {
    /// Begins a script that reads the whole request first.
    pub(crate) fn after_request() -> Self {
        Self::beginning(vec![Action::ReadBody])
    }

    /// Begins a script for which the head of the request is enough.
    pub(crate) const fn after_head() -> Self {
        Self::beginning(Vec::new())
    }

    /// Begins a script that ends with an answer, which may be that of the real origin.
    pub(crate) fn before_answer() -> Self {
        Self::beginning(vec![Action::ReadOwnBody])
    }

    const fn beginning(actions: Vec<Action>) -> Self {
        Self { actions, strikes: Strikes::All, end: Then::Close }
    }

    /// Strikes only requests whose answer has a body.
    pub(crate) const fn in_body(mut self) -> Self {
        self.strikes = Strikes::WithAnswerBody;
        self
    }

    /// Strikes only requests that have a body.
    pub(crate) const fn in_upload(mut self) -> Self {
        self.strikes = Strikes::Uploads;
        self
    }

    /// Sends bytes as they are.
    pub(crate) fn send(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.actions.push(Action::Send(bytes.into()));
        self
    }

    /// Sends bytes that are the body of the answer, and are left out where HEAD was asked for.
    pub(crate) fn send_body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.actions.push(Action::SendBody(bytes.into()));
        self
    }

    /// Sends bytes again and again.
    pub(crate) fn repeat(mut self, bytes: impl Into<Vec<u8>>, count: usize) -> Self {
        self.actions.push(Action::Repeat(bytes.into(), count));
        self
    }

    /// Waits.
    pub(crate) fn pause(mut self, duration: Duration) -> Self {
        self.actions.push(Action::Pause(duration));
        self
    }

    /// Ends the script; a reset waits until what was sent is on its way.
    pub(crate) fn then(mut self, end: Then) -> Hook {
        let has_sent = self.actions.iter().any(|action| matches!(action, Action::Send(_)));
        if end == Then::Reset && has_sent {
            self.actions.push(Action::Pause(limits::SETTLE));
        }
        self.end = end;
        Hook::Exchange(Arc::new(self))
    }
}

impl Strike for Script {
    fn applies(&self, request: &Request) -> bool {
        match self.strikes {
            Strikes::All => true,
            Strikes::WithAnswerBody => !request.is_head(),
            Strikes::Uploads => request.has_body(),
        }
    }

    fn strike<'a>(&'a self, exchange: &'a mut Exchange<'_>) -> Step<'a, Then> {
        Box::pin(async move {
            for action in &self.actions {
                match action {
                    Action::ReadBody => exchange.read_body().await?,
                    Action::ReadOwnBody => exchange.read_own_body().await?,
                    Action::SendBody(_) if exchange.request.is_head() => {}
                    Action::Send(bytes) | Action::SendBody(bytes) => exchange.send(bytes).await?,
                    Action::Repeat(bytes, count) => {
                        for _ in 0..*count {
                            exchange.send(bytes).await?;
                        }
                    }
                    Action::Pause(duration) => tokio::time::sleep(*duration).await,
                }
            }
            Ok(self.end)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_has_its_reason_where_there_is_one() {
        assert_eq!(status_line(503), "503 Service Unavailable");
        assert_eq!(status_line(599), "599 ");
    }

    #[test]
    fn a_text_has_the_length_that_was_asked_for() {
        assert_eq!(text(100).len(), 100);
    }
}
