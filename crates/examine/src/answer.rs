//! What one connection came to, in one word.

use std::time::Duration;

use goodgate_evidence::Stage;
use goodgate_evidence::probe::{
    AppAnswer, CertificateProblem, Connect, ConnectAttempt, Endpoint, Exchange, Foreign, Handshake,
    HelloAnswer, Http, Idle, Kept, LookupOutcome, Tls,
};
use goodgate_evidence::text::shorten;

use crate::limits::QUOTE_MAX;
use crate::probe::{Asked, Special};

/// What a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A complete response with a status below 500.
    Well(u16),
    /// A complete response with a status of 500 or more.
    Error(u16),
    /// No complete response; the stage at which it failed.
    Failed(Stage),
    /// An application protocol was answered, and not with a status.
    Speaks,
}

impl Answer {
    /// Tells whether it is anything but a complete response with a status below 500.
    pub fn fails(self) -> bool {
        !matches!(self, Self::Well(_) | Self::Speaks)
    }

    /// Returns the status of a complete response.
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Well(status) | Self::Error(status) => Some(status),
            Self::Failed(_) | Self::Speaks => None,
        }
    }
}

/// Returns what a request came to.
pub fn answer(asked: &Asked) -> Answer {
    if asked.connect.outcome != Connect::Connected {
        return Answer::Failed(Stage::Connect);
    }
    if asked.handshake.as_ref().is_some_and(|handshake| handshake.outcome != Tls::Established) {
        return Answer::Failed(Stage::Tls);
    }
    if let Some(Special::App(tried)) = &asked.special {
        return match &tried.answer {
            Some(AppAnswer::Speaks { status: Some(status), .. }) => by_status(*status),
            Some(AppAnswer::Speaks { status: None, .. }) => Answer::Speaks,
            _ => Answer::Failed(Stage::ResponseHead),
        };
    }
    asked.exchange.as_ref().map_or(Answer::Failed(Stage::Request), of_exchange)
}

fn of_exchange(exchange: &Exchange) -> Answer {
    let status = exchange.head.as_ref().map(|head| head.status);
    match (&exchange.outcome, status) {
        _ if is_not_as_coded(exchange) => Answer::Failed(Stage::ResponseBody),
        (Http::Complete | Http::Bounded | Http::ExtraBytes(_), Some(status)) => by_status(status),
        // A stream of events pauses as it likes.
        (Http::BodyStalled, Some(status)) if is_event_stream(exchange) => by_status(status),
        (Http::BodyTruncated { .. } | Http::BodyStalled | Http::ChunkingInvalid(_), _) => {
            Answer::Failed(Stage::ResponseBody)
        }
        (Http::FailedWhileSending, _) => Answer::Failed(Stage::Request),
        _ => Answer::Failed(Stage::ResponseHead),
    }
}

/// Tells whether a whole body is said to be gzip and does not begin as gzip does (RFC 1952 section
/// 2.3.1). Browsers show an error in place of it.
pub(crate) fn is_not_as_coded(exchange: &Exchange) -> bool {
    let coded = exchange.head.as_ref().and_then(|head| head.field("content-encoding"));
    let is_gzip = coded.is_some_and(|coded| matches!(coded.trim(), "gzip" | "x-gzip"));
    let is_whole = matches!(exchange.outcome, Http::Complete | Http::Bounded | Http::ExtraBytes(_));
    is_gzip && is_whole && exchange.body.len() >= 2 && !exchange.body.starts_with(&[0x1f, 0x8b])
}

fn by_status(status: u16) -> Answer {
    if status >= 500 { Answer::Error(status) } else { Answer::Well(status) }
}

fn is_event_stream(exchange: &Exchange) -> bool {
    let head = exchange.head.as_ref();
    head.and_then(|head| head.field("content-type"))
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/event-stream"))
}

/// Returns the certificate's problem, where there is one that was really found: a host without
/// trusted authorities can check nothing.
pub(crate) fn certificate_problem(asked: &Asked) -> Option<&CertificateProblem> {
    let problem = asked.handshake.as_ref()?.trust.as_ref().err()?;
    (!matches!(problem, CertificateProblem::Other(_))).then_some(problem)
}

/// Returns the time from the end of the handshake, or of the connect, to the end of the exchange.
pub(crate) fn exchange_time(asked: &Asked) -> Duration {
    asked.exchange.as_ref().map_or(Duration::ZERO, |exchange| exchange.took)
}

/// Returns the time of all phases together.
pub(crate) fn whole_time(asked: &Asked) -> Duration {
    let tls = asked.handshake.as_ref().map_or(Duration::ZERO, |handshake| handshake.took);
    asked.connect.took.saturating_add(tls).saturating_add(exchange_time(asked))
}

