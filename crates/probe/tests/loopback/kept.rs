//! Connections that take several requests, and what becomes of them when nobody asks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use goodgate_evidence::probe::{Http, Idle, Kept, Tls};
use goodgate_probe::{KeptRequest, Timeouts, TlsOptions, TrustAnchors, kept};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::support::{
    SHORT, TIMEOUTS, answering, answering_and_resetting, get, origin, read_request, until_closed,
};
use crate::tls;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/// Longer than any test may take.
const LONG: Duration = Duration::from_secs(30);

/// Returns requests on one connection to `address`, with pauses of these lengths in between.
fn to(address: SocketAddr, pauses: &[Duration]) -> KeptRequest {
    KeptRequest { request: get(address), pauses: pauses.to_vec(), watch_idle: LONG }
}

async fn observe(wanted: &KeptRequest) -> Kept {
    kept(wanted).await.unwrap()
}

fn outcomes(kept: &Kept) -> Vec<Http> {
    kept.exchanges.iter().map(|exchange| exchange.outcome.clone()).collect()
}

/// Answers so many requests on one stream.
async fn answer<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, count: usize) {
    for _ in 0..count {
        read_request(stream).await;
        stream.write_all(OK).await.unwrap();
    }
}

/// Starts an origin that answers so many requests on its one connection and closes it.
async fn answering_some(count: usize) -> SocketAddr {
    origin(async move |mut stream: TcpStream| answer(&mut stream, count).await).await
}

/// Starts an origin that answers so many requests on its one connection and keeps it open.
async fn keeping_after(count: usize) -> SocketAddr {
    origin(async move |mut stream: TcpStream| {
        answer(&mut stream, count).await;
        until_closed(&mut stream).await;
    })
    .await
}

#[tokio::test]
async fn a_connection_that_stays_open_takes_every_request() {
    let mut wanted = to(keeping_after(3).await, &[Duration::ZERO, Duration::from_millis(20)]);
    wanted.watch_idle = Duration::from_millis(50);

    let kept = observe(&wanted).await;

    assert_eq!(outcomes(&kept), [Http::Complete, Http::Complete, Http::Complete]);
    assert_eq!(kept.pauses, [Duration::ZERO, Duration::ZERO, Duration::from_millis(20)]);
    assert!(matches!(kept.idle, Idle::Open(time) if time >= wanted.watch_idle), "{:?}", kept.idle);
}

#[tokio::test]
async fn a_close_during_a_pause_stops_the_requests() {
    let wanted = to(answering_some(1).await, &[LONG]);

    let kept = observe(&wanted).await;

    assert_eq!((outcomes(&kept), kept.pauses), (vec![Http::Complete], vec![Duration::ZERO]));
    assert!(matches!(kept.idle, Idle::Closed(time) if time < LONG), "{:?}", kept.idle);
}

#[tokio::test]
async fn a_close_after_the_last_request_is_timed() {
    let wanted = to(answering_some(2).await, &[Duration::ZERO]);

    let kept = observe(&wanted).await;

    assert_eq!(kept.exchanges.len(), 2);
    assert!(matches!(kept.idle, Idle::Closed(time) if time < LONG), "{:?}", kept.idle);
}

#[tokio::test]
async fn a_reset_of_an_idle_connection_is_told_from_a_close() {
    let wanted = to(answering_and_resetting(OK).await, &[]);

    let kept = observe(&wanted).await;

    assert_eq!(outcomes(&kept), [Http::Complete]);
    assert!(matches!(kept.idle, Idle::Reset(_)), "{:?}", kept.idle);
}

#[tokio::test]
async fn a_close_upon_the_next_request_fails_that_request() {
    let address = origin(async |mut stream: TcpStream| {
        answer(&mut stream, 1).await;
        read_request(&mut stream).await;
    })
    .await;

    let kept = observe(&to(address, &[Duration::ZERO, Duration::ZERO])).await;

    assert_eq!(
        (outcomes(&kept), kept.idle),
        (vec![Http::Complete, Http::ClosedBeforeHead], Idle::NotReached)
    );
}

#[tokio::test]
async fn a_reset_upon_the_next_request_fails_that_request() {
    let address = origin(async |mut stream: TcpStream| {
        answer(&mut stream, 1).await;
        read_request(&mut stream).await;
        stream.set_zero_linger().unwrap();
    })
    .await;

    let kept = observe(&to(address, &[Duration::ZERO])).await;

    assert_eq!(
        (outcomes(&kept), kept.idle),
        (vec![Http::Complete, Http::ResetBeforeHead], Idle::NotReached)
    );
}

#[tokio::test]
async fn a_response_that_ends_the_connection_says_that_it_is_not_kept() {
    let responses = [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\n\r\nhi",
    ];

    for response in responses {
        let kept = observe(&to(answering(response).await, &[Duration::ZERO])).await;

        assert_eq!((outcomes(&kept), kept.idle), (vec![Http::Complete], Idle::NotKept));
    }
}

