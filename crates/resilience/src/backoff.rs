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

/// How long pauses are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The upper end of the first pause; each further one is twice as high.
    pub first: Duration,
    /// The highest upper end.
    pub most: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { first: BACKOFF_MIN, most: BACKOFF_MAX }
    }
}

/// Returns the pause before a retry: random, from nothing up to 25 ms, then 50, 100, 200, 250 ms by
/// default.
///
/// The first retry goes at once where a pause would help nobody: the attempt never reached an
/// endpoint and another one is asked, or a kept connection had been closed. Elsewhere the jitter is
/// full, so that clients whose attempts failed together do not come back together.
pub fn pause(retry: Retry, settings: Settings, random: &mut dyn Random) -> Duration {
    if goes_at_once(retry) {
        return Duration::ZERO;
    }
    let doublings = retry.number.saturating_sub(1).min(8);
    let ceiling = settings.first.saturating_mul(1 << doublings).min(settings.most);
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
        longest_of(retry, Settings::default())
    }

    fn longest_of(retry: Retry, settings: Settings) -> Duration {
        let mut random = SplitMix::new(1);
        (0..1000).map(|_| pause(retry, settings, &mut random)).max().unwrap()
    }

    #[test]
    fn pauses_are_as_long_as_is_asked_for() {
        let retry = Retry { to_other_endpoint: false, ..RETRY };
        let seconds = |first, most| {
            let settings =
                Settings { first: Duration::from_secs(first), most: Duration::from_secs(most) };
            longest_of(Retry { number: 3, ..retry }, settings).as_secs_f64().round() as u64
        };

        assert_eq!([seconds(1, 9), seconds(5, 9), seconds(0, 9)], [4, 9, 0]);
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
