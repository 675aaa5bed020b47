//! Traefik: the status text as plain text, without a `Server` field.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{self, Absent, All, Any, Is, Starts, Status, Whole};
use super::fingerprint::{Clue, Fingerprint, LIKELY, Rule, STRONG, rule, wrote};

const TRAEFIK: Product = Product::Traefik;

/// Other programs answer with the bare status text as well, but rarely without any `Server`.
const BARE: When = All(&[
    Any(&[
        Whole("bad gateway"),
        Whole("gateway timeout"),
        Whole("internal server error"),
        Whole("client closed request"),
    ]),
    Absent("server"),
    Absent("x-powered-by"),
    Any(&[Starts("content-type", "text/plain"), Absent("content-type")]),
]);

/// Traefik's words are Go's; the missing `Server` is part of the evidence.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(TRAEFIK, LIKELY, BARE),
    wrote(TRAEFIK, STRONG, Whole("no available server")),
    wrote(
        TRAEFIK,
        0.0,
        All(&[
            Whole("404 page not found"),
            Absent("server"),
            Is("content-type", "text/plain; charset=utf-8"),
        ]),
    ),
];

const RULES: &[Rule] = &[
    rule(Whole("no available server"), &[Sign::NoLiveUpstream]),
    rule(Status(502), &[Sign::NoTimeout]).by(&[TRAEFIK]),
    rule(Status(504), &[Sign::TimeoutSomewhere]).by(&[TRAEFIK]),
];
