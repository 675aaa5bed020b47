//! Answers late.

use crate::fault::{Argument, Fault, Then};
use crate::protocol::Protocol;
use crate::script::Script;

pub(super) static ITEM: Fault = Fault {
    name: "slow_head",
    summary: "Waits before the answer, which is then complete; in front of a real origin it is that of the origin.",
    arguments: &[Argument {
        name: "DURATION",
        meaning: "how long it waits, up to 1h",
        default: "5s",
    }],
    causes: &["response_timeout"],
    protocols: Protocol::HTTP1,
    make: |given| {
        let pause = given.duration("DURATION")?;
        Ok(Script::before_answer().pause(pause).then(Then::Answer))
    },
};
