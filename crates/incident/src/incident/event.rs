//! What the engine is told.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

use crate::{AlertKey, IncidentId, MonitorId, Timestamp, Transition};

use super::policy::{ChannelId, Policy};
use super::silence::{Silence, SilenceId};

/// Something that happened, of which incidents have to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Time has passed.
    Tick,
    /// A monitor went from one state to another, or was examined again and its finding changed
    /// (`from` and `to` are equal then). It counts at its own time for what is shown, and at the time
    /// of the call for what follows.
    Transition(Transition),
    /// Somebody takes care of it. A second one changes nothing.
    Acknowledge {
        /// Of what.
        incident: IncidentId,
        /// Who.
        by: String,
    },
    /// Somebody says that it is over, before it would be by itself.
    Resolve {
        /// What.
        incident: IncidentId,
        /// Who.
        by: String,
    },
    /// Somebody says something.
    Note {
        /// To what.
        incident: IncidentId,
        /// Who.
        by: String,
        /// What.
        text: String,
    },
    /// Somebody, or a remedy, has done something about it.
    Step {
        /// About what.
        incident: IncidentId,
        /// Who.
        by: String,
        /// What, and what came of it.
        text: String,
    },
    /// Somebody tells the public about it, on a status page.
    Publish {
        /// About what.
        incident: IncidentId,
        /// Who.
        by: String,
        /// In which words.
        text: String,
    },
    /// Somebody takes back what was told to the public.
    Retract {
        /// About what.
        incident: IncidentId,
        /// Who.
        by: String,
    },
    /// Something was changed.
    Marker(Marker),
    /// Nobody is to be told for a time.
    Silence(Silence),
    /// A silence ends before its time.
    Unsilence(SilenceId),
    /// A channel has taken an alert, or never will.
    Delivery(Delivery),
    /// The settings are these from now on. Given after every start as well.
    Policy(Policy),
}

/// A change of something on which targets depend: what one looks for first when they fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// When.
    #[serde(with = "crate::exact")]
    pub at: Timestamp,
    /// What sort of change.
    pub kind: MarkerKind,
    /// What was changed, in a few words: `v1.2`, `web A 192.0.2.1 -> 192.0.2.7`.
    pub what: String,
    /// Who says so: a person, a webhook, the watch itself.
    pub by: String,
    /// The monitors that it can have to do with; empty for all.
    pub monitors: BTreeSet<MonitorId>,
}

impl Marker {
    /// Returns whether it can have to do with one of these monitors.
    pub(super) fn is_about<'a>(&self, mut monitors: impl Iterator<Item = &'a MonitorId>) -> bool {
        self.monitors.is_empty() || monitors.any(|monitor| self.monitors.contains(monitor))
    }
}

/// What sort of change a [`Marker`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkerKind {
    /// A version went live.
    Deploy,
    /// A configuration was loaded.
    Reload,
    /// A name has other addresses.
    Dns,
    /// A certificate was replaced.
    Certificate,
    /// A watched file or revision is another one.
    File,
    /// Something else.
    Other,
}

impl MarkerKind {
    /// Every kind, in the order of declaration.
    pub const ALL: [Self; 6] =
        [Self::Deploy, Self::Reload, Self::Dns, Self::Certificate, Self::File, Self::Other];

    /// Returns the word for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::Reload => "reload",
            Self::Dns => "dns",
            Self::Certificate => "certificate",
            Self::File => "file",
            Self::Other => "other",
        }
    }

    /// Finds a kind by its word.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

/// What became of an alert on one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which.
    pub key: AlertKey,
    /// Where.
    pub channel: ChannelId,
    /// [`None`] where the provider has taken it; why it never will be sent otherwise.
    pub failure: Option<String>,
}

/// Why an event was not taken. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no incident with this number that can still change.
    NoSuchIncident,
    /// The incident is over.
    Over,
    /// It cannot be over: this monitor of it fails.
    StillFails(MonitorId),
    /// There is no such silence.
    NoSuchSilence,
    /// There are as many silences as there may be.
    TooManySilences,
    /// It ends before it begins, or has ended.
    EndsTooEarly,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StillFails(monitor) => return write!(f, "{monitor} still fails"),
            Self::NoSuchIncident => "no incident with this number that can still change",
            Self::Over => "the incident is over",
            Self::NoSuchSilence => "no such silence",
            Self::TooManySilences => "there are as many silences as there may be",
            Self::EndsTooEarly => "the silence is over before it begins",
        })
    }
}

impl std::error::Error for Refusal {}
