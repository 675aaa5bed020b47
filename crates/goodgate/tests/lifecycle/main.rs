//! The life of a running gateway: start, reload, drain, hand-over, and what systemd has to do with it.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may end where it cannot go on"
)]

mod access;
mod drain;
mod hand_over;
mod load;
mod origin;
mod pair;
mod reload;
mod service;
mod sockets;
mod start;
mod storm;
mod support;
mod two;
mod watch;
