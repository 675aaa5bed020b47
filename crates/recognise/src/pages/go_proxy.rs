//! Go: the reverse proxy of its standard library, and its TLS server.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{Absent, All, Empty, Is, Status, Text};
use super::fingerprint::{Clue, Fingerprint, Rule, WEAK, rule, wrote};

/// Programs built on `httputil.ReverseProxy` answer 502 with nothing in it.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[wrote(
    Product::GoProxy,
    WEAK,
    All(&[
        Status(502),
        Is("content-length", "0"),
        Empty,
        Absent("server"),
        Absent("via"),
        Absent("cache-control"),
        Absent("l5d-proxy-error"),
    ]),
)];

const RULES: &[Rule] =
    &[rule(Text("client sent an http request to an https server."), &[Sign::PlainHttpToTlsPort])];
