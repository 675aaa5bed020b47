//! The page to complete when an incident is over: its questions, with what is known already.

use super::gather::window_words;
use super::read::{counted, moment};
use super::{Question, Report};

/// Facts under a question: what is known is a help and no second report.
const KNOWN: usize = 8;

/// Returns the questions.
pub fn review(report: &Report) -> Vec<Question> {
    vec![
        question(
            "impact",
            "Impact: who could not do what, and for how long?",
            "Numbers of users, orders or requests, where you have them. Say where you estimate.",
            impact(report),
        ),
        question(
            "cause",
            "Cause: what happened, and what made it possible?",
            "Not who: what. Go on asking why until the answer is something that can be changed.",
            cause(report),
        ),
        question(
            "what_held",
            "What held: what kept it from being worse?",
            "Retries, other instances, alerts that came in time, people who knew what to do.",
            held(report),
        ),
        question(
            "what_we_learn",
            "What do we learn from it?",
            "What surprised you? What would have shown it earlier?",
            learned(report),
        ),
        question(
            "follow_ups",
            "Follow-ups: what will be changed, by whom, until when?",
            "One line each: what, who, until when, and how it is seen that it is done.",
            follow_ups(report),
        ),
    ]
}

fn question(about: &str, question: &str, hint: &str, mut known: Vec<String>) -> Question {
    known.truncate(KNOWN);
    Question {
        about: about.to_owned(),
        question: question.to_owned(),
        hint: hint.to_owned(),
        known,
    }
}

fn impact(report: &Report) -> Vec<String> {
    let mut known = vec![window_words(&report.window)];
    let names: Vec<&str> =
        report.targets.iter().map(|it| it.monitor.as_str()).take(KNOWN).collect();
    if !names.is_empty() {
        let all = counted(report.targets.len(), "monitor");
        known.push(format!("{all} failed: {}.", names.join(", ")));
    }
    for instance in report.instances.iter().take(KNOWN) {
        let seen = instance.seen.join(", ");
        known.push(format!(
            "{}: {} in the evidence that was kept ({seen}).",
            instance.name,
            counted(usize::try_from(instance.failures).unwrap_or(usize::MAX), "failure")
        ));
    }
    known
}

fn cause(report: &Report) -> Vec<String> {
    let about = &report.incident;
    let mut known = vec![format!("Seen: {}", about.summary)];
    if let (Some(cause), Some(title)) = (&about.cause, &about.title) {
        known.push(format!("{title} ({cause})"));
    }
    let before = report.changes.iter().flatten().filter(|it| it.seconds_before >= Some(0));
    for change in before.take(KNOWN) {
        known.push(format!(
            "Changed before: {} {} {}",
            moment(&change.at),
            change.kind,
            change.text
        ));
    }
    known
}

fn held(report: &Report) -> Vec<String> {
    let mut known = Vec::new();
    for hop in &report.waterfall {
        let well: Vec<&str> =
            hop.phases.iter().filter(|it| !it.broke && !it.timed_out).map(|it| &*it.name).collect();
        if !well.is_empty() {
            known.push(format!("{} {} still worked for: {}.", hop.hop, hop.name, well.join(", ")));
        }
    }
    let accepted = report.told.iter().filter(|it| it.state == "accepted").count();
    if accepted > 0 {
        known.push(format!("{} arrived.", counted(accepted, "message")));
    }
    known
}

fn learned(report: &Report) -> Vec<String> {
    let mut known = Vec::new();
    let acknowledged = report.timeline.iter().find(|it| it.kind == "acknowledged");
    match (acknowledged, &report.window.from) {
        (Some(entry), Some(from)) => {
            let after = super::read::between(from, &entry.at).and_then(|it| u64::try_from(it).ok());
            let after = after.map_or_else(|| "an unknown time".to_owned(), crate::times::lasted);
            known.push(format!("Somebody took care of it after {after}."));
        }
        (None, _) => known.push("Nobody acknowledged it.".to_owned()),
        (Some(_), None) => {}
    }
    known.extend(report.not_known.iter().map(|it| format!("Not known: {it}")));
    known
}

fn follow_ups(report: &Report) -> Vec<String> {
    let steps = report.steps_taken.iter().filter(|it| it.kind == "step");
    steps.map(|it| format!("Done during the incident, to be made to last: {}", it.text)).collect()
}
