//! Stops in the middle of the response head.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::{self, Script};

pub(super) static ITEM: Fault = Fault {
    name: "stall_in_head",
    summary: "Sends half of the response head and nothing more, with the connection open.",
    arguments: NONE,
    causes: &["response_timeout"],
    protocols: Protocol::HTTP1,
    make: |_| Ok(Script::after_request().send(script::HALF_HEAD).then(Then::Hold)),
};
