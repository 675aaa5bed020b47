//! One address of an upstream: what is decided about it, and its connections.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Instant;

use goodgate_resilience::endpoint::{Description, Endpoint as State, Members};

use super::address::Address;
use super::connection::Tls;
use super::kept::KeptList;
use super::multiplexed::Multiplexed;
use super::seen::Seen;

/// What is spoken with an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2 by prior knowledge, or because it is demanded.
    Http2,
    /// What ALPN agrees on.
    Alpn,
}

/// An endpoint, shared by all cores. It lives as long as its address belongs to the upstream, over
/// reloads.
#[derive(Debug)]
pub(crate) struct Endpoint {
    state: State,
    /// Where it is.
    pub(crate) address: Address,
    /// Its name in logs and metrics: the address, after the name that was looked up.
    pub(crate) label: Arc<str>,
    /// Its value of `Host`.
    pub(crate) authority: Arc<str>,
    /// TLS, if it speaks that.
    pub(crate) tls: Option<Tls>,
    /// What is spoken.
    pub(crate) wire: Wire,
    /// Kept connections, by core.
    pub(crate) kept: Box<[KeptList]>,
    /// The HTTP/2 connection, by core.
    pub(crate) multiplexed: Box<[Multiplexed]>,
    /// What was last seen of it.
    pub(crate) seen: Seen,
}

/// What an endpoint is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    /// Where it is.
    pub(crate) address: Address,
    /// Its name in logs and metrics.
    pub(crate) label: Arc<str>,
    /// Its value of `Host`.
    pub(crate) authority: Arc<str>,
    /// TLS, if it speaks that.
    pub(crate) tls: Option<Tls>,
    /// What is spoken.
    pub(crate) wire: Wire,
}

impl Endpoint {
    /// Makes an endpoint for so many cores.
    pub(crate) fn new(
        parts: Parts,
        describe: impl FnOnce(u64) -> Description,
        cores: usize,
        now: Instant,
    ) -> Self {
        let Parts { address, label, authority, tls, wire } = parts;
        let mut hasher = DefaultHasher::new();
        address.hash(&mut hasher);
        Self {
            state: State::new(describe(hasher.finish()), now),
            address,
            label,
            authority,
            tls,
            wire,
            kept: (0..cores).map(|_| KeptList::default()).collect(),
            multiplexed: (0..cores).map(|_| Multiplexed::default()).collect(),
            seen: Seen::default(),
        }
    }

    /// What is decided about it.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// Returns how many connections are kept, on all cores.
    pub(crate) fn kept_len(&self) -> usize {
        self.kept.iter().map(KeptList::len).sum()
    }
}

/// The endpoints of an upstream at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoints(pub(crate) Vec<Arc<Endpoint>>);

impl Members for Endpoints {
    fn count(&self) -> usize {
        self.0.len().min(goodgate_resilience::limits::ENDPOINTS_MAX)
    }

    fn endpoint(&self, index: usize) -> Option<&State> {
        self.0.get(index).map(|endpoint| endpoint.state())
    }
}
