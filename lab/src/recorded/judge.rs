//! Comparing what was recorded with what was injected.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::recorded::case::{Case, Told};
use crate::recorded::client::Answer;
use crate::recorded::line::Line;

/// One request with what was recorded of it.
#[derive(Debug)]
pub struct Seen {
    /// `GET one` and so on.
    pub what: String,
    /// What the client got.
    pub answer: Answer,
    /// The line of the access log.
    pub line: Line,
}

/// What is right about the record of one request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// What was asked: the method, and whether there was a second, healthy endpoint.
    pub what: String,
    /// The causes that stand at the attempts at the broken endpoint, each once.
    pub recorded: Vec<String>,
    /// Every one is among those that may be recorded, and there is one.
    pub right: bool,
    /// Every one is the cause that was injected.
    pub exactly: bool,
    /// What is wrong with the words for the client: error type, status, stage, blame, and whose
    /// answer it is.
    pub words: Vec<String>,
}

/// Judges the record of one request. `healthy` is in the name of the endpoint that answers well.
pub fn judge(case: &Case, seen: &Seen, healthy: &str) -> Judgement {
    let at_broken = |endpoint: &str| !endpoint.contains(healthy);
    let attempts: Vec<_> =
        seen.line.attempts.iter().filter(|attempt| at_broken(&attempt.endpoint)).collect();
    let mut recorded: BTreeSet<&str> =
        attempts.iter().filter_map(|attempt| attempt.cause.as_deref()).collect();
    // Nothing was attempted: the cause is that of the request.
    if seen.line.attempts.is_empty() && !seen.line.cause.is_empty() {
        recorded.insert(&seen.line.cause);
    }
    let silent = attempts.iter().any(|attempt| attempt.cause.is_none());
    let none_falsely = case.may_answer || case.leaves_ms.is_some() || !silent;
    let nothing_wanted = case.records.is_empty();
    let all_known = recorded.iter().all(|cause| case.records.iter().any(|one| one == cause));
    let right = if nothing_wanted {
        recorded.is_empty()
    } else {
        all_known && none_falsely && (case.may_answer || !recorded.is_empty())
    };
    let first = case.records.first().map_or("", String::as_str);
    let exactly = right && recorded.iter().all(|cause| *cause == first);
    let falsely: Vec<String> = seen
        .line
        .attempts
        .iter()
        .filter(|attempt| !at_broken(&attempt.endpoint))
        .filter_map(|attempt| attempt.cause.clone())
        .map(|cause| format!("the healthy endpoint has {cause}"))
        .collect();
    Judgement {
        what: seen.what.clone(),
        recorded: recorded.into_iter().map(str::to_owned).collect(),
        right: right && falsely.is_empty(),
        exactly: exactly && falsely.is_empty(),
        words: words(case, seen).into_iter().chain(falsely).collect(),
    }
}

/// Checks the words about the end: who made the answer, its status, and what it is called.
fn words(case: &Case, seen: &Seen) -> Vec<String> {
    let mut wrong = Vec::new();
    let Seen { answer, line, .. } = seen;
    let mut demand = |holds: bool, what: &dyn Fn() -> String| {
        if !holds {
            wrong.push(what());
        }
    };
    let own = answer.proxy_status.contains("error=");
    let received = answer.proxy_status.contains("received-status=");
    match line.end.as_str() {
        "" => {
            demand(line.cause.is_empty(), &|| format!("answered, with {}", line.cause));
            demand(!own, &|| format!("answered, with {}", answer.proxy_status));
            demand(answer.status == line.status, &|| statuses(seen));
            if let Some(status) = case.answers {
                let is_it = answer.status == status || line.attempts.len() > 1;
                demand(is_it, &|| format!("answered {} and not {status}", answer.status));
                demand(received || answer.status < 500, &|| "no received-status".to_owned());
            }
            let hidden = case.told.is_none() || case.may_answer || line.attempts.len() > 1;
            let hidden = hidden || line.attempts.iter().all(|attempt| attempt.cause.is_none());
            demand(hidden, &|| "answered in spite of it".to_owned());
        }
        "failed" | "refused" | "broken_off" => {
            let Some(told) = &case.told else {
                demand(false, &|| format!("{} and not answered: {}", line.end, line.cause));
                return wrong;
            };
            called(told, seen, &mut demand);
            let named = |cause: &String| case.behind.contains(cause);
            let causes: Vec<&String> =
                line.endpoints.iter().filter_map(|it| it.last_failure.cause.as_ref()).collect();
            let is_named = case.behind.is_empty() || causes.iter().any(|cause| named(cause));
            demand(is_named, &|| format!("why no endpoint was tried is {causes:?}"));
        }
        "client_gone" => {
            demand(case.leaves_ms.is_some(), &|| "the client did not leave".to_owned());
            demand(line.status == 499, &|| format!("the client left: {}", line.status));
            let is_own = line.cause.is_empty() || line.cause == "client_aborted";
            demand(is_own, &|| format!("the client left: {}", line.cause));
        }
        other => demand(false, &|| format!("the end is {other}")),
    }
    wrong
}

