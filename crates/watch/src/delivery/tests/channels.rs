//! Channels that come, go and are replaced, and the end.

use std::sync::Arc;
use std::time::Duration;

use super::super::roster::Roster;
use super::fakes::{Does, Told};
use super::world::{World, channel, opened, pass, with_fallback};
use crate::channel::Failure;
use crate::delivery::limits;
use crate::store::{AlertState, ChannelName};

fn later() -> Does {
    Does::Fail(Failure::after("429", Some(Duration::from_mins(30))))
}

#[tokio::test(start_paused = true)]
async fn what_waits_on_a_channel_that_goes_is_handed_to_its_fallback_at_once() {
    let (mail, sms) = (Told::new([Does::Fail(Failure::later("421"))]), Told::new([Does::Accept]));
    let fallback = channel("sms", "", &sms);
    let world = World::new(vec![with_fallback("mail", "sms", &mail), fallback.clone()]);
    world.commit(&[(opened(1), "mail")]).await;
    while mail.keys().len() < 4 {
        mail.begun.notified().await;
    }

    world.couriers.set(vec![fallback]);
    world.until(opened(1), "sms", AlertState::Accepted).await;

    let (state, _, why) = world.store.standing(opened(1), "mail").unwrap();
    assert_eq!(state, AlertState::Dead);
    assert_eq!(why.as_deref(), Some("channel mail is not in the configuration any more"));
}

#[tokio::test(start_paused = true)]
async fn alerts_of_a_channel_that_went_between_two_starts_are_not_lost() {
    let (mail, sms, pager) =
        (Told::new([later()]), Told::new([later()]), Told::new([Does::Accept]));
    let last = channel("pager", "", &pager);
    let store = {
        let channels = vec![
            with_fallback("mail", "sms", &mail),
            with_fallback("sms", "pager", &sms),
            channel("lone", "", &mail),
            last.clone(),
        ];
        let world = World::with(Arc::default(), channels, true);
        world.commit(&[(opened(1), "mail"), (opened(2), "lone")]).await;
        pass(Duration::from_secs(1)).await;
        assert_eq!(world.store.state(opened(1), "mail"), Some(AlertState::Pending));
        Arc::clone(&world.store)
    };

    let world = World::with(store, vec![last], false);
    world.until(opened(1), "pager", AlertState::Accepted).await;
    world.until(opened(2), "lone", AlertState::Dead).await;

    assert!(sms.keys().is_empty(), "it is gone as well");
    let dead = world.store.standing(opened(2), "lone").unwrap();
    assert!(dead.2.unwrap().contains("not in the configuration"));
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_tried_with_the_new_channel_of_the_same_name() {
    let (before, after) = (Told::new([later()]), Told::new([Does::Accept]));
    let world = World::new(vec![channel("mail", "", &before)]);
    world.commit(&[(opened(1), "mail")]).await;
    before.begun.notified().await;
    pass(Duration::from_secs(1)).await;
    let begin = tokio::time::Instant::now();

    world.couriers.set(vec![channel("mail", "", &after)]);
    world.until(opened(1), "mail", AlertState::Accepted).await;

    assert!(begin.elapsed() <= limits::RELEASE + Duration::from_secs(1), "{:?}", begin.elapsed());
    assert_eq!((before.keys().len(), after.keys().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_new_delivers_what_was_committed_for_it_before() {
    let mail = Told::new([Does::Accept]);
    let world = World::new(Vec::new());
    world.commit(&[(opened(1), "mail")]).await;
    pass(Duration::from_mins(5)).await;

    world.couriers.set(vec![channel("mail", "", &mail)]);
    world.until(opened(1), "mail", AlertState::Accepted).await;

    assert_eq!(mail.keys(), [opened(1)]);
}

#[tokio::test(start_paused = true)]
async fn at_the_end_what_is_in_hand_is_answered_for_and_nothing_new_is_begun() {
    let mail = Told::new([Does::Hang]);
    let mut world = World::new(vec![channel("mail", "", &mail)]);
    let alerts: Vec<_> = (1..=10).map(|id| (opened(id), "mail")).collect();
    world.commit(&alerts).await;
    mail.begun.notified().await;

    world.couriers.end();
    (&mut world.running).await.unwrap();

    assert_eq!(mail.keys().len(), limits::AT_ONCE);
    assert_eq!(world.store.standing(opened(1), "mail").unwrap().1, 1, "it was put off");
    assert_eq!(world.store.standing(opened(9), "mail").unwrap().1, 0);
}

#[test]
fn nobody_is_the_fallback_of_itself() {
    let told = Told::new([Does::Accept]);
    let mut roster = Roster::default();
    roster.set(vec![with_fallback("lone", "lone", &told), channel("end", "", &told)]);
    let after = |roster: &Roster, name: &str| roster.after(&ChannelName(name.into()));

    assert_eq!(after(&roster, "lone"), None);
    // A chain through channels that are gone, which leads back.
    roster.recall(r#"{"a":"b","b":"a","c":"d","d":"end"}"#);
    assert_eq!(after(&roster, "a"), None);
    assert_eq!(after(&roster, "c"), Some(ChannelName("end".into())));
    assert_eq!(after(&roster, "nobody"), None);
}
