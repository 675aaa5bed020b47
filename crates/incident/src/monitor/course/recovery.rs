//! The way back to up.

use goodgate_evidence::Timestamp;

use super::{Course, Out};
use crate::limits::{PARTIAL_CHANCE, PARTIAL_RECOVER_MAX, PARTIAL_RECOVER_MIN};
use crate::words::State;

impl Course {
    pub(super) fn recover_slowly(&mut self, at: Timestamp, out: &mut Out) {
        if self.good_row >= self.needed() {
            self.recovered = Some(at);
            self.rate.settle();
            self.recover(at, out);
        } else if self.good_row < self.settings.recover && self.failure() == State::Down {
            self.check_soon(at, out);
        }
    }

    pub(super) fn recover(&mut self, at: Timestamp, out: &mut Out) {
        self.drop_trouble();
        self.go(State::Up, at, out);
    }

    /// The failure that is to be recovered from.
    fn failure(&self) -> State {
        self.before.unwrap_or(self.state)
    }

    /// Returns how many good results in a row end the failure.
    ///
    /// For a partial one they are as many as a target that still fails at the rate that was seen
    /// passes only by a rare chance.
    fn needed(&self) -> u32 {
        let needed = if self.failure() == State::Partial {
            let since = self.trouble.as_ref().map_or(0, |trouble| trouble.first_moment);
            let passes = 1.0 - self.rate.share(since, self.good_row);
            let needed = (PARTIAL_CHANCE.ln() / passes.ln()).ceil() as u32;
            needed.clamp(PARTIAL_RECOVER_MIN, PARTIAL_RECOVER_MAX)
        } else {
            self.settings.recover
        };
        needed.saturating_mul(1 << self.relapses).min(PARTIAL_RECOVER_MAX)
    }
}
