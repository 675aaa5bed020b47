//! What is to be written, before it is: with its weight, its bounds and whoever waits for the answer.

use std::fmt;
use std::sync::Arc;

use goodgate_incident::{AlertKey, IncidentId, MonitorId, Timestamp};

use crate::store::{
    Alert, Change, ChannelName, Kept, Marker, MonitorRow, Note, Proof, SilenceId, SilenceRow,
    StoreError, limits,
};

/// Something that must not be lost.
#[derive(Clone, Debug)]
pub(super) enum Write {
    Change(Arc<Change>),
    Accepted {
        key: AlertKey,
        channel: ChannelName,
        now: Timestamp,
    },
    PutOff {
        key: AlertKey,
        channel: ChannelName,
        until: Timestamp,
        why: String,
    },
    Dead {
        key: AlertKey,
        channel: ChannelName,
        why: String,
    },
    /// The alert as the other channel gets it.
    HandOver {
        alert: Alert,
        from: ChannelName,
        why: String,
    },
    Prove(Proof),
    Acknowledge {
        id: IncidentId,
        by: String,
        at: Timestamp,
    },
    Note {
        id: IncidentId,
        note: Note,
    },
    Marker(Marker),
    PutMonitor(MonitorRow),
    RemoveMonitor(MonitorId),
    PutSilence(SilenceRow),
    EndSilence {
        id: SilenceId,
        at: Timestamp,
    },
    Forget(MonitorId),
    Tidy(Timestamp),
}

/// What came of it: a number that means what the request says, and where it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) number: i64,
    pub(super) kept: Kept,
}

/// Gives the answer to whoever waits for it.
pub(super) type Reply = Box<dyn FnOnce(Result<Done, StoreError>) + Send>;

/// A write on its way.
pub(super) struct Request {
    pub(super) write: Write,
    pub(super) weight: usize,
    pub(super) reply: Reply,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("write", &self.write).finish_non_exhaustive()
    }
}

impl Write {
    /// Returns whether it is kept in memory while the disk is full. What people ask for over the API is
    /// refused instead: they can be told.
    pub(super) const fn outlasts_a_full_disk(&self) -> bool {
        match self {
            Self::Change(_)
            | Self::Accepted { .. }
            | Self::PutOff { .. }
            | Self::Dead { .. }
            | Self::HandOver { .. }
            | Self::Prove(_)
            | Self::Acknowledge { .. }
            | Self::Note { .. }
            | Self::Marker(_) => true,
            Self::PutMonitor(_)
            | Self::RemoveMonitor(_)
            | Self::PutSilence(_)
            | Self::EndSilence { .. }
            | Self::Forget(_)
            | Self::Tidy(_) => false,
        }
    }

    /// Returns whether people see it: what only we remember is nothing to look at again for.
    pub(super) fn is_seen(&self) -> bool {
        match self {
            Self::Change(change) => {
                let Change { transitions, incidents, timeline, alerts, superseded, .. } = &**change;
                !(transitions.is_empty()
                    && incidents.is_empty()
                    && timeline.is_empty()
                    && alerts.is_empty()
                    && superseded.is_empty())
            }
            Self::Forget(_) | Self::Tidy(_) => false,
            _ => true,
        }
    }

    /// Returns the alerts that are not to be delivered any more.
    pub(super) fn superseded(&self) -> &[AlertKey] {
        match self {
            Self::Change(change) => &change.superseded,
            _ => &[],
        }
    }

    /// Returns about how many bytes it holds.
    pub(super) fn weight(&self) -> usize {
        const FIXED: usize = 256;
        FIXED
            + match self {
                Self::Change(change) => weight_of_change(change),
                Self::HandOver { alert, .. } => alert.details.len(),
                Self::PutMonitor(monitor) => monitor.definition.len(),
                Self::PutSilence(silence) => silence.matches.len(),
                Self::Note { note, .. } => note.text.len(),
                Self::Marker(marker) => marker.text.len(),
                _ => 0,
            }
    }

