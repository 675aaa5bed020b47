//! What there is to say: one alert, as the incident engine decided it.

use goodgate_incident::{AlertKey, Doubt, Finding, IncidentId, State, Timestamp};

/// One alert with everything that a message says about it. Text in it may come from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// What makes it the same one when it is sent twice.
    pub key: AlertKey,
    /// The name of this watch: the host that it runs on, or what the operator calls it.
    pub watch: String,
    /// When it arose.
    pub at: Timestamp,
    /// When the incident began.
    pub since: Timestamp,
    /// When it ended.
    pub until: Option<Timestamp>,
    /// How it stands: [`Down`](State::Down), [`Partial`](State::Partial), [`Unknown`](State::Unknown),
    /// or [`Up`](State::Up) once it is over.
    pub state: State,
    /// The names of the monitors that it concerns, the first to fail first; as many as are known.
    pub monitors: Vec<String>,
    /// How many monitors it concerns, also those that are not named.
    pub monitors_total: usize,
    /// What was found. Of an incident that is over, what it was.
    pub finding: Option<Finding>,
    /// Why it cannot be measured, where that is so.
    pub doubt: Option<Doubt>,
    /// What was changed shortly before, the latest first.
    pub changes: Vec<Change>,
    /// While nothing could be told: from when to when.
    pub cut_off: Option<(Timestamp, Timestamp)>,
    /// What could not be told in that time; only a digest has some.
    pub missed: Vec<Missed>,
    /// Where to read on and what to do.
    pub links: Links,
}

/// A change before an incident: a deployment, a configuration, a record of DNS, a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// What, in a few words.
    pub what: String,
}

/// An incident that nobody was told of in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Which.
    pub incident: IncidentId,
    /// What, in one sentence.
    pub summary: String,
    /// When it began.
    pub since: Timestamp,
    /// When it ended, where it has.
    pub until: Option<Timestamp>,
}

/// Links of a message; absolute URLs of this watch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The page of the incident.
    pub incident: Option<String>,
    /// The signed page on which it can be acknowledged ([`Signer`](super::link::Signer)).
    pub acknowledge: Option<String>,
}
