//! One session with a mail server (RFC 5321).

use std::net::{IpAddr, SocketAddr};

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Noop, Quit, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::message::Message;

use super::super::tally::Tally;
use super::super::{Failure, Proof, Receipt, limits};
use super::stream::{Bounded, boxed};
use super::{Encryption, Open, Server, mail};

/// Sends a message to every recipient that has not got it yet.
pub(super) async fn send(channel: &Open, message: &Message) -> Result<Receipt, Failure> {
    let mut tally = Tally::new(message, &channel.reached);
    let mut missing = Vec::new();
    for mailbox in &channel.to {
        if !tally.knows(mailbox.email.as_ref()) {
            missing.push(&mailbox.email);
        }
    }
    if missing.is_empty() {
        return tally.finish();
    }
    let mail = mail::mail(message, &channel.from, &channel.to)?;
    let fail = |stage, error: &Error| failure(channel, stage, error);
    let mut session = begin(channel).await?;
    let parameters = parameters(&session, &mail);
    let from = Mail::new(Some(channel.from.email.clone()), parameters);
    session.command(from).await.map_err(|error| fail("name the sender to", &error))?;
    let mut taken = Vec::new();
    for address in missing {
        match session.command(Rcpt::new(address.clone(), Vec::new())).await {
            Ok(_) => taken.push(address),
            Err(error) => tally.count(address.as_ref(), Err(fail("name the recipient to", &error))),
        }
    }
    if !taken.is_empty() {
        session.command(Data).await.map_err(|error| fail("send to", &error))?;
        let answer = session.message(&mail).await.map_err(|error| fail("send to", &error))?;
        // The first line often holds the id of the server's queue; it goes to the receipt once.
        let mut id = Some(answer.message().collect::<Vec<_>>().join(" "));
        for address in taken {
            tally.count(address.as_ref(), Ok(id.take()));
        }
    }
    end(session).await;
    tally.finish()
}

/// Connects, logs in, and sends nothing.
pub(super) async fn prove(channel: &Open) -> Result<Proof, Failure> {
    let mut session = begin(channel).await?;
    session.command(Noop).await.map_err(|error| failure(channel, "ask", &error))?;
    end(session).await;
    Ok(match channel.server.login {
        Some(_) => Proof::Proven("the mail server takes the log-in; the recipients are not proven"),
        None => Proof::Proven("the mail server answers; the recipients are not proven"),
    })
}

/// Connects, encrypts and logs in.
async fn begin(channel: &Open) -> Result<AsyncSmtpConnection, Failure> {
    let server = &channel.server;
    let fail = |stage, error: &Error| failure(channel, stage, error);
    let tcp = connect(server).await?;
    let hello = hello(&tcp);
    let stream = match &server.encryption {
        Encryption::FromTheStart(config) => {
            let name = ServerName::try_from(server.host.clone())
                .map_err(|_| Failure::never(&format!("{} is no name of a host", server.host)))?;
            let tls = TlsConnector::from(config.clone()).connect(name, tcp).await;
            let tls =
                tls.map_err(|error| Failure::later(&format!("TLS with {}: {error}", server.host)))?;
            boxed(Bounded::new(tls, limits::SESSION))
        }
        Encryption::Off | Encryption::Later(_) => boxed(Bounded::new(tcp, limits::SESSION)),
    };
    let greeted = AsyncSmtpConnection::connect_with_transport(stream, &hello).await;
    let mut session = greeted.map_err(|error| fail("greet", &error))?;
    if let Encryption::Later(parameters) = &server.encryption {
        if !session.can_starttls() {
            return Err(Failure::never(&format!("{} does not offer STARTTLS", server.host)));
        }
        let encrypted = session.starttls(parameters.clone(), &hello).await;
        encrypted.map_err(|error| fail("encrypt with", &error))?;
    }
    if let Some((user, password)) = &server.login {
        let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
        let logged_in = session.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await;
        logged_in.map_err(|error| fail("log in to", &error))?;
    }
    Ok(session)
}

async fn connect(server: &Server) -> Result<TcpStream, Failure> {
    let Server { host, port, .. } = server;
    let addresses = tokio::net::lookup_host((host.as_str(), *port)).await;
    let addresses: Vec<SocketAddr> =
        addresses.map_err(|error| Failure::later(&format!("look up {host}: {error}")))?.collect();
    let mut last = format!("{host} has no address");
    for address in addresses {
        // Checked where it is used: a name may have changed its address since.
        if matches!(server.encryption, Encryption::Off) && !address.ip().is_loopback() {
            last = format!("{host} is not on this host, and the mail would not be encrypted");
            continue;
        }
        match tokio::time::timeout(limits::CONNECT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // The library writes a mail and its end apart; the end would wait for an acknowledgement.
                // Where it cannot be set, it is only slower.
                stream.set_nodelay(true).ok();
                return Ok(stream);
            }
            Ok(Err(error)) => last = format!("connect to {host}, {address}: {error}"),
            Err(_) => last = format!("connect to {host}, {address}: no answer"),
        }
    }
    Err(Failure::later(&last))
}

/// Returns what to greet with: our own address, which needs no name (RFC 5321 section 4.1.3).
fn hello(stream: &TcpStream) -> ClientId {
    match stream.local_addr().map(|address| address.ip()) {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::default(),
    }
}

fn parameters(session: &AsyncSmtpConnection, mail: &[u8]) -> Vec<MailParameter> {
    if !mail.is_ascii() && session.server_info().supports_feature(Extension::EightBitMime) {
        vec![MailParameter::Body(MailBodyParameter::EightBitMime)]
    } else {
        Vec::new()
    }
}

/// Takes leave. The mail is accepted by now, whatever the server says.
async fn end(mut session: AsyncSmtpConnection) {
    let _polite = session.command(Quit).await;
}

/// Says what went wrong. A refusal with 5xx is for good (RFC 5321 section 4.2.1), so is what the server does
/// not offer; all else may heal.
fn failure(channel: &Open, stage: &str, error: &Error) -> Failure {
    let mut why = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        why = format!("{why}: {cause}");
        source = cause.source();
    }
    let what = channel.hidden.mask(&format!("{stage} {}: {why}", channel.server.host));
    if error.is_permanent() || error.is_client() {
        Failure::never(&what)
    } else {
        Failure::later(&what)
    }
}
