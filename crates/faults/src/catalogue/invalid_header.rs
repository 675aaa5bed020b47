//! Answers with a header field that is none.

use crate::fault::{Argument, Fault, Then};
use crate::protocol::Protocol;
use crate::script::{self, Script};

pub(super) static ITEM: Fault = Fault {
    name: "invalid_header",
    summary: "Answers with a header field that is none.",
    arguments: &[Argument {
        name: "space_colon|nul|no_colon",
        meaning: "a space before the colon, a NUL in the value, or no colon at all",
        default: "space_colon",
    }],
    causes: &["invalid_response_head"],
    protocols: Protocol::HTTP1,
    make: |given| {
        let field = given.word("space_colon|nul|no_colon", FIELDS)?;
        let fields = format!("Content-Length: 3\r\n{field}");
        Ok(Script::after_request().send(script::head(&fields)).send_body("ok\n").then(Then::Close))
    },
};

const FIELDS: &[(&str, &str)] =
    &[("space_colon", "X-Broken : yes"), ("nul", "X-Broken: ye\0s"), ("no_colon", "X-Broken yes")];
