//! Every cause, one file each, with its page and its fixtures beside it.
//!
//! To add one: `cargo xtask new cause SLUG` writes `SLUG.rs`, `SLUG.md` and `SLUG.fixture` and the
//! line below.

use crate::cause::Cause;

/// Declares the files of the catalogue; a missing page fails the build.
macro_rules! registry {
    ($($id:ident,)+) => {
        $(mod $id;)+

        /// Every cause, sorted by id.
        pub static ALL: &[&Cause] = &[$(&$id::ITEM,)+];

        /// Returns the source of a cause's page; empty where there is no such cause.
        pub(crate) fn page_text(id: &str) -> &'static str {
            match id {
                $(stringify!($id) => include_str!(concat!(stringify!($id), ".md")),)+
                _ => "",
            }
        }

        /// The fixtures of every cause: texts with the verdict that they have to give.
        ///
        /// They are data for the tests of the crates that read text.
        #[doc(hidden)]
        pub static FIXTURES: &[(&str, &str)] = &[
            $((stringify!($id), include_str!(concat!(stringify!($id), ".fixture"))),)+
        ];
    };
}

registry! {
    accept_queue_full,
    address_family_mismatch,
    app_boot_failure,
    app_generated_error,
    app_not_ready,
    app_oom_killed,
    app_pool_exhausted,
    app_protocol_mismatch,
    app_shutdown_inflight,
    app_worker_crash,
    app_worker_timeout,
    auth_subrequest_failed,
    bad_content_coding,
    body_stalled,
    body_truncated,
    browser_extension_block,
    cached_error,
    captive_portal,
    cdn_tunnel_down,
    client_aborted,
    client_dns_failure,
    client_network_down,
    client_request_invalid,
    closed_before_response,
    cms_extension_error,
    connect_filtered,
    connect_refused,
    connect_rejected,
    connect_unreachable,
    conntrack_full,
    dns_no_resolver,
    dns_nxdomain,
    dns_server_failure,
    dns_stale_address,
    dns_startup_failure,
    dns_timeout,
    early_response_upload,
    error_page_masking,
    gateway_config_invalid,
    gateway_connections_exhausted,
    gateway_disk_full,
    gateway_fd_exhausted,
    gateway_worker_crash,
    http2_stream_failure,
    http_version_mismatch,
    invalid_chunking,
    invalid_framing,
    invalid_response_head,
    local_policy_denied,
    maintenance_mode,
    middlebox_idle_drop,
    mtu_blackhole,
    no_endpoints,
    no_live_upstream,
    not_http,
    origin_blocks_edge,
    php_fatal_error,
    php_max_execution_time,
    php_memory_limit,
    plaintext_to_tls_port,
    platform_no_instance,
    proxy_loop,
    proxy_protocol_mismatch,
    rate_limited,
    reset_before_response,
    response_header_too_large,
    response_header_truncated,
    response_timeout,
    route_target_missing,
    source_ports_exhausted,
    stale_keepalive,
    timeout_mismatch,
    tls_cert_expired,
    tls_cert_name_mismatch,
    tls_cert_untrusted,
    tls_client_cert_required,
    tls_handshake_aborted,
    tls_handshake_timeout,
    tls_no_shared_cipher,
    tls_sni_missing,
    tls_to_plaintext_port,
    tls_version_mismatch,
    unix_socket_denied,
    unix_socket_missing,
    upgrade_failed,
    upstream_concurrency_limit,
    wrong_listen_address,
}

/// Returns the cause with this id; `-` counts as `_` and case does not matter.
pub fn find(id: &str) -> Option<&'static Cause> {
    let id = id.trim().to_ascii_lowercase().replace('-', "_");
    let at = ALL.binary_search_by(|cause| cause.id.cmp(&id)).ok()?;
    ALL.get(at).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use goodgate_evidence::Stage;

    use super::*;
    use crate::cause::Kind;

    fn files(ending: &str) -> BTreeSet<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalogue");
        std::fs::read_dir(folder)
            .expect("the folder of the catalogue can be read")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|name| name.strip_suffix(ending).map(str::to_owned))
            .filter(|name| name != "mod")
            .collect()
    }

    #[test]
    fn is_sorted_and_named_like_its_files() {
        let ids: Vec<_> = ALL.iter().map(|cause| cause.id).collect();

        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
        let listed: BTreeSet<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        for ending in [".rs", ".md", ".fixture"] {
            assert_eq!(files(ending), listed, "files that end in {ending}");
        }
    }

    #[test]
    fn finds_by_either_spelling() {
        assert_eq!(find("Connect-Refused").map(|cause| cause.id), Some("connect_refused"));
        assert!(find("no_such_cause").is_none());
    }

    #[test]
    fn roots_name_mechanisms_that_exist() {
        for cause in ALL {
            assert!(cause.kind == Kind::Mechanism || !cause.shows_as.is_empty(), "{}", cause.id);
            for shown in cause.shows_as {
                let mechanism = find(shown.mechanism).expect("the mechanism exists");
                assert_eq!(
                    mechanism.kind,
                    Kind::Mechanism,
                    "{} shows as {}",
                    cause.id,
                    mechanism.id
                );
            }
        }
    }

    #[test]
    fn each_cause_has_positive_evidence_and_no_sign_twice() {
        for cause in ALL {
            assert!(cause.weighs.iter().any(|weight| weight.log_odds >= 2.5), "{}", cause.id);
            let signs: BTreeSet<_> = cause.weighs.iter().map(|weight| weight.sign).collect();
            assert_eq!(signs.len(), cause.weighs.len(), "{}", cause.id);
        }
    }

    #[test]
    fn every_mechanism_stands_in_a_stage() {
        for stage in Stage::ALL {
            assert!(ALL.iter().any(|cause| cause.stage == *stage), "{stage}");
        }
    }

    #[test]
    fn pages_are_complete() {
        for cause in ALL {
            let page = cause.page();
            assert!(
                !page.title.is_empty() && page.title.len() <= 90,
                "{}: {}",
                cause.id,
                page.title
            );
            for section in crate::page::SECTIONS {
                assert!(page.section(section).is_some(), "{} lacks `{section}`", cause.id);
            }
        }
    }
}
