//! Who is ejected, and who is not.

use super::*;
use crate::breaker::Asker;
use crate::endpoint::Description;
use crate::failure::Mark;

struct Upstream {
    members: Vec<Endpoint>,
    ejector: Ejector,
    now: Instant,
}

impl Upstream {
    fn of(endpoints: u64) -> Self {
        let now = Instant::now();
        let members = (0..endpoints).map(|id| Endpoint::new(Description::new(id), now)).collect();
        Self { members, ejector: Ejector::new(Settings::default()), now }
    }

    /// Lets an endpoint end `good` attempts well and `bad` ones with a mark, well mixed.
    fn attempts(&self, index: usize, good: u32, bad: u32, mark: Mark) {
        let endpoint = &self.members[index];
        for number in 0..good + bad {
            // Spreads the bad ones evenly, so that they make no row.
            let is_bad = (number + 1) * bad / (good + bad) > number * bad / (good + bad);
            let admission = endpoint.begin(Asker::SafeRequest, self.now);
            let mark = if is_bad { mark } else { Mark::Good };
            endpoint.end(admission, mark, Duration::from_millis(1), true, self.now);
        }
    }

    fn review(&mut self) -> Vec<usize> {
        let changes = self.ejector.review(&self.members, self.now);
        changes
            .iter()
            .filter_map(|change| match change {
                Change::Ejected { index, .. } => Some(*index),
                Change::Returned { .. } => None,
            })
            .collect()
    }

    fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }
}

#[test]
fn one_that_fails_more_than_the_others_is_ejected() {
    let mut upstream = Upstream::of(3);
    upstream.attempts(0, 70, 30, Mark::Erred);
    upstream.attempts(1, 100, 0, Mark::Good);
    upstream.attempts(2, 99, 1, Mark::Erred);

    assert_eq!(upstream.review(), [0]);
    assert_eq!(upstream.members[0].standing(), Standing::Ejected);
}

#[test]
fn a_bad_url_that_fails_everywhere_ejects_nobody() {
    let mut upstream = Upstream::of(3);
    for (index, bad) in [(0, 35), (1, 30), (2, 40)] {
        upstream.attempts(index, 100 - bad, bad, Mark::Erred);
    }

    assert_eq!(upstream.review(), []);
}

#[test]
fn a_lone_endpoint_is_never_ejected() {
    let mut upstream = Upstream::of(1);
    upstream.attempts(0, 0, 100, Mark::Erred);

    assert_eq!(upstream.review(), []);
}

#[test]
fn few_requests_prove_nothing() {
    let mut upstream = Upstream::of(2);
    upstream.attempts(0, 0, 19, Mark::Erred);
    upstream.attempts(1, 100, 0, Mark::Erred);

    assert_eq!(upstream.review(), []);
}

#[test]
fn chance_is_no_reason() {
    let mut upstream = Upstream::of(2);
    upstream.attempts(0, 17, 3, Mark::Erred);
    upstream.attempts(1, 20, 0, Mark::Erred);

    assert_eq!(upstream.review(), []);
}

#[test]
fn client_aborts_eject_nobody() {
    let mut upstream = Upstream::of(2);
    upstream.attempts(0, 20, 200, Mark::Nothing);
    upstream.attempts(1, 200, 0, Mark::Nothing);

    assert_eq!(upstream.review(), []);
}

#[test]
fn half_of_them_always_go_on_serving() {
    let mut upstream = Upstream::of(5);
    let mut ejected = Vec::new();
    for index in 0..5 {
        // Each one in turn is the bad one, while the others answer.
        (0..5).filter(|other| *other != index).for_each(|other| {
            upstream.attempts(other, 400, 0, Mark::Good);
        });
        upstream.attempts(index, 100, 1000, Mark::Erred);
        ejected.extend(upstream.review());
    }

    assert_eq!(ejected.len(), 2);
}

#[test]
fn what_is_down_does_not_count_as_serving() {
    let mut upstream = Upstream::of(3);
    upstream.members[2].set(Reason::CheckFailed, true, upstream.now);
    upstream.attempts(0, 0, 100, Mark::Erred);
    upstream.attempts(1, 100, 0, Mark::Erred);

    assert_eq!(upstream.review(), []);
}

#[test]
fn errors_do_not_count_where_keys_stick() {
    let mut upstream = Upstream::of(2);
    upstream.ejector = Ejector::new(Settings { counts_errors: false, ..Settings::default() });
    upstream.attempts(0, 50, 50, Mark::Erred);
    upstream.attempts(1, 100, 0, Mark::Erred);

    assert_eq!(upstream.review(), []);
}

#[test]
fn each_ejection_is_longer_up_to_a_minute() {
    let mut upstream = Upstream::of(2);
    let mut times = Vec::new();
    for _ in 0..14 {
        upstream.attempts(0, 10, 30, Mark::Erred);
        upstream.attempts(1, 400, 0, Mark::Erred);
        let changes = upstream.ejector.review(&upstream.members, upstream.now);
        let Some(Change::Ejected { until, .. }) = changes.last().copied() else {
            panic!("it is ejected: {changes:?}")
        };
        times.push(until.duration_since(upstream.now).as_secs());
        upstream.now = until;
        assert_eq!(upstream.review(), []);
    }

    assert_eq!(times[..4], [5, 10, 15, 20]);
    assert_eq!(times[12..], [60, 60]);
}

#[test]
fn who_returns_is_judged_anew_and_starts_slowly() {
    let mut upstream = Upstream::of(2);
    upstream.attempts(0, 0, 100, Mark::Erred);
    upstream.attempts(1, 100, 0, Mark::Erred);
    upstream.review();

    upstream.pass(5);
    upstream.attempts(1, 100, 0, Mark::Erred);

    assert_eq!(upstream.review(), []);
    assert_eq!(upstream.members[0].standing(), Standing::Up);
    assert!(upstream.members[0].is_starting(upstream.now));
}

#[test]
fn ejections_are_forgotten_after_a_quiet_time() {
    let mut upstream = Upstream::of(2);
    for pause in [5, 40] {
        upstream.attempts(0, 0, 100, Mark::Erred);
        upstream.attempts(1, 400, 0, Mark::Erred);
        assert_eq!(upstream.review(), [0]);
        upstream.pass(pause);
        assert_eq!(upstream.review(), []);
    }
    // The second ejection was over after 10 s; 30 s later one of the two is forgotten.
    upstream.attempts(0, 0, 100, Mark::Erred);
    upstream.attempts(1, 400, 0, Mark::Erred);

    let changes = upstream.ejector.review(&upstream.members, upstream.now);

    let until = upstream.now + EJECTION_BASE * 2;
    assert!(
        matches!(changes.last(), Some(Change::Ejected { until: found, .. }) if *found == until)
    );
}

#[test]
fn the_distance_is_as_asked_for() {
    let mut upstream = Upstream::of(3);
    upstream.ejector = Ejector::new(Settings { distance: 0.5, ..Settings::default() });
    upstream.attempts(0, 60, 40, Mark::Erred);
    upstream.attempts(1, 100, 0, Mark::Good);
    upstream.attempts(2, 100, 0, Mark::Good);

    assert!(upstream.review().is_empty());
}
