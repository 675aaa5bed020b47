//! What was met on the way, in words for people.

use std::time::Duration;

use goodgate_evidence::probe::{
    Certificate, CertificateProblem, Connect, ConnectAttempt, Exchange, Handshake, Http,
    LookupOutcome, Tls,
};
use goodgate_evidence::text::{neutralise, shorten};

use super::limits::QUOTED;

/// Returns words with text from outside in them, harmless and bounded.
pub(super) fn quoted(words: &str) -> String {
    shorten(&neutralise(words), QUOTED * 2).replace('\n', " ")
}

/// Returns a time as people read it: `250 ms`, `10.0 s`.
fn time(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        return format!("{} ms", time.as_millis());
    }
    format!("{:.1} s", time.as_secs_f64())
}

/// What came of a look-up.
pub(super) fn lookup(outcome: &LookupOutcome) -> String {
    match outcome {
        LookupOutcome::Addresses { .. } => "it has addresses".to_owned(),
        LookupOutcome::NoSuchName => "there is no such name".to_owned(),
        LookupOutcome::NoAddress => "the name has no address".to_owned(),
        LookupOutcome::ServerFailure(code) => format!("it answered {code}"),
        LookupOutcome::Refused => "it refused to answer".to_owned(),
        LookupOutcome::TimedOut => "it did not answer in time".to_owned(),
        LookupOutcome::Temporary => "a name server failed or was silent".to_owned(),
        LookupOutcome::Unreachable(why) => format!("it cannot be reached: {why}"),
        LookupOutcome::Malformed(why) => format!("the answer makes no sense: {why}"),
    }
}

/// What came of a connect.
pub(super) fn connect(attempt: &ConnectAttempt) -> String {
    let words = match &attempt.outcome {
        Connect::Connected => "the connection is open".to_owned(),
        Connect::Refused => "refused the connection".to_owned(),
        Connect::TimedOut => format!("did not take the connection within {}", time(attempt.took)),
        Connect::NoRoute => "cannot be reached: no route to the host".to_owned(),
        Connect::NetworkUnreachable => "cannot be reached: no route to its network".to_owned(),
        Connect::Denied => "may not be connected to from this host".to_owned(),
        Connect::NoFreePort => {
            "cannot be reached: this host has no free port or address".to_owned()
        }
        Connect::SocketMissing => "is no socket: there is no such file".to_owned(),
        Connect::SocketDenied => "may not be opened by this user".to_owned(),
        Connect::QueueFull => "has a full queue of connections".to_owned(),
        Connect::Reset => "reset the connection at once".to_owned(),
        Connect::ProxyRefused(line) => format!("was refused by the proxy: {line}"),
        Connect::Other(why) => format!("cannot be reached: {why}"),
    };
    quoted(&words)
}

/// What came of a handshake.
pub(super) fn handshake(handshake: &Handshake) -> String {
    let words = match &handshake.outcome {
        Tls::Established => "established".to_owned(),
        Tls::Alert { number, name } => format!("ended the handshake with alert {number}, {name}"),
        Tls::TimedOut => format!("the handshake did not end within {}", time(handshake.took)),
        Tls::Closed => "closed the connection in the handshake".to_owned(),
        Tls::Reset => "reset the connection in the handshake".to_owned(),
        Tls::NotTls { .. } => "what answers there is not TLS".to_owned(),
        Tls::Incompatible(why) => format!("there is no TLS in common: {why}"),
        Tls::Invalid(why) => format!("broke the handshake: {why}"),
    };
    quoted(&words)
}

/// What is wrong with a certificate.
pub(super) fn certificate(problem: &CertificateProblem, leaf: Option<&Certificate>) -> String {
    let words = match problem {
        CertificateProblem::Expired => match leaf {
            Some(leaf) => format!("the certificate has expired at {}", leaf.not_after),
            None => "the certificate has expired".to_owned(),
        },
        CertificateProblem::NotYetValid => "the certificate is not valid yet".to_owned(),
        CertificateProblem::WrongName => {
            let names = leaf.map(|leaf| leaf.names.iter().take(4).cloned().collect::<Vec<_>>());
            format!("the certificate is for {}", names.unwrap_or_default().join(", "))
        }
        CertificateProblem::SelfSigned => "the certificate is signed by itself".to_owned(),
        CertificateProblem::UnknownIssuer => {
            "no trusted authority has signed the certificate".to_owned()
        }
        CertificateProblem::Revoked => "the certificate was revoked".to_owned(),
        CertificateProblem::Other(why) => format!("the certificate does not verify: {why}"),
    };
    quoted(&words)
}

/// What came of an exchange.
pub(super) fn exchange(exchange: &Exchange) -> String {
    let words = match &exchange.outcome {
        Http::Complete => "a whole answer".to_owned(),
        Http::Bounded => format!("an answer of which {} bytes were read", exchange.body_bytes),
        Http::ExtraBytes(count) => format!("a whole answer, and {count} bytes behind it"),
        Http::ClosedBeforeHead => "closed the connection without an answer".to_owned(),
        Http::ResetBeforeHead => "reset the connection without an answer".to_owned(),
        Http::FailedWhileSending => "ended the connection while the request was sent".to_owned(),
        Http::HeadTimedOut => {
            format!("no answer within {}", time(exchange.took))
        }
        Http::HeadTruncated => "ended the connection in the middle of the head".to_owned(),
        Http::HeadTooLarge => "the head of the answer is too large".to_owned(),
        Http::NotHttp(foreign) => format!("answered {}", foreign.words()),
        Http::StatusLineInvalid(why) => {
            format!("the status line is malformed: {why}")
        }
        Http::HeaderInvalid(why) => {
            format!("a header field is malformed: {why}")
        }
        Http::FramingConflict(why) => {
            format!("the length of the answer is contradictory: {why}")
        }
        Http::InformationalOnly => "only interim answers came".to_owned(),
        Http::InformationalFlood => "interim answers came without end".to_owned(),
        Http::UnexpectedUpgrade => "switched protocols without being asked".to_owned(),
        Http::BodyTruncated { missing: Some(missing) } => {
            format!("the body ended {missing} bytes early")
        }
        Http::BodyTruncated { missing: None } => "the body ended early".to_owned(),
        Http::BodyStalled => format!("the body stopped after {} bytes", exchange.body_bytes),
        Http::ChunkingInvalid(why) => format!("the chunks of the body are broken: {why}"),
        Http::StreamReset(code) => {
            format!("reset the stream of HTTP/2 with {code}")
        }
        Http::Goaway(code) => format!("ended HTTP/2 with GOAWAY {code}"),
        Http::Http2Failed(why) => format!("HTTP/2 failed: {why}"),
    };
    quoted(&words)
}
