//! The states of one monitor and what moves them.

use std::collections::BTreeSet;
use std::time::Duration;

use goodgate_evidence::{Blame, Stage};

use super::*;
use crate::words::{Component, Outcome};
use State::{Down, Maintenance, Partial, Paused, Suspect, Unknown, Up};

const INTERVAL: i64 = 10;

const fn second(second: i64) -> Timestamp {
    Timestamp(second * 1_000_000)
}

fn fresh() -> Monitor {
    let settings = Settings::every(Duration::from_secs(INTERVAL as u64));
    Monitor::new(MonitorId("site".into()), settings, second(0))
}

/// A monitor with its own clock: each check comes an interval after the one before.
struct Seat {
    monitor: Monitor,
    at: i64,
    told: Vec<Transition>,
    wishes: Vec<Wish>,
}

impl Seat {
    fn new() -> Self {
        Self { monitor: fresh(), at: 0, told: Vec::new(), wishes: Vec::new() }
    }

    /// A monitor that has been up for long.
    fn up() -> Self {
        let mut seat = Self::new();
        seat.check("....................");
        seat.told.clear();
        seat.wishes.clear();
        seat
    }

    /// A monitor that was confirmed down.
    fn down() -> Self {
        let mut seat = Self::up();
        seat.check("x");
        seat.examine(finding(Down, "connect_refused"));
        seat.told.clear();
        seat.wishes.clear();
        seat
    }

    /// Checks: `x` fails, `.` is good, `?` is spoiled by our processor, `n` by our network.
    fn check(&mut self, results: &str) {
        for result in results.chars() {
            let outcome = match result {
                '.' => Outcome::Good,
                '?' => Outcome::Unmeasured(Doubt::Processor),
                'n' => Outcome::Unmeasured(Doubt::Network),
                _ => bad("connect_refused"),
            };
            self.outcome(outcome, Standing::Vouched);
        }
    }

    fn outcome(&mut self, outcome: Outcome, standing: Standing) {
        self.at += INTERVAL;
        let result = Result { at: second(self.at), took: Duration::ZERO, outcome };
        let step = self.monitor.checked(&result, standing);
        self.take(step);
    }

    fn examine(&mut self, finding: Finding) {
        self.examine_as(finding, Standing::Vouched);
    }

    fn examine_as(&mut self, finding: Finding, standing: Standing) {
        let ended = second(self.at + 1);
        let examination = Examination { ended, finding, bad_tries: 0, doubt: None };
        let step = self.monitor.examined(examination, standing);
        self.take(step);
    }

    fn take(&mut self, step: Step) {
        self.told.extend(step.transitions);
        self.wishes.extend(step.wishes);
    }

    fn states(&self) -> Vec<State> {
        self.told.iter().map(|change| change.to).collect()
    }

    fn examinations(&self) -> usize {
        self.wishes.iter().filter(|wish| matches!(wish, Wish::Examine(_))).count()
    }
}

fn bad(cause: &'static str) -> Outcome {
    let endpoint = Component::Endpoint("10.0.0.7:8080".into());
    Outcome::Bad { cause: Some(cause), components: BTreeSet::from([endpoint]) }
}

fn finding(state: State, cause: &'static str) -> Finding {
    Finding {
        state,
        cause: Some(cause),
        confidence: 0.9,
        summary: "nothing listens".to_owned(),
        stage: Some(Stage::Connect),
        blame: Some(Blame::Origin),
        components: BTreeSet::new(),
    }
}

#[test]
fn is_unknown_without_a_doubt_until_its_first_check() {
    let mut seat = Seat::new();
    assert_eq!((seat.monitor.state(), seat.monitor.unmeasured()), (Unknown, None));

    seat.check(".");

    assert_eq!(seat.states(), [Up]);
}

#[test]
fn the_first_failure_makes_suspect_at_once_and_asks_for_an_examination() {
    let mut seat = Seat::up();

    seat.check("x");

    assert_eq!(seat.states(), [Suspect]);
    assert_eq!(seat.wishes, [Wish::Examine(MonitorId("site".into()))]);
}

#[test]
fn a_finding_confirms_with_its_verdict() {
    for state in [Down, Partial] {
        let mut seat = Seat::up();
        seat.check("x");

        seat.examine(finding(state, "connect_refused"));

        assert_eq!(seat.states(), [Suspect, state]);
        assert_eq!(seat.told[1].finding, Some(finding(state, "connect_refused")));
    }
}

