//! `[route.hedge]`: asking a second endpoint when the first is unusually slow.

use std::time::Duration;

use goodgate_config::units::{mins, ms};
use goodgate_config::{Percent, section};

section! {
    /// A GET or HEAD that takes unusually long is sent to a second endpoint as well, and the first
    /// answer serves. It needs two healthy endpoints and counts against the retry budget.
    pub struct Hedge {
        /// The part of the upstream's recent requests that must have been faster.
        pub percentile: Percent = Percent::whole(95), in Percent::whole(50)..=Percent::whole(100);
        /// No request is hedged sooner.
        pub min: Duration = ms(50), in ms(1)..=mins(5);
    }
}
