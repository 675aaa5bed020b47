//! Origins for the tests, and the timeouts with which they are probed.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use goodgate_evidence::probe::{Endpoint, Exchange};
use goodgate_probe::{Call, Observed, Request, Timeouts, request};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Long enough for a busy host, short enough for a test.
pub(crate) const SHORT: Duration = Duration::from_millis(300);

pub(crate) const TIMEOUTS: Timeouts = Timeouts {
    connect: SHORT,
    tls: SHORT,
    head: SHORT,
    body_gap: Duration::from_millis(200),
    total: Duration::from_secs(5),
};

/// Starts an origin that serves one connection.
pub(crate) async fn origin<F, Served>(serve: F) -> SocketAddr
where
    F: FnOnce(TcpStream) -> Served + Send + 'static,
    Served: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        serve(stream).await;
    });
    address
}

/// Starts an origin that reads a request, sends `bytes` and closes.
pub(crate) async fn answering(bytes: impl Into<Vec<u8>>) -> SocketAddr {
    let bytes = bytes.into();
    origin(async move |mut stream: TcpStream| {
        read_request(&mut stream).await;
        stream.write_all(&bytes).await.ok();
    })
    .await
}

/// Starts an origin that reads a request, sends `bytes` and keeps the connection open.
pub(crate) async fn answering_and_silent(bytes: &'static [u8]) -> SocketAddr {
    origin(async move |mut stream: TcpStream| {
        read_request(&mut stream).await;
        stream.write_all(bytes).await.unwrap();
        until_closed(&mut stream).await;
    })
    .await
}

/// Starts an origin that reads a request, sends `bytes` and resets the connection.
pub(crate) async fn answering_and_resetting(bytes: &'static [u8]) -> SocketAddr {
    origin(async move |mut stream: TcpStream| {
        read_request(&mut stream).await;
        stream.write_all(bytes).await.unwrap();
        if !bytes.is_empty() {
            // A reset overtakes bytes that were not read yet: give them time to arrive.
            tokio::task::yield_now().await;
        }
        stream.set_zero_linger().unwrap();
    })
    .await
}

/// Reads up to an empty line and what came with it.
pub(crate) async fn read_request<S: AsyncRead + Unpin>(stream: &mut S) -> Vec<u8> {
    let mut request = Vec::new();
    let mut buffer = [0_u8; 1024];
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(count) => request.extend_from_slice(&buffer[..count]),
        }
    }
    request
}

/// Reads until the other side closes.
pub(crate) async fn until_closed<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut buffer = [0_u8; 1024];
    while stream.read(&mut buffer).await.is_ok_and(|count| count > 0) {}
}

/// Returns a plain GET towards `address`.
pub(crate) fn get(address: SocketAddr) -> Request {
    let call = Call::get("origin.example", "/");
    Request { timeouts: TIMEOUTS, ..Request::new(Endpoint::Tcp(address), call) }
}

/// Carries the probe out.
pub(crate) async fn observe(probe: &Request) -> Observed {
    request(probe).await.unwrap()
}

/// Sends a plain GET and returns the exchange.
pub(crate) async fn exchange(address: SocketAddr) -> Exchange {
    observe(&get(address)).await.exchange.unwrap()
}
