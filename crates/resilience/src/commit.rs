//! Commit late: a response is held back until it is known to be whole, or large, or slow.
//!
//! As long as nothing has gone to the client, a response that breaks off can be replaced by another
//! attempt's, unseen.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::limits::{COMMIT_BYTES, COMMIT_POOL, COMMIT_TIME};

/// How much and how long is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The most bytes of a body; 0 turns it off.
    pub bytes: usize,
    /// The longest time since the first byte of the body.
    pub time: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { bytes: COMMIT_BYTES, time: COMMIT_TIME }
    }
}

/// The memory of all responses that are held back, shared by all cores.
#[derive(Debug)]
pub struct Pool {
    limit: usize,
    used: AtomicUsize,
}

impl Pool {
    /// Makes an empty pool of this many bytes.
    pub const fn new(limit: usize) -> Self {
        Self { limit, used: AtomicUsize::new(0) }
    }

    /// Returns the bytes that are held back.
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Takes memory for what is kept beyond the decision about it; nothing when there is none left.
    pub fn reserve(&self, bytes: usize) -> Option<Reserved<'_>> {
        self.take(bytes).then_some(Reserved { pool: self, bytes })
    }

    fn take(&self, bytes: usize) -> bool {
        let more = |used: usize| used.checked_add(bytes).filter(|used| *used <= self.limit);
        self.used.try_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    fn give(&self, bytes: usize) {
        let before = self.used.fetch_sub(bytes, Ordering::Relaxed);
        debug_assert!(before >= bytes, "more was given back than was taken");
    }
}

impl Default for Pool {
    fn default() -> Self {
        Self::new(COMMIT_POOL)
    }
}

/// Memory of the pool. Dropping it gives it back.
#[derive(Debug)]
pub struct Reserved<'a> {
    pool: &'a Pool,
    bytes: usize,
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.pool.give(self.bytes);
    }
}

/// What is known of a response when its head is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head<'a> {
    /// Whether another attempt could be made for the request; without one nothing is gained.
    pub is_retriable: bool,
    /// The value of `Content-Type`, if there is one.
    pub content_type: Option<&'a [u8]>,
    /// Whether the connection changes its protocol (101, or 2xx to CONNECT).
    pub is_upgrade: bool,
}

/// Why a response goes to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It is complete.
    Complete,
    /// Nothing could be retried, or it is turned off.
    NotRetriable,
    /// It is a stream: each piece is wanted at once.
    Stream,
    /// As many bytes have come as are held back.
    Bytes,
    /// It takes longer than is waited.
    Time,
    /// The memory of all responses is used up.
    PoolFull,
}

/// What to do with what has come so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Keep it; at this moment, if there is one, ask [`Commit::is_due`].
    HoldBack {
        /// When the time is over; nothing before the first byte of the body.
        until: Option<Instant>,
    },
    /// Send it, and everything after it as it comes.
    Commit(Reason),
}

/// The decision about one response. Dropping it gives its memory back to the pool.
#[derive(Debug)]
pub struct Commit<'a> {
    settings: Settings,
    pool: &'a Pool,
    held: usize,
    until: Option<Instant>,
    reason: Option<Reason>,
}

impl<'a> Commit<'a> {
    /// Begins with the head of a response.
    pub fn new(settings: Settings, head: &Head<'_>, pool: &'a Pool) -> Self {
        let reason = if !head.is_retriable || settings.bytes == 0 {
            Some(Reason::NotRetriable)
        } else if head.is_upgrade || head.content_type.is_some_and(is_stream) {
            Some(Reason::Stream)
        } else {
            None
        };
        Self { settings, pool, held: 0, until: None, reason }
    }

    /// Returns what to do now.
    pub fn decision(&self) -> Decision {
        match self.reason {
            Some(reason) => Decision::Commit(reason),
            None => Decision::HoldBack { until: self.until },
        }
    }

    /// Takes the number of bytes of the body that have come.
    pub fn on_body(&mut self, bytes: usize, now: Instant) -> Decision {
        if self.reason.is_none() && bytes > 0 {
            self.until.get_or_insert(now + self.settings.time);
            self.reason = self.reason_after(bytes, now);
        }
        self.decision()
    }

    /// Takes the end of the body: it is complete.
    pub fn on_complete(&mut self) -> Decision {
        self.reason.get_or_insert(Reason::Complete);
        self.decision()
    }

