//! Why an origin cannot start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;

use crate::limits;
use crate::listen::Address;
use crate::protocol::Protocol;

/// Why an origin cannot start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// An address could be reached from other hosts.
    #[error(
        "{option} {address} could be reached from other hosts; take 127.0.0.1, ::1 or a unix socket, or allow it with --allow-non-loopback"
    )]
    NotLoopback {
        /// The option.
        option: &'static str,
        /// The address.
        address: SocketAddr,
    },
    /// An address cannot be listened on.
    #[error("listen on {address}")]
    Listen {
        /// The address.
        address: Address,
        /// What the system said.
        source: io::Error,
    },
    /// A unix socket is in use, or its path is something else.
    #[error("listen on unix:{}: {problem}", path.display())]
    Occupied {
        /// The path.
        path: PathBuf,
        /// What is there.
        problem: &'static str,
    },
    /// A fault cannot be made on what is spoken.
    #[error("{fault} cannot be made on {}; it needs {}", protocol.name(), names(wanted))]
    Protocol {
        /// The fault.
        fault: &'static str,
        /// What is spoken.
        protocol: Protocol,
        /// What it needs.
        wanted: &'static [Protocol],
    },
    /// Two faults need different protocols.
    #[error("{one} and {other} need different protocols; run two origins")]
    Together {
        /// A fault.
        one: &'static str,
        /// Another one.
        other: &'static str,
    },
    /// A fault strikes at a moment at which the option means nothing.
    #[error("{fault} strikes {moment}, so that {option} cannot choose; leave {option} away")]
    Choice {
        /// The fault.
        fault: &'static str,
        /// When it strikes.
        moment: &'static str,
        /// The option.
        option: &'static str,
    },
    /// There are too many faults.
    #[error("{given} faults are too many; at most {} are kept", limits::FAULTS_MAX)]
    TooMany {
        /// How many there are.
        given: usize,
    },
    /// A part of the setting cannot be made.
    #[error("{what}: {problem}")]
    Setting {
        /// What was tried.
        what: String,
        /// What is wrong, and what to do.
        problem: String,
    },
}

fn names(protocols: &[Protocol]) -> String {
    let names: Vec<&str> = protocols.iter().map(|protocol| protocol.name()).collect();
    names.join(" or ")
}
