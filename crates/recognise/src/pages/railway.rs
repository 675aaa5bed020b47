//! Railway.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{All, Any, Has, Source, Starts, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, carried, rule, wrote};

const RAILWAY: Product = Product::Railway;

/// `x-railway-fallback: true` stands on answers that the edge made.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(RAILWAY, CERTAIN, Has("x-railway-fallback", "true")),
    wrote(
        RAILWAY,
        STRONG,
        All(&[Text("application failed to respond"), Source("\"status\":\"error\"")]),
    ),
    wrote(RAILWAY, LIKELY, Text("application failed to respond")),
    wrote(RAILWAY, STRONG, Text("the train has not arrived at the station")),
    carried(RAILWAY, Any(&[Has("x-railway-request-id", ""), Has("x-railway-edge", "")])),
    carried(RAILWAY, Starts("server", "railway")),
];

const RULES: &[Rule] = &[
    rule(Text("application failed to respond"), &[Sign::PlatformNoInstance]).by(&[RAILWAY]),
    rule(Text("the train has not arrived at the station"), &[Sign::RouteMissing]),
];
