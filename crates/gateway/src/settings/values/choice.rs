//! Values that are one of a few words or something of one's own.

use std::path::PathBuf;

use super::HeaderName;

/// What keeps a client at its endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HashKey {
    /// The address of the client.
    Client,
    /// The value of a header field.
    Header(HeaderName),
    /// The value of a cookie.
    Cookie(String),
}

/// Where a log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogTarget {
    /// Nowhere.
    Off,
    /// Standard output.
    Stdout,
    /// A file, which is appended to.
    File(PathBuf),
}

/// How many workers carry requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerCount {
    /// One on each core that the process may use.
    Auto,
    /// This many.
    Fixed(u16),
}
