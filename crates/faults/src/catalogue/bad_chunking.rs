//! Sends chunks whose size is no number.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::{self, Script};

pub(super) static ITEM: Fault = Fault {
    name: "bad_chunking",
    summary: "Sends a chunked body in which the size of a chunk is no number.",
    arguments: NONE,
    causes: &["invalid_chunking"],
    protocols: Protocol::HTTP1,
    make: |_| {
        let answer = script::head("Transfer-Encoding: chunked") + "xyz\r\nok\n\r\n0\r\n\r\n";
        Ok(Script::after_request().in_body().send(answer).then(Then::Close))
    },
};
