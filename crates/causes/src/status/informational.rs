//! 1xx: interim answers. A client that never sees the final one reports a broken gateway.

use super::Registration::{Registered, Temporary};
use super::Status;

const BASE: Status = Status {
    retry_note: "The final answer follows on the same connection; a gateway that returns only this \
                 one has lost it.",
    ..Status::BASE
};

/// The codes from 100 to 199.
pub(super) const TABLE: &[Status] = &[
    Status {
        code: 100,
        name: "Continue",
        registration: Registered("RFC 9110 section 15.2.1"),
        meaning: "The head of the request was received and the client may send the body. It is sent \
                  when the request says \"Expect: 100-continue\".",
        sender: "the application or the gateway, before a large upload",
        causes: &["early_response_upload", "invalid_response_head"],
        notes: "An upstream that sends 100 and then closes without a final status gives 502 on \
                every gateway.",
        ..BASE
    },
    Status {
        code: 101,
        name: "Switching Protocols",
        registration: Registered("RFC 9110 section 15.2.2"),
        meaning: "The connection changes to the protocol that the request asked for with Upgrade, \
                  most often WebSocket. HTTP ends on it here.",
        sender: "WebSocket servers",
        causes: &["upgrade_failed"],
        notes: "A 101 that the gateway did not ask for is treated as an invalid response (502). \
                HTTP/2 has no 101; it upgrades with CONNECT (RFC 8441).",
        ..BASE
    },
    Status {
        code: 102,
        name: "Processing",
        registration: Registered("RFC 2518 section 10.1"),
        meaning: "The server has the request and is still working on it. WebDAV used it to keep \
                  clients from timing out; it was left out of the later WebDAV specification.",
        sender: "old WebDAV servers",
        notes: "Whether an interim answer resets a gateway's read timeout differs between gateways: \
                do not rely on it against 504.",
        ..BASE
    },
    Status {
        code: 103,
        name: "Early Hints",
        registration: Registered("RFC 8297"),
        meaning: "Header fields, usually Link for preloading, that are likely to be in the final \
                  answer.",
        sender: "applications and edges that preload resources",
        causes: &["invalid_response_head"],
        notes: "A client or gateway that does not expect more than one head may take it for the \
                final answer.",
        ..BASE
    },
    Status {
        code: 104,
        name: "Upload Resumption Supported",
        registration: Temporary("draft-ietf-httpbis-resumable-upload"),
        meaning: "The server can resume this upload if it is interrupted, at the address in \
                  Location.",
        sender: "servers with resumable uploads",
        notes: "A temporary registration: the registry entry names 2026-11-13 as its end.",
        ..BASE
    },
];
