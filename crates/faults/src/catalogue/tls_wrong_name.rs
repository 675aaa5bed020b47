//! A certificate for another host.

use crate::fault::{Fault, NONE};
use crate::protocol::Protocol;
use crate::tls::{self, Flaw};

pub(super) static ITEM: Fault = Fault {
    name: "tls_wrong_name",
    summary: "Shows a certificate that is for another-host.invalid alone.",
    arguments: NONE,
    causes: &["tls_cert_name_mismatch"],
    protocols: &[Protocol::Https],
    make: |_| Ok(tls::with_flaw(Flaw::WrongName)),
};
