//! What a worker counts. Plain additions; whoever asks adds the workers up.

mod durations;
mod expose;
mod routes;
mod text;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(crate) use self::durations::Durations;
pub(crate) use self::expose::expose;

use self::routes::ByRoute;
use crate::story::{End, Story};

/// Upstreams with causes that are counted apart: names come from the configuration, but there may be
/// many reloads.
const FAILURES_MAX: usize = 8192;

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
    routes: Mutex<ByRoute>,
    failures: Mutex<BTreeMap<Failed, u64>>,
    malformed: Mutex<BTreeMap<&'static str, u64>>,
}

/// What failed attempts are counted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Failed {
    upstream: Arc<str>,
    cause: &'static str,
    is_seen: bool,
}

/// An upgraded connection that is counted while it is open.
#[derive(Debug)]
pub(crate) struct OpenTunnel<'a>(&'a Counters);

impl Counters {
    /// Counts the end of a request.
    pub(crate) fn request(&self, story: &Story, took: Duration) {
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        routes.count(story, took);
        drop(routes);
        if story.has_failures() || story.is_seen() {
            self.failed(story);
        }
    }

    /// Counts what failed: each attempt, and a request that was refused or came to none.
    fn failed(&self, story: &Story) {
        let Some(upstream) = &story.upstream else { return };
        let is_seen = story.is_seen();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let attempts = story.attempts.iter().filter_map(|attempt| attempt.failure);
        let has_none = story.attempts.iter().all(|attempt| attempt.failure.is_none());
        let without = match story.end {
            End::Refused(_) => story.cause(),
            End::Failed(_) | End::BrokenOff(_) if has_none => story.cause(),
            _ => None,
        };
        for cause in attempts.map(|failure| failure.cause).chain(without) {
            let key = Failed { upstream: Arc::clone(upstream), cause, is_seen };
            if failures.len() < FAILURES_MAX || failures.contains_key(&key) {
                *failures.entry(key).or_default() += 1;
            }
        }
    }

    /// Counts a request that is none.
    pub(crate) fn malformed(&self, what: &'static str) {
        let mut malformed = self.malformed.lock().unwrap_or_else(PoisonError::into_inner);
        *malformed.entry(what).or_default() += 1;
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
}

impl Drop for OpenTunnel<'_> {
    fn drop(&mut self) {
        self.0.tunnels.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failing;
    use crate::story::Attempt;

    fn failed(attempts: Vec<Attempt>) -> Vec<u64> {
        let mut story = Story::begin("id".into(), None);
        story.upstream = Some("app".into());
        story.end = End::Failed(failing::connect_timed_out());
        story.attempts = attempts;
        let counters = Counters::default();

        counters.request(&story, Duration::ZERO);

        let failures = counters.failures.lock().expect("not poisoned");
        failures.values().copied().collect()
    }

    #[test]
    fn a_request_that_came_to_no_attempt_counts_once() {
        let attempt = Attempt { failure: Some(failing::connect_timed_out()), ..Attempt::default() };

        assert_eq!(failed(Vec::new()), [1]);
        assert_eq!(failed(vec![attempt.clone()]), [1]);
        assert_eq!(failed(vec![attempt.clone(), attempt]), [2]);
    }
}
