//! One attempt at one endpoint.

use std::sync::Arc;
use std::time::Duration;

use goodgate_resilience::Failure;
use goodgate_resilience::breaker::Admission;
use goodgate_resilience::candidates::Tier;

/// What is known of an attempt. Times are since the request's head was complete unless said otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempt {
    /// The endpoint.
    pub(crate) endpoint: Option<Arc<str>>,
    /// When it began.
    pub(crate) began: Duration,
    /// As what its endpoint was chosen, and what its breaker said.
    pub(crate) standing: Option<(Tier, Admission)>,
    /// How long the connection took to open; `None` on a kept one.
    pub(crate) connect: Option<Duration>,
    /// How long the TLS handshake took.
    pub(crate) tls: Option<Duration>,
    /// The state of a kept connection when it was taken.
    pub(crate) reached: Reached,
    /// From the beginning of the attempt to the response's head.
    pub(crate) head: Option<Duration>,
    /// How long it took in all.
    pub(crate) took: Duration,
    /// Bytes that the kernel took.
    pub(crate) sent: u64,
    /// Bytes that came.
    pub(crate) received: u64,
    /// The status of the response.
    pub(crate) status: Option<u16>,
    /// How it failed.
    pub(crate) failure: Option<Failure>,
    /// Whether it was sent beside another one that took too long.
    pub(crate) is_hedge: bool,
}

/// Over which connection an attempt went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reached {
    /// None was opened.
    #[default]
    Nothing,
    /// A fresh one.
    Fresh,
    /// One that was kept: its age, how long it had been idle, how many requests it had carried.
    Kept {
        /// Since it was opened.
        age: Duration,
        /// Since its last response was complete.
        idle: Duration,
        /// Requests before this one.
        requests: u64,
    },
}
