//! How many retries and hedges an upstream gets.
//!
//! A reserve of tokens: a try beyond the first costs one. Each request that is answered earns
//! [`BUDGET_RATIO`], each second earns [`BUDGET_PER_SECOND`], and the reserve leaks so that about
//! [`BUDGET_RESERVE`] of earnings stay in it.
//!
//! Where retries help (one endpoint of several fails) nearly all requests are answered and the
//! budget is the usual fifth. Where they do not help (a total outage) nothing is earned by requests,
//! there is no retry after [`BUDGET_DARK`] failures in a row, and each request whose retries were in
//! vain takes a quarter of the reserve and of the earnings by time with it. So tries stay within a
//! tenth above the requests although a fifth is allowed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::epoch::Epoch;
use crate::limits::{
    BUDGET_DARK, BUDGET_DARK_SHARE, BUDGET_EARNINGS_MIN, BUDGET_IN_VAIN, BUDGET_PER_SECOND,
    BUDGET_RATIO, BUDGET_RESERVE,
};

/// Tokens are counted in thousandths.
const TOKEN: u64 = 1000;

/// Earnings are added to the reserve, and the reserve leaks, in steps of this many nanoseconds.
const STEP: u64 = 50_000_000;

/// What a budget earns and keeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Retries that an answered request earns, from 0 to 1.
    pub ratio: f64,
    /// Retries that a second earns.
    pub per_second: f64,
    /// How long earnings stay in the reserve.
    pub reserve: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { ratio: BUDGET_RATIO, per_second: BUDGET_PER_SECOND, reserve: BUDGET_RESERVE }
    }
}

/// The budget of one upstream, shared by all cores.
///
/// An answered request costs one addition; the reserve is brought up to date 20 times a second.
#[derive(Debug)]
pub struct Budget {
    settings: Settings,
    epoch: Epoch,
    /// Thousandths of tokens that may be spent.
    reserve: AtomicU64,
    /// Requests that were answered and not yet counted.
    answered: AtomicU64,
    /// Failed tries since the last answer.
    in_a_row: AtomicU64,
    /// The share of the earnings by time that is paid, in thousandths.
    share: AtomicU64,
    /// When the reserve was last brought up to date, in nanoseconds since the epoch.
    settled: AtomicU64,
}

impl Budget {
    /// Makes a budget that begins with the full reserve of a quiet site.
    pub fn new(settings: Settings, now: Instant) -> Self {
        let reserve = settings.per_second * settings.reserve.as_secs_f64();
        Self {
            settings,
            epoch: Epoch::new(now),
            reserve: AtomicU64::new(tokens(reserve)),
            answered: AtomicU64::new(0),
            in_a_row: AtomicU64::new(0),
            share: AtomicU64::new(TOKEN),
            settled: AtomicU64::new(0),
        }
    }

    /// Counts a request that was answered, with or without retries.
    pub fn answered(&self, now: Instant) {
        // Only a write where something changes keeps the line shared between cores.
        if self.in_a_row.load(Ordering::Relaxed) != 0 {
            self.in_a_row.store(0, Ordering::Relaxed);
        }
        self.answered.fetch_add(1, Ordering::Relaxed);
        self.settle(now);
    }

    /// Counts a try that failed, whatever its request does next.
    pub fn failed(&self) {
        self.in_a_row.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request that was given up although it had been tried again.
    pub fn in_vain(&self, now: Instant) {
        self.settle(now);
        scale(&self.reserve, BUDGET_IN_VAIN, 0);
        scale(&self.share, BUDGET_IN_VAIN, tokens(BUDGET_EARNINGS_MIN));
    }

    /// Says whether a retry is left, without taking it.
    pub fn has_retry(&self, now: Instant) -> bool {
        self.settle(now);
        let reserve = self.reserve.load(Ordering::Relaxed);
        reserve >= TOKEN && !self.is_dark(reserve)
    }

    /// Takes a retry or a hedge; `false` means that none is left.
    pub fn take(&self, now: Instant) -> bool {
        self.settle(now);
        let spend = |reserve: u64| {
            let left = reserve.checked_sub(TOKEN)?;
            (!self.is_dark(reserve)).then_some(left)
        };
        self.reserve.try_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_ok()
    }

    /// Returns how many retries are left.
    pub fn left(&self, now: Instant) -> f64 {
        self.settle(now);
        self.reserve.load(Ordering::Relaxed) as f64 / TOKEN as f64
    }

    /// Says whether nothing answers any more.
    fn is_dark(&self, reserve: u64) -> bool {
        let by_reserve = reserve as f64 / TOKEN as f64 * BUDGET_DARK_SHARE;
        self.in_a_row.load(Ordering::Relaxed) > BUDGET_DARK.max(by_reserve as u64)
    }

    /// Pays the earnings since the last step; the core that comes first does it for all.
    fn settle(&self, now: Instant) {
        let nanos = self.epoch.nanos(now);
        let before = self.settled.load(Ordering::Relaxed);
        let passed = nanos.saturating_sub(before);
        if passed < STEP {
            return;
        }
        let order = Ordering::Relaxed;
        if self.settled.compare_exchange(before, nanos, order, order).is_err() {
            return;
        }
        self.pay(Duration::from_nanos(passed).as_secs_f64());
    }

    fn pay(&self, seconds: f64) {
        let answered = self.answered.swap(0, Ordering::Relaxed) as f64;
        let share = self.share.load(Ordering::Relaxed) as f64 / TOKEN as f64;
        if answered > 0.0 {
            self.share.store(tokens((share * 2.0).min(1.0)), Ordering::Relaxed);
        }
        // The exact solution of a reserve that leaks while it is filled evenly.
        let span = self.settings.reserve.as_secs_f64().max(0.001);
        let kept = (-seconds / span).exp();
        let rate =
            (answered / seconds).mul_add(self.settings.ratio, share * self.settings.per_second);
        let earned = tokens(rate * span * (1.0 - kept));
        let settled = |reserve: u64| Some((reserve as f64 * kept) as u64 + earned);
        self.reserve.try_update(Ordering::Relaxed, Ordering::Relaxed, settled).ok();
    }
}

fn tokens(count: f64) -> u64 {
    (count * TOKEN as f64) as u64
}

fn scale(value: &AtomicU64, factor: f64, least: u64) {
    let scaled = |value: u64| Some(((value as f64 * factor) as u64).max(least));
    value.try_update(Ordering::Relaxed, Ordering::Relaxed, scaled).ok();
}

#[cfg(test)]
mod tests;
