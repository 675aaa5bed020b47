//! The watch: checks targets, keeps what was seen, and tells people.

pub mod channel;
pub mod message;
pub mod store;
