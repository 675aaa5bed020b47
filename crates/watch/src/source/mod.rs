//! What is watched without checks of the schedule: the gateway's own traffic, error budgets, and changes
//! that we see ourselves.
//!
//! Each source decides in pure code, fed with what was read and the time, and has a thin shell that reads
//! and tells the [desk](crate::desk). Another source, such as the log of a foreign gateway, would be one
//! more folder here: it needs nothing but a way to the desk.

pub mod budget;
pub mod changes;
pub mod domains;
pub mod limits;
pub mod own;
mod part;
mod span;
pub mod traffic;
mod words;
