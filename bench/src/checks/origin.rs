//! A server with a thread of its own that answers one request after the other alike.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use goodgate_lab::tls::Identity;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What is asked for.
pub(super) const PATH: &str = "/healthz";

/// The answer of a health page.
pub(super) const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nServer: bench\r\n\
Date: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Type: application/json\r\n\
Cache-Control: no-store\r\nX-Request-Id: 0123456789abcdef\r\nConnection: close\r\n\
Content-Length: 42\r\n\r\n{\"status\":\"ok\",\"database\":\"ok\",\"queue\":0 }";

pub(super) struct Origin(SocketAddr);

impl Origin {
    /// Starts it; it ends with the program.
    pub(super) fn start(identity: Option<&Identity>) -> anyhow::Result<Self> {
        let tls = identity.map(config).transpose()?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        thread::Builder::new().name("origin".to_owned()).spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that has gone has what it wanted.
                serve(stream, tls.as_ref()).ok();
            }
        })?;
        Ok(Self(address))
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.0
    }
}

fn config(identity: &Identity) -> anyhow::Result<Arc<ServerConfig>> {
    let chain =
        CertificateDer::pem_file_iter(&identity.certificate)?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(&identity.key)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // Neither side resumes, so that nothing is sent for it.
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}

fn serve(stream: TcpStream, tls: Option<&Arc<ServerConfig>>) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    match tls {
        None => answer(stream),
        Some(config) => {
            answer(StreamOwned::new(ServerConnection::new(Arc::clone(config))?, stream))
        }
    }
}

fn answer(mut stream: impl Read + Write) -> anyhow::Result<()> {
    let mut request = [0; 4096];
    let mut count = 0;
    while !request.get(..count).is_some_and(|head| head.ends_with(b"\r\n\r\n")) {
        let came = stream.read(request.get_mut(count..).unwrap_or_default())?;
        if came == 0 {
            return Ok(());
        }
        count += came;
    }
    stream.write_all(ANSWER)?;
    stream.flush()?;
    // Who asked closes first, as both sides do.
    while stream.read(&mut request)? > 0 {}
    Ok(())
}
