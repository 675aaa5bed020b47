//! Asks a failing gateway for `/` and `/favicon.ico`: a fault of one route, or of everything?

use goodgate_evidence::Sign;

use super::Experiment;
use crate::answer::{answer, whole_time};
use crate::examination::Examination;
use crate::limits::SLOW;
use crate::plan::{Wish, failing_ask};
use crate::probe::{Ask, Hop, Purpose, What};
use crate::signs::{Seen, stage_words, when};

pub(super) static ITEM: Experiment = Experiment {
    outcomes: &[
        &[
            "app_generated_error",
            "app_worker_crash",
            "app_worker_timeout",
            "auth_subrequest_failed",
            "bad_content_coding",
            "body_stalled",
            "body_truncated",
            "cms_extension_error",
            "error_page_masking",
            "gateway_config_invalid",
            "invalid_chunking",
            "invalid_framing",
            "invalid_response_head",
            "php_fatal_error",
            "php_max_execution_time",
            "php_memory_limit",
            "proxy_loop",
            "response_header_too_large",
            "response_timeout",
            "route_target_missing",
            "upgrade_failed",
        ],
        &[
            "app_boot_failure",
            "app_pool_exhausted",
            "app_protocol_mismatch",
            "connect_filtered",
            "connect_refused",
            "connect_rejected",
            "connect_unreachable",
            "dns_nxdomain",
            "dns_server_failure",
            "http_version_mismatch",
            "no_live_upstream",
            "not_http",
            "plaintext_to_tls_port",
            "proxy_protocol_mismatch",
            "tls_cert_expired",
            "tls_cert_untrusted",
            "tls_handshake_aborted",
            "tls_to_plaintext_port",
            "unix_socket_denied",
            "unix_socket_missing",
        ],
    ],
    wishes,
    look,
};

/// Paths that every site has or answers with 404.
const PATHS: &[&str] = &["/", "/favicon.ico"];

fn wishes(examination: &Examination) -> Vec<Wish> {
    let Some(first) = failing_ask(examination, Hop::Gateway) else { return Vec::new() };
    let others = PATHS.iter().filter(|path| **path != first.path);
    let ask = |path: &&str| Ask { path: (*path).to_owned(), ..first.clone() };
    others.map(|path| Wish::new(Hop::Gateway, Purpose::OtherPath, What::Ask(ask(path)))).collect()
}

fn look(examination: &Examination, seen: &mut Seen) {
    let Some((_, asked)) = examination.primary(Hop::Gateway) else { return };
    if !answer(asked).fails() {
        return;
    }
    let others: Vec<_> =
        examination.asked_of(Hop::Gateway, Purpose::OtherPath).map(|(_, other)| other).collect();
    let path = |other: &crate::Asked| {
        other.exchange.as_ref().map_or("/", |exchange| exchange.target.as_str()).to_owned()
    };
    if let Some(works) = others.iter().find(|other| !answer(other).fails()) {
        let quote = format!("{} answers {}", path(works), stage_words(works));
        seen.add_apart(Hop::Gateway, Sign::OnlyOneRoute, when(works), &quote);
        return;
    }
    let alike =
        |other: &&&crate::Asked| answer(other) == answer(asked) && whole_time(other) <= SLOW;
    if let Some(same) = others.iter().find(alike)
        && others.iter().filter(alike).count() == others.len()
    {
        let quote = format!("{} fails in the same way: {}", path(same), stage_words(same));
        seen.add_apart(Hop::Gateway, Sign::AllRoutesFail, when(same), &quote);
    }
}
