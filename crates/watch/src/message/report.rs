//! What is said of a report of a week or a month.

use serde_json::{Value, json};

use super::brief::line;
use super::fix::Step;
use super::words::{Severity, mark};
use super::{Alert, Brief, limits};
use crate::reporter::Bulletin;

/// Says how the time was.
pub(super) fn verdict(alert: &Alert) -> String {
    match &alert.report {
        Some(report) => line(&format!("{}. {}", report.title, report.headline), limits::SENTENCE),
        None => "A report was made; what it says cannot be read any more.".to_owned(),
    }
}

/// Writes what is told of it for programs.
pub(super) fn json(report: &Bulletin) -> Value {
    let sentence = |text: &String| line(text, limits::SENTENCE);
    json!({
        "title": sentence(&report.title),
        "from": sentence(&report.from),
        "until": sentence(&report.until),
        "worst": report.worst.iter().map(sentence).collect::<Vec<_>>(),
        "follow_ups": report.follow_ups.iter().map(sentence).collect::<Vec<_>>(),
        "command": sentence(&report.command),
    })
}

/// Says what was worst, and what to do.
pub(super) fn brief(alert: &Alert, report: &Bulletin) -> Brief {
    let sentence = |text: &String| line(text, limits::SENTENCE);
    let fact = |label, text: &str| (label, line(text, limits::SENTENCE));
    let mut facts = vec![fact("From", &report.from), fact("Until", &report.until)];
    facts.extend(report.worst.iter().map(|text| ("Worst", sentence(text))));
    facts.push(fact("Whole report", &report.command));
    facts.push(fact("Told by", &format!("goodgate on {}", alert.watch)));
    Brief {
        severity: Severity::Info,
        mark: mark(alert),
        verdict: verdict(alert),
        monitors: String::new(),
        concerns: String::new(),
        number: String::new(),
        facts,
        steps: report.follow_ups.iter().map(|text| Step::Say(sentence(text))).collect(),
        changes: Vec::new(),
        missed: Vec::new(),
        links: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Message, Templates, sample};
    use super::*;

    fn message(page: Option<&str>) -> Message {
        let report = Bulletin {
            title: "Weekly report, tag eu".to_owned(),
            headline: "99.35 % up.".to_owned(),
            worst: vec!["shop was down \u{1b}[31mfor 2 h.".to_owned()],
            follow_ups: vec!["Renew the certificate of <b>shop</b>.".to_owned()],
            command: "goodgate report --week --at 2026-11-16".to_owned(),
            page: page.map(str::to_owned),
            ..Bulletin::default()
        };
        let alert = sample::proof("watch-1", goodgate_incident::Timestamp(0), 1);
        let key =
            goodgate_incident::AlertKey { kind: goodgate_incident::AlertKind::Report, ..alert.key };
        let alert = Alert { key, report: Some(report), ..alert };
        Message::new(alert, &Templates::default(), true, 1)
    }

    #[test]
    fn a_text_says_what_was_worst_and_where_the_whole_report_is() {
        let message = message(None);

        assert_eq!(message.subject(), "REPORT: Weekly report, tag eu. 99.35 % up");
        for says in ["Worst: shop was down", "Renew the certificate", "goodgate report --week"] {
            assert!(message.plain().contains(says), "{says}: {}", message.plain());
        }
        assert!(!message.plain().contains('\u{1b}'));
        assert!(!message.html().contains("<b>shop"), "{}", message.html());
        assert_eq!(message.json()["report"]["title"], "Weekly report, tag eu");
        assert_eq!(message.json()["kind"], "report");
    }

    #[test]
    fn mail_has_the_whole_report_where_it_is_kept() {
        assert_eq!(message(Some("<!doctype html>whole")).html(), "<!doctype html>whole");
    }
}