#[test]
fn a_finding_that_all_is_well_dismisses_and_has_it_checked_more() {
    let mut seat = Seat::up();
    seat.check("x");

    seat.examine(finding(Up, "connect_refused"));

    assert_eq!(seat.states(), [Suspect, Up]);
    assert_eq!(seat.told[1].finding, None);
    assert!(matches!(seat.wishes.last(), Some(Wish::Check(_, at)) if *at < second(seat.at + 6)));
}

#[test]
fn a_dismissed_failure_still_counts() {
    let mut seat = Seat::up();
    for _ in 0..2 {
        seat.check("...x");
        seat.examine(finding(Up, "connect_refused"));
    }
    assert_eq!(seat.states(), [Suspect, Up, Suspect, Up]);

    seat.check("...x");

    assert_eq!(seat.states()[4..], [Suspect, Partial]);
    let finding = seat.told[5].finding.as_ref().unwrap();
    assert_eq!(finding.cause, Some("connect_refused"));
    assert_eq!(finding.components.len(), 1);
    assert_eq!(finding.summary, "3 of the last 32 checks failed, the others did not");
}

#[test]
fn checks_alone_confirm_after_three_in_a_row() {
    let mut seat = Seat::up();

    seat.check("xx");
    assert_eq!(seat.states(), [Suspect]);
    seat.check("x");

    assert_eq!(seat.states(), [Suspect, Down]);
    let finding = seat.told[1].finding.as_ref().unwrap();
    assert_eq!((finding.cause, finding.confidence), (Some("connect_refused"), 0.5));
}

#[test]
fn without_an_examination_two_good_checks_dismiss() {
    let mut seat = Seat::up();

    seat.check("x.");
    assert_eq!(seat.states(), [Suspect]);
    seat.check(".");

    assert_eq!(seat.states(), [Suspect, Up]);
}

#[test]
fn an_examination_that_cannot_measure_makes_unknown_and_is_asked_again() {
    let mut seat = Seat::up();
    seat.check("x");

    seat.examine(finding(Unknown, "connect_refused"));
    seat.check("xx");

    assert_eq!(seat.states(), [Suspect, Unknown]);
    assert_eq!(seat.examinations(), 3);
    seat.check("xx");
    assert_eq!(seat.states()[2..], [Suspect, Down], "it is not asked for ever");
}

#[test]
fn what_is_in_doubt_is_unknown_and_never_down() {
    let mut seat = Seat::up();
    seat.check("xn");
    assert_eq!(seat.states(), [Suspect, Unknown]);
    assert_eq!(seat.told[1].doubt, Some(Doubt::Network));

    seat.examine_as(finding(Down, "connect_timeout"), Standing::Doubted(Doubt::Network));
    seat.check("nnnnnnnn");

    assert_eq!(seat.states(), [Suspect, Unknown]);
    assert_eq!(seat.monitor.unmeasured(), Some((second(220), Doubt::Network)));
}

#[test]
fn a_processor_that_is_slow_once_changes_nothing() {
    let mut seat = Seat::up();

    seat.check("?.?.");
    assert_eq!(seat.states(), []);
    seat.check("??");

    assert_eq!(seat.states(), [Unknown]);
}

#[test]
fn another_reason_does_not_change_since_when_it_is_unknown() {
    let mut seat = Seat::up();
    seat.check("n");
    let since = seat.monitor.unmeasured().unwrap().0;

    seat.check("???????????");

    assert_eq!(seat.states(), [Unknown, Unknown]);
    assert_eq!(seat.monitor.unmeasured(), Some((since, Doubt::Processor)));
}

#[test]
fn a_silence_waits_for_others_and_is_confirmed_by_their_answer() {
    let mut seat = Seat::up();
    seat.outcome(bad("connect_timeout"), Standing::Unvouched);
    seat.examine_as(finding(Down, "connect_timeout"), Standing::Unvouched);
    assert_eq!(seat.states(), [Suspect]);

    let step = seat.monitor.vouched(second(seat.at + 2));

    assert_eq!(step.transitions[0].to, Down);
}

#[test]
fn what_began_during_a_doubt_is_taken_back_and_what_is_older_is_not() {
    for (since, is_taken_back) in [(200, true), (220, false)] {
        let mut seat = Seat::down();

        let step = seat.monitor.doubted(Doubt::Network, second(since), second(230));

        assert_eq!(seat.monitor.state(), if is_taken_back { Unknown } else { Down });
        assert_eq!(step.transitions.len(), usize::from(is_taken_back));
    }
}

#[test]
fn what_was_down_before_it_was_unknown_is_down_again_without_suspicion() {
    let mut seat = Seat::down();

    seat.check("nnnx");

    assert_eq!(seat.states(), [Unknown, Down]);
    assert_eq!(seat.told[1].finding.as_ref().unwrap().cause, Some("connect_refused"));
}

