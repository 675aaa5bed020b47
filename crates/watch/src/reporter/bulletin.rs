//! What a message says of a report: what was worst, what to do, and where the whole of it is.

use goodgate_evidence::text::shorten;
use goodgate_report::period::{Length, PeriodReport};
use serde::{Deserialize, Serialize};

use super::limits;

/// What a message says of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    /// What it is: `Weekly report, tag shop`.
    pub title: String,
    /// How the time was, in a sentence.
    pub headline: String,
    /// The first moment of the time.
    pub from: String,
    /// The first moment after it.
    pub until: String,
    /// What was worst, a sentence each.
    pub worst: Vec<String>,
    /// What to do.
    pub follow_ups: Vec<String>,
    /// The command that writes the whole of it.
    pub command: String,
    /// Under which name it is kept; absent where it was too large.
    pub kept: Option<String>,
    /// The whole report as a page, where there was room to keep it. It is no part of what is committed.
    #[serde(skip)]
    pub page: Option<String>,
}

impl Bulletin {
    /// Makes that of a report.
    pub(super) fn of(report: &PeriodReport, day: &str) -> Self {
        let tag = report.tag.as_ref();
        let kind = match report.length {
            Length::Week => "Weekly report",
            Length::Month => "Monthly report",
            Length::Other => "Report",
        };
        let about = tag.map_or_else(String::new, |tag| format!(", tag {tag}"));
        let only = tag.map_or_else(String::new, |tag| format!(" --tag {tag}"));
        let zone = &report.zone;
        let word = report.length.word();
        Self {
            title: format!("{kind}{about}"),
            headline: shorten(&report.headline, limits::SENTENCES.1),
            from: report.from.clone(),
            until: report.until.clone(),
            worst: few(&report.worst),
            follow_ups: few(&report.follow_ups),
            command: format!("goodgate report --{word} --at {day} --zone {zone}{only}"),
            kept: None,
            page: None,
        }
    }
}

/// Returns the first sentences, and says how many more there are.
fn few(all: &[String]) -> Vec<String> {
    let (most, length) = limits::SENTENCES;
    let mut few: Vec<String> = all.iter().take(most).map(|one| shorten(one, length)).collect();
    if all.len() > most {
        few.push(format!("and {} more", all.len() - most));
    }
    few
}
