//! Pingora: an empty body that must not be stored.

use goodgate_evidence::Product;

use super::fingerprint::When::{Absent, All, Empty, Is, Starts};
use super::fingerprint::{Clue, Fingerprint, LIKELY, served, wrote};

/// Pingora's own errors carry `Cache-Control: private, no-store`.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: &[], more: None };

const CLUES: &[Clue] = &[
    wrote(
        Product::Pingora,
        LIKELY,
        All(&[
            Is("cache-control", "private, no-store"),
            Is("content-length", "0"),
            Empty,
            Absent("via"),
        ]),
    ),
    served(Product::Pingora, Starts("server", "pingora")),
];
