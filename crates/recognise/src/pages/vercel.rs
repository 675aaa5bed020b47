//! Vercel: the error's name in `x-vercel-error` and on the page.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{self, All, Any, Has, Is, Not, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, Rule, STRONG, carried, rule, wrote};

const VERCEL: Product = Product::Vercel;

/// An error's name, in the field or on the page.
macro_rules! error {
    ($name:literal) => {
        Any(&[Has("x-vercel-error", $name), Text($name)])
    };
}

/// The name is the cause.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(VERCEL, CERTAIN, Has("x-vercel-error", "")),
    wrote(VERCEL, STRONG, Text("an error occurred with your deployment")),
    wrote(VERCEL, STRONG, Text("an error occurred with this application. ")),
    wrote(VERCEL, STRONG, Any(&[Text("function_invocation_"), Text("router_external_target_")])),
    carried(VERCEL, Has("x-vercel-id", "")),
    carried(VERCEL, Has("x-vercel-cache", "")),
    carried(VERCEL, Is("server", "vercel")),
];

const RULES: &[Rule] = &[
    made(error!("invocation_timeout"), &[Sign::HeadTimeout]),
    made(error!("function_throttled"), &[Sign::ConcurrencyLimit]),
    made(
        All(&[
            Any(&[
                error!("function_"),
                error!("no_response_from_function"),
                error!("middleware_invocation_"),
            ]),
            Not(&error!("invocation_timeout")),
        ]),
        &[Sign::FunctionFailed],
    ),
    made(error!("router_external_target_connection_error"), &[Sign::ConnectFailed]),
    made(error!("router_external_target_handshake_error"), &[Sign::TlsHandshakeFailed]),
    made(
        Any(&[
            Is("x-vercel-error", "router_external_target_error"),
            Text("router_external_target_error"),
        ]),
        &[Sign::EndedBeforeHead, Sign::ResponseInvalid],
    ),
    made(error!("router_cannot_match"), &[Sign::RouteMissing]),
    made(error!("deployment_not_found"), &[Sign::RouteMissing]),
    made(
        Any(&[
            error!("deployment_paused"),
            error!("deployment_disabled"),
            error!("deployment_blocked"),
            error!("deployment_deleted"),
        ]),
        &[Sign::PlatformNoInstance],
    ),
    made(error!("dns_hostname_not_found"), &[Sign::DnsNxdomain]),
    made(error!("dns_hostname_server_error"), &[Sign::DnsServfail]),
    made(
        Any(&[error!("dns_hostname_resolve_failed"), error!("dns_hostname_empty")]),
        &[Sign::DnsFailed],
    ),
    made(error!("dns_hostname_resolved_private"), &[Sign::ConfigInvalid]),
    made(error!("infinite_loop_detected"), &[Sign::LoopDetected]),
];

const fn made(when: When, signs: &'static [Sign]) -> Rule {
    rule(when, signs).by(&[VERCEL])
}
