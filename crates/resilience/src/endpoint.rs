//! One endpoint as all cores see it.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::breaker::{Admission, Asker, Breaker, Settings, Transition};
use crate::epoch::Epoch;
use crate::failure::Mark;
use crate::load::Load;
use crate::slow_start::SlowStart;

/// Why an endpoint gets no traffic. Several reasons can hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reason {
    /// Active checks fail.
    CheckFailed = 1,
    /// Its breaker is open.
    BreakerOpen = 2,
    /// It fails more often than the others.
    Ejected = 4,
    /// The operator drains it.
    Draining = 8,
}

/// What an endpoint may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Everything.
    Up,
    /// Only what no endpoint that is up can take: it answers, but worse than the others.
    Ejected,
    /// Only a last try: as far as is known it does not answer.
    Down,
    /// Nothing new.
    Draining,
}

/// What is known of an endpoint from its configuration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Description {
    /// A number that stays the same for the same address, over reloads and restarts.
    pub id: u64,
    /// The share of traffic relative to the others, from 1.
    pub weight: u32,
    /// Whether it is used only when the others are not usable.
    pub is_backup: bool,
    /// How it gets its weight back.
    pub slow_start: SlowStart,
    /// When its breaker opens.
    pub breaker: Settings,
}

impl Description {
    /// Describes an endpoint with weight 1 and the defaults.
    pub fn new(id: u64) -> Self {
        Self {
            id,
            weight: 1,
            is_backup: false,
            slow_start: SlowStart::default(),
            breaker: Settings::endpoint(),
        }
    }
}

/// The state of one endpoint: load, breaker, reasons against it. Shared by all cores.
#[derive(Debug)]
pub struct Endpoint {
    description: Description,
    weight: AtomicU32,
    load: Load,
    breaker: Breaker,
    reasons: AtomicU8,
    /// Whether it failed last because TLS with it does not come about as it is set up.
    is_unfit: AtomicBool,
    was_there: AtomicBool,
    epoch: Epoch,
    /// When slow start began, in nanoseconds since the epoch plus one; 0 without.
    rose: AtomicU64,
    /// How far round robin has come with this endpoint.
    pub(crate) turn: AtomicU64,
}

impl Endpoint {
    /// Makes an endpoint that is up with its full weight: unknown is usable.
    pub fn new(description: Description, now: Instant) -> Self {
        Self {
            description,
            weight: AtomicU32::new(description.weight.max(1)),
            load: Load::new(now),
            breaker: Breaker::new(description.breaker, now),
            reasons: AtomicU8::new(0),
            is_unfit: AtomicBool::new(false),
            was_there: AtomicBool::new(false),
            epoch: Epoch::new(now),
            rose: AtomicU64::new(0),
            turn: AtomicU64::new(0),
        }
    }

    /// Makes the state of the same endpoint under another description: load, breaker and reasons go
    /// on from where they are. Attempts that have begun end with the state of before.
    #[must_use]
    pub fn renewed(&self, description: Description, now: Instant) -> Self {
        let (breaker, is_open) = self.breaker.renewed(description.breaker, now);
        let renewed = Self {
            description,
            weight: AtomicU32::new(description.weight.max(1)),
            load: self.load.renewed(),
            breaker,
            reasons: AtomicU8::new(self.reasons.load(Ordering::Relaxed)),
            is_unfit: AtomicBool::new(self.is_unfit.load(Ordering::Relaxed)),
            was_there: AtomicBool::new(self.was_there()),
            epoch: self.epoch,
            rose: AtomicU64::new(self.rose.load(Ordering::Relaxed)),
            turn: AtomicU64::new(self.turn.load(Ordering::Relaxed)),
        };
        // An outcome may have come in between the two.
        renewed.set(Reason::BreakerOpen, is_open, now);
        renewed
    }

    /// Returns what is known of it from its configuration.
    pub const fn description(&self) -> &Description {
        &self.description
    }

