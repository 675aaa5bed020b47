//! Render: the routing decision in `x-render-routing`.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{All, Any, Has, Starts, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, LIKELY, Rule, carried, rule, wrote};

const RENDER: Product = Product::Render;

/// `x-render-routing` stands only on answers that Render made.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(RENDER, CERTAIN, Has("x-render-routing", "")),
    wrote(
        RENDER,
        LIKELY,
        Text("this service is currently unavailable. please try again in a few minutes."),
    ),
    wrote(RENDER, LIKELY, All(&[Text("this service has been suspended"), Text("by its owner")])),
    carried(RENDER, Has("rndr-id", "")),
    carried(RENDER, Has("x-render-origin-server", "")),
];

const RULES: &[Rule] = &[rule(
    Any(&[
        Has("x-render-routing", "no-server"),
        Has("x-render-routing", "hibernate-wake-error"),
        Starts("x-render-routing", "suspend"),
        All(&[Text("this service has been suspended"), Text("by its owner")]),
    ]),
    &[Sign::PlatformNoInstance],
)];
