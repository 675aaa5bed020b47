//! Reads whatever was pasted or logged, and says what it shows.
//!
//! Log lines of gateways, application servers and kernels, access lines, error pages and their
//! source, header fields, a browser's own message, excerpts of configurations and plain words: each
//! becomes observations with the very words that were matched. What they mean is decided by
//! `goodgate-causes`.

mod access;
mod bystanders;
mod clients;
mod clock;
pub mod codes;
pub mod config;
mod dependencies;
mod hedges;
pub mod limits;
mod lines;
pub mod pages;
mod places;
mod products;
mod prose;
mod read;
mod record;
mod signature;

pub use clock::timestamp;
pub use read::{Found, Recognition, recognise};
