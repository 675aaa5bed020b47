//! Channels that fail, hang and panic.

use std::time::Duration;

use goodgate_incident::AlertKind;

use super::fakes::{Does, Told};
use super::world::{World, channel, key, opened, pass, with_fallback};
use crate::channel::{Again, Failure};
use crate::delivery::backoff::window;
use crate::delivery::limits;
use crate::store::AlertState;

fn later() -> Does {
    Does::Fail(Failure::later("421 too busy"))
}

fn never() -> Does {
    Does::Fail(Failure::never("550 no such user"))
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_tried_again_after_waits_that_grow_and_nobody_is_told_of_it() {
    let mail = Told::new([vec![later(); 6], vec![Does::Accept]].concat());
    let world = World::new(vec![channel("mail", "", &mail)]);

    world.commit(&[(opened(1), "mail")]).await;
    world.until(opened(1), "mail", AlertState::Accepted).await;

    let waits = mail.waits();
    assert_eq!(waits.len(), 6);
    for (attempt, wait) in waits.iter().enumerate() {
        let most = window(attempt as u32) + Duration::from_millis(2);
        assert!((limits::WAIT_LEAST..=most).contains(wait), "{attempt}: {wait:?}");
    }
    assert_eq!(world.told(), [(opened(1), "mail".to_owned(), None)]);
    let (_, attempts, why) = world.store.standing(opened(1), "mail").unwrap();
    assert_eq!((attempts, why.as_deref()), (6, Some("421 too busy")));
}

#[tokio::test(start_paused = true)]
async fn the_time_that_a_provider_asks_for_is_kept() {
    let busy = Does::Fail(Failure::after("429", Some(Duration::from_secs(90))));
    let chat = Told::new([busy, Does::Accept]);
    let world = World::new(vec![channel("chat", "", &chat)]);

    world.commit(&[(opened(1), "chat")]).await;
    world.until(opened(1), "chat", AlertState::Accepted).await;

    let wait = chat.waits()[0];
    assert!((Duration::from_secs(90)..Duration::from_secs(92)).contains(&wait), "{wait:?}");
}

#[tokio::test(start_paused = true)]
async fn nobody_else_to_tell_is_a_dead_letter_after_a_day_of_attempts() {
    let mail = Told::new([later()]);
    let world = World::new(vec![channel("mail", "", &mail)]);

    world.commit(&[(opened(1), "mail")]).await;
    world.until(opened(1), "mail", AlertState::Dead).await;

    let lasted: Duration = mail.waits().iter().sum();
    assert!((Duration::from_hours(16)..Duration::from_hours(32)).contains(&lasted), "{lasted:?}");
    let failure = Some("421 too busy".to_owned());
    assert_eq!(world.told(), [(opened(1), "mail".to_owned(), failure)]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_for_good_goes_along_the_chain_once() {
    let (mail, chat, sms) = (Told::new([never()]), Told::new([never()]), Told::new([Does::Accept]));
    let world = World::new(vec![
        with_fallback("mail", "chat", &mail),
        with_fallback("chat", "sms", &chat),
        channel("sms", "", &sms),
    ]);

    world.commit(&[(opened(1), "mail")]).await;
    world.until(opened(1), "sms", AlertState::Accepted).await;

    assert_eq!(
        (mail.keys(), chat.keys(), sms.keys()),
        (vec![opened(1)], vec![opened(1)], vec![opened(1)])
    );
    let failure = Some("550 no such user".to_owned());
    let told = ["mail", "chat"].map(|name| (opened(1), name.to_owned(), failure.clone()));
    assert_eq!(world.told()[..2], told);
    assert_eq!(world.told()[2..], [(opened(1), "sms".to_owned(), None)]);
}

#[tokio::test(start_paused = true)]
async fn a_chain_in_a_circle_ends_in_a_dead_letter() {
    // No checked configuration has one; two configurations after each other can.
    let (mail, chat) = (Told::new([never()]), Told::new([never()]));
    let channels = vec![with_fallback("mail", "chat", &mail), with_fallback("chat", "mail", &chat)];
    let world = World::new(channels);

    world.commit(&[(opened(1), "mail")]).await;
    world.until(opened(1), "chat", AlertState::Dead).await;

    assert_eq!((mail.keys().len(), chat.keys().len()), (1, 1));
    assert_eq!(world.store.state(opened(1), "mail"), Some(AlertState::Dead));
}

#[tokio::test(start_paused = true)]
async fn a_fallback_is_told_within_minutes_where_a_channel_does_not_heal() {
    let (mail, sms) = (Told::new([later()]), Told::new([Does::Accept]));
    let world = World::new(vec![with_fallback("mail", "sms", &mail), channel("sms", "", &sms)]);
    let begin = tokio::time::Instant::now();

    world.commit(&[(opened(1), "mail")]).await;
    world.until(opened(1), "sms", AlertState::Accepted).await;

    assert_eq!(mail.keys().len(), limits::TRIES as usize);
    assert!(begin.elapsed() < Duration::from_mins(3), "{:?}", begin.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_hangs_is_left_and_delays_no_other() {
    let (stuck, mail) = (Told::new([Does::Hang]), Told::new([Does::Accept]));
    let world = World::new(vec![channel("stuck", "", &stuck), channel("mail", "", &mail)]);
    let begin = tokio::time::Instant::now();

    let ids = 1..=20;
    let alerts: Vec<_> =
        ids.clone().flat_map(|id| [(opened(id), "stuck"), (opened(id), "mail")]).collect();
    world.commit(&alerts).await;
    for id in ids {
        world.until(opened(id), "mail", AlertState::Accepted).await;
    }

    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    assert_eq!(stuck.keys().len(), limits::AT_ONCE);
    // Its own timeout is 20 seconds.
    pass(Duration::from_mins(1)).await;
    let (_, attempts, why) = world.store.standing(opened(1), "stuck").unwrap();
    assert_eq!((attempts, why.as_deref()), (1, Some("the channel was ended after 45 s")));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure_of_that_alert_and_the_worker_goes_on() {
    let mail = Told::new([Does::Panic, Does::Accept]);
    let world = World::new(vec![channel("mail", "", &mail)]);

    world.commit(&[(opened(1), "mail")]).await;
    world.until(opened(1), "mail", AlertState::Accepted).await;

    assert_eq!(mail.keys(), [opened(1), opened(1)], "the same key both times");
    let (_, attempts, why) = world.store.standing(opened(1), "mail").unwrap();
    assert!(attempts == 1 && why.unwrap().contains("failed inside"));
}

#[tokio::test(start_paused = true)]
async fn of_one_incident_nothing_overtakes_what_waits() {
    let mail = Told::new([later(), later(), Does::Accept]);
    let world = World::new(vec![channel("mail", "", &mail)]);
    let resolved = key(1, AlertKind::Resolved, 0);

    world.commit(&[(opened(1), "mail"), (resolved, "mail")]).await;
    world.until(resolved, "mail", AlertState::Accepted).await;

    assert_eq!(mail.keys(), [opened(1), opened(1), opened(1), resolved]);
}

#[tokio::test(start_paused = true)]
async fn a_store_without_room_is_told_again_what_became_of_an_alert() {
    let mail = Told::new([Does::Accept]);
    let world = World::new(vec![channel("mail", "", &mail)]);
    *world.store.busy.lock().unwrap() = 5;

    world.commit(&[(opened(1), "mail")]).await;
    world.until(opened(1), "mail", AlertState::Accepted).await;

    assert_eq!(mail.keys(), [opened(1)], "sent once");
}

#[tokio::test(start_paused = true)]
async fn a_template_that_fails_is_sent_with_the_built_in_text() {
    let mail = Told::new([Does::Accept]);
    let keys = "templates = { text = \"{{ nothing.of.this }}\" }";
    let world = World::new(vec![channel("mail", keys, &mail)]);

    world.commit(&[(opened(1), "mail")]).await;
    world.until(opened(1), "mail", AlertState::Accepted).await;

    let sent = mail.sent.lock().unwrap();
    let text = sent[0].1.plain();
    assert!(text.contains("DOWN") && text.contains("The template `text` failed"), "{text}");
}

#[test]
fn a_failure_says_whether_to_try_again() {
    assert_eq!(Failure::later("x").again, Again::Later(None));
}
