//! The last failures, whole, for whoever asks why; and what would have avoided them.

mod avoidable;
mod masked;
mod open;
mod record;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(crate) use self::avoidable::{Day, Proposal};
pub(crate) use self::masked::masked;
pub(crate) use self::record::{Outlook, Record, Stood};

use self::avoidable::Totals;
use self::open::{Decided, Open};
use crate::http1::RequestHead;
use crate::site::Site;
use crate::story::Story;

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
    open: Open,
    totals: Totals,
}

impl Recorder {
    /// Keeps up to `max` records in up to `max_bytes`.
    pub(crate) fn new(max: usize, max_bytes: usize) -> Self {
        Self { state: Mutex::new(State { max, max_bytes, ..State::default() }) }
    }

    /// Changes the bounds.
    pub(crate) fn set_bounds(&self, max: usize, max_bytes: usize) {
        let mut state = self.lock();
        (state.max, state.max_bytes) = (max, max_bytes);
        state.trim();
    }

    /// Records a request that has just ended.
    pub(crate) fn add(&self, site: &Site, head: &RequestHead, story: Story, took: Duration) {
        let record = Arc::new(Record::new(site, head, story, took));
        let is_open = record.story.is_seen() && record.waits_for_recovery();
        let is_seen = record.story.is_seen();
        let proposals = if is_seen { record.proposals(None) } else { Vec::new() };
        let mut state = self.lock();
        if is_open {
            if let Some(oldest) = state.open.add(&record, proposals) {
                state.decide(&oldest.decide(None));
            }
        } else if is_seen {
            state.totals.add(record.ended(), &proposals, 1);
        }
        state.bytes += record.bytes();
        state.records.push_back(record);
        state.trim();
    }

    /// Decides about failures for which it is known by now whether a longer hold would have helped.
    pub(crate) fn settle(&self, now: Instant) {
        let mut state = self.lock();
        for decided in state.open.decide(now) {
            state.decide(&decided);
        }
    }

    /// Returns the records, the newest first.
    pub(crate) fn all(&self) -> Vec<Arc<Record>> {
        self.lock().records.iter().rev().cloned().collect()
    }

    /// Finds a record by the id of its request.
    pub(crate) fn find(&self, id: &str) -> Option<Arc<Record>> {
        self.lock().records.iter().rev().find(|record| *record.story.id == *id).cloned()
    }

    /// Returns the failures of the last days that settings would have avoided, the newest first:
    /// days since 1970, and what they hold.
    pub(crate) fn days(&self) -> Vec<(i64, Day)> {
        self.lock().totals.days()
    }

    /// Returns how many failures each setting would have avoided since the start.
    pub(crate) fn avoidable(&self) -> BTreeMap<&'static str, u64> {
        self.lock().totals.ever()
    }

    /// Returns how many failures are open: whether a longer hold would have helped is not known yet.
    pub(crate) fn open(&self) -> u64 {
        self.lock().open.count()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn trim(&mut self) {
        while self.records.len() > self.max || self.bytes > self.max_bytes {
            let Some(oldest) = self.records.pop_front() else { return };
            self.bytes -= oldest.bytes();
        }
    }

    fn decide(&mut self, decided: &Decided) {
        self.totals.add(decided.at, &decided.proposals, decided.count);
    }
}
