//! Sends an interim answer and closes.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::Script;

pub(super) static ITEM: Fault = Fault {
    name: "informational_only",
    summary: "Sends `100 Continue` and closes with a FIN, without a final answer.",
    arguments: NONE,
    causes: &["response_header_truncated"],
    protocols: Protocol::HTTP1,
    make: |_| Ok(Script::after_request().send("HTTP/1.1 100 Continue\r\n\r\n").then(Then::Close)),
};
