//! What a gateway answers when an attempt fails in a certain way.
//!
//! A mechanism for which a gateway always has another status is contradicted by the status that the
//! client saw. Measured on nginx 1.22, Apache httpd 2.4 and HAProxy 2.6 with each fault behind them;
//! what a table does not list was not measured, and is not judged. Configurations may change a
//! status, so that a contradiction weighs much and rules nothing out.

use goodgate_evidence::{Product, Sign};

/// The statuses of one gateway.
#[derive(Debug)]
pub(crate) struct Answers {
    /// The gateway, under each of its names.
    pub(crate) products: &'static [Product],
    /// Statuses, and the mechanisms that can give each of them. A mechanism may stand in several rows.
    pub(crate) rows: &'static [(&'static [u16], &'static [&'static str])],
}

/// Every gateway that was measured.
pub(crate) static ALL: &[Answers] = &[NGINX, APACHE, HAPROXY];

const NGINX: Answers = Answers {
    products: &[Product::Nginx, Product::Openresty, Product::IngressNginx],
    rows: &[
        (
            &[502],
            &[
                "app_protocol_mismatch",
                "closed_before_response",
                "connect_refused",
                "connect_rejected",
                "connect_unreachable",
                "dns_no_resolver",
                "dns_nxdomain",
                "dns_server_failure",
                "dns_timeout",
                "early_response_upload",
                "http2_stream_failure",
                "http_version_mismatch",
                "invalid_framing",
                "invalid_response_head",
                "local_policy_denied",
                "no_live_upstream",
                "plaintext_to_tls_port",
                "reset_before_response",
                "response_header_too_large",
                "response_header_truncated",
                "source_ports_exhausted",
                "tls_cert_expired",
                "tls_cert_name_mismatch",
                "tls_cert_untrusted",
                "tls_client_cert_required",
                "tls_handshake_aborted",
                "tls_no_shared_cipher",
                "tls_sni_missing",
                "tls_to_plaintext_port",
                "tls_version_mismatch",
                "unix_socket_denied",
                "unix_socket_missing",
                "upstream_concurrency_limit",
            ],
        ),
        (&[400], &["tls_client_cert_required", "plaintext_to_tls_port"]),
        // It takes such an answer for HTTP/0.9 and passes it on without a status; a body that fails
        // comes after the status.
        (&[], &["not_http", "body_stalled", "body_truncated", "invalid_chunking"]),
        (
            &[500],
            &[
                "auth_subrequest_failed",
                "gateway_config_invalid",
                "gateway_connections_exhausted",
                "gateway_disk_full",
                "gateway_fd_exhausted",
                "proxy_loop",
            ],
        ),
        (&[503], &["maintenance_mode", "no_endpoints", "rate_limited"]),
        (&[502, 504], &["accept_queue_full", "proxy_loop"]),
        (&[504], &["connect_filtered", "response_timeout", "tls_handshake_timeout"]),
    ],
};

const APACHE: Answers = Answers {
    products: &[Product::Apache],
    rows: &[
        (
            &[503],
            &[
                "accept_queue_full",
                "app_protocol_mismatch",
                "connect_filtered",
                "connect_refused",
                "connect_rejected",
                "connect_unreachable",
                "gateway_fd_exhausted",
                "http2_stream_failure",
                "http_version_mismatch",
                "local_policy_denied",
                "maintenance_mode",
                "no_endpoints",
                "no_live_upstream",
                "source_ports_exhausted",
                "unix_socket_denied",
                "unix_socket_missing",
                "upstream_concurrency_limit",
            ],
        ),
        (
            &[502],
            &[
                "app_protocol_mismatch",
                "closed_before_response",
                "early_response_upload",
                "http2_stream_failure",
                "http_version_mismatch",
                "invalid_chunking",
                "invalid_framing",
                "invalid_response_head",
                "not_http",
                "plaintext_to_tls_port",
                "proxy_loop",
                "reset_before_response",
                "response_header_too_large",
                "response_header_truncated",
                "response_timeout",
                "tls_client_cert_required",
            ],
        ),
        (&[504], &["response_timeout", "connect_filtered"]),
        (
            &[500],
            &[
                "gateway_config_invalid",
                "invalid_response_head",
                "tls_cert_expired",
                "tls_cert_name_mismatch",
                "tls_cert_untrusted",
                "tls_client_cert_required",
                "tls_handshake_aborted",
                "tls_handshake_timeout",
                "tls_no_shared_cipher",
                "tls_sni_missing",
                "tls_to_plaintext_port",
                "tls_version_mismatch",
            ],
        ),
        (&[500, 502], &["dns_nxdomain", "dns_server_failure", "dns_timeout"]),
        (&[], &["body_stalled", "body_truncated"]),
    ],
};

