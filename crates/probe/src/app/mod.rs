//! Protocols between a gateway and an application server that are not HTTP: does a server speak
//! one?
//!
//! A gateway that speaks HTTP to such a server, or such a protocol to a server of HTTP, gets bytes
//! that it cannot read, or a close. Whoever asks in the right protocol gets an answer.

pub mod fastcgi;
pub mod uwsgi;

use std::net::SocketAddr;
use std::time::Duration;

use goodgate_evidence::probe::{AppAnswer, AppProtocol, AppTry, Endpoint};
use goodgate_evidence::text::shorten;
use tokio::time::Instant;

use crate::call::{Call, USER_AGENT};
use crate::clock::{Deadlines, Timeouts};
use crate::connect::{Connection, Route, connect};
use crate::error::ProbeError;
use crate::foreign;
use crate::limits::{
    APP_ANSWER_MAX, APP_VARIABLE_MAX, FASTCGI_VALUES_WAIT, QUOTED_MAX, RAW_PREFIX,
};
use crate::proxy::percent_decoded;
pub use crate::raw::End;
use crate::raw::{self, Need};

/// One try to speak an application protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppRequest {
    /// Where to connect to.
    pub endpoint: Endpoint,
    /// What to speak.
    pub protocol: AppProtocol,
    /// The host, with a port or without, that the request is for.
    pub authority: String,
    /// The path, with a query or without; it begins with a slash.
    pub path: String,
    /// How long to wait: for the connection, and in `head` for the answer.
    pub timeouts: Timeouts,
}

/// Connects and asks in the protocol.
///
/// FastCGI is asked for its limits first, which runs no script. Only where nothing comes of that a
/// request follows, on a connection of its own, and the outcome is that of the request.
pub async fn app(wanted: &AppRequest) -> Result<AppTry, ProbeError> {
    wanted.check()?;
    let deadlines = Deadlines::start(wanted.timeouts);
    match wanted.protocol {
        AppProtocol::Uwsgi => wanted.try_once(&UWSGI, &deadlines).await,
        AppProtocol::Fastcgi => {
            let first = wanted.try_once(&FASTCGI_VALUES, &deadlines).await?;
            if is_settled(&first) || Instant::now() >= deadlines.end() {
                return Ok(first);
            }
            let second = wanted.try_once(&FASTCGI_REQUEST, &deadlines).await?;
            Ok(if second.answer.is_some() { second } else { first })
        }
    }
}

/// A question and how its answer is read.
struct Question {
    bytes: fn(&AppRequest, Option<SocketAddr>) -> Vec<u8>,
    /// How long to wait for the answer at most, besides the timeouts.
    wait: Duration,
    need: fn(&[u8]) -> Need,
    answer: fn(&[u8], Option<End>) -> AppAnswer,
}

const UWSGI: Question = Question {
    bytes: uwsgi::request,
    wait: Duration::MAX,
    need: uwsgi::need,
    answer: uwsgi::answer,
};

const FASTCGI_VALUES: Question = Question {
    bytes: |_, _| fastcgi::values(),
    wait: FASTCGI_VALUES_WAIT,
    need: fastcgi::need,
    answer: fastcgi::answer,
};

const FASTCGI_REQUEST: Question = Question {
    bytes: fastcgi::request,
    wait: Duration::MAX,
    need: fastcgi::need,
    answer: fastcgi::answer,
};

impl AppRequest {
    fn check(&self) -> Result<(), ProbeError> {
        Call::get(&self.authority, &self.path).check()?;
        for (part, value) in [("authority", &self.authority), ("path", &self.path)] {
            if value.len() > APP_VARIABLE_MAX {
                return Err(ProbeError::Request { part, value: shorten(value, QUOTED_MAX) });
            }
        }
        Ok(())
    }

    async fn try_once(
        &self,
        question: &Question,
        deadlines: &Deadlines,
    ) -> Result<AppTry, ProbeError> {
        let (attempt, connection) =
            connect(&self.endpoint, &Route::default(), deadlines.connect()).await?;
        let mut tried = AppTry {
            connect: attempt,
            protocol: self.protocol,
            took: Duration::ZERO,
            answer: None,
        };
        let Some(Connection { mut stream, local, .. }) = connection else { return Ok(tried) };
        let bytes = (question.bytes)(self, local);
        let until = deadlines.head().min(deadlines.capped(question.wait));
        let came = raw::ask(&mut stream, &bytes, until, APP_ANSWER_MAX, question.need).await;
        tried.took = came.took;
        tried.answer = Some((question.answer)(&came.bytes, came.end));
        Ok(tried)
    }

