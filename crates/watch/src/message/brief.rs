//! The content of a message before it has a format: bounded, masked and without control characters.
//!
//! Every format writes from here, so that all of them say the same, and none meets raw text from
//! outside. What would be markup in a format is escaped there.

use goodgate_causes::catalogue;
use goodgate_evidence::text::{neutralise, redact, shorten};
use goodgate_incident::{AlertKind, Finding};

use super::fix::{Step, first_steps};
use super::words::{
    Severity, between, blame, ending, lasting, length, mark, moment, stage, why, without_finding,
};
use super::{Alert, Links, limits, report};

/// What a message says, in the order in which it says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// How urgent it is.
    pub severity: Severity,
    /// The capitals at its beginning.
    pub mark: String,
    /// The verdict in one sentence.
    pub verdict: String,
    /// The names of the monitors, and how many more.
    pub monitors: String,
    /// The first of them, and how many more.
    pub concerns: String,
    /// `#7`, or nothing for a message without an incident.
    pub number: String,
    /// What else is known, each with its label.
    pub facts: Vec<(&'static str, String)>,
    /// What to do first.
    pub steps: Vec<Step>,
    /// What was changed shortly before.
    pub changes: Vec<String>,
    /// What was told too late.
    pub missed: Vec<String>,
    /// Links, each with its label.
    pub links: Vec<(&'static str, String)>,
}

impl Brief {
    /// Puts together what an alert has to say.
    pub fn of(alert: &Alert) -> Self {
        let over = matches!(alert.key.kind, AlertKind::Resolved);
        let about_one =
            !matches!(alert.key.kind, AlertKind::Digest | AlertKind::Proof | AlertKind::Report);
        let cause = alert.finding.as_ref().and_then(|finding| finding.cause);
        if let Some(report) = &alert.report {
            return report::brief(alert, report);
        }
        Self {
            severity: Severity::of(alert),
            mark: mark(alert),
            verdict: verdict(alert),
            monitors: monitors(alert, limits::MONITORS),
            concerns: monitors(alert, 1),
            number: if about_one { format!("#{}", alert.key.incident) } else { String::new() },
            facts: if about_one { facts(alert) } else { about_watch(alert) },
            steps: cause.filter(|_| about_one && !over).map(first_steps).unwrap_or_default(),
            changes: changes(alert),
            missed: missed(alert),
            links: links(alert),
        }
    }

    /// Returns mark, verdict, the first monitor and the number in one line; of a long verdict as much as
    /// leaves room for the others in so many characters.
    pub fn title(&self, most: usize) -> String {
        let behind: Vec<&str> = [self.concerns.as_str(), self.number.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        let behind =
            if behind.is_empty() { String::new() } else { format!(" ({})", behind.join(", ")) };
        let room = most.saturating_sub(behind.chars().count());
        let verdict = format!("{}: {}", self.mark, self.verdict.trim_end_matches('.'));
        shorten(&format!("{}{behind}", shorten(&verdict, room)), most)
    }
}

/// Returns a sentence from outside as one bounded line. What is far beyond the bound is not even looked
/// at: masking takes its time, and what it masks becomes shorter, never longer than it was cut.
pub(super) fn line(text: &str, most: usize) -> String {
    let beginning: String = text.chars().take(most.saturating_mul(8)).collect();
    let one: Vec<&str> = beginning.split_whitespace().collect();
    shorten(&neutralise(&redact(&one.join(" "))), most)
}

fn verdict(alert: &Alert) -> String {
    match alert.key.kind {
        AlertKind::Report => report::verdict(alert),
        AlertKind::Proof => "This channel works; nothing has happened.".to_owned(),
        AlertKind::Digest => {
            let count = alert.missed.len().saturating_add(alert.missed_more);
            let noun = if count == 1 { "incident" } else { "incidents" };
            let cut_off = alert.cut_off.map(|(from, to)| {
                format!(": this watch was cut off for {}", length(between(from, to)))
            });
            format!("{count} {noun} could not be told in time{}.", cut_off.unwrap_or_default())
        }
        AlertKind::Resolved => match found(alert) {
            Some(was) => format!("{} It was: {was}", ending(&alert.why)),
            None => ending(&alert.why).to_owned(),
        },
        _ => found(alert).unwrap_or_else(|| without_finding(alert.state, alert.doubt).to_owned()),
    }
}

/// Returns the summary of what was found, or the title of the cause where there is none.
fn found(alert: &Alert) -> Option<String> {
    let finding = alert.finding.as_ref()?;
    let summary = line(&finding.summary, limits::SENTENCE);
    if summary.is_empty() { cause_title(finding).map(str::to_owned) } else { Some(summary) }
}

fn cause_title(finding: &Finding) -> Option<&'static str> {
    finding.cause.and_then(catalogue::find).map(goodgate_causes::Cause::title)
}

/// Names at most so many monitors, and says how many more there are.
fn monitors(alert: &Alert, most: usize) -> String {
    let named: Vec<String> =
        alert.monitors.iter().take(most).map(|name| line(name, limits::NAME)).collect();
    let more = alert.monitors_total.max(alert.monitors.len()).saturating_sub(named.len());
    match (named.is_empty(), more) {
        (_, 0) => named.join(", "),
        (true, more) => format!("{more} monitors"),
        (false, more) => format!("{} and {more} more", named.join(", ")),
    }
}

fn facts(alert: &Alert) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    facts.extend(why(alert).map(|why| ("Now", line(&why, limits::SENTENCE))));
    if let Some(finding) = &alert.finding {
        let cause = cause_title(finding).zip(finding.cause);
        facts.extend(cause.map(|(title, id)| ("Cause", format!("{title} ({id})"))));
        facts.extend(finding.stage.map(|at| ("Broke at", stage(at))));
        facts.extend(finding.blame.map(|whose| ("Whose part", blame(whose))));
        if finding.cause.is_some() {
            facts.push((
                "Confidence",
                format!("{:.0} %", finding.confidence.clamp(0.0, 1.0) * 100.0),
            ));
        }
    }
    if !alert.monitors.is_empty() || alert.monitors_total > 0 {
        facts.push(("Monitors", monitors(alert, limits::MONITORS)));
    }
    if !alert.components.is_empty() {
        let shared = alert.components.iter().take(limits::COMPONENTS);
        let shared: Vec<String> = shared.map(|one| line(one, limits::NAME)).collect();
        facts.push(("In common", shared.join(", ")));
    }
    if alert.monitors_total > 1 && !alert.radius.is_empty() {
        facts.push(("How they are", line(&alert.radius, limits::SENTENCE)));
    }
    let by = alert.acknowledged.as_ref();
    facts.extend(by.map(|(who, since)| {
        ("Taken by", format!("{}, {}", line(who, limits::NAME), moment(*since)))
    }));
    facts.push(("Since", moment(alert.since)));
    facts.extend(alert.until.map(|until| ("Until", moment(until))));
    let label = if alert.until.is_some() { "Lasted" } else { "Lasts" };
    facts.push((label, length(lasting(alert))));
    facts.extend(about_watch(alert));
    facts
}