const HAPROXY: Answers = Answers {
    products: &[Product::Haproxy],
    rows: &[
        (
            &[503],
            &[
                "accept_queue_full",
                "connect_filtered",
                "connect_refused",
                "connect_rejected",
                "connect_unreachable",
                "dns_nxdomain",
                "dns_server_failure",
                "dns_timeout",
                "http2_stream_failure",
                "http_version_mismatch",
                "local_policy_denied",
                "maintenance_mode",
                "no_endpoints",
                "no_live_upstream",
                "rate_limited",
                "route_target_missing",
                "source_ports_exhausted",
                "tls_cert_expired",
                "tls_cert_name_mismatch",
                "tls_cert_untrusted",
                "tls_client_cert_required",
                "tls_handshake_aborted",
                "tls_handshake_timeout",
                "tls_no_shared_cipher",
                "tls_sni_missing",
                "tls_to_plaintext_port",
                "tls_version_mismatch",
                "unix_socket_denied",
                "unix_socket_missing",
                "upstream_concurrency_limit",
            ],
        ),
        (
            &[502],
            &[
                "app_protocol_mismatch",
                "closed_before_response",
                "early_response_upload",
                "http2_stream_failure",
                "http_version_mismatch",
                "invalid_chunking",
                "invalid_framing",
                "invalid_response_head",
                "not_http",
                "plaintext_to_tls_port",
                "reset_before_response",
                "response_header_too_large",
                "response_header_truncated",
                "tls_client_cert_required",
            ],
        ),
        (&[504], &["proxy_loop", "response_timeout"]),
        (&[], &["body_stalled", "body_truncated"]),
    ],
};

/// Tells whether the gateway gives this status when an attempt fails in this way; none where that was
/// not measured.
pub(crate) fn fits(product: Product, status: Sign, mechanism: &str) -> Option<bool> {
    let status = number(status)?;
    let answers = ALL.iter().find(|answers| answers.products.contains(&product))?;
    let mut rows = answers.rows.iter().filter(|(_, of)| of.contains(&mechanism)).peekable();
    rows.peek()?;
    Some(rows.any(|(statuses, _)| statuses.contains(&status)))
}

fn number(status: Sign) -> Option<u16> {
    match status {
        Sign::Status500 => Some(500),
        Sign::Status502 => Some(502),
        Sign::Status503 => Some(503),
        Sign::Status504 => Some(504),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn every_mechanism_in_a_table_exists() {
        for id in ALL.iter().flat_map(|answers| answers.rows).flat_map(|(_, of)| *of) {
            assert!(catalogue::find(id).is_some(), "{id}");
        }
    }

    #[test]
    fn nginx_never_answers_a_refused_connection_with_504() {
        assert_eq!(fits(Product::Nginx, Sign::Status504, "connect_refused"), Some(false));
    }

    #[test]
    fn apache_answers_a_timeout_with_502() {
        assert_eq!(fits(Product::Apache, Sign::Status502, "response_timeout"), Some(true));
    }

    #[test]
    fn what_was_not_measured_is_not_judged() {
        assert_eq!(fits(Product::Nginx, Sign::Status502, "client_aborted"), None);
        assert_eq!(fits(Product::Varnish, Sign::Status502, "connect_refused"), None);
    }
}
