//! What happened to an incident, entry by entry, within bounds.

use goodgate_evidence::text;
use serde::{Deserialize, Serialize};

use crate::{AlertKey, MonitorId, State, Timestamp};

use super::event::Marker;
use super::limits;
use super::policy::{ChannelId, PlanId};
use super::record::{Extent, Subject};

/// One entry of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counted from 0 within the incident.
    pub number: u32,
    /// When it happened.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What happened. Text in it may come from outside; it is made harmless where it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It began.
    Opened(Subject),
    /// A monitor fails, and is part of it.
    Joined(MonitorId, Option<&'static str>),
    /// Another cause, or another state, of a member.
    Verdict {
        /// Of which.
        monitor: MonitorId,
        /// How it fails.
        state: State,
        /// Why.
        cause: Option<&'static str>,
        /// The finding in one sentence.
        summary: String,
    },
    /// A monitor is well.
    Recovered(MonitorId),
    /// It fails again.
    FailedAgain(MonitorId),
    /// It has been well for so long that it is no part of it any more, although others fail.
    SplitOff(MonitorId),
    /// Nobody wants it checked, or its failures are expected: its new state. [`None`] where there is
    /// no such monitor any more.
    Withdrawn(MonitorId, Option<State>),
    /// Somebody takes care of it.
    Acknowledged(String),
    /// Somebody says something: who, and what.
    Note(String, String),
    /// Somebody has done something: who, and what.
    Step(String, String),
    /// Somebody tells it to the public: who, and in which words.
    Published(String, String),
    /// Somebody takes back what was told to the public.
    Retracted(String),
    /// Something was changed.
    Marker(Marker),
    /// Somebody is told.
    Alerted(AlertKey, PlanId),
    /// A channel has taken an alert.
    Delivered(AlertKey, ChannelId),
    /// A channel never will: why.
    Undeliverable(AlertKey, ChannelId, String),
    /// It was over when it could be told at last, in a digest, which stands for these alerts.
    Late(AlertKey),
    /// It is over.
    Resolved(Ending),
    /// It is over, says somebody.
    ResolvedBy(String),
    /// It began again.
    Reopened,
}

/// How an incident came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// All of its members are well.
    Recovered,
    /// Nobody wants those checked that still failed, or their failures are expected.
    Withdrawn,
    /// Somebody said so.
    ByHand,
}

impl What {
    /// Returns the word for it.
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Joined(..) => "joined",
            Self::Verdict { .. } => "verdict",
            Self::Recovered(_) => "recovered",
            Self::FailedAgain(_) => "failed_again",
            Self::SplitOff(_) => "split_off",
            Self::Withdrawn(..) => "withdrawn",
            Self::Acknowledged(_) => "acknowledged",
            Self::Note(..) => "note",
            Self::Step(..) => "step",
            Self::Published(..) => "published",
            Self::Retracted(_) => "retracted",
            Self::Marker(_) => "marker",
            Self::Alerted(..) => "alerted",
            Self::Delivered(..) => "delivered",
            Self::Undeliverable(..) => "undeliverable",
            Self::Late(_) => "late",
            Self::Resolved(_) | Self::ResolvedBy(_) => "resolved",
            Self::Reopened => "reopened",
        }
    }

    /// Returns how many entries there may be before this one.
    const fn room(&self) -> u32 {
        match self {
            Self::Joined(..)
            | Self::Verdict { .. }
            | Self::Recovered(_)
            | Self::FailedAgain(_)
            | Self::SplitOff(_)
            | Self::Withdrawn(..) => limits::ENTRIES_OF_MEMBERS,
            Self::Marker(_)
            | Self::Alerted(..)
            | Self::Delivered(..)
            | Self::Undeliverable(..)
            | Self::Late(_)
            | Self::Reopened => limits::ENTRIES_OF_ALERTS,
            Self::Opened(_)
            | Self::Acknowledged(_)
            | Self::Note(..)
            | Self::Step(..)
            | Self::Published(..)
            | Self::Retracted(_)
            | Self::Resolved(_)
            | Self::ResolvedBy(_) => limits::ENTRIES_MAX,
        }
    }

    /// Shortens its texts to their bounds.
    fn bounded(self) -> Self {
        let name = |text: String| text::shorten(&text, limits::NAME_MAX);
        let long = |text: String| text::shorten(&text, limits::TEXT_MAX);
        match self {
            Self::Acknowledged(by) => Self::Acknowledged(name(by)),
            Self::Note(by, text) => Self::Note(name(by), long(text)),
            Self::Step(by, text) => Self::Step(name(by), long(text)),
            Self::Published(by, text) => Self::Published(name(by), long(text)),
            Self::Retracted(by) => Self::Retracted(name(by)),
            Self::ResolvedBy(by) => Self::ResolvedBy(name(by)),
            Self::Undeliverable(key, channel, why) => Self::Undeliverable(key, channel, name(why)),
            other => other,
        }
    }

    /// Returns the bytes of its texts.
    fn bytes(&self) -> usize {
        match self {
            Self::Verdict { summary, .. } => summary.len(),
            Self::Acknowledged(text)
            | Self::Retracted(text)
            | Self::ResolvedBy(text)
            | Self::Undeliverable(_, _, text) => text.len(),
            Self::Note(by, text) | Self::Step(by, text) | Self::Published(by, text) => {
                by.len() + text.len()
            }
            Self::Marker(marker) => marker.what.len() + marker.by.len(),
            _ => 0,
        }
    }
}

impl Extent {
    /// Adds an entry, or counts it as left out where there is no room for one of its sort.
    pub(super) fn add(&mut self, at: Timestamp, what: What) -> Option<Entry> {
        let what = what.bounded();
        let bytes = self.bytes.saturating_add(what.bytes() as u32);
        let is_own = what.room() == limits::ENTRIES_MAX;
        let most = if is_own { limits::ENTRY_BYTES_MAX } else { limits::ENTRY_BYTES_MAX / 2 };
        if self.entries >= what.room() || (what.bytes() > 0 && bytes > most) {
            self.left_out = self.left_out.saturating_add(1);
            return None;
        }
        let number = self.entries;
        self.entries += 1;
        self.bytes = bytes;
        Some(Entry { number, at, what })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recovered() -> What {
        What::Recovered(MonitorId("web".into()))
    }

    #[test]
    fn members_leave_room_for_people_and_for_the_end() {
        let mut extent = Extent::default();

        let kept = (0..5000).filter(|_| extent.add(Timestamp(0), recovered()).is_some()).count();
        let note = extent.add(Timestamp(0), What::Note("ann".to_owned(), "looking".to_owned()));
        let end = extent.add(Timestamp(0), What::Resolved(Ending::Recovered));

        assert_eq!(kept as u32, limits::ENTRIES_OF_MEMBERS);
        assert_eq!(extent.left_out, 5000 - limits::ENTRIES_OF_MEMBERS);
        assert!(note.is_some() && end.is_some());
    }

    #[test]
    fn notes_are_bounded_by_bytes_and_the_end_still_fits() {
        let mut extent = Extent::default();
        let note = || What::Note("ann".to_owned(), "ä".repeat(9000));

        let kept = (0..900).filter(|_| extent.add(Timestamp(0), note()).is_some()).count();

        assert!((32..=80).contains(&kept), "{kept}");
        assert!(extent.bytes <= limits::ENTRY_BYTES_MAX);
        assert!(extent.add(Timestamp(0), What::Resolved(Ending::Recovered)).is_some());
    }
}
