//! The store through its trait, on real files: what is guaranteed, what a crash and a full disk leave.

#![expect(
    clippy::cast_possible_wrap,
    clippy::unwrap_used,
    reason = "a test fails by a panic, and numbers are small"
)]

mod commit;
mod copies;
mod crash;
mod full;
mod measured;
mod opening;
mod retention;
mod superseded;
mod support;
mod versions;
