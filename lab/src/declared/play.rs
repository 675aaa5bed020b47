//! Carrying a scenario out: build it up, make traffic, check that the fault is there, ask.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};

use crate::declared::ask::{self, Answer};
use crate::declared::file::{HostName, Question, Scenario, Traffic};
use crate::declared::monitor::{self, Tried};
use crate::declared::report;
use crate::declared::stand::{self, Stand};
use crate::declared::traffic;
use crate::wait::{self, wait_until};

/// What became of a scenario.
#[derive(Debug)]
pub struct Played {
    /// What became of each request of the traffic.
    pub seen: Vec<String>,
    /// The answers to the questions that were asked.
    pub answers: BTreeMap<Question, Answer>,
    /// What a monitor of the same URL came to.
    pub monitor: Option<Tried>,
}

/// Carries a scenario out; `keep` leaves its folder, with the scenario's name in `scenario`.
///
/// # Errors
///
/// When it does not come up, its fault is not there, or a question has no answer.
pub fn play(scenario: &Scenario, keep: bool) -> anyhow::Result<Played> {
    let mut stand = Stand::build(scenario, keep)?;
    if keep {
        stand.folder.write("scenario", &format!("{}\n", scenario.id))?;
    }
    let played = carry_out(scenario, &mut stand);
    played.with_context(|| stand.said())
}

fn carry_out(scenario: &Scenario, stand: &mut Stand) -> anyhow::Result<Played> {
    let client = stand.host(HostName::Client)?;
    let meanwhile = scenario.meanwhile.as_ref();
    let ongoing = meanwhile.map(|traffic| traffic::keep_up(client, traffic, stand.gateway));
    let _ongoing = ongoing.transpose()?;
    let seen = if scenario.traffic.requests == 0 {
        Vec::new()
    } else {
        traffic::make(client, &scenario.traffic, stand.gateway)?
    };
    stand.act(&scenario.then)?;
    check_answers(scenario, &seen)?;
    let seen = if scenario.sees.then.is_empty() { seen } else { once_more(scenario, stand)? };
    check_logs(scenario, stand)?;
    let mut answers = BTreeMap::new();
    for question in Question::ALL {
        if !scenario.ask.skip.contains_key(&question) {
            answers.insert(question, ask::ask(question, scenario, stand)?);
        }
    }
    let monitor = monitor::try_monitor(scenario, stand)?;
    if let Some(tried) = &monitor {
        report::check(&tried.json, stand.folder.path())?;
    }
    Ok(Played { seen, answers, monitor })
}

/// Makes one more request, on a connection of its own, and checks what became of it.
fn once_more(scenario: &Scenario, stand: &Stand) -> anyhow::Result<Vec<String>> {
    let one = Traffic { requests: 1, at_once: 1, ..scenario.traffic.clone() };
    let seen = traffic::make(stand.host(HostName::Client)?, &one, stand.gateway)?;
    let expected = &scenario.sees.then;
    let is_known = seen.iter().all(|answer| expected.contains(answer));
    ensure!(is_known, "after [[then]] the answer is {seen:?} and not one of {expected:?}");
    Ok(seen)
}

/// Checks that the client saw what the scenario claims to make.
fn check_answers(scenario: &Scenario, seen: &[String]) -> anyhow::Result<()> {
    let expected = &scenario.sees;
    for answer in seen {
        let is_known = expected.answers.is_empty() || expected.answers.contains(answer);
        ensure!(is_known, "an answer is {answer}, not one of {:?}: {seen:?}", expected.answers);
    }
    for word in &expected.some {
        ensure!(seen.contains(word), "no answer is {word}: {seen:?}");
    }
    Ok(())
}

/// Waits for the words that tell that the fault is there.
fn check_logs(scenario: &Scenario, stand: &Stand) -> anyhow::Result<()> {
    for words in &scenario.sees.logged {
        let words = stand.template.fill(words);
        wait_until(&format!("{words:?} in a log"), wait::DEADLINE, || {
            let logs = stand::logs_in(stand.folder.path());
            Ok(logs.iter().any(|log| stand::contains(log, &words)).then_some(()))
        })?;
    }
    Ok(())
}
