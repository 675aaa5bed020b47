//! The proxy of the Kubernetes API server.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{All, Any, Source, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, Rule, rule, wrote};

/// Its errors are JSON of the kind `Status`.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[wrote(
    Product::Kubernetes,
    CERTAIN,
    All(&[
        Any(&[Source("\"kind\":\"status\""), Source("\"kind\": \"status\"")]),
        Any(&[Source("\"status\":\"failure\""), Source("\"status\": \"failure\"")]),
        Source("\"apiversion\":"),
    ]),
)];

const RULES: &[Rule] =
    &[rule(Text("no endpoints available for service"), &[Sign::NoEndpoints]).taking("service")];
