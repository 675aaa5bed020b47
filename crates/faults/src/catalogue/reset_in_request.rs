//! Resets while the request is still coming.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::Script;

pub(super) static ITEM: Fault = Fault {
    name: "reset_in_request",
    summary: "Resets when the head of the request is there, with the body of an upload unread.",
    arguments: NONE,
    causes: &["reset_before_response"],
    protocols: Protocol::HTTP1,
    make: |_| Ok(Script::after_head().then(Then::Reset)),
};
