//! Probes through a forward proxy.

use std::net::SocketAddr;

use goodgate_evidence::probe::{Connect, Http};
use goodgate_probe::{ProbeError, Proxy, Request, request};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::support::{answering, answering_and_silent, get, observe, origin, read_request};

/// Returns a probe of an address that exists only behind the proxy.
fn through(proxy: SocketAddr) -> Request {
    let mut probe = get(([192, 0, 2, 1], 80).into());
    probe.route.proxy = Some(Proxy::parse(&format!("http://user:pw@{proxy}")).unwrap());
    probe
}

#[tokio::test]
async fn the_tunnel_carries_the_exchange() {
    let proxy = origin(async |mut stream: TcpStream| {
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
    })
    .await;

    let observed = observe(&through(proxy)).await;

    assert_eq!(observed.exchange.unwrap().outcome, Http::Complete);
}

#[tokio::test]
async fn the_proxy_hears_the_target_and_the_credentials() {
    let (sender, heard) = tokio::sync::oneshot::channel();
    let proxy = origin(async move |mut stream: TcpStream| {
        sender.send(read_request(&mut stream).await).unwrap();
    })
    .await;
    let mut probe = through(proxy);
    probe.route.tunnel_to = Some("origin.example:443".to_owned());

    observe(&probe).await;

    assert_eq!(
        String::from_utf8(heard.await.unwrap()).unwrap(),
        "CONNECT origin.example:443 HTTP/1.1\r\nHost: origin.example:443\r\n\
         Proxy-Authorization: Basic dXNlcjpwdw==\r\n\r\n"
    );
}

#[tokio::test]
async fn a_refusal_keeps_its_status_line() {
    let proxy = answering("HTTP/1.1 403 Forbidden\r\n\r\n").await;

    let outcome = observe(&through(proxy)).await.connect.outcome;

    assert_eq!(outcome, Connect::ProxyRefused("HTTP/1.1 403 Forbidden".to_owned()));
}

#[tokio::test]
async fn a_silent_proxy_times_out() {
    let proxy = answering_and_silent(b"").await;

    let outcome = observe(&through(proxy)).await.connect.outcome;

    assert_eq!(outcome, Connect::TimedOut);
}

#[tokio::test]
async fn a_proxy_that_cannot_be_reached_is_our_error() {
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();

    let result = request(&through(proxy)).await;

    assert!(matches!(result, Err(ProbeError::ProxyUnreachable { .. })), "{result:?}");
}
