//! The report of a week or a month: how it was for everything that is watched, or for what has a tag.
//!
//! It is made from the answers of the watch (`goodgate.watch_report/1`) and of the gateway. It says what was
//! worst first, and names its own gaps: time in which nothing could be measured is no success.

pub mod calendar;
mod draw;
mod expiry;
mod held;
pub mod limits;
mod says;
mod window;
mod words;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use draw::document;
pub use expiry::{Expiry, Thing};
pub use held::{Gateway, Held, Proposal};
pub use says::headline;
pub use window::{
    Budget, Cause, Certificate, Domain, Incident, Incidents, Latency, Monitor, Sums, Time, Window,
};

/// The schema of a report in JSON.
pub const SCHEMA: &str = "goodgate.period-report/1";

/// How long the time of a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Length {
    /// A week, from a Monday.
    Week,
    /// A month of the calendar.
    Month,
    /// Any other time.
    Other,
}

impl Length {
    /// Returns the word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Other => "time",
        }
    }
}

/// What a report is made of.
#[derive(Clone, Debug)]
pub struct Made {
    /// How long its time is.
    pub length: Length,
    /// When it is made.
    pub at: Timestamp,
    /// The name of the time zone whose weeks and months are meant.
    pub zone: String,
    /// What the watch says of the time.
    pub window: Window,
    /// What it says of the time before, which is as long; or why that is not known.
    pub before: Result<Window, String>,
    /// What the gateway says; or why it is not known.
    pub gateway: Result<Gateway, String>,
    /// What a scheduled examination of each monitor found; absent where there was none.
    pub diagnosis: Option<Vec<Diagnosed>>,
}

/// What an examination of a monitor found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosed {
    /// Which monitor.
    pub monitor: String,
    /// When.
    pub at: String,
    /// Whether something has to be done about it.
    pub is_wrong: bool,
    /// What was found, in a sentence.
    pub says: String,
}

/// The report of a week or a month. Everything in it is bounded by [`limits`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeriodReport {
    /// [`SCHEMA`].
    pub schema: String,
    /// How long its time is.
    pub length: Length,
    /// When it was made.
    pub made_at: String,
    /// The first moment of its time.
    pub from: String,
    /// The first moment after it.
    pub until: String,
    /// The time zone whose weeks and months are meant.
    pub zone: String,
    /// The tag whose monitors it is about; absent where it is about all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// How it was, in a sentence.
    pub headline: String,
    /// What was worst first, a sentence each.
    pub worst: Vec<String>,
    /// How it compares with the time before, a sentence each.
    pub compared: Vec<String>,
    /// What the watch measured.
    pub window: Window,
    /// Sums of the time before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Sums>,
    /// What the gateway kept from failing, and what would have avoided the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// What expires soon, the soonest first.
    pub expiring: Vec<Expiry>,
    /// What the scheduled examinations found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnosis: Option<Vec<Diagnosed>>,
    /// What this report does not know, a sentence each.
    pub gaps: Vec<String>,
    /// What to do, the most pressing first.
    pub follow_ups: Vec<String>,
}

impl PeriodReport {
    /// Makes a report.
    pub fn of(made: Made) -> Self {
        let Made { length, at, zone, mut window, before, gateway, mut diagnosis } = made;
        if let Some(found) = &mut diagnosis {
            // What is wrong comes first, and is not cut for what is well.
            found.sort_by_key(|one| !one.is_wrong);
            found.truncate(limits::DIAGNOSED);
        }
        let held = gateway.as_ref().ok().map(|it| it.held(&window.from, &window.until));
        // Before anything is left out: what expires soon is not what was worst.
        let expiring = expiry::of(&window, at);
        window.bound();
        let sight = says::Sight {
            length,
            window: &window,
            before: before.as_ref().map(|it| &it.all).map_err(String::as_str),
            held: held.as_ref().ok_or(gateway.as_ref().err().map_or("", String::as_str)),
            expiring: &expiring,
            diagnosis: diagnosis.as_deref(),
        };
        Self {
            schema: SCHEMA.to_owned(),
            length,
            made_at: at.to_string(),
            from: window.from.clone(),
            until: window.until.clone(),
            zone,
            tag: window.tag.clone(),
            headline: headline(&window),
            worst: sight.worst(),
            compared: sight.compared(),
            gaps: sight.gaps(),
            follow_ups: sight.follow_ups(),
            before: before.ok().map(|it| it.all),
            held,
            expiring,
            diagnosis,
            window,
        }
    }
}

#[cfg(test)]
mod tests;
