//! HAProxy: pages of one sentence, without `Server` and `Date`.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{Absent, All, Any, Has, Is, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, rule, wrote};

const HAPROXY: Product = Product::Haproxy;

/// HAProxy writes no `Server` and no `Date` field on the errors that it makes.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(HAPROXY, CERTAIN, Text("the server returned an invalid or incomplete response.")),
    wrote(HAPROXY, CERTAIN, Text("no server is available to handle this request.")),
    wrote(HAPROXY, CERTAIN, Text("the server didn't respond in time.")),
    wrote(HAPROXY, STRONG, Text("500 internal server error an internal server error occurred.")),
    wrote(HAPROXY, STRONG, Text("your browser didn't send a complete request in time.")),
    wrote(HAPROXY, STRONG, Text("400 bad request your browser sent an invalid request.")),
    wrote(HAPROXY, STRONG, Text("request forbidden by administrative rules.")),
    wrote(HAPROXY, STRONG, Text("you have sent too many requests in a given amount of time.")),
    wrote(
        HAPROXY,
        LIKELY,
        All(&[
            Has("cache-control", "no-cache"),
            Is("connection", "close"),
            Absent("server"),
            Absent("date"),
        ]),
    ),
    // The router of OpenShift is HAProxy with this page.
    wrote(
        HAPROXY,
        STRONG,
        Text("the application is currently not serving requests at this endpoint."),
    ),
];

const RULES: &[Rule] = &[
    rule(
        Text("the server returned an invalid or incomplete response."),
        &[Sign::EndedBeforeHead, Sign::ResponseInvalid],
    ),
    // Refused, timed out, handshake failed, no server left: the page is the same.
    rule(Text("no server is available to handle this request."), &[Sign::NoServerAvailable]),
    rule(Text("the server didn't respond in time."), &[Sign::HeadTimeout]),
    rule(Text("your browser didn't send a complete request in time."), &[Sign::ClientTimedOut]),
    rule(
        Any(&[
            Text("your browser sent an invalid request."),
            Text("request forbidden by administrative rules."),
        ]),
        &[Sign::ClientRequestInvalid],
    )
    .by(&[HAPROXY]),
    rule(Text("you have sent too many requests in a given amount of time."), &[Sign::RateLimited]),
    rule(
        Text("the application is currently not serving requests at this endpoint."),
        &[Sign::NoEndpoints],
    ),
];
