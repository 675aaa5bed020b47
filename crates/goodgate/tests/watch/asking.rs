//! Requests to the API of the watch, as jobs and browsers make them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// Asks over TCP, and returns the status and the body; status 0 where there is no answer.
pub(crate) fn over_tcp(address: SocketAddr, method: &str, target: &str) -> (u16, String) {
    let stream = TcpStream::connect(address);
    stream.map_or((0, String::new()), |stream| {
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok();
        ask(stream, method, target, &address.to_string())
    })
}

/// Asks over a unix socket.
pub(crate) fn over_unix(socket: &Path, method: &str, target: &str) -> (u16, String) {
    let stream = UnixStream::connect(socket);
    stream.map_or((0, String::new()), |stream| {
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok();
        ask(stream, method, target, "localhost")
    })
}

fn ask(mut stream: impl Read + Write, method: &str, target: &str, host: &str) -> (u16, String) {
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let mut answer = Vec::new();
    // What came before an error is the answer, or none.
    stream.write_all(head.as_bytes()).ok();
    stream.read_to_end(&mut answer).ok();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
    (status.unwrap_or(0), body.unwrap_or_default())
}
