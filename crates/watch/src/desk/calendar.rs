//! What the calendar brings: maintenance that begins and ends, silences that come again.

use goodgate_incident::incident::{Matchers, Silence, SilenceId};
use goodgate_incident::{MonitorId, Timestamp};

use super::limits::SILENCE_AHEAD;
use crate::settings::{self, Window};

/// Tells whether a monitor is in one of its maintenance windows.
pub(super) fn is_maintained(windows: &[Window], now: Timestamp) -> bool {
    windows.iter().any(|window| window.around(now).is_some())
}

/// The silences of the configuration.
#[derive(Debug, Default)]
pub(super) struct Silences(Vec<Planned>);

#[derive(Debug)]
struct Planned {
    index: usize,
    window: Window,
    matchers: Matchers,
    why: String,
    told: Option<Timestamp>,
}

impl Silences {
    pub(super) fn new(silences: &[settings::Silence]) -> Self {
        let planned = |(index, silence): (usize, &settings::Silence)| Planned {
            index,
            window: silence.window(),
            matchers: matchers(silence),
            why: silence.reason.clone(),
            told: None,
        };
        Self(silences.iter().enumerate().map(planned).collect())
    }

    /// Returns the silences that are now, or begin soon, and were not yet returned.
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<Silence> {
        self.0.iter_mut().filter_map(|planned| planned.due(now)).collect()
    }

    /// Returns the ids of those that may be in force, for a configuration that has others.
    pub(super) fn told(&self) -> impl Iterator<Item = SilenceId> {
        self.0.iter().filter_map(|planned| Some(id(planned.index, planned.told?)))
    }
}

impl Planned {
    fn due(&mut self, now: Timestamp) -> Option<Silence> {
        let ahead = Timestamp(now.0.saturating_add(SILENCE_AHEAD.as_micros() as i64));
        let next = || self.window.after(now).filter(|period| period.from <= ahead);
        let period = self.window.around(now).or_else(next)?;
        if self.told == Some(period.from) {
            return None;
        }
        self.told = Some(period.from);
        Some(Silence {
            id: id(self.index, period.from),
            matchers: self.matchers.clone(),
            from: period.from,
            until: period.until,
            by: "the configuration".to_owned(),
            why: self.why.clone(),
        })
    }
}

fn id(index: usize, from: Timestamp) -> SilenceId {
    SilenceId(format!("file/{index}/{}", from.0).into())
}

fn matchers(silence: &settings::Silence) -> Matchers {
    Matchers {
        monitors: silence.monitors.iter().map(|name| MonitorId(name.as_str().into())).collect(),
        tags: silence.tags.iter().map(|tag| tag.as_str().into()).collect(),
        causes: silence.causes.iter().map(|cause| cause.as_str().into()).collect(),
    }
}
