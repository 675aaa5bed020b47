//! What stands behind a route: how its upstream is, and what was counted of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use goodgate_causes::catalogue;
use goodgate_incident::Timestamp;

use super::counts::{Add, Recent, add_each, since_each};
use super::snapshot::{Snapshot, UpstreamCounters};
use crate::source::limits::LONG;

/// What was counted of an upstream in a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct UpstreamCounts {
    /// Attempts of all routes.
    pub(super) attempts: u64,
    pub(super) handshakes_failed: u64,
    pub(super) lookups_answered: u64,
    pub(super) lookups_failed: u64,
    /// Look-ups that were answered, by how long they took; empty without any.
    pub(super) lookups_took: Vec<u64>,
    /// Failed attempts that clients saw, by cause.
    pub(super) causes: BTreeMap<Arc<str>, u64>,
}

impl UpstreamCounts {
    /// Returns all look-ups.
    pub(super) const fn lookups(&self) -> u64 {
        self.lookups_answered.saturating_add(self.lookups_failed)
    }

    fn between(before: &UpstreamCounters, after: &UpstreamCounters) -> Self {
        let since = |now: u64, then: u64| now.saturating_sub(then);
        let causes = after.causes.iter().filter_map(|(cause, now)| {
            let new = since(*now, before.causes.get(cause).copied().unwrap_or(0));
            (new > 0).then(|| (Arc::clone(cause), new))
        });
        let mut lookups_took = since_each(&before.lookups_took, &after.lookups_took);
        if lookups_took.iter().all(|count| *count == 0) {
            lookups_took.clear();
        }
        Self {
            attempts: 0,
            handshakes_failed: since(after.handshakes_failed, before.handshakes_failed),
            lookups_answered: since(after.lookups_answered, before.lookups_answered),
            lookups_failed: since(after.lookups_failed, before.lookups_failed),
            lookups_took,
            causes: causes.collect(),
        }
    }
}

impl Add for UpstreamCounts {
    fn add(&mut self, other: &Self) {
        self.attempts = self.attempts.saturating_add(other.attempts);
        self.handshakes_failed = self.handshakes_failed.saturating_add(other.handshakes_failed);
        self.lookups_answered = self.lookups_answered.saturating_add(other.lookups_answered);
        self.lookups_failed = self.lookups_failed.saturating_add(other.lookups_failed);
        add_each(&mut self.lookups_took, &other.lookups_took);
        for (cause, count) in &other.causes {
            let sum = self.causes.entry(Arc::clone(cause)).or_default();
            *sum = sum.saturating_add(*count);
        }
    }
}

/// An upstream as the rules of a route see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Behind {
    /// Whether its breaker is open.
    pub is_open: bool,
    /// All endpoints but those that are drained by hand.
    pub(super) endpoints: u64,
    /// Those of them that are ejected or down.
    pub out: Vec<Arc<str>>,
    pub(super) window: (UpstreamCounts, Duration),
    pub(super) long: UpstreamCounts,
}

impl Behind {
    /// Returns the cause of most failures that clients saw lately, as far as the catalogue knows it.
    pub fn leading_cause(&self) -> Option<&'static str> {
        let causes = if self.window.0.causes.is_empty() { &self.long } else { &self.window.0 };
        let known = causes
            .causes
            .iter()
            .filter_map(|(id, count)| catalogue::find(id).map(|cause| (*count, cause.id)));
        known.max().map(|(_, id)| id)
    }
}

/// The course of every upstream.
#[derive(Clone, Debug, Default)]
pub(super) struct Upstreams(BTreeMap<Arc<str>, Recent<UpstreamCounts>>);

impl Upstreams {
    /// Takes what was counted since the last reading; `attempts` are those of the routes by upstream.
    pub(super) fn take(
        &mut self,
        before: &Snapshot,
        after: &Snapshot,
        attempts: &BTreeMap<Arc<str>, u64>,
        now: Timestamp,
    ) {
        self.0.retain(|name, _| after.upstreams.contains_key(name));
        for (name, upstream) in &after.upstreams {
            let none = UpstreamCounters::default();
            let mut counts =
                UpstreamCounts::between(before.upstreams.get(name).unwrap_or(&none), upstream);
            counts.attempts = attempts.get(name).copied().unwrap_or(0);
            let course = self.0.entry(Arc::clone(name)).or_default();
            if counts == UpstreamCounts::default() {
                course.forget(now);
            } else {
                course.add(now, &counts);
            }
        }
    }

    /// Returns how an upstream is now.
    pub(super) fn behind(
        &self,
        snapshot: &Snapshot,
        name: &str,
        within: Duration,
        now: Timestamp,
    ) -> Option<Behind> {
        let upstream = snapshot.upstreams.get(name)?;
        let stands = |words: &'static [&'static str]| {
            let all = upstream.endpoints.iter();
            all.filter(move |(_, word)| words.contains(&&***word)).map(|(name, _)| Arc::clone(name))
        };
        let over = |time| {
            let all = self.0.get(name);
            all.map_or_else(|| (UpstreamCounts::default(), time), |it| it.over(now, time, |_| true))
        };
        Some(Behind {
            is_open: upstream.is_open,
            endpoints: stands(&["up", "ejected", "down"]).count() as u64,
            out: stands(&["ejected", "down"]).collect(),
            window: over(within),
            long: over(LONG).0,
        })
    }
}
