//! Whether a failure has a remedy, whether it may run now, and whether it has helped.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use goodgate_incident::{Finding, IncidentId, MonitorId, State, Timestamp};

use crate::settings::Remedy;

use super::kept::{Kept, micros};
use super::limits;
use super::plan::{Action, Plan};
use super::run::{Happened, RemedyEvent};

/// A failure that was confirmed, and what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmed {
    /// The incident that it is part of.
    pub incident: IncidentId,
    /// The monitor.
    pub monitor: MonitorId,
    /// Its tags.
    pub tags: BTreeSet<Arc<str>>,
    /// What was found.
    pub finding: Finding,
    /// When.
    pub at: Timestamp,
}

/// A result of a check, as far as remedies need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Of which monitor.
    pub monitor: MonitorId,
    /// When the check began.
    pub at: Timestamp,
    /// Whether all was as it should be.
    pub is_good: bool,
    /// The state of the monitor after it.
    pub state: State,
}

/// What has to be done for a remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Write a step into the timeline of an incident.
    Step {
        /// Which.
        incident: IncidentId,
        /// Who did it: `remedy NAME`.
        by: String,
        /// What, and what came of it. Text from outside in it is harmless.
        text: String,
    },
    /// Check a monitor at once.
    CheckNow(MonitorId),
}

/// The remedies of the file, and what is remembered of their runs.
#[derive(Clone, Debug, Default)]
pub struct Remedies {
    /// Those of the file, in its order.
    all: Vec<Remedy>,
    kept: BTreeMap<String, Kept>,
    /// The checks that are waited for, by the remedy that they verify.
    verifying: BTreeMap<Arc<str>, Verifying>,
}

#[derive(Clone, Debug)]
struct Verifying {
    incident: IncidentId,
    monitor: MonitorId,
    since: Timestamp,
}

impl Remedies {
    /// Takes the remedies of the file; nothing is remembered of before.
    pub fn new(remedies: Vec<Remedy>) -> Self {
        Self { all: remedies, ..Self::default() }
    }

    /// Takes over what [`memory`](Self::memory) has said before a restart. What cannot be read is as if
    /// nothing had run.
    pub fn restore(&mut self, memory: &str) {
        self.kept = serde_json::from_str(memory).unwrap_or_default();
        self.forget();
    }

    /// Returns what has to be found again after a restart, as JSON.
    pub fn memory(&self) -> String {
        serde_json::to_string(&self.kept).unwrap_or_default()
    }

    /// Replaces the remedies; what is remembered of those that keep their name stays.
    pub fn set(&mut self, remedies: Vec<Remedy>) {
        self.all = remedies;
        self.forget();
    }

    fn forget(&mut self) {
        let names: BTreeSet<&str> = self.all.iter().map(|one| one.name.as_str()).collect();
        self.kept.retain(|name, _| names.contains(name.as_str()));
        self.verifying.retain(|name, _| names.contains(&**name));
    }

    /// Decides what is done about a failure: the first remedy of the file that is for it and may run now.
    /// It counts as begun from then on, so that the same question has another answer.
    pub fn consider(&mut self, confirmed: &Confirmed) -> Option<Plan> {
        let mut exhausted = None;
        for remedy in self.all.iter().filter(|remedy| is_for(remedy, confirmed)) {
            let kept = self.kept.entry(remedy.name.as_str().to_owned()).or_default();
            let longest = micros(remedy.timeout.saturating_add(limits::GRACE));
            kept.tidy(confirmed.at, longest);
            if kept.is_busy() {
                continue;
            }
            if kept.count() >= remedy.per_day {
                let runs = kept.count();
                exhausted = exhausted.or(Some((remedy, Action::Exhausted { runs })));
                continue;
            }
            let since = kept.last().map(|last| confirmed.at.0.saturating_sub(last.0));
            if since.is_some_and(|since| since < micros(remedy.every)) {
                continue;
            }
            let action = if remedy.dry_run { Action::DryRun } else { Action::Run };
            kept.begin(confirmed.at, longest);
            return plan(remedy, confirmed, action);
        }
        // Said once for each incident.
        let (remedy, action) = exhausted?;
        let kept = self.kept.get_mut(remedy.name.as_str())?;
        if kept.say(confirmed.incident) { plan(remedy, confirmed, action) } else { None }
    }