    /// Checks that nothing is beyond its bound that cannot be cut.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Change(change) => check_change(change),
            Self::PutMonitor(monitor) => {
                bound("the id of a monitor", monitor.id.0.len(), limits::NAME)?;
                bound("the definition of a monitor", monitor.definition.len(), limits::DEFINITION)?;
                if monitor.id.0.starts_with("api/") {
                    Ok(())
                } else {
                    Err(StoreError::Misnamed { id: monitor.id.to_string() })
                }
            }
            Self::PutSilence(silence) => {
                bound("what a silence covers", silence.matches.len(), limits::DEFINITION)
            }
            Self::HandOver { alert, .. } => {
                bound("the name of a channel", alert.channel.0.len(), limits::NAME)
            }
            Self::Prove(proof) => {
                bound("the name of a channel", proof.channel.0.len(), limits::NAME)
            }
            _ => Ok(()),
        }
    }
}

fn check_change(change: &Change) -> Result<(), StoreError> {
    for transition in &change.transitions {
        bound("the id of a monitor", transition.monitor.0.len(), limits::NAME)?;
    }
    for incident in &change.incidents {
        let members = incident.members.iter().map(|member| member.0.len() + 3).sum();
        bound("the members of an incident", members, limits::MEMORY)?;
        bound("the memory of an incident", incident.memory.len(), limits::MEMORY)?;
    }
    for alert in &change.alerts {
        bound("the name of a channel", alert.channel.0.len(), limits::NAME)?;
        bound("the details of an alert", alert.details.len(), limits::ALERT_DETAILS)?;
    }
    for (name, text) in &change.memory {
        bound("the name of a memory", name.len(), limits::NAME)?;
        bound("a memory", text.len(), limits::MEMORY)?;
    }
    bound("a change", weight_of_change(change), limits::WRITES_BYTES)
}

fn bound(what: &'static str, bytes: usize, max: usize) -> Result<(), StoreError> {
    if bytes <= max { Ok(()) } else { Err(StoreError::TooLarge { what, bytes, max }) }
}

fn weight_of_change(change: &Change) -> usize {
    const ROW: usize = 256;
    let incidents = change.incidents.iter().map(|incident| {
        let members: usize = incident.members.iter().map(|member| member.0.len() + 16).sum();
        ROW + incident.memory.len() + incident.summary.len() + members
    });
    let timeline = change.timeline.iter().map(|entry| ROW + entry.text.len());
    let evidence = change.evidence.iter().map(|evidence| ROW + evidence.body.len());
    let alerts = change.alerts.iter().map(|alert| ROW + alert.details.len());
    let memory = change.memory.iter().map(|(_, text)| ROW + text.len());
    change.transitions.len() * 2 * ROW
        + change.superseded.len() * size_of::<AlertKey>()
        + incidents.chain(timeline).chain(evidence).chain(alerts).chain(memory).sum::<usize>()
}

/// Returns `text` with at most `max` bytes, with a mark where it was cut.
pub(super) fn cut(text: &str, max: usize) -> std::borrow::Cow<'_, str> {
    const MARK: &str = "…";
    if text.len() <= max {
        return text.into();
    }
    let end = text.floor_char_boundary(max.saturating_sub(MARK.len()));
    format!("{}{MARK}", text.get(..end).unwrap_or_default()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters_and_marked() {
        assert_eq!(cut("äöüß", 8), "äöüß");
        assert_eq!(cut("äöüßa", 8), "äö…");
    }

    #[test]
    fn a_monitor_of_the_file_is_not_kept_as_one_of_the_api() {
        let monitor = MonitorRow {
            id: MonitorId(Arc::from("shop")),
            definition: String::new(),
            at: Timestamp(0),
        };

        let refused = Write::PutMonitor(monitor).check();

        assert_eq!(refused, Err(StoreError::Misnamed { id: "shop".to_owned() }));
    }

    #[test]
    fn details_beyond_their_bound_are_refused() {
        let mut alert = super::super::outbox::alert(1, 0, "mail", 0);
        alert.details = Arc::from("x".repeat(limits::ALERT_DETAILS + 1));
        let change = Change { alerts: vec![alert], ..Change::default() };

        let refused = Write::Change(Arc::new(change)).check();

        assert!(matches!(
            refused,
            Err(StoreError::TooLarge { what: "the details of an alert", .. })
        ));
    }
}
