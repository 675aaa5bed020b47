//! `[upstream.NAME.keepalive]`: connections that are kept for further requests.

use std::time::Duration;

use goodgate_config::section;
use goodgate_config::units::{hours, ms, secs};

section! {
    /// Connections that are kept for further requests. An endpoint that closes one at the moment at
    /// which a request is sent on it makes a 502 elsewhere; here its idle limit is learned.
    pub struct KeepAlive {
        /// The longest time that a connection is kept idle.
        pub idle: Duration = secs(60), in ms(0)..=hours(24);
        /// The longest time that a connection is kept idle while nothing is known of the endpoint's
        /// own limit.
        pub idle_unlearned: Duration = secs(4), in ms(0)..=hours(24);
        /// Whether the endpoint's idle limit is learned from the closes that are seen and from
        /// `Keep-Alive: timeout`, and kept clear of.
        pub learn: bool = true;
        /// The age at which a connection is not used again.
        pub max_age: Option<Duration> = Some(hours(1)), in secs(1)..=hours(168);
        /// The idle connections to one endpoint, all workers together.
        pub max_idle: u32 = 256, in 0..=100_000;
        /// The requests of one connection, after which it is closed.
        pub requests: Option<u64> = None, in 1..=1_000_000_000;
    }
}
