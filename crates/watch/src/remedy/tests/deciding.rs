//! Which remedy is for what, and how often.

use goodgate_incident::{IncidentId, MonitorId, State, Timestamp};

use super::{BEGIN, MINUTE, confirmed, file, read, table};
use crate::remedy::{Action, Confirmed, Happened, Plan, Remedies, RemedyEvent, Seen, Wish};

const LIVE: &str = "dry_run = false";

fn considered(keys: &str, change: impl FnOnce(&mut Confirmed)) -> Option<Plan> {
    let mut failure = confirmed(0);
    change(&mut failure);
    Remedies::new(file(keys)).consider(&failure)
}

/// Says that a plan has been carried out.
fn ended(plan: &Plan) -> RemedyEvent {
    let happened =
        Happened::Ended { text: "done".to_owned(), output: String::new(), is_success: true };
    event(plan, happened)
}

fn event(plan: &Plan, happened: Happened) -> RemedyEvent {
    let Plan { remedy, incident, monitor, .. } = plan.clone();
    RemedyEvent { remedy, incident, monitor, happened }
}

#[test]
fn a_cause_that_is_sure_enough_has_its_remedy() {
    let plan = considered(LIVE, |_| ()).expect("a plan");

    assert_eq!((&*plan.remedy, plan.action), ("reload", Action::Run));
    assert_eq!(plan.command, ["/bin/true"]);
    assert_eq!(considered("", |_| ()).map(|plan| plan.action), Some(Action::DryRun), "by default");
}

/// A change that makes a near miss.
type Change = fn(&mut Confirmed);

#[test]
fn near_misses_have_none() {
    let misses: [(&str, Change); 6] = [
        ("another cause", |failure| failure.finding.cause = Some("connect_refused")),
        ("no cause", |failure| failure.finding.cause = None),
        ("not sure enough", |failure| failure.finding.confidence = 0.79),
        ("no number", |failure| failure.finding.confidence = f64::NAN),
        ("not measured", |failure| failure.finding.state = State::Unknown),
        ("well again", |failure| failure.finding.state = State::Up),
    ];
    for (why, change) in misses {
        assert_eq!(considered(LIVE, change), None, "{why}");
    }
    let partly = considered(LIVE, |failure| failure.finding.state = State::Partial);
    assert!(partly.is_some());
}

#[test]
fn a_remedy_is_for_its_monitors_and_tags() {
    let keys = [
        ("", true),
        ("monitors = [\"shop\"]", true),
        ("tags = [\"php\"]", true),
        ("monitors = [\"other\"]\ntags = [\"php\"]", true),
        ("monitors = [\"other\"]", false),
        ("tags = [\"java\"]", false),
        ("monitors = [\"other\"]\ntags = [\"java\"]", false),
    ];
    for (keys, is_for) in keys {
        assert_eq!(considered(keys, |_| ()).is_some(), is_for, "{keys}");
    }
}

#[test]
fn it_never_runs_twice_at_once_also_after_a_restart() {
    let keys = "dry_run = false\nevery = \"1m\"\ntimeout = \"1h\"";
    let mut remedies = Remedies::new(file(keys));
    let plan = remedies.consider(&confirmed(0)).expect("a plan");
    assert_eq!(remedies.consider(&confirmed(30)), None);

    let mut restarted = Remedies::new(file(keys));
    restarted.restore(&remedies.memory());
    assert_eq!(restarted.consider(&confirmed(30)), None, "it may still run");
    assert!(restarted.clone().consider(&confirmed(62)).is_some(), "its time is over");

    restarted.take(&ended(&plan), confirmed(31).at);
    assert!(restarted.consider(&confirmed(31)).is_some());
}

#[test]
fn there_is_a_pause_between_two_runs_also_after_a_restart() {
    let keys = "dry_run = false\nevery = \"10m\"";
    let mut remedies = Remedies::new(file(keys));
    let plan = remedies.consider(&confirmed(0)).expect("a plan");
    remedies.take(&ended(&plan), confirmed(1).at);
    let mut restarted = Remedies::new(file(keys));
    restarted.restore(&remedies.memory());

    assert_eq!(restarted.consider(&confirmed(9)), None);
    assert!(restarted.consider(&confirmed(10)).is_some());
}

