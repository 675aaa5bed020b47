//! What happened to one request: every attempt with its stages, and the end. The log line, the
//! metrics, the record of a failure and `Proxy-Status` are all written from it.

mod attempt;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use goodgate_evidence::ProxyError;
use goodgate_resilience::Failure;
use goodgate_resilience::counterfactual::HoldEnd;
use goodgate_resilience::retry::Denied;

use crate::clock;

pub(crate) use attempt::{Attempt, Reached};

/// The story of a request.
#[derive(Debug)]
pub(crate) struct Story {
    /// Its id, as the client and the upstream get it.
    pub(crate) id: Arc<str>,
    /// When its head was complete, by the clock of the wall.
    pub(crate) at: SystemTime,
    /// When its head was complete.
    pub(crate) began: Instant,
    /// Who asked.
    pub(crate) client: Option<IpAddr>,
    /// The name of the route.
    pub(crate) route: Option<Arc<str>>,
    /// The name of the upstream.
    pub(crate) upstream: Option<Arc<str>>,
    /// Every attempt, in the order in which they began.
    pub(crate) attempts: Vec<Attempt>,
    /// How long it was held while no endpoint was usable.
    pub(crate) held: Duration,
    /// Why it was not held any longer, if it was to be.
    pub(crate) hold_end: Option<HoldEnd>,
    /// Why it was not tried again, where that was thought of.
    pub(crate) denied: Option<Denied>,
    /// How endpoints had failed last, where none was usable: why nothing was tried.
    pub(crate) down: Vec<(Arc<str>, Failure)>,
    /// Who made the answer, and how it ended.
    pub(crate) end: End,
    /// The status that the client got; 499 where it did not wait, 0 where none was sent.
    pub(crate) status: u16,
    /// Bytes of the body that came from the client.
    pub(crate) bytes_in: u64,
    /// Bytes of the body that went to the client.
    pub(crate) bytes_out: u64,
}

/// Who made the answer, and how it ended. A gateway's own 502, an upstream's 502 and a client that
/// went away are never the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It goes on.
    Open,
    /// The upstream answered, and the client got all of it.
    Answered,
    /// The gateway answered in the upstream's place, because of this failure.
    Failed(Failure),
    /// The gateway answered by itself: no route, a limit, a client's fault.
    Refused(ProxyError),
    /// The answer broke off after its head had gone to the client.
    BrokenOff(Failure),
    /// The client went away.
    ClientGone,
}

impl End {
    /// Every word of [`slug`](Self::slug).
    pub(crate) const SLUGS: [&'static str; 5] =
        ["answered", "failed", "refused", "broken_off", "client_gone"];

    /// Returns the word for logs, metrics and records.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Open | Self::Answered => "answered",
            Self::Failed(_) => "failed",
            Self::Refused(_) => "refused",
            Self::BrokenOff(_) => "broken_off",
            Self::ClientGone => "client_gone",
        }
    }

    /// Returns who made the answer.
    pub(crate) const fn made_by(self) -> &'static str {
        match self {
            Self::Open | Self::Answered | Self::BrokenOff(_) => "upstream",
            Self::Failed(_) | Self::Refused(_) => "gateway",
            Self::ClientGone => "nobody",
        }
    }
}

/// Returns the cause of a request that the gateway did not carry out.
fn of_refusal(error: ProxyError, status: u16) -> Option<&'static str> {
    match error {
        ProxyError::DestinationUnavailable => Some("no_live_upstream"),
        ProxyError::ConnectionLimitReached => Some("upstream_concurrency_limit"),
        ProxyError::ProxyConfigurationError | ProxyError::ProxyInternalError => {
            Some("gateway_config_invalid")
        }
        _ if status < 500 && error == ProxyError::HttpRequestError => {
            Some("client_request_invalid")
        }
        _ => None,
    }
}

impl Story {
    /// Begins the story of a request.
    #[expect(clippy::disallowed_methods, reason = "the one place where a request asks the clock")]
    pub(crate) fn begin(id: Arc<str>, client: Option<IpAddr>) -> Self {
        Self {
            id,
            at: SystemTime::now(),
            began: clock::now(),
            client,
            route: None,
            upstream: None,
            attempts: Vec::new(),
            held: Duration::ZERO,
            hold_end: None,
            denied: None,
            down: Vec::new(),
            end: End::Open,
            status: 0,
            bytes_in: 0,
            bytes_out: 0,
        }
    }

    /// Returns the failure that the client saw.
    pub(crate) fn failure(&self) -> Option<Failure> {
        match self.end {
            End::Failed(failure) | End::BrokenOff(failure) => Some(failure),
            End::Open | End::Answered | End::Refused(_) | End::ClientGone => None,
        }
    }

    /// Tells whether the client saw a failure that is not its own fault.
    pub(crate) fn is_seen(&self) -> bool {
        self.failure().is_some() || matches!(self.end, End::Refused(_)) && self.status >= 500
    }

    /// Tells whether the upstream had as much as it may get.
    pub(crate) fn was_shed(&self) -> bool {
        self.end == End::Refused(ProxyError::ConnectionLimitReached)
    }

    /// Tells whether it is worth a record: something failed on its way, or the answer is one that
    /// gateways give, so that somebody will ask whose it was.
    pub(crate) fn is_recorded(&self) -> bool {
        let is_of_a_gateway = self.end == End::Answered && matches!(self.status, 502..=504);
        self.has_failures() || self.is_seen() || is_of_a_gateway
    }

    /// Returns the cause of what the client saw.
    pub(crate) fn cause(&self) -> Option<&'static str> {
        match self.end {
            End::Failed(failure) | End::BrokenOff(failure) => Some(failure.cause),
            End::ClientGone => Some("client_aborted"),
            End::Refused(error) => of_refusal(error, self.status),
            End::Open | End::Answered => None,
        }
    }

    /// Tells whether anything went wrong on the way, even if the client did not see it.
    pub(crate) fn has_failures(&self) -> bool {
        self.failure().is_some() || self.attempts.iter().any(|attempt| attempt.failure.is_some())
    }
}
