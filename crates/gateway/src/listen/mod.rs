//! Where clients come in.

mod accept;
mod bind;
mod tls;

use std::net::IpAddr;

pub(crate) use accept::accept;
pub(crate) use bind::{Listening, bind_tcp, bind_unix};
pub(crate) use tls::{TlsListener, client_config};

use crate::settings::values::Cidr;
use crate::settings::{self, ClientLimits};

/// What a listener's connections have in common.
#[derive(Debug)]
pub(crate) struct Listener {
    /// TLS, if it has that.
    pub(crate) tls: Option<TlsListener>,
    /// Whether HTTP/2 is offered.
    pub(crate) http2: bool,
    /// What one client may do.
    pub(crate) limits: ClientLimits,
    trusted: Vec<Cidr>,
    /// The connections of the moment, in all and by address.
    pub(crate) count: accept::Count,
}

impl Listener {
    /// Makes a listener; fails if its certificates cannot be used.
    pub(crate) fn new(settings: &settings::Listen) -> Result<Self, String> {
        let tls = settings.tls.as_ref().map(|tls| TlsListener::new(tls, settings.http2));
        Ok(Self {
            tls: tls.transpose()?,
            http2: settings.http2,
            limits: settings.limits.clone(),
            trusted: settings.trusted_proxies.clone(),
            count: accept::Count::default(),
        })
    }

    /// Tells whether what this peer says of its clients is believed.
    pub(crate) fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(peer))
    }
}
