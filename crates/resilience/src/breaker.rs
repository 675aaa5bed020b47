//! Breakers: closed when traffic flows, open when it is refused, half-open on trial.
//!
//! One stands before each endpoint and one before each upstream. Half-open admits an active probe or
//! one safe request at a time, never what could have an effect.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::epoch::Epoch;
use crate::failure::Mark;
use crate::health::{Passive, Thresholds};
use crate::limits::{
    BREAKER_OPEN, BREAKER_OPEN_MAX, BREAKER_TRIALS, EJECTION_FORGET, PASSIVE_WINDOW, TRIAL_MAX,
    UPSTREAM_FAILURE_REQUESTS, UPSTREAM_FAILURE_SHARE, UPSTREAM_FAILURES, UPSTREAM_OPEN,
    UPSTREAM_OPEN_MAX,
};
use crate::window::Counts;

/// When a breaker opens and for how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// What opens it.
    pub thresholds: Thresholds,
    /// How long it stays open the first time; each further time twice as long.
    pub open: Duration,
    /// How long it stays open at most.
    pub open_max: Duration,
    /// Good trials in a row that close it, at least 1. Where no connection could be made, one that
    /// can be made is enough.
    pub trials: u32,
}

impl Settings {
    /// The defaults for one endpoint.
    pub fn endpoint() -> Self {
        Self {
            thresholds: Thresholds::default(),
            open: BREAKER_OPEN,
            open_max: BREAKER_OPEN_MAX,
            trials: BREAKER_TRIALS,
        }
    }

    /// The defaults for a whole upstream: nothing is answered, or nearly nothing. One URL at which
    /// an application crashes does not get there. It stays open for a short time only, enough to
    /// work off what stands in the upstream's queues.
    pub fn upstream() -> Self {
        let thresholds = Thresholds {
            consecutive: UPSTREAM_FAILURES,
            // Every endpoint has its own breaker for that.
            refused: 0,
            share: UPSTREAM_FAILURE_SHARE,
            requests: UPSTREAM_FAILURE_REQUESTS,
            window: PASSIVE_WINDOW,
        };
        Self { thresholds, open: UPSTREAM_OPEN, open_max: UPSTREAM_OPEN_MAX, trials: 1 }
    }
}

/// Who wants to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// An active check or a recovery probe.
    Probe,
    /// A request that could be sent twice.
    SafeRequest,
    /// Any other request.
    UnsafeRequest,
}

/// What a breaker says to an asker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Closed: go.
    Pass,
    /// Half-open: go, and the outcome decides.
    Trial,
    /// Open, but every endpoint is: go, and only a success counts.
    LastResort,
    /// Open, or on trial by somebody else; ask again after this time.
    Refused {
        /// The time until the next trial, at least 1 ms.
        retry_after: Duration,
    },
}

impl Admission {
    /// Says whether the attempt may go.
    pub const fn is_admitted(self) -> bool {
        !matches!(self, Self::Refused { .. })
    }
}

/// The state of a breaker at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Traffic flows.
    Closed,
    /// Traffic is refused until this moment.
    Open {
        /// When it becomes half-open.
        until: Instant,
    },
    /// A trial is due or running.
    HalfOpen {
        /// Whether somebody is trying.
        is_on_trial: bool,
    },
}

/// What an outcome changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// Nothing.
    None,
    /// The breaker opened, or stays open after a trial that failed.
    Opened {
        /// When it becomes half-open.
        until: Instant,
    },
    /// The breaker closed.
    Closed,
}

/// A breaker, shared by all cores.
#[derive(Debug)]
pub struct Breaker {
    settings: Settings,
    epoch: Epoch,
    passive: Passive,
    /// 0 is closed. Otherwise a moment in nanoseconds since the epoch, shifted by one: with the
    /// lowest bit the end of a trial's time, without it the end of being open.
    word: AtomicU64,
    /// Openings that are remembered.
    openings: AtomicU32,
    /// Good trials since it opened.
    good_trials: AtomicU32,
    /// Whether it opened because connections, TLS included, could not be made.
    is_away: AtomicBool,
    /// The last moment of closing or opening, in nanoseconds since the epoch.
    changed: AtomicU64,
}

#[derive(Clone, Copy)]
enum Word {
    Closed,
    Open(u64),
    Trial(u64),
}

impl Breaker {
    /// Makes a closed breaker.
    pub fn new(settings: Settings, now: Instant) -> Self {
        Self {
            settings,
            epoch: Epoch::new(now),
            passive: Passive::new(settings.thresholds, now),
            word: AtomicU64::new(0),
            openings: AtomicU32::new(0),
            good_trials: AtomicU32::new(0),
            is_away: AtomicBool::new(false),
            changed: AtomicU64::new(0),
        }
    }

