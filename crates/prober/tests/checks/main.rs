//! Whole checks, from a monitor's settings to a judged result, against servers on the loopback
//! interface that do as they are told.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may end where it cannot go on")]

mod kinds;
mod lookups;
mod requests;
mod support;
mod tls;
mod wire;
