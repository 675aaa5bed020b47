//! TLS handshakes that fail, and certificates that do not verify.

use std::net::SocketAddr;
use std::sync::Arc;

use goodgate_evidence::probe::{CertificateProblem, Exchange, Handshake, Http, HttpVersion, Tls};
use goodgate_probe::{ProbeError, Request, TlsOptions, TrustAnchors, request};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ResolvesServerCertUsingSni, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::support::{
    answering, answering_and_resetting, answering_and_silent, get, observe, origin, read_request,
    until_closed,
};

pub(crate) const NAME: &str = "origin.example";

pub(crate) type Ca = CertifiedIssuer<'static, KeyPair>;

pub(crate) struct Leaf {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

pub(crate) fn authority() -> Ca {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "Test authority");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

pub(crate) fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

pub(crate) fn issued(authority: &Ca, params: &CertificateParams) -> Leaf {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    Leaf { chain: vec![certificate.der().clone()], key }
}

pub(crate) fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

pub(crate) fn server(leaf: Leaf) -> ServerConfig {
    ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(leaf.chain, leaf.key)
        .unwrap()
}

/// Returns a server that insists on a client certificate.
fn asking(authority: &Ca, version: &'static SupportedProtocolVersion) -> ServerConfig {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build().unwrap();
    let leaf = issued(authority, &params(NAME));
    ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[version])
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(leaf.chain, leaf.key)
        .unwrap()
}

/// Starts an origin that answers one request over TLS.
async fn serving(config: ServerConfig) -> SocketAddr {
    origin(async move |stream: TcpStream| {
        let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await else {
            return;
        };
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.ok();
        stream.shutdown().await.ok();
        until_closed(&mut stream).await;
    })
    .await
}

fn probe(address: SocketAddr, trust: TrustAnchors) -> Request {
    let server_name = NAME.to_owned();
    get(address).with_tls(TlsOptions { server_name, sni: true, alpn: Vec::new(), trust })
}

fn trusting(authority: &Ca) -> TrustAnchors {
    TrustAnchors::none().with_certificates(authority.der(), "the test").unwrap()
}

async fn shaken(probe: &Request) -> (Handshake, Option<Exchange>) {
    let observed = observe(probe).await;
    (observed.handshake.unwrap(), observed.exchange)
}

/// Returns what came of a handshake with whatever listens at `address`.
async fn outcome(address: SocketAddr) -> Tls {
    shaken(&probe(address, TrustAnchors::none())).await.0.outcome
}

#[tokio::test]
async fn a_good_handshake_is_described() {
    let authority = authority();
    let address = serving(server(issued(&authority, &params(NAME)))).await;

    let (handshake, exchange) = shaken(&probe(address, trusting(&authority))).await;

    assert_eq!(
        (
            handshake.outcome,
            handshake.trust,
            handshake.version.as_deref(),
            handshake.sni.as_deref()
        ),
        (Tls::Established, Ok(()), Some("TLSv1.3"), Some(NAME))
    );
    assert_eq!(handshake.chain[0].names, [NAME]);
    assert_eq!(exchange.unwrap().outcome, Http::Complete);
}

#[tokio::test]
async fn an_expired_certificate_is_named_and_passed_over() {
    let authority = authority();
    let mut params = params(NAME);
    params.not_after = date_time_ymd(2020, 1, 1);
    let address = serving(server(issued(&authority, &params))).await;

    let (handshake, exchange) = shaken(&probe(address, trusting(&authority))).await;

    assert_eq!(
        (handshake.outcome, handshake.trust, exchange.unwrap().outcome),
        (Tls::Established, Err(CertificateProblem::Expired), Http::Complete)
    );
}

#[tokio::test]
async fn a_certificate_of_the_future_is_named() {
    let authority = authority();
    let mut params = params(NAME);
    params.not_before = date_time_ymd(3000, 1, 1);
    let address = serving(server(issued(&authority, &params))).await;

    let (handshake, _) = shaken(&probe(address, trusting(&authority))).await;

    assert_eq!(handshake.trust, Err(CertificateProblem::NotYetValid));
}

#[tokio::test]
async fn a_certificate_for_another_name_is_named() {
    let authority = authority();
    let address = serving(server(issued(&authority, &params("other.example")))).await;

    let (handshake, _) = shaken(&probe(address, trusting(&authority))).await;

    assert_eq!(handshake.trust, Err(CertificateProblem::WrongName));
}

#[tokio::test]
async fn a_self_signed_certificate_is_named() {
    let key = KeyPair::generate().unwrap();
    let certificate = params(NAME).self_signed(&key).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let leaf = Leaf { chain: vec![certificate.der().clone()], key };
    let address = serving(server(leaf)).await;

    let (handshake, _) = shaken(&probe(address, trusting(&authority()))).await;

    assert_eq!(handshake.trust, Err(CertificateProblem::SelfSigned));
}

#[tokio::test]
async fn an_authority_as_a_leaf_is_trusted_where_it_is_among_the_trusted() {
    for (name, expected) in [(NAME, Ok(())), ("other.example", Err(CertificateProblem::WrongName))]
    {
        let mut params = params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let itself = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = PrivateKeyDer::try_from(itself.key().serialize_der()).unwrap();
        let leaf = Leaf { chain: vec![itself.der().clone()], key };
        let address = serving(server(leaf)).await;

        let (handshake, _) = shaken(&probe(address, trusting(&itself))).await;

        assert_eq!(handshake.trust, expected);
    }
}

