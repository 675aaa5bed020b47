//! The access log: a line for each request, with the cause and the attempts where it failed.

mod line;
mod refused;
mod writer;

pub(crate) use line::{combined, json};
pub(crate) use refused::Refused;
pub(crate) use writer::{Destination, Lines, Log};
