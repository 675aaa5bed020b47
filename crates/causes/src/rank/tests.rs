use goodgate_evidence::Source;

use super::*;

fn see(signs: &[Sign]) -> Vec<Observation> {
    let seen = signs.iter().enumerate();
    seen.map(|(at, sign)| Observation::new(*sign, Source::text(at + 1))).collect()
}

fn judge(signs: &[Sign]) -> Assessment {
    let observations = see(signs);
    rank(&Case { observations: &observations, ..Case::default() })
}

#[test]
fn proof_makes_a_confident_verdict_on_every_mechanism_it_belongs_to() {
    for cause in catalogue::ALL.iter().filter(|cause| cause.kind == Kind::Mechanism) {
        for sign in cause.weighs.iter().filter(|weight| weight.log_odds >= 7.0) {
            let verdict = judge(&[sign.sign]).verdict;

            let named = verdict.causes.iter().any(|candidate| candidate.id == cause.id);
            assert!(named, "{} on {}", cause.id, sign.sign);
            assert_eq!(verdict.state, State::Failing, "{} on {}", cause.id, sign.sign);
        }
    }
}

#[test]
fn a_mechanism_can_be_certain_while_its_root_is_not_visible() {
    let verdict = judge(&[Sign::ConnectRefused]).verdict;

    assert_eq!(verdict.top().map(|top| top.id), Some("connect_refused"));
    assert!(verdict.top().is_some_and(|top| top.confidence >= CONFIDENT));
    assert!(verdict.root_not_visible > 0.3, "{}", verdict.root_not_visible);
}

#[test]
fn repeated_sightings_count_once() {
    let once = judge(&[Sign::EndedBeforeHead]);
    let often = judge(&[Sign::EndedBeforeHead; 500]);

    assert_eq!(once.verdict, often.verdict);
    assert_eq!(often.evidence.first().map(|evidence| evidence.count), Some(500));
}

#[test]
fn the_order_of_the_evidence_does_not_change_the_verdict() {
    let one = judge(&[Sign::ConnectRefused, Sign::NoLiveUpstream, Sign::FailsInstantly]);
    let other = judge(&[Sign::FailsInstantly, Sign::NoLiveUpstream, Sign::ConnectRefused]);

    let ids = |assessment: &Assessment| -> Vec<&str> {
        assessment.verdict.causes.iter().map(|cause| cause.id).collect()
    };
    assert_eq!(ids(&one), ids(&other));
}

#[test]
fn what_follows_from_another_fault_does_not_come_first() {
    let assessment = judge(&[Sign::NoLiveUpstream, Sign::ConnectRefused]);

    assert_eq!(assessment.verdict.top().map(|top| top.id), Some("connect_refused"));
    assert!(assessment.also.is_empty());
}

#[test]
fn two_independent_faults_give_two_verdicts() {
    let assessment = judge(&[Sign::TlsCertExpired, Sign::RateLimited]);

    let first = assessment.verdict.top().map(|top| top.id);
    let second = assessment.also.first().and_then(Verdict::top).map(|top| top.id);
    assert_ne!(first, second);
    assert!(
        assessment
            .also
            .first()
            .is_some_and(|also| also.top().is_some_and(|top| top.confidence >= CONFIDENT))
    );
    assert!(assessment.verdict.top().is_some_and(|top| top.confidence < CONFIDENT));
}

#[test]
fn a_gateway_that_fails_before_a_healthy_origin_is_to_blame() {
    let mut closed = Observation::new(Sign::ClosedBeforeHead, Source::probe_gateway());
    closed.group = "wire".to_owned();
    let well = Observation::new(Sign::OriginAnswersWell, Source::probe_origin());

    let verdict = rank(&Case { observations: &[closed, well], ..Case::default() }).verdict;

    assert_eq!(verdict.mechanism.map(|mechanism| mechanism.blame), Some(Blame::Gateway));
    assert_eq!(verdict.hop, "target to client");
    assert!(verdict.fixes.iter().all(|fix| fix.product.is_some()));
}

#[test]
fn a_certificate_of_the_gateway_keeps_its_fix_before_a_healthy_origin() {
    let expired = Observation::new(Sign::TlsCertExpired, Source::probe_gateway());
    let well = Observation::new(Sign::OriginAnswersWell, Source::probe_origin());

    let verdict = rank(&Case { observations: &[expired, well], ..Case::default() }).verdict;

    assert!(verdict.fixes.iter().any(|fix| fix.product.is_none()));
    assert!(!verdict.summary.contains("that it dials"));
}

#[test]
fn an_error_behind_a_certificate_that_was_passed_over_is_a_fault_of_its_own() {
    let untrusted = Observation::new(Sign::TlsCertUntrusted, Source::probe_gateway());
    let status = Observation::new(Sign::Status502, Source::probe_gateway());

    let assessment = rank(&Case { observations: &[untrusted, status], ..Case::default() });

    assert_eq!(assessment.verdict.top().map(|top| top.id), Some("tls_cert_untrusted"));
    assert_eq!(assessment.also.len(), 1);
}

#[test]
fn a_root_seen_alone_comes_before_its_mechanism() {
    let verdict = judge(&[Sign::WorkerTimeout]).verdict;

    assert_eq!(verdict.top().map(|top| top.id), Some("app_worker_timeout"));
    let mechanism = verdict.mechanism.map(|mechanism| mechanism.id);
    assert_eq!(mechanism, Some("closed_before_response"));
}

#[test]
fn nothing_seen_is_unknown_and_not_healthy() {
    assert_eq!(judge(&[]).verdict.state, State::Unknown);
    assert_eq!(judge(&[Sign::Status502]).verdict.state, State::Unknown);
    assert_eq!(judge(&[Sign::TargetHealthy]).verdict.state, State::Healthy);
}

#[test]
fn confidences_are_probabilities() {
    for sign in Sign::ALL {
        let verdict = judge(&[*sign]).verdict;

        assert!(verdict.causes.iter().all(|cause| (0.0..=0.99).contains(&cause.confidence)));
        assert!((0.0..=1.0).contains(&verdict.root_not_visible), "{sign}");
    }
}
