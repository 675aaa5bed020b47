//! Reads the request and closes.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::Script;

pub(super) static ITEM: Fault = Fault {
    name: "close_after_request",
    summary: "Reads the whole request and closes with a FIN, without a byte of an answer.",
    arguments: NONE,
    causes: &["closed_before_response"],
    protocols: Protocol::HTTP1,
    make: |_| Ok(Script::after_request().then(Then::Close)),
};
