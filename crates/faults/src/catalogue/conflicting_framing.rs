//! Answers with a head that says two things about the length of the body, or nothing sensible.

use crate::fault::{Argument, Fault, Then};
use crate::protocol::Protocol;
use crate::script::{self, Script};

pub(super) static ITEM: Fault = Fault {
    name: "conflicting_framing",
    summary: "Answers with a head that contradicts itself about the length of the body.",
    arguments: &[Argument {
        name: "cl_te|dup_cl|bad_cl|unknown_te",
        meaning: "a length and chunks, two lengths, a length that is no number, or an unknown coding",
        default: "cl_te",
    }],
    causes: &["invalid_framing"],
    protocols: Protocol::HTTP1,
    make: |given| {
        let (fields, body) = given.word("cl_te|dup_cl|bad_cl|unknown_te", FRAMINGS)?;
        let answer = Script::after_request().in_body().send(script::head(fields) + body);
        Ok(answer.then(Then::Close))
    },
};

const FRAMINGS: &[(&str, (&str, &str))] = &[
    ("cl_te", ("Content-Length: 3\r\nTransfer-Encoding: chunked", "3\r\nok\n\r\n0\r\n\r\n")),
    ("dup_cl", ("Content-Length: 3\r\nContent-Length: 30", "ok\n")),
    ("bad_cl", ("Content-Length: three", "ok\n")),
    ("unknown_te", ("Transfer-Encoding: rot13", "bx\n")),
];
