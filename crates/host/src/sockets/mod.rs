//! Sockets of a network namespace: who listens with which queue, who is connected, which addresses
//! the namespace has.

mod addresses;
mod diag;
mod tables;

use std::net::SocketAddr;

use goodgate_evidence::host::Queue;

pub(crate) use addresses::Addresses;
pub(crate) use tables::{Connections, LISTEN, TIME_WAIT, for_each_tcp, udp_listens};

use crate::namespace::Namespace;
use crate::root::Root;

/// A TCP socket that listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TcpListener {
    pub(crate) bound: SocketAddr,
    pub(crate) v6_only: Option<bool>,
    pub(crate) queue: Queue,
    pub(crate) inode: u64,
}

/// A unix stream socket that listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnixListener {
    /// The path in the words of whoever bound it, which may be relative.
    pub(crate) path: String,
    /// Device and inode of the file, where the kernel told.
    pub(crate) file: Option<(u32, u32)>,
    pub(crate) queue: Queue,
    pub(crate) inode: u64,
}

/// Everything that listens in a namespace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listening {
    pub(crate) tcp: Vec<TcpListener>,
    pub(crate) unix: Vec<UnixListener>,
    /// Why the kernel was not asked for the limits of queues.
    pub(crate) without_limits: Option<String>,
}

/// Lists what listens: by asking the kernel, which tells queues and their limits, or else by
/// reading `/proc/net`, which tells the queue of TCP and nothing of unix sockets.
pub(crate) fn listening(root: &Root, namespace: &Namespace) -> Result<Listening, String> {
    let asked = if root.is_system() {
        namespace.inside(diag::listening).and_then(|listening| listening)
    } else {
        Err("the tree is not the running system".to_owned())
    };
    match asked {
        Ok(listening) => Ok(listening),
        Err(why) => {
            let listening = tables::listening(root, &namespace.proc_net())?;
            Ok(Listening { without_limits: Some(why), ..listening })
        }
    }
}
