//! One step of a check.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use goodgate_evidence::probe::Endpoint;
use goodgate_probe::resolve::SharedResolver;
use goodgate_probe::{ProbeError, Route, TlsOptions, TrustAnchors, connect, tls};
use goodgate_watch::check::{Answer, Attempt, Secured, Step, To};
use tokio::time::Instant;

use crate::limits::LOOKUP_THREADS;
use crate::trust::Trust;
use crate::unable::unable;
use crate::{ask, lookup};

/// Carries out steps of checks. One for all checks of a process: they share the authorities, the
/// cryptography and the threads for look-ups.
#[derive(Debug)]
pub struct Steps {
    trust: Trust,
    resolver: SharedResolver,
}

impl Default for Steps {
    fn default() -> Self {
        Self::new()
    }
}

impl Steps {
    /// Makes one that trusts whom the system trusts. It reads files.
    pub fn new() -> Self {
        Self { trust: Trust::system(), resolver: SharedResolver::new(LOOKUP_THREADS) }
    }

    /// Returns whom checks trust that name this file of authorities, to be shared with examinations.
    pub fn anchors_with(&self, ca: Option<&Path>) -> Result<TrustAnchors, ProbeError> {
        self.trust.with(ca)
    }

    /// Carries out one step within a time, which is for all of it together. It may be dropped at any
    /// await. The caller brings the tokio runtime, with time and I/O enabled.
    pub async fn carry_out(&self, step: &Step, within: Duration) -> Answer {
        let attempted = match step {
            Step::Lookup { name, server } => {
                // Boxed, as a handshake for its own sake: most steps are requests.
                return Box::pin(lookup::look_up(&self.resolver, name, *server, within)).await;
            }
            Step::Connect(to) => open(to, within).await,
            Step::Handshake(to, secured) => Box::pin(self.shake(to, secured, within)).await,
            Step::Ask(request) => ask::ask(&self.trust, request, within).await,
        };
        match attempted {
            Ok(attempt) => Answer::Attempt(Box::new(attempt)),
            Err(error) => unable(&error),
        }
    }

    async fn shake(
        &self,
        to: &To,
        secured: &Secured,
        within: Duration,
    ) -> Result<Attempt, ProbeError> {
        let deadline = Instant::now() + within;
        // Who speaks what behind the handshake is not known, so that nothing is offered.
        let options = options(&self.trust, secured, Vec::new())?;
        let (connect, connection) = connect(&endpoint(to.endpoint), &route(to), deadline).await?;
        let mut attempt = Attempt { connect, handshake: None, exchange: None };
        if let Some(connection) = connection {
            let shaken = tls::handshake(connection.stream, &options, deadline).await?;
            attempt.handshake = Some(shaken.0);
        }
        Ok(attempt)
    }
}

async fn open(to: &To, within: Duration) -> Result<Attempt, ProbeError> {
    let deadline = Instant::now() + within;
    let (connect, _) = connect(&endpoint(to.endpoint), &route(to), deadline).await?;
    Ok(Attempt { connect, handshake: None, exchange: None })
}

/// Returns how to shake hands. A certificate that does not verify is written down and passed over: a
/// check decides itself what it thinks of it.
pub(crate) fn options(
    trust: &Trust,
    secured: &Secured,
    alpn: Vec<String>,
) -> Result<TlsOptions, ProbeError> {
    let server_name = secured.server_name.to_string();
    Ok(TlsOptions { server_name, sni: true, alpn, trust: trust.with(secured.ca.as_deref())? })
}

pub(crate) fn endpoint(address: SocketAddr) -> Endpoint {
    Endpoint::Tcp(address)
}

pub(crate) fn route(to: &To) -> Route {
    Route { source: to.source, ..Route::default() }
}
