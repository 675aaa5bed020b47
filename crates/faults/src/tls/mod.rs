//! TLS: who the origin says it is, how a handshake goes, and by hand what rustls would never do.

mod authority;
mod flawed;
mod hello;
mod material;
mod old_server;
mod record;
mod server;

use std::io;
use std::sync::Arc;

use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub(crate) use authority::Flaw;
pub(crate) use flawed::with_flaw;
pub(crate) use hello::Opening;
pub(crate) use material::Material;
pub(crate) use old_server::{Answer as OldAnswer, OldVersion, after_flight};
pub(crate) use record::{BEFORE_AGREEMENT, HANDSHAKE, fatal_alert};
pub(crate) use server::{Alpn, refuse_without_certificate};

use crate::context::Context;
use crate::fault::Hook;
use crate::wire::{BoxedWire, Step, Wire};
use crate::{http1, http2, limits};

/// A fault in the handshake.
pub(crate) trait TlsFault: Send + Sync {
    /// Takes the connection from its first byte. Gives back what HTTP is spoken on, where it gets
    /// that far.
    fn strike<'a>(&'a self, wire: BoxedWire, desk: Desk<'a>) -> Step<'a, Option<Session>>;
}

/// What a handshake needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'a> {
    /// Keys and certificates.
    pub(crate) material: &'a Material,
    /// The versions of HTTP on offer.
    pub(crate) alpn: Alpn,
}

/// What HTTP is spoken on.
pub(crate) struct Session {
    wire: BoxedWire,
    is_http2: bool,
}

/// Serves one connection: the handshake, or a fault in its place, and HTTP within.
pub(crate) async fn serve(wire: BoxedWire, context: &Context) -> io::Result<()> {
    let Some(material) = &context.tls else { return Ok(()) };
    let desk = Desk { material, alpn: offered(context) };
    let fault = context.faults.strike(None, |hook| match hook {
        Hook::Tls(fault) => Some(Arc::clone(fault)),
        _ => None,
    });
    let session = async {
        match fault {
            Some(fault) => fault.strike(wire, desk).await,
            None => desk.shake(wire, Flaw::None).await.map(Some),
        }
    };
    let session = tokio::select! {
        () = context.ended() => return Ok(()),
        session = session => session?,
    };
    match session {
        Some(Session { wire, is_http2: true }) => http2::serve(wire, context).await,
        Some(Session { wire, is_http2: false }) => http1::serve(wire, context).await,
        None => Ok(()),
    }
}

/// HTTP/2 is on offer unless requests are passed on or a fault of the plan needs HTTP/1.1.
fn offered(context: &Context) -> Alpn {
    let needs_http1 = |hook: &Hook| matches!(hook, Hook::Exchange(_) | Hook::Kept(_));
    let plan = context.faults.plan();
    let mut hooks = plan.entries.iter().map(|armed| &armed.entry.fault.hook);
    if context.upstream.is_some() || hooks.any(needs_http1) { Alpn::Http1 } else { Alpn::Both }
}

impl Desk<'_> {
    /// Shakes hands as rustls does, with the certificate that has `flaw`. A client that refuses it
    /// or leaves is an error.
    pub(crate) async fn shake(self, wire: BoxedWire, flaw: Flaw) -> io::Result<Session> {
        let config = self.material.config(flaw, self.alpn);
        let accepting = TlsAcceptor::from(config).accept(wire);
        Ok(Session::of(timeout(limits::REQUEST_WAIT_MAX, accepting).await??))
    }
}

impl Session {
    /// What a handshake came to.
    pub(crate) fn of(stream: TlsStream<BoxedWire>) -> Self {
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Self { wire: Box::new(stream), is_http2 }
    }

    /// HTTP/1.1 without TLS.
    pub(crate) fn plain(wire: BoxedWire) -> Self {
        Self { wire, is_http2: false }
    }
}

impl Wire for TlsStream<BoxedWire> {
    fn reset_on_drop(&self) -> io::Result<()> {
        self.get_ref().0.reset_on_drop()
    }
}

/// Reads the client's hello, within a bounded time.
pub(crate) async fn read_hello(wire: &mut BoxedWire) -> io::Result<Opening> {
    timeout(limits::REQUEST_WAIT_MAX, hello::read(wire)).await?
}
