//! Ejection: an endpoint that fails more often than the others gets no traffic for a while.
//!
//! Endpoints are compared with each other and never with a fixed share: an application that answers
//! 500 to one URL does so everywhere, and nobody is ejected for it. What it takes is a distance, a
//! factor, and more than chance gives.

use std::time::{Duration, Instant};

use crate::endpoint::{Endpoint, Members, Reason, Standing};
use crate::limits::{
    EJECTION_BASE, EJECTION_DISTANCE, EJECTION_ERRORS, EJECTION_FACTOR, EJECTION_FORGET,
    EJECTION_LEAVE, EJECTION_MAX, EJECTION_REQUESTS, EJECTION_REVIEW,
};
use crate::window::Counts;

/// When an endpoint is ejected and for how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The fewest requests of an endpoint, and of the others together, to compare them.
    pub requests: u32,
    /// By how much an endpoint's share of failures has to exceed that of the others.
    pub distance: f64,
    /// The time of the first ejection; the n-th takes n times as long.
    pub base: Duration,
    /// The longest ejection.
    pub longest: Duration,
    /// The share of endpoints that goes on serving, at least one.
    pub leave: f64,
    /// Whether statuses from 500 on count. Not where a key sticks to an endpoint: there the key may
    /// be at fault.
    pub counts_errors: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            requests: EJECTION_REQUESTS,
            distance: EJECTION_DISTANCE,
            base: EJECTION_BASE,
            longest: EJECTION_MAX,
            leave: EJECTION_LEAVE,
            counts_errors: true,
        }
    }
}

/// What a review changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// An endpoint was ejected.
    Ejected {
        /// Its index.
        index: usize,
        /// Until when.
        until: Instant,
        /// Its share of failures.
        share: f64,
        /// The share of the others.
        others: f64,
    },
    /// An endpoint takes part again.
    Returned {
        /// Its index.
        index: usize,
    },
}

/// The ejections of one upstream.
#[derive(Debug)]
pub struct Ejector {
    settings: Settings,
    records: Vec<Record>,
    reviewed: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Record {
    id: u64,
    times: u32,
    until: Instant,
}

/// What is compared.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    requests: f64,
    failures: f64,
}

impl Ejector {
    /// Begins without ejections.
    pub const fn new(settings: Settings) -> Self {
        Self { settings, records: Vec::new(), reviewed: None }
    }

    /// Says whether the last review is long enough ago.
    pub fn is_due(&self, now: Instant) -> bool {
        self.reviewed.is_none_or(|last| now.saturating_duration_since(last) >= EJECTION_REVIEW)
    }

    /// Compares the endpoints, ejects at most one, and lets those return whose time is over.
    pub fn review(&mut self, members: &dyn Members, now: Instant) -> Vec<Change> {
        self.reviewed = Some(now);
        self.forget(members, now);
        let mut changes = self.let_return(members, now);
        changes.extend(self.eject_worst(members, now));
        changes
    }

    fn let_return(&self, members: &dyn Members, now: Instant) -> Vec<Change> {
        let is_over =
            |id: u64| self.records.iter().all(|record| record.id != id || record.until <= now);
        let mut changes = Vec::new();
        for (index, endpoint) in all(members) {
            if endpoint.has(Reason::Ejected) && is_over(endpoint.id()) {
                endpoint.return_from_ejection(now);
                changes.push(Change::Returned { index });
            }
        }
        changes
    }

    fn eject_worst(&mut self, members: &dyn Members, now: Instant) -> Option<Change> {
        if !self.may_eject(members) {
            return None;
        }
        let serving = || all(members).filter(|(_, endpoint)| endpoint.standing() == Standing::Up);
        let tally = |endpoint: &Endpoint| self.tally(endpoint.breaker().counts(now));
        let sum =
            serving().map(|(_, endpoint)| tally(endpoint)).fold(Tally::default(), Tally::plus);
        let (index, endpoint, own) = serving()
            .map(|(index, endpoint)| (index, endpoint, tally(endpoint)))
            .filter(|(_, _, own)| self.stands_out(*own, sum.minus(*own)))
            .max_by(|one, other| one.2.share().total_cmp(&other.2.share()))?;
        let until = now + self.eject(endpoint.id(), now);
        endpoint.set(Reason::Ejected, true, now);
        Some(Change::Ejected { index, until, share: own.share(), others: sum.minus(own).share() })
    }

    /// Says whether enough endpoints serve after one more ejection.
    fn may_eject(&self, members: &dyn Members) -> bool {
        let count = |standings: &[Standing]| {
            all(members)
                .filter(|(_, endpoint)| !endpoint.is_backup())
                .filter(|(_, endpoint)| standings.contains(&endpoint.standing()))
                .count()
        };
        let serving = count(&[Standing::Up]);
        let all = count(&[Standing::Up, Standing::Ejected, Standing::Down]);
        let leave = ((all as f64 * self.settings.leave).ceil() as usize).max(1);
        serving > leave
    }

    fn stands_out(&self, own: Tally, others: Tally) -> bool {
        let enough = f64::from(self.settings.requests);
        if own.requests < enough || others.requests < enough {
            return false;
        }
        let distance = own.share() - others.share();
        let pooled = own.plus(others).share();
        let spread = 1.0 / own.requests + 1.0 / others.requests;
        let error = (pooled * (1.0 - pooled) * spread).sqrt();
        distance >= self.settings.distance
            && own.share() >= others.share() * EJECTION_FACTOR
            && distance >= error * EJECTION_ERRORS
    }

    fn tally(&self, counts: Counts) -> Tally {
        let errors = if self.settings.counts_errors { counts.errors } else { 0 };
        Tally {
            requests: f64::from(counts.total()),
            failures: f64::from(counts.own_failures + errors),
        }
    }

    fn eject(&mut self, id: u64, now: Instant) -> Duration {
        let place = self.records.iter().position(|record| record.id == id);
        let times =
            place.and_then(|place| self.records.get(place)).map_or(0, |record| record.times) + 1;
        let time = self.settings.base.saturating_mul(times).min(self.settings.longest);
        let record = Record { id, times, until: now + time };
        match place.and_then(|place| self.records.get_mut(place)) {
            Some(known) => *known = record,
            None => self.records.push(record),
        }
        time
    }

    /// Forgets one ejection for each [`EJECTION_FORGET`] since the last one ended, and endpoints
    /// that are gone.
    fn forget(&mut self, members: &dyn Members, now: Instant) {
        self.records.retain_mut(|record| {
            while record.until + EJECTION_FORGET <= now && record.times > 0 {
                record.until += EJECTION_FORGET;
                record.times -= 1;
            }
            record.times > 0 && all(members).any(|(_, endpoint)| endpoint.id() == record.id)
        });
    }
}

impl Tally {
    fn share(self) -> f64 {
        if self.requests > 0.0 { self.failures / self.requests } else { 0.0 }
    }

    fn plus(self, other: Self) -> Self {
        Self { requests: self.requests + other.requests, failures: self.failures + other.failures }
    }

    fn minus(self, other: Self) -> Self {
        Self { requests: self.requests - other.requests, failures: self.failures - other.failures }
    }
}

fn all(members: &dyn Members) -> impl Iterator<Item = (usize, &Endpoint)> {
    (0..members.count()).filter_map(|index| Some((index, members.endpoint(index)?)))
}

#[cfg(test)]
mod tests;
