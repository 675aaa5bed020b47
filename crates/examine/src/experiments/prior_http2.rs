//! Tries HTTP/2 where HTTP/1 ends without an answer.

use super::Experiment;
use crate::examination::Examination;
use crate::plan::{Wish, broke_in_tls, silent_ask, tls_wish};
use crate::probe::{Ask, Purpose, What};

pub(super) static ITEM: Experiment =
    Experiment { outcomes: &[&["http_version_mismatch"]], wishes, look: |_, _| {} };

// What it shows is said in `signs::wire`: it takes the place of the first try.
fn wishes(examination: &Examination) -> Vec<Wish> {
    let hop = examination.last_hop();
    if broke_in_tls(examination, hop) {
        return Vec::new();
    }
    let Some(first) = silent_ask(examination, hop) else { return Vec::new() };
    let tls = first.tls.as_ref().map(|_| tls_wish(examination, &["h2"]));
    let ask = Ask { http2: true, tls, ..first };
    vec![Wish::new(hop, Purpose::PriorHttp2, What::Ask(ask))]
}