#[test]
fn the_runs_of_a_day_are_counted_and_that_they_are_used_up_is_said_once() {
    let keys = "dry_run = false\nevery = \"1m\"\nper_day = 2";
    let mut remedies = Remedies::new(file(keys));
    for minutes in [0, 5] {
        let plan = remedies.consider(&confirmed(minutes)).expect("a plan");
        remedies.take(&ended(&plan), confirmed(minutes).at);
    }
    let mut restarted = Remedies::new(file(keys));
    restarted.restore(&remedies.memory());

    let action = |plan: Option<Plan>| plan.map(|plan| plan.action);
    assert_eq!(action(restarted.consider(&confirmed(10))), Some(Action::Exhausted { runs: 2 }));
    assert_eq!(action(restarted.consider(&confirmed(20))), None);
    let other = Confirmed { incident: IncidentId(8), ..confirmed(30) };
    assert_eq!(action(restarted.consider(&other)), Some(Action::Exhausted { runs: 2 }));
    assert_eq!(action(restarted.consider(&confirmed(24 * 60))), Some(Action::Run));
}

#[test]
fn a_clock_that_is_set_back_neither_frees_nor_blocks_it_for_ever() {
    let keys = "dry_run = false\nevery = \"10m\"";
    let mut remedies = Remedies::new(file(keys));
    let next_year = confirmed(365 * 24 * 60);
    let plan = remedies.consider(&next_year).expect("a plan");
    remedies.take(&ended(&plan), next_year.at);

    assert_eq!(remedies.consider(&confirmed(0)), None);
    assert!(remedies.consider(&confirmed(10)).is_some());
}

#[test]
fn the_first_remedy_that_may_run_is_taken() {
    let keys = "dry_run = false\nevery = \"1h\"";
    let text = table("first", "\"/bin/true\"", keys) + &table("second", "\"/bin/false\"", keys);
    let mut remedies = Remedies::new(read(&text));

    let names: Vec<_> = (0..3)
        .map(|minutes| remedies.consider(&confirmed(minutes)).map(|plan| plan.remedy.to_string()))
        .collect();

    assert_eq!(names, [Some("first".to_owned()), Some("second".to_owned()), None]);
}

#[test]
fn what_is_remembered_follows_the_file() {
    let keys = "dry_run = false\nevery = \"1h\"";
    let mut remedies = Remedies::new(file(keys));
    let plan = remedies.consider(&confirmed(0)).expect("a plan");
    remedies.take(&ended(&plan), confirmed(0).at);

    remedies.set(file(keys));
    assert_eq!(remedies.consider(&confirmed(1)), None, "the same name");
    remedies.set(Vec::new());
    assert_eq!(remedies.memory(), "{}");
    for nonsense in ["", "nonsense", "[]", "{\"reload\":7}"] {
        let mut restarted = Remedies::new(file(keys));
        restarted.restore(nonsense);
        assert!(restarted.consider(&confirmed(0)).is_some(), "{nonsense}");
    }
}

#[test]
fn the_check_after_it_says_whether_it_has_helped() {
    let cases = [
        (true, State::Up, "it has helped"),
        (true, State::Down, "it seems to have helped"),
        (false, State::Down, "it has not helped"),
    ];
    for (is_good, state, expected) in cases {
        let mut remedies = Remedies::new(file(LIVE));
        let plan = remedies.consider(&confirmed(0)).expect("a plan");
        let monitor = plan.monitor.clone();
        let wishes = remedies.take(&event(&plan, Happened::Verify), confirmed(1).at);
        assert_eq!(wishes, [Wish::CheckNow(monitor.clone())]);
        let seen =
            |at| Seen { monitor: monitor.clone(), at: Timestamp(BEGIN + at), is_good, state };

        assert_eq!(remedies.heard(&seen(MINUTE - 1)), [], "a check from before");
        let other = Seen { monitor: MonitorId("other".into()), ..seen(MINUTE + 1) };
        assert_eq!(remedies.heard(&other), [], "another monitor");
        let wishes = remedies.heard(&seen(MINUTE + 1));
        assert_eq!(remedies.heard(&seen(MINUTE + 2)), [], "said once");

        let [Wish::Step { incident, by, text }] = &wishes[..] else { panic!("{wishes:?}") };
        assert_eq!((*incident, by.as_str()), (IncidentId(7), "remedy reload"));
        assert!(text.starts_with(expected), "{text}");
    }
}

#[test]
fn that_no_check_came_is_said_as_well() {
    let mut remedies = Remedies::new(file(LIVE));
    let plan = remedies.consider(&confirmed(0)).expect("a plan");
    remedies.take(&event(&plan, Happened::Verify), confirmed(1).at);
    let other = MonitorId("other".into());

    let seen = Seen { monitor: other, at: confirmed(12).at, is_good: true, state: State::Up };
    let wishes = remedies.heard(&seen);

    let [Wish::Step { text, .. }] = &wishes[..] else { panic!("{wishes:?}") };
    assert!(text.contains("no check has come"), "{text}");
}
