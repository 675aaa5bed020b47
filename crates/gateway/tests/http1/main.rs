//! The HTTP/1.1 codec of the gateway: tables of malformed and smuggling messages, and laws.
//!
//! Each message of a table is fed whole, byte by byte, and split at each position; what comes out
//! may not depend on that.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by a panic, and figures are printed"
)]

mod bodies;
mod drive;
mod fuzz;
mod laws;
mod requests;
mod responses;
mod speed;
mod writing;
