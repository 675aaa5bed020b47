//! `[upstream.NAME.ejection]`: leaving out an endpoint that fails where others do not.

use std::time::Duration;

use goodgate_config::units::{hours, mins, secs};
use goodgate_config::{Percent, section};

section! {
    /// When an endpoint is left out because of what real requests meet. Endpoints are compared with
    /// each other, so that a bad URL ejects nobody; what clients abort never counts.
    pub struct Ejection {
        /// By how much an endpoint's share of failures and errors (from 500 on) has to exceed that of
        /// the others, within `breaker.window`. It also has to be three times as high, and more than
        /// chance explains.
        pub share: Percent = Percent::whole(15), in Percent::whole(1)..=Percent::whole(100);
        /// The requests of an endpoint, and of the others together, below which nothing is compared.
        pub requests: u32 = 20, in 1..=1_000_000;
        /// The first ejection lasts this long, the second in a row twice as long, and so on.
        pub time: Duration = secs(5), in secs(1)..=hours(1);
        /// No ejection lasts longer.
        pub max_time: Duration = mins(1), in secs(1)..=hours(24);
        /// The most endpoints that are ejected at the same time.
        pub max_ejected: Percent = Percent::whole(50), in Percent::whole(0)..=Percent::whole(100);
    }
}
