//! What the gateway counts, read from its metrics at two moments: what has happened between them.

mod growth;
mod reader;
mod scrapes;

pub(crate) use growth::Growth;
pub(crate) use scrapes::Scrapes;
