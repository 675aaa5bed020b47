//! Listens, keeps the queue full and accepts nobody.

use crate::fault::{Fault, Hook, NONE};
use crate::listen::Door;
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "listen_queue_full",
    summary: "Keeps the listen queue full and accepts nobody: TCP drops what else comes, a unix socket says EAGAIN.",
    arguments: NONE,
    causes: &["accept_queue_full", "connect_filtered"],
    protocols: Protocol::STREAMS,
    make: |_| Ok(Hook::Listener(Door::Full)),
};
