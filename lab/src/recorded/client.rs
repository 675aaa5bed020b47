//! A client of the gateway, over its unix socket: that leads out of the host of a case.

use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

/// How long an answer may take; longer than any timeout of a case with its retries.
const PATIENCE: Duration = Duration::from_secs(15);

/// What a client sends.
#[derive(Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// The path.
    pub path: &'a str,
    /// The bytes of the body of a POST.
    pub upload: usize,
    /// When it leaves.
    pub leaves: Option<Duration>,
}

/// What a client gets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status; 0 for none.
    pub status: u16,
    /// `Proxy-Status`.
    pub proxy_status: String,
}

/// Opens a connection to the gateway.
///
/// # Errors
///
/// When nobody listens.
pub fn connect(gateway: &Path) -> anyhow::Result<UnixStream> {
    UnixStream::connect(gateway).context("connect to the gateway")
}

/// Sends a request and reads the answer to its end, as far as it comes.
///
/// # Errors
///
/// When the gateway says nothing for too long.
pub fn ask(mut stream: UnixStream, request: &Request<'_>) -> anyhow::Result<Answer> {
    let patience = request.leaves.unwrap_or(PATIENCE);
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let mut bytes = head(request).into_bytes();
    if request.method == "POST" {
        bytes.resize(bytes.len() + request.upload, b'u');
    }
    // The gateway may answer before it has read all; then the answer counts.
    let sent = stream.write_all(&bytes);
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let is_late = |error: &std::io::Error| {
        matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
    };
    match read {
        Err(error) if is_late(&error) && request.leaves.is_none() => {
            Err(error).with_context(|| format!("no end of the answer to {}", request.path))
        }
        Err(error) if answer.is_empty() && request.leaves.is_none() => {
            Err(sent.err().unwrap_or(error)).context("read the answer")
        }
        _ => Ok(parse(&answer)),
    }
}

fn head(request: &Request<'_>) -> String {
    let Request { method, path, upload, .. } = request;
    let length =
        if *method == "POST" { format!("Content-Length: {upload}\r\n") } else { String::new() };
    format!("{method} {path} HTTP/1.1\r\nHost: lab.test\r\n{length}Connection: close\r\n\r\n")
}

fn parse(answer: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(answer);
    let is_interim = |head: &&str| head.starts_with("HTTP/1.1 1") && !head.contains(" 101 ");
    let head = text.split("\r\n\r\n").find(|head| !is_interim(head)).unwrap_or_default();
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    let members: Vec<&str> = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("proxy-status"))
        .map(|(_, value)| value.trim())
        .collect();
    Answer { status: status.unwrap_or_default(), proxy_status: members.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_proxy_status_are_read() {
        let answer = parse(b"HTTP/1.1 502 Bad Gateway\r\nproxy-status: a; error=b\r\n\r\nx");

        assert_eq!((answer.status, answer.proxy_status.as_str()), (502, "a; error=b"));
    }

    #[test]
    fn interim_answers_are_passed_over() {
        let answer = parse(b"HTTP/1.1 103 Early Hints\r\na: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");

        assert_eq!(answer.status, 200);
    }

    #[test]
    fn nothing_is_no_status() {
        assert_eq!(parse(b"").status, 0);
    }
}