/// Tells whether the connection ended after the request without a byte of an answer.
pub(crate) fn ended_without_answer(asked: &Asked) -> bool {
    let outcome = asked.exchange.as_ref().map(|exchange| &exchange.outcome);
    matches!(
        outcome,
        Some(Http::ClosedBeforeHead | Http::ResetBeforeHead | Http::FailedWhileSending)
    )
}

/// Tells whether no answer came although time was given.
pub(crate) fn timed_out(asked: &Asked) -> bool {
    asked.connect.outcome == Connect::TimedOut
        || asked.handshake.as_ref().is_some_and(|handshake| handshake.outcome == Tls::TimedOut)
        || asked.exchange.as_ref().is_some_and(|exchange| exchange.outcome == Http::HeadTimedOut)
        || app_answer(asked) == Some(&AppAnswer::TimedOut)
}

/// Returns what came back to an application protocol, where one was tried.
pub(crate) fn app_answer(asked: &Asked) -> Option<&AppAnswer> {
    match &asked.special {
        Some(Special::App(tried)) => tried.answer.as_ref(),
        _ => None,
    }
}

/// What servers say that got plain HTTP on a TLS port: nginx, Apache, Go, HAProxy's and others' own
/// words are alike.
const PLAIN_TO_TLS: &[&str] = &[
    "plain HTTP request was sent to HTTPS port",
    "speaking plain HTTP to an SSL-enabled server port",
    "Client sent an HTTP request to an HTTPS server",
];

/// Tells whether a plain HTTP request met a server that speaks TLS.
pub(crate) fn met_tls(asked: &Asked) -> bool {
    let Some(exchange) = asked.exchange.as_ref().filter(|_| asked.handshake.is_none()) else {
        return false;
    };
    exchange.outcome == Http::NotHttp(Foreign::Tls) || says_plain_to_tls(exchange)
}

/// Tells whether a server complains that it got plain HTTP on its TLS port.
pub(crate) fn says_plain_to_tls(exchange: &Exchange) -> bool {
    let bad_request = exchange.head.as_ref().is_some_and(|head| head.status == 400);
    let body = String::from_utf8_lossy(&exchange.body);
    bad_request && PLAIN_TO_TLS.iter().any(|words| body.contains(words))
}

/// Tells whether a TLS handshake met a server that does not speak TLS.
pub(crate) fn met_plain(asked: &Asked) -> bool {
    let outcome = asked.handshake.as_ref().map(|handshake| &handshake.outcome);
    matches!(outcome, Some(Tls::NotTls { .. }))
}

/// Says in words what came of each phase: for evidence, text and reports.
pub mod words {
    use super::{
        AppAnswer, CertificateProblem, Connect, ConnectAttempt, Endpoint, Exchange, Handshake,
        HelloAnswer, Http, Idle, Kept, LookupOutcome, QUOTE_MAX, Special, Tls, shorten,
    };
    use std::time::Duration;

    /// Of a lookup.
    pub fn lookup(outcome: &LookupOutcome) -> String {
        match outcome {
            LookupOutcome::Addresses { addresses, .. } => {
                let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                addresses.join(", ")
            }
            LookupOutcome::NoSuchName => "no such name (NXDOMAIN)".to_owned(),
            LookupOutcome::NoAddress => "the name has no address".to_owned(),
            LookupOutcome::ServerFailure(code) => format!("the name server failed ({code})"),
            LookupOutcome::Refused => "the name server refused to answer (REFUSED)".to_owned(),
            LookupOutcome::TimedOut => "no answer from the name server".to_owned(),
            LookupOutcome::Temporary => "temporary failure of the resolver".to_owned(),
            LookupOutcome::Unreachable(why) => format!("the name server cannot be reached ({why})"),
            LookupOutcome::Malformed(why) => {
                format!("the name server's answer makes no sense ({why})")
            }
        }
    }

    /// Returns where a connection led to. An unspecified address stands for whatever a forward
    /// proxy connects to.
    pub fn place(endpoint: &Endpoint) -> String {
        match endpoint {
            endpoint if is_by_proxy(endpoint) => "by the proxy".to_owned(),
            other => other.to_string(),
        }
    }

    /// Tells whether an endpoint stands for whatever a forward proxy connects to.
    pub fn is_by_proxy(endpoint: &Endpoint) -> bool {
        matches!(endpoint, Endpoint::Tcp(address) if address.ip().is_unspecified())
    }