#[tokio::test]
async fn a_connection_of_http_1_0_is_kept_where_the_server_says_so() {
    let address = origin(async |mut stream: TcpStream| {
        for _ in 0..2 {
            read_request(&mut stream).await;
            let response =
                b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nhi";
            stream.write_all(response).await.unwrap();
        }
    })
    .await;

    let kept = observe(&to(address, &[Duration::ZERO])).await;

    assert_eq!(outcomes(&kept), [Http::Complete, Http::Complete]);
}

#[tokio::test]
async fn bytes_that_nobody_asked_for_are_counted_however_late_they_come() {
    let address = origin(async |mut stream: TcpStream| {
        answer(&mut stream, 1).await;
        stream.write_all(b"extra").await.unwrap();
        until_closed(&mut stream).await;
    })
    .await;

    let kept = observe(&to(address, &[LONG])).await;

    assert_eq!((outcomes(&kept), kept.idle), (vec![Http::ExtraBytes(5)], Idle::NotReached));
}

#[tokio::test]
async fn keep_alive_is_asked_for() {
    let (sender, request) = tokio::sync::oneshot::channel();
    let address = origin(async move |mut stream: TcpStream| {
        sender.send(read_request(&mut stream).await).unwrap();
        stream.write_all(OK).await.unwrap();
    })
    .await;

    observe(&to(address, &[])).await;

    let request = String::from_utf8(request.await.unwrap()).unwrap();
    assert!(request.contains("\r\nConnection: keep-alive\r\n"), "{request}");
}

#[tokio::test]
async fn pauses_do_not_use_up_the_time_of_the_probe() {
    let mut wanted = to(answering_some(2).await, &[SHORT]);
    wanted.request.timeouts = Timeouts { total: SHORT, ..TIMEOUTS };
    wanted.watch_idle = Duration::ZERO;

    let kept = observe(&wanted).await;

    assert_eq!(outcomes(&kept), [Http::Complete, Http::Complete]);
}

#[tokio::test]
async fn a_further_request_that_the_end_of_the_time_cut_short_does_not_count() {
    let mut wanted = to(keeping_after(1).await, &[Duration::ZERO]);
    wanted.request.timeouts = Timeouts { head: LONG, total: SHORT, ..TIMEOUTS };

    let kept = observe(&wanted).await;

    assert_eq!((outcomes(&kept), kept.idle), (vec![Http::Complete], Idle::NotReached));
}

#[tokio::test]
async fn a_further_request_without_an_answer_in_time_counts() {
    let wanted = to(keeping_after(1).await, &[Duration::ZERO]);

    let kept = observe(&wanted).await;

    assert_eq!(
        (outcomes(&kept), kept.idle),
        (vec![Http::Complete, Http::HeadTimedOut], Idle::NotReached)
    );
}

#[tokio::test]
async fn without_a_listener_there_is_no_exchange() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();

    let kept = observe(&to(address, &[LONG])).await;

    assert_eq!((kept.exchanges.len(), kept.idle), (0, Idle::NotReached));
}

/// Returns requests over TLS to an origin that answers two of them and then closes the stream,
/// with a `close_notify` or without. HTTP/2 is offered by both sides.
async fn over_tls(notify: bool) -> KeptRequest {
    let leaf = tls::issued(&tls::authority(), &tls::params(tls::NAME));
    let mut config = tls::server(leaf);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let address = origin(async move |stream: TcpStream| {
        let mut stream = TlsAcceptor::from(Arc::new(config)).accept(stream).await.unwrap();
        answer(&mut stream, 2).await;
        if notify {
            stream.shutdown().await.unwrap();
        }
    })
    .await;
    let mut wanted = to(address, &[Duration::ZERO]);
    wanted.request.tls = Some(TlsOptions {
        server_name: tls::NAME.to_owned(),
        sni: true,
        alpn: vec!["h2".to_owned(), "http/1.1".to_owned()],
        trust: TrustAnchors::none(),
    });
    wanted
}

#[tokio::test]
async fn over_tls_only_http_1_1_is_offered() {
    let wanted = over_tls(true).await;

    let kept = observe(&wanted).await;

    let handshake = kept.handshake.clone().unwrap();
    assert_eq!((handshake.outcome, handshake.offered), (Tls::Established, vec!["http/1.1".into()]));
    assert_eq!(outcomes(&kept), [Http::Complete, Http::Complete]);
}

#[tokio::test]
async fn over_tls_a_close_is_a_close_with_and_without_a_notice() {
    for notify in [true, false] {
        let wanted = over_tls(notify).await;

        let kept = observe(&wanted).await;

        assert!(matches!(kept.idle, Idle::Closed(_)), "{notify}: {:?}", kept.idle);
    }
}
