//! A refusal in place of the handshake.

use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;

use crate::fault::{Argument, Fault, Hook};
use crate::protocol::Protocol;
use crate::tls::{BEFORE_AGREEMENT, Desk, Session, TlsFault, fatal_alert, read_hello};
use crate::wire::{self, BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "tls_alert",
    summary: "Answers the TLS hello with a fatal alert and closes.",
    arguments: &[Argument {
        name: "NUMBER",
        meaning: "the number of the alert (RFC 8446 section 6), from 0 to 255; 40 is \
                  handshake_failure",
        default: "40",
    }],
    causes: &[
        "tls_client_cert_required",
        "tls_handshake_aborted",
        "tls_no_shared_cipher",
        "tls_sni_missing",
        "tls_version_mismatch",
    ],
    protocols: &[Protocol::Https],
    make: |given| {
        let number = given.number("NUMBER", 0..=255)? as u8;
        Ok(Hook::Tls(Arc::new(Alert { number })))
    },
};

struct Alert {
    number: u8,
}

impl TlsFault for Alert {
    fn strike<'a>(&'a self, mut wire: BoxedWire, _: Desk<'a>) -> Step<'a, Option<Session>> {
        Box::pin(async move {
            read_hello(&mut wire).await?;
            wire.write_all(&fatal_alert(BEFORE_AGREEMENT, self.number)).await?;
            wire::close(wire).await;
            Ok(None)
        })
    }
}
