//! What is known of an incident: plain data that the store keeps and gives back.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    AlertKey, AlertKind, Component, Doubt, Finding, IncidentId, MonitorId, State, Timestamp,
};

use super::policy::{ChannelId, PlanId};
use super::silence::SilenceId;

/// An incident without its members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// What it is about.
    pub subject: Subject,
    /// How far it is.
    pub stage: Stage,
    /// When the first failure of its first member was confirmed.
    #[serde(with = "crate::exact")]
    pub since: Timestamp,
    /// When the last member recovered, once it is over.
    #[serde(with = "crate::exact")]
    pub until: Option<Timestamp>,
    /// Who took care of it, and when; taken back when it is opened again.
    #[serde(with = "crate::exact")]
    pub acknowledged: Option<(String, Timestamp)>,
    /// When it was resolved, which is later than [`until`](Self::until) by the time to settle.
    #[serde(with = "crate::exact")]
    pub resolved_at: Option<Timestamp>,
    /// The cause that most of its failing members have.
    #[serde(with = "crate::cause")]
    pub cause: crate::cause::Known,
    /// The finding of one member with that cause.
    pub finding: Option<Finding>,
    /// What all members had in common when they joined.
    pub components: BTreeSet<Component>,
    /// How often one member failed again, the one that did so most.
    pub flaps: u32,
    /// How often it was opened again after it was over.
    pub reopened: u32,
    /// The alerts so far of each kind: the number of the next one.
    pub numbers: BTreeMap<AlertKind, u32>,
    /// Who knows what of it, by plan.
    pub told: BTreeMap<PlanId, Told>,
    /// Alerts that no channel, or not every one, has answered for; the latest
    /// [`WAITING_MAX`](super::limits::WAITING_MAX).
    pub waiting: Vec<Waiting>,
    /// When time alone may change something about it.
    #[serde(with = "crate::exact")]
    pub look_at: Option<Timestamp>,
    /// When it was last looked at as a whole, where it is [`LARGE`](super::limits::LARGE).
    #[serde(with = "crate::exact")]
    pub looked_at: Option<Timestamp>,
    /// The entries of its timeline so far, and how many more there would be without its bounds.
    pub timeline: Extent,
}

/// What an incident is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Targets fail.
    Targets,
    /// The watch cannot measure, for this reason.
    Watch(Option<Doubt>),
}

/// How far an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nobody takes care of it.
    Open,
    /// Somebody does.
    Acknowledged,
    /// It is over.
    Resolved,
}

impl Stage {
    /// Every stage, in the order of declaration.
    pub const ALL: [Self; 3] = [Self::Open, Self::Acknowledged, Self::Resolved];

    /// Returns the word for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }
}

/// A monitor in an incident. It stays one when it has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Which.
    pub monitor: MonitorId,
    /// Since when it fails, or did at last.
    #[serde(with = "crate::exact")]
    pub since: Timestamp,
    /// How it fails: [`Partial`](State::Partial), [`Down`](State::Down) or
    /// [`Unknown`](State::Unknown).
    pub state: State,
    /// Why.
    #[serde(with = "crate::cause")]
    pub cause: crate::cause::Known,
    /// What its failure met.
    pub components: BTreeSet<Component>,
    /// Whether it still does.
    pub part: Part,
    /// How often it has failed within this incident.
    pub failures: u32,
    /// Whether those who are told about it know that it belongs to the incident.
    pub is_told: bool,
}

/// What part a member plays now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// It fails.
    Failing,
    /// It is well since then, which has to last.
    Recovered(#[serde(with = "crate::exact")] Timestamp),
    /// It was well for long enough while others still fail: split off then.
    SplitOff(#[serde(with = "crate::exact")] Timestamp),
    /// Nobody wants it checked, or its failures are expected, since then.
    Withdrawn(#[serde(with = "crate::exact")] Timestamp),
}

/// What those who follow one plan know of an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Since when it could be told: escalation counts from here. [`None`] while there is nothing that
    /// they should hear: silences, parents that are down, no failing member of theirs.
    #[serde(with = "crate::exact")]
    pub audible_since: Option<Timestamp>,
    /// How many steps of the plan have been told since it opened, or opened again.
    pub steps: u32,
    /// How many steps have heard of it, also before it was last over: updates, reminders and its end go
    /// to all of them.
    pub reached: u32,
    /// When the first of the [`steps`](Self::steps) was told.
    #[serde(with = "crate::exact")]
    pub opened_at: Option<Timestamp>,
    /// When they were last paged: opened, reminded, escalated.
    #[serde(with = "crate::exact")]
    pub paged_at: Option<Timestamp>,
    /// When they last had an update.
    #[serde(with = "crate::exact")]
    pub updated_at: Option<Timestamp>,
    /// Since when there is something that they do not know.
    #[serde(with = "crate::exact")]
    pub news_since: Option<Timestamp>,
    /// The cause and the worst state that they were last told.
    pub said: Option<Said>,
    /// Whether they take it for lasting. They are told of its end if they do.
    pub knows: bool,
    /// Whether any channel has taken an alert that says so.
    pub is_heard: bool,
    /// Whether they were told that it is over, and have heard nothing since.
    pub thinks_over: bool,
    /// Why they were not told, where all of it that concerns them was hushed up.
    #[serde(with = "crate::exact")]
    pub hushed: Option<(Hush, Timestamp)>,
}

/// What was last said of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Said {
    /// The cause.
    #[serde(with = "crate::cause")]
    pub cause: crate::cause::Known,
    /// The worst state of a member.
    pub state: State,
}

/// Why somebody is not told about a failing monitor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hush {
    /// A silence.
    Silence(SilenceId),
    /// A monitor that it needs is down itself.
    Parent(MonitorId),
}

/// An alert of which it is not known that it has arrived everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Which.
    pub key: AlertKey,
    /// For whom.
    pub plan: PlanId,
    /// The channels that have not answered.
    pub channels: BTreeSet<ChannelId>,
    /// Whether any has taken it.
    pub is_accepted: bool,
}

/// How large a timeline is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Extent {
    /// Its entries: the number of the next one.
    pub entries: u32,
    /// The bytes of their texts.
    pub bytes: u32,
    /// The entries that were left out because it is full.
    pub left_out: u32,
}

/// An incident with its members.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The incident.
    pub incident: Incident,
    /// Everyone who is or was in it.
    pub members: BTreeMap<MonitorId, Member>,
}

impl Case {
    /// Returns the members that fail.
    pub fn failing(&self) -> impl Iterator<Item = &Member> {
        self.members.values().filter(|member| member.part == Part::Failing)
    }

    /// Returns whether it is over.
    pub fn is_over(&self) -> bool {
        self.incident.stage == Stage::Resolved
    }
}

impl Incident {
    /// Gives an alert its key, which is never given again.
    pub(super) fn key(&mut self, kind: AlertKind) -> AlertKey {
        let next = self.numbers.entry(kind).or_default();
        let number = *next;
        *next = next.saturating_add(1);
        AlertKey { incident: self.id, kind, number }
    }

    /// Returns whether it comes and goes.
    pub(super) fn is_flapping(&self) -> bool {
        self.flaps > 0 || self.reopened > 0
    }
}
