//! Ends in the middle of the body.

use crate::fault::{Argument, Fault, Then};
use crate::protocol::Protocol;
use crate::script::{self, Script};

pub(super) static ITEM: Fault = Fault {
    name: "truncated_body",
    summary: "Sends half of the body and closes with a FIN.",
    arguments: &[Argument {
        name: "length|chunked",
        meaning: "whether the body has a length, or chunks of which the last is missing",
        default: "length",
    }],
    causes: &["body_truncated"],
    protocols: Protocol::HTTP1,
    make: |given| {
        let is_chunked = given.word("length|chunked", &[("length", false), ("chunked", true)])?;
        let half = script::text(script::BODY_BYTES / 2);
        let answer = if is_chunked {
            let head = script::head("Transfer-Encoding: chunked");
            format!("{head}{:x}\r\n{half}\r\n", half.len())
        } else {
            script::head(&format!("Content-Length: {}", script::BODY_BYTES)) + &half
        };
        Ok(Script::after_request().in_body().send(answer).then(Then::Close))
    },
};
