//! Tries TLS where plain HTTP ends without an answer.

use super::Experiment;
use crate::examination::Examination;
use crate::plan::{Wish, silent_ask, tls_wish};
use crate::probe::{Ask, Purpose, What};

pub(super) static ITEM: Experiment =
    Experiment { outcomes: &[&["plaintext_to_tls_port"]], wishes, look: |_, _| {} };

// What it shows is said in `signs::wire`: it takes the place of the first try.
fn wishes(examination: &Examination) -> Vec<Wish> {
    let hop = examination.last_hop();
    let Some(first) = silent_ask(examination, hop).filter(|first| first.tls.is_none()) else {
        return Vec::new();
    };
    let tls = Some(tls_wish(examination, &["http/1.1"]));
    vec![Wish::new(hop, Purpose::OtherScheme, What::Ask(Ask { tls, ..first }))]
}
