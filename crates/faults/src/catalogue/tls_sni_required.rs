//! A server that wants to be called by its name.

use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;

use crate::fault::{Argument, Fault, Hook};
use crate::limits;
use crate::protocol::Protocol;
use crate::tls::{BEFORE_AGREEMENT, Desk, Flaw, Session, TlsFault, fatal_alert};
use crate::wire::{self, BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "tls_sni_required",
    summary: "Refuses clients that name no host in the TLS hello (SNI) by a fatal alert; works for \
              the others.",
    arguments: &[Argument {
        name: "NUMBER",
        meaning: "the number of the alert: 112 is unrecognized_name, as of a server that looks for \
                  a name; 40 is handshake_failure, as of one without a certificate",
        default: "112",
    }],
    causes: &["tls_sni_missing"],
    protocols: &[Protocol::Https],
    make: |given| {
        let number = given.number("NUMBER", 0..=255)? as u8;
        Ok(Hook::Tls(Arc::new(SniRequired { number })))
    },
};

struct SniRequired {
    number: u8,
}

impl TlsFault for SniRequired {
    fn strike<'a>(&'a self, wire: BoxedWire, desk: Desk<'a>) -> Step<'a, Option<Session>> {
        Box::pin(async move {
            let reading = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), wire);
            let mut start = timeout(limits::REQUEST_WAIT_MAX, reading).await??;
            if start.client_hello().server_name().is_none() {
                start.io.write_all(&fatal_alert(BEFORE_AGREEMENT, self.number)).await?;
                wire::close(start.io).await;
                return Ok(None);
            }
            let config = desk.material.config(Flaw::None, desk.alpn);
            let shaking = start.into_stream(config);
            Ok(Some(Session::of(timeout(limits::REQUEST_WAIT_MAX, shaking).await??)))
        })
    }
}
