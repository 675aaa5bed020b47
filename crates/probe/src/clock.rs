//! The two clocks of a probe: when something happened, and how long is left.

use std::time::Duration;

use goodgate_evidence::Timestamp;
use tokio::time::Instant;

/// How long each step of a probe may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Opening the connection, a proxy's answer included.
    pub connect: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// From the end of the request to the end of the head of the final response.
    pub head: Duration,
    /// The longest silence inside a body.
    pub body_gap: Duration,
    /// Everything together; caps the other ones.
    pub total: Duration,
}

impl Default for Timeouts {
    /// Waits a little longer than the common gateways (60 s for a head), so that the probe sees
    /// what the gateway sees.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            tls: Duration::from_secs(10),
            head: Duration::from_secs(65),
            body_gap: Duration::from_secs(15),
            total: Duration::from_mins(2),
        }
    }
}

/// Timeouts with the moment from which they count.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    timeouts: Timeouts,
    end: Instant,
}

impl Deadlines {
    /// Begins to count the total now.
    pub fn start(timeouts: Timeouts) -> Self {
        Self { timeouts, end: after(timeouts.total) }
    }

    /// Puts the end off by a pause in which the probe does nothing.
    pub(crate) fn put_off(&mut self, pause: Duration) {
        self.end += pause.min(YEAR);
    }

    /// Returns when a connect that begins now is too late.
    pub fn connect(&self) -> Instant {
        self.capped(self.timeouts.connect)
    }

    /// Returns when a handshake that begins now is too late.
    pub fn tls(&self) -> Instant {
        self.capped(self.timeouts.tls)
    }

    /// Returns when a head that is awaited from now on is too late.
    pub fn head(&self) -> Instant {
        self.capped(self.timeouts.head)
    }

    /// Returns when the next bytes of a body are too late.
    pub fn body_gap(&self) -> Instant {
        self.capped(self.timeouts.body_gap)
    }

    /// Returns the end of the whole probe.
    pub fn end(&self) -> Instant {
        self.end
    }

    /// Returns the moment after `wait`, or the end of the probe if that comes first.
    pub(crate) fn capped(&self, wait: Duration) -> Instant {
        after(wait).min(self.end)
    }
}

/// Returns the time of the calendar.
pub(crate) fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

/// Returns the moment after `wait`; a wait beyond a year counts as a year, so that nothing
/// overflows.
pub(crate) fn after(wait: Duration) -> Instant {
    Instant::now() + wait.min(YEAR)
}

const YEAR: Duration = Duration::from_hours(365 * 24);
