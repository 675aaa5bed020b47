//! A certificate whose time is over.

use crate::fault::{Fault, NONE};
use crate::protocol::Protocol;
use crate::tls::{self, Flaw};

pub(super) static ITEM: Fault = Fault {
    name: "tls_expired",
    summary: "Shows a certificate that expired yesterday.",
    arguments: NONE,
    causes: &["tls_cert_expired"],
    protocols: &[Protocol::Https],
    make: |_| Ok(tls::with_flaw(Flaw::Expired)),
};
