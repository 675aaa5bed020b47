//! Handshakes, of monitors that only shake hands and of those that ask.

use std::fs;

use goodgate_evidence::probe::CertificateProblem;
use goodgate_faults::Protocol;
use goodgate_incident::{Doubt, Outcome};
use goodgate_prober::Steps;
use goodgate_watch::check::{check, judge};

use crate::support::{Only, Origin, cause, checked, now, outcome, plan};

async fn secure(fault: &[&str]) -> Origin {
    Origin::start(Protocol::Https, fault, &[]).await
}

/// The keys of a monitor that shakes hands, and of one that asks as well.
fn both(origin: &Origin) -> [String; 2] {
    ["tls = \"", "http = \"https://"]
        .map(|key| format!("{key}{}\"\n{}", origin.address, origin.trusted()))
}

#[tokio::test]
async fn a_good_certificate_is_good_and_written_down() {
    let origin = secure(&[]).await;

    for keys in both(&origin) {
        let (raw, checked) = checked(&keys).await;

        assert_eq!(checked.result.outcome, Outcome::Good, "{keys}: {:?}", checked.failures);
        let handshake = raw.last().and_then(|attempt| attempt.handshake.as_ref()).expect("one");
        let leaf = handshake.chain.first().expect("a certificate");
        assert!(leaf.names.iter().any(|name| name == "origin.test"), "{leaf:?}");
        assert_eq!(handshake.trust, Ok(()));
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_has_its_cause() {
    for (fault, expected) in [
        ("tls_expired", "tls_cert_expired"),
        ("tls_wrong_name", "tls_cert_name_mismatch"),
        ("tls_self_signed", "tls_cert_untrusted"),
    ] {
        let origin = secure(&[fault]).await;
        for keys in both(&origin) {
            assert_eq!(cause(&keys).await, Some(expected), "{fault}: {keys}");
        }
    }
}

#[tokio::test]
async fn without_verification_a_bad_certificate_is_passed_over_and_written_down() {
    let origin = secure(&["tls_expired"]).await;

    for keys in both(&origin) {
        let (raw, checked) = checked(&format!("{keys}\nverify = false")).await;

        assert_eq!(checked.result.outcome, Outcome::Good, "{keys}: {:?}", checked.failures);
        let handshake = raw.last().and_then(|attempt| attempt.handshake.as_ref()).expect("one");
        assert_eq!(handshake.trust, Err(CertificateProblem::Expired));
    }
}

#[tokio::test]
async fn without_its_own_authority_nobody_vouches_for_the_server() {
    let origin = secure(&[]).await;
    let keys = format!("tls = \"{}\"\nserver_name = \"origin.test\"", origin.address);

    let (outcome, words) = outcome(&keys).await;

    assert!(matches!(outcome, Outcome::Bad { .. }), "{words}");
}

#[tokio::test]
async fn a_handshake_that_breaks_has_its_cause() {
    for (fault, expected) in [
        ("tls_close", "tls_handshake_aborted"),
        ("tls_reset", "tls_handshake_aborted"),
        ("plain_on_tls_port", "tls_to_plaintext_port"),
    ] {
        let origin = secure(&[fault]).await;
        let [shaking, _] = both(&origin);

        assert_eq!(cause(&shaking).await, Some(expected), "{fault}");
    }
}

#[tokio::test]
async fn authorities_that_cannot_be_read_are_our_own_failure() {
    let origin = secure(&[]).await;
    let keys = |ca: &str| format!("tls = \"{}\"\nca = \"{ca}\"", origin.address);

    for ca in ["/nowhere/ca.pem", "/dev/zero"] {
        let (outcome, words) = outcome(&keys(ca)).await;

        assert_eq!(outcome, Outcome::Unmeasured(Doubt::Resources), "{words}");
        assert!(words.contains(ca), "{words}");
    }
}

#[tokio::test]
async fn authorities_are_read_again_when_their_file_changes() {
    let (before, after) = (secure(&[]).await, secure(&[]).await);
    let [keys, _] = both(&after);
    let keys = keys.replace(&after.ca.display().to_string(), &before.ca.display().to_string());
    let (plan, prober) = (plan(&keys), Only(Steps::new()));
    let trusted = || async {
        let raw = check(&prober, &plan, 0, now(), std::time::Duration::ZERO).await;
        judge(&plan, &raw).result.outcome == Outcome::Good
    };

    let by_another = trusted().await;
    fs::write(&before.ca, fs::read(&after.ca).expect("it is there")).expect("it is ours");
    let by_its_own = trusted().await;

    assert_eq!((by_another, by_its_own), (false, true));
}
