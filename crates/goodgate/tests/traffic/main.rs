//! The watch of a running gateway by its admin listener: what it hears of failures, reloads, hand-overs and
//! the death of the process.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may end where it cannot go on"
)]

mod changes;
mod failures;
mod process;
mod support;
