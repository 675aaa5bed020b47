//! Channels against servers on loopback: what arrives at a provider, and what becomes of every way in which
//! it can fail.

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