    /// Returns the number that stays the same for the same address.
    pub const fn id(&self) -> u64 {
        self.description.id
    }

    /// Says whether it is a backup.
    pub const fn is_backup(&self) -> bool {
        self.description.is_backup
    }

    /// Returns its load.
    pub const fn load(&self) -> &Load {
        &self.load
    }

    /// Returns its breaker. Changes go through [`end`](Self::end), which keeps the reasons in step.
    pub const fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// Returns the weight that counts now: what is configured, reduced while it starts slowly.
    pub fn weight(&self, now: Instant) -> f32 {
        self.weight.load(Ordering::Relaxed) as f32 * self.slow_start_factor(now)
    }

    /// Changes the configured weight, at least 1.
    pub fn set_weight(&self, weight: u32) {
        self.weight.store(weight.max(1), Ordering::Relaxed);
    }

    /// Says whether it has less than its full weight.
    pub fn is_starting(&self, now: Instant) -> bool {
        self.slow_start_factor(now) < 1.0
    }

    /// Lets it start slowly from now on; for an endpoint that joins others.
    pub fn start_slowly(&self, now: Instant) {
        self.rose.store(self.epoch.nanos(now).saturating_add(1), Ordering::Relaxed);
    }

    /// Sets or removes a reason against it; when the last one goes it starts slowly.
    pub fn set(&self, reason: Reason, holds: bool, now: Instant) {
        let bit = reason as u8;
        let before = if holds {
            self.reasons.fetch_or(bit, Ordering::Relaxed)
        } else {
            self.reasons.fetch_and(!bit, Ordering::Relaxed)
        };
        if !holds && before == bit {
            self.is_unfit.store(false, Ordering::Relaxed);
            self.start_slowly(now);
        }
    }

    /// Says whether a reason holds.
    pub fn has(&self, reason: Reason) -> bool {
        self.reasons.load(Ordering::Relaxed) & reason as u8 != 0
    }

    /// Returns what it may be used for.
    pub fn standing(&self) -> Standing {
        if self.has(Reason::Draining) {
            Standing::Draining
        } else if self.has(Reason::CheckFailed) || self.has(Reason::BreakerOpen) {
            Standing::Down
        } else if self.has(Reason::Ejected) {
            Standing::Ejected
        } else {
            Standing::Up
        }
    }

    /// Says whether waiting for it helps nobody: when it failed last, in an attempt, a probe or a
    /// check, it was there and could not be used as it is set up ([`Mark::Unfit`]). Of one that
    /// drains nothing is known, and of one that is up it says nothing.
    pub fn is_unfit(&self) -> bool {
        self.is_unfit.load(Ordering::Relaxed) && !self.has(Reason::Draining)
    }

    /// Takes how an active check ended; attempts and probes say so by themselves. Whether that is
    /// a [reason](Reason::CheckFailed) against it is decided elsewhere.
    pub fn failed(&self, mark: Mark) {
        if mark.is_own_failure() {
            self.is_unfit.store(mark == Mark::Unfit, Ordering::Relaxed);
        } else if matches!(mark, Mark::Good | Mark::Erred) && !self.was_there() {
            self.was_there.store(true, Ordering::Relaxed);
        }
    }

    /// Says whether an attempt or a probe has ever found it there.
    pub fn was_there(&self) -> bool {
        self.was_there.load(Ordering::Relaxed)
    }

    /// Begins an attempt. Each one that is not refused is followed by exactly one
    /// [`end`](Self::end); after a refusal that does nothing.
    pub fn begin(&self, asker: Asker, now: Instant) -> Admission {
        let admission = self.breaker.admit(asker, now);
        if admission.is_admitted() {
            self.load.begin();
        }
        admission
    }

    /// Begins an attempt although everything speaks against it: when all endpoints are down, the
    /// last try may go to any of them.
    pub fn begin_anyway(&self) -> Admission {
        self.load.begin();
        Admission::LastResort
    }

