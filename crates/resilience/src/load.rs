//! How busy and how quick one endpoint is.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::epoch::{Epoch, ticks_to_seconds};
use crate::failure::Mark;
use crate::limits::{LATENCY_DECAY, LATENCY_UNKNOWN, PENALTY_HALVING, PENALTY_MAX, PENALTY_STEP};

/// Requests in flight, latency and failures of one endpoint, shared by all cores.
///
/// The latency is a peak EWMA: a slower answer counts at once, quicker ones pull it down over
/// [`LATENCY_DECAY`]. A failure leaves the latency alone and multiplies the cost instead, so that an
/// endpoint that fails quickly does not look attractive.
#[derive(Debug)]
pub struct Load {
    epoch: Epoch,
    in_flight: AtomicU32,
    /// Seconds as `f32` bits above the tick of the last change.
    latency: AtomicU64,
    /// Powers of two as `f32` bits above the tick of the last change.
    penalty: AtomicU64,
}

impl Load {
    /// Makes the load of an endpoint that nobody has asked yet.
    pub fn new(now: Instant) -> Self {
        let latency = pack(LATENCY_UNKNOWN.as_secs_f32(), 0);
        Self {
            epoch: Epoch::new(now),
            in_flight: AtomicU32::new(0),
            latency: AtomicU64::new(latency),
            penalty: AtomicU64::new(pack(0.0, 0)),
        }
    }

    /// Makes a load with the latency and the failures of this one, and nothing in flight.
    pub(crate) fn renewed(&self) -> Self {
        let copy = |value: &AtomicU64| AtomicU64::new(value.load(Ordering::Relaxed));
        Self {
            epoch: self.epoch,
            in_flight: AtomicU32::new(0),
            latency: copy(&self.latency),
            penalty: copy(&self.penalty),
        }
    }