    /// Makes a breaker with other settings in the state of this one, and says whether it is open.
    /// One that nothing opens is closed. What was counted is counted anew.
    pub(crate) fn renewed(&self, settings: Settings, now: Instant) -> (Self, bool) {
        let mut renewed = Self::new(settings, now);
        let word = self.word.load(Ordering::Relaxed);
        if settings.thresholds.are_off() || matches!(decode(word), Word::Closed) {
            return (renewed, false);
        }
        renewed.epoch = self.epoch;
        renewed.word = AtomicU64::new(word);
        renewed.openings = AtomicU32::new(self.openings.load(Ordering::Relaxed));
        renewed.good_trials = AtomicU32::new(self.good_trials.load(Ordering::Relaxed));
        renewed.is_away = AtomicBool::new(self.is_away());
        renewed.changed = AtomicU64::new(self.changed.load(Ordering::Relaxed));
        (renewed, true)
    }

    /// Decides whether an attempt may go.
    pub fn admit(&self, asker: Asker, now: Instant) -> Admission {
        let word = self.word.load(Ordering::Relaxed);
        let nanos = self.epoch.nanos(now);
        let due = match decode(word) {
            Word::Closed => return Admission::Pass,
            Word::Open(until) | Word::Trial(until) => until,
        };
        match asker {
            // A probe is no user's request: it may look at any time.
            Asker::Probe => Admission::Trial,
            Asker::SafeRequest if nanos >= due && self.take_trial(word, nanos) => Admission::Trial,
            Asker::SafeRequest | Asker::UnsafeRequest => {
                Admission::Refused { retry_after: self.rest(due, nanos) }
            }
        }
    }

    /// Says whether a safe request could be admitted as a trial now.
    pub fn is_trial_due(&self, now: Instant) -> bool {
        match decode(self.word.load(Ordering::Relaxed)) {
            Word::Closed => false,
            Word::Open(until) | Word::Trial(until) => self.epoch.nanos(now) >= until,
        }
    }

    /// Says whether it is open because connections could not be made: then nobody need risk a
    /// request to find out whether they can be made again.
    pub fn is_away(&self) -> bool {
        self.is_away.load(Ordering::Relaxed)
    }

    /// Takes the outcome of an active check or a recovery probe. It closes a breaker that opened
    /// because no connection could be made. Where connections were made and requests failed on them
    /// it is one of the trials, and counts when a trial is due: an application can fail while its
    /// health check goes well.
    pub fn probed(&self, mark: Mark, now: Instant) -> Transition {
        let word = self.word.load(Ordering::Relaxed);
        let is_due = match decode(word) {
            Word::Closed => return Transition::None,
            Word::Open(until) => self.epoch.nanos(now) >= until,
            Word::Trial(_) => false,
        };
        if mark == Mark::Good && self.is_away() {
            return self.close(word, now);
        }
        if is_due { self.record_trial(word, mark, now) } else { Transition::None }
    }

    /// Takes the outcome of an attempt with the admission that it had.
    ///
    /// Without other endpoints that are usable (`has_others`), only connections that cannot be made
    /// open an endpoint's breaker: a failure at one URL must not take away all others. For the
    /// breaker of an upstream it is `true`; its thresholds are higher instead.
    pub fn record(
        &self,
        admission: Admission,
        mark: Mark,
        has_others: bool,
        now: Instant,
    ) -> Transition {
        let word = self.word.load(Ordering::Relaxed);
        match (admission, decode(word)) {
            (Admission::Pass, Word::Closed) => self.record_closed(mark, has_others, now),
            (Admission::Trial, Word::Open(_) | Word::Trial(_)) => {
                self.record_trial(word, mark, now)
            }
            (Admission::LastResort, Word::Open(_) | Word::Trial(_)) if mark == Mark::Good => {
                self.close(word, now)
            }
            // Late answers from before the trip say nothing about the endpoint now, and a trial
            // that somebody else has decided is over.
            (Admission::Pass, Word::Open(_) | Word::Trial(_))
            | (Admission::Trial | Admission::LastResort | Admission::Refused { .. }, _) => {
                Transition::None
            }
        }
    }

    /// Says whether it is not closed.
    pub fn is_open(&self) -> bool {
        !matches!(decode(self.word.load(Ordering::Relaxed)), Word::Closed)
    }