fn about_watch(alert: &Alert) -> Vec<(&'static str, String)> {
    let cut_off = alert
        .cut_off
        .map(|(from, to)| ("Cut off", format!("from {} to {}", moment(from), moment(to))));
    let unmeasured = match alert.unmeasured {
        (0, _) => None,
        (all, 0) => Some(("Not measured", format!("{all} monitors in that time"))),
        (all, still) => {
            Some(("Not measured", format!("{all} monitors in that time, {still} still")))
        }
    };
    let told_by = ("Told by", format!("goodgate on {}", line(&alert.watch, limits::NAME)));
    cut_off.into_iter().chain(unmeasured).chain([told_by]).collect()
}

fn changes(alert: &Alert) -> Vec<String> {
    let change = |change: &super::Change| {
        format!("{}: {}", moment(change.at), line(&change.what, limits::SENTENCE))
    };
    alert.changes.iter().take(limits::CHANGES).map(change).collect()
}

fn missed(alert: &Alert) -> Vec<String> {
    let one = |missed: &super::Missed| {
        let until =
            missed.until.map_or("(it lasts)".to_owned(), |until| format!("to {}", moment(until)));
        let summary = line(&missed.summary, limits::SENTENCE);
        format!("#{} from {} {until}: {summary}", missed.incident, moment(missed.since))
    };
    let mut lines: Vec<String> = alert.missed.iter().take(limits::MISSED).map(one).collect();
    let more = alert.missed.len().saturating_sub(lines.len()).saturating_add(alert.missed_more);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

/// Returns the links; one that is no URL of the web or too long is left out.
fn links(alert: &Alert) -> Vec<(&'static str, String)> {
    let over = matches!(
        alert.key.kind,
        AlertKind::Resolved | AlertKind::Digest | AlertKind::Proof | AlertKind::Report
    );
    let acknowledge = alert.links.acknowledge.as_ref().filter(|_| !over);
    let Links { incident, report, .. } = &alert.links;
    let all = [
        ("Incident", incident.as_ref()),
        ("Acknowledge", acknowledge),
        ("Report", report.as_ref()),
    ];
    let usable = |url: &&String| {
        let web = url.starts_with("https://") || url.starts_with("http://");
        let plain =
            url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
        web && plain && url.len() <= limits::LINK
    };
    all.into_iter()
        .filter_map(|(label, url)| url.filter(usable).map(|url| (label, url.clone())))
        .collect()
}
