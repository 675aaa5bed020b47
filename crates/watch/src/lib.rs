//! The watch: checks targets, keeps what was seen, and tells people.

pub mod store;
