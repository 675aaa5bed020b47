//! Why an origin cannot start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;

use crate::limits;
use crate::listen::Address;
use crate::plan::PlanError;
use crate::protocol::Protocol;
use crate::upstream::Target;

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
    /// A unix socket for the name server.
    #[error("--listen unix:{}: DNS is spoken over UDP and TCP and not on a unix socket; write IP:PORT, such as 127.0.0.1:5353", path.display())]
    DnsOnUnix {
        /// The path.
        path: PathBuf,
    },
    /// A path that no socket can have.
    #[error(
        "--listen unix:{}: the path is over {} bytes, which no socket to listen on can have; choose a shorter one",
        path.display(),
        limits::LISTEN_PATH_BYTES_MAX
    )]
    LongPath {
        /// The path.
        path: PathBuf,
    },
    /// A unix socket is in use, or its path is something else.
    #[error("listen on unix:{}: {problem}", path.display())]
    Occupied {
        /// The path.
        path: PathBuf,
        /// What is there.
        problem: &'static str,
    },
    /// The faults cannot be made as they were asked for.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Requests cannot be passed on over what is spoken.
    #[error("--to passes on HTTP/1.1, which {} is not; leave --to or the protocol away", protocol.name())]
    NoRelay {
        /// What is spoken.
        protocol: Protocol,
    },
    /// The real origin is this one.
    #[error(
        "--to {target} is the --listen address {address} itself, so that requests would go in a circle; name another origin, or leave --to away"
    )]
    Itself {
        /// The real origin.
        target: Target,
        /// Where this one listens.
        address: Address,
    },
    /// An option means nothing to what is spoken.
    #[error("{option} is for {}, and {} is spoken; leave it away", wanted.name(), protocol.name())]
    Unused {
        /// The option.
        option: &'static str,
        /// What it is for.
        wanted: Protocol,
        /// What is spoken.
        protocol: Protocol,
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
