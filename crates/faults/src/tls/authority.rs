//! The authority that is made at each start, and the certificates that it issues: a good one, and
//! one for each way in which a certificate can be bad.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, PublicKeyData, SanType, SignatureAlgorithm, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::error::StartError;

/// The name that the good certificate is for.
pub(crate) const NAME: &str = "origin.test";

/// Further names that it is for. Many clients take no wildcard for a name of two labels, as
/// `app.test` is; the second one is for them.
const MORE_NAMES: [&str; 3] = ["*.test", "*.origin.test", "localhost"];

/// The name of the certificate that is for another host (`.invalid` never exists, RFC 2606).
pub(crate) const OTHER_NAME: &str = "another-host.invalid";

const DAY: Duration = Duration::from_hours(24);

/// How long before the start certificates become valid: clients whose clock is slow take them.
const BACKDATED: Duration = DAY;

/// How long after the start certificates stay valid: below the 398 days that strict clients allow.
const VALID_FOR: Duration = Duration::from_hours(365 * 24);

/// The public half of an RSA key whose private half does not exist any more: servers from before
/// TLS 1.2 had RSA certificates, and ring makes no RSA keys. An `RSAPublicKey` in DER (RFC 8017).
static OLD_KEY: &[u8] = include_bytes!("old_key.der");

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Nothing.
    None,
    /// Its time is over since yesterday.
    Expired,
    /// Its time begins in a month.
    NotYetValid,
    /// It is for [`OTHER_NAME`] alone.
    WrongName,
    /// It is signed by its own key and not by the authority.
    SelfSigned,
    /// It is signed by an intermediate authority whose certificate is not sent along.
    IncompleteChain,
}

/// A chain of certificates as it is sent, leaf first, with the leaf's private key.
#[derive(Debug)]
pub(crate) struct Identity {
    /// The chain, leaf first, without the authority itself.
    pub(crate) chain: Vec<CertificateDer<'static>>,
    /// The private key of the leaf.
    pub(crate) key: PrivateKeyDer<'static>,
}

/// A certificate authority of our own.
#[derive(Debug)]
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    names: Vec<String>,
    now: Duration,
}

impl Authority {
    /// Makes an authority at `now`, the time since 1970. Its good certificates are for `names` as
    /// well: host names, wildcards or addresses.
    pub(crate) fn new(names: &[String], now: Duration) -> Result<Self, StartError> {
        let issuer = self_signed(authority("goodgate faults"), now).map_err(on("the authority"))?;
        Ok(Self { issuer, names: names.to_vec(), now })
    }

    /// The authority's own certificate.
    pub(crate) fn certificate(&self) -> &CertificateDer<'static> {
        self.issuer.der()
    }

    /// The authority's own certificate in PEM (RFC 7468), for clients that are to trust it.
    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// Issues a server certificate with `flaw`.
    pub(crate) fn issue(&self, flaw: Flaw) -> Result<Identity, StartError> {
        self.identity(flaw).map_err(on(&self.names.join(", ")))
    }

    /// Issues a certificate for a server from before TLS 1.2. Nobody has its key, so that no
    /// handshake with it can end well.
    pub(crate) fn issue_old(&self) -> Result<CertificateDer<'static>, StartError> {
        let issued =
            self.leaf(Flaw::None).and_then(|params| params.signed_by(&OldKey, &self.issuer));
        Ok(issued.map_err(on(NAME))?.into())
    }

    fn identity(&self, flaw: Flaw) -> Result<Identity, rcgen::Error> {
        let key = KeyPair::generate()?;
        let params = self.leaf(flaw)?;
        let certificate = match flaw {
            Flaw::SelfSigned => params.self_signed(&key)?,
            Flaw::IncompleteChain => params.signed_by(&key, &*self.intermediate()?)?,
            _ => params.signed_by(&key, &self.issuer)?,
        };
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Ok(Identity { chain: vec![certificate.into()], key })
    }

    fn intermediate(&self) -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
        let mut params = authority("goodgate faults, intermediate");
        date(&mut params, self.now.saturating_sub(BACKDATED), self.now + VALID_FOR);
        CertifiedIssuer::signed_by(params, KeyPair::generate()?, &self.issuer)
    }

    fn leaf(&self, flaw: Flaw) -> Result<CertificateParams, rcgen::Error> {
        let mut params = match flaw {
            Flaw::WrongName => CertificateParams::new([OTHER_NAME.to_owned()])?,
            _ => self.for_our_names()?,
        };
        let subject = if flaw == Flaw::WrongName { OTHER_NAME } else { NAME };
        params.distinguished_name.push(DnType::CommonName, subject);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = flaw != Flaw::SelfSigned;
        let now = self.now;
        let (from, until) = match flaw {
            Flaw::Expired => (now.saturating_sub(90 * DAY), now.saturating_sub(DAY)),
            Flaw::NotYetValid => (now + 30 * DAY, now + VALID_FOR),
            _ => (now.saturating_sub(BACKDATED), now + VALID_FOR),
        };
        date(&mut params, from, until);
        Ok(params)
    }

    fn for_our_names(&self) -> Result<CertificateParams, rcgen::Error> {
        let names = [NAME].into_iter().chain(MORE_NAMES).map(str::to_owned);
        let names = names.chain(self.names.iter().cloned());
        let mut params = CertificateParams::new(names.collect::<Vec<_>>())?;
        let loopback: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        params.subject_alt_names.extend(loopback.map(SanType::IpAddress));
        Ok(params)
    }
}

fn on(names: &str) -> impl Fn(rcgen::Error) -> StartError {
    move |error| StartError::Setting {
        what: format!("make a certificate for {names}"),
        problem: error.to_string(),
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn self_signed(
    mut params: CertificateParams,
    now: Duration,
) -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    date(&mut params, now.saturating_sub(BACKDATED), now + VALID_FOR);
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

/// Sets the validity, in time since 1970.
fn date(params: &mut CertificateParams, from: Duration, until: Duration) {
    let epoch = date_time_ymd(1970, 1, 1);
    params.not_before = epoch + from;
    params.not_after = epoch + until;
}

/// [`OLD_KEY`], for rcgen.
struct OldKey;

impl PublicKeyData for OldKey {
    fn der_bytes(&self) -> &[u8] {
        OLD_KEY
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_RSA_SHA256
    }
}
