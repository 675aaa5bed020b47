use goodgate_config::Text as _;
use goodgate_resilience::hold::{Guest, Settings as HoldSettings};

use super::*;
use crate::settings::values::{Endpoint as Place, Url};
use crate::settings::{Health, Timeouts};

fn settings(urls: &[&str]) -> settings::Upstream {
    let place = |url: &&str| Place::from(Url::from_text(url).expect("a URL"));
    settings::Upstream {
        endpoints: urls.iter().map(place).collect(),
        ..settings::Upstream::default()
    }
}

fn upstream(settings: &settings::Upstream, before: Option<&Upstream>) -> Upstream {
    let now = Instant::now();
    let upstream = Upstream::new("app", settings.clone(), before, 2, now).expect("an upstream");
    upstream.begin(before, &Names::new(), now);
    upstream
}

fn endpoint(upstream: &Upstream, index: usize) -> Arc<Endpoint> {
    Arc::clone(&upstream.endpoints().0[index])
}

#[test]
fn endpoints_whose_address_stays_are_the_same_under_other_settings() {
    let first = settings(&["http://127.0.0.1:1", "http://127.0.0.1:2"]);
    let timeouts = Timeouts { connect: Duration::from_secs(9), ..Timeouts::default() };
    let second = settings(&["http://127.0.0.1:2", "http://127.0.0.1:3"]);
    let before = upstream(&first, None);
    let stays = endpoint(&before, 1);

    let after = upstream(&settings::Upstream { timeouts, ..second }, Some(&before));

    assert!(Arc::ptr_eq(&endpoint(&after, 0), &stays));
    assert_eq!(after.endpoints().0.len(), 2);
}

#[test]
fn what_speaks_against_an_endpoint_survives_another_breaker() {
    let first = settings(&["http://127.0.0.1:1"]);
    let health = Some(Health::default());
    let first = settings::Upstream { health: health.clone(), ..first };
    let before = upstream(&first, None);
    endpoint(&before, 0).state().set(Reason::CheckFailed, true, Instant::now());
    endpoint(&before, 0).state().set(Reason::Draining, true, Instant::now());

    let after = upstream(&settings::Upstream { breaker: None, ..first.clone() }, Some(&before));

    let there = endpoint(&after, 0);
    assert!(there.state().has(Reason::CheckFailed) && there.state().has(Reason::Draining));
    assert!(Arc::ptr_eq(&there.kept, &endpoint(&before, 0).kept));
}

#[test]
fn without_checks_no_endpoint_has_failed_one() {
    let first = settings(&["http://127.0.0.1:1"]);
    let before =
        upstream(&settings::Upstream { health: Some(Health::default()), ..first.clone() }, None);
    endpoint(&before, 0).state().set(Reason::CheckFailed, true, Instant::now());

    let after = upstream(&settings::Upstream { health: None, ..first }, Some(&before));

    assert_eq!(endpoint(&after, 0).state().standing(), Standing::Up);
}

#[test]
fn a_look_up_of_before_a_reload_changes_nothing_after_it() {
    let before = upstream(&settings(&["http://app.example:1"]), None);
    let after = upstream(&settings(&["http://app.example:2"]), Some(&before));
    let known = Names::from([("app.example".to_owned(), vec![[127, 0, 0, 1].into()])]);

    before.place(&known, Instant::now());
    assert!(after.endpoints().0.is_empty());

    after.place(&known, Instant::now());
    assert_eq!(endpoint(&after, 0).address.to_string(), "127.0.0.1:2");
}

#[test]
fn requests_that_wait_get_the_endpoints_of_after() {
    let before = upstream(&settings(&["http://app.example:1"]), None);
    let guest = Guest { route: 0, bytes: 0, is_safe: true, deadline: None, held: Duration::ZERO };
    let place = before.waiting.enter(guest, HoldSettings::default(), Instant::now());
    let place = place.expect("a place");

    let _after = upstream(&settings(&["http://127.0.0.1:2"]), Some(&before));

    assert!(before.waiting.leave(&place), "it was let go");
    assert_eq!(endpoint(&before, 0).address.to_string(), "127.0.0.1:2");
}

#[test]
fn requests_behind_the_gate_still_count_under_other_limits() {
    let first = settings(&["http://127.0.0.1:1"]);
    let before = upstream(&first, None);
    before.gate.enter();
    let mut second = first;
    second.limits.in_flight = 1;

    let after = upstream(&second, Some(&before));

    assert_eq!(after.gate.in_flight(), 1);
    assert!(!after.gate.enter_from_queue());
    before.gate.leave();
    assert!(after.gate.enter_from_queue());
}

/// Lets the endpoint that a POST with this key goes to fail, and returns where the next one goes.
fn after_a_failure(balance: settings::Balance) -> (usize, Vec<usize>) {
    let first = settings(&["http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3"]);
    let upstream = upstream(&settings::Upstream { balance, ..first }, None);
    let wish = Wish { is_safe: false, ..Wish::FIRST };
    let mut random = goodgate_resilience::SplitMix::new(7);
    let mut choose = || upstream.choose(&wish, 7, &mut random, Instant::now()).expect("one");
    let before = choose();
    let (state, now) = (before.endpoint.state(), Instant::now());
    let admission = state.begin(goodgate_resilience::breaker::Asker::UnsafeRequest, now);
    state.end(admission, goodgate_resilience::Mark::Erred, Duration::ZERO, true, now);
    (before.index, (0..20).map(|_| choose().index).collect())
}

#[test]
fn a_post_avoids_an_endpoint_that_has_failed() {
    let (failed, next) = after_a_failure(settings::Balance::RoundRobin);

    assert!(!next.contains(&failed), "{failed}, then {next:?}");
}

#[test]
fn a_post_stays_at_the_endpoint_of_its_key() {
    let (failed, next) = after_a_failure(settings::Balance::Hash);

    assert!(next.iter().all(|index| *index == failed), "{failed}, then {next:?}");
}

#[test]
fn the_trial_of_a_breaker_is_called_one() {
    let first = settings(&["http://127.0.0.1:1", "http://127.0.0.1:2"]);
    let upstream = upstream(&first, None);
    let now = Instant::now();
    let broken = endpoint(&upstream, 0);
    for _ in 0..goodgate_resilience::limits::CONSECUTIVE_FAILURES {
        let admission = broken.state().begin(goodgate_resilience::breaker::Asker::Probe, now);
        broken.state().end(admission, goodgate_resilience::Mark::Broken, Duration::ZERO, true, now);
    }
    assert_eq!(broken.state().standing(), Standing::Down);

    let later = now + goodgate_resilience::limits::BREAKER_OPEN;
    let mut random = goodgate_resilience::SplitMix::new(7);
    let chosen = upstream.choose(&Wish::FIRST, 0, &mut random, later).expect("one");

    assert_eq!((chosen.index, chosen.tier), (0, Tier::Trial));
}
