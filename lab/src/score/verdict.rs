//! What an answer of the binary says, as far as it is scored.

use serde_json::Value;

/// A verdict with this confidence and more is confident (DESIGN section 5).
pub const CONFIDENT: f64 = 0.8;

/// The scored parts of a verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// `healthy`, `failing`, `partial`, `intermittent` or `unknown`.
    pub state: String,
    /// Whether it says who wrote the answer.
    pub knows_the_gateway: bool,
    /// The mechanism, if one is named.
    pub mechanism: Option<Candidate>,
    /// Roots and mechanisms together, best first.
    pub causes: Vec<Candidate>,
    /// The mechanism and the best candidate of a second, independent verdict.
    pub also: Vec<String>,
    /// The experiments that are proposed: for each result the causes that it leaves.
    pub next: Vec<Experiment>,
    /// The evidence in words: its kind and its quote.
    pub evidence: Vec<String>,
}

/// A cause with its confidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The cause.
    pub id: String,
    /// `mechanism` or `root`.
    pub kind: String,
    /// From 0 to 1.
    pub confidence: f64,
    /// Who is to blame.
    pub blame: String,
}

/// A proposed experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Experiment {
    /// Its id.
    pub id: String,
    /// The causes that remain, for each result.
    pub outcomes: Vec<Vec<String>>,
}

impl Experiment {
    /// Says whether some result remains for one of the two and not for the other, both ways.
    pub fn separates(&self, one: &str, other: &str) -> bool {
        let holds = |outcome: &Vec<String>, id: &str| outcome.iter().any(|cause| cause == id);
        let is_alone = |a: &str, b: &str| {
            self.outcomes.iter().any(|outcome| holds(outcome, a) && !holds(outcome, b))
        };
        is_alone(one, other) && is_alone(other, one)
    }
}

impl Verdict {
    /// Reads the verdict of an answer; what is missing is empty.
    pub fn read(answer: &Value) -> Self {
        let verdict = answer.get("verdict").unwrap_or(&Value::Null);
        let mechanism = verdict.get("mechanism").filter(|value| !value.is_null());
        Self {
            state: text(verdict, "state"),
            knows_the_gateway: verdict.get("written_by").is_some_and(|by| !by.is_null()),
            mechanism: mechanism.map(candidate),
            causes: list(verdict, "causes").iter().map(candidate).collect(),
            also: list(answer, "also").iter().flat_map(also).collect(),
            next: list(verdict, "next").iter().map(experiment).collect(),
            evidence: list(answer, "evidence").iter().map(evidence).collect(),
        }
    }

    /// Returns the best candidate, if the verdict names a fault.
    pub fn top(&self) -> Option<&Candidate> {
        self.causes.first().filter(|_| self.state != "unknown" && self.state != "healthy")
    }

    /// Says whether the verdict is that something is broken.
    pub fn is_alarm(&self) -> bool {
        matches!(self.state.as_str(), "failing" | "partial" | "intermittent")
    }

    /// Says whether a cause is among the candidates.
    pub fn names(&self, id: &str) -> bool {
        self.causes.iter().any(|cause| cause.id == id)
    }
}

fn also(verdict: &Value) -> Vec<String> {
    let mechanism = verdict.pointer("/mechanism/id");
    let best = verdict.pointer("/causes/0/id");
    let ids = mechanism.into_iter().chain(best).filter_map(Value::as_str);
    ids.map(str::to_owned).collect()
}

fn candidate(value: &Value) -> Candidate {
    Candidate {
        id: text(value, "id"),
        kind: text(value, "kind"),
        confidence: value.get("confidence").and_then(Value::as_f64).unwrap_or_default(),
        blame: text(value, "blame"),
    }
}

fn experiment(value: &Value) -> Experiment {
    let outcomes = list(value, "outcomes").iter().map(|outcome| {
        let causes = outcome.get(1).and_then(Value::as_array).into_iter().flatten();
        causes.filter_map(Value::as_str).map(str::to_owned).collect()
    });
    Experiment { id: text(value, "experiment"), outcomes: outcomes.collect() }
}

fn evidence(value: &Value) -> String {
    format!("{}: {}", text(value, "kind"), text(value, "quote"))
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn experiment_of(outcomes: &[&[&str]]) -> Experiment {
        let outcomes =
            outcomes.iter().map(|ids| ids.iter().map(|id| (*id).to_owned()).collect()).collect();
        Experiment { id: "x".to_owned(), outcomes }
    }

    #[test]
    fn causes_under_different_results_are_separated() {
        assert!(experiment_of(&[&["a"], &["b"]]).separates("a", "b"));
    }

    #[test]
    fn a_cause_without_a_result_is_not_separated() {
        assert!(!experiment_of(&[&["a"]]).separates("a", "b"));
    }

    #[test]
    fn an_unknown_verdict_has_no_best_candidate() {
        let answer = json!({"verdict": {"state": "unknown", "causes": [{"id": "a"}]}});

        assert!(Verdict::read(&answer).top().is_none());
    }

    #[test]
    fn the_best_candidate_of_a_failing_verdict_is_the_first() {
        let causes = json!([{"id": "a", "confidence": 0.9}, {"id": "b", "confidence": 0.1}]);
        let answer = json!({"verdict": {"state": "failing", "causes": causes}});

        assert_eq!(Verdict::read(&answer).top().unwrap().id, "a");
    }
}