    /// Returns the variables that both protocols have, under the names of CGI (RFC 3875 section
    /// 4.1). `local` is our end of the connection; on a unix socket we are on the same host.
    fn variables(&self, local: Option<SocketAddr>) -> Vec<(&'static str, Vec<u8>)> {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let (host, port) = host_and_port(&self.authority);
        let client = local.map_or_else(|| "127.0.0.1".to_owned(), |local| local.ip().to_string());
        let client_port = local.map_or(0, |local| local.port());
        vec![
            ("REQUEST_METHOD", b"GET".to_vec()),
            ("REQUEST_URI", self.path.clone().into_bytes()),
            ("PATH_INFO", percent_decoded(path)),
            ("QUERY_STRING", query.into()),
            ("CONTENT_TYPE", Vec::new()),
            ("CONTENT_LENGTH", Vec::new()),
            ("REQUEST_SCHEME", b"http".to_vec()),
            ("REMOTE_ADDR", client.into_bytes()),
            ("REMOTE_PORT", client_port.to_string().into_bytes()),
            ("SERVER_NAME", host.into()),
            ("SERVER_PORT", port.into()),
            ("HTTP_HOST", self.authority.clone().into_bytes()),
            ("HTTP_USER_AGENT", USER_AGENT.into()),
            ("HTTP_ACCEPT", b"*/*".to_vec()),
        ]
    }
}

fn host_and_port(authority: &str) -> (&str, &str) {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (host, port),
        _ => (authority, "80"),
    }
}

/// Tells whether another question would say nothing new.
fn is_settled(tried: &AppTry) -> bool {
    matches!(tried.answer, None | Some(AppAnswer::Speaks { .. } | AppAnswer::Foreign { .. }))
}

/// What bytes that are not the protocol, and the way they ended, mean.
fn not_spoken(bytes: &[u8], end: Option<End>) -> AppAnswer {
    match (bytes, end) {
        ([], Some(End::Closed)) => AppAnswer::Closed,
        ([], Some(End::Reset)) => AppAnswer::Reset,
        ([], _) => AppAnswer::TimedOut,
        _ => foreign(bytes),
    }
}

fn foreign(bytes: &[u8]) -> AppAnswer {
    let first_bytes: Vec<u8> = bytes.iter().take(RAW_PREFIX).copied().collect();
    AppAnswer::Foreign {
        looks: foreign::classify(&first_bytes),
        is_http: bytes.starts_with(b"HTTP/1."),
        first_bytes,
    }
}

/// Reads the three digits of a status code at the start of `text`.
fn status_code(text: &[u8]) -> Option<u16> {
    let digits = text.get(..3).filter(|code| code.iter().all(u8::is_ascii_digit))?;
    digits
        .iter()
        .try_fold(0_u16, |sum, digit| sum.checked_mul(10)?.checked_add(u16::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_of_an_authority_is_split_off() {
        let authorities = ["a.example", "a.example:8080", "[::1]", "[::1]:81"];

        let split = authorities.map(host_and_port);

        let expected =
            [("a.example", "80"), ("a.example", "8080"), ("[::1]", "80"), ("[::1]", "81")];
        assert_eq!(split, expected);
    }

    #[test]
    fn what_no_variable_can_hold_is_refused() {
        let request = |authority: &str, path: &str| AppRequest {
            endpoint: Endpoint::Unix("/x".into()),
            protocol: AppProtocol::Uwsgi,
            authority: authority.to_owned(),
            path: path.to_owned(),
            timeouts: Timeouts::default(),
        };
        let long = format!("/{}", "a".repeat(APP_VARIABLE_MAX));
        let requests =
            [request("a", "/"), request("a", "x"), request("a b", "/"), request("a", &long)];

        let refused = requests.map(|request| request.check().is_err());

        assert_eq!(refused, [false, true, true, true]);
    }
}
