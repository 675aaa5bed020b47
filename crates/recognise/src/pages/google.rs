//! Google: the cloud load balancer, the front ends of its own services, App Engine.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{self, All, Any, Has, Is, Starts, Text};
use super::fingerprint::{
    CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, carried, rule, served, wrote,
};

const LB: Product = Product::GcpLb;
const GFE: Product = Product::GoogleFrontEnd;

const TEMPORARY: When =
    Text("the server encountered a temporary error and could not complete your request.");

/// The pages of the two differ in "Error: Server Error" and "That's an error".
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(LB, CERTAIN, All(&[TEMPORARY, Text("error: server error")])),
    wrote(LB, STRONG, All(&[Text("502 server error"), TEMPORARY])),
    wrote(LB, LIKELY, Text("502 server error: the server encountered a temporary error")),
    wrote(
        LB,
        STRONG,
        All(&[
            Text("error: server error"),
            Text("the server encountered an error and could not complete your request."),
        ]),
    ),
    wrote(LB, STRONG, Text("(backend notfound), service rules for the path non-existent")),
    carried(LB, Is("via", "1.1 google")),
    wrote(GFE, CERTAIN, Text("that's an error. the server encountered a temporary error")),
    wrote(GFE, STRONG, Text("that's an error")),
    wrote(GFE, STRONG, Text("that's all we know")),
    wrote(GFE, STRONG, Any(&[Text("(server error)!!1"), Text("(bad gateway)!!1")])),
    wrote(GFE, LIKELY, Any(&[Text("temporary error (502)"), Text("temporary error (500)")])),
    served(GFE, Any(&[Is("server", "gse"), Is("server", "gws"), Starts("server", "gfe")])),
    carried(GFE, Has("server", "google frontend")),
];

const RULES: &[Rule] = &[
    rule(
        Text("(backend notfound), service rules for the path non-existent"),
        &[Sign::RouteMissing],
    ),
    // The words of its 502, whatever is left of the page around them.
    rule(
        Text(
            "the server encountered a temporary error and could not complete your request. please \
              try again in 30 seconds",
        ),
        &[Sign::Status502],
    ),
];
