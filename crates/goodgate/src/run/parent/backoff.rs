//! How long a process that died stays away.

use std::time::Duration;

use super::super::limits::{LIVED, RESTART_FIRST, RESTART_MOST};

/// The time until a process is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Backoff(Duration);

impl Backoff {
    /// Begins with the shortest time.
    pub(super) const fn new() -> Self {
        Self(RESTART_FIRST)
    }

    /// Returns how long a process stays away that died after it had lived so long.
    pub(super) fn after(&mut self, lived: Duration) -> Duration {
        if lived >= LIVED {
            self.0 = RESTART_FIRST;
        }
        let time = self.0;
        self.0 = time.saturating_mul(2).min(RESTART_MOST);
        time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deaths_in_a_row_take_longer_up_to_a_bound() {
        let mut backoff = Backoff::new();

        let times: Vec<u128> = (0..11).map(|_| backoff.after(Duration::ZERO).as_millis()).collect();

        assert_eq!(times, [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
    }

    #[test]
    fn who_has_lived_a_minute_is_back_at_once() {
        let mut backoff = Backoff::new();
        for _ in 0..5 {
            backoff.after(Duration::ZERO);
        }

        assert_eq!(backoff.after(LIVED), RESTART_FIRST);
        assert_eq!(backoff.after(Duration::ZERO), RESTART_FIRST * 2);
    }
}
