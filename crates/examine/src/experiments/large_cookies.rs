//! Asks with cookies of six kilobytes: do heads of that size matter?

use goodgate_evidence::Sign;

use super::Experiment;
use crate::answer::{Answer, answer};
use crate::examination::Examination;
use crate::plan::{Wish, failing_ask};
use crate::probe::{Ask, Hop, Purpose, What};
use crate::signs::{Seen, stage_words, when};

pub(super) static ITEM: Experiment = Experiment {
    outcomes: &[&["response_header_too_large", "client_request_invalid"]],
    wishes,
    look,
};

/// Bytes of the cookie: more than uWSGI takes by default (4 KiB), less than nginx, Apache and
/// HAProxy take (8 KiB and more), so that it is the server behind the gateway that minds.
const BYTES: usize = 6 * 1024;

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
    let cookie = format!("goodgate={}", "x".repeat(BYTES));
    let ask = Ask { fields: vec![("Cookie".to_owned(), cookie)], ..ask };
    vec![Wish::new(Hop::Gateway, Purpose::LargeCookies, What::Ask(ask))]
}

fn look(examination: &Examination, seen: &mut Seen) {
    let Some((_, first)) = examination.primary(Hop::Gateway) else { return };
    let with = examination.asked_of(Hop::Gateway, Purpose::LargeCookies).next();
    let Some((_, with)) = with.filter(|_| !answer(first).fails()) else { return };
    // A refusal below 500 is a limit that works as it should.
    if matches!(answer(with), Answer::Error(_) | Answer::Failed(_)) {
        let quote = format!(
            "without cookies: {}; with {BYTES} bytes of them: {}",
            stage_words(first),
            stage_words(with)
        );
        seen.add_apart(Hop::Gateway, Sign::OnlyLargeCookies, when(with), &quote);
    }
}
