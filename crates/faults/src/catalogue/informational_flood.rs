//! Sends interim answers without end.

use crate::fault::{Argument, Fault, Then};
use crate::protocol::Protocol;
use crate::script::Script;

pub(super) static ITEM: Fault = Fault {
    name: "informational_flood",
    summary: "Sends COUNT interim answers (`103 Early Hints`) before the final one.",
    arguments: &[Argument {
        name: "COUNT",
        meaning: "interim answers, from 1 to 100000",
        default: "1000",
    }],
    causes: &["invalid_response_head"],
    protocols: Protocol::HTTP1,
    make: |given| {
        let count = given.number("COUNT", 1..=100_000)?;
        let hint = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n";
        Ok(Script::before_answer().repeat(hint, count).then(Then::Answer))
    },
};
