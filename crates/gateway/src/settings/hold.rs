//! `[route.hold]`: waiting for an endpoint to come back.

use std::time::Duration;

use goodgate_config::units::{mins, ms, secs};
use goodgate_config::{Size, section};

section! {
    /// Requests wait while no endpoint is usable, so that a restart costs latency and no error.
    pub struct Hold {
        /// How long a request waits.
        pub time: Duration = secs(5), in ms(10)..=mins(5);
        /// The requests of this route that wait at the same time.
        pub requests: u32 = 1000, in 1..=1_000_000;
        /// The memory of the requests that wait, heads and bodies.
        pub memory: Size = Size::mib(64), in Size::kib(64)..=Size::gib(64);
    }
}
