//! Preformed HTTP/1.1 requests, and a reader that counts the answers and checks each.

use anyhow::{Context as _, ensure};

use super::target::Request;
use crate::limits;

/// The answers on one HTTP/1.1 connection.
#[derive(Debug)]
pub(crate) struct Http1 {
    expected: usize,
    head: Vec<u8>,
    /// Bytes of the body that are still to come; none while the head is read.
    body_left: Option<usize>,
}

/// Returns the bytes of a request.
pub(crate) fn request(request: &Request) -> Vec<u8> {
    let Request { path, host, agent, .. } = request;
    let end = if request.is_last { "Connection: close\r\n" } else { "" };
    format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\nAccept: */*\r\n{end}\r\n"
    )
    .into_bytes()
}

impl Http1 {
    /// Reads answers with bodies of `expected` bytes.
    pub(crate) fn new(expected: usize) -> Self {
        Self { expected, head: Vec::new(), body_left: None }
    }

    /// Takes what was read and returns how many answers it completes.
    ///
    /// # Errors
    ///
    /// When an answer is not 200 or not of the expected length.
    pub(crate) fn take(&mut self, mut bytes: &[u8]) -> anyhow::Result<usize> {
        let mut complete = 0;
        while !bytes.is_empty() {
            if let Some(left) = self.body_left {
                let count = left.min(bytes.len());
                bytes = bytes.get(count..).unwrap_or_default();
                self.body_left = Some(left - count);
            } else {
                bytes = self.take_head(bytes)?;
            }
            if self.body_left == Some(0) {
                self.body_left = None;
                complete += 1;
            }
        }
        Ok(complete)
    }

    /// Takes bytes of a head and returns those behind it.
    fn take_head<'a>(&mut self, bytes: &'a [u8]) -> anyhow::Result<&'a [u8]> {
        let before = self.head.len();
        self.head.extend_from_slice(bytes.get(..limits::HEAD_BYTES_MAX).unwrap_or(bytes));
        let Some(end) = self.head.windows(4).position(|window| window == b"\r\n\r\n") else {
            ensure!(self.head.len() < limits::HEAD_BYTES_MAX, "a head without end");
            return Ok(&[]);
        };
        let end = end + 4;
        let length = check(self.head.get(..end).unwrap_or_default())?;
        ensure!(length == self.expected, "{length} bytes, not {}", self.expected);
        self.head.clear();
        self.body_left = Some(length);
        Ok(bytes.get(end - before..).unwrap_or_default())
    }
}

/// Returns the length of the body of a good answer.
fn check(head: &[u8]) -> anyhow::Result<usize> {
    let text = String::from_utf8_lossy(head);
    let line = text.lines().next().unwrap_or_default();
    ensure!(line.starts_with("HTTP/1.1 200"), "answer: {line}");
    let fields = text.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let (_, length) = lengths.next().context("an answer without a length")?;
    length.trim().parse().with_context(|| length.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";

    #[test]
    fn answers_are_counted_in_any_pieces() {
        for size in 1..ANSWER.len() {
            let mut reader = Http1::new(3);

            let bytes = ANSWER.repeat(2);
            let count: usize = bytes.chunks(size).map(|piece| reader.take(piece).unwrap()).sum();

            assert_eq!(count, 2);
        }
    }

    #[test]
    fn a_failure_is_an_error() {
        let answer = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nabc";

        assert!(Http1::new(3).take(answer).is_err());
    }

    #[test]
    fn another_length_is_an_error() {
        assert!(Http1::new(4).take(ANSWER).is_err());
    }
}
