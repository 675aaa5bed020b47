//! What waits for the writer. Whoever asks never waits: there is room, or there is none.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::writes::Request;
use crate::store::{Appended, Evidence, Measured, StoreError, limits};

/// The queue of the writer.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    requests: VecDeque<Request>,
    weight: usize,
    results: Vec<Measured>,
    evidence: Vec<Evidence>,
    evidence_bytes: usize,
    is_closed: bool,
}

/// What the writer has to do.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// What must not be lost, in the order in which it came.
    pub(super) requests: Vec<Request>,
    /// Results, where it is time to write them.
    pub(super) results: Vec<Measured>,
    /// Evidence, at the same times.
    pub(super) evidence: Vec<Evidence>,
    /// Whether nothing more will come.
    pub(super) is_last: bool,
}

impl Queue {
    /// Adds something that must not be lost, or says that there is no room. Where it says so, the reply
    /// is not called.
    pub(super) fn push(&self, request: Request) -> Result<(), StoreError> {
        let mut waiting = self.lock();
        if waiting.is_closed {
            return Err(StoreError::Closed);
        }
        let count = waiting.requests.len();
        if count >= limits::WRITES_WAITING
            || (count > 0 && waiting.weight + request.weight > limits::WRITES_BYTES)
        {
            return Err(StoreError::Busy { waiting: count });
        }
        waiting.weight += request.weight;
        waiting.requests.push_back(request);
        self.changed.notify_one();
        Ok(())
    }

    /// Adds results as far as there is room.
    pub(super) fn push_results(&self, mut batch: Vec<Measured>) -> Appended {
        let mut waiting = self.lock();
        let room = limits::RESULTS_WAITING.saturating_sub(waiting.results.len());
        let taken = if waiting.is_closed { 0 } else { batch.len().min(room) };
        let dropped = batch.len() - taken;
        batch.truncate(taken);
        waiting.results.append(&mut batch);
        if waiting.results.len() >= limits::FLUSH_RESULTS {
            self.changed.notify_one();
        }
        Appended { taken, dropped }
    }

    /// Adds a piece of evidence, where there is room.
    pub(super) fn push_evidence(&self, evidence: Evidence) -> Appended {
        let mut waiting = self.lock();
        let bytes = evidence.body.len();
        if waiting.is_closed
            || bytes > limits::EVIDENCE
            || waiting.evidence_bytes + bytes > limits::EVIDENCE_WAITING
        {
            return Appended { taken: 0, dropped: 1 };
        }
        waiting.evidence_bytes += bytes;
        waiting.evidence.push(evidence);
        Appended { taken: 1, dropped: 0 }
    }

    /// Waits for work: for requests at once, for results until `flush_at` or until they are many, and
    /// for nothing at all until `wake_at`.
    pub(super) fn take(&self, flush_at: Instant, wake_at: Option<Instant>) -> Work {
        let mut waiting = self.lock();
        loop {
            let now = Instant::now();
            let is_many = waiting.results.len() >= limits::FLUSH_RESULTS;
            let is_time = now >= flush_at || is_many || waiting.is_closed;
            let is_awake = wake_at.is_some_and(|at| now >= at);
            if is_time || is_awake || !waiting.requests.is_empty() {
                return waiting.take(is_time);
            }
            let until = wake_at.map_or(flush_at, |at| at.min(flush_at));
            let rest = until.saturating_duration_since(now).max(Duration::from_millis(1));
            waiting =
                self.changed.wait_timeout(waiting, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Takes nothing more, and wakes the writer for the last time.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_one();
    }

    /// Refuses everything that still waits, because the writer is gone.
    pub(super) fn abandon(&self) {
        let mut waiting = self.lock();
        waiting.is_closed = true;
        let abandoned = std::mem::take(&mut waiting.requests);
        drop(waiting);
        for request in abandoned {
            (request.reply)(Err(StoreError::Closed));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn take(&mut self, with_results: bool) -> Work {
        let count = self.requests.len().min(limits::GROUP);
        let requests: Vec<Request> = self.requests.drain(..count).collect();
        self.weight -= requests.iter().map(|request| request.weight).sum::<usize>();
        let is_last = self.is_closed && self.requests.is_empty();
        if !with_results {
            return Work { requests, is_last, ..Work::default() };
        }
        self.evidence_bytes = 0;
        let many = self.results.len().min(limits::FLUSH_RESULTS);
        let rest = self.results.split_off(many);
        let results = std::mem::replace(&mut self.results, rest);
        let is_last = is_last && self.results.is_empty();
        Work { requests, results, evidence: std::mem::take(&mut self.evidence), is_last }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use goodgate_incident::{MonitorId, State, Timestamp};

    use super::super::writes::Write;
    use super::*;
    use crate::store::{Phases, Seen};

    fn result() -> Measured {
        Measured {
            monitor: MonitorId(Arc::from("shop")),
            at: Timestamp(0),
            took: Duration::ZERO,
            state: State::Up,
            seen: Seen::Good,
            status: None,
            phases: Phases::default(),
        }
    }

    fn request(weight: usize) -> Request {
        Request { write: Write::Tidy(Timestamp(0)), weight, reply: Box::new(|_| {}) }
    }

    #[test]
    fn results_beyond_the_bound_are_dropped_and_counted() {
        let queue = Queue::default();

        let appended = queue.push_results(vec![result(); limits::RESULTS_WAITING + 3]);

        assert_eq!(appended, Appended { taken: limits::RESULTS_WAITING, dropped: 3 });
        assert_eq!(queue.push_results(vec![result()]), Appended { taken: 0, dropped: 1 });
        assert_eq!(queue.push(request(1)), Ok(()), "changes have room of their own");
    }

    #[test]
    fn changes_beyond_the_bound_stay_with_the_caller() {
        let queue = Queue::default();
        for _ in 0..limits::WRITES_WAITING {
            queue.push(request(1)).unwrap();
        }

        let refused = queue.push(request(1));

        assert_eq!(refused, Err(StoreError::Busy { waiting: limits::WRITES_WAITING }));
    }

    #[test]
    fn changes_are_bounded_by_their_bytes_as_well() {
        let queue = Queue::default();
        queue.push(request(limits::WRITES_BYTES)).unwrap();

        assert_eq!(queue.push(request(1)), Err(StoreError::Busy { waiting: 1 }));
    }

    #[test]
    fn changes_do_not_wait_until_results_are_due() {
        let queue = Queue::default();
        queue.push_results(vec![result()]);
        queue.push(request(1)).unwrap();

        let work = queue.take(Instant::now() + Duration::from_hours(1), None);

        assert_eq!((work.requests.len(), work.results.len()), (1, 0));
    }

    #[test]
    fn many_results_are_taken_before_their_time() {
        let queue = Queue::default();
        queue.push_results(vec![result(); limits::FLUSH_RESULTS + 1]);

        let work = queue.take(Instant::now() + Duration::from_hours(1), None);

        assert_eq!(work.results.len(), limits::FLUSH_RESULTS);
    }

    #[test]
    fn what_waits_at_the_end_is_still_taken() {
        let queue = Queue::default();
        queue.push_results(vec![result()]);
        queue.push(request(1)).unwrap();
        queue.close();

        let work = queue.take(Instant::now() + Duration::from_hours(1), None);

        assert_eq!((work.requests.len(), work.results.len(), work.is_last), (1, 1, true));
        assert_eq!(queue.push(request(1)), Err(StoreError::Closed));
    }
}
