//! Opening a connection to an endpoint: connect, and the TLS handshake where there is one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use goodgate_resilience::Failure;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::address::Address;
use crate::failing;
use crate::net::{Reading, Socket, Writing, halves, halves_tls};

/// How an upstream is spoken to with TLS.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    /// Trust, client certificate, protocols by ALPN.
    pub(crate) config: Arc<ClientConfig>,
    /// The name that is sent (SNI) and that the certificate has to have.
    pub(crate) name: ServerName<'static>,
}

/// What is read from the same files by the same settings is the same object.
impl PartialEq for Tls {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.config, &other.config) && self.name == other.name
    }
}

/// How a connection is to be opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Within {
    /// The time for the connection itself.
    pub(crate) connect: Duration,
    /// The time for the handshake.
    pub(crate) tls: Duration,
    /// Whether HTTP/2 is not offered by ALPN, whatever the endpoint speaks.
    pub(crate) only_http1: bool,
}

/// A connection that has just been opened.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The half that reads.
    pub(crate) reading: Reading,
    /// The half that writes.
    pub(crate) writing: Writing,
    /// Whether HTTP/2 was agreed on by ALPN (RFC 9113 section 3.2).
    pub(crate) http2: bool,
    /// How long the connection took.
    pub(crate) connect: Duration,
    /// How long the handshake took.
    pub(crate) tls: Option<Duration>,
}

/// Opens a connection.
pub(crate) async fn open(
    address: &Address,
    tls: Option<&Tls>,
    within: Within,
) -> Result<Opened, Failure> {
    let began = Instant::now();
    let socket = match timeout(within.connect, address.connect()).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(error)) => return Err(failing::connect(&error, address.is_unix())),
        Err(_) => return Err(failing::connect_timed_out()),
    };
    let connect = began.elapsed();
    if let Some(tls) = tls {
        return secure(socket, tls, within, connect).await;
    }
    let (reading, writing) = halves(socket);
    Ok(Opened { reading, writing, http2: false, connect, tls: None })
}

async fn secure(
    socket: Socket,
    tls: &Tls,
    within: Within,
    connect: Duration,
) -> Result<Opened, Failure> {
    let began = Instant::now();
    let connector = TlsConnector::from(Arc::clone(&tls.config));
    let handshake = if within.only_http1 {
        connector.with_alpn(vec![b"http/1.1".to_vec()]).connect(tls.name.clone(), socket)
    } else {
        connector.connect(tls.name.clone(), socket)
    };
    let stream = match timeout(within.tls, handshake).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            // An address is not sent as a server name (RFC 6066 section 3).
            let is_named = matches!(tls.name, ServerName::DnsName(_));
            return Err(failing::tls(&error, is_named));
        }
        Err(_) => return Err(failing::tls_timed_out()),
    };
    let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let (reading, writing) = halves_tls(stream.into());
    Ok(Opened { reading, writing, http2, connect, tls: Some(began.elapsed()) })
}
