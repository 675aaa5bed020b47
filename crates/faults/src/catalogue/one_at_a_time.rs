//! Serves one connection at a time.

use crate::fault::{Fault, Hook, NONE};
use crate::listen::Door;
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "one_at_a_time",
    summary: "Serves one connection at a time; the others wait in the queue, connected and unanswered.",
    arguments: NONE,
    causes: &["app_pool_exhausted", "response_timeout"],
    protocols: Protocol::STREAMS,
    make: |_| Ok(Hook::Listener(Door::OneAtATime)),
};
