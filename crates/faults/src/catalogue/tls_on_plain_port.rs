//! TLS where plain HTTP is expected.

use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;

use crate::fault::{Argument, Fault, Hook};
use crate::protocol::Protocol;
use crate::replay;
use crate::tls::{BEFORE_AGREEMENT, Desk, Flaw, HANDSHAKE, Session, TlsFault, fatal_alert};
use crate::wire::{self, BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "tls_on_plain_port",
    summary: "Speaks TLS on a port said to be plain: refuses plain HTTP as TLS servers do, and \
              serves TLS well.",
    arguments: &[Argument {
        name: "alert|close|nginx400",
        meaning: "how plain HTTP is refused: by a TLS alert, by a FIN as of OpenSSL, or by a page \
                  as of nginx",
        default: "alert",
    }],
    causes: &["closed_before_response", "plaintext_to_tls_port"],
    protocols: &[Protocol::Https],
    make: |given| Ok(Hook::Tls(Arc::new(Tls { how: given.word("alert|close|nginx400", HOWS)? }))),
};

const HOWS: &[(&str, How)] =
    &[("alert", How::Alert), ("close", How::Close), ("nginx400", How::Nginx400)];

/// The alert `protocol_version`: a request line has no version of TLS where a record has one.
const PROTOCOL_VERSION: u8 = 70;

/// The page by which nginx is known, in other words but for its title.
const PAGE: &str = "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title>\
    </head><body>Speak TLS to this port.</body></html>\r\n";

#[derive(Clone, Copy)]
enum How {
    Alert,
    Close,
    Nginx400,
}

struct Tls {
    how: How,
}

impl TlsFault for Tls {
    fn strike<'a>(&'a self, wire: BoxedWire, desk: Desk<'a>) -> Step<'a, Option<Session>> {
        Box::pin(async move {
            let (first, mut wire) = replay::first_byte(wire).await?;
            if first == Some(HANDSHAKE) {
                return desk.shake(wire, Flaw::None).await.map(Some);
            }
            wire.write_all(&self.refusal()).await?;
            wire::close(wire).await;
            Ok(None)
        })
    }
}

impl Tls {
    fn refusal(&self) -> Vec<u8> {
        match self.how {
            How::Alert => fatal_alert(BEFORE_AGREEMENT, PROTOCOL_VERSION).to_vec(),
            How::Close => Vec::new(),
            How::Nginx400 => {
                let length = PAGE.len();
                format!(
                    "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Type: text/html\r\n\
                     Content-Length: {length}\r\nConnection: close\r\n\r\n{PAGE}"
                )
                .into_bytes()
            }
        }
    }
}
