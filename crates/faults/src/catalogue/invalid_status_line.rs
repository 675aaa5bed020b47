//! Answers with a status that is no number.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::Script;

pub(super) static ITEM: Fault = Fault {
    name: "invalid_status_line",
    summary: "Answers with the status line `HTTP/1.1 OK`, which has no number.",
    arguments: NONE,
    causes: &["invalid_response_head"],
    protocols: Protocol::HTTP1,
    make: |_| {
        let answer = "HTTP/1.1 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n";
        Ok(Script::after_request().send(answer).then(Then::Close))
    },
};
