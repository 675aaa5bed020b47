//! `[upstream.NAME.breaker]`: refusing at once while everything fails.

use std::time::Duration;

use goodgate_config::units::{hours, mins, ms, secs};
use goodgate_config::{Percent, section};

section! {
    /// When an endpoint or the whole upstream is refused traffic. A breaker is closed while traffic
    /// flows, open while it refuses, half-open on trial; the trial is a check or a safe request,
    /// never a user's POST.
    pub struct Breaker {
        /// The failures in a row that open that of an endpoint, as long as another one is usable. A
        /// refused connection does so at once; statuses are no failures here.
        pub failures: u32 = 5, in 1..=10_000;
        /// The share of failures within `window` that opens it.
        pub share: Percent = Percent::whole(50), in Percent::whole(1)..=Percent::whole(100);
        /// The requests within `window` below which `share` says nothing.
        pub requests: u32 = 20, in 1..=1_000_000;
        /// The time that `share` and `requests` look back.
        pub window: Duration = secs(10), in secs(1)..=mins(10);
        /// How long it is open before the first trial; twice as long after each failed trial.
        pub open: Duration = secs(1), in ms(100)..=hours(1);
        /// It is not open for longer than this before a trial.
        pub max_open: Duration = secs(30), in ms(100)..=hours(24);
        /// The good trials in a row that close it.
        pub trials: u32 = 2, in 1..=1000;
    }
}
