//! Captive portals and company proxies: something in the visitor's network answered.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{self, All, Any, Has, Source, Starts, Status, Text};
use super::fingerprint::{Clue, Fingerprint, Rule, STRONG, rule, wrote};

const PORTAL: Product = Product::CaptivePortal;

/// What a filter says of a page; its name alone may stand in anybody's description.
const BLOCKED: When =
    Any(&[Text("blocked"), Text("access denied"), Text("access to this site is denied")]);

/// Words and fields of portals and of filters in the visitor's network.
const MARKED: When = Any(&[
    Source("wispaccessgatewayparam"),
    Status(511),
    Text("you need to log in to this network"),
    Text("log in to the wi-fi network"),
    Text("hotspot login"),
    Source("captive portal</title>"),
    Source("<title>captive portal"),
    Source("nodogsplash"),
    Source("coovachilli"),
    Starts("server", "zscaler"),
    Has("via", "zscaler"),
    Text("zscaler, inc."),
    Has("x-bluecoat-via", ""),
    All(&[Text("network error (tcp_error)"), Text("a communication error occurred")]),
    Text("network error (dns_unresolved_hostname)"),
    Text("network error (dns_server_failure)"),
    Text("network error (gateway_error)"),
    Text("mcafee web gateway"),
    Text("skyhigh secure web gateway"),
    Text("blocked by your network administrator"),
    Text("blocked by cisco umbrella"),
    Text("has been blocked in accordance with company policy"),
    Text("web page blocked"),
    All(&[Text("fortiguard"), BLOCKED]),
    All(&[Text("cisco umbrella"), BLOCKED]),
    Text("has been blocked by your network administrator"),
    Source("block.opendns.com"),
    All(&[Text("forcepoint"), BLOCKED]),
]);

/// What they show says nothing about the site.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[wrote(PORTAL, STRONG, MARKED)];

const RULES: &[Rule] = &[rule(MARKED, &[Sign::ClientProxyFailed]).by(&[PORTAL])];
