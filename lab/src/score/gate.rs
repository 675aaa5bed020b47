//! What a run has to reach: no worse than what is committed, and what the lab demands of all.

use std::collections::BTreeSet;
use std::fmt;

use crate::declared::file::Question;
use crate::score::figures::{Figures, Share};
use crate::score::judge::Judgement;
use crate::score::record::{Entry, Record};
use crate::score::watch;

/// The least share of scenarios with a right best candidate or mechanism, in per cent.
const RIGHT_MIN: f64 = 95.0;

/// The least share of right verdicts that are confident, in per cent.
const CONFIDENT_MIN: f64 = 70.0;

/// The least share of verdicts that come in time, in per cent. The time is the one figure that
/// depends on the machine; a single late one on a busy machine is no regression of the product.
const IN_TIME_MIN: f64 = 98.0;

/// The least share of scenarios in which a monitor agrees with `diagnose`, in per cent.
const AGREES_MIN: f64 = 95.0;

/// What a demand on time is called.
pub const IN_TIME: &str = "in time";

/// The least number of scenarios of each gateway, controls not counted.
const SCENARIOS_PER_GATEWAY_MIN: usize = 15;

/// The least number of scenarios with a fault.
const SCENARIOS_MIN: usize = 60;

/// The least number of causes.
const CAUSES_MIN: usize = 35;

/// The most scenarios of one cause.
const SCENARIOS_PER_CAUSE_MAX: usize = 4;

/// The least number of controls.
const CONTROLS_MIN: usize = 10;

/// A scenario that is not as it is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worse {
    /// The scenario.
    pub id: String,
    /// In what.
    pub how: String,
}

impl fmt::Display for Worse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.how)
    }
}

/// Lists the verdicts that were right in the committed record and are not any more, and the
/// scenarios that are missing on one side.
pub fn regressions(committed: &Record, record: &Record) -> Vec<Worse> {
    let worse = |id: &str, how: String| Worse { id: id.to_owned(), how };
    let mut faults = Vec::new();
    for former in &committed.scenarios {
        match record.scenarios.iter().find(|entry| entry.id == former.id) {
            Some(entry) => {
                faults.extend(lost(former, entry).into_iter().map(|how| worse(&entry.id, how)));
            }
            None => faults.push(worse(&former.id, "committed, and not carried out".to_owned())),
        }
    }
    for entry in &record.scenarios {
        if !committed.scenarios.iter().any(|former| former.id == entry.id) {
            faults.push(worse(&entry.id, "not committed; run `cargo xtask lab`".to_owned()));
        }
    }
    faults
}

fn lost(former: &Entry, entry: &Entry) -> Vec<String> {
    let mut faults = Vec::new();
    for (question, before) in &former.questions {
        match entry.questions.get(question) {
            None => faults.push(format!("{question}: no answer any more")),
            Some(now) => faults.extend(
                merits(before)
                    .iter()
                    .zip(merits(now))
                    .filter(|((_, before), (_, now))| *before && !now)
                    .map(|((name, _), _)| format!("{question}: no longer {name}; {}", said(now))),
            ),
        }
    }
    match (&former.watch, &entry.watch) {
        (Some(_), None) => faults.push("watch: no monitor any more".to_owned()),
        (Some(before), Some(now)) if before.agrees() && !now.agrees() => {
            faults.push(format!("watch: no longer agrees with diagnose; {}", now.said()));
        }
        _ => {}
    }
    faults
}

