//! Why a gateway does not start.

use std::io;

use crate::settings::values::Bind;

/// Why a gateway does not start, or why a reload was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failed {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: Bind,
        /// The name of a socket for this address that systemd passed.
        passed_as: Option<String>,
        /// What the system said.
        source: io::Error,
    },
    /// No certificate of a listener can be used.
    #[error("cannot serve TLS on {address}: {why}")]
    Tls {
        /// The address.
        address: String,
        /// What is wrong.
        why: String,
    },
    /// The access log cannot be written.
    #[error("cannot open the access log {path}: {source}")]
    Log {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A thread or a runtime cannot be started.
    #[error("cannot start a thread: {0}")]
    Worker(io::Error),
    /// systemd passed no socket of this name.
    #[error("cannot listen on systemd:{name}: no socket of this name was passed")]
    NoSocket {
        /// The name.
        name: String,
        /// The names of those that were passed.
        others: Vec<String>,
    },
    /// The process whose place this one takes did not give way.
    #[error("cannot take the place of the process before: {0}")]
    Predecessor(io::Error),
}
