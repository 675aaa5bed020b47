//! Squid: the name of the error and the number of the system's error.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{All, Any, Has, Starts, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, LIKELY, Rule, carried, rule, served, wrote};
use super::view::View;
use super::{Mark, Marks};

const SQUID: Product = Product::Squid;

/// Squid names its error in `X-Squid-Error`.
pub(super) static ITEM: Fingerprint =
    Fingerprint { clues: CLUES, rules: RULES, more: Some(named_error) };

const CLUES: &[Clue] = &[
    wrote(SQUID, CERTAIN, Has("x-squid-error", "err_")),
    wrote(SQUID, CERTAIN, Text("error: the requested url could not be retrieved")),
    wrote(SQUID, LIKELY, Text("the requested url could not be retrieved")),
    wrote(SQUID, CERTAIN, All(&[Text("generated"), Text("(squid")])),
    served(SQUID, Starts("server", "squid")),
    carried(SQUID, Has("via", "(squid")),
    carried(SQUID, Has("x-cache-lookup", "")),
];

/// The words of the pages; `X-Squid-Error` says the same in one word.
const RULES: &[Rule] = &[
    rule(Text("(111) connection refused"), &[Sign::ConnectRefused]).by(&[SQUID]),
    rule(Text("(110) connection timed out"), &[Sign::ConnectTimedOut]).by(&[SQUID]),
    rule(Text("(113) no route to host"), &[Sign::ConnectNoRoute]).by(&[SQUID]),
    rule(Text("(101) network is unreachable"), &[Sign::ConnectNetUnreachable]).by(&[SQUID]),
    rule(Text("(13) permission denied"), &[Sign::ConnectDenied]).by(&[SQUID]),
    rule(Text("(99) cannot assign requested address"), &[Sign::ConnectNoFreePort]).by(&[SQUID]),
    rule(Text("unable to determine ip address from host name"), &[Sign::DnsFailed])
        .by(&[SQUID])
        .taking("host"),
    // The visitor's own proxy asks for a password; a gateway has none to ask for.
    rule(
        Any(&[Has("x-squid-error", "err_cache_access_denied"), Text("cache access denied")]),
        &[Sign::ClientProxyFailed],
    )
    .by(&[SQUID]),
    rule(Text("zero sized reply"), &[Sign::ClosedBeforeHead]).by(&[SQUID]),
    rule(Text("read timeout"), &[Sign::HeadTimeout]).by(&[SQUID]),
    rule(
        Any(&[Text("x509_v_err_cert_has_expired"), Text("x509_v_err_cert_not_yet_valid")]),
        &[Sign::TlsCertExpired],
    )
    .by(&[SQUID]),
    rule(Text("x509_v_err_domain_mismatch"), &[Sign::TlsCertNameMismatch]).by(&[SQUID]),
    rule(
        Any(&[
            Text("x509_v_err_self_signed"),
            Text("x509_v_err_depth_zero_self_signed"),
            Text("x509_v_err_unable_to_get_issuer"),
        ]),
        &[Sign::TlsCertUntrusted],
    )
    .by(&[SQUID]),
    rule(Text("failed to establish a secure connection to"), &[Sign::TlsHandshakeFailed])
        .by(&[SQUID])
        .taking("address"),
];

/// Squid's error names with the signs for an unknown system error.
const ERRORS: &[(&str, &[Sign])] = &[
    ("err_connect_fail", &[Sign::ConnectFailed]),
    ("err_dns_fail", &[Sign::DnsFailed]),
    ("err_secure_connect_fail", &[Sign::TlsHandshakeFailed]),
    ("err_read_timeout", &[Sign::HeadTimeout]),
    // A peer that failed its probe is skipped with this name, whatever was wrong with it.
    ("err_read_error", &[Sign::ConnectFailed, Sign::EndedBeforeHead]),
    ("err_zero_size_object", &[Sign::ClosedBeforeHead]),
    ("err_invalid_resp", &[Sign::ResponseInvalid]),
    ("err_too_big", &[Sign::HeadTooLarge]),
    ("err_write_error", &[Sign::SendReset]),
    ("err_lifetime_exp", &[Sign::TimeoutSomewhere]),
    ("err_cannot_forward", &[Sign::NoServerSelected]),
    ("err_socket_failure", &[Sign::LocalSocketError]),
    ("err_access_denied", &[Sign::ClientRequestInvalid]),
    ("err_forwarding_denied", &[Sign::ClientRequestInvalid]),
];

fn named_error(view: &View<'_>, marks: &mut Marks) {
    let Some(field) = view.field("x-squid-error") else { return };
    let mut words = field.folded.split_whitespace();
    let name = words.next().unwrap_or_default();
    let errno = words.next().unwrap_or_default();
    let Some((_, signs)) = ERRORS.iter().find(|(known, _)| *known == name) else { return };
    let exact = by_errno(name, errno);
    for sign in exact.as_ref().map_or(*signs, std::slice::from_ref) {
        let mark = Mark::new(*sign, &format!("{}: {}", field.name, field.value));
        marks.add(Some(mark.with("error", name).with("errno", errno)));
    }
}

fn by_errno(name: &str, errno: &str) -> Option<Sign> {
    Some(match (name, errno) {
        ("err_connect_fail", "111") => Sign::ConnectRefused,
        ("err_connect_fail", "110") => Sign::ConnectTimedOut,
        ("err_connect_fail", "113") => Sign::ConnectNoRoute,
        ("err_connect_fail", "101") => Sign::ConnectNetUnreachable,
        ("err_connect_fail", "13" | "1") => Sign::ConnectDenied,
        ("err_connect_fail", "99") => Sign::ConnectNoFreePort,
        ("err_secure_connect_fail", "104") => Sign::TlsPeerClosed,
        ("err_read_error", "104") => Sign::ResetBeforeHead,
        _ => return None,
    })
}
