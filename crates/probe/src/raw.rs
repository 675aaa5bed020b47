//! Sends a few bytes and reads a short answer, for protocols that are read by hand.

use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};

use crate::clock;
use crate::limits::{FOREIGN_WAIT, READ_BUFFER};

/// How an answer ended before it was whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The other side closed the connection.
    Closed,
    /// The connection broke.
    Reset,
    /// Nothing more came in time.
    TimedOut,
    /// As much came as is read, and that was not enough.
    Bounded,
}

/// What is missing of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// More of it.
    More,
    /// What comes soon, up to so many bytes in all: the rest of a greeting of another protocol, or
    /// of a response that a polite client does not cut off.
    Soon(usize),
    /// Nothing.
    Nothing,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Came {
    /// The bytes of the answer.
    pub(crate) bytes: Vec<u8>,
    /// From the end of the question to the first bytes, or to the end without any.
    pub(crate) took: Duration,
    /// Why there is no more of it; none if it is enough.
    pub(crate) end: Option<End>,
}

/// Sends `question` and reads until `need` is met, the deadline is over or `bytes_max` have come.
pub(crate) async fn ask<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    question: &[u8],
    deadline: Instant,
    bytes_max: usize,
    need: impl Fn(&[u8]) -> Need,
) -> Came {
    let sent = timeout_at(deadline, send(stream, question)).await;
    let begun = Instant::now();
    let mut answer = Answer { begun, took: None, bytes: Vec::new() };
    let end = match sent {
        Err(_) => Some(End::TimedOut),
        // An answer may have come before the connection broke.
        Ok(sent) => match (sent, answer.read(stream, deadline, bytes_max, need).await) {
            (Err(error), Some(End::Closed)) if answer.bytes.is_empty() => Some(end_of(&error)),
            (_, end) => end,
        },
    };
    Came { took: answer.took.unwrap_or_else(|| begun.elapsed()), bytes: answer.bytes, end }
}

async fn send<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

/// An answer that is being read.
struct Answer {
    begun: Instant,
    took: Option<Duration>,
    bytes: Vec<u8>,
}

impl Answer {
    async fn read<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        deadline: Instant,
        bytes_max: usize,
        need: impl Fn(&[u8]) -> Need,
    ) -> Option<End> {
        let mut until = deadline;
        let mut buffer = vec![0_u8; READ_BUFFER];
        loop {
            match need(&self.bytes) {
                Need::Nothing => return None,
                Need::Soon(bytes) if self.bytes.len() >= bytes.min(bytes_max) => return None,
                Need::Soon(_) => until = until.min(clock::after(FOREIGN_WAIT)),
                Need::More if self.bytes.len() >= bytes_max => return Some(End::Bounded),
                Need::More => {}
            }
            let count = match timeout_at(until, stream.read(&mut buffer)).await {
                Err(_) => return Some(End::TimedOut),
                Ok(Err(error)) => return Some(end_of(&error)),
                Ok(Ok(0)) => return Some(End::Closed),
                Ok(Ok(count)) => count,
            };
            self.took.get_or_insert_with(|| self.begun.elapsed());
            let room = bytes_max.saturating_sub(self.bytes.len());
            self.bytes.extend(buffer.iter().take(count.min(room)));
        }
    }
}

fn end_of(error: &io::Error) -> End {
    match error.kind() {
        ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof => End::Closed,
        ErrorKind::TimedOut => End::TimedOut,
        _ => End::Reset,
    }
}
