//! While our own way out is cut off, and after.

use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::AlertKind;
use tokio::time::Instant;

use super::fakes::{Does, Told};
use super::world::{World, channel, key, opened, pass, with_fallback};
use crate::channel::Failure;
use crate::delivery::limits;
use crate::store::{AlertState, Change, Store as _};

fn lost() -> Does {
    Does::Fail(Failure::later("no route to host"))
}

#[tokio::test(start_paused = true)]
async fn each_alert_is_tried_once_and_then_waits_until_the_way_works() {
    let mail = Told::new([lost(), lost(), Does::Accept]);
    let world = World::with(Arc::default(), vec![channel("mail", "", &mail)], true);
    world.commit(&[(opened(1), "mail"), (opened(2), "mail")]).await;
    pass(Duration::from_mins(10)).await;
    assert_eq!(mail.keys().len(), 2, "once each in ten minutes");

    let begin = Instant::now();
    world.cut_off.send_replace(false);
    for id in 1..=2 {
        world.until(opened(id), "mail", AlertState::Accepted).await;
    }

    assert!(begin.elapsed() < limits::RELEASE + Duration::from_secs(1), "{:?}", begin.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_doubt_that_is_wrong_delays_nothing() {
    let mail = Told::new([Does::Accept]);
    let world = World::with(Arc::default(), vec![channel("mail", "", &mail)], true);
    let begin = Instant::now();

    world.commit(&[(opened(1), "mail")]).await;
    world.until(opened(1), "mail", AlertState::Accepted).await;

    assert!(begin.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn what_the_digest_stands_for_is_not_sent_when_the_way_works() {
    let mail = Told::new([lost(), Does::Accept]);
    let world = World::with(Arc::default(), vec![channel("mail", "", &mail)], true);
    world.commit(&[(opened(1), "mail")]).await;
    pass(Duration::from_mins(5)).await;
    let digest = key(9, AlertKind::Digest, 0);

    let superseded = vec![opened(1)];
    let change = Change { superseded, ..Change::default() };
    world.store.commit_transition(Arc::new(change)).await.unwrap();
    world.commit(&[(digest, "mail")]).await;
    world.cut_off.send_replace(false);
    world.until(digest, "mail", AlertState::Accepted).await;
    pass(Duration::from_hours(1)).await;

    assert_eq!(mail.keys(), [opened(1), digest]);
    assert_eq!(world.store.state(opened(1), "mail"), Some(AlertState::Superseded));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_given_up_and_nothing_counts_while_we_are_cut_off() {
    // A portal on the way answers for the provider.
    let portal = Does::Fail(Failure::never("403 pay first"));
    let (mail, sms) = (Told::new([portal]), Told::new([Does::Accept]));
    let channels = vec![with_fallback("mail", "sms", &mail), channel("sms", "", &sms)];
    let world = World::with(Arc::default(), channels, true);

    world.commit(&[(opened(1), "mail")]).await;
    pass(Duration::from_hours(6)).await;

    assert!(mail.keys().len() > limits::TRIES as usize, "tried all the same, seldom");
    assert_eq!(world.store.state(opened(1), "mail"), Some(AlertState::Pending));
    assert!(sms.keys().is_empty() && world.told().is_empty());
    assert!(world.store.proofs.lock().unwrap().is_empty(), "it proves nothing of the channel");
}

#[tokio::test(start_paused = true)]
async fn after_an_outage_a_channel_has_all_its_attempts() {
    let failing = Does::Fail(Failure::later("421 too busy"));
    let mail = Told::new([vec![lost(); 20], vec![failing; 3], vec![Does::Accept]].concat());
    let sms = Told::new([Does::Accept]);
    let channels = vec![with_fallback("mail", "sms", &mail), channel("sms", "", &sms)];
    let world = World::with(Arc::default(), channels, true);
    world.commit(&[(opened(1), "mail")]).await;
    while mail.keys().len() < 20 {
        mail.begun.notified().await;
    }
    pass(Duration::from_secs(1)).await;

    world.cut_off.send_replace(false);
    world.until(opened(1), "mail", AlertState::Accepted).await;

    assert!(sms.keys().is_empty());
}
