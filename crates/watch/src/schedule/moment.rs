//! The moments of a monitor: a grid of its own, by its id, with some jitter.

use std::time::Duration;

/// A new monitor is checked for the first time within this, however long its interval: whoever starts the
/// watch wants to know soon, and ten thousand checks in half a minute are no burst.
const FIRST_WITHIN: Duration = Duration::from_secs(30);

/// The part of the interval by which moments are moved, so that a check does not fall on the same second
/// of every minute as somebody's cron job.
const JITTER: u32 = 10;

/// The grid of a monitor: moment number `turn` lies in the first tenth of the interval that begins
/// `turn` intervals after the anchor. Without the sum of errors: a thousand checks take as long as a
/// thousand intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    anchor: Duration,
    interval: Duration,
    seed: u64,
}

impl Grid {
    /// Makes the grid of a monitor that is added at `now`.
    pub(super) fn new(id: &str, interval: Duration, now: Duration) -> Self {
        let seed = hash(id.as_bytes());
        let interval = interval.max(Duration::from_millis(1));
        let wait = share(interval.min(FIRST_WITHIN), seed);
        Self { anchor: now.saturating_add(wait), interval, seed }
    }

    /// Returns moment number `turn`.
    pub(super) fn at(&self, turn: u64) -> Duration {
        let start = self.anchor.saturating_add(times(self.interval, turn));
        if turn == 0 {
            return start;
        }
        start.saturating_add(share(self.interval / JITTER, mixed(self.seed ^ turn)))
    }

    /// Returns the number of the first moment after `now`.
    pub(super) fn after(&self, now: Duration) -> u64 {
        let since = now.saturating_sub(self.anchor).as_nanos();
        let at_least = since / self.interval.as_nanos().max(1);
        let mut turn = u64::try_from(at_least).unwrap_or(u64::MAX);
        while self.at(turn) <= now && turn < u64::MAX {
            turn += 1;
        }
        turn
    }
}

/// A part of a time, chosen by a number: even over all numbers.
fn share(time: Duration, number: u64) -> Duration {
    let nanos = time.as_nanos().min(u128::from(u64::MAX));
    // The upper half of a product of 64 bits each is even over the range.
    let part = (nanos * u128::from(number)) >> 64;
    Duration::from_nanos(u64::try_from(part).unwrap_or(0))
}

fn times(time: Duration, count: u64) -> Duration {
    let nanos = time.as_nanos().saturating_mul(u128::from(count));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// FNV-1a, then mixed: the same on every host and in every version, as the moments should stay when the
/// watch is started anew.
fn hash(bytes: &[u8]) -> u64 {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    mixed(bytes.iter().fold(0xcbf2_9ce4_8422_2325, fold))
}

/// The finalizer of splitmix64: ids that differ in one character lie far apart.
const fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