    /// Decides when the time may be over.
    pub fn is_due(&mut self, now: Instant) -> Decision {
        if self.reason.is_none() && self.until.is_some_and(|until| until <= now) {
            self.reason = Some(Reason::Time);
        }
        self.decision()
    }

    fn reason_after(&mut self, bytes: usize, now: Instant) -> Option<Reason> {
        if self.held.saturating_add(bytes) >= self.settings.bytes {
            return Some(Reason::Bytes);
        }
        if !self.pool.take(bytes) {
            return Some(Reason::PoolFull);
        }
        self.held += bytes;
        self.until.is_some_and(|until| until <= now).then_some(Reason::Time)
    }
}

impl Drop for Commit<'_> {
    fn drop(&mut self) {
        self.pool.give(self.held);
    }
}

/// Says whether a content type is a stream, of which each piece is wanted at once.
pub fn is_stream(content_type: &[u8]) -> bool {
    let media = content_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let streams: [&[u8]; 8] = [
        b"text/event-stream",
        b"application/x-ndjson",
        b"application/ndjson",
        b"application/jsonl",
        b"application/stream+json",
        b"application/json-seq",
        b"multipart/x-mixed-replace",
        b"application/grpc",
    ];
    streams.iter().any(|stream| media.eq_ignore_ascii_case(stream))
        || starts_with(media, b"application/grpc+")
        || starts_with(media, b"application/grpc-web")
}

fn starts_with(media: &[u8], prefix: &[u8]) -> bool {
    media.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: Head<'_> =
        Head { is_retriable: true, content_type: Some(b"text/html"), is_upgrade: false };

    fn commit<'a>(head: &Head<'_>, pool: &'a Pool) -> Commit<'a> {
        Commit::new(Settings::default(), head, pool)
    }

    #[test]
    fn a_small_response_goes_when_it_is_complete() {
        let (pool, now) = (Pool::default(), Instant::now());
        let mut commit = commit(&HTML, &pool);

        assert_eq!(commit.decision(), Decision::HoldBack { until: None });
        assert_eq!(commit.on_body(100, now), Decision::HoldBack { until: Some(now + COMMIT_TIME) });
        assert_eq!(commit.on_complete(), Decision::Commit(Reason::Complete));
    }

    #[test]
    fn a_large_response_goes_with_the_last_byte_that_is_held() {
        let (pool, now) = (Pool::default(), Instant::now());
        let mut commit = commit(&HTML, &pool);
        commit.on_body(COMMIT_BYTES - 1, now);

        assert_eq!(commit.on_body(1, now), Decision::Commit(Reason::Bytes));
    }

    #[test]
    fn a_slow_response_goes_after_its_time() {
        let (pool, now) = (Pool::default(), Instant::now());
        let mut commit = commit(&HTML, &pool);
        commit.on_body(1, now);

        assert!(matches!(commit.is_due(now), Decision::HoldBack { .. }));
        assert_eq!(commit.is_due(now + COMMIT_TIME), Decision::Commit(Reason::Time));
    }

    #[test]
    fn a_full_pool_holds_nothing_back() {
        let (pool, now) = (Pool::new(10), Instant::now());
        let (mut one, mut other) = (commit(&HTML, &pool), commit(&HTML, &pool));

        assert!(matches!(one.on_body(10, now), Decision::HoldBack { .. }));
        assert_eq!(other.on_body(1, now), Decision::Commit(Reason::PoolFull));
        drop((one, other));
        assert_eq!(pool.used(), 0);
    }

    #[test]
    fn streams_upgrades_and_what_cannot_be_retried_go_at_once() {
        let pool = Pool::default();
        let stream = Head { content_type: Some(b"text/event-stream; charset=utf-8"), ..HTML };

        let reasons =
            [stream, Head { is_upgrade: true, ..HTML }, Head { is_retriable: false, ..HTML }]
                .map(|head| commit(&head, &pool).decision());

        let expected = [Reason::Stream, Reason::Stream, Reason::NotRetriable];
        assert_eq!(reasons, expected.map(Decision::Commit));
    }

    #[test]
    fn streams_are_told_by_their_type() {
        let found = ["Application/gRPC+proto", "application/grpc-web-text", "application/json", ""]
            .map(|media| is_stream(media.as_bytes()));

        assert_eq!(found, [true, true, false, false]);
    }
}
