//! A configuration file as a tree with positions, and errors that say what is wrong where.
//!
//! TOML text becomes a tree in which every value knows where it stands ([`document`]). A section is
//! a struct declared with [`section!`](crate::section): each key once, with its type, default,
//! bounds and documentation. From that one declaration come the reader that collects every error
//! ([`read`]), the effective configuration as text ([`show`]) and the reference page
//! ([`describe`]). This crate knows no section itself, reads no file and no environment.

pub mod limits;
mod section;
mod values;

pub use values::{Percent, Secret, SecretSource, Size};

#[doc(hidden)]
pub use section::units;
