//! Netlify.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{All, Any, Has, Is, Text};
use super::fingerprint::{Clue, Fingerprint, LIKELY, Rule, STRONG, carried, rule, wrote};

const NETLIFY: Product = Product::Netlify;

/// Errors of functions are named in the body.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(NETLIFY, STRONG, Text("error decoding lambda response")),
    wrote(NETLIFY, STRONG, All(&[Text("this function has crashed"), Text("netlify")])),
    wrote(NETLIFY, LIKELY, Text("internal server error. id:")),
    wrote(NETLIFY, STRONG, All(&[Text("not found - request id:"), Has("x-nf-request-id", "")])),
    carried(NETLIFY, Has("x-nf-request-id", "")),
    carried(NETLIFY, Is("server", "netlify")),
];

const RULES: &[Rule] = &[
    rule(
        Any(&[Text("error decoding lambda response"), Text("this function has crashed")]),
        &[Sign::FunctionFailed],
    )
    .by(&[NETLIFY]),
    rule(Text("not found - request id:"), &[Sign::RouteMissing]).by(&[NETLIFY]),
];
