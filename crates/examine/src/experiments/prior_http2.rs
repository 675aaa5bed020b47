//! Tries HTTP/2 where HTTP/1 ends without an answer.

use goodgate_evidence::Sign;

use super::{Experiment, no_help};
use crate::examination::Examination;
use crate::plan::{Wish, broke_in_tls, silent_ask, tls_wish};
use crate::probe::{Ask, Purpose, What};
use crate::signs::Seen;

pub(super) static ITEM: Experiment =
    Experiment { outcomes: &[&["http_version_mismatch"]], wishes, look };

// That it helps is said in `signs::wire`: it takes the place of the first try.
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

fn look(examination: &Examination, seen: &mut Seen) {
    no_help(examination, Purpose::PriorHttp2, Sign::Http2NoHelp, seen);
}
