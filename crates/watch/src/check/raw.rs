//! What came back of one check, before anybody judges it.

use std::time::Duration;

use goodgate_evidence::probe::{
    Connect, ConnectAttempt, Endpoint, Exchange, Handshake, Lookup, LookupOutcome, Tls,
};
use goodgate_incident::{Doubt, Timestamp};

/// One connection, and what was done over it. A later part is missing where an earlier one failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The connect.
    pub connect: ConnectAttempt,
    /// The handshake, if there was to be one.
    pub handshake: Option<Handshake>,
    /// The exchange, if there was to be one.
    pub exchange: Option<Exchange>,
}

/// Everything that one check saw, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// When it began.
    pub began: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// How much later it began than it should have.
    pub late: Duration,
    /// The look-ups.
    pub lookups: Vec<Lookup>,
    /// The connections, each with the URL that was asked for over it, for people.
    pub attempts: Vec<(Option<String>, Attempt)>,
    /// Why it could not be carried out: a failure of ours, in words.
    pub unable: Option<(Doubt, String)>,
    /// Why a redirect was not followed, in words.
    pub refused_redirect: Option<String>,
    /// Whether its end came much later than its timeout: whoever carried it out was not at work.
    pub overran: bool,
}

impl Raw {
    /// Makes one in which nothing was seen yet.
    pub fn begun(began: Timestamp, late: Duration) -> Self {
        Self {
            began,
            took: Duration::ZERO,
            late,
            lookups: Vec::new(),
            attempts: Vec::new(),
            unable: None,
            refused_redirect: None,
            overran: false,
        }
    }

    /// Returns the last connection, which is the one that counts.
    pub fn last(&self) -> Option<&Attempt> {
        self.attempts.last().map(|(_, attempt)| attempt)
    }

    /// Returns the last look-up, if it gave no address.
    pub fn failed_lookup(&self) -> Option<&Lookup> {
        self.lookups
            .last()
            .filter(|lookup| !matches!(lookup.outcome, LookupOutcome::Addresses { .. }))
    }
}

impl Attempt {
    /// Whether the connection was opened.
    pub fn is_open(&self) -> bool {
        self.connect.outcome == Connect::Connected
    }

    /// Whether hands were shaken, where they were to be.
    pub fn is_secured(&self) -> bool {
        self.handshake.as_ref().is_none_or(|handshake| handshake.outcome == Tls::Established)
    }

    /// Whether the connect failed within this host, for want of a route: an answer from the network
    /// takes longer.
    pub fn has_no_way(&self) -> bool {
        matches!(self.connect.outcome, Connect::NetworkUnreachable | Connect::NoFreePort)
            && self.connect.took < FROM_HERE
    }

    /// Whether it went to an IPv6 address.
    pub fn is_to_ipv6(&self) -> bool {
        matches!(&self.connect.endpoint, Endpoint::Tcp(address) if address.is_ipv6())
    }
}

/// How long this host takes at most to say that it has no route, also under load.
const FROM_HERE: Duration = Duration::from_millis(5);
