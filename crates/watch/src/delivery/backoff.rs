//! When an alert that could not be sent is tried again, and when it is given up.
//!
//! The waits are those of exponential backoff with full jitter: chance chooses within a window that
//! doubles, so that what failed together does not come back together.

use std::time::Duration;

use crate::channel::Again;

use super::limits;

/// What is known when an attempt has failed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed {
    /// The attempts before this one that count.
    pub(super) attempts: u32,
    /// How old the alert is.
    pub(super) age: Duration,
    /// Whether another channel can be told instead.
    pub(super) has_fallback: bool,
    /// Whether our own way out is cut off, as far as is known.
    pub(super) is_cut_off: bool,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It is tried again after this time.
    Wait(Duration),
    /// It is not tried again on this channel.
    GiveUp,
}

/// Decides what follows from a failed attempt. `random` is any number.
///
/// While we are cut off nothing is given up and no attempt counts: whoever answers then may not be whom we
/// asked.
pub(super) fn next(failed: Failed, again: Again, random: u64) -> Next {
    if failed.is_cut_off {
        return Next::Wait(limits::CUT_OFF);
    }
    let Again::Later(asked) = again else { return Next::GiveUp };
    let tries = failed.attempts.saturating_add(1);
    let is_enough = if failed.has_fallback {
        tries >= limits::TRIES || asked.is_some_and(|wait| wait > limits::FALLBACK_WAIT)
    } else {
        tries >= limits::TRIES_LAST || (tries >= limits::TRIES && failed.age >= limits::AGE)
    };
    if is_enough {
        return Next::GiveUp;
    }
    Next::Wait(match asked {
        // The provider knows best. A little chance on top, since it tells everybody the same.
        Some(wait) => wait.max(limits::WAIT_LEAST) + share(limits::WAIT_MIN, random),
        None => share(window(failed.attempts), random).max(limits::WAIT_LEAST),
    })
}

/// Returns the window in which the next attempt lies.
pub(super) fn window(attempts: u32) -> Duration {
    limits::WAIT_MIN
        .saturating_mul(1_u32.checked_shl(attempts).unwrap_or(u32::MAX))
        .min(limits::WAIT_MAX)
}

/// Returns a part of a time, by chance.
pub(super) fn share(time: Duration, random: u64) -> Duration {
    // 2^-64: the largest number gives all but nothing of the whole.
    time.mul_f64(random as f64 / (u64::MAX as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALONE: Failed =
        Failed { attempts: 0, age: Duration::ZERO, has_fallback: false, is_cut_off: false };
    const LATER: Again = Again::Later(None);

    #[test]
    fn the_window_doubles_from_a_second_to_a_quarter_of_an_hour() {
        let secs = |attempts| window(attempts).as_secs();

        assert_eq!([secs(0), secs(1), secs(5), secs(9), secs(10)], [1, 2, 32, 512, 900]);
        assert_eq!([secs(31), secs(32), secs(u32::MAX)], [900; 3]);
    }

    #[test]
    fn chance_chooses_in_the_whole_window() {
        let failed = Failed { attempts: 4, ..ALONE };
        let waits = [0, u64::MAX / 2, u64::MAX].map(|random| next(failed, LATER, random));

        let secs = Duration::from_secs;
        assert_eq!(
            waits,
            [Next::Wait(limits::WAIT_LEAST), Next::Wait(secs(8)), Next::Wait(secs(16))]
        );
    }

    #[test]
    fn what_the_provider_asks_for_comes_before_our_own_wait() {
        let asked = |secs| Again::Later(Some(Duration::from_secs(secs)));
        let late = Failed { attempts: 15, ..ALONE };

        assert_eq!(next(late, asked(7), 0), Next::Wait(Duration::from_secs(7)));
        assert_eq!(next(ALONE, asked(3_600), 0), Next::Wait(Duration::from_hours(1)));
        assert_eq!(next(ALONE, asked(0), 0), Next::Wait(limits::WAIT_LEAST));
    }

    #[test]
    fn a_fallback_is_told_soon_and_what_has_none_is_tried_for_a_day() {
        let tries = |failed: Failed| {
            let attempt = |attempts| next(Failed { attempts, ..failed }, LATER, 1);
            (0..1_000).find(|attempts| attempt(*attempts) == Next::GiveUp).map(|last| last + 1)
        };

        assert_eq!(tries(Failed { has_fallback: true, ..ALONE }), Some(limits::TRIES));
        assert_eq!(tries(ALONE), Some(limits::TRIES_LAST));
        assert_eq!(tries(Failed { age: limits::AGE, ..ALONE }), Some(limits::TRIES));
        let waits: Duration = (0..limits::TRIES_LAST).map(|tried| window(tried) / 2).sum();
        assert!(waits > limits::AGE, "a day: {waits:?}");
    }

    #[test]
    fn a_fallback_does_not_wait_for_a_provider_that_asks_for_an_hour() {
        let failed = Failed { has_fallback: true, ..ALONE };
        let hour = Again::Later(Some(Duration::from_hours(1)));

        assert_eq!(next(failed, hour, 0), Next::GiveUp);
    }

    #[test]
    fn nothing_is_given_up_while_we_are_cut_off() {
        for again in [LATER, Again::Never, Again::Later(Some(Duration::from_hours(1)))] {
            for attempts in [0, limits::TRIES, u32::MAX] {
                let failed = Failed { attempts, is_cut_off: true, has_fallback: true, ..ALONE };
                assert_eq!(next(failed, again, 0), Next::Wait(limits::CUT_OFF));
            }
        }
    }
}
