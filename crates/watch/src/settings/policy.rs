//! `[[policy]]`: who is told, and who next.

use std::time::Duration;

use goodgate_config::section;
use goodgate_config::units::{hours, mins, secs};

use super::values::Slug;
use crate::channel::values::ChannelName;

section! {
    /// Who is told, and who next. A monitor without `policy` follows the one called `default`; where
    /// there is none, every channel is told at once.
    pub struct Policy {
        /// What it is called.
        pub name: Slug;
        /// Who is told when, in order.
        pub steps: Vec<Step>;
        /// The time between two reminders while an incident lasts and nobody has acknowledged it.
        pub remind: Option<Duration> = Some(hours(1)), in mins(5)..=hours(7 * 24);
        /// The same once somebody has: who works on it should not be disturbed, and what was forgotten
        /// should come up again.
        pub remind_acknowledged: Option<Duration> = Some(hours(24)), in mins(5)..=hours(7 * 24);
    }
}

section! {
    /// Channels that are told when an incident has lasted for a while without being acknowledged.
    pub struct Step {
        /// The names of the channels.
        pub channels: Vec<ChannelName>;
        /// How long the incident has lasted.
        pub after: Duration = secs(0), in secs(0)..=hours(7 * 24);
    }
}
