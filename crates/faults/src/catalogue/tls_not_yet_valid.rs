//! A certificate whose time has not begun.

use crate::fault::{Fault, NONE};
use crate::protocol::Protocol;
use crate::tls::{self, Flaw};

pub(super) static ITEM: Fault = Fault {
    name: "tls_not_yet_valid",
    summary: "Shows a certificate that becomes valid in 30 days.",
    arguments: NONE,
    causes: &["tls_cert_expired"],
    protocols: &[Protocol::Https],
    make: |_| Ok(tls::with_flaw(Flaw::NotYetValid)),
};
