//! Answers in another protocol.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::fault::{Accepted, Argument, Fault, Hook, Then};
use crate::limits;
use crate::protocol::Protocol;
use crate::script::Script;
use crate::wire::{self, BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "no_status_line",
    summary: "Answers in a protocol that is not HTTP/1, and closes.",
    arguments: &[Argument {
        name: "ssh|garbage|http2|tls",
        meaning: "the banner of an SSH server, sent as soon as a connection is there; bytes without \
                  sense; frames of HTTP/2; a TLS alert",
        default: "ssh",
    }],
    causes: &["not_http", "http_version_mismatch", "plaintext_to_tls_port"],
    protocols: Protocol::HTTP1,
    make: |given| {
        let answer = given.word("ssh|garbage|http2|tls", ANSWERS)?;
        Ok(match answer {
            Some(bytes) => Script::after_request().send(bytes).then(Then::Close),
            None => Hook::Accepted(Arc::new(Ssh)),
        })
    },
};

const ANSWERS: &[(&str, Option<&[u8]>)] = &[
    ("ssh", None),
    ("garbage", Some(b"\x00\x9f\x92\x96\xc3\x28\xff\xfe\x80\x81 \x07\x1b\xf0\x28\x8c\x28\n")),
    // SETTINGS without a setting, then GOAWAY with PROTOCOL_ERROR (RFC 9113 sections 6.5 and 6.8).
    (
        "http2",
        Some(
            b"\x00\x00\x00\x04\x00\x00\x00\x00\x00\
              \x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01",
        ),
    ),
    // A fatal alert, protocol_version, as a TLS server sends it to what is no handshake.
    ("tls", Some(b"\x15\x03\x01\x00\x02\x02\x46")),
];

/// An SSH server: it speaks first, and has no sense of HTTP.
struct Ssh;

impl Accepted for Ssh {
    fn strike(&self, mut wire: BoxedWire) -> Step<'_, Option<BoxedWire>> {
        Box::pin(async move {
            wire.write_all(b"SSH-2.0-OpenSSH_9.2p1\r\n").await?;
            wire.flush().await?;
            let mut first = [0; 1024];
            if timeout(limits::REQUEST_WAIT_MAX, wire.read(&mut first)).await?? > 0 {
                wire.write_all(b"Invalid SSH identification string.\r\n").await?;
            }
            wire::close(wire).await;
            Ok(None)
        })
    }
}
