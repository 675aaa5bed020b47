//! HTTP origins over real sockets: what is seen on the wire of every fault, who is struck, what is
//! passed on, and how the faults are changed while an origin runs.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic"
)]

mod body;
mod chance;
mod connection;
mod control;
mod head;
mod healthy;
mod kept;
mod listen;
mod relay;
mod request;
mod support;
