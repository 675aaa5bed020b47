//! Akamai: a reference number and text written in character references.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{All, Any, Has, Starts, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, Rule, STRONG, carried, rule, served, wrote};

const AKAMAI: Product = Product::Akamai;

/// The reference number is what Akamai asks for.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(AKAMAI, CERTAIN, Text("errors.edgesuite.net")),
    wrote(
        AKAMAI,
        STRONG,
        All(&[Text("an error occurred while processing your request."), Text("reference #")]),
    ),
    wrote(AKAMAI, STRONG, All(&[Text("gateway timeout"), Text("reference #")])),
    wrote(AKAMAI, STRONG, All(&[Text("you don't have permission to access"), Text("reference #")])),
    served(AKAMAI, Any(&[Starts("server", "akamaighost"), Starts("server", "akamainetstorage")])),
    carried(AKAMAI, Has("akamai-grn", "")),
    carried(AKAMAI, Has("x-reference-error", "")),
    carried(AKAMAI, Has("via", "akamai")),
];

const RULES: &[Rule] = &[
    // References that start with 18 are refusals by a rule.
    rule(Text("reference #18."), &[Sign::ClientRequestInvalid]).by(&[AKAMAI]),
];
