//! What an origin without a fault answers.

use std::io;

use tokio::io::AsyncWriteExt as _;

use super::Request;
use crate::wire::BoxedWire;

/// What the origin calls itself in `Server`.
pub(crate) const SERVER: &str = "goodgate-faults";

/// The most characters of the path that the answer repeats.
const PATH_CHARS_MAX: usize = 1024;

/// Answers 200 with a small text that names method and path.
pub(super) async fn answer(wire: &mut BoxedWire, request: &Request) -> io::Result<()> {
    let path: String = request.path.chars().take(PATH_CHARS_MAX).collect();
    let body = format!("{} {path} was answered by goodgate faults\n", request.method);
    let mut answer = head("200 OK", body.len(), connection_field(request));
    if !request.is_head() {
        answer.push_str(&body);
    }
    wire.write_all(answer.as_bytes()).await?;
    wire.flush().await
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
    format!(
        "HTTP/1.1 {status}\r\nServer: {SERVER}\r\nContent-Type: text/plain; charset=utf-8\r\n\
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