    /// Returns the state.
    pub fn state(&self, now: Instant) -> State {
        let nanos = self.epoch.nanos(now);
        match decode(self.word.load(Ordering::Relaxed)) {
            Word::Closed => State::Closed,
            Word::Open(until) if nanos < until => State::Open { until: self.epoch.at(until) },
            Word::Open(_) => State::HalfOpen { is_on_trial: false },
            Word::Trial(until) => State::HalfOpen { is_on_trial: nanos < until },
        }
    }

    /// Returns what was counted while closed, within the window.
    pub fn counts(&self, now: Instant) -> Counts {
        self.passive.counts(now)
    }

    /// Forgets what was counted; an endpoint that returns from ejection is judged anew.
    pub(crate) fn forget(&self) {
        self.passive.clear();
    }

    fn record_closed(&self, mark: Mark, has_others: bool, now: Instant) -> Transition {
        let trips = self.passive.record(mark, now);
        if trips && (has_others || is_away(mark)) {
            self.open(0, mark, now)
        } else {
            Transition::None
        }
    }

    fn record_trial(&self, word: u64, mark: Mark, now: Instant) -> Transition {
        match mark {
            Mark::Good | Mark::Erred => self.pass_trial(word, now),
            Mark::Refused | Mark::Unreachable | Mark::Unfit | Mark::Broken => {
                self.open(word, mark, now)
            }
            // Nobody knows more than before: the trial is free again.
            Mark::Nothing | Mark::Slow => {
                self.swap(word, encode_open(self.epoch.nanos(now)));
                Transition::None
            }
        }
    }

    fn pass_trial(&self, word: u64, now: Instant) -> Transition {
        let good = self.good_trials.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if self.is_away() || good >= self.settings.trials {
            return self.close(word, now);
        }
        // The next trial may come at once.
        self.swap(word, encode_open(self.epoch.nanos(now)));
        Transition::None
    }

    fn open(&self, word: u64, mark: Mark, now: Instant) -> Transition {
        let nanos = self.epoch.nanos(now);
        let time = self.next_open_time(nanos);
        let until = nanos.saturating_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX >> 2));
        if !self.swap(word, encode_open(until)) {
            return Transition::None;
        }
        self.openings.fetch_add(1, Ordering::Relaxed);
        self.good_trials.store(0, Ordering::Relaxed);
        self.is_away.store(is_away(mark), Ordering::Relaxed);
        self.changed.store(nanos, Ordering::Relaxed);
        Transition::Opened { until: self.epoch.at(until) }
    }

    fn close(&self, word: u64, now: Instant) -> Transition {
        if !self.swap(word, 0) {
            return Transition::None;
        }
        self.passive.clear();
        self.changed.store(self.epoch.nanos(now), Ordering::Relaxed);
        Transition::Closed
    }

    /// Doubles with each opening; an opening is forgotten for each [`EJECTION_FORGET`] in between.
    fn next_open_time(&self, nanos: u64) -> Duration {
        let quiet = nanos.saturating_sub(self.changed.load(Ordering::Relaxed));
        let forgotten = (Duration::from_nanos(quiet).as_secs() / EJECTION_FORGET.as_secs()) as u32;
        let openings = self.openings.load(Ordering::Relaxed).saturating_sub(forgotten);
        self.openings.store(openings, Ordering::Relaxed);
        let time = self.settings.open.saturating_mul(1 << openings.min(16));
        time.min(self.settings.open_max)
    }

    fn take_trial(&self, word: u64, nanos: u64) -> bool {
        let lease = u64::try_from(TRIAL_MAX.as_nanos()).unwrap_or(u64::MAX);
        self.swap(word, (nanos.saturating_add(lease) << 1) | 1)
    }

    fn swap(&self, from: u64, to: u64) -> bool {
        self.word.compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    fn rest(&self, due: u64, nanos: u64) -> Duration {
        let rest = Duration::from_nanos(due.saturating_sub(nanos));
        rest.clamp(Duration::from_millis(1), self.settings.open_max.max(TRIAL_MAX))
    }
}

const fn is_away(mark: Mark) -> bool {
    matches!(mark, Mark::Refused | Mark::Unreachable | Mark::Unfit)
}

const fn decode(word: u64) -> Word {
    match (word, word & 1) {
        (0, _) => Word::Closed,
        (_, 0) => Word::Open(word >> 1),
        (_, _) => Word::Trial(word >> 1),
    }
}

/// Never 0, which is closed.
const fn encode_open(until: u64) -> u64 {
    if until == 0 { 2 } else { until << 1 }
}

#[cfg(test)]
mod tests;
