//! Causes that one line of text cannot tell apart.
//!
//! Measured by making each fault behind nine gateways and reading what they log: the members of a
//! set gave the same line on at least one gateway. A verdict on such a line names the whole set and
//! the experiment that splits it.

/// A set of causes that print the same line somewhere.
#[derive(Debug)]
pub struct ConfusableSet {
    /// A name for reports.
    pub name: &'static str,
    /// What the members have in common.
    pub same_line: &'static str,
    /// The causes.
    pub members: &'static [&'static str],
}

impl ConfusableSet {
    /// Tells whether a cause is a member.
    pub fn holds(&self, id: &str) -> bool {
        self.members.contains(&id)
    }
}

/// Every set.
pub static ALL: &[ConfusableSet] = &[
    ConfusableSet {
        name: "refused",
        same_line: "ECONNREFUSED",
        members: &[
            "connect_refused",
            "connect_rejected",
            "wrong_listen_address",
            "app_not_ready",
            "app_boot_failure",
            "dns_stale_address",
            "address_family_mismatch",
            "origin_blocks_edge",
        ],
    },
    ConfusableSet {
        name: "unreachable",
        same_line: "EHOSTUNREACH: a missing route and a firewall's ICMP answer print the same",
        members: &["connect_unreachable", "connect_rejected", "dns_stale_address"],
    },
    ConfusableSet {
        name: "connect-timeout",
        same_line: "the connection attempt gets no answer",
        members: &[
            "connect_filtered",
            "accept_queue_full",
            "conntrack_full",
            "mtu_blackhole",
            "tls_handshake_timeout",
            "dns_stale_address",
            "origin_blocks_edge",
        ],
    },
    ConfusableSet {
        name: "ended",
        same_line: "104, premature close, HAProxy SH, Envoy UC, Varnish HTC eof, Go EOF",
        members: &[
            "reset_before_response",
            "closed_before_response",
            "response_header_truncated",
            "stale_keepalive",
            "proxy_protocol_mismatch",
            "app_worker_timeout",
            "app_worker_crash",
            "app_oom_killed",
            "app_shutdown_inflight",
            "app_pool_exhausted",
            "app_protocol_mismatch",
            "app_generated_error",
            "tls_client_cert_required",
            "tls_handshake_aborted",
            "plaintext_to_tls_port",
            "http_version_mismatch",
            "not_http",
            "response_header_too_large",
            "invalid_response_head",
            "invalid_framing",
            "upgrade_failed",
        ],
    },
    ConfusableSet {
        name: "peer-failed",
        same_line: "Squid ERR_READ_ERROR 0: the peer's answer or its certificate was not accepted",
        members: &[
            "closed_before_response",
            "reset_before_response",
            "tls_cert_expired",
            "tls_cert_untrusted",
            "tls_cert_name_mismatch",
            "tls_client_cert_required",
        ],
    },
    ConfusableSet {
        name: "exhausted",
        same_line: "nginx \"worker_connections are not enough\"",
        members: &["gateway_connections_exhausted", "proxy_loop"],
    },
    ConfusableSet {
        name: "timeout",
        same_line: "a gateway timeout of which the stage is not named",
        members: &[
            "response_timeout",
            "connect_filtered",
            "accept_queue_full",
            "tls_handshake_timeout",
        ],
    },
    ConfusableSet {
        name: "slow",
        same_line: "no response head in time",
        members: &[
            "response_timeout",
            "app_pool_exhausted",
            "middlebox_idle_drop",
            "mtu_blackhole",
            "proxy_loop",
            "timeout_mismatch",
        ],
    },
    ConfusableSet {
        name: "tls-alert-40",
        same_line: "SSL alert number 40",
        members: &[
            "tls_no_shared_cipher",
            "tls_client_cert_required",
            "tls_sni_missing",
            "tls_version_mismatch",
        ],
    },
    ConfusableSet {
        name: "tls",
        same_line: "HAProxy bc_err 34, Apache AH00898, Squid ERR_SECURE_CONNECT_FAIL",
        members: &[
            "tls_cert_expired",
            "tls_cert_untrusted",
            "tls_cert_name_mismatch",
            "tls_sni_missing",
            "tls_version_mismatch",
            "tls_no_shared_cipher",
            "tls_client_cert_required",
            "tls_handshake_timeout",
            "tls_handshake_aborted",
            "tls_to_plaintext_port",
        ],
    },
    ConfusableSet {
        name: "local-error",
        same_line: "errno 13, HAProxy bc_err 6",
        members: &[
            "local_policy_denied",
            "unix_socket_denied",
            "unix_socket_missing",
            "connect_unreachable",
        ],
    },
    ConfusableSet {
        name: "no-port",
        same_line: "HAProxy bc_err 9",
        members: &["source_ports_exhausted", "accept_queue_full"],
    },
    ConfusableSet {
        name: "connect-failed",
        same_line: "Squid HIER_NONE, HAProxy's 503 page: the connection failed, how is not said",
        members: &[
            "connect_refused",
            "connect_rejected",
            "connect_unreachable",
            "connect_filtered",
            "accept_queue_full",
            "local_policy_denied",
            "unix_socket_missing",
            "unix_socket_denied",
            "dns_nxdomain",
            "dns_server_failure",
            "dns_timeout",
            "no_live_upstream",
            "tls_to_plaintext_port",
            "tls_cert_expired",
            "tls_cert_untrusted",
            "tls_cert_name_mismatch",
            "tls_sni_missing",
            "tls_version_mismatch",
            "tls_no_shared_cipher",
            "tls_client_cert_required",
            "tls_handshake_timeout",
            "tls_handshake_aborted",
        ],
    },
    ConfusableSet {
        name: "no-server",
        same_line: "HAProxy <NOSRV>",
        members: &[
            "no_live_upstream",
            "no_endpoints",
            "route_target_missing",
            "dns_nxdomain",
            "dns_server_failure",
            "dns_timeout",
        ],
    },
    ConfusableSet {
        name: "no-live",
        same_line: "nginx \"no live upstreams\"",
        members: &["no_live_upstream", "upstream_concurrency_limit", "no_endpoints"],
    },
    ConfusableSet {
        name: "dns-temporary",
        same_line: "EAI_AGAIN",
        members: &["dns_server_failure", "dns_timeout"],
    },
    ConfusableSet {
        name: "bad-response",
        same_line: "HAProxy PH, Envoy UPE, Squid ERR_INVALID_RESP",
        members: &[
            "invalid_response_head",
            "invalid_framing",
            "invalid_chunking",
            "response_header_too_large",
            "response_header_truncated",
            "not_http",
            "plaintext_to_tls_port",
            "http_version_mismatch",
            "upgrade_failed",
        ],
    },
    ConfusableSet {
        name: "no-status-line",
        same_line: "nginx \"no valid HTTP/1.0 header\", status 009",
        members: &[
            "not_http",
            "plaintext_to_tls_port",
            "http_version_mismatch",
            "invalid_response_head",
        ],
    },
    ConfusableSet {
        name: "body-not-fetched",
        same_line: "Varnish \"Body cannot be fetched\"",
        members: &["invalid_framing", "upgrade_failed"],
    },
    ConfusableSet {
        name: "body-failed",
        same_line: "lighttpd \"response already sent out, but backend returned error\"",
        members: &[
            "body_truncated",
            "invalid_chunking",
            "invalid_framing",
            "bad_content_coding",
            "not_http",
        ],
    },
    ConfusableSet {
        name: "read-timeout",
        same_line: "lighttpd \"read timeout on socket\"",
        members: &["response_timeout", "body_stalled"],
    },
    ConfusableSet {
        name: "sent-too-early",
        same_line: "104 or 32 while sending the request",
        members: &["early_response_upload", "reset_before_response", "stale_keepalive"],
    },
];

/// Returns the sets that hold both causes.
pub fn holding_both<'a>(
    a: &'a str,
    b: &'a str,
) -> impl Iterator<Item = &'static ConfusableSet> + 'a {
    ALL.iter().filter(move |set| set.holds(a) && set.holds(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_exist() {
        for set in ALL {
            for member in set.members {
                assert!(crate::catalogue::find(member).is_some(), "{}: {member}", set.name);
            }
        }
    }
}
