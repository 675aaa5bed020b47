//! Closes a kept connection after a number of responses.

use crate::fault::{Argument, Fault, Hook, Kept};
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "close_after_requests",
    summary: "Closes a kept connection after N responses, none of which says so.",
    arguments: &[Argument { name: "N", meaning: "responses, from 1 to 1000000", default: "1" }],
    causes: &["stale_keepalive"],
    protocols: Protocol::HTTP1,
    make: |given| Ok(Hook::Kept(Kept::Requests(given.number("N", 1..=1_000_000)?))),
};
