//! Resets in the middle of the response head.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::{self, Script};

pub(super) static ITEM: Fault = Fault {
    name: "reset_in_head",
    summary: "Resets in the middle of the response head.",
    arguments: NONE,
    causes: &["reset_before_response", "response_header_truncated"],
    protocols: Protocol::HTTP1,
    make: |_| Ok(Script::after_request().send(script::HALF_HEAD).then(Then::Reset)),
};
