//! The pause before another try.

use std::time::Duration;

use crate::failure::Progress;
use crate::limits::{BACKOFF_MAX, BACKOFF_MIN};
use crate::random::Random;

/// What the pause depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Which retry it is, from 1.
    pub number: u32,
    /// How far the failed attempt had come.
    pub progress: Progress,
    /// Whether the attempt was made on a kept connection that turned out to be closed.
    pub was_stale_connection: bool,
    /// Whether the next attempt goes to another endpoint.
    pub to_other_endpoint: bool,
}

/// Returns the pause before a retry: random, from nothing up to 25 ms, then 50, 100, 200, 250 ms.
///
/// The first retry goes at once where a pause would help nobody: the attempt never reached an
/// endpoint and another one is asked, or a kept connection had been closed. Elsewhere the jitter is
/// full, so that clients whose attempts failed together do not come back together.
pub fn pause(retry: Retry, random: &mut dyn Random) -> Duration {
    if goes_at_once(retry) {
        return Duration::ZERO;
    }
    let doublings = retry.number.saturating_sub(1).min(8);
    let ceiling = BACKOFF_MIN.saturating_mul(1 << doublings).min(BACKOFF_MAX);
    ceiling.mul_f64(random.unit())
}

const fn goes_at_once(retry: Retry) -> bool {
    let never_arrived = matches!(retry.progress, Progress::NothingSent) && retry.to_other_endpoint;
    retry.number <= 1 && (never_arrived || retry.was_stale_connection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;

    const RETRY: Retry = Retry {
        number: 1,
        progress: Progress::NothingSent,
        was_stale_connection: false,
        to_other_endpoint: true,
    };

    fn longest(retry: Retry) -> Duration {
        let mut random = SplitMix::new(1);
        (0..1000).map(|_| pause(retry, &mut random)).max().unwrap()
    }

    #[test]
    fn what_never_arrived_goes_to_another_endpoint_at_once() {
        assert_eq!(longest(RETRY), Duration::ZERO);
    }

    #[test]
    fn a_closed_kept_connection_is_no_reason_to_wait() {
        let retry = Retry {
            progress: Progress::RequestSent,
            was_stale_connection: true,
            to_other_endpoint: false,
            ..RETRY
        };

        assert_eq!(longest(retry), Duration::ZERO);
    }

    #[test]
    fn the_same_endpoint_gets_a_pause() {
        let retry = Retry { to_other_endpoint: false, ..RETRY };

        assert!(longest(retry) > BACKOFF_MIN / 2);
        assert!(longest(retry) <= BACKOFF_MIN);
    }

    #[test]
    fn pauses_grow_up_to_the_limit() {
        let longest = [1, 2, 3, 4, 5, 99].map(|number| {
            longest(Retry { number, progress: Progress::RequestSent, ..RETRY }).as_millis()
        });

        assert!(longest.is_sorted());
        assert!(longest[5] > 240 && longest[5] <= BACKOFF_MAX.as_millis());
    }
}
