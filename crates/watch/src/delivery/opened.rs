//! A channel that is ready, with its settings.

use std::sync::Arc;
use std::time::Duration;

use crate::channel::{Channel, ChannelSettings, OpenError, Parts};
use crate::store::ChannelName;

use super::limits;

/// A channel that is ready, with the settings that it was opened from.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its name, fallback, templates and timeout.
    pub settings: ChannelSettings,
    /// The channel itself.
    pub channel: Arc<dyn Channel>,
}

impl Opened {
    /// Gets the secrets of a channel and opens it; it connects to nobody.
    ///
    /// # Errors
    ///
    /// As [`ChannelSettings::open`].
    pub fn of(settings: ChannelSettings, parts: &Parts<'_>) -> Result<Self, OpenError> {
        let channel = settings.open(parts)?.into();
        Ok(Self { settings, channel })
    }

    /// Returns its name, as the store has it.
    pub fn name(&self) -> ChannelName {
        ChannelName(self.settings.name.as_str().into())
    }

    /// Returns the name of the channel that is told when this one fails for good.
    pub(super) fn fallback(&self) -> Option<ChannelName> {
        self.settings.fallback.as_ref().map(|name| ChannelName(name.as_str().into()))
    }

    /// Returns how long one attempt may take in all. A channel keeps its timeout for each recipient by
    /// itself; this is for one that does not.
    pub(super) fn longest(&self) -> Duration {
        let timeout = self.settings.timeout;
        timeout.saturating_mul(self.requests()).saturating_add(limits::MARGIN)
    }

    /// Returns how many requests one message may take, each with the timeout of the channel.
    fn requests(&self) -> u32 {
        let Self { settings, .. } = self;
        let counts = [
            settings.alertmanager.as_ref().map(|kind| kind.urls.len()),
            settings.sms_gateway.as_ref().map(|kind| kind.to.len()),
            settings.twilio.as_ref().map(|kind| kind.to.len()),
        ];
        let most = counts.into_iter().flatten().max().unwrap_or(1);
        // PagerDuty takes back what proves it.
        u32::try_from(most).unwrap_or(u32::MAX).max(2)
    }
}
