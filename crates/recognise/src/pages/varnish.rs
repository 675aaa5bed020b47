//! Varnish: "Guru Meditation".

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{self, All, Any, Has, Not, Reason, Starts, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, Rule, STRONG, carried, rule, served, wrote};

const VARNISH: Product = Product::Varnish;

/// Fastly runs its own Varnish and says so.
const FASTLY: When = Any(&[Has("x-served-by", "cache-"), Text("details: cache-")]);

/// "Backend fetch failed" stands for every failure of the backend, so it gives no sign of its own.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(VARNISH, CERTAIN, All(&[Text("guru meditation:"), Not(&FASTLY)])),
    wrote(VARNISH, STRONG, All(&[Text("503 backend fetch failed"), Not(&FASTLY)])),
    wrote(VARNISH, STRONG, All(&[Text("varnish cache server"), Not(&FASTLY)])),
    wrote(VARNISH, STRONG, All(&[Reason("backend fetch failed"), Not(&FASTLY)])),
    wrote(VARNISH, STRONG, All(&[Reason("vcl failed"), Not(&FASTLY)])),
    served(VARNISH, All(&[Starts("server", "varnish"), Not(&FASTLY)])),
    carried(VARNISH, All(&[Has("via", "varnish"), Not(&FASTLY)])),
    carried(VARNISH, Has("x-varnish", "")),
];

const RULES: &[Rule] = &[
    rule(Any(&[Text("503 vcl failed"), Reason("vcl failed")]), &[Sign::ConfigInvalid]),
    rule(Text("503 backend is unhealthy"), &[Sign::NoLiveUpstream]),
    rule(Text("503 no backend"), &[Sign::NoLiveUpstream]).by(&[VARNISH]),
];
