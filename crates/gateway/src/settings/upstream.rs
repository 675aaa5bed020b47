//! `[upstream.NAME]`: the servers behind the gateway.

use std::time::Duration;

use goodgate_config::units::{mins, ms, secs};
use goodgate_config::{Size, section, words};

use super::values::{Endpoint, HashKey};
use super::{Breaker, Budget, Ejection, Health, KeepAlive, Resolve, Timeouts, UpstreamTls};

section! {
    /// A group of endpoints that serve the same.
    pub struct Upstream {
        /// Where it is served: `http://HOST:PORT`, `https://HOST:PORT`, `h2c://HOST:PORT` (HTTP/2
        /// without TLS), `unix:PATH`, or a table with `url`, `weight` and `backup`.
        pub endpoints: Vec<Endpoint>;
        /// What is spoken with the endpoints.
        pub protocol: Protocol = Protocol::Auto;
        /// How an endpoint is chosen.
        pub balance: Balance = Balance::PeakEwma;
        /// What keeps a client at its endpoint with `balance = "hash"`: `client` (its address),
        /// `header:NAME` or `cookie:NAME`.
        pub hash: Option<HashKey> = None;
        /// How names of endpoints are looked up.
        pub resolve: Resolve = Resolve::default();
        /// TLS towards the endpoints.
        pub tls: UpstreamTls = UpstreamTls::default();
        /// Active checks. Without it an endpoint is judged by what real requests meet.
        pub health: Option<Health> = None;
        /// Leaving out an endpoint that fails where others do not. The last usable endpoint is never
        /// ejected.
        pub ejection: Option<Ejection> = Some(Ejection::default());
        /// Refusing at once while everything fails.
        pub breaker: Option<Breaker> = Some(Breaker::default());
        /// How much the upstream gets at the same time.
        pub limits: UpstreamLimits = UpstreamLimits::default();
        /// Connections that are kept for further requests.
        pub keepalive: KeepAlive = KeepAlive::default();
        /// How long each stage of an attempt may take.
        pub timeouts: Timeouts = Timeouts::default();
        /// How much of the load may be retries and hedges, all routes together.
        pub retry_budget: Budget = Budget::default();
        /// How long an endpoint that came back gets less than its share.
        pub slow_start: Option<Duration> = Some(secs(30)), in ms(100)..=mins(60);
    }
}

section! {
    /// How much an upstream gets at the same time. What is beyond waits in a queue; what finds the
    /// queue full or waits too long is shed with 503 and `Retry-After`.
    pub struct UpstreamLimits {
        /// The connections to one endpoint.
        pub connections: u32 = 4096, in 1..=1_000_000;
        /// The requests in flight to the whole upstream.
        pub in_flight: u32 = 4096, in 1..=1_000_000;
        /// The requests that wait for a place.
        pub queue: u32 = 1024, in 0..=1_000_000;
        /// How long a request waits for a place.
        pub queue_time: Duration = secs(5), in ms(1)..=mins(10);
        /// The size of the status line and all header fields of a response together.
        pub header_size: Size = Size::kib(128), in Size::kib(1)..=Size::mib(4);
        /// The number of header fields of a response.
        pub header_count: u32 = 500, in 10..=5000;
    }
}

words! {
    /// What is spoken with endpoints.
    pub enum Protocol {
        /// HTTP/2 where an `https://` endpoint agrees to it by ALPN or the URL is `h2c://`, else
        /// HTTP/1.1.
        Auto = "auto",
        /// HTTP/1.1 only.
        Http1 = "http1",
        /// HTTP/2 only.
        Http2 = "http2",
    }
}

words! {
    /// How an endpoint is chosen.
    pub enum Balance {
        /// Of two chosen at random the one with the lower latency and fewer requests in flight;
        /// failures count as latency.
        PeakEwma = "peak_ewma",
        /// Of two chosen at random the one with fewer requests in flight.
        LeastRequest = "least_request",
        /// One after the other, by weight.
        RoundRobin = "round_robin",
        /// The same client at the same endpoint, as long as it is usable (consistent hash).
        Hash = "hash",
    }
}
