//! Speaks FastCGI and uwsgi to an origin that does not answer HTTP.

use goodgate_evidence::Sign;
use goodgate_evidence::probe::{AppAnswer, AppProtocol, Foreign, Http};

use super::Experiment;
use crate::answer::{app_answer, ended_without_answer, timed_out};
use crate::examination::Examination;
use crate::plan::Wish;
use crate::probe::{Asked, Hop, Purpose, Special, What};
use crate::signs::{Seen, stage_words, when};

pub(super) static ITEM: Experiment =
    Experiment { outcomes: &[&["app_protocol_mismatch"]], wishes, look };

fn wishes(examination: &Examination) -> Vec<Wish> {
    let hop = Hop::Origin;
    if examination.target.origin.is_none() {
        return Vec::new();
    }
    let Some((probe, asked)) = examination.primary(hop) else { return Vec::new() };
    let What::Ask(first) = &probe.what else { return Vec::new() };
    if !is_suspected(asked) || first.tls.is_some() {
        return Vec::new();
    }
    let what = |protocol| What::App {
        endpoint: first.endpoint.clone(),
        protocol,
        authority: first.authority.clone(),
        path: first.path.clone(),
    };
    [AppProtocol::Fastcgi, AppProtocol::Uwsgi]
        .map(|protocol| Wish::new(hop, Purpose::AppProtocol, what(protocol)))
        .into()
}

/// php-fpm and uWSGI close when they get HTTP, or wait for a record that does not come.
fn is_suspected(asked: &Asked) -> bool {
    let outcome = asked.exchange.as_ref().map(|exchange| &exchange.outcome);
    let foreign = matches!(outcome, Some(Http::NotHttp(Foreign::Fastcgi)));
    foreign || ended_without_answer(asked) || timed_out(asked)
}

/// Returns what an origin speaks that does not speak HTTP.
pub(crate) fn spoken(examination: &Examination) -> Option<(AppProtocol, &Asked)> {
    examination.asked_of(Hop::Origin, Purpose::AppProtocol).find_map(|(_, asked)| {
        let Some(Special::App(tried)) = &asked.special else { return None };
        let speaks = matches!(tried.answer, Some(AppAnswer::Speaks { .. }));
        speaks.then_some((tried.protocol, asked))
    })
}

fn look(examination: &Examination, seen: &mut Seen) {
    let Some((protocol, asked)) = spoken(examination) else { return neither(examination, seen) };
    let Some((_, first)) = examination.primary(Hop::Origin) else { return };
    let quote = format!("HTTP: {}; {}: it answers", stage_words(first), protocol.name());
    seen.add_apart(Hop::Origin, Sign::SpeaksAppProtocol, when(asked), &quote);
}

/// Says that neither protocol is spoken, where the server did anything but wait for more.
fn neither(examination: &Examination, seen: &mut Seen) {
    let tried: Vec<&Asked> =
        examination.asked_of(Hop::Origin, Purpose::AppProtocol).map(|(_, asked)| asked).collect();
    let ended = |asked: &&Asked| !matches!(app_answer(asked), None | Some(AppAnswer::TimedOut));
    if let Some(asked) = tried.first().filter(|_| tried.len() > 1 && tried.iter().all(&ended)) {
        let quote = stage_words(asked);
        seen.add_apart(Hop::Origin, Sign::AppProtocolNoHelp, when(asked), &quote);
    }
}
