//! Mail by SMTP: text and HTML, in one thread for each incident.
//!
//! Each message is one session. A recipient that the server refuses does not keep the mail from the others,
//! and whoever has it does not get it again when another one is tried later.

mod mail;
mod session;
mod stream;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use goodgate_config::{Fault, Secret, SecretSource, Text, section, words};
use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::message::Message;

use super::hidden::Hidden;
use super::tally::Reached;
use super::{Channel, Failure, Kind, OpenError, Parts, Pending, Proof, Receipt, limits, tls};

words! {
    /// How a connection to a mail server is encrypted.
    pub enum MailTls {
        /// From the first byte on (RFC 8314).
        Tls = "tls",
        /// After the command `STARTTLS`, without which nothing is sent.
        StartTls = "starttls",
        /// Not at all: only to a server on this host.
        Off = "none",
    }
}

section! {
    /// Mail by SMTP.
    pub struct Email {
        /// The mail server: a name or an address.
        pub host: String;
        /// Its port: by default 465 with `tls`, 587 with `starttls`, 25 without.
        pub port: Option<u16> = None, in 1..=65535;
        /// How the connection is encrypted.
        pub tls: MailTls = MailTls::Tls;
        /// The user to log in as; `password` belongs to it.
        pub user: Option<String> = None;
        /// Where the password is.
        pub password: Option<SecretSource> = None;
        /// The sender, such as `Watch <watch@example.org>`.
        pub from: MailAddress;
        /// Who gets the mail.
        pub to: Vec<MailAddress>;
        /// A file of certificates in PEM that are trusted besides those of the system.
        pub ca: Option<PathBuf> = None;
    }
}

/// An address of mail, with or without a name (RFC 5322 section 3.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAddress(Option<Mailbox>);

impl Default for MailAddress {
    /// Nobody; no checked configuration has it.
    fn default() -> Self {
        Self(None)
    }
}

impl Text for MailAddress {
    const KIND: &'static str = "an address";
    const ALLOWED: &'static str =
        "an address, such as \"ops@example.org\" or \"Ops <ops@example.org>\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let mailbox: Mailbox =
            text.parse().map_err(|_| Fault::new("this is no address of mail"))?;
        if text.chars().any(char::is_control) {
            return Err(Fault::new("this address has control characters"));
        }
        if !mailbox.email.to_string().is_ascii() {
            // Such an address needs SMTPUTF8 (RFC 6531) at every server on its way.
            return Err(Fault::new("this address has letters that not every mail server takes")
                .hint("write its domain as `xn--…`, and a name of ASCII before the `@`"));
        }
        Ok(Self(Some(mailbox)))
    }

    fn to_text(&self) -> String {
        self.0.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

goodgate_config::text!(MailAddress);

impl Kind for Email {
    fn faults(&self) -> Vec<(&'static str, Fault)> {
        let mut faults = Vec::new();
        if self.user.is_some() != self.password.is_some() {
            faults.push(("user", Fault::new("`user` and `password` belong together")));
        }
        if self.tls == MailTls::Off && !is_here(&self.host) {
            let fault = Fault::new("mail without encryption goes only to a server on this host");
            faults.push(("tls", fault.hint("set `tls = \"tls\"` or `tls = \"starttls\"`")));
        }
        if lettre::transport::smtp::extension::ClientId::Domain(self.host.clone())
            .to_string()
            .contains(|c: char| c.is_whitespace() || c.is_control())
        {
            faults.push(("host", Fault::new("this is no name of a host")));
        }
        match self.to.len() {
            0 => faults.push(("to", Fault::new("there is nobody to send to"))),
            count if count > limits::RECIPIENTS => {
                faults.push(("to", Fault::new(format!("more than {}", limits::RECIPIENTS))));
            }
            _ => {}
        }
        faults
    }

    fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError> {
        let password =
            self.password.as_ref().map(|source| parts.secret("password", source)).transpose()?;
        let mut hidden = Hidden::default();
        if let Some(password) = &password {
            hidden.add(password);
        }
        let from = self.from.0.clone().ok_or_else(|| wrong("from", "no address of mail"))?;
        let to = self.to.iter().filter_map(|to| to.0.clone()).collect();
        let server = Server {
            host: self.host.clone(),
            port: self.port.unwrap_or(match self.tls {
                MailTls::Tls => 465,
                MailTls::StartTls => 587,
                MailTls::Off => 25,
            }),
            encryption: self.encryption()?,
            login: self.user.clone().zip(password),
            timeout: parts.http.timeout(),
        };
        Ok(Box::new(Open { server, from, to, hidden, reached: Reached::default() }))
    }
}

fn wrong(key: &'static str, why: &str) -> OpenError {
    OpenError { key, why: why.to_owned() }
}

/// Whether a host is this one, as far as its name tells.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl Email {
    fn encryption(&self) -> Result<Encryption, OpenError> {
        let more = self.ca.as_ref().map(|path| {
            let found = CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| wrong("ca", &format!("{}: {error}", path.display())))?;
            let none = || wrong("ca", &format!("{} holds no certificate", path.display()));
            if found.is_empty() { Err(none()) } else { Ok(found) }
        });
        let more = more.transpose()?.unwrap_or_default();
        match self.tls {
            MailTls::Off => Ok(Encryption::Off),
            MailTls::Tls => {
                let config =
                    tls::config(&more).map_err(|error| wrong("tls", &error.to_string()))?;
                Ok(Encryption::FromTheStart(Arc::new(config)))
            }
            MailTls::StartTls => {
                let mut builder = TlsParameters::builder(self.host.clone());
                for certificate in more {
                    let read = Certificate::from_der(certificate.to_vec());
                    let read = read.map_err(|error| wrong("ca", &error.to_string()))?;
                    builder = builder.add_root_certificate(read);
                }
                let built = builder.build_rustls();
                built.map(Encryption::Later).map_err(|error| wrong("tls", &error.to_string()))
            }
        }
    }
}

/// A mail server and how to speak with it.
struct Server {
    host: String,
    port: u16,
    encryption: Encryption,
    login: Option<(String, Secret)>,
    /// How long a whole session may take.
    timeout: Duration,
}

/// When a session is encrypted.
enum Encryption {
    Off,
    FromTheStart(Arc<rustls::ClientConfig>),
    Later(TlsParameters),
}

struct Open {
    server: Server,
    from: Mailbox,
    to: Vec<Mailbox>,
    hidden: Hidden,
    reached: Reached,
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email({}:{})", self.server.host, self.server.port)
    }
}

impl Open {
    /// Puts a bound on the time of a session.
    async fn within<T>(
        &self,
        session: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let Server { host, timeout, .. } = &self.server;
        let ended = tokio::time::timeout(*timeout, session).await;
        ended.unwrap_or_else(|_| {
            let what = format!("{host} was not done within {} s", timeout.as_secs_f32());
            Err(Failure::later(&what))
        })
    }
}

impl Channel for Open {
    fn send<'a>(&'a self, message: &'a Message) -> Pending<'a, Receipt> {
        Box::pin(self.within(session::send(self, message)))
    }

    fn prove(&self) -> Pending<'_, Proof> {
        Box::pin(self.within(session::prove(self)))
    }
}
