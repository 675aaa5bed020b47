//! The pages for people: what is broken, why, what to do, what was done.
//!
//! A process of its own that asks the watch and the gateway over the interfaces that everybody uses
//! ([`back`]), reads their answers ([`model`]) and makes pages of them (`pages`). [`session`] decides who
//! is there and what they may do; [`start`] puts it all behind a listener. It keeps nothing.

pub mod api;
mod arriving;
pub mod back;
mod checks;
mod drawn;
pub mod examiner;
pub mod limits;
mod metrics;
pub mod model;
mod monitors;
mod pages;
mod router;
mod running;
pub mod session;
pub mod settings;
mod told;
mod words;

pub use running::{Dashboard, Reloaded, SecretOf, Started, Wiring, start};
