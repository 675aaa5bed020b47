//! The last failures, whole, for whoever asks why.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::http1::{Known, RequestHead};
use crate::story::Story;

/// Bytes that a record takes besides its attempts and its texts.
const RECORD_BYTES: usize = 512;

/// Characters of a text from outside that are kept.
const TEXT_MAX: usize = 256;

/// The last failures, bounded in number and memory.
#[derive(Debug)]
pub(crate) struct Recorder {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    records: VecDeque<Arc<Record>>,
    bytes: usize,
    max: usize,
    max_bytes: usize,
}

/// A request on whose way something failed.
#[derive(Debug)]
pub(crate) struct Record {
    /// The method.
    pub(crate) method: String,
    /// The host that was asked for.
    pub(crate) host: String,
    /// The path, without values of the query.
    pub(crate) path: String,
    /// Whether it carried `Idempotency-Key`.
    pub(crate) has_idempotency_key: bool,
    /// What happened.
    pub(crate) story: Story,
    /// How long it took.
    pub(crate) took: Duration,
}

impl Recorder {
    /// Keeps up to `max` records in up to `max_bytes`.
    pub(crate) fn new(max: usize, max_bytes: usize) -> Self {
        Self { state: Mutex::new(State { max, max_bytes, ..State::default() }) }
    }

    /// Changes the bounds.
    pub(crate) fn set_bounds(&self, max: usize, max_bytes: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.max, state.max_bytes) = (max, max_bytes);
        state.trim();
    }

    /// Records a request.
    pub(crate) fn add(&self, head: &RequestHead, story: Story, took: Duration) {
        let record = Record {
            method: text(head.method_name()),
            host: text(head.host().unwrap_or_default()),
            path: masked(head),
            has_idempotency_key: head.fields().has(Known::IdempotencyKey),
            story,
            took,
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.bytes += record.bytes();
        state.records.push_back(Arc::new(record));
        state.trim();
    }

    /// Returns the records, the newest first.
    pub(crate) fn all(&self) -> Vec<Arc<Record>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.records.iter().rev().cloned().collect()
    }

    /// Finds a record by the id of its request.
    pub(crate) fn find(&self, id: &str) -> Option<Arc<Record>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.records.iter().rev().find(|record| record.story.id == id).cloned()
    }
}

impl State {
    fn trim(&mut self) {
        while self.records.len() > self.max || self.bytes > self.max_bytes {
            let Some(oldest) = self.records.pop_front() else { return };
            self.bytes -= oldest.bytes();
        }
    }
}

impl Record {
    fn bytes(&self) -> usize {
        let attempts = self.story.attempts.len() * size_of::<crate::story::Attempt>();
        RECORD_BYTES + attempts + self.path.len() + self.host.len() + self.story.id.len()
    }
}

/// Returns path and query without the values of the query: they may be secrets.
pub(crate) fn masked(head: &RequestHead) -> String {
    let mut shown = text(head.path());
    let Some(query) = head.query() else { return shown };
    for (place, pair) in query.split(|byte| *byte == b'&').enumerate() {
        shown.push(if place == 0 { '?' } else { '&' });
        let end = pair.iter().position(|byte| *byte == b'=');
        shown.push_str(&text(pair.get(..end.unwrap_or(pair.len())).unwrap_or_default()));
        if end.is_some() {
            shown.push_str("=…");
        }
        if shown.len() > TEXT_MAX {
            shown.push('…');
            break;
        }
    }
    shown
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..bytes.len().min(TEXT_MAX)).unwrap_or_default()).into_owned()
}
