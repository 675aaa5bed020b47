//! Asks the same gateway for a host name that it cannot know: does the gateway itself live?

use goodgate_evidence::Sign;

use super::Experiment;
use crate::answer::{Answer, answer};
use crate::examination::Examination;
use crate::plan::{Wish, failing_ask};
use crate::probe::{Ask, Hop, Purpose, TlsWish, What};
use crate::signs::{Seen, stage_words, when};
use crate::target::Place;

pub(super) static ITEM: Experiment = Experiment {
    outcomes: &[
        &[
            "gateway_connections_exhausted",
            "gateway_disk_full",
            "gateway_fd_exhausted",
            "gateway_worker_crash",
            "source_ports_exhausted",
        ],
        &[
            "app_generated_error",
            "connect_refused",
            "dns_nxdomain",
            "no_endpoints",
            "no_live_upstream",
            "response_timeout",
            "route_target_missing",
        ],
    ],
    wishes,
    look,
};

/// A name that nobody owns (RFC 2606 section 2).
const NOBODY: &str = "goodgate.invalid";

fn wishes(examination: &Examination) -> Vec<Wish> {
    let through = matches!(examination.place(Hop::Gateway), Some(Place::ThroughProxy(_)));
    let Some(first) = failing_ask(examination, Hop::Gateway).filter(|_| !through) else {
        return Vec::new();
    };
    // The server name of the handshake stays: another certificate would be another fault.
    let tls =
        first.tls.as_ref().map(|tls| TlsWish { alpn: vec!["http/1.1".to_owned()], ..tls.clone() });
    let ask = Ask { authority: NOBODY.to_owned(), path: "/".to_owned(), tls, ..first };
    vec![Wish::new(Hop::Gateway, Purpose::OtherHost, What::Ask(ask))]
}

fn look(examination: &Examination, seen: &mut Seen) {
    let Some((_, first)) = examination.primary(Hop::Gateway) else { return };
    let other = examination.asked_of(Hop::Gateway, Purpose::OtherHost).next();
    let Some((_, other)) = other.filter(|_| answer(first).fails()) else { return };
    // 421 says that the server takes the name of the handshake for the one that counts.
    if let Answer::Well(status) = answer(other)
        && status != 421
    {
        let quote = format!("asked for the host {NOBODY}, it answers {}", stage_words(other));
        seen.add_apart(Hop::Gateway, Sign::OnlyOneHost, when(other), &quote);
    }
}