/// What can be good about a verdict, and whether it is.
fn merits(judgement: &Judgement) -> [(&'static str, bool); 9] {
    [
        ("the right mechanism", judgement.mechanism_right),
        ("the right mechanism within its set", judgement.mechanism_within_set),
        ("the right cause", judgement.cause_right),
        ("a true best candidate", judgement.top_right),
        ("naming the truth", judgement.named),
        ("splitting the candidates", judgement.splits),
        ("free of contradictions", judgement.contradictions.is_empty()),
        ("free of confident falsehood", !judgement.confident_and_wrong),
        ("free of false alarms", !judgement.false_alarm),
    ]
}

/// Says in short what a verdict was.
pub fn said(judgement: &Judgement) -> String {
    format!(
        "{}, mechanism {}, best {} at 0.{}",
        judgement.state,
        or_none(&judgement.mechanism),
        or_none(&judgement.cause),
        judgement.tenths
    )
}

fn or_none(id: &str) -> &str {
    if id.is_empty() { "none" } else { id }
}

/// Lists what the lab demands and a full run does not reach.
pub fn shortfalls(record: &Record) -> Vec<String> {
    let mut faults = extent(record);
    for question in Question::ALL {
        let figures = Figures::count(record, question, None);
        let mut at_least = |what: &str, share: Share, percent: f64| {
            if share.percent() < percent {
                let Share { part, of } = share;
                faults.push(format!("{question}: {what} {part} of {of}, less than {percent} %"));
            }
        };
        match question {
            Question::Outside => {
                at_least("the truth is named in", figures.named, 100.0);
                at_least("nothing contradicts in", figures.consistent, 100.0);
                at_least("an experiment splits in", figures.splits, 100.0);
                at_least("a true best candidate in", figures.top_where_decided, RIGHT_MIN);
            }
            Question::Origin | Question::Explain => {
                at_least("the mechanism in", figures.mechanism_within_set, RIGHT_MIN);
            }
            Question::Local => at_least("the cause in", figures.cause, RIGHT_MIN),
        }
        at_least("confident of the right ones", figures.confident_of_right, CONFIDENT_MIN);
        at_least(IN_TIME, figures.in_time, IN_TIME_MIN);
        at_least("controls without a false alarm", figures.quiet, 100.0);
        if figures.confident_and_wrong > 0 {
            faults.push(format!("{question}: {} confident and wrong", figures.confident_and_wrong));
        }
    }
    let agreeing = watch::agreeing(record, None);
    let mut at_least = |what: &str, Share { part, of }: Share, percent: f64| {
        if (Share { part, of }).percent() < percent {
            faults.push(format!("watch: {what} {part} of {of}, less than {percent} %"));
        }
    };
    at_least("agrees with diagnose in", agreeing, AGREES_MIN);
    at_least(IN_TIME, watch::in_time(record), IN_TIME_MIN);
    faults
}

/// Lists in what respect there are too few scenarios, or too many of one cause.
pub fn extent(record: &Record) -> Vec<String> {
    let (controls, broken): (Vec<&Entry>, Vec<&Entry>) =
        record.scenarios.iter().partition(|entry| entry.is_control());
    let causes: BTreeSet<&str> = broken.iter().map(|entry| entry.cause.as_str()).collect();
    let gateways: BTreeSet<&str> = broken.iter().map(|entry| entry.gateway()).collect();
    let mut faults = Vec::new();
    let mut at_least = |what: &str, count: usize, least: usize| {
        if count < least {
            faults.push(format!("{what}: {count}, at least {least} are wanted"));
        }
    };
    at_least("scenarios", broken.len(), SCENARIOS_MIN);
    at_least("causes", causes.len(), CAUSES_MIN);
    at_least("controls", controls.len(), CONTROLS_MIN);
    for gateway in gateways {
        let count = broken.iter().filter(|entry| entry.gateway() == gateway).count();
        at_least(gateway, count, SCENARIOS_PER_GATEWAY_MIN);
    }
    for cause in causes {
        let count = broken.iter().filter(|entry| entry.cause == cause).count();
        if count > SCENARIOS_PER_CAUSE_MAX {
            faults.push(format!("{cause}: {count} scenarios, at most {SCENARIOS_PER_CAUSE_MAX}"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgement(is_right: bool) -> Judgement {
        Judgement {
            state: "failing".to_owned(),
            mechanism: "a".to_owned(),
            cause: "a".to_owned(),
            tenths: 9,
            mechanism_right: is_right,
            mechanism_within_set: is_right,
            cause_right: is_right,
            top_right: is_right,
            named: true,
            splits: true,
            contradictions: Vec::new(),
            confident: true,
            confident_and_wrong: false,
            false_alarm: false,
            in_time: true,
        }
    }

    fn record(id: &str, is_right: bool) -> Record {
        let questions = [("outside".to_owned(), judgement(is_right))].into();
        let entry = Entry {
            id: id.to_owned(),
            cause: "a".to_owned(),
            mechanism: "a".to_owned(),
            outside_decides: false,
            seen: Vec::new(),
            questions,
            watch: None,
        };
        Record {
            schema: String::new(),
            date: String::new(),
            machine: String::new(),
            gateways: Vec::new(),
            local: true,
            scenarios: vec![entry],
        }
    }

    #[test]
    fn what_was_right_may_not_become_wrong() {
        assert!(!regressions(&record("nginx/a", true), &record("nginx/a", false)).is_empty());
    }

    #[test]
    fn what_was_wrong_may_become_right() {
        assert!(regressions(&record("nginx/a", false), &record("nginx/a", true)).is_empty());
    }

    #[test]
    fn a_scenario_that_is_not_committed_is_named() {
        assert_eq!(regressions(&record("nginx/a", true), &record("nginx/b", true)).len(), 2);
    }

    #[test]
    fn one_scenario_is_too_few() {
        assert!(!extent(&record("nginx/a", true)).is_empty());
    }
}
