//! Fly.io: an empty body; the reason stands only in its log.

use goodgate_evidence::Product;

use super::fingerprint::When::{All, Any, Empty, Has, Starts, Status};
use super::fingerprint::{Clue, Fingerprint, WEAK, carried, wrote};

const FLY: Product = Product::Fly;

/// `fly-request-id` stands on everything that went through.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: &[], more: None };

const CLUES: &[Clue] = &[
    wrote(
        FLY,
        WEAK,
        All(&[
            Starts("server", "fly/"),
            Has("fly-request-id", ""),
            Empty,
            Any(&[Status(502), Status(503)]),
        ]),
    ),
    carried(FLY, Has("fly-request-id", "")),
    carried(FLY, Starts("server", "fly/")),
    carried(FLY, Has("via", "fly.io")),
];
