//! The bare loop: connect, shake hands, ask, read the answer, close, all of it within one deadline,
//! without which it would be no check. It looks at nothing but the status and the end.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use rustls::client::Resumption;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::origin::{ANSWER, PATH};
use crate::limits::CLIENT_TIMEOUT;

pub(super) struct Bare {
    address: SocketAddr,
    request: Vec<u8>,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Bare {
    pub(super) fn new(address: SocketAddr, ca: Option<&Path>) -> anyhow::Result<Self> {
        // What a client sends at least, and what keeps an answer as it is.
        let request = format!(
            "GET {PATH} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: bare\r\nAccept: */*\r\n\
             Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
        );
        let tls = ca.map(|ca| connector(ca, address)).transpose()?;
        Ok(Self { address, request: request.into_bytes(), tls })
    }

    /// Asks once.
    pub(super) async fn ask(&self) -> anyhow::Result<()> {
        timeout(CLIENT_TIMEOUT, self.asked()).await?
    }

    async fn asked(&self) -> anyhow::Result<()> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        match &self.tls {
            None => self.exchange(stream).await,
            Some((connector, name)) => {
                self.exchange(connector.connect(name.clone(), stream).await?).await
            }
        }
    }

    async fn exchange(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
    ) -> anyhow::Result<()> {
        stream.write_all(&self.request).await?;
        stream.flush().await?;
        let mut answer = [0; 4096];
        let mut count = 0;
        while count < ANSWER.len() {
            let came = stream.read(answer.get_mut(count..).unwrap_or_default()).await?;
            ensure!(came > 0, "the answer ends early");
            count += came;
        }
        ensure!(answer.starts_with(b"HTTP/1.1 200 "), "the answer is another one");
        Ok(())
    }
}

fn connector(
    ca: &Path,
    address: SocketAddr,
) -> anyhow::Result<(TlsConnector, ServerName<'static>)> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca).context("read the authority")?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    // As in a check, each handshake is a whole one.
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok((TlsConnector::from(Arc::new(config)), ServerName::from(address.ip())))
}
