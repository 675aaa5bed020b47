//! What everything that serves a connection knows.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

use crate::plan::Faults;
use crate::protocol::Protocol;
use crate::tls::Material;
use crate::upstream::Upstream;

/// What everything that serves a connection knows.
pub(crate) struct Context {
    /// What the listeners speak.
    pub(crate) protocol: Protocol,
    /// The faults.
    pub(crate) faults: Faults,
    /// Keys and certificates, where TLS is spoken.
    pub(crate) tls: Option<Material>,
    /// The real origin, where requests are passed on.
    pub(crate) upstream: Option<Upstream>,
    /// How many connections were accepted so far.
    pub(crate) connections: AtomicU64,
    /// How many requests, or questions of DNS, were read so far.
    pub(crate) requests: AtomicU64,
    /// Where troubles are told, a line each.
    pub(crate) notify: fn(&str),
    /// Turns true when the origin ends.
    pub(crate) ending: watch::Receiver<bool>,
}

impl Context {
    /// Counts a request.
    pub(crate) fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits until the origin ends.
    pub(crate) async fn ended(&self) {
        let mut ending = self.ending.clone();
        // A sender that is gone has ended as well.
        ending.wait_for(|ending| *ending).await.ok();
    }
}