#[tokio::test]
async fn an_unknown_issuer_is_named() {
    let address = serving(server(issued(&authority(), &params(NAME)))).await;
    let mut other = CertificateParams::new(Vec::new()).unwrap();
    other.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    other.distinguished_name.push(DnType::CommonName, "Another authority");
    let other = CertifiedIssuer::self_signed(other, KeyPair::generate().unwrap()).unwrap();

    let (handshake, _) = shaken(&probe(address, trusting(&other))).await;

    assert_eq!(handshake.trust, Err(CertificateProblem::UnknownIssuer));
}

#[tokio::test]
async fn a_server_that_needs_sni_alerts_without_it() {
    let mut config = server(issued(&authority(), &params(NAME)));
    config.cert_resolver = Arc::new(ResolvesServerCertUsingSni::new());
    let address = serving(config).await;
    let mut probe = probe(address, TrustAnchors::none());
    probe.tls.as_mut().unwrap().sni = false;

    let (handshake, _) = shaken(&probe).await;

    assert!(matches!(handshake.outcome, Tls::Alert { .. }), "{:?}", handshake.outcome);
    assert_eq!(handshake.sni, None);
}

#[tokio::test]
async fn a_client_certificate_is_missed_after_a_handshake_of_1_3() {
    let authority = authority();
    let address = serving(asking(&authority, &TLS13)).await;

    let (handshake, exchange) = shaken(&probe(address, trusting(&authority))).await;

    let exchange = exchange.unwrap();
    assert!(handshake.client_certificate_asked);
    assert_eq!(
        (handshake.outcome, exchange.outcome, exchange.departures),
        (
            Tls::Established,
            Http::ResetBeforeHead,
            vec!["TLS alert 116 certificate_required".to_owned()]
        )
    );
}

#[tokio::test]
async fn a_client_certificate_is_missed_during_a_handshake_of_1_2() {
    let authority = authority();
    let address = serving(asking(&authority, &TLS12)).await;

    let (handshake, _) = shaken(&probe(address, trusting(&authority))).await;

    assert!(handshake.client_certificate_asked);
    assert!(matches!(handshake.outcome, Tls::Alert { .. }), "{:?}", handshake.outcome);
}

#[tokio::test]
async fn an_alert_has_its_number_and_name() {
    let address = origin(async |mut stream: TcpStream| {
        stream.write_all(b"\x15\x03\x03\x00\x02\x02\x28").await.unwrap();
        until_closed(&mut stream).await;
    })
    .await;

    let outcome = outcome(address).await;

    assert_eq!(outcome, Tls::Alert { number: 40, name: "handshake_failure".to_owned() });
}

#[tokio::test]
async fn a_plain_http_port_is_not_tls() {
    let address = origin(async |mut stream: TcpStream| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        until_closed(&mut stream).await;
    })
    .await;

    let outcome = outcome(address).await;

    let first_bytes = b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec();
    assert_eq!(outcome, Tls::NotTls { first_bytes });
}

#[tokio::test]
async fn a_silent_port_times_out() {
    let address = answering_and_silent(b"").await;

    let outcome = outcome(address).await;

    assert_eq!(outcome, Tls::TimedOut);
}

#[tokio::test]
async fn a_close_during_the_handshake_is_named() {
    let address = origin(async |mut stream: TcpStream| {
        use tokio::io::AsyncReadExt;
        let mut hello = [0_u8; 4096];
        assert!(stream.read(&mut hello).await.unwrap() > 0);
    })
    .await;

    let outcome = outcome(address).await;

    assert_eq!(outcome, Tls::Closed);
}

#[tokio::test]
async fn a_reset_during_the_handshake_is_named() {
    let address = origin(async |stream: TcpStream| {
        stream.readable().await.unwrap();
        stream.set_zero_linger().unwrap();
    })
    .await;

    let outcome = outcome(address).await;

    assert_eq!(outcome, Tls::Reset);
}

#[tokio::test]
async fn the_protocol_that_alpn_chose_is_spoken() {
    let authority = authority();
    let mut config = server(issued(&authority, &params(NAME)));
    config.alpn_protocols = vec![b"h2".to_vec()];
    let address = serving(config).await;
    let mut probe = probe(address, trusting(&authority));
    probe.tls.as_mut().unwrap().alpn = vec!["h2".to_owned(), "http/1.1".to_owned()];

    let (handshake, exchange) = shaken(&probe).await;

    assert_eq!(
        (handshake.alpn.as_deref(), exchange.unwrap().version),
        (Some("h2"), HttpVersion::Http2)
    );
}

#[tokio::test]
async fn no_common_protocol_is_an_alert() {
    let mut config = server(issued(&authority(), &params(NAME)));
    config.alpn_protocols = vec![b"h2".to_vec()];
    let address = serving(config).await;
    let mut probe = probe(address, TrustAnchors::none());
    probe.tls.as_mut().unwrap().alpn = vec!["http/1.1".to_owned()];

    let (handshake, _) = shaken(&probe).await;

    let name = "no_application_protocol".to_owned();
    assert_eq!(handshake.outcome, Tls::Alert { number: 120, name });
}

#[tokio::test]
async fn a_server_name_that_is_none_is_our_error() {
    let mut probe = probe(answering("").await, TrustAnchors::none());
    "not a name".clone_into(&mut probe.tls.as_mut().unwrap().server_name);

    let result = request(&probe).await;

    assert!(matches!(result, Err(ProbeError::Name { .. })), "{result:?}");
}

#[tokio::test]
async fn a_reset_is_not_taken_for_other_bytes() {
    let address = answering_and_resetting(b"").await;

    let outcome = outcome(address).await;

    assert!(matches!(outcome, Tls::TimedOut | Tls::Reset | Tls::Closed), "{outcome:?}");
}
