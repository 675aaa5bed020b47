//! Sends the body slowly.

use crate::fault::{Argument, Fault, Then};
use crate::protocol::Protocol;
use crate::script::{self, Script};

/// In how many pieces the body is sent.
const PIECES: u32 = 10;

pub(super) static ITEM: Fault = Fault {
    name: "slow_body",
    summary: "Answers at once and sends the body in ten pieces over DURATION.",
    arguments: &[Argument {
        name: "DURATION",
        meaning: "how long the body takes, up to 1h",
        default: "5s",
    }],
    causes: &["body_stalled"],
    protocols: Protocol::HTTP1,
    make: |given| {
        let pause = given.duration("DURATION")? / PIECES;
        let piece = script::text(script::BODY_BYTES / PIECES as usize);
        let length = piece.len() * PIECES as usize;
        let head = script::head(&format!("Content-Length: {length}"));
        let begun = Script::after_request().in_body().send(head);
        let whole = (0..PIECES).fold(begun, |script, _| script.pause(pause).send(piece.clone()));
        Ok(whole.then(Then::Keep))
    },
};
