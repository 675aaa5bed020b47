//! Reads the request and is silent.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::Script;

pub(super) static ITEM: Fault = Fault {
    name: "never_answer",
    summary: "Reads the whole request and never answers, with the connection open.",
    arguments: NONE,
    causes: &["response_timeout"],
    protocols: Protocol::HTTP1,
    make: |_| Ok(Script::after_request().then(Then::Hold)),
};
