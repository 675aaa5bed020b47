//! Caddy: an empty body under its own name.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{All, Any, Empty, Has, Is, Starts, Status};
use super::fingerprint::{Clue, Fingerprint, Rule, STRONG, carried, rule, served, wrote};

const CADDY: Product = Product::Caddy;

/// Caddy keeps the name of the upstream's server on what it forwards; alone, its name is its own.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(
        CADDY,
        STRONG,
        All(&[
            Is("server", "caddy"),
            Empty,
            Is("content-length", "0"),
            Any(&[Status(500), Status(502), Status(503), Status(504)]),
        ]),
    ),
    served(CADDY, Starts("server", "caddy")),
    carried(CADDY, Has("via", "caddy")),
];

const RULES: &[Rule] = &[
    rule(All(&[Status(503), Empty]), &[Sign::NoLiveUpstream]).by(&[CADDY]),
    rule(All(&[Status(504), Empty]), &[Sign::TimeoutSomewhere]).by(&[CADDY]),
];