    /// Ends an attempt. `has_others` says whether another endpoint is usable: without one, only
    /// connections that cannot be made open the breaker.
    pub fn end(
        &self,
        admission: Admission,
        mark: Mark,
        latency: Duration,
        has_others: bool,
        now: Instant,
    ) -> Transition {
        if !admission.is_admitted() {
            return Transition::None;
        }
        self.load.end(mark, latency, now);
        self.failed(mark);
        let transition = self.breaker.record(admission, mark, has_others, now);
        self.follow(transition, now);
        transition
    }

    /// Takes the outcome of an active check or a recovery probe, which is no attempt: it decides
    /// whether an open breaker closes, and nothing else.
    pub fn probed(&self, mark: Mark, now: Instant) -> Transition {
        self.failed(mark);
        let transition = self.breaker.probed(mark, now);
        self.follow(transition, now);
        transition
    }

    /// Ends an ejection: it starts slowly and is judged anew.
    pub(crate) fn return_from_ejection(&self, now: Instant) {
        self.breaker.forget();
        self.set(Reason::Ejected, false, now);
    }

    fn follow(&self, transition: Transition, now: Instant) {
        if transition == Transition::None {
            return;
        }
        // Another core may move the breaker on in between: what holds in the end is what it says.
        loop {
            let is_open = self.breaker.is_open();
            self.set(Reason::BreakerOpen, is_open, now);
            if self.breaker.is_open() == is_open {
                return;
            }
        }
    }

    fn slow_start_factor(&self, now: Instant) -> f32 {
        match self.rose.load(Ordering::Relaxed) {
            0 => 1.0,
            rose => {
                let since = self.epoch.nanos(now).saturating_sub(rose - 1);
                self.description.slow_start.factor(Duration::from_nanos(since))
            }
        }
    }
}

/// The endpoints of one upstream, whatever the gateway keeps next to them.
pub trait Members {
    /// Returns their number, at most [`ENDPOINTS_MAX`](crate::limits::ENDPOINTS_MAX).
    fn count(&self) -> usize;

    /// Returns the endpoint at an index.
    fn endpoint(&self, index: usize) -> Option<&Endpoint>;
}

impl<E: AsRef<Endpoint>> Members for Vec<E> {
    fn count(&self) -> usize {
        self.len().min(crate::limits::ENDPOINTS_MAX)
    }

    fn endpoint(&self, index: usize) -> Option<&Endpoint> {
        self.get(index).map(AsRef::as_ref)
    }
}

impl AsRef<Self> for Endpoint {
    fn as_ref(&self) -> &Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{CONSECUTIVE_FAILURES, SLOW_START};

    fn endpoint() -> (Endpoint, Instant) {
        let now = Instant::now();
        (Endpoint::new(Description::new(1), now), now)
    }

    fn fail(endpoint: &Endpoint, mark: Mark, has_others: bool, now: Instant) {
        for _ in 0..CONSECUTIVE_FAILURES {
            let admission = endpoint.begin(Asker::SafeRequest, now);
            endpoint.end(admission, mark, Duration::ZERO, has_others, now);
        }
    }

    #[test]
    fn an_endpoint_that_nobody_asked_is_up() {
        let (endpoint, now) = endpoint();

        assert_eq!(endpoint.standing(), Standing::Up);
        assert!(!endpoint.is_starting(now));
    }

    #[test]
    fn failures_in_a_row_take_it_down() {
        let (endpoint, now) = endpoint();

        fail(&endpoint, Mark::Broken, true, now);

        assert_eq!(endpoint.standing(), Standing::Down);
        assert_eq!(endpoint.load().in_flight(), 0);
    }

