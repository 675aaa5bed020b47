//! Switches protocols without being asked.

use crate::fault::{Fault, NONE, Then};
use crate::protocol::Protocol;
use crate::script::Script;

pub(super) static ITEM: Fault = Fault {
    name: "unexpected_upgrade",
    summary: "Answers `101 Switching Protocols` to a request that asked for no upgrade, and closes.",
    arguments: NONE,
    causes: &["upgrade_failed"],
    protocols: Protocol::HTTP1,
    make: |_| {
        let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
                      Connection: Upgrade\r\n\r\n";
        Ok(Script::after_request().send(answer).then(Then::Close))
    },
};
