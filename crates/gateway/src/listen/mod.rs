//! Where clients come in.

mod accept;
mod bind;
mod door;
mod passed;
mod tls;
mod unix;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) use accept::accept;
pub(crate) use bind::{BACKLOG, Claim, Listening, bind_tcp};
pub(crate) use door::{Door, Share};
pub(crate) use passed::{Passed, VARIABLES, pass_on};
pub(crate) use tls::{TlsListener, client_config};
pub use unix::AccessError;
pub(crate) use unix::{bind_unix, give};

use crate::settings::values::Cidr;
use crate::settings::{self, ClientLimits};

/// What a listener's connections have in common, under one configuration.
#[derive(Debug)]
pub(crate) struct Listener {
    /// TLS, if it has that.
    pub(crate) tls: Option<TlsListener>,
    /// Whether HTTP/2 is offered.
    pub(crate) http2: bool,
    /// What one client may do.
    pub(crate) limits: ClientLimits,
    /// What it was made of.
    pub(crate) settings: settings::Listen,
    trusted: Vec<Cidr>,
    /// The connections of the moment, in all and by address.
    count: Arc<accept::Count>,
    is_closing: Arc<AtomicBool>,
}

impl Listener {
    /// Makes a listener; fails if no certificate can be used. The one of before a reload gives it
    /// its counts and its TLS sessions, and is not changed until [`begin`](Self::begin).
    pub(crate) fn new(settings: &settings::Listen, before: Option<&Self>) -> Result<Self, String> {
        let of_before = before.and_then(|before| before.tls.as_ref());
        let tls = settings.tls.as_ref();
        let tls = tls.map(|tls| TlsListener::new(tls, settings.http2, of_before)).transpose()?;
        Ok(Self {
            tls,
            http2: settings.http2,
            limits: settings.limits.clone(),
            trusted: settings.trusted_proxies.clone(),
            count: before.map(|before| Arc::clone(&before.count)).unwrap_or_default(),
            is_closing: before.map(|before| Arc::clone(&before.is_closing)).unwrap_or_default(),
            settings: settings.clone(),
        })
    }

    /// Puts its certificates in place of those of before.
    pub(crate) fn begin(&self) {
        if let Some(tls) = &self.tls {
            tls.begin();
        }
    }

    /// Tells whether what this peer says of its clients is believed.
    pub(crate) fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(peer))
    }

    /// Tells whether its address is not listened on any more, so that its connections are to end.
    pub(crate) fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Acquire)
    }

    /// Lets its connections end. Workers have to be woken after that.
    fn close(&self) {
        self.is_closing.store(true, Ordering::Release);
    }
}