#[test]
fn three_good_checks_in_a_row_end_a_failure() {
    let mut seat = Seat::down();

    seat.check("..");
    assert_eq!(seat.states(), []);
    seat.check(".");

    assert_eq!(seat.states(), [Up]);
    assert_eq!(seat.monitor.finding(), None);
}

#[test]
fn each_relapse_doubles_what_is_needed() {
    let mut seat = Seat::down();
    seat.check("...xxx");
    seat.told.clear();

    seat.check(".....");
    assert_eq!(seat.states(), []);
    seat.check(".");

    assert_eq!(seat.states(), [Up]);
}

#[test]
fn a_partial_failure_needs_more_good_checks_than_it_passes_by_chance() {
    let mut seat = Seat::up();
    seat.check("x...x...x");
    assert_eq!(seat.states().last(), Some(&Partial));

    seat.check(&".".repeat(15));
    assert_eq!(seat.monitor.state(), Partial);
    seat.check(".....");

    assert_eq!(seat.monitor.state(), Up);
}

#[test]
fn what_was_down_and_answers_now_and_then_is_partial() {
    let mut seat = Seat::down();

    seat.check(".x.x");

    assert_eq!(seat.states(), [Partial]);
}

#[test]
fn another_cause_while_down_is_examined_and_told_once_a_minute() {
    let mut seat = Seat::down();
    seat.check("xxxxxx");
    seat.outcome(bad("response_timeout"), Standing::Vouched);
    assert_eq!(seat.examinations(), 1);

    seat.examine(finding(Down, "response_timeout"));
    seat.examine(finding(Down, "closed_before_response"));
    assert_eq!(seat.states(), [Down]);
    assert_eq!(seat.told[0].from, Down);
    seat.check("xxxxxxx");

    assert_eq!(seat.states(), [Down, Down]);
    let last = seat.told[1].finding.as_ref().unwrap();
    assert_eq!(last.cause, Some("closed_before_response"));
}

#[test]
fn the_same_verdict_with_another_confidence_is_not_told() {
    let mut seat = Seat::down();
    seat.at += 600;

    seat.examine(Finding { confidence: 0.5, ..finding(Down, "connect_refused") });

    assert_eq!(seat.states(), []);
}

#[test]
fn changes_of_the_verdict_are_bounded() {
    let mut seat = Seat::down();
    for turn in 0..100 {
        seat.at += 600;
        let cause = if turn % 2 == 0 { "response_timeout" } else { "connect_refused" };
        seat.examine(finding(Down, cause));
    }

    assert_eq!(seat.told.len() as u32, crate::limits::VERDICTS_MAX - 1);
}

#[test]
fn a_late_finding_counts_unless_it_has_worked_since() {
    let mut seat = Seat::up();
    seat.check("x..");
    seat.examine(finding(Down, "connect_refused"));
    assert_eq!(seat.states(), [Suspect, Up, Suspect, Down]);

    let mut seat = Seat::up();
    seat.check("x...");
    seat.at -= INTERVAL;
    seat.examine(finding(Down, "connect_refused"));
    assert_eq!(seat.states(), [Suspect, Up]);
}

#[test]
fn a_maintenance_hides_what_is_measured_and_shows_it_at_its_end() {
    let mut seat = Seat::up();
    let step = seat.monitor.begin_maintenance(second(seat.at));
    seat.take(step);
    seat.check("xxxx");
    assert_eq!(seat.states(), [Maintenance]);
    assert_eq!((seat.monitor.measured(), seat.examinations()), (Down, 0));

    let step = seat.monitor.end_maintenance(second(seat.at + 1));
    seat.take(step);

    assert_eq!(seat.states(), [Maintenance, Down]);
    assert!(seat.told[1].finding.is_some());
    assert_eq!(seat.examinations(), 1);
}

#[test]
fn a_pause_forgets_and_covers_a_maintenance() {
    let mut seat = Seat::down();
    for step in [
        seat.monitor.begin_maintenance(second(1)),
        seat.monitor.pause(second(2)),
        seat.monitor.pause(second(3)),
        seat.monitor.end_maintenance(second(4)),
    ] {
        seat.take(step);
    }
    seat.check("xxxx");
    assert_eq!((seat.monitor.state(), seat.monitor.since()), (Paused, second(2)));

    let step = seat.monitor.go_on(second(5));
    seat.take(step);

    assert_eq!(seat.states(), [Maintenance, Paused, Unknown]);
    assert_eq!(seat.wishes, [Wish::Check(MonitorId("site".into()), second(5))]);
}

