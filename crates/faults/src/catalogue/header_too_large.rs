//! Answers with one header field of a given size.

use crate::fault::{Argument, Fault, Then};
use crate::protocol::Protocol;
use crate::script::{self, Script};

pub(super) static ITEM: Fault = Fault {
    name: "header_too_large",
    summary: "Answers well, with one header field of SIZE bytes.",
    arguments: &[Argument {
        name: "SIZE",
        meaning: "bytes of the value of the field, from 1 to 1m",
        default: "64k",
    }],
    causes: &["response_header_too_large"],
    protocols: Protocol::HTTP1,
    make: |given| {
        let size = given.size("SIZE", 1..=1024 * 1024)?;
        let fields = format!("Content-Length: 3\r\nSet-Cookie: session={}", "a".repeat(size));
        Ok(Script::after_request().send(script::head(&fields)).send_body("ok\n").then(Then::Keep))
    },
};
