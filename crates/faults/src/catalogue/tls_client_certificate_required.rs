//! A server that takes no client without a certificate.

use std::sync::Arc;

use tokio::time::timeout;

use crate::fault::{Fault, Hook, NONE};
use crate::limits;
use crate::protocol::Protocol;
use crate::tls::{Desk, Session, TlsFault, refuse_without_certificate};
use crate::wire::{self, BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "tls_client_certificate_required",
    summary: "Wants a client certificate and takes none: a client of TLS 1.3 learns it after its \
              handshake, by the alert certificate_required, one of TLS 1.2 within, by \
              handshake_failure.",
    arguments: NONE,
    causes: &["tls_client_cert_required"],
    protocols: &[Protocol::Https],
    make: |_| Ok(Hook::Tls(Arc::new(CertificateRequired))),
};

struct CertificateRequired;

impl TlsFault for CertificateRequired {
    fn strike<'a>(&'a self, mut wire: BoxedWire, desk: Desk<'a>) -> Step<'a, Option<Session>> {
        Box::pin(async move {
            let config = desk.material.demanding(desk.alpn);
            let refusing = refuse_without_certificate(config, &mut wire);
            timeout(limits::REQUEST_WAIT_MAX, refusing).await??;
            wire::close(wire).await;
            Ok(None)
        })
    }
}
