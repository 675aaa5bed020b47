//! Whom channels trust.

use std::sync::Arc;
use std::time::Duration;

use goodgate_watch::message::sample;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::provider::{Provider, Reply};
use crate::support::open_with;

/// An authority of the tests, and a certificate for this host.
pub(crate) struct Issued {
    pub(crate) authority: CertificateDer<'static>,
    pub(crate) authority_pem: String,
    pub(crate) certificate: String,
    pub(crate) key: String,
}

pub(crate) fn issue() -> Issued {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let mut params = CertificateParams::new(names).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    Issued {
        authority: authority.der().clone(),
        authority_pem: authority.pem(),
        certificate: certificate.pem(),
        key: key.serialize_pem(),
    }
}

fn acceptor(issued: &Issued) -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_slice(issued.certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

#[tokio::test]
async fn a_provider_behind_an_authority_of_the_operator_is_reached() {
    let issued = issue();
    let provider = Provider::with_tls([Reply::text(200, "")], acceptor(&issued)).await;
    let url = format!("https://{}/x", provider.address());
    let trusted = [issued.authority.clone()];
    let ready =
        open_with("webhook = { url = \"env:URL\" }", &url, &trusted, Duration::from_secs(20));

    ready.channel.send(&ready.message(sample::full())).await.unwrap();

    assert_eq!(provider.only().target, "/x");
}

#[tokio::test]
async fn a_provider_that_nobody_vouches_for_gets_nothing() {
    let provider = Provider::with_tls([Reply::text(200, "")], acceptor(&issue())).await;
    let url = format!("https://{}/x", provider.address());
    let ready = open_with("webhook = { url = \"env:URL\" }", &url, &[], Duration::from_secs(20));

    let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

    assert!(failure.to_string().contains("certificate"), "{failure}");
    assert_eq!(provider.asked().len(), 0);
}
