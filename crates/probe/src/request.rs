//! Connect, shake hands and exchange, as one probe.

use goodgate_evidence::probe::{ConnectAttempt, Endpoint, Exchange, Handshake, Tls};

use crate::call::Call;
use crate::clock::{Deadlines, Timeouts};
use crate::connect::{Connection, Route, connect};
use crate::error::ProbeError;
use crate::stream::BoxedStream;
use crate::tls::{TlsOptions, handshake};
use crate::{http1, http2};

/// Which version of HTTP to speak where the server does not choose one by ALPN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Speak {
    /// HTTP/1.1.
    #[default]
    Http1,
    /// HTTP/2 with prior knowledge.
    Http2,
}

/// One probe from the connect to the end of the response.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where to connect to.
    pub endpoint: Endpoint,
    /// How to get there.
    pub route: Route,
    /// Whether and how to use TLS.
    pub tls: Option<TlsOptions>,
    /// What to ask for.
    pub call: Call,
    /// The version of HTTP.
    pub speak: Speak,
    /// How long to wait.
    pub timeouts: Timeouts,
}

impl Request {
    /// Returns a request in plain HTTP/1.1 with the usual timeouts.
    pub fn new(endpoint: Endpoint, call: Call) -> Self {
        Self {
            endpoint,
            route: Route::default(),
            tls: None,
            call,
            speak: Speak::default(),
            timeouts: Timeouts::default(),
        }
    }

    /// Adds TLS.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsOptions) -> Self {
        self.tls = Some(tls);
        self
    }
}

/// What one probe saw. A later step is missing where an earlier one failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The connect.
    pub connect: ConnectAttempt,
    /// The handshake, if TLS was wanted.
    pub handshake: Option<Handshake>,
    /// The exchange.
    pub exchange: Option<Exchange>,
}

/// Carries out one probe.
pub async fn request(request: &Request) -> Result<Observed, ProbeError> {
    request.call.check()?;
    let deadlines = Deadlines::start(request.timeouts);
    let (attempt, connection) =
        connect(&request.endpoint, &request.route, deadlines.connect()).await?;
    let mut observed = Observed { connect: attempt, handshake: None, exchange: None };
    let Some(Connection { stream, .. }) = connection else { return Ok(observed) };
    let (handshake, stream) = secure(stream, request.tls.as_ref(), &deadlines).await?;
    observed.handshake = handshake;
    let Some(stream) = stream else { return Ok(observed) };
    observed.exchange = Some(exchange(stream, request, &deadlines, &observed).await?);
    Ok(observed)
}

/// Shakes hands if TLS is wanted, and returns the stream to speak HTTP over; none if the handshake
/// failed.
pub(crate) async fn secure(
    stream: BoxedStream,
    tls: Option<&TlsOptions>,
    deadlines: &Deadlines,
) -> Result<(Option<Handshake>, Option<BoxedStream>), ProbeError> {
    let Some(options) = tls else { return Ok((None, Some(stream))) };
    // Boxed, as HTTP/2 below: a probe over plain HTTP/1.1 does not carry the room for it.
    let (handshake, stream) = Box::pin(handshake(stream, options, deadlines.tls())).await?;
    debug_assert_eq!(handshake.outcome == Tls::Established, stream.is_some());
    Ok((Some(handshake), stream))
}

async fn exchange(
    mut stream: BoxedStream,
    request: &Request,
    deadlines: &Deadlines,
    observed: &Observed,
) -> Result<Exchange, ProbeError> {
    let chosen = observed.handshake.as_ref().and_then(|handshake| handshake.alpn.as_deref());
    let speak = match chosen {
        Some("h2") => Speak::Http2,
        Some(_) => Speak::Http1,
        None => request.speak,
    };
    match speak {
        Speak::Http1 => http1::exchange(&mut stream, &request.call, deadlines).await,
        Speak::Http2 => {
            let secure = request.tls.is_some();
            Box::pin(http2::exchange(stream, &request.call, secure, deadlines)).await
        }
    }
}