    /// Of a connect, with who it was that gave no answer.
    pub fn attempt(attempt: &ConnectAttempt) -> String {
        if attempt.outcome == Connect::TimedOut && is_by_proxy(&attempt.endpoint) {
            return "the proxy took the connection and did not answer".to_owned();
        }
        connect(&attempt.outcome)
    }

    /// Of a connect.
    pub fn connect(outcome: &Connect) -> String {
        match outcome {
            Connect::Connected => "connected".to_owned(),
            Connect::Refused => "connection refused".to_owned(),
            Connect::TimedOut => "no answer to the connection attempt".to_owned(),
            Connect::NoRoute => "no route to host".to_owned(),
            Connect::NetworkUnreachable => "network is unreachable".to_owned(),
            Connect::Denied => "not permitted by this host".to_owned(),
            Connect::NoFreePort => "no free local port".to_owned(),
            Connect::SocketMissing => "the socket does not exist".to_owned(),
            Connect::SocketDenied => "permission denied on the socket".to_owned(),
            Connect::QueueFull => "the socket's queue is full".to_owned(),
            Connect::Reset => "connection reset".to_owned(),
            Connect::ProxyRefused(line) => format!("the proxy refused: {line}"),
            Connect::Other(why) => why.clone(),
        }
    }

    /// Of a handshake.
    pub fn handshake(handshake: &Handshake) -> String {
        match &handshake.outcome {
            Tls::Established => {
                let version = handshake.version.as_deref().unwrap_or("TLS");
                match &handshake.alpn {
                    Some(alpn) => format!("{version}, {alpn}"),
                    None => version.to_owned(),
                }
            }
            Tls::Alert { number, name } => format!("alert {number}, {name}"),
            Tls::TimedOut => "no answer to the handshake".to_owned(),
            Tls::Closed => "closed during the handshake".to_owned(),
            Tls::Reset => "reset during the handshake".to_owned(),
            Tls::NotTls { first_bytes } => {
                format!("not TLS: {}", shorten(&printable(first_bytes), 64))
            }
            Tls::Incompatible(why) => format!("incompatible: {why}"),
            Tls::Invalid(why) => format!("invalid: {why}"),
        }
    }

    /// Of the check of a chain.
    pub fn certificate(problem: &CertificateProblem) -> String {
        match problem {
            CertificateProblem::Expired => "the certificate has expired".to_owned(),
            CertificateProblem::NotYetValid => "the certificate is not yet valid".to_owned(),
            CertificateProblem::WrongName => "the certificate is for another name".to_owned(),
            CertificateProblem::SelfSigned => "the certificate is self-signed".to_owned(),
            CertificateProblem::UnknownIssuer => {
                "no trusted authority signed the certificate".to_owned()
            }
            CertificateProblem::Revoked => "the certificate is revoked".to_owned(),
            CertificateProblem::Other(why) => format!("the certificate was not accepted: {why}"),
        }
    }

    /// Of a probe that is more or other than one exchange.
    pub fn special(special: &Special) -> String {
        match special {
            Special::Kept(kept) => self::kept(kept),
            Special::Hello(hello) => {
                let answer = hello.answer.as_ref().map(self::hello);
                let answer = answer.unwrap_or_else(|| connect(&hello.connect.outcome));
                format!("{} offered: {answer}", hello.version.name())
            }
            Special::App(tried) => {
                let answer = tried.answer.as_ref().map(app);
                let answer = answer.unwrap_or_else(|| connect(&tried.connect.outcome));
                format!("{}: {answer}", tried.protocol.name())
            }
        }
    }

    fn kept(kept: &Kept) -> String {
        let count = kept.exchanges.len();
        let last = kept.exchanges.last().map(exchange).unwrap_or_default();
        let idle = match &kept.idle {
            Idle::NotReached => return format!("request {count} on one connection: {last}"),
            Idle::NotKept => "not kept by the server".to_owned(),
            Idle::Closed(after) => format!("closed after {} without a request", duration(*after)),
            Idle::Reset(after) => format!("reset after {} without a request", duration(*after)),
            Idle::Open(after) => format!("still open after {}", duration(*after)),
        };
        format!("{count} answered on one connection; {idle}")
    }

    /// Of the answer to a hand-written `ClientHello`.
    pub fn hello(answer: &HelloAnswer) -> String {
        match answer {
            HelloAnswer::Agreed { version, cipher } => {
                format!("the server agrees to {}, suite 0x{cipher:04x}", version.name())
            }
            HelloAnswer::Alert { number, name } => format!("alert {number}, {name}"),
            HelloAnswer::Closed => "closed".to_owned(),
            HelloAnswer::Reset => "reset".to_owned(),
            HelloAnswer::TimedOut => "no answer".to_owned(),
            HelloAnswer::NotTls { first_bytes } => format!("not TLS: {}", printable(first_bytes)),
            HelloAnswer::Invalid(why) => format!("invalid: {why}"),
        }
    }

