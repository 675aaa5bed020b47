//! Questions to the watch over its unix socket, all on one connection.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::limits::{API_ANSWER_MAX, CLIENT_TIMEOUT};

/// A client of the API.
#[derive(Debug)]
pub(crate) struct Api {
    socket: PathBuf,
    stream: Option<UnixStream>,
}

impl Api {
    /// Makes one; it connects with the first question.
    pub(crate) fn new(socket: &Path) -> Self {
        Self { socket: socket.to_owned(), stream: None }
    }

    /// Asks, and returns the answer.
    ///
    /// # Errors
    ///
    /// When nobody answers, or another status than 200 comes.
    pub(crate) fn get(&mut self, path: &str) -> anyhow::Result<Value> {
        let kept = self.stream.take();
        // One that was idle for long may have been closed: then a new one is asked.
        let answered = kept.and_then(|mut kept| Some((exchange(&mut kept, path).ok()?, kept)));
        let (value, stream) = if let Some(answered) = answered {
            answered
        } else {
            let mut stream = self.connect()?;
            let value = exchange(&mut stream, path).with_context(|| format!("GET {path}"))?;
            (value, stream)
        };
        self.stream = Some(stream);
        Ok(value)
    }

    fn connect(&self) -> anyhow::Result<UnixStream> {
        let stream = UnixStream::connect(&self.socket);
        let stream = stream.with_context(|| self.socket.display().to_string())?;
        stream.set_read_timeout(Some(CLIENT_TIMEOUT))?;
        Ok(stream)
    }
}

fn exchange(stream: &mut UnixStream, path: &str) -> anyhow::Result<Value> {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut bytes = Vec::new();
    let (head, length) = loop {
        read_some(stream, &mut bytes)?;
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.context("no length")?.trim().parse()?;
        ensure!(head.starts_with("http/1.1 200 "), "{head}");
        break (end + 4, length);
    };
    while bytes.len() < head + length {
        read_some(stream, &mut bytes)?;
    }
    Ok(serde_json::from_slice(bytes.get(head..head + length).unwrap_or_default())?)
}

fn read_some(stream: &mut UnixStream, bytes: &mut Vec<u8>) -> anyhow::Result<()> {
    let mut piece = [0; 16 << 10];
    let count = stream.read(&mut piece)?;
    ensure!(count > 0, "the answer ends early");
    ensure!(bytes.len() + count <= API_ANSWER_MAX, "the answer is too large");
    bytes.extend_from_slice(piece.get(..count).unwrap_or_default());
    Ok(())
}
