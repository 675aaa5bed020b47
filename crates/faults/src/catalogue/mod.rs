//! Every fault, one file each.
//!
//! To add one: a file `NAME.rs` with an `ITEM`, and its line below.

use crate::fault::Fault;

/// Declares the files of the catalogue.
macro_rules! registry {
    ($($name:ident,)+) => {
        $(mod $name;)+

        /// Every fault, sorted by name.
        pub static ALL: &[&Fault] = &[$(&$name::ITEM,)+];
    };
}

registry! {
    accept_close,
    accept_reset,
    bad_chunking,
    close_after_request,
    close_after_requests,
    close_idle,
    conflicting_framing,
    dns_aaaa_only,
    dns_by_client,
    dns_nxdomain,
    dns_refused,
    dns_servfail,
    dns_stale_address,
    dns_timeout,
    early_answer,
    extra_bytes,
    fastcgi_end_early,
    fastcgi_never_answer,
    fastcgi_stderr,
    growing_latency,
    h2_goaway,
    h2_only,
    h2_refused_stream,
    h2_reset_stream,
    header_too_large,
    informational_flood,
    informational_only,
    invalid_header,
    invalid_status_line,
    listen_queue_full,
    never_answer,
    no_status_line,
    one_at_a_time,
    plain_on_tls_port,
    proxy_protocol_expected,
    proxy_protocol_sent,
    refuse,
    reset_after_request,
    reset_in_body,
    reset_in_head,
    reset_in_request,
    slow_body,
    slow_head,
    stall_in_body,
    stall_in_head,
    status,
    tls_alert,
    tls_client_certificate_required,
    tls_close,
    tls_expired,
    tls_incomplete_chain,
    tls_not_yet_valid,
    tls_old_protocol,
    tls_on_plain_port,
    tls_reset,
    tls_self_signed,
    tls_sni_required,
    tls_stall,
    tls_wrong_name,
    truncated_body,
    truncated_head,
    unexpected_upgrade,
    wrong_content_coding,
}

/// Finds a fault by its name.
pub fn find(name: &str) -> Option<&'static Fault> {
    ALL.iter().copied().find(|fault| fault.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::fault::Spec;

    #[test]
    fn the_list_is_sorted_and_is_the_folder() {
        let listed: Vec<&str> = ALL.iter().map(|fault| fault.name).collect();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalogue");
        let found: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
            .filter(|stem| stem != "mod")
            .collect();

        assert!(listed.is_sorted());
        assert_eq!(listed.into_iter().collect::<Vec<_>>(), found.iter().collect::<Vec<_>>());
    }

    #[test]
    fn every_cause_that_a_fault_names_exists() {
        for fault in ALL {
            for cause in fault.causes {
                let exists = goodgate_causes::catalogue::ALL.iter().any(|found| found.id == *cause);
                assert!(exists, "{}: {cause}", fault.name);
            }
        }
    }

    #[test]
    fn every_fault_can_be_made_from_its_defaults() {
        for fault in ALL {
            let written: Vec<&str> = std::iter::once(fault.name)
                .chain(fault.arguments.iter().map(|argument| argument.default))
                .collect();

            assert!(Spec::parse(fault.name).is_ok(), "{}", fault.name);
            assert!(Spec::parse(&written.join(":")).is_ok(), "{written:?}");
        }
    }

    #[test]
    fn every_fault_is_described() {
        for fault in ALL {
            assert!(fault.summary.ends_with('.'), "{}", fault.name);
            assert!(!fault.causes.is_empty(), "{}", fault.name);
            assert!(!fault.protocols.is_empty(), "{}", fault.name);
        }
    }
}
