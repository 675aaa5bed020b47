//! The watch: checks targets, keeps what was seen, and tells people.

pub mod api;
pub mod channel;
pub mod check;
pub mod delivery;
pub mod desk;
pub mod message;
pub mod pages;
pub mod remedy;
pub mod reporter;
pub mod running;
pub mod schedule;
pub mod settings;
pub mod source;
pub mod store;
