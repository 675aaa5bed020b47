//! Begins with a PROXY protocol header where a server ends without an answer.

use goodgate_evidence::Sign;

use super::{Experiment, no_help};
use crate::examination::Examination;
use crate::plan::{Wish, silent_ask};
use crate::probe::{Ask, Purpose, What};
use crate::signs::Seen;
use crate::target::Place;

pub(super) static ITEM: Experiment =
    Experiment { outcomes: &[&["proxy_protocol_mismatch"]], wishes, look };

// That it helps is said in `signs::wire`: it takes the place of the first try.
fn wishes(examination: &Examination) -> Vec<Wish> {
    let hop = examination.last_hop();
    // A forward proxy stands between; the header would be read by nobody or by the wrong one.
    if matches!(examination.place(hop), Some(Place::ThroughProxy(_))) {
        return Vec::new();
    }
    let Some(first) = silent_ask(examination, hop) else { return Vec::new() };
    let header = Ask { proxy_header: true, ..first };
    vec![Wish::new(hop, Purpose::ProxyHeader, What::Ask(header))]
}

fn look(examination: &Examination, seen: &mut Seen) {
    no_help(examination, Purpose::ProxyHeader, Sign::ProxyHeaderNoHelp, seen);
}
