//! Tries TLS where plain HTTP ends without an answer.

use goodgate_evidence::Sign;

use super::{Experiment, no_help};
use crate::examination::Examination;
use crate::plan::{Wish, silent_ask, tls_wish};
use crate::probe::{Ask, Purpose, What};
use crate::signs::Seen;

pub(super) static ITEM: Experiment =
    Experiment { outcomes: &[&["plaintext_to_tls_port"]], wishes, look };

// That it helps is said in `signs::wire`: it takes the place of the first try.
fn wishes(examination: &Examination) -> Vec<Wish> {
    let hop = examination.last_hop();
    let Some(first) = silent_ask(examination, hop).filter(|first| first.tls.is_none()) else {
        return Vec::new();
    };
    let tls = Some(tls_wish(examination, hop, &["http/1.1"]));
    vec![Wish::new(hop, Purpose::OtherScheme, What::Ask(Ask { tls, ..first }))]
}

fn look(examination: &Examination, seen: &mut Seen) {
    no_help(examination, Purpose::OtherScheme, Sign::TlsNoHelp, seen);
}
