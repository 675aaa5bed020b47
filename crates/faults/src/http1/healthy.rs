//! What an origin without a fault answers.

use std::io;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use tokio::io::AsyncWriteExt as _;

use super::Request;
use crate::wire::BoxedWire;

/// What the origin calls itself in `Server`.
pub(crate) const SERVER: &str = "goodgate-faults";

/// The most characters of the path that the answer repeats.
const PATH_CHARS_MAX: usize = 1024;

/// Answers 200 with a small text that names method and path.
pub(super) async fn answer(wire: &mut BoxedWire, request: &Request) -> io::Result<()> {
    respond(wire, request, "200 OK", &body(&request.method, &request.path)).await
}

/// Answers with a text; to HEAD without it.
pub(crate) async fn respond(
    wire: &mut BoxedWire,
    request: &Request,
    status: &str,
    body: &str,
) -> io::Result<()> {
    let mut answer = head(status, body.len(), connection_field(request));
    if !request.is_head() {
        answer.push_str(body);
    }
    wire.write_all(answer.as_bytes()).await?;
    wire.flush().await
}

/// Returns the text that every healthy answer has, over any protocol.
pub(crate) fn body(method: &str, path: &str) -> String {
    let path: String = path.chars().take(PATH_CHARS_MAX).collect();
    format!("{method} {path} was answered by goodgate faults\n")
}

/// Answers a request that could not be read, or not be passed on; the connection ends after it.
pub(super) async fn refuse(wire: &mut BoxedWire, status: &str, problem: &str) -> io::Result<()> {
    let body = format!("goodgate faults: {problem}\n");
    let answer = head(status, body.len(), "Connection: close\r\n") + &body;
    wire.write_all(answer.as_bytes()).await?;
    wire.flush().await
}

/// Makes the head of an answer in plain text.
fn head(status: &str, length: usize, connection: &str) -> String {
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&Timestamp::now());
    // Only the year 0 and before cannot be written so.
    let date = date.unwrap_or_default();
    format!(
        "HTTP/1.1 {status}\r\nServer: {SERVER}\r\nDate: {date}\r\nContent-Type: text/plain; charset=utf-8\r\n\
         X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n\
         Content-Length: {length}\r\n{connection}\r\n"
    )
}

/// HTTP/1.1 keeps a connection unless told otherwise; HTTP/1.0 has to be told.
const fn connection_field(request: &Request) -> &'static str {
    match (request.keeps_alive, request.is_old) {
        (false, _) => "Connection: close\r\n",
        (true, true) => "Connection: keep-alive\r\n",
        (true, false) => "",
    }
}
