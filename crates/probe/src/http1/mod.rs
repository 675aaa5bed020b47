//! One HTTP/1.1 exchange over any stream. Reading is left to [`parse`]; this is the shell around
//! it that sends, waits and tells how the bytes ended.

mod chunk;
mod framing;
mod head;
pub mod parse;

use std::io::{self, ErrorKind};
use std::time::Duration;

use goodgate_evidence::Timestamp;
use goodgate_evidence::probe::{Exchange, Http, HttpVersion};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};

use self::parse::{End, Parser, Wants};
use crate::call::{Call, Method};
use crate::clock::{self, Deadlines};
use crate::error::ProbeError;
use crate::limits::{FOREIGN_WAIT, READ_BUFFER};
use crate::tls;

/// Sends `call` and reads what comes back.
///
/// The stream can take another call afterwards if `call.keep_alive` was set, the outcome is
/// `Http::Complete` and the response says nothing else.
pub async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    call: &Call,
    deadlines: &Deadlines,
) -> Result<Exchange, ProbeError> {
    exchange_and_after(stream, call, deadlines).await.map(|(exchange, _)| exchange)
}

/// Does an [`exchange`], and tells whether the stream can take another call afterwards.
pub(crate) async fn exchange_and_after<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    call: &Call,
    deadlines: &Deadlines,
) -> Result<(Exchange, bool), ProbeError> {
    call.check()?;
    let at = clock::now();
    let mut reading = Reading::new(call);
    let sent = send(stream, &call.to_http1(), deadlines).await;
    reading.sending = reading.begun.elapsed();
    reading.begun = Instant::now();
    let end = match sent {
        Sent::InVain => End::TimedOut,
        Sent::Whole | Sent::Broken => reading.read(stream, deadlines).await,
    };
    Ok(reading.into_exchange(at, call, end, sent == Sent::Broken))
}

/// How the request went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Whole,
    /// The connection broke; an answer or an alert may have come before.
    Broken,
    /// The other side took nothing in time.
    InVain,
}

async fn send<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8], deadlines: &Deadlines) -> Sent {
    let sending = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    match timeout_at(deadlines.head(), sending).await {
        Err(_) => Sent::InVain,
        Ok(Err(_)) => Sent::Broken,
        Ok(Ok(())) => Sent::Whole,
    }
}

/// A response that is being read.
struct Reading {
    parser: Parser,
    keep_alive: bool,
    extra_wait: Duration,
    begun: Instant,
    sending: Duration,
    first_byte: Option<Duration>,
    took: Option<Duration>,
    alerted: bool,
}

impl Reading {
    fn new(call: &Call) -> Self {
        Self {
            parser: Parser::keeping(call.method == Method::Head, call.body_kept),
            keep_alive: call.keep_alive,
            extra_wait: call.extra_wait,
            begun: Instant::now(),
            sending: Duration::ZERO,
            first_byte: None,
            took: None,
            alerted: false,
        }
    }

    /// Reads until the response or the patience ends.
    async fn read<S: AsyncRead + Unpin>(&mut self, stream: &mut S, deadlines: &Deadlines) -> End {
        let head_deadline = deadlines.head();
        let mut buffer = Vec::with_capacity(READ_BUFFER);
        loop {
            let Some(until) = self.patience(head_deadline, deadlines) else { return End::Closed };
            buffer.clear();
            match timeout_at(until, stream.read_buf(&mut buffer)).await {
                Err(_) => return self.out_of_patience(deadlines),
                Ok(Err(error)) => return self.broken(&error),
                Ok(Ok(0)) => return End::Closed,
                Ok(Ok(_)) => {}
            }
            self.first_byte.get_or_insert_with(|| self.begun.elapsed());
            self.parser.feed(&buffer);
            if matches!(self.parser.wants(), Wants::Nothing | Wants::Stop) {
                self.took.get_or_insert_with(|| self.begun.elapsed());
            }
        }
    }

    /// Returns until when to wait for more; none when more is of no use.
    fn patience(&self, head_deadline: Instant, deadlines: &Deadlines) -> Option<Instant> {
        match self.parser.wants() {
            Wants::Head => Some(head_deadline),
            Wants::Foreign => Some(deadlines.capped(FOREIGN_WAIT).min(head_deadline)),
            Wants::Body => Some(deadlines.body_gap()),
            // On a connection that stays open the next bytes may belong to nobody yet.
            Wants::Nothing if self.keep_alive || self.extra_wait.is_zero() => None,
            Wants::Nothing => {
                let complete = self.begun + self.took.unwrap_or_default();
                Some((complete + self.extra_wait).min(deadlines.end()))
            }
            Wants::Stop => None,
        }
    }

    fn out_of_patience(&self, deadlines: &Deadlines) -> End {
        let over = Instant::now() >= deadlines.end();
        if over && self.parser.wants() == Wants::Body { End::OutOfTime } else { End::TimedOut }
    }

    fn broken(&mut self, error: &io::Error) -> End {
        if let Some(words) = tls::late_failure(error) {
            self.alerted = true;
            self.parser.note(words);
            return End::Reset;
        }
        match error.kind() {
            ErrorKind::UnexpectedEof => {
                self.parser.note("TLS ended without close_notify".to_owned());
                End::Closed
            }
            // The other side had closed before it broke the connection.
            ErrorKind::BrokenPipe => End::Closed,
            ErrorKind::TimedOut => End::TimedOut,
            ErrorKind::ConnectionReset => End::Reset,
            _ => {
                self.parser.note(format!("reading failed: {error}"));
                End::Reset
            }
        }
    }

    fn into_exchange(self, at: Timestamp, call: &Call, end: End, broken: bool) -> (Exchange, bool) {
        let took = self.took.unwrap_or_else(|| self.begun.elapsed());
        let alerted = self.alerted;
        let parsed = self.parser.finish(end);
        let nothing = matches!(parsed.outcome, Http::ClosedBeforeHead | Http::ResetBeforeHead);
        let outcome = match parsed.outcome {
            _ if broken && nothing && !alerted => Http::FailedWhileSending,
            outcome => outcome,
        };
        let persists = call.keep_alive && parsed.persists && outcome == Http::Complete;
        let exchange = Exchange {
            at,
            version: HttpVersion::Http1,
            method: call.method.to_string(),
            target: call.target.clone(),
            authority: call.authority_sent().to_owned(),
            sending: self.sending,
            first_byte: self.first_byte,
            took,
            head: parsed.head,
            interim: parsed.interim,
            body_bytes: parsed.body_bytes,
            body: parsed.body,
            raw: parsed.raw,
            outcome,
            departures: parsed.departures,
        };
        (exchange, persists)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timeouts;

    #[test]
    fn after_a_whole_answer_only_who_looks_for_more_waits() {
        let patience = |extra_wait: Duration| {
            let mut reading = Reading::new(&Call { extra_wait, ..Call::get("a.example", "/") });
            reading.parser.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
            let deadlines = Deadlines::start(Timeouts::default());
            reading.patience(deadlines.head(), &deadlines)
        };

        assert_eq!(patience(Duration::ZERO), None);
        assert!(patience(Duration::from_millis(1)).is_some());
    }
}
