//! Clients and servers of HTTP/2 that do as told.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use h2::server::SendResponse;
use h2::{RecvStream, SendStream};
use http::{HeaderMap, Request, Response};
use rustls::ServerConfig;
use rustls::pki_types::ServerName;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::time::timeout;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::certificates::Authority;
use super::client::PATIENCE;

/// Runs a test within a runtime of its own; a hang is a failure.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { timeout(PATIENCE, test).await.expect("it ends in time") })
}

/// Connects by prior knowledge.
pub(crate) async fn connect(address: SocketAddr) -> SendRequest<Bytes> {
    let stream = TcpStream::connect(address).await.expect("somebody listens");
    begin(stream).await
}

/// Connects with TLS, and agrees on HTTP/2 by ALPN.
pub(crate) async fn connect_tls(
    authority: &Authority,
    address: SocketAddr,
    name: &str,
) -> SendRequest<Bytes> {
    let stream = TcpStream::connect(address).await.expect("somebody listens");
    let connector = TlsConnector::from(Arc::new(authority.client(&["h2", "http/1.1"])));
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let stream = connector.connect(name, stream).await.expect("a handshake");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    begin(stream).await
}

async fn begin<S>(stream: S) -> SendRequest<Bytes>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (send, connection) = h2::client::handshake(stream).await.expect("a preface");
    tokio::spawn(async move { connection.await.ok() });
    send.ready().await.expect("a connection")
}

/// Sends a request, and returns what comes back and where its body goes.
pub(crate) fn send(
    client: &mut SendRequest<Bytes>,
    request: Request<()>,
    ends: bool,
) -> (ResponseFuture, SendStream<Bytes>) {
    client.send_request(request, ends).expect("it is sent")
}

/// A request with a method and a path for `a.example`.
pub(crate) fn request(method: &str, path: &str) -> Request<()> {
    let builder = Request::builder().method(method);
    builder.uri(format!("http://a.example{path}")).body(()).expect("a request")
}

/// An answer that was read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) head: Response<()>,
    pub(crate) body: Vec<u8>,
    pub(crate) trailers: Option<HeaderMap>,
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.head.status().as_u16()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    pub(crate) fn field(&self, name: &str) -> &str {
        field(self.head.headers(), name)
    }
}

pub(crate) fn field<'a>(map: &'a HeaderMap, name: &str) -> &'a str {
    map.get(name).map(|value| value.to_str().expect("text")).unwrap_or_default()
}

/// Reads an answer to its end.
pub(crate) async fn answer(response: ResponseFuture) -> Result<Answer, h2::Error> {
    let (head, stream) = response.await?.into_parts();
    let (body, trailers) = read(stream).await?;
    Ok(Answer { head: Response::from_parts(head, ()), body, trailers })
}

/// Reads a body and its trailers.
pub(crate) async fn read(
    mut stream: RecvStream,
) -> Result<(Vec<u8>, Option<HeaderMap>), h2::Error> {
    let mut body = Vec::new();
    while let Some(piece) = stream.data().await {
        let piece = piece?;
        stream.flow_control().release_capacity(piece.len())?;
        body.extend_from_slice(&piece);
    }
    Ok((body, stream.trailers().await?))
}

/// Asks for a path.
pub(crate) async fn get(client: &mut SendRequest<Bytes>, path: &str) -> Answer {
    let (response, _) = send(client, request("GET", path), true);
    answer(response).await.expect("an answer")
}

/// Starts a server of HTTP/2 that gives each stream to `serve`; with TLS where `tls` is there.
pub(crate) fn server<F, Fut>(tls: Option<ServerConfig>, serve: F) -> SocketAddr
where
    F: Fn(Request<RecvStream>, SendResponse<Bytes>) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback works");
    let address = listener.local_addr().expect("it is bound");
    listener.set_nonblocking(true).expect("a socket");
    let acceptor = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = TcpListener::from_std(listener).expect("a socket");
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, serve) = (acceptor.clone(), serve.clone());
                tokio::spawn(async move {
                    match acceptor {
                        Some(acceptor) => {
                            let Ok(stream) = acceptor.accept(stream).await else { return };
                            connection(stream, serve).await;
                        }
                        None => connection(stream, serve).await,
                    }
                });
            }
        });
    });
    address
}

async fn connection<S, F, Fut>(stream: S, serve: F)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    F: Fn(Request<RecvStream>, SendResponse<Bytes>) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, respond))) = connection.accept().await {
        tokio::spawn(serve(request, respond));
    }
}

/// Answers a stream with a body.
pub(crate) fn respond(mut respond: SendResponse<Bytes>, status: u16, body: &str) {
    let response = Response::builder().status(status).body(()).expect("a response");
    if let Ok(mut stream) = respond.send_response(response, false) {
        stream.send_data(Bytes::copy_from_slice(body.as_bytes()), true).ok();
    }
}
