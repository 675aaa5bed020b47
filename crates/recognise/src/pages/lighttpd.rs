//! lighttpd: XHTML with an XML declaration.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{All, Source, Starts, Status};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, Rule, rule, served, wrote};

const LIGHTTPD: Product = Product::Lighttpd;

/// lighttpd still declares its pages as iso-8859-1 XHTML.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(
        LIGHTTPD,
        CERTAIN,
        All(&[
            Source("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>"),
            Source("xhtml 1.0 transitional"),
            Source("<h1>"),
        ]),
    ),
    served(LIGHTTPD, Starts("server", "lighttpd")),
];

const RULES: &[Rule] = &[
    rule(Status(502), &[Sign::ResponseInvalid]).by(&[LIGHTTPD]),
    // Refused, timed out, all handlers down: the page is the same.
    rule(Status(503), &[Sign::ConnectFailed]).by(&[LIGHTTPD]),
    rule(Status(504), &[Sign::HeadTimeout]).by(&[LIGHTTPD]),
];
