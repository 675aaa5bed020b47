//! Keys and certificates of one start.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;

use super::authority::{Authority, Flaw};
use super::hello::ClientHello;
use super::old_server::{self, Answer, OldVersion};
use super::server::{self, Alpn};
use crate::error::StartError;

/// Keys and certificates of one start. All are made at once, so that a fault that is switched on
/// later has its own.
pub(crate) struct Material {
    good: ServerConfig,
    expired: ServerConfig,
    not_yet_valid: ServerConfig,
    wrong_name: ServerConfig,
    self_signed: ServerConfig,
    incomplete_chain: ServerConfig,
    demanding: ServerConfig,
    old: CertificateDer<'static>,
}

impl Material {
    /// Makes an authority and what it issues; `names` are further names of the certificates. The
    /// authority's certificate goes to `ca_out`, in PEM.
    pub(crate) fn make(names: &[String], ca_out: Option<&Path>) -> Result<Self, StartError> {
        let authority = Authority::new(names, since_1970())?;
        let server = |flaw| server::config(authority.issue(flaw)?).map_err(|error| refused(&error));
        let demanding = authority.issue(Flaw::None)?;
        let demanding = server::demanding(demanding, authority.certificate());
        let material = Self {
            good: server(Flaw::None)?,
            expired: server(Flaw::Expired)?,
            not_yet_valid: server(Flaw::NotYetValid)?,
            wrong_name: server(Flaw::WrongName)?,
            self_signed: server(Flaw::SelfSigned)?,
            incomplete_chain: server(Flaw::IncompleteChain)?,
            demanding: demanding.map_err(|error| refused(&error))?,
            old: authority.issue_old()?,
        };
        if let Some(path) = ca_out {
            write(path, &authority.pem())?;
        }
        Ok(material)
    }

    /// The server whose certificate has `flaw`.
    pub(crate) fn config(&self, flaw: Flaw, alpn: Alpn) -> Arc<ServerConfig> {
        let config = match flaw {
            Flaw::None => &self.good,
            Flaw::Expired => &self.expired,
            Flaw::NotYetValid => &self.not_yet_valid,
            Flaw::WrongName => &self.wrong_name,
            Flaw::SelfSigned => &self.self_signed,
            Flaw::IncompleteChain => &self.incomplete_chain,
        };
        server::offering(config, alpn)
    }

    /// The server that wants a certificate of the client.
    pub(crate) fn demanding(&self, alpn: Alpn) -> Arc<ServerConfig> {
        server::offering(&self.demanding, alpn)
    }

    /// What a server that speaks nothing but `version` says to `hello`.
    pub(crate) fn old_answer(
        &self,
        version: OldVersion,
        hello: &ClientHello,
    ) -> io::Result<Answer> {
        let mut random = [0_u8; 32];
        let filled = self.good.crypto_provider().secure_random.fill(&mut random);
        filled.map_err(|_| io::Error::other("the system gives no random bytes"))?;
        Ok(old_server::answer(version, hello, &random, &self.old))
    }
}

fn write(path: &Path, pem: &str) -> Result<(), StartError> {
    let failed = |error: io::Error| StartError::Setting {
        what: format!("write the authority's certificate to {}", path.display()),
        problem: error.to_string(),
    };
    std::fs::write(path, pem).map_err(failed)
}

fn refused(error: &rustls::Error) -> StartError {
    StartError::Setting { what: "set up TLS".to_owned(), problem: error.to_string() }
}

fn since_1970() -> Duration {
    let seconds = jiff::Timestamp::now().as_second();
    Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
}
