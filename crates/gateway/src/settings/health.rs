//! `[upstream.NAME.health]`: active checks.

use std::time::Duration;

use goodgate_config::section;
use goodgate_config::units::{hours, mins, ms, secs};

use super::values::{HostName, PathPrefix, StatusRange};

section! {
    /// Active checks of each endpoint. They begin where this table stands, even if it is empty. An
    /// endpoint that was not checked yet is usable.
    pub struct Health {
        /// What is asked for with GET; without it a TCP connection is enough.
        pub path: Option<PathPrefix> = None;
        /// The `Host` of the check; without it the host of the endpoint.
        pub host: Option<HostName> = None;
        /// The statuses that count as healthy.
        pub status: Vec<StatusRange> = vec![StatusRange::new(200, 399)];
        /// The time between two checks of an endpoint, with some jitter.
        pub interval: Duration = secs(5), in ms(100)..=hours(1);
        /// The time for one check.
        pub timeout: Duration = secs(2), in ms(10)..=mins(5);
        /// The good checks in a row that make an endpoint usable again.
        pub rise: u32 = 2, in 1..=100;
        /// The bad checks in a row that make an endpoint unusable.
        pub fall: u32 = 3, in 1..=100;
    }
}
