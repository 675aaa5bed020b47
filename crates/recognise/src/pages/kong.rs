//! Kong: JSON with one message.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{Any, Has, Starts, Text};
use super::fingerprint::{
    CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, carried, rule, served, wrote,
};

const KONG: Product = Product::Kong;

/// Kong's messages do not say what went wrong; nginx below it does, in its log.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(KONG, CERTAIN, Text("an invalid response was received from the upstream server")),
    wrote(KONG, STRONG, Text("the upstream server is currently unavailable")),
    wrote(KONG, STRONG, Text("the upstream server is timing out")),
    wrote(KONG, STRONG, Text("the upstream server responded with")),
    wrote(KONG, STRONG, Text("no route matched with those values")),
    wrote(KONG, STRONG, Text("failure to get a peer from the ring-balancer")),
    wrote(KONG, LIKELY, Text("\"message\":\"name resolution failed\"")),
    wrote(KONG, LIKELY, Text("\"message\":\"an unexpected error occurred\"")),
    served(KONG, Starts("server", "kong/")),
    carried(KONG, Has("via", "kong")),
    carried(KONG, Has("x-kong-upstream-latency", "")),
    carried(KONG, Has("x-kong-proxy-latency", "")),
    carried(KONG, Has("x-kong-request-id", "")),
];

const RULES: &[Rule] = &[
    rule(Text("an invalid response was received from the upstream server"), &[Sign::NoTimeout]),
    rule(Text("the upstream server is timing out"), &[Sign::TimeoutSomewhere]),
    rule(Text("no route matched with those values"), &[Sign::RouteMissing]),
    rule(Text("failure to get a peer from the ring-balancer"), &[Sign::NoLiveUpstream]),
    rule(
        Any(&[Text("\"message\":\"name resolution failed\""), Text("name resolution failed")]),
        &[Sign::DnsFailed],
    )
    .by(&[KONG]),
    rule(Text("api rate limit exceeded"), &[Sign::RateLimited]).by(&[KONG]),
];
