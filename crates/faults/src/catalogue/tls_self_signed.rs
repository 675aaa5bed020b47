//! A certificate that no authority has signed.

use crate::fault::{Fault, NONE};
use crate::protocol::Protocol;
use crate::tls::{self, Flaw};

pub(super) static ITEM: Fault = Fault {
    name: "tls_self_signed",
    summary: "Shows a certificate that is signed by its own key.",
    arguments: NONE,
    causes: &["tls_cert_untrusted"],
    protocols: &[Protocol::Https],
    make: |_| Ok(tls::with_flaw(Flaw::SelfSigned)),
};
