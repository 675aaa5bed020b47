//! What somebody is told: everything that a message is made of.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;

use crate::{AlertKey, Component, Finding, IncidentId, MonitorId, State, Timestamp};

use super::event::Marker;
use super::policy::{ChannelId, PlanId};
use super::record::{Hush, Subject};
use super::timeline::Ending;

/// One message about one incident, for some channels. It is committed together with the change from
/// which it follows; each channel delivers it by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// What makes it the same one when it is delivered twice.
    pub key: AlertKey,
    /// When it was decided.
    #[serde(with = "crate::exact")]
    pub at: Timestamp,
    /// Who follows this plan.
    pub plan: PlanId,
    /// How many steps of the plan have been told, with this one.
    pub steps: u32,
    /// Where it goes; never empty.
    pub channels: BTreeSet<ChannelId>,
    /// Why it is told now.
    pub why: Why,
    /// What the incident is about.
    pub subject: Subject,
    /// When the incident began.
    #[serde(with = "crate::exact")]
    pub since: Timestamp,
    /// When the last member recovered, once it is over.
    #[serde(with = "crate::exact")]
    pub until: Option<Timestamp>,
    /// How long it has lasted, or did.
    pub lasted: Duration,
    /// The worst state of those it is about; [`Up`](State::Up) once it is over.
    pub state: State,
    /// The cause that most members have.
    #[serde(with = "crate::cause")]
    pub cause: crate::cause::Known,
    /// The finding of one of them.
    pub finding: Option<Finding>,
    /// What the members have in common.
    pub components: BTreeSet<Component>,
    /// The monitors that follow the plan, failing and not hushed up (all of them, once it is over):
    /// those that fail longest first, at most [`NAMED_MAX`](super::limits::NAMED_MAX).
    pub monitors: Vec<MonitorId>,
    /// How far it reaches, over all plans.
    pub radius: Radius,
    /// Who takes care of it, and since when.
    #[serde(with = "crate::exact")]
    pub acknowledged: Option<(String, Timestamp)>,
    /// What was changed before it began, the latest first.
    pub markers: Vec<Marker>,
    /// What could not be told in time; in a digest only.
    pub digest: Option<Digest>,
}

/// Why an alert is sent now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It has just begun.
    Began,
    /// It was over, or some of its members had recovered, and they fail again.
    FailsAgain,
    /// It was hushed up for this reason since then, which is no longer so, and it still fails.
    Unhushed(Hush, #[serde(with = "crate::exact")] Timestamp),
    /// More monitors, another cause, or another state than they were told.
    News,
    /// It lasts.
    Lasts,
    /// Nobody has acknowledged it.
    Unanswered,
    /// It is over.
    Over(Ending),
    /// We were cut off, and it can be told only now.
    CutOff,
}

/// How many monitors an incident has, by how they are now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Radius {
    /// They fail.
    pub down: u32,
    /// They fail in part.
    pub partial: u32,
    /// It is not known how they are, although they failed when that was last known.
    pub unmeasured: u32,
    /// They have recovered.
    pub recovered: u32,
    /// Those of the failing ones that are hushed up.
    pub hushed: u32,
}

impl Radius {
    /// Returns how many fail, or did when that was last known.
    pub fn failing(self) -> u32 {
        self.down + self.partial + self.unmeasured
    }
}

/// What happened while nobody could be told, and why so late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Since when we were cut off.
    #[serde(with = "crate::exact")]
    pub from: Timestamp,
    /// When our way out was first seen to work again.
    #[serde(with = "crate::exact")]
    pub to: Timestamp,
    /// How many monitors could not be measured in that time.
    pub unmeasured: u32,
    /// How many of them still cannot.
    pub still_unmeasured: u32,
    /// The incidents of which nobody, or not everybody, heard in time, oldest first, at most
    /// [`MISSED_MAX`](super::limits::MISSED_MAX).
    pub missed: Vec<Missed>,
    /// How many more there were.
    pub more: u32,
    /// The alerts that this digest stands for: what of them is not yet delivered, on whichever channel,
    /// is not to be sent any more. The store takes them back in the transaction that commits the digest.
    pub supersedes: Vec<AlertKey>,
}

/// An incident in a [`Digest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// Which.
    pub incident: IncidentId,
    /// Its monitors, at most [`NAMED_MAX`](super::limits::NAMED_MAX).
    pub monitors: Vec<MonitorId>,
    /// How many monitors it has.
    pub monitors_total: u32,
    /// Its cause.
    #[serde(with = "crate::cause")]
    pub cause: crate::cause::Known,
    /// The finding in one sentence.
    pub summary: String,
    /// When it began.
    #[serde(with = "crate::exact")]
    pub from: Timestamp,
    /// When it ended; [`None`] where it still fails, and then its own alert comes as well.
    #[serde(with = "crate::exact")]
    pub to: Option<Timestamp>,
}
