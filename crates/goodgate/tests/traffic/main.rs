//! The watch of a running gateway by its admin listener: what it hears of failures, reloads, hand-overs,
//! name servers and the death of the process.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may end where it cannot go on"
)]

// Gateway and watch with a channel, as the tests of the watch start them.
#[allow(dead_code, reason = "the tests of the watch use the rest of it")]
#[path = "../watch/support.rs"]
mod both;
mod changes;
mod failures;
mod lookups;
#[path = "../watch/names.rs"]
mod names;
mod process;
#[allow(dead_code, reason = "the tests of the watch use the rest of it")]
#[path = "../watch/sink.rs"]
mod sink;
mod support;
