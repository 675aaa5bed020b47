//! Laws that hold for every course of events.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::limits::{SUSPECT_CHECKS_MAX, VERDICTS_MAX};
use crate::words::Outcome;

/// Anything that can happen to a monitor, and the moment in seconds: any at all.
#[derive(Clone, Debug)]
enum Happens {
    Checked(Outcome, Standing),
    Examined(State, Option<&'static str>, u32, Standing),
    Doubted(Doubt, i64),
    Vouched,
    Paused(bool),
    Maintained(bool),
}

fn doubts() -> impl Strategy<Value = Doubt> {
    prop::sample::select(Doubt::ALL.to_vec())
}

fn standings() -> impl Strategy<Value = Standing> {
    prop_oneof![
        3 => Just(Standing::Vouched),
        1 => Just(Standing::Unvouched),
        1 => doubts().prop_map(Standing::Doubted),
    ]
}

fn causes() -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(prop::sample::select(vec!["connect_refused", "response_timeout"]))
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        3 => Just(Outcome::Good),
        3 => causes().prop_map(|cause| Outcome::Bad { cause, components: BTreeSet::new() }),
        1 => doubts().prop_map(Outcome::Unmeasured),
    ]
}

fn events() -> impl Strategy<Value = Happens> {
    let states = prop::sample::select(State::ALL.to_vec());
    prop_oneof![
        8 => (outcomes(), standings()).prop_map(|(outcome, standing)| {
            Happens::Checked(outcome, standing)
        }),
        3 => (states, causes(), 0_u32..6, standings()).prop_map(|(state, cause, tries, standing)| {
            Happens::Examined(state, cause, tries, standing)
        }),
        1 => (doubts(), any::<i64>()).prop_map(|(doubt, since)| Happens::Doubted(doubt, since)),
        1 => Just(Happens::Vouched),
        1 => any::<bool>().prop_map(Happens::Paused),
        1 => any::<bool>().prop_map(Happens::Maintained),
    ]
}

/// Moments that go forward, stand still, run backwards, and lie at the ends of time.
fn moments() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => 0_i64..1_000_000_000,
        1 => Just(7),
        1 => any::<i64>(),
        1 => prop::sample::select(vec![i64::MIN, i64::MAX]),
    ]
}

fn settings() -> impl Strategy<Value = Settings> {
    let durations = || any::<u64>().prop_map(Duration::from_micros);
    let rules = (any::<u32>(), any::<u32>(), durations());
    let rules = rules.prop_map(|(failures, moments, within)| Rule { failures, moments, within });
    (durations(), any::<u32>(), any::<u32>(), prop::option::of(rules)).prop_map(
        |(interval, confirm, recover, rate)| Settings { interval, confirm, recover, rate },
    )
}

fn monitor(settings: Settings) -> Monitor {
    Monitor::new(MonitorId("site".into()), settings, Timestamp(0))
}

