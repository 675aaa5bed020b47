//! `[listen.limits]`: what one client may do.

use std::time::Duration;

use goodgate_config::units::{hours, mins, ms, secs};
use goodgate_config::{Size, section};

section! {
    /// What one client may do. A client that goes beyond is answered with 4xx or closed, and never
    /// counts against an upstream.
    pub struct ClientLimits {
        /// The connections of all clients on this listener.
        pub connections: u32 = 100_000, in 1..=10_000_000;
        /// The connections of one client address. Off, because behind a NAT or a CDN many users share
        /// one address.
        pub connections_per_address: Option<u32> = None, in 1..=1_000_000;
        /// The size of the request line and all header fields together.
        pub header_size: Size = Size::kib(64), in Size::kib(1)..=Size::mib(1);
        /// The number of header fields.
        pub header_count: u32 = 200, in 10..=2000;
        /// From the first byte of a request head to its last.
        pub header_timeout: Duration = secs(10), in ms(100)..=mins(10);
        /// How long a connection may be without a request.
        pub idle_timeout: Duration = secs(75), in ms(100)..=hours(24);
        /// The bytes that a request body must bring per second, once `body_grace` has passed.
        pub body_rate: Option<Size> = Some(Size::bytes(256)), in Size::bytes(1)..=Size::mib(100);
        /// How long a request body may be slower than `body_rate` at its beginning or in a pause.
        pub body_grace: Duration = secs(20), in ms(100)..=hours(1);
        /// How long a client may take no byte of a response that waits for it.
        pub send_timeout: Duration = mins(1), in ms(100)..=hours(1);
        /// The requests of one connection, after which it is closed in order.
        pub requests_per_connection: Option<u64> = None, in 1..=1_000_000_000;
        /// The requests that one HTTP/2 connection may have at the same time.
        pub h2_streams: u32 = 128, in 1..=10_000;
        /// The streams that an HTTP/2 client may reset within ten seconds before its connection ends
        /// with ENHANCE_YOUR_CALM (rapid reset, CVE-2023-44487).
        pub h2_resets: u32 = 100, in 1..=100_000;
    }
}