#[test]
fn goes_on_from_what_was_stored() {
    let known = Some(finding(Down, "connect_refused"));
    let saved = Saved { state: Down, since: second(7), doubt: None, finding: known.clone() };
    let settings = Settings::every(Duration::from_secs(10));
    let mut seat = Seat::new();
    seat.monitor = Monitor::resume(MonitorId("site".into()), settings, saved);
    assert_eq!((seat.monitor.since(), seat.monitor.finding()), (second(7), known.as_ref()));

    seat.check("x...");

    assert_eq!(seat.states(), [Up]);
}

#[test]
fn every_state_has_a_way_out_and_up_never_fails_without_suspicion() {
    for from in State::ALL {
        assert!(State::ALL.iter().any(|to| *to != from && may_follow(from, *to)));
    }
    for to in [Down, Partial] {
        assert!(!may_follow(Up, to));
    }
}

#[test]
fn failures_in_a_row_are_no_partial_failure() {
    let mut seat = Seat::up();
    let settings = Settings { confirm: 5, ..Settings::every(Duration::from_secs(10)) };
    seat.monitor = Monitor::new(MonitorId("site".into()), settings, second(0));

    seat.check(".xxxx");
    assert_eq!(seat.states(), [Up, Suspect]);
    seat.check("x");

    assert_eq!(seat.states(), [Up, Suspect, Down]);
}

#[test]
fn failed_tries_of_an_examination_belong_to_the_check_that_it_explains() {
    let mut seat = Seat::up();
    for _ in 0..2 {
        seat.check("...x");
        let finding = finding(Up, "connect_refused");
        let ended = second(seat.at + 4);
        let examination = Examination { ended, finding, bad_tries: 2, doubt: None };
        let step = seat.monitor.examined(examination, Standing::Vouched);
        seat.take(step);
    }

    assert_eq!(seat.states(), [Suspect, Up, Suspect, Up]);
}

#[test]
fn checks_that_are_taken_back_confirm_nothing() {
    let mut seat = Seat::up();
    seat.check("xx");
    let step = seat.monitor.doubted(Doubt::Network, second(0), second(seat.at));
    seat.take(step);

    seat.check("xx");
    assert_eq!(seat.states(), [Suspect, Unknown, Suspect]);
    seat.check("x");

    assert_eq!(seat.states(), [Suspect, Unknown, Suspect, Down]);
}

#[test]
fn a_failure_begins_after_the_doubt_that_ended_the_suspicion_before_it() {
    let mut seat = Seat::up();
    seat.check("xn");
    let since = second(seat.at);
    seat.check("xxx");
    assert_eq!(seat.monitor.state(), Down);

    seat.monitor.doubted(Doubt::Resolver, since, second(seat.at));

    assert_eq!(seat.monitor.state(), Unknown);
}

#[test]
fn what_comes_and_goes_needs_a_longer_row_to_be_down() {
    let mut seat = Seat::down();
    seat.check(".x.x");

    seat.check(&"x".repeat(12));
    assert_eq!(seat.states(), [Partial]);
    seat.check(&"x".repeat(8));

    assert_eq!(seat.states().last(), Some(&Down));
}

#[test]
fn a_silence_does_not_wait_for_a_monitor_that_is_paused() {
    let mut fleet = Fleet::default();
    let ids = ["one", "other"].map(|name| MonitorId(name.into()));
    let settings = Settings::every(Duration::from_secs(10));
    for (id, host) in ids.iter().zip(["192.0.2.1", "198.51.100.1"]) {
        fleet.add(id.clone(), settings, Some(host), None, second(0));
    }
    fleet.pause(&ids[1], true, second(1));
    let allowed = Duration::from_secs(5);
    let seen = crate::trust::Seen {
        heard: crate::trust::Heard::Nothing,
        allowed,
        address: None,
        resolved: false,
    };
    let result = Result { at: second(2), took: allowed, outcome: bad("connect_timeout") };
    fleet.checked(&ids[0], result, &seen);

    let finding = finding(Down, "connect_timeout");
    let examination = Examination { ended: second(9), finding, bad_tries: 0, doubt: None };
    fleet.examined(&ids[0], examination);

    assert_eq!(fleet.get(&ids[0]).unwrap().state(), Down);
}

#[test]
fn findings_that_contradict_each_other_are_bounded() {
    let mut seat = Seat::down();
    for turn in 0..100 {
        seat.at += 600;
        let state = if turn % 2 == 0 { Partial } else { Down };
        seat.examine(finding(state, "connect_refused"));
    }

    assert_eq!(seat.told.len() as u32, crate::limits::VERDICTS_MAX - 1);
}