fn happen(monitor: &mut Monitor, event: Happens, at: i64) -> Step {
    let at = Timestamp(at);
    match event {
        Happens::Checked(outcome, standing) => {
            monitor.checked(&Result { at, took: Duration::from_millis(3), outcome }, standing)
        }
        Happens::Examined(state, cause, bad_tries, standing) => {
            let finding = Finding {
                state,
                cause,
                confidence: 0.5,
                summary: String::new(),
                stage: None,
                blame: None,
                components: BTreeSet::new(),
            };
            let examination = Examination { ended: at, finding, bad_tries, doubt: None };
            monitor.examined(examination, standing)
        }
        Happens::Doubted(doubt, since) => monitor.doubted(doubt, Timestamp(since), at),
        Happens::Vouched => monitor.vouched(at),
        Happens::Paused(true) => monitor.pause(at),
        Happens::Paused(false) => monitor.go_on(at),
        Happens::Maintained(true) => monitor.begin_maintenance(at),
        Happens::Maintained(false) => monitor.end_maintenance(at),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn states_only_change_by_allowed_edges_and_each_change_is_told(
        settings in settings(),
        events in prop::collection::vec((events(), moments()), 0..200),
    ) {
        let mut monitor = monitor(settings);
        let mut state = monitor.state();
        for (event, at) in events {
            let step = happen(&mut monitor, event, at);
            prop_assert!(step.transitions.len() <= 3 && step.wishes.len() <= 2);
            for change in step.transitions {
                prop_assert_eq!(change.from, state);
                prop_assert!(may_follow(change.from, change.to), "{:?}", change);
                let fails = matches!(change.to, State::Partial | State::Down);
                prop_assert_eq!(change.finding.is_some(), fails, "{:?}", change);
                prop_assert!(change.doubt.is_none() || change.to == State::Unknown);
                state = change.to;
            }
            prop_assert_eq!(monitor.state(), state);
        }
    }

    #[test]
    fn every_suspicion_ends_after_a_bounded_number_of_checks(
        settings in settings(),
        before in prop::collection::vec((events(), moments()), 0..50),
        after in prop::collection::vec((outcomes(), standings(), moments()), 60),
    ) {
        let mut monitor = monitor(settings);
        for (event, at) in before {
            happen(&mut monitor, event, at);
        }
        let mut checks = 0;
        for (outcome, standing, at) in after {
            let is_suspect = monitor.measured() == State::Suspect && monitor.state() != State::Paused;
            checks = if is_suspect { checks + 1 } else { 0 };
            prop_assert!(checks <= SUSPECT_CHECKS_MAX, "suspect after {} checks", checks);
            let step = happen(&mut monitor, Happens::Checked(outcome, standing), at);
            // What ends and begins at once is another suspicion.
            if step.transitions.iter().any(|change| change.to == State::Suspect) {
                checks = 0;
            }
        }
    }

    #[test]
    fn good_checks_alone_bring_everything_up(
        events in prop::collection::vec((events(), moments()), 0..100),
    ) {
        let mut monitor = monitor(Settings::every(Duration::from_secs(10)));
        for (event, at) in events {
            happen(&mut monitor, event, at);
        }
        happen(&mut monitor, Happens::Paused(false), 0);
        happen(&mut monitor, Happens::Maintained(false), 0);
        for second in 0..64 {
            let event = Happens::Checked(Outcome::Good, Standing::Vouched);
            happen(&mut monitor, event, second * 1_000_000);
        }
        prop_assert_eq!(monitor.state(), State::Up);
    }

    #[test]
    fn what_is_in_doubt_is_never_a_failure(
        events in prop::collection::vec((outcomes(), doubts(), 0_i64..1_000_000_000), 1..100),
    ) {
        let mut monitor = monitor(Settings::every(Duration::from_secs(10)));
        for (outcome, doubt, at) in events {
            let outcome = match outcome {
                Outcome::Bad { .. } => Outcome::Unmeasured(doubt),
                other => other,
            };
            happen(&mut monitor, Happens::Checked(outcome, Standing::Doubted(doubt)), at);
            let finding = Happens::Examined(State::Down, None, 5, Standing::Doubted(doubt));
            happen(&mut monitor, finding, at);
            prop_assert!(matches!(monitor.state(), State::Up | State::Unknown));
        }
    }

    #[test]
    fn told_changes_of_one_trouble_are_bounded(
        events in prop::collection::vec((outcomes(), causes(), any::<bool>()), 200..400),
    ) {
        let mut monitor = monitor(Settings::every(Duration::from_mins(10)));
        let mut told = 0;
        let mut at = 0;
        for (outcome, cause, is_partial) in events {
            // Neither unknown nor up: the trouble never ends.
            let outcome = match outcome {
                Outcome::Unmeasured(_) => Outcome::Bad { cause, components: BTreeSet::new() },
                other => other,
            };
            at += 600_000_000;
            let mut step = happen(&mut monitor, Happens::Checked(outcome, Standing::Vouched), at);
            let state = if is_partial { State::Partial } else { State::Down };
            step.join(happen(
                &mut monitor,
                Happens::Examined(state, cause, 1, Standing::Vouched),
                at,
            ));
            for change in step.transitions {
                told = if change.to == State::Up { 0 } else { told + 1 };
            }
            // Up and suspect, and what is told of the trouble.
            prop_assert!(told <= VERDICTS_MAX + 2, "{}", told);
        }
    }
}
