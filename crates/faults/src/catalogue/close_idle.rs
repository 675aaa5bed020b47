//! Closes kept connections that were idle for a while.

use crate::fault::{Argument, Fault, Hook, Kept, Then};
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "close_idle",
    summary: "Closes a kept connection that was idle for AFTER, with a FIN or a reset; late: not \
              before the next request comes on it, as when both cross on the way.",
    arguments: &[
        Argument {
            name: "AFTER",
            meaning: "how long a connection may be idle after an answer, up to 1h",
            default: "1s",
        },
        Argument {
            name: "fin|rst|late_fin|late_rst",
            meaning: "how it ends, and whether at once or when the next request comes",
            default: "fin",
        },
    ],
    causes: &["stale_keepalive"],
    protocols: Protocol::HTTP1,
    make: |given| {
        let after = given.duration("AFTER")?;
        let (end, is_late) = given.word("fin|rst|late_fin|late_rst", ENDS)?;
        Ok(Hook::Kept(Kept::Idle { after, end, is_late }))
    },
};

const ENDS: &[(&str, (Then, bool))] = &[
    ("fin", (Then::Close, false)),
    ("rst", (Then::Reset, false)),
    ("late_fin", (Then::Close, true)),
    ("late_rst", (Then::Reset, true)),
];
