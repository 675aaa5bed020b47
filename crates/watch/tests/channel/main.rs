//! Channels against servers on loopback: what arrives at a provider, and what becomes of every way in which
//! it can fail.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by a panic")]

mod broken;
mod chat;
mod mail;
mod paging;
mod provider;
mod proxy;
mod sms;
mod support;
mod trust;
mod webhook;
