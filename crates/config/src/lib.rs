//! A configuration file as a tree with positions, and errors that say what is wrong where.
//!
//! TOML text becomes a tree in which every value knows where it stands ([`tree`]). A section is a
//! struct declared with [`section!`](crate::section): each key once, with its type, default, bounds
//! and documentation. From that one declaration come the reader that collects every error
//! ([`read()`]), the effective configuration as text ([`show`]) and the reference page
//! ([`describe`], [`page()`]). This crate knows no section itself, reads no file and no environment.

pub mod describe;
pub mod limits;
pub mod page;
mod problem;
mod read;
mod secrecy;
mod section;
mod setting;
pub mod show;
mod source;
mod suggest;
mod syntax;
pub mod tree;
mod values;

pub use page::page;
pub use problem::{Fault, Problem, Severity};
pub use read::{Origins, Reader, Reading, read};
pub use section::{Key, Section, Visitor, prose, units};
pub use setting::{Scalar, Setting, Text, mismatch};
pub use show::{Effective, effective, explain};
pub use source::{Place, Source};
pub use suggest::nearest;
pub use values::{
    HeaderName, HeaderValue, Name, Percent, Secret, SecretSource, Size, StatusRange, number_in,
};

#[doc(hidden)]
pub use setting::read_scalar;
#[doc(hidden)]
pub use values::{one_of, words_explained};
