//! A chain without its middle.

use crate::fault::{Fault, NONE};
use crate::protocol::Protocol;
use crate::tls::{self, Flaw};

pub(super) static ITEM: Fault = Fault {
    name: "tls_incomplete_chain",
    summary: "Shows a certificate of an intermediate authority and leaves that one's certificate out.",
    arguments: NONE,
    causes: &["tls_cert_untrusted"],
    protocols: &[Protocol::Https],
    make: |_| Ok(tls::with_flaw(Flaw::IncompleteChain)),
};
