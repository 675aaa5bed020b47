//! Asks for a compressed answer: is it the coding that breaks?

use goodgate_evidence::Sign;

use super::Experiment;
use crate::answer::answer;
use crate::examination::Examination;
use crate::plan::{Wish, failing_ask};
use crate::probe::{Ask, Hop, Purpose, What};
use crate::signs::{Seen, stage_words, when};

pub(super) static ITEM: Experiment = Experiment {
    outcomes: &[
        &["bad_content_coding"],
        &["body_stalled", "body_truncated", "invalid_chunking", "invalid_framing"],
    ],
    wishes,
    look,
};

fn wishes(examination: &Examination) -> Vec<Wish> {
    let ask = match examination.primary(Hop::Gateway) {
        Some((probe, asked)) if !answer(asked).fails() && examination.options.thorough => {
            let What::Ask(first) = &probe.what else { return Vec::new() };
            first.clone()
        }
        _ => match failing_ask(examination, Hop::Gateway) {
            Some(first) => first,
            None => return Vec::new(),
        },
    };
    let fields = vec![("Accept-Encoding".to_owned(), "gzip".to_owned())];
    vec![Wish::new(Hop::Gateway, Purpose::Compressed, What::Ask(Ask { fields, ..ask }))]
}

fn look(examination: &Examination, seen: &mut Seen) {
    let Some((_, first)) = examination.primary(Hop::Gateway) else { return };
    let other = examination.asked_of(Hop::Gateway, Purpose::Compressed).next();
    let Some((_, compressed)) = other else { return };
    let quote = format!("identity: {}; gzip: {}", stage_words(first), stage_words(compressed));
    match (answer(first).fails(), answer(compressed).fails()) {
        (false, true) => {
            seen.add_apart(Hop::Gateway, Sign::OnlyCompressed, when(compressed), &quote);
        }
        (true, false) => {
            seen.add_apart(Hop::Gateway, Sign::OnlyUncompressed, when(compressed), &quote);
        }
        _ => {}
    }
}
