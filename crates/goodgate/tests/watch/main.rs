//! The watch as one runs it: a configuration, real targets, real channels, signals.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by a panic, and says with which seed or why it is left out"
)]

mod acknowledged;
mod asking;
mod beats;
mod bypass;
mod crash;
mod deaths;
mod disk;
mod links;
mod long;
mod names;
mod origin;
mod partial;
mod place;
mod quiet;
mod reloads;
mod reports;
mod sink;
mod support;
mod tells;
mod tries;
