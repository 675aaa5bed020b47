//! One address of an upstream: what is decided about it, and its connections.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use goodgate_resilience::endpoint::{Description, Endpoint as State, Members};

use super::address::Address;
use super::connection::Tls;
use super::kept::KeptList;
use super::multiplexed::Multiplexed;
use super::seen::Seen;
use super::slots::Slots;

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
    state: Arc<State>,
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
    pub(crate) kept: Arc<[KeptList]>,
    /// The HTTP/2 connection, by core.
    pub(crate) multiplexed: Arc<[Multiplexed]>,
    /// What was last seen of it.
    pub(crate) seen: Arc<Seen>,
    /// Its connections, idle ones included.
    pub(crate) slots: Arc<Slots>,
    /// Whether a probe is on its way.
    pub(super) is_probed: AtomicBool,
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
        let (kept, multiplexed) = pools(cores);
        let mut hasher = DefaultHasher::new();
        address.hash(&mut hasher);
        Self {
            state: Arc::new(State::new(describe(hasher.finish()), now)),
            address,
            label,
            authority,
            tls,
            wire,
            kept,
            multiplexed,
            seen: Arc::default(),
            slots: Arc::default(),
            is_probed: AtomicBool::new(false),
        }
    }

    /// Returns the endpoint at the same address under other settings: itself where they change
    /// nothing for it. What is known of it goes on, and so do its connections, unless another
    /// protocol or other certificates are used from now on.
    pub(crate) fn renewed(
        self: &Arc<Self>,
        parts: Parts,
        describe: impl FnOnce(u64) -> Description,
        now: Instant,
    ) -> Arc<Self> {
        let description = describe(self.state.id());
        let before = *self.state.description();
        let weight = before.weight;
        let is_same_state = Description { weight, ..description } == before;
        let keeps_connections = self.wire == parts.wire && self.tls == parts.tls;
        if is_same_state {
            self.state.set_weight(description.weight);
        }
        if is_same_state && keeps_connections && self.authority == parts.authority {
            return Arc::clone(self);
        }
        let state = if is_same_state {
            Arc::clone(&self.state)
        } else {
            Arc::new(self.state.renewed(description, now))
        };
        let cores = self.kept.len();
        let pools = if keeps_connections {
            (Arc::clone(&self.kept), Arc::clone(&self.multiplexed))
        } else {
            pools(cores)
        };
        let Parts { address, label, authority, tls, wire } = parts;
        let (kept, multiplexed) = pools;
        let seen = Arc::clone(&self.seen);
        let is_probed = AtomicBool::new(false);
        Arc::new(Self {
            state,
            address,
            label,
            authority,
            tls,
            wire,
            kept,
            multiplexed,
            seen,
            slots: Arc::clone(&self.slots),
            is_probed,
        })
    }

    /// What is decided about it.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// Closes one kept connection, whichever core has it. Tells whether there was one.
    pub(crate) fn close_kept(&self) -> bool {
        self.kept.iter().any(KeptList::drop_oldest)
    }

    /// Returns how many connections are kept, on all cores.
    pub(crate) fn kept_len(&self) -> usize {
        self.kept.iter().map(KeptList::len).sum()
    }
}

impl Parts {
    /// Finds the endpoint that is made of the same address: the one of the same name, if two names
    /// have it.
    pub(crate) fn found_in<'a>(&self, endpoints: &'a [Arc<Endpoint>]) -> Option<&'a Arc<Endpoint>> {
        let mut there = endpoints.iter().filter(|it| it.address == self.address);
        there.clone().find(|it| it.authority == self.authority).or_else(|| there.next())
    }
}

fn pools(cores: usize) -> (Arc<[KeptList]>, Arc<[Multiplexed]>) {
    let kept = (0..cores).map(|_| KeptList::default()).collect();
    (kept, (0..cores).map(|_| Multiplexed::default()).collect())
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
