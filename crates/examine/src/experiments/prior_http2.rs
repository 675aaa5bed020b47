//! Tries HTTP/2 where HTTP/1 ends without an answer.

use goodgate_evidence::Sign;
use goodgate_evidence::probe::Http;

use super::{Experiment, no_help};
use crate::answer::{Answer, answer};
use crate::examination::Examination;
use crate::plan::{Wish, broke_in_tls, silent_ask, tls_wish};
use crate::probe::{Ask, Hop, Purpose, What};
use crate::signs::{Seen, stage_words, when};

pub(super) static ITEM: Experiment =
    Experiment { outcomes: &[&["http_version_mismatch"], &["http2_stream_failure"]], wishes, look };

// That it helps is said in `signs::wire`: it takes the place of the first try.
fn wishes(examination: &Examination) -> Vec<Wish> {
    let hop = examination.last_hop();
    if broke_in_tls(examination, hop) {
        return Vec::new();
    }
    let silent = silent_ask(examination, hop);
    let Some(first) = silent.or_else(|| well_ask(examination)) else { return Vec::new() };
    let tls = first.tls.as_ref().map(|_| tls_wish(examination, hop, &["h2"]));
    let ask = Ask { http2: true, tls, ..first };
    vec![Wish::new(hop, Purpose::PriorHttp2, What::Ask(ask))]
}

/// Returns the request that the origin answers well while the gateway answers 502 or 503: it may speak
/// HTTP/2 to it.
fn well_ask(examination: &Examination) -> Option<Ask> {
    let fails = examination.result(Hop::Gateway);
    let (probe, asked) = examination.primary(Hop::Origin)?;
    let What::Ask(first) = &probe.what else { return None };
    let well = matches!(answer(asked), Answer::Well(_));
    (well && matches!(fails, Some(Answer::Error(502 | 503)))).then(|| first.clone())
}

fn look(examination: &Examination, seen: &mut Seen) {
    let over = examination.asked_of(Hop::Origin, Purpose::PriorHttp2).next();
    if let (Some(_), Some((_, over))) = (well_ask(examination), over) {
        let outcome = over.exchange.as_ref().map(|exchange| &exchange.outcome);
        if matches!(outcome, Some(Http::StreamReset(_) | Http::Goaway(_))) {
            let quote = stage_words(over);
            seen.add_apart(Hop::Origin, Sign::Http2FailsHere, when(over), &quote);
        }
        return;
    }
    no_help(examination, Purpose::PriorHttp2, Sign::Http2NoHelp, seen);
}
