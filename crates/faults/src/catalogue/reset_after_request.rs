//! Reads the request and resets.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::Script;

pub(super) static ITEM: Fault = Fault {
    name: "reset_after_request",
    summary: "Reads the whole request and resets, without a byte of an answer.",
    arguments: NONE,
    causes: &["reset_before_response"],
    protocols: Protocol::HTTP1,
    make: |_| Ok(Script::after_request().then(Then::Reset)),
};
