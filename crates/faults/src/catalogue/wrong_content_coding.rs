//! Sends plain text as gzip.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::{self, Script};

pub(super) static ITEM: Fault = Fault {
    name: "wrong_content_coding",
    summary: "Sends plain text and says `Content-Encoding: gzip`.",
    arguments: NONE,
    causes: &["bad_content_coding"],
    protocols: Protocol::HTTP1,
    make: |_| {
        let fields = "Content-Encoding: gzip\r\nContent-Length: 22";
        let answer = script::head(fields) + "this is no gzip, sure\n";
        Ok(Script::after_request().in_body().send(answer).then(Then::Keep))
    },
};
