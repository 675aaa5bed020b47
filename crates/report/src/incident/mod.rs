//! The report of an incident: everything that its reader needs in order to act, so that no question has to
//! go back.
//!
//! It is made from what the watch and the gateway answer. Secrets and the values of queries are masked on
//! the way in; what is not known is said, and never shown as zero.

mod after;
mod answers;
mod chain;
mod gather;
mod letters;
mod page;
mod read;
mod several;
mod waterfall;

use serde::{Deserialize, Serialize};

pub use after::review;
pub use answers::{Answers, Wanted};
pub use letters::Addressee;
pub use page::{document, ready};
pub use several::{Period, several};

/// What the JSON form of a report calls itself.
pub const SCHEMA: &str = "goodgate.report/1";

/// The report of one incident. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// `goodgate.report/1`.
    pub schema: String,
    /// When it was made.
    pub made_at: String,
    /// What is wrong.
    pub incident: About,
    /// From when to when.
    pub window: Window,
    /// What was asked for: the exact URLs and addresses.
    pub targets: Vec<Target>,
    /// The gateway, the endpoints and what else the incident's checks met on their way.
    pub parties: Vec<Party>,
    /// Ids by which a request is found in logs.
    pub request_ids: Vec<RequestId>,
    /// Which instances failed, and how.
    pub instances: Vec<Instance>,
    /// What was seen.
    pub evidence: Vec<Evidence>,
    /// What the time of a request went to, by hop.
    pub waterfall: Vec<Hop>,
    /// What it can be, the best first.
    pub candidates: Vec<Candidate>,
    /// What was changed before and during it; none where that could not be asked.
    pub changes: Option<Vec<Change>>,
    /// What people and remedies did already.
    pub steps_taken: Vec<Entry>,
    /// What to do next.
    pub steps_to_take: Vec<Todo>,
    /// Everything that happened, in order.
    pub timeline: Vec<Entry>,
    /// Who was told.
    pub told: Vec<Told>,
    /// When to expect more.
    pub next_update: NextUpdate,
    /// What is not known, in sentences.
    pub not_known: Vec<String>,
    /// Texts to send.
    pub texts: Vec<Letter>,
    /// What to answer when it is over.
    pub review: Vec<Question>,
    /// What was left out because there was too much of it.
    pub left_out: Vec<String>,
}

/// What is wrong.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The number of the incident.
    pub id: String,
    /// `failure`, `cannot_measure`, …
    pub kind: String,
    /// `open`, `acknowledged` or `resolved`.
    pub state: String,
    /// What was seen, in a sentence.
    pub summary: String,
    /// The id of the cause.
    pub cause: Option<String>,
    /// The cause in a sentence.
    pub title: Option<String>,
    /// How sure that is, from 0 to 1.
    pub confidence: Option<f64>,
    /// The stage at which it breaks.
    pub stage: Option<String>,
    /// Whose part of the chain that is.
    pub blame: Option<String>,
    /// Between whom it breaks.
    pub hop: Option<String>,
    /// Who can change it.
    pub contact: Option<String>,
}

/// From when to when.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// When it began.
    pub from: Option<String>,
    /// When it ended; none while it goes on.
    pub until: Option<String>,
    /// Up to when this is known.
    pub as_of: String,
    /// How long it lasted, or lasts.
    pub seconds: Option<u64>,
}

/// Something that is checked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The monitor.
    pub monitor: String,
    /// `http`, `tcp`, `traffic`, …
    pub kind: Option<String>,
    /// What is asked for: a URL or an address, with masked values; none where that is not known.
    pub target: Option<String>,
    /// How the monitor is now.
    pub state: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// How often it is checked, in milliseconds.
    pub interval_ms: Option<f64>,
}

/// A party of the chain.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// `gateway`, `endpoint`, `address`, `certificate` or `dependency`.
    pub kind: String,
    /// Its name or address.
    pub name: String,
}

/// An id of a request.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestId {
    /// The header field, or who gave it.
    pub name: String,
    /// The id.
    pub id: String,
    /// When.
    pub at: Option<String>,
    /// What was asked for.
    pub request: Option<String>,
}

/// One instance that failed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Its address.
    pub name: String,
    /// How many failures of it were seen in the evidence of this report.
    pub failures: u64,
    /// What was seen of it: statuses and how attempts ended.
    pub seen: Vec<String>,
}

/// A piece of evidence.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The number under which the watch keeps it; none for that of the gateway.
    pub piece: Option<String>,
    /// The monitor.
    pub monitor: String,
    /// When.
    pub at: Option<String>,
    /// What was seen, letter by letter.
    pub quote: String,
    /// What that means.
    pub meaning: Option<String>,
    /// Who saw it.
    pub source: Option<String>,
}

/// What the time of a request to one hop went to.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Hop {
    /// Which hop: `gateway`, `origin` or an attempt.
    pub hop: String,
    /// Its name or address.
    pub name: String,
    /// The parts, in order.
    pub phases: Vec<Phase>,
}

/// A part of the time of a request.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// `resolve`, `connect`, `tls`, `request`, `first byte` or `body`.
    pub name: String,
    /// When it began, in milliseconds.
    pub from_ms: f64,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// What it came to.
    pub outcome: String,
    /// Whether it was waited for in vain.
    pub timed_out: bool,
    /// Whether it is where the chain broke.
    pub broke: bool,
}

/// A cause that it can be.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// `root` or `mechanism`.
    pub kind: String,
    /// In a sentence.
    pub title: String,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
}

/// Something that was changed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// When.
    pub at: String,
    /// `deploy`, `reload`, `dns`, `certificate`, `file` or `other`.
    pub kind: String,
    /// What.
    pub text: String,
    /// Who says so.
    pub by: Option<String>,
    /// What it is about; everything where this is empty.
    pub tags: Vec<String>,
    /// How long before the incident's beginning; negative after it.
    pub seconds_before: Option<i64>,
}

/// Something that happened.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When.
    pub at: String,
    /// What kind of thing.
    pub kind: String,
    /// Who did it, or the monitor that it is about.
    pub who: Option<String>,
    /// What.
    pub text: String,
}

/// A step to take: words, commands, or both.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Todo {
    /// What to do.
    pub say: Option<String>,
    /// What to run.
    pub run: Option<String>,
}

/// A message that was sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// When it was decided.
    pub at: String,
    /// The channel.
    pub channel: String,
    /// What it tells of.
    pub kind: String,
    /// How far it is.
    pub state: String,
}

/// When to expect more.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NextUpdate {
    /// The moment that is suggested; none where it is over.
    pub at: Option<String>,
    /// In a sentence.
    pub says: String,
}

/// A text to send.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// `host`, `cdn`, `developer` or `customers`.
    pub to: String,
    /// Who that is.
    pub title: String,
    /// One line.
    pub subject: String,
    /// The text, in paragraphs.
    pub text: String,
}

/// A question of the review after an incident, with what is known already.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// `impact`, `cause`, `what_held`, `what_we_learn` or `follow_ups`.
    pub about: String,
    /// The question.
    pub question: String,
    /// How to answer it well.
    pub hint: String,
    /// What is known already, in sentences.
    pub known: Vec<String>,
}

impl Report {
    /// Whether the incident is over.
    pub fn is_over(&self) -> bool {
        self.window.until.is_some()
    }

    /// Returns the report as JSON.
    pub fn json(&self) -> String {
        // A report holds texts and numbers: writing it into a string does not fail.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}

#[cfg(test)]
mod tests;
