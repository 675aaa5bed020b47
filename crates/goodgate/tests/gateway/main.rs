//! The running gateway with real clients and servers: what it passes on, what it refuses, and what
//! one client can do to the others.

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
mod upgrades;
mod upstreams;
mod uploads;
