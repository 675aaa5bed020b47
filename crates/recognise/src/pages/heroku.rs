//! Heroku: pages in a frame from herokucdn.com.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{Any, Has, Is, Source, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, Rule, STRONG, carried, rule, wrote};

const HEROKU: Product = Product::Heroku;

/// The frame stands for every H code; which one it was only the router's log says.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(HEROKU, CERTAIN, Source("herokucdn.com/error-pages/")),
    wrote(
        HEROKU,
        STRONG,
        Text("an error occurred in the application and your page could not be served."),
    ),
    wrote(HEROKU, STRONG, Text("heroku | no such app")),
    carried(HEROKU, Any(&[Is("server", "heroku"), Has("via", "vegur"), Has("via", "heroku")])),
];

const RULES: &[Rule] = &[
    rule(
        Any(&[Source("error-pages/no-such-app"), Text("heroku | no such app")]),
        &[Sign::RouteMissing, Sign::PlatformNoInstance],
    ),
    rule(Source("error-pages/maintenance-mode"), &[Sign::MaintenancePage]),
];
