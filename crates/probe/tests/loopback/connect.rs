//! Connections that do not come about.

use std::net::IpAddr;
use std::path::PathBuf;

use goodgate_evidence::probe::{Connect, Endpoint, Http};
use goodgate_probe::{ProbeError, Request, request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream, UnixListener, UnixSocket, UnixStream};

use crate::support::{SHORT, TIMEOUTS, answering, get, observe, origin, read_request};

const OK: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";

/// A path for a unix socket that nobody else has; the socket goes with it.
struct SocketPath(PathBuf);

impl SocketPath {
    fn new(name: &str) -> Self {
        let name = format!("goodgate-probe-{}-{name}", std::process::id());
        let path = Self(std::env::temp_dir().join(name));
        std::fs::remove_file(&path.0).ok();
        path
    }

    fn probe(&self) -> Request {
        Request { endpoint: Endpoint::Unix(self.0.clone()), ..get(([127, 0, 0, 1], 1).into()) }
    }
}

impl Drop for SocketPath {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

async fn outcome(probe: &Request) -> Connect {
    observe(probe).await.connect.outcome
}

#[tokio::test]
async fn a_port_without_a_listener_refuses() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();

    let outcome = outcome(&get(address)).await;

    assert_eq!(outcome, Connect::Refused);
}

#[tokio::test]
async fn a_full_accept_queue_times_out() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(opened) = tokio::time::timeout(SHORT, TcpStream::connect(address)).await {
        waiting.push(opened.unwrap());
    }

    let outcome = outcome(&get(address)).await;

    assert_eq!(outcome, Connect::TimedOut);
}

#[tokio::test]
async fn a_missing_unix_socket_is_named() {
    let path = SocketPath::new("missing");

    let outcome = outcome(&path.probe()).await;

    assert_eq!(outcome, Connect::SocketMissing);
}

#[tokio::test]
async fn a_unix_socket_without_a_listener_refuses() {
    let path = SocketPath::new("dead");
    drop(UnixListener::bind(&path.0).unwrap());

    let outcome = outcome(&path.probe()).await;

    assert_eq!(outcome, Connect::Refused);
}

#[tokio::test]
async fn a_full_unix_queue_is_named() {
    let path = SocketPath::new("full");
    let socket = UnixSocket::new_stream().unwrap();
    socket.bind(&path.0).unwrap();
    let _listener = socket.listen(1).unwrap();
    let mut waiting = Vec::new();
    while let Ok(opened) = UnixStream::connect(&path.0).await {
        waiting.push(opened);
    }

    let outcome = outcome(&path.probe()).await;

    assert_eq!(outcome, Connect::QueueFull);
}

#[tokio::test]
async fn a_unix_socket_answers() {
    let path = SocketPath::new("open");
    let listener = UnixListener::bind(&path.0).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(OK).await.unwrap();
    });

    let observed = observe(&path.probe()).await;

    assert_eq!(observed.exchange.unwrap().outcome, Http::Complete);
}

#[tokio::test]
async fn the_source_address_is_used() {
    let (sender, peer) = tokio::sync::oneshot::channel();
    let address = origin(async move |mut stream: TcpStream| {
        sender.send(stream.peer_addr().unwrap().ip()).unwrap();
        read_request(&mut stream).await;
    })
    .await;
    let mut probe = get(address);
    let source: IpAddr = "127.0.0.2".parse().unwrap();
    probe.route.source = Some(source);

    observe(&probe).await;

    assert_eq!(peer.await.unwrap(), source);
}

#[tokio::test]
async fn a_foreign_source_address_is_our_error() {
    let mut probe = get(answering(OK).await);
    probe.route.source = Some("192.0.2.1".parse().unwrap());

    let result = request(&probe).await;

    assert!(matches!(result, Err(ProbeError::SourceAddress { .. })), "{result:?}");
}

#[tokio::test]
async fn a_source_address_of_the_other_family_is_our_error() {
    let mut probe = get(answering(OK).await);
    probe.route.source = Some("::1".parse().unwrap());

    let result = request(&probe).await;

    assert!(matches!(result, Err(ProbeError::SourceFamily { .. })), "{result:?}");
}

#[tokio::test]
async fn the_proxy_header_comes_first() {
    let (sender, seen) = tokio::sync::oneshot::channel();
    let address = origin(async move |mut stream: TcpStream| {
        let mut start = [0_u8; 21];
        stream.read_exact(&mut start).await.unwrap();
        sender.send(start).unwrap();
    })
    .await;
    let mut probe = get(address);
    probe.route.proxy_header = true;

    request(&Request { timeouts: TIMEOUTS, ..probe }).await.unwrap();

    assert_eq!(&seen.await.unwrap(), b"PROXY TCP4 127.0.0.1 ");
}
