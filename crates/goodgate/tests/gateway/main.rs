//! The running gateway with real clients and servers: what it passes on, what it refuses, and what
//! one client can do to the others.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may end where it cannot go on, and say what it has seen"
)]

mod certificates;
mod client;
mod fields;
mod frames;
mod h2stand;
mod http2;
mod limits;
mod message;
mod origin;
mod replays;
mod requests;
mod responses;
mod servers;
mod streams;
mod support;
mod tls;
mod unfit;
mod upgrades;
mod uploads;
mod upstreams;
