//! Sends more than the length says.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::{self, Script};

pub(super) static ITEM: Fault = Fault {
    name: "extra_bytes",
    summary: "Sends a body that is longer than its Content-Length, and keeps the connection.",
    arguments: NONE,
    causes: &["invalid_framing"],
    protocols: Protocol::HTTP1,
    make: |_| {
        let answer = script::head("Content-Length: 3") + "ok\nand more than was announced\n";
        Ok(Script::after_request().in_body().send(answer).then(Then::Keep))
    },
};
