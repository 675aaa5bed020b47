//! Answers an upload before it has come, and closes.

use crate::fault::{Argument, Fault, Then};
use crate::protocol::Protocol;
use crate::script::{self, Script};

pub(super) static ITEM: Fault = Fault {
    name: "early_answer",
    summary: "Answers a request that has a body before reading it, and closes with the body unread.",
    arguments: &[Argument {
        name: "STATUS",
        meaning: "the status of the answer, from 400 to 599",
        default: "413",
    }],
    causes: &["early_response_upload"],
    protocols: Protocol::HTTP1,
    make: |given| {
        let status = script::status_line(given.number("STATUS", 400..=599)?);
        let body = format!("{status}\n");
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        );
        Ok(Script::after_head().in_upload().send(answer).then(Then::Drop))
    },
};
