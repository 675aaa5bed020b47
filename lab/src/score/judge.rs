//! Comparing one verdict with the truth.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::declared::file::{Control, ControlKind, Question, Scenario, Truth};
use crate::score::contradiction::Answers;
use crate::score::verdict::{CONFIDENT, Candidate, Verdict};

/// What a first verdict may take beyond the longest timeout that is involved.
const SLACK: Duration = Duration::from_secs(3);

/// What the verdict on a healthy target may take.
const HEALTHY: Duration = Duration::from_secs(1);

/// Other candidates below this confidence are not leading: no experiment has to split them off.
const LEADING: f64 = 0.1;

/// How one verdict compares with the truth. Nothing in it depends on the speed of the machine but
/// `in_time`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Judgement {
    /// The verdict's state.
    pub state: String,
    /// The mechanism that it names, or nothing.
    pub mechanism: String,
    /// Its best candidate, or nothing.
    pub cause: String,
    /// The confidence in the best candidate, in tenths, rounded down.
    pub tenths: u32,
    /// The mechanism is the true one.
    pub mechanism_right: bool,
    /// The mechanism is the true one, or one that looks the same from here while the true one is
    /// named and an experiment is proposed that tells the two apart.
    pub mechanism_within_set: bool,
    /// The best candidate is the labelled cause.
    pub cause_right: bool,
    /// The best candidate is the labelled cause or its mechanism.
    pub top_right: bool,
    /// The labelled cause is among the candidates.
    pub named: bool,
    /// An experiment is proposed that splits the true one from every other leading candidate;
    /// true as well where there is no other.
    pub splits: bool,
    /// Candidates that contradict what the client saw.
    pub contradictions: Vec<String>,
    /// The best candidate has 0.8 and more.
    pub confident: bool,
    /// Something false is claimed with 0.8 and more.
    pub confident_and_wrong: bool,
    /// On a control: something is blamed that is not at fault.
    pub false_alarm: bool,
    /// The verdict came in time.
    pub in_time: bool,
}

/// Judges a verdict on a scenario; `seen` is what became of the client's requests.
pub fn judge(
    scenario: &Scenario,
    question: Question,
    verdict: &Verdict,
    seen: &[String],
    answers: &Answers,
    took: Duration,
) -> Judgement {
    let mut judgement = blank(verdict);
    match (&scenario.truth, &scenario.control) {
        (Some(truth), _) => {
            against_truth(&mut judgement, truth, question, verdict);
            if question == Question::Outside {
                judgement.contradictions = answers.contradicted(scenario.product, verdict, seen);
            }
        }
        (None, Some(control)) => against_control(&mut judgement, control, verdict),
        (None, None) => {}
    }
    judgement.in_time = question == Question::Explain || took <= limit(scenario);
    judgement
}

fn blank(verdict: &Verdict) -> Judgement {
    let top = verdict.top();
    let confidence = top.map_or(0.0, |top| top.confidence);
    Judgement {
        state: verdict.state.clone(),
        mechanism: verdict.mechanism.as_ref().map_or_else(String::new, |found| found.id.clone()),
        cause: top.map_or_else(String::new, |top| top.id.clone()),
        tenths: (confidence * 10.0).floor().min(9.0) as u32,
        mechanism_right: false,
        mechanism_within_set: false,
        cause_right: false,
        top_right: false,
        named: false,
        splits: true,
        contradictions: Vec::new(),
        confident: confidence >= CONFIDENT,
        confident_and_wrong: false,
        false_alarm: false,
        in_time: true,
    }
}

fn against_truth(judgement: &mut Judgement, truth: &Truth, question: Question, verdict: &Verdict) {
    let is_true = |id: &str| {
        id == truth.cause || id == truth.mechanism || truth.also_true.iter().any(|also| also == id)
    };
    let is_said = judgement.state != "unknown" && judgement.state != "healthy";
    // A cause that is a mechanism itself says more than the one that it shows as.
    let is_mechanism = |id: &str| id == truth.mechanism || id == truth.cause;
    judgement.mechanism_right = is_said && is_mechanism(&judgement.mechanism);
    judgement.cause_right = judgement.cause == truth.cause;
    judgement.top_right = judgement.cause_right || judgement.cause == truth.mechanism;
    judgement.named = verdict.names(&truth.cause);
    let same = truth.same.get(&question).map(Vec::as_slice).unwrap_or_default();
    let is_same = |id: &str| same.iter().any(|other| other == id);
    let told_apart = |id: &str| separated(verdict, truth, id);
    judgement.mechanism_within_set = judgement.mechanism_right
        || (is_same(&judgement.mechanism)
            && verdict.names(&truth.mechanism)
            && told_apart(&judgement.mechanism));
    let rivals = verdict.causes.iter().filter(|other| is_leading(other) && !is_true(&other.id));
    judgement.splits = rivals.map(|other| &other.id).all(|id| told_apart(id));
    let is_false = |claim: &Candidate| claim.confidence >= CONFIDENT && !is_true(&claim.id);
    judgement.confident_and_wrong =
        is_said && verdict.mechanism.iter().chain(verdict.top()).any(is_false);
}