type Demand<'a> = dyn FnMut(bool, &dyn Fn() -> String) + 'a;

/// Checks what a failure is called that the client saw.
fn called(told: &Told, seen: &Seen, demand: &mut Demand<'_>) {
    let Seen { answer, line, .. } = seen;
    demand(told.error.holds(&line.error), &|| format!("the error is {}", line.error));
    demand(line.end == "refused" || told.stage.holds(&line.stage), &|| {
        format!("the stage is {}", line.stage)
    });
    demand(line.end == "refused" || line.blame == told.blame, &|| {
        format!("the blame is {}", line.blame)
    });
    demand(answer.status == line.status, &|| statuses(seen));
    if line.end == "broken_off" {
        return;
    }
    demand(answer.status == told.status, &|| format!("the status is {}", answer.status));
    let member = format!("error={}", line.error);
    demand(answer.proxy_status.contains(&member), &|| {
        format!("Proxy-Status is {:?}", answer.proxy_status)
    });
}

fn statuses(seen: &Seen) -> String {
    format!("the client got {} and the log has {}", seen.answer.status, seen.line.status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorded::line::Attempt;

    fn case(records: &str) -> Case {
        let text = format!(
            "name = \"a\"\nrecords = [{records}]\nbecause = \"x\"\n\
             told = {{ error = \"e\", status = 502, stage = \"connect\", blame = \"origin\" }}"
        );
        toml::from_str(&text).unwrap()
    }

    fn seen(causes: &[&str]) -> Seen {
        let attempt = |cause: &&str| Attempt {
            endpoint: "broken".to_owned(),
            status: None,
            cause: (!cause.is_empty()).then(|| (*cause).to_owned()),
        };
        Seen {
            what: "GET one".to_owned(),
            answer: Answer { status: 502, proxy_status: "goodgate; error=e".to_owned() },
            line: Line {
                status: 502,
                end: "failed".to_owned(),
                error: "e".to_owned(),
                stage: "connect".to_owned(),
                blame: "origin".to_owned(),
                attempts: causes.iter().map(attempt).collect(),
                ..Line::default()
            },
        }
    }

    fn judged(records: &str, causes: &[&str]) -> (bool, bool) {
        let judgement = judge(&case(records), &seen(causes), "healthy");
        (judgement.right, judgement.exactly)
    }

    #[test]
    fn the_injected_cause_is_right_exactly() {
        assert_eq!(judged("\"a\", \"b\"", &["a", "a"]), (true, true));
    }

    #[test]
    fn one_that_looks_the_same_is_right() {
        assert_eq!(judged("\"a\", \"b\"", &["a", "b"]), (true, false));
    }

    #[test]
    fn another_one_is_wrong() {
        assert_eq!(judged("\"a\"", &["a", "c"]), (false, false));
    }

    #[test]
    fn an_attempt_without_a_cause_is_wrong() {
        assert_eq!(judged("\"a\"", &["a", ""]), (false, false));
    }

    #[test]
    fn nothing_is_right_where_there_is_nothing_to_see() {
        assert_eq!(judged("", &[""]), (true, true));
        assert_eq!(judged("", &["a"]), (false, false));
    }

    #[test]
    fn a_wrong_word_for_the_client_is_named() {
        let mut seen = seen(&["a"]);
        seen.line.blame = "gateway".to_owned();

        let judgement = judge(&case("\"a\""), &seen, "healthy");

        assert_eq!(judgement.words, ["the blame is gateway"]);
    }
}
