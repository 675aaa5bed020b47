//! How channels are proven.

use std::time::Duration;

use goodgate_incident::AlertKind;

use super::fakes::{Does, Told};
use super::world::{World, channel, opened, pass};
use crate::channel::{self, Failure};
use crate::delivery::limits;
use crate::store::ProofKind;

const PROVEN: channel::Proof = channel::Proof::Proven("the server takes the log-in");

/// Returns the proofs that were kept: how, and why it failed.
fn kept(world: &World) -> Vec<(ProofKind, Option<String>)> {
    let proofs = world.store.proofs.lock().unwrap();
    proofs.iter().map(|proof| (proof.kind, proof.failure.clone())).collect()
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_proven_after_the_start_and_every_hour() {
    let mail = Told::proving([Does::Accept], Ok(PROVEN));
    let world = World::new(vec![channel("mail", "", &mail)]);

    pass(Duration::from_hours(5)).await;

    let times = mail.proven.lock().unwrap().clone();
    assert!((5..=6).contains(&times.len()), "{}", times.len());
    for pair in times.windows(2) {
        let pause = pair[1] - pair[0];
        assert!((limits::PROVE * 9 / 10..=limits::PROVE).contains(&pause), "{pause:?}");
    }
    assert!(kept(&world).iter().all(|proof| *proof == (ProofKind::LogIn, None)));
    assert!(mail.keys().is_empty(), "without a message");
}

#[tokio::test(start_paused = true)]
async fn a_failure_to_send_has_the_channel_proven_and_is_a_proof_itself() {
    let busy = Does::Fail(Failure::later("421 too busy"));
    let broken = Err(Failure::never("535 wrong password"));
    let mail = Told::proving([busy, Does::Accept], broken);
    let world = World::new(vec![channel("mail", "", &mail)]);
    pass(limits::PROVE_FIRST).await;
    assert_eq!(mail.proven.lock().unwrap().len(), 1);

    world.commit(&[(opened(1), "mail")]).await;
    pass(limits::PROVE_LEAST * 2).await;

    assert_eq!(mail.proven.lock().unwrap().len(), 2, "long before the hour");
    let log_in = (ProofKind::LogIn, Some("535 wrong password".to_owned()));
    let message = (ProofKind::Message, Some("421 too busy".to_owned()));
    assert_eq!(kept(&world), [log_in.clone(), message, log_in]);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_only_a_message_proves_is_not_asked_again() {
    let hook = Told::new([Does::Accept]);
    let world = World::new(vec![channel("hook", "", &hook)]);

    pass(Duration::from_hours(24)).await;

    assert_eq!(hook.proven.lock().unwrap().len(), 1);
    assert_eq!(kept(&world), []);
}

#[tokio::test(start_paused = true)]
async fn a_test_is_a_message_that_says_so_and_is_kept_as_a_proof() {
    let mail = Told::new([Does::Accept, Does::Fail(Failure::never("550 no")), Does::Hang]);
    let world = World::new(vec![channel("mail", "", &mail)]);

    let taken = world.couriers.alert_test("mail").await;
    pass(Duration::from_secs(1)).await;
    let refused = world.couriers.alert_test("mail").await;
    let stuck = world.couriers.alert_test("mail").await;

    assert!(taken.is_ok());
    assert_eq!(refused.unwrap_err().to_string(), "550 no");
    assert!(stuck.unwrap_err().to_string().contains("was ended"));
    let sent = mail.sent.lock().unwrap().clone();
    assert_eq!(sent[0].1.kind(), AlertKind::Proof);
    assert!(sent[0].1.subject().starts_with("TEST"), "{}", sent[0].1.subject());
    assert_ne!(sent[0].1.key(), sent[1].1.key(), "each is a message of its own");
    assert_eq!(
        kept(&world)[..2],
        [(ProofKind::Message, None), (ProofKind::Message, Some("550 no".to_owned()))]
    );
    let unknown = world.couriers.alert_test("mial").await.unwrap_err();
    assert_eq!(unknown.to_string(), "no channel is called mial");
}
