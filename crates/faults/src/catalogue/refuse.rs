//! Holds the port and refuses.

use crate::fault::{Fault, Hook, NONE};
use crate::listen::Door;
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "refuse",
    summary: "Holds the address without listening on it, so that connections are refused.",
    arguments: NONE,
    causes: &["connect_refused"],
    protocols: Protocol::STREAMS,
    make: |_| Ok(Hook::Listener(Door::Refusing)),
};
