//! The API of the watch over real sockets, with a real store.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod changing;
mod doors;
mod links;
mod many;
mod reading;
mod report;
mod rights;
mod stand;
