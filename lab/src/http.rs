//! The smallest HTTP client and the parts of HTTP that the lab needs.

use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::Context as _;

/// How long one read may take; longer than any timeout that a scenario configures.
const READ_TIMEOUT: Duration = Duration::from_secs(20);

/// The most bytes taken of one answer; an error page has a few hundred.
const ANSWER_MAX: u64 = 1 << 20;

/// Sends one GET over a connection of its own and returns the status code.
///
/// # Errors
///
/// When the peer cannot be reached or does not answer with an HTTP status line.
pub fn get(address: SocketAddr, path: &str) -> anyhow::Result<u16> {
    let mut stream = TcpStream::connect(address).with_context(|| format!("connect {address}"))?;
    stream.set_read_timeout(Some(READ_TIMEOUT))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(ANSWER_MAX).read_to_end(&mut answer).context("read the answer")?;
    status(&answer)
}

fn status(answer: &[u8]) -> anyhow::Result<u16> {
    let text = String::from_utf8_lossy(answer);
    let line = text.lines().next().unwrap_or_default();
    let code = line.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
    code.and_then(|code| code.parse().ok()).with_context(|| format!("status line {line:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_status_code() {
        assert_eq!(status(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").unwrap(), 502);
    }

    #[test]
    fn an_empty_answer_has_no_status() {
        assert!(status(b"").is_err());
    }
}