    #[test]
    fn the_last_one_stays_up_as_long_as_it_takes_connections() {
        let (endpoint, now) = endpoint();

        fail(&endpoint, Mark::Broken, false, now);
        assert_eq!(endpoint.standing(), Standing::Up);

        fail(&endpoint, Mark::Unreachable, false, now);
        assert_eq!(endpoint.standing(), Standing::Down);
    }

    #[test]
    fn the_last_failure_says_whether_waiting_helps() {
        let (endpoint, now) = endpoint();
        fail(&endpoint, Mark::Unfit, false, now);
        assert_eq!((endpoint.standing(), endpoint.is_unfit()), (Standing::Down, true));

        // It restarts, with another certificate perhaps; no trial is due.
        endpoint.probed(Mark::Refused, now);
        assert!(!endpoint.is_unfit());

        endpoint.failed(Mark::Unfit);
        endpoint.set(Reason::Draining, true, now);
        assert!(!endpoint.is_unfit());
    }

    #[test]
    fn a_good_probe_brings_it_back_slowly() {
        let (endpoint, now) = endpoint();
        fail(&endpoint, Mark::Unreachable, true, now);

        assert_eq!(endpoint.probed(Mark::Good, now), Transition::Closed);

        assert_eq!(endpoint.standing(), Standing::Up);
        assert!(endpoint.weight(now) < 0.2);
        assert!(endpoint.weight(now + SLOW_START) >= 1.0);
    }

    #[test]
    fn it_goes_on_under_another_description() {
        let (endpoint, now) = endpoint();
        fail(&endpoint, Mark::Unreachable, true, now);
        endpoint.set(Reason::CheckFailed, true, now);
        let breaker = Settings { open: Duration::from_secs(9), ..Settings::endpoint() };

        let renewed = endpoint.renewed(Description { breaker, ..Description::new(1) }, now);

        assert!(renewed.has(Reason::CheckFailed) && renewed.has(Reason::BreakerOpen));
        assert_eq!(renewed.breaker().state(now), endpoint.breaker().state(now));
        renewed.set(Reason::CheckFailed, false, now);
        assert_eq!(renewed.probed(Mark::Good, now), Transition::Closed);
        assert_eq!(renewed.standing(), Standing::Up);
    }

    #[test]
    fn a_breaker_that_is_turned_off_refuses_nobody() {
        let (endpoint, now) = endpoint();
        fail(&endpoint, Mark::Unreachable, true, now);
        let mut breaker = Settings::endpoint();
        breaker.thresholds.refused = 0;
        breaker.thresholds.consecutive = 0;
        breaker.thresholds.share = 2.0;

        let renewed = endpoint.renewed(Description { breaker, ..Description::new(1) }, now);

        assert_eq!(renewed.standing(), Standing::Up);
    }

    #[test]
    fn reasons_stay_in_step_with_the_breaker_whoever_moves_it() {
        let (endpoint, now) = endpoint();
        std::thread::scope(|scope| {
            for mark in [Mark::Refused, Mark::Refused, Mark::Good, Mark::Good] {
                let endpoint = &endpoint;
                scope.spawn(move || {
                    for _ in 0..10_000 {
                        if mark == Mark::Good {
                            endpoint.probed(mark, now);
                            continue;
                        }
                        let admission = endpoint.begin(Asker::SafeRequest, now);
                        endpoint.end(admission, mark, Duration::ZERO, true, now);
                    }
                });
            }
        });

        let is_down = endpoint.standing() == Standing::Down;
        assert_eq!(is_down, endpoint.breaker().is_open());
    }

    #[test]
    fn it_starts_slowly_when_the_last_reason_goes() {
        let (endpoint, now) = endpoint();
        endpoint.set(Reason::Ejected, true, now);
        endpoint.set(Reason::CheckFailed, true, now);

        endpoint.set(Reason::CheckFailed, false, now);
        assert!(!endpoint.is_starting(now));
        endpoint.set(Reason::Ejected, false, now);
        assert!(endpoint.is_starting(now));
    }
}
