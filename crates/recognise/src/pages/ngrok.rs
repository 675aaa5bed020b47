//! ngrok: a number for every error.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{Any, Has, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, Rule, carried, rule, wrote};

const NGROK: Product = Product::Ngrok;

/// An error's number, in the field or on the page.
macro_rules! error {
    ($code:literal) => {
        Any(&[Has("ngrok-error-code", $code), Text($code)])
    };
}

/// The number is the cause.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(NGROK, CERTAIN, Has("ngrok-error-code", "err_ngrok_")),
    wrote(NGROK, CERTAIN, Text("err_ngrok_")),
    carried(NGROK, Has("ngrok-trace-id", "")),
    carried(NGROK, Has("ngrok-agent-ips", "")),
];

const RULES: &[Rule] = &[
    rule(error!("err_ngrok_3200"), &[Sign::TunnelDown]).noting(&[("code", "ERR_NGROK_3200")]),
    rule(error!("err_ngrok_8012"), &[Sign::TunnelOriginFailed])
        .noting(&[("code", "ERR_NGROK_8012")]),
    rule(error!("err_ngrok_3004"), &[Sign::TunnelOriginFailed, Sign::ResponseInvalid])
        .noting(&[("code", "ERR_NGROK_3004")]),
];
