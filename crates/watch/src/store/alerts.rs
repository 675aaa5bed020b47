//! Alerts on their way to people, and what became of them.

use std::fmt;
use std::sync::Arc;

use goodgate_incident::{AlertKey, Timestamp};

/// The name of a channel, as in the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelName(pub Arc<str>);

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One message to one channel, as it is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// What makes it the same one when it is delivered twice.
    pub key: AlertKey,
    /// Where it goes.
    pub channel: ChannelName,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// Before when it is not sent.
    pub due_at: Timestamp,
    /// All that the message is made of, as the writer of messages wants it (JSON); the store does not
    /// read it. At most [`super::limits::ALERT_DETAILS`] bytes.
    pub details: Arc<str>,
}

/// An alert that somebody has to send now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The alert.
    pub alert: Alert,
    /// How often it was put off before.
    pub attempts: u32,
}

/// What has become of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertState {
    /// It is to be delivered.
    Pending,
    /// The provider has taken it.
    Accepted,
    /// It was given up.
    Dead,
    /// A later alert stands for it, so that it is not sent any more.
    Superseded,
}

impl AlertState {
    /// Every state, in the order of declaration.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Accepted, Self::Dead, Self::Superseded];

    /// Returns the word for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Dead => "dead",
            Self::Superseded => "superseded",
        }
    }
}

/// An alert with its fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The alert.
    pub alert: Alert,
    /// What became of it.
    pub state: AlertState,
    /// How often it was put off.
    pub attempts: u32,
    /// Why it was last put off or given up.
    pub why: Option<String>,
    /// When the provider took it.
    pub accepted_at: Option<Timestamp>,
}

/// The alerts that have not reached anybody, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undelivered {
    /// Those that are to be delivered, as many as were asked for.
    pub pending: Vec<Delivery>,
    /// How many are to be delivered.
    pub pending_total: usize,
    /// Those that were given up, as many as were asked for.
    pub dead: Vec<Delivery>,
    /// How many were given up.
    pub dead_total: usize,
}

/// How a channel was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProofKind {
    /// By a log-in or a question that sends nothing.
    LogIn,
    /// By a message that the provider took.
    Message,
}

impl ProofKind {
    /// Every kind, in the order of declaration.
    pub const ALL: [Self; 2] = [Self::LogIn, Self::Message];

    /// Returns the word for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::LogIn => "log_in",
            Self::Message => "message",
        }
    }
}

/// When a channel was last seen to work, or not to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Which channel.
    pub channel: ChannelName,
    /// How.
    pub kind: ProofKind,
    /// When.
    pub at: Timestamp,
    /// Why it failed, where it did.
    pub failure: Option<String>,
}
