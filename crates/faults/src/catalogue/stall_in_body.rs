//! Stops in the middle of the body.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::{self, Script};

pub(super) static ITEM: Fault = Fault {
    name: "stall_in_body",
    summary: "Sends half of the body and nothing more, with the connection open.",
    arguments: NONE,
    causes: &["body_stalled"],
    protocols: Protocol::HTTP1,
    make: |_| {
        let head = script::head(&format!("Content-Length: {}", script::BODY_BYTES));
        let half = script::text(script::BODY_BYTES / 2);
        Ok(Script::after_request().in_body().send(head + &half).then(Then::Hold))
    },
};