    /// Counts an attempt that begins. Each `begin` is followed by exactly one [`end`](Self::end).
    pub fn begin(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts an attempt that ended: what it says, and how long it took until the response's head.
    pub fn end(&self, mark: Mark, latency: Duration, now: Instant) {
        let before = self.in_flight.fetch_sub(1, Ordering::Relaxed);
        debug_assert!(before > 0, "an attempt ended that never began");
        match mark {
            Mark::Good => {
                self.observe(latency, now);
                self.punish(-1.0, now);
            }
            // It would have taken longer still.
            Mark::Slow => self.observe(latency, now),
            Mark::Refused | Mark::Unreachable | Mark::Unfit | Mark::Broken | Mark::Erred => {
                self.punish(PENALTY_STEP, now);
            }
            Mark::Nothing => {}
        }
    }

    /// Returns the attempts in flight.
    pub fn in_flight(&self) -> u32 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Returns the latency that is expected now.
    pub fn latency(&self, now: Instant) -> Duration {
        let (seconds, tick) = unpack(self.latency.load(Ordering::Relaxed));
        let kept = decay(self.epoch.ticks(now).wrapping_sub(tick));
        Duration::from_secs_f32(seconds * kept as f32)
    }

    /// Returns the latency that is expected now, if any was measured: for people, who would take
    /// what is assumed at the beginning for a measurement.
    pub fn measured_latency(&self, now: Instant) -> Option<Duration> {
        let is_assumed =
            self.latency.load(Ordering::Relaxed) == pack(LATENCY_UNKNOWN.as_secs_f32(), 0);
        (!is_assumed).then(|| self.latency(now))
    }

    /// Returns the factor by which failures raise the cost now; 1 without failures.
    pub fn penalty(&self, now: Instant) -> f64 {
        let (powers, tick) = unpack(self.penalty.load(Ordering::Relaxed));
        let left = faded(powers, self.epoch.ticks(now).wrapping_sub(tick));
        f64::from(left).exp2()
    }

    fn observe(&self, latency: Duration, now: Instant) {
        let tick = self.epoch.ticks(now);
        let sample = latency.as_secs_f32();
        let update = |packed: u64| {
            let (seconds, before) = unpack(packed);
            let passed = tick.wrapping_sub(before);
            let kept = decay(passed) as f32;
            if sample >= seconds * kept {
                return Some(pack(sample, tick));
            }
            // Within one tick nothing decays; the next change counts the time of both.
            (passed > 0).then(|| pack(seconds.mul_add(kept, sample * (1.0 - kept)), tick))
        };
        self.latency.try_update(Ordering::Relaxed, Ordering::Relaxed, update).ok();
    }

    fn punish(&self, step: f32, now: Instant) {
        let order = Ordering::Relaxed;
        if step < 0.0 && unpack(self.penalty.load(order)).0 <= 0.0 {
            return;
        }
        let tick = self.epoch.ticks(now);
        let update = |packed: u64| {
            let (powers, before) = unpack(packed);
            let left = faded(powers, tick.wrapping_sub(before));
            Some(pack((left + step).clamp(0.0, PENALTY_MAX), tick))
        };
        self.penalty.try_update(order, order, update).ok();
    }
}

fn decay(ticks: u32) -> f64 {
    (-ticks_to_seconds(ticks) / LATENCY_DECAY.as_secs_f64()).exp()
}

fn faded(powers: f32, ticks: u32) -> f32 {
    let halvings = ticks_to_seconds(ticks) / PENALTY_HALVING.as_secs_f64();
    (powers - halvings as f32).max(0.0)
}

fn pack(value: f32, tick: u32) -> u64 {
    u64::from(value.to_bits()) << 32 | u64::from(tick)
}

fn unpack(packed: u64) -> (f32, u32) {
    (f32::from_bits((packed >> 32) as u32), packed as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(latency_ms: u64, mark: Mark) -> (Load, Instant) {
        let now = Instant::now();
        let load = Load::new(now);
        let later = now + Duration::from_secs(1);
        load.begin();
        load.end(mark, Duration::from_millis(latency_ms), later);
        (load, later)
    }

    #[test]
    fn a_slower_answer_counts_at_once() {
        let (load, now) = load(400, Mark::Good);

        assert_eq!(load.latency(now).as_millis(), 400);
    }

    #[test]
    fn an_assumption_is_no_measurement() {
        let now = Instant::now();

        assert_eq!(Load::new(now).measured_latency(now), None);
        assert!(load(400, Mark::Good).0.measured_latency(now).is_some());
    }

    #[test]
    fn quicker_answers_count_slowly() {
        let (load, now) = load(400, Mark::Good);

        let later = now + Duration::from_secs(1);
        load.begin();
        load.end(Mark::Good, Duration::from_millis(10), later);

        assert!((360..380).contains(&load.latency(later).as_millis()));
    }

    #[test]
    fn an_old_latency_fades() {
        let (load, now) = load(400, Mark::Good);

        assert!(load.latency(now + Duration::from_mins(2)).as_millis() < 1);
    }

    #[test]
    fn a_quick_failure_does_not_look_attractive() {
        let (load, now) = load(1, Mark::Broken);

        assert!((load.penalty(now) - 4.0).abs() < 0.1);
    }

    #[test]
    fn a_penalty_has_a_limit_and_fades() {
        let (load, now) = load(1, Mark::Broken);
        for _ in 0..100 {
            load.begin();
            load.end(Mark::Unreachable, Duration::ZERO, now);
        }

        assert!(load.penalty(now) <= 1024.5);
        assert!((load.penalty(now + Duration::from_secs(10)) - 1.0).abs() < 0.1);
    }

    #[test]
    fn an_abandoned_attempt_only_ends() {
        let (load, now) = load(9000, Mark::Nothing);

        assert_eq!(load.in_flight(), 0);
        assert!(load.latency(now) <= LATENCY_UNKNOWN);
        assert!((load.penalty(now) - 1.0).abs() < 0.01);
    }
}
