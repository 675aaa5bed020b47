//! The dashboard as one runs it: three processes of one binary, browsers, users, attackers.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by a panic, and shows what the processes said"
)]

mod attack_list;
mod browser;
mod checks;
mod chromium;
mod deaths;
mod faults;
mod floods;
mod guests;
mod origin;
mod panels;
mod password;
mod proxied;
mod reloads;
mod support;
mod terminal;
mod users;
