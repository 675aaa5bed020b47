//! `[upstream.NAME.timeouts]`: how long each stage of an attempt may take.

use std::time::Duration;

use goodgate_config::section;
use goodgate_config::units::{hours, mins, ms, secs};

section! {
    /// How long each stage of an attempt may take. There is no limit on the whole, so that downloads
    /// and streams last as long as they need.
    pub struct Timeouts {
        /// To look a name up that has no answer yet.
        pub resolve: Duration = secs(1), in ms(10)..=mins(5);
        /// To establish a connection.
        pub connect: Duration = secs(2), in ms(10)..=mins(5);
        /// For the TLS handshake.
        pub tls: Duration = secs(2), in ms(10)..=mins(5);
        /// Without progress while the request is sent.
        pub request: Duration = secs(30), in ms(10)..=hours(24);
        /// From the end of the request to the end of the response head.
        pub response_head: Duration = secs(30), in ms(10)..=hours(24);
        /// Between two pieces of the response body.
        pub between_bytes: Duration = secs(30), in ms(10)..=hours(24);
        /// Without a byte in either direction on an upgraded connection (WebSocket).
        pub tunnel_idle: Option<Duration> = Some(hours(1)), in secs(1)..=hours(168);
    }
}