    /// Of an application protocol.
    pub fn app(answer: &AppAnswer) -> String {
        match answer {
            AppAnswer::Speaks { status: Some(status), errors } if errors.is_empty() => {
                format!("it answers {status}")
            }
            AppAnswer::Speaks { status: Some(status), errors } => {
                shorten(&format!("it answers {status}: {errors}"), QUOTE_MAX)
            }
            AppAnswer::Speaks { status: None, .. } => "it speaks the protocol".to_owned(),
            AppAnswer::Closed => "closed without an answer".to_owned(),
            AppAnswer::Reset => "reset without an answer".to_owned(),
            AppAnswer::TimedOut => "no answer in time".to_owned(),
            AppAnswer::Foreign { is_http: true, .. } => "it answers in HTTP".to_owned(),
            AppAnswer::Foreign { looks, first_bytes, .. } => {
                format!("{}: {}", looks.words(), printable(first_bytes))
            }
        }
    }

    /// Of an exchange.
    pub fn exchange(exchange: &Exchange) -> String {
        let status = status(exchange);
        let failure = match &exchange.outcome {
            _ if super::is_not_as_coded(exchange) => {
                Some(format!("the body is no gzip: {}", printable(&exchange.body)))
            }
            Http::Complete => None,
            Http::Bounded => Some("read up to our bound".to_owned()),
            Http::ExtraBytes(count) => Some(format!("{count} bytes after its end")),
            other => Some(failure(other, exchange)),
        };
        match (status, failure) {
            (Some(status), None) => status,
            (Some(status), Some(failure)) => format!("{status}, {failure}"),
            (None, Some(failure)) => failure,
            (None, None) => "complete".to_owned(),
        }
    }

    /// Of the head of an exchange, with the version that the server wrote.
    pub fn status(exchange: &Exchange) -> Option<String> {
        let head = exchange.head.as_ref()?;
        let line = format!("{} {} {}", exchange.protocol(), head.status, head.reason);
        Some(shorten(line.trim_end(), 64))
    }

    fn failure(outcome: &Http, exchange: &Exchange) -> String {
        let text = match outcome {
            Http::Complete | Http::Bounded | Http::ExtraBytes(_) => String::new(),
            Http::ClosedBeforeHead => "closed without an answer".to_owned(),
            Http::ResetBeforeHead => "reset without an answer".to_owned(),
            Http::FailedWhileSending => "broken while the request was sent".to_owned(),
            Http::HeadTimedOut => format!("no answer within {}", duration(exchange.took)),
            Http::HeadTruncated => "ended in the middle of the head".to_owned(),
            Http::HeadTooLarge => "the head is larger than we read".to_owned(),
            Http::NotHttp(foreign) => {
                format!("not HTTP but {}: {}", foreign.words(), printable(&exchange.raw))
            }
            Http::StatusLineInvalid(why) => format!("malformed status line: {why}"),
            Http::HeaderInvalid(why) => format!("malformed header field: {why}"),
            Http::FramingConflict(why) => format!("contradictory length: {why}"),
            Http::InformationalOnly => "interim responses and no final one".to_owned(),
            Http::InformationalFlood => "interim responses without end".to_owned(),
            Http::UnexpectedUpgrade => "switched protocols unasked".to_owned(),
            Http::BodyTruncated { missing: Some(missing) } => {
                format!("the body ended {missing} bytes early")
            }
            Http::BodyTruncated { missing: None } => "the body ended early".to_owned(),
            Http::BodyStalled => "the body stopped coming".to_owned(),
            Http::ChunkingInvalid(why) => format!("broken chunks: {why}"),
            Http::StreamReset(code) => format!("stream reset, {code}"),
            Http::Goaway(code) => format!("GOAWAY, {code}"),
            Http::Http2Failed(why) => format!("HTTP/2 failed: {why}"),
        };
        shorten(&text, QUOTE_MAX)
    }

    /// Returns bytes from outside as one line of text.
    pub fn printable(bytes: &[u8]) -> String {
        let text: String =
            bytes.iter().take(64).flat_map(|byte| byte.escape_ascii()).map(char::from).collect();
        text
    }

    /// Returns a time with a unit that suits it.
    pub fn duration(time: Duration) -> String {
        let seconds = time.as_secs_f64();
        if seconds >= 1.0 {
            format!("{seconds:.1} s")
        } else if seconds >= 0.01 {
            format!("{:.0} ms", seconds * 1e3)
        } else {
            format!("{:.1} ms", seconds * 1e3)
        }
    }
}
