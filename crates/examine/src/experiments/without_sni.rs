//! Shakes hands without a server name: where it failed with one, and where the origin is well and
//! the gateway may send none.

use goodgate_evidence::Sign;
use goodgate_evidence::probe::Tls;

use super::Experiment;
use crate::answer::{Answer, words};
use crate::examination::Examination;
use crate::plan::Wish;
use crate::probe::{Asked, Hop, Purpose, TlsWish, What};
use crate::signs::{Seen, when};

pub(super) static ITEM: Experiment = Experiment {
    outcomes: &[&["tls_sni_missing"], &["tls_client_cert_required", "tls_version_mismatch"]],
    wishes,
    look,
};

fn wishes(examination: &Examination) -> Vec<Wish> {
    let hop = examination.last_hop();
    let Some((probe, asked)) = examination.primary(hop) else { return Vec::new() };
    let (What::Ask(first), Some(handshake)) = (&probe.what, &asked.handshake) else {
        return Vec::new();
    };
    let Some(tls) = first.tls.as_ref().filter(|_| handshake.sni.is_some()) else {
        return Vec::new();
    };
    let failed = matches!(handshake.outcome, Tls::Alert { .. } | Tls::Closed | Tls::Reset);
    let suspected = hop == Hop::Origin
        && handshake.outcome == Tls::Established
        && examination.result(Hop::Gateway).is_some_and(Answer::fails);
    if !failed && !suspected {
        return Vec::new();
    }
    let endpoint = first.endpoint.clone();
    let tls = TlsWish { sni: false, ..tls.clone() };
    vec![Wish::new(hop, Purpose::WithoutSni, What::Handshake { endpoint, tls })]
}

fn look(examination: &Examination, seen: &mut Seen) {
    let hop = examination.last_hop();
    let Some((_, with)) = examination.primary(hop) else { return };
    let Some((_, without)) = examination.asked_of(hop, Purpose::WithoutSni).next() else { return };
    let outcome =
        |asked: &Asked| asked.handshake.as_ref().map(|handshake| handshake.outcome.clone());
    let worked = outcome(with) == Some(Tls::Established);
    let asked = with.handshake.as_ref().is_some_and(|one| one.client_certificate_asked);
    if worked && !asked && hop == Hop::Origin {
        let quote = with.handshake.as_ref().map(words::handshake).unwrap_or_default();
        seen.add_apart(hop, Sign::TlsNoCertAsked, when(with), &quote);
    }
    if worked && outcome(without) == Some(Tls::Established) {
        let quote = without.handshake.as_ref().map(words::handshake).unwrap_or_default();
        seen.add_apart(hop, Sign::TlsWorksWithoutSni, when(without), &quote);
    }
    let needs_name = matches!(
        outcome(without),
        Some(Tls::Alert { .. } | Tls::Closed | Tls::Reset | Tls::Invalid(_))
    );
    if !worked || !needs_name {
        return;
    }
    let quote = format!(
        "with a server name: {}; without: {}",
        with.handshake.as_ref().map(words::handshake).unwrap_or_default(),
        without.handshake.as_ref().map(words::handshake).unwrap_or_default()
    );
    seen.add(hop, Sign::TlsWorksWithSni, when(without), &quote);
}
