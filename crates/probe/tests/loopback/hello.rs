//! Hand-written hellos to servers that agree, refuse, or are no TLS servers at all.

use std::net::SocketAddr;
use std::sync::Arc;

use goodgate_evidence::probe::{Ciphers, Connect, Endpoint, Hello, HelloAnswer, TlsVersion};
use goodgate_probe::{HelloRequest, ProbeError, Route, hello};
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::support::{TIMEOUTS, origin, until_closed};
use crate::tls;

/// A `ServerHello` of SSL 3.0 with 3DES, in two records.
const OLD_SERVER_HELLO: &[u8] = b"\x16\x03\x00\x00\x04\x02\x00\x00\x26\x16\x03\x00\x00\x26\
    \x03\x000123456789abcdef0123456789abcdef\x00\x00\x0a\x00";

fn to(address: SocketAddr, version: TlsVersion, ciphers: Ciphers) -> HelloRequest {
    HelloRequest {
        endpoint: Endpoint::Tcp(address),
        route: Route::default(),
        version,
        ciphers,
        sni: Some(tls::NAME.to_owned()),
        timeouts: TIMEOUTS,
    }
}

async fn observe(wanted: &HelloRequest) -> Hello {
    hello(wanted).await.unwrap()
}

async fn answer(address: SocketAddr, version: TlsVersion, ciphers: Ciphers) -> HelloAnswer {
    observe(&to(address, version, ciphers)).await.answer.unwrap()
}

/// Starts a real TLS server of one version.
async fn serving(version: &'static SupportedProtocolVersion) -> SocketAddr {
    let leaf = tls::issued(&tls::authority(), &tls::params(tls::NAME));
    let config = ServerConfig::builder_with_provider(tls::provider())
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(leaf.chain, leaf.key)
        .unwrap();
    origin(async move |stream: TcpStream| {
        let accepting = TlsAcceptor::from(Arc::new(config)).accept(stream).await;
        assert!(accepting.is_err(), "the handshake cannot be finished");
    })
    .await
}

/// Starts a server that reads a record, sends `bytes` and leaves the rest to `then`.
async fn sending(bytes: &'static [u8], then: Then) -> SocketAddr {
    origin(async move |mut stream: TcpStream| {
        read_record(&mut stream).await;
        stream.write_all(bytes).await.unwrap();
        match then {
            Then::Close => {}
            Then::Reset => stream.set_zero_linger().unwrap(),
            Then::Wait => until_closed(&mut stream).await,
        }
    })
    .await
}

#[derive(Clone, Copy)]
enum Then {
    Close,
    Reset,
    Wait,
}

async fn read_record(stream: &mut TcpStream) -> Vec<u8> {
    let mut record = vec![0_u8; 5];
    stream.read_exact(&mut record).await.unwrap();
    let length = usize::from(u16::from_be_bytes([record[3], record[4]]));
    record.resize(5 + length, 0);
    stream.read_exact(&mut record[5..]).await.unwrap();
    record
}

