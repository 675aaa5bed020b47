//! Acknowledgements on their way to providers.

use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::IncidentId;

use super::fakes::{Does, Told};
use super::world::{World, channel, opened, pass};
use crate::channel::Failure;
use crate::store::AlertState;

const HOUR: Duration = Duration::from_hours(1);

fn busy() -> Does {
    Does::Fail(Failure::later("busy"))
}

/// How often a channel was told that somebody takes care of something.
fn asked(told: &Told) -> usize {
    told.acknowledged.lock().unwrap().len()
}

/// A world with a pager that has taken an alert of incident 1.
async fn paged(told: &Arc<Told>) -> World {
    let world = World::new(vec![channel("pager", "", told)]);
    world.commit(&[(opened(1), "pager")]).await;
    world.until(opened(1), "pager", AlertState::Accepted).await;
    world
}

#[tokio::test(start_paused = true)]
async fn it_goes_to_those_who_have_taken_an_alert_of_the_incident() {
    let pager = Told::new([Does::Accept]);
    let refuses = Told::new([Does::Fail(Failure::never("no"))]);
    let world = World::new(vec![channel("pager", "", &pager), channel("refuses", "", &refuses)]);
    world.commit(&[(opened(1), "pager"), (opened(1), "refuses")]).await;
    world.until(opened(1), "pager", AlertState::Accepted).await;
    world.until(opened(1), "refuses", AlertState::Dead).await;

    world.acknowledge(1, "ada").await;
    world.acknowledge(2, "ada").await;
    pass(HOUR).await;

    let told = pager.acknowledged.lock().unwrap().clone();
    assert_eq!(told.len(), 1, "once: it was taken");
    assert_eq!(told[0].alert().acknowledged.as_ref().unwrap().0, "ada");
    assert_eq!(told[0].key().incident, IncidentId(1));
    assert_eq!(asked(&refuses), 0);
}

#[tokio::test(start_paused = true)]
async fn it_is_tried_until_it_is_taken() {
    let failing = (0..40).map(|_| busy());
    let pager = Told::new([Does::Accept].into_iter().chain(failing).chain([Does::Accept]));
    let world = paged(&pager).await;

    world.acknowledge(1, "ada").await;
    pass(HOUR).await;

    assert_eq!(asked(&pager), 41);
}

#[tokio::test(start_paused = true)]
async fn it_is_told_after_a_crash_that_came_before_it_was_taken() {
    let pager = Told::new([Does::Accept, busy()]);
    let world = paged(&pager).await;
    world.store.incidents.lock().unwrap().insert(IncidentId(1), (Some("ada"), false));
    world.acknowledge(1, "ada").await;
    pass(Duration::from_secs(1)).await;
    let store = Arc::clone(&world.store);
    drop(world);

    let again = Told::new([Does::Accept]);
    let world = World::with(store, vec![channel("pager", "", &again)], false);
    pass(HOUR).await;

    let told = again.acknowledged.lock().unwrap().clone();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].alert().acknowledged.as_ref().unwrap().0, "ada");
    drop(world);
}

#[tokio::test(start_paused = true)]
async fn it_comes_after_the_alert_that_it_is_about() {
    let pager = Told::new([busy(), busy(), busy(), Does::Accept]);
    let world = World::new(vec![channel("pager", "", &pager)]);
    world.commit(&[(opened(1), "pager")]).await;

    world.acknowledge(1, "ada").await;
    pass(HOUR).await;

    assert_eq!(world.store.state(opened(1), "pager"), Some(AlertState::Accepted));
    assert_eq!(asked(&pager), 1);
}

#[tokio::test(start_paused = true)]
async fn it_is_not_tried_any_more_when_the_incident_is_over() {
    let pager = Told::new([Does::Accept, busy()]);
    let world = paged(&pager).await;
    world.acknowledge(1, "ada").await;
    pass(HOUR).await;
    let before = asked(&pager);
    assert!(before > 60, "at least each minute: {before}");

    world.store.incidents.lock().unwrap().insert(IncidentId(1), (Some("ada"), true));
    pass(HOUR).await;

    assert_eq!(asked(&pager), before);
}

#[tokio::test(start_paused = true)]
async fn it_is_not_tried_for_longer_than_a_day() {
    let pager = Told::new([Does::Accept, busy()]);
    let world = paged(&pager).await;

    world.acknowledge(1, "ada").await;
    pass(HOUR * 25).await;
    let after_a_day = asked(&pager);
    pass(HOUR * 25).await;

    assert_eq!(asked(&pager), after_a_day);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_counts_unless_we_are_cut_off() {
    let pager = Told::new([Does::Accept, Does::Fail(Failure::never("404 a hotel"))]);
    let world = paged(&pager).await;
    world.cut_off.send_replace(true);
    world.acknowledge(1, "ada").await;
    pass(HOUR).await;
    let cut_off = asked(&pager);

    world.cut_off.send_replace(false);
    pass(HOUR).await;

    assert!(cut_off > 60, "{cut_off}");
    assert_eq!(asked(&pager), cut_off + 1, "refused once by whom we asked");
}
