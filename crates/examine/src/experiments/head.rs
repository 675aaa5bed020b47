//! Asks with HEAD: a fault of the body is not seen then.

use goodgate_evidence::Sign;

use super::Experiment;
use crate::answer::answer;
use crate::examination::Examination;
use crate::plan::{Wish, failing_ask};
use crate::probe::{Ask, Hop, Method, Purpose, What};
use crate::signs::{Seen, stage_words, when};

pub(super) static ITEM: Experiment = Experiment {
    outcomes: &[
        &[
            "app_worker_crash",
            "bad_content_coding",
            "body_stalled",
            "body_truncated",
            "invalid_chunking",
            "mtu_blackhole",
            "php_memory_limit",
        ],
        &[
            "connect_filtered",
            "connect_refused",
            "dns_nxdomain",
            "no_live_upstream",
            "tls_cert_expired",
            "tls_to_plaintext_port",
        ],
    ],
    wishes,
    look,
};

fn wishes(examination: &Examination) -> Vec<Wish> {
    let Some(first) = failing_ask(examination, Hop::Gateway) else { return Vec::new() };
    if first.method != Method::Get {
        return Vec::new();
    }
    let head = Ask { method: Method::Head, ..first };
    vec![Wish::new(Hop::Gateway, Purpose::Head, What::Ask(head))]
}

fn look(examination: &Examination, seen: &mut Seen) {
    let Some((_, first)) = examination.primary(Hop::Gateway) else { return };
    let Some((_, head)) = examination.asked_of(Hop::Gateway, Purpose::Head).next() else { return };
    if answer(first).fails() && !answer(head).fails() {
        let quote = format!("GET: {}; HEAD: {}", stage_words(first), stage_words(head));
        seen.add_apart(Hop::Gateway, Sign::HeadRequestWorks, when(head), &quote);
    }
}