#[tokio::test]
async fn a_server_of_tls_1_3_agrees() {
    let address = serving(&TLS13).await;

    let answer = answer(address, TlsVersion::Tls13, Ciphers::Modern).await;

    assert!(
        matches!(
            answer,
            HelloAnswer::Agreed { version: TlsVersion::Tls13, cipher: 0x1301..=0x1303 }
        ),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_server_of_tls_1_2_agrees_to_everything_and_takes_a_modern_suite() {
    let address = serving(&TLS12).await;

    let answer = answer(address, TlsVersion::Tls12, Ciphers::Everything).await;

    assert!(
        matches!(
            answer,
            HelloAnswer::Agreed { version: TlsVersion::Tls12, cipher: 0xc02b | 0xc02c | 0xcca9 }
        ),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_server_of_another_version_refuses() {
    let newer = answer(serving(&TLS13).await, TlsVersion::Tls12, Ciphers::Modern).await;
    let older = answer(serving(&TLS12).await, TlsVersion::Tls13, Ciphers::Modern).await;

    let refused = HelloAnswer::Alert { number: 70, name: "protocol_version".to_owned() };
    assert_eq!([newer, older], [refused.clone(), refused]);
}

#[tokio::test]
async fn an_agreement_on_a_version_that_our_tls_lacks_is_seen() {
    let address = sending(OLD_SERVER_HELLO, Then::Wait).await;

    let answer = answer(address, TlsVersion::Ssl3, Ciphers::Everything).await;

    assert_eq!(answer, HelloAnswer::Agreed { version: TlsVersion::Ssl3, cipher: 0x000a });
}

#[tokio::test]
async fn a_suite_that_was_not_offered_is_no_agreement() {
    let address = sending(OLD_SERVER_HELLO, Then::Wait).await;

    let answer = answer(address, TlsVersion::Ssl3, Ciphers::Modern).await;

    assert!(matches!(answer, HelloAnswer::Invalid(_)), "{answer:?}");
}

#[tokio::test]
async fn an_alert_has_its_number_and_name() {
    let address = sending(b"\x15\x03\x01\x00\x02\x02\x28", Then::Close).await;

    let answer = answer(address, TlsVersion::Tls12, Ciphers::Modern).await;

    assert_eq!(answer, HelloAnswer::Alert { number: 40, name: "handshake_failure".to_owned() });
}

#[tokio::test]
async fn an_end_without_an_answer_is_told_apart() {
    let ends = [Then::Close, Then::Reset, Then::Wait];
    let mut answers = Vec::new();

    for then in ends {
        let address = sending(b"", then).await;
        answers.push(answer(address, TlsVersion::Tls12, Ciphers::Modern).await);
    }

    assert_eq!(answers, [HelloAnswer::Closed, HelloAnswer::Reset, HelloAnswer::TimedOut]);
}

#[tokio::test]
async fn a_server_of_plain_http_is_not_tls() {
    const TEXT: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\r\n";
    let address = sending(TEXT, Then::Wait).await;

    let answer = answer(address, TlsVersion::Tls12, Ciphers::Modern).await;

    assert_eq!(answer, HelloAnswer::NotTls { first_bytes: TEXT.to_vec() });
}

#[tokio::test]
async fn an_endless_answer_is_bounded() {
    let address = origin(async |mut stream: TcpStream| {
        read_record(&mut stream).await;
        // Requests for a hello, which mean nothing.
        while stream.write_all(&[22, 3, 3, 0, 4, 0, 0, 0, 0].repeat(500)).await.is_ok() {}
    })
    .await;

    let answer = answer(address, TlsVersion::Tls12, Ciphers::Modern).await;

    let words = "it sent a long answer without a ServerHello";
    assert_eq!(answer, HelloAnswer::Invalid(words.to_owned()));
}

#[tokio::test]
async fn an_address_is_not_sent_as_a_name() {
    let (sender, record) = tokio::sync::oneshot::channel();
    let address = origin(async move |mut stream: TcpStream| {
        sender.send(read_record(&mut stream).await).unwrap();
    })
    .await;
    let mut wanted = to(address, TlsVersion::Tls12, Ciphers::Modern);
    wanted.sni = Some("192.0.2.1".to_owned());

    let hello = observe(&wanted).await;

    let record = record.await.unwrap();
    assert_eq!(hello.sni, None);
    assert!(!record.windows(9).any(|window| window == b"192.0.2.1"));
}

#[tokio::test]
async fn without_a_listener_there_is_no_answer() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();

    let hello = observe(&to(address, TlsVersion::Tls12, Ciphers::Modern)).await;

    assert_eq!((hello.connect.outcome, hello.answer), (Connect::Refused, None));
}

#[tokio::test]
async fn a_name_that_is_none_is_our_error() {
    let mut wanted = to(([127, 0, 0, 1], 1).into(), TlsVersion::Tls12, Ciphers::Modern);
    wanted.sni = Some("no name".to_owned());

    let result = hello(&wanted).await;

    assert!(matches!(result, Err(ProbeError::Name { .. })), "{result:?}");
}
