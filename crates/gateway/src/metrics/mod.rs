//! What a worker counts. Plain additions; whoever asks adds the workers up.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::http1::Class;
use crate::story::{End, Story};

/// The upper bounds of the buckets of request durations, in seconds.
pub(crate) const BUCKETS: [f64; 12] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 60.0];

/// The counters of one worker.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Connections that were accepted.
    pub(crate) connections: AtomicU64,
    /// Connections that are open.
    pub(crate) open: AtomicU64,
    /// Connections beyond a bound.
    pub(crate) refused: AtomicU64,
    /// Times at which no connection could be accepted.
    pub(crate) accept_failures: AtomicU64,
    /// Handshakes with clients that failed.
    pub(crate) handshakes_failed: AtomicU64,
    /// Upgraded connections that are open.
    pub(crate) tunnels: AtomicU64,
    /// Answers by status class, 0 for none.
    pub(crate) statuses: [AtomicU64; 6],
    /// Requests by how they ended: answered, failed, refused, broken off, client gone.
    pub(crate) ends: [AtomicU64; 5],
    /// Bytes of bodies from clients.
    pub(crate) bytes_in: AtomicU64,
    /// Bytes of bodies to clients.
    pub(crate) bytes_out: AtomicU64,
    /// Attempts beyond the first.
    pub(crate) retries: AtomicU64,
    /// Requests whose failures the client did not see.
    pub(crate) saved: AtomicU64,
    /// Requests that were held.
    pub(crate) held: AtomicU64,
    durations: [AtomicU64; BUCKETS.len() + 1],
    duration_micros: AtomicU64,
    failures: Mutex<BTreeMap<(Arc<str>, &'static str, bool), u64>>,
    malformed: Mutex<BTreeMap<&'static str, u64>>,
}

/// The words for [`Counters::ends`].
pub(crate) const ENDS: [&str; 5] = ["answered", "failed", "refused", "broken_off", "client_gone"];

/// An upgraded connection that is counted while it is open.
#[derive(Debug)]
pub(crate) struct OpenTunnel<'a>(&'a Counters);

impl Counters {
    /// Counts the end of a request.
    pub(crate) fn request(&self, story: &Story, took: Duration) {
        let class = usize::from(story.status / 100).min(5);
        add(self.statuses.get(class), 1);
        let end = match story.end {
            End::Open | End::Answered => 0,
            End::Failed(_) => 1,
            End::Refused(_) => 2,
            End::BrokenOff(_) => 3,
            End::ClientGone => 4,
        };
        add(self.ends.get(end), 1);
        self.bytes_in.fetch_add(story.bytes_in, Ordering::Relaxed);
        self.bytes_out.fetch_add(story.bytes_out, Ordering::Relaxed);
        let seconds = took.as_secs_f64();
        let bucket = BUCKETS.iter().position(|bound| seconds <= *bound).unwrap_or(BUCKETS.len());
        add(self.durations.get(bucket), 1);
        self.duration_micros.fetch_add(took.as_micros() as u64, Ordering::Relaxed);
        if story.attempts.len() > 1 {
            self.retries.fetch_add(story.attempts.len() as u64 - 1, Ordering::Relaxed);
        }
        if !story.held.is_zero() {
            self.held.fetch_add(1, Ordering::Relaxed);
        }
        if story.has_failures() {
            self.failed(story);
        }
    }

    fn failed(&self, story: &Story) {
        let is_seen = story.failure().is_some();
        if !is_seen && story.end == End::Answered {
            self.saved.fetch_add(1, Ordering::Relaxed);
        }
        let Some(upstream) = &story.upstream else { return };
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        for failure in story.attempts.iter().filter_map(|attempt| attempt.failure) {
            *failures.entry((Arc::clone(upstream), failure.cause, is_seen)).or_default() += 1;
        }
    }

    /// Counts a request that is none.
    pub(crate) fn malformed(&self, class: Class) {
        let mut malformed = self.malformed.lock().unwrap_or_else(PoisonError::into_inner);
        *malformed.entry(class.slug()).or_default() += 1;
        drop(malformed);
        add(self.statuses.get(4), 1);
    }

    /// Counts a connection that was accepted.
    pub(crate) fn connection_opened(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts the end of a connection.
    pub(crate) fn connection_closed(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    /// Counts a connection beyond a bound.
    pub(crate) fn connection_refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a time at which no connection could be accepted.
    pub(crate) fn accept_failed(&self) {
        self.accept_failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a handshake with a client that failed.
    pub(crate) fn handshake_failed(&self) {
        self.handshakes_failed.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts an upgraded connection for as long as the result lives.
    pub(crate) fn tunnel(&self) -> OpenTunnel<'_> {
        self.tunnels.fetch_add(1, Ordering::Relaxed);
        OpenTunnel(self)
    }

    /// Returns the counts of the buckets of durations, and the sum in seconds.
    pub(crate) fn durations(&self) -> (Vec<u64>, f64) {
        let counts = self.durations.iter().map(|it| it.load(Ordering::Relaxed)).collect();
        (counts, self.duration_micros.load(Ordering::Relaxed) as f64 / 1e6)
    }

    /// Calls `take` with every failure: upstream, cause, whether the client saw it, how often.
    pub(crate) fn failures(&self, mut take: impl FnMut(&Arc<str>, &'static str, bool, u64)) {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        for ((upstream, cause, is_seen), count) in &*failures {
            take(upstream, cause, *is_seen, *count);
        }
    }

    /// Calls `take` with every class of malformed requests and how often it came.
    pub(crate) fn malformed_by_class(&self, mut take: impl FnMut(&'static str, u64)) {
        let malformed = self.malformed.lock().unwrap_or_else(PoisonError::into_inner);
        malformed.iter().for_each(|(class, count)| take(class, *count));
    }
}

impl Drop for OpenTunnel<'_> {
    fn drop(&mut self) {
        self.0.tunnels.fetch_sub(1, Ordering::Relaxed);
    }
}

fn add(counter: Option<&AtomicU64>, count: u64) {
    if let Some(counter) = counter {
        counter.fetch_add(count, Ordering::Relaxed);
    }
}