    /// Takes what came of a plan, and says what has to be done. `at` is now.
    pub fn take(&mut self, event: &RemedyEvent, at: Timestamp) -> Vec<Wish> {
        let RemedyEvent { remedy, incident, monitor, happened } = event;
        let mut wishes = Vec::new();
        match happened {
            Happened::Said { text } => wishes.push(step(remedy, *incident, text.clone())),
            Happened::Ended { text, .. } => {
                if let Some(kept) = self.kept.get_mut(&**remedy) {
                    kept.end();
                }
                wishes.push(step(remedy, *incident, text.clone()));
            }
            Happened::Verify => {
                let verifying =
                    Verifying { incident: *incident, monitor: monitor.clone(), since: at };
                self.verifying.insert(Arc::clone(remedy), verifying);
                wishes.push(Wish::CheckNow(monitor.clone()));
            }
        }
        wishes
    }

    /// Takes the result of a check; says whether a remedy has helped, where this check tells. Also says so
    /// where no check has come for too long.
    pub fn heard(&mut self, seen: &Seen) -> Vec<Wish> {
        let mut wishes = Vec::new();
        self.verifying.retain(|remedy, verifying| {
            let is_it = verifying.monitor == seen.monitor && seen.at >= verifying.since;
            let waited = seen.at.0.saturating_sub(verifying.since.0);
            let text = if is_it {
                verdict(seen)
            } else if waited > micros(limits::VERIFY) {
                "no check has come that tells whether it helped".to_owned()
            } else {
                return true;
            };
            wishes.push(step(remedy, verifying.incident, text));
            false
        });
        wishes
    }
}

/// Returns whether a remedy is for a failure.
fn is_for(remedy: &Remedy, confirmed: &Confirmed) -> bool {
    let finding = &confirmed.finding;
    let is_cause = |cause: &str| remedy.causes.iter().any(|one| one.as_str() == cause);
    let fails = matches!(finding.state, State::Down | State::Partial);
    let is_sure = finding.confidence >= remedy.confidence.fraction();
    let is_everybody = remedy.monitors.is_empty() && remedy.tags.is_empty();
    let is_named = remedy.monitors.iter().any(|one| *one.as_str() == *confirmed.monitor.0);
    let is_tagged = remedy.tags.iter().any(|tag| confirmed.tags.contains(tag.as_str()));
    fails
        && is_sure
        && finding.cause.is_some_and(is_cause)
        && (is_everybody || is_named || is_tagged)
}

fn plan(remedy: &Remedy, confirmed: &Confirmed, action: Action) -> Option<Plan> {
    Some(Plan {
        remedy: remedy.name.as_str().into(),
        incident: confirmed.incident,
        monitor: confirmed.monitor.clone(),
        cause: confirmed.finding.cause?,
        confidence: confirmed.finding.confidence,
        command: remedy.command.clone(),
        action,
        timeout: remedy.timeout,
        verify_after: remedy.verify_after,
    })
}

fn step(remedy: &str, incident: IncidentId, text: String) -> Wish {
    Wish::Step { incident, by: format!("remedy {remedy}"), text }
}

fn verdict(seen: &Seen) -> String {
    let monitor = goodgate_evidence::text::neutralise(&seen.monitor.0);
    match (seen.is_good, seen.state) {
        (true, State::Up) => {
            format!("it has helped: the check after it is good, and {monitor} is up")
        }
        (true, state) => format!(
            "it seems to have helped: the check after it is good; {monitor} is {} until it has been \
             well for long enough",
            state.slug()
        ),
        (false, state) => {
            format!(
                "it has not helped: the check after it is not good, and {monitor} is {}",
                state.slug()
            )
        }
    }
}