fn is_leading(candidate: &Candidate) -> bool {
    candidate.confidence >= LEADING
}

/// Says whether a proposed experiment tells `other` from the labelled cause or from its mechanism.
fn separated(verdict: &Verdict, truth: &Truth, other: &str) -> bool {
    verdict.next.iter().any(|experiment| {
        experiment.separates(&truth.cause, other) || experiment.separates(&truth.mechanism, other)
    })
}

fn against_control(judgement: &mut Judgement, control: &Control, verdict: &Verdict) {
    let may_name = |id: &str| control.may_name.iter().any(|cause| cause == id);
    let blames = verdict.mechanism.iter().chain(verdict.top());
    let wrong: Vec<&Candidate> = blames.filter(|claim| !may_name(&claim.id)).collect();
    judgement.false_alarm =
        verdict.is_alarm() && (!wrong.is_empty() || control.may_name.is_empty());
    judgement.confident_and_wrong =
        verdict.is_alarm() && wrong.iter().any(|claim| claim.confidence >= CONFIDENT);
}

fn limit(scenario: &Scenario) -> Duration {
    let is_healthy =
        scenario.control.as_ref().is_some_and(|control| control.kind == ControlKind::Healthy);
    if is_healthy { HEALTHY } else { Duration::from_millis(scenario.timeout_ms) + SLACK }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::declared::file::Product;
    use crate::declared::load::parse;

    const FAULT: &str = "says = \"x\"\n[truth]\ncause = \"wrong_listen_address\"\n\
        mechanism = \"connect_refused\"\n[gateway]\n";
    const CONTROL: &str = "says = \"x\"\n[control]\nkind = \"healthy\"\n[gateway]\n";

    fn judged(text: &str, answer: &Value, took: Duration) -> Judgement {
        let scenario = parse(text, Product::Nginx, "a").unwrap();
        let verdict = Verdict::read(answer);
        let answers = Answers::read().unwrap();
        judge(&scenario, Question::Outside, &verdict, &["502".to_owned()], &answers, took)
    }

    fn failing(mechanism: &str, cause: &str, confidence: f64) -> Value {
        json!({"verdict": {
            "state": "failing",
            "mechanism": {"id": mechanism, "confidence": confidence},
            "causes": [{"id": cause, "confidence": confidence}],
        }})
    }

    #[test]
    fn the_mechanism_alone_is_true_but_not_the_cause() {
        let answer = failing("connect_refused", "connect_refused", 0.9);

        let judgement = judged(FAULT, &answer, Duration::ZERO);

        assert!(judgement.mechanism_right && judgement.top_right && !judgement.cause_right);
    }

    #[test]
    fn a_true_mechanism_is_not_confident_and_wrong() {
        let answer = failing("connect_refused", "connect_refused", 0.9);

        assert!(!judged(FAULT, &answer, Duration::ZERO).confident_and_wrong);
    }

    #[test]
    fn a_false_root_is_confident_and_wrong() {
        let answer = failing("connect_refused", "app_oom_killed", 0.9);

        assert!(judged(FAULT, &answer, Duration::ZERO).confident_and_wrong);
    }

    #[test]
    fn a_rival_without_an_experiment_is_not_split_off() {
        let answer = failing("connect_refused", "app_oom_killed", 0.5);

        assert!(!judged(FAULT, &answer, Duration::ZERO).splits);
    }

    #[test]
    fn an_unknown_verdict_is_not_right() {
        let answer = json!({"verdict": {
            "state": "unknown",
            "mechanism": {"id": "connect_refused", "confidence": 0.3},
            "causes": [],
        }});

        assert!(!judged(FAULT, &answer, Duration::ZERO).mechanism_right);
    }

    #[test]
    fn a_fault_on_a_control_is_a_false_alarm() {
        let answer = failing("connect_refused", "connect_refused", 0.4);

        assert!(judged(CONTROL, &answer, Duration::ZERO).false_alarm);
    }

    #[test]
    fn a_healthy_verdict_on_a_control_is_none() {
        let answer = json!({"verdict": {"state": "healthy", "causes": []}});

        assert!(!judged(CONTROL, &answer, Duration::ZERO).false_alarm);
    }

    #[test]
    fn a_healthy_target_has_a_second() {
        let answer = json!({"verdict": {"state": "healthy", "causes": []}});

        assert!(!judged(CONTROL, &answer, Duration::from_secs(2)).in_time);
    }
}
