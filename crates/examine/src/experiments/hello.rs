//! Sends hand-written `ClientHello`s where the handshake fails: does the server lack our versions
//! and ciphers, or does it refuse for another reason?

use goodgate_evidence::Sign;
use goodgate_evidence::probe::{Ciphers, HelloAnswer, Tls, TlsVersion};

use super::Experiment;
use crate::answer::words;
use crate::examination::Examination;
use crate::plan::Wish;
use crate::probe::{Asked, Hop, Purpose, Special, What};
use crate::signs::{Seen, when};
use crate::target::Place;

pub(super) static ITEM: Experiment = Experiment {
    outcomes: &[
        &["tls_version_mismatch"],
        &["tls_no_shared_cipher"],
        &["tls_client_cert_required", "tls_sni_missing", "tls_handshake_aborted"],
    ],
    wishes,
    look,
};

/// What is offered, one hello each: what our own TLS has, and what it has not.
const OFFERS: &[(TlsVersion, Ciphers)] = &[
    (TlsVersion::Tls12, Ciphers::Everything),
    (TlsVersion::Tls11, Ciphers::Everything),
    (TlsVersion::Tls10, Ciphers::Everything),
];

fn wishes(examination: &Examination) -> Vec<Wish> {
    let hop = examination.last_hop();
    if matches!(examination.place(hop), Some(Place::ThroughProxy(_))) {
        return Vec::new();
    }
    let Some((probe, asked)) = examination.primary(hop) else { return Vec::new() };
    let (What::Ask(first), Some(handshake)) = (&probe.what, &asked.handshake) else {
        return Vec::new();
    };
    let refused = matches!(
        handshake.outcome,
        Tls::Alert { .. } | Tls::Closed | Tls::Reset | Tls::Incompatible(_) | Tls::Invalid(_)
    );
    if !refused {
        return Vec::new();
    }
    let what = |(version, ciphers): &(TlsVersion, Ciphers)| What::Hello {
        endpoint: first.endpoint.clone(),
        version: *version,
        ciphers: *ciphers,
        sni: handshake.sni.clone(),
    };
    OFFERS.iter().map(|offer| Wish::new(hop, Purpose::Hello, what(offer))).collect()
}

fn look(examination: &Examination, seen: &mut Seen) {
    let hop = examination.last_hop();
    let Some((sign, asked, quote)) = found(examination) else { return };
    seen.add_apart(hop, sign, when(asked), &quote);
}

/// Tells whether the handshake of the hop nearest to the application failed for want of a version
/// or a suite in common: how it then ended says nothing more.
pub(crate) fn explains(examination: &Examination, hop: Hop) -> bool {
    hop == examination.last_hop() && found(examination).is_some()
}

fn found(examination: &Examination) -> Option<(Sign, &Asked, String)> {
    let hop = examination.last_hop();
    let (_, first) = examination.primary(hop)?;
    let handshake = first.handshake.as_ref()?;
    let agreed = examination.asked_of(hop, Purpose::Hello).filter_map(|(_, asked)| {
        let Some(Special::Hello(hello)) = &asked.special else { return None };
        match hello.answer {
            Some(HelloAnswer::Agreed { version, cipher }) => Some((asked, version, cipher)),
            _ => None,
        }
    });
    // The highest version that it would agree to says most.
    let (asked, version, cipher) = agreed.max_by_key(|(_, version, _)| *version)?;
    let lacks_ours = version < TlsVersion::Tls12;
    // A server that agrees to TLS 1.2 with a suite that we have as well refused for another reason.
    if !lacks_ours && is_modern(cipher) {
        return None;
    }
    let quote = format!(
        "{}; offered older suites, it agrees to {} with suite 0x{cipher:04x}",
        words::handshake(handshake),
        version.name()
    );
    let sign = if lacks_ours { Sign::TlsAlertProtocolVersion } else { Sign::TlsNoSharedCipher };
    Some((sign, asked, quote))
}

/// The suites of TLS 1.2 that our own TLS offers: ECDHE with AES-GCM or ChaCha20-Poly1305.
fn is_modern(cipher: u16) -> bool {
    matches!(cipher, 0xc02b | 0xc02c | 0xc02f | 0xc030 | 0xcca8 | 0xcca9)
}
