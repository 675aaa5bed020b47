//! `goodgate demo` as one runs it: what it tells is so, and it leaves nothing.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod chromium;
mod ends;
mod once;
mod support;
