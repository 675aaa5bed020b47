//! The words in which the watch speaks of what it sees: results, states, transitions, alerts.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use goodgate_evidence::{Blame, Stage, Timestamp};

/// The id of a monitor: the name of its table in the file, or `api/` and a name for one that was created
/// over the API, so that the two cannot clash (names in the file hold no slash).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MonitorId(pub Arc<str>);

impl fmt::Display for MonitorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of an incident, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IncidentId(pub u64);

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The state of a monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It answers as it should.
    Up,
    /// A check has failed, and it is not yet known what that means.
    Suspect,
    /// It fails on some of its addresses or endpoints, or in some of the attempts.
    Partial,
    /// It fails.
    Down,
    /// We could not measure: our own network, resolver, clock or processor cannot be trusted.
    Unknown,
    /// Nobody wants it checked.
    Paused,
    /// It is checked, and failures are expected.
    Maintenance,
}

impl State {
    /// Every state, in the order of declaration.
    pub const ALL: [Self; 7] = [
        Self::Up,
        Self::Suspect,
        Self::Partial,
        Self::Down,
        Self::Unknown,
        Self::Paused,
        Self::Maintenance,
    ];

    /// Returns the word for it, in JSON, the store and on screens.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Suspect => "suspect",
            Self::Partial => "partial",
            Self::Down => "down",
            Self::Unknown => "unknown",
            Self::Paused => "paused",
            Self::Maintenance => "maintenance",
        }
    }

    /// Finds a state by its word.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

/// What one check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Result {
    /// When the check began.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// What it came to.
    pub outcome: Outcome,
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All as it should be.
    Good,
    /// It failed: the answer, an assertion, or the way to it.
    Bad {
        /// The cause that this one attempt shows, by its id in the catalogue, where it shows one.
        cause: Option<&'static str>,
        /// What it met on its way.
        components: BTreeSet<Component>,
    },
    /// It says nothing about the target.
    Unmeasured(Doubt),
}

/// Why a result says nothing about its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// There is no way out: no default route, no address, or targets that have nothing to do with each
    /// other fail at the same time.
    Network,
    /// Our resolver does not answer for names that have nothing to do with the target.
    Resolver,
    /// The clock has jumped.
    Clock,
    /// We ourselves were too slow: a timer came late, or the processor was busy.
    Processor,
    /// Something that we need is missing: descriptors, memory, local ports.
    Resources,
}

impl Doubt {
    /// Every doubt, in the order of declaration.
    pub const ALL: [Self; 5] =
        [Self::Network, Self::Resolver, Self::Clock, Self::Processor, Self::Resources];

    /// Returns the word for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Resolver => "resolver",
            Self::Clock => "clock",
            Self::Processor => "processor",
            Self::Resources => "resources",
        }
    }
}

/// A part that several monitors may have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// The endpoint behind a gateway, as `10.0.0.7:8080` or `unix:/run/app.sock`.
    Endpoint(Arc<str>),
    /// The address and port that a check connected to.
    Address(Arc<str>),
    /// The gateway that wrote the failure, by what it calls itself or by where it is.
    Gateway(Arc<str>),
    /// A certificate, by its SHA-256 in hexadecimal.
    Certificate(Arc<str>),
    /// A third party, by its name.
    Dependency(Arc<str>),
}

/// What an examination of a failing target came to, as far as incidents need it. The verdict itself is
/// kept as evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The state that it means: [`Up`](State::Up), [`Partial`](State::Partial), [`Down`](State::Down) or
    /// [`Unknown`](State::Unknown).
    pub state: State,
    /// The best cause, by its id in the catalogue.
    #[serde(with = "crate::cause")]
    pub cause: crate::cause::Known,
    /// From 0 to 1.
    pub confidence: f64,
    /// One sentence for whoever is woken: the cause, and where the chain broke.
    pub summary: String,
    /// Where the chain broke.
    pub stage: Option<Stage>,
    /// Whose part has to change.
    pub blame: Option<Blame>,
    /// What failed, and what it was seen through.
    pub components: BTreeSet<Component>,
}

/// A monitor went from one state to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// Which.
    pub monitor: MonitorId,
    /// When.
    pub at: Timestamp,
    /// From.
    pub from: State,
    /// To.
    pub to: State,
    /// Why it could not be measured, where it is [`Unknown`](State::Unknown) now.
    pub doubt: Option<Doubt>,
    /// What was found, where it was examined.
    pub finding: Option<Finding>,
}

/// Why somebody is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// An incident has begun.
    Opened,
    /// More is known: the blast radius, another verdict.
    Updated,
    /// It lasts.
    Reminder,
    /// Nobody has acknowledged it in time: the next in line is told.
    Escalated,
    /// It is over.
    Resolved,
    /// What could not be told while we were cut off, in one message.
    Digest,
    /// Nothing has happened: the channel is proven.
    Proof,
    /// How a week or a month was.
    Report,
}

impl AlertKind {
    /// Every kind, in the order of declaration.
    pub const ALL: [Self; 8] = [
        Self::Opened,
        Self::Updated,
        Self::Reminder,
        Self::Escalated,
        Self::Resolved,
        Self::Digest,
        Self::Proof,
        Self::Report,
    ];

    /// Returns the word for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Updated => "updated",
            Self::Reminder => "reminder",
            Self::Escalated => "escalated",
            Self::Resolved => "resolved",
            Self::Digest => "digest",
            Self::Proof => "proof",
            Self::Report => "report",
        }
    }

    /// Finds a kind by its word.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

/// What makes an alert the same one when it is delivered twice: the incident, the kind, and which of
/// that kind it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AlertKey {
    /// The incident.
    pub incident: IncidentId,
    /// Why.
    pub kind: AlertKind,
    /// Counted from 0 within the incident and kind.
    pub number: u32,
}

impl fmt::Display for AlertKey {
    /// Writes it as it is sent: `goodgate-7-opened-0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "goodgate-{}-{}-{}", self.incident, self.kind.slug(), self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_found_again() {
        for state in State::ALL {
            assert_eq!(State::of_slug(state.slug()), Some(state));
        }
        for kind in AlertKind::ALL {
            assert_eq!(AlertKind::of_slug(kind.slug()), Some(kind));
        }
        assert_eq!(State::of_slug("sideways"), None);
    }

    #[test]
    fn the_key_of_an_alert_is_its_incident_and_transition() {
        let key = AlertKey { incident: IncidentId(7), kind: AlertKind::Opened, number: 0 };

        assert_eq!(key.to_string(), "goodgate-7-opened-0");
    }
}
