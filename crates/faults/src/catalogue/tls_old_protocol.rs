//! A server that has missed TLS 1.2.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::fault::{Argument, Fault, Hook};
use crate::limits;
use crate::protocol::Protocol;
use crate::tls::{
    Desk, OldAnswer, OldVersion, Opening, Session, TlsFault, after_flight, read_hello,
};
use crate::wire::{self, BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "tls_old_protocol",
    summary: "Speaks one old version alone: refuses clients without it by the alert \
              protocol_version, and shows the others its hello and certificate. No handshake ends \
              well, since the certificate's key does not exist.",
    arguments: &[Argument {
        name: "1.0|1.1|ssl3",
        meaning: "the only version that is spoken: TLS 1.0, TLS 1.1 or SSL 3.0",
        default: "1.0",
    }],
    causes: &["tls_version_mismatch"],
    protocols: &[Protocol::Https],
    make: |given| Ok(Hook::Tls(Arc::new(Old { version: given.word("1.0|1.1|ssl3", VERSIONS)? }))),
};

const VERSIONS: &[(&str, OldVersion)] =
    &[("1.0", OldVersion::Tls10), ("1.1", OldVersion::Tls11), ("ssl3", OldVersion::Ssl3)];

struct Old {
    version: OldVersion,
}

impl TlsFault for Old {
    fn strike<'a>(&'a self, mut wire: BoxedWire, desk: Desk<'a>) -> Step<'a, Option<Session>> {
        Box::pin(async move {
            if let Opening::Hello(hello) = read_hello(&mut wire).await? {
                match desk.material.old_answer(self.version, &hello)? {
                    OldAnswer::Refusal(bytes) => wire.write_all(&bytes).await?,
                    OldAnswer::Flight(bytes) => self.show(&mut wire, &bytes).await?,
                }
            }
            wire::close(wire).await;
            Ok(None)
        })
    }
}

impl Old {
    /// Sends hello and certificate, and refuses whatever the client says to them.
    async fn show(&self, wire: &mut BoxedWire, flight: &[u8]) -> std::io::Result<()> {
        wire.write_all(flight).await?;
        let mut answer = [0; 1024];
        if timeout(limits::REQUEST_WAIT_MAX, wire.read(&mut answer)).await?? > 0 {
            wire.write_all(&after_flight(self.version)).await?;
        }
        Ok(())
    }
}
