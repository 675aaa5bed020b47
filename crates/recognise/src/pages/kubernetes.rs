//! The proxy of the Kubernetes API server.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{All, Source, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, Rule, rule, wrote};

/// Its errors are JSON of the kind `Status`.
pub(super) static ITEM: Fingerprint =
    Fingerprint { name: "kubernetes", clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[wrote(
    Product::Kubernetes,
    CERTAIN,
    All(&[Source("\"kind\":"), Source("\"apiversion\":"), Source("\"reason\":")]),
)];

const RULES: &[Rule] = &[
    rule(Text("no endpoints available for service"), &[Sign::NoEndpoints]).taking("service"),
];
