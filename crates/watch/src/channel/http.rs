//! The HTTP client of every channel: bounded, without cookies, and never led to another host.

use std::fmt;
use std::time::Duration;

use goodgate_config::Secret;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Method, StatusCode, Url};
use rustls::ClientConfig;
use serde_json::Value;

use super::hidden::Hidden;
use super::limits;
use super::outcome::Failure;

/// The client, cheap to clone. Each request has a connection of its own. Proxies are those of the environment
/// (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`).
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
    timeout: Duration,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[error("make the HTTP client")]
pub struct HttpError(#[source] reqwest::Error);

impl Http {
    /// Makes a client; `timeout` is how long one request may take, from the look-up of the name to the
    /// last byte of the answer.
    ///
    /// # Errors
    ///
    /// When the library refuses the TLS configuration or a proxy of the environment.
    pub fn new(tls: ClientConfig, timeout: Duration) -> Result<Self, HttpError> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("goodgate/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits::CONNECT)
            .redirect(Policy::custom(redirected))
            .referer(false)
            // Alerts are rare: a connection that was kept may have died unnoticed, and would cost the
            // whole timeout.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(HttpError)?;
        Ok(Self { client, timeout })
    }

    /// Returns the same client with another time for one request.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self { client: self.client.clone(), timeout }
    }

    /// Returns how long one request may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Sends a request and reads the answer, whatever its status.
    pub(super) async fn send(&self, request: Request, hidden: &Hidden) -> Result<Answer, Failure> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        match tokio::time::timeout(self.timeout, self.exchange(request)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(Failure::later(&hidden.mask(&told(&host, &error)))),
            Err(_) => Err(Failure::later(&format!(
                "{host} has not answered within {} s",
                self.timeout.as_secs_f32()
            ))),
        }
    }

    /// Sends a request and fails unless the provider has taken it.
    pub(super) async fn accepted(
        &self,
        request: Request,
        hidden: &Hidden,
    ) -> Result<Answer, Failure> {
        let answer = self.send(request, hidden).await?;
        match answer.failure(hidden) {
            None => Ok(answer),
            Some(failure) => Err(failure),
        }
    }

    /// Fetches what is at a URL, as a type that is wanted: the status and the beginning of the body. The
    /// error says what went wrong, for people.
    pub(crate) async fn fetch(
        &self,
        url: &str,
        wanted: &'static str,
    ) -> Result<(u16, Vec<u8>), String> {
        let url = Url::parse(url).map_err(|_| "this is no URL".to_owned())?;
        let mut request = Request::get(url);
        request.headers.push((ACCEPT, HeaderValue::from_static(wanted)));
        let answer = self.send(request, &Hidden::default()).await.map_err(|it| it.to_string())?;
        Ok((answer.status.as_u16(), answer.body))
    }

    async fn exchange(&self, request: Request) -> Result<Answer, reqwest::Error> {
        let Request { method, url, headers, body } = request;
        let mut builder = self.client.request(method, url).body(body);
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        let mut response = builder.send().await?;
        let status = response.status();
        let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = wait.and_then(|text| retry_after(text, jiff::Timestamp::now()));
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await? {
            let room = limits::ANSWER.saturating_sub(body.len());
            body.extend_from_slice(piece.get(..room).unwrap_or(&piece));
            if body.len() >= limits::ANSWER {
                break;
            }
        }
        Ok(Answer { status, retry_after, body })
    }
}

/// A request; its URL and fields may hold secrets and are not printed.
pub(super) struct Request {
    method: Method,
    url: Url,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
}

impl Request {
    /// A request without a body.
    pub(super) fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: Vec::new(), body: Vec::new() }
    }

    /// A request with a body of some type.
    pub(super) fn with_body(
        method: Method,
        url: Url,
        body_type: HeaderValue,
        body: Vec<u8>,
    ) -> Self {
        Self { method, url, headers: vec![(CONTENT_TYPE, body_type)], body }
    }

    /// A `POST` of JSON.
    pub(super) fn json(url: Url, body: &Value) -> Self {
        let body_type = HeaderValue::from_static("application/json");
        Self::with_body(Method::POST, url, body_type, body.to_string().into_bytes())
    }

    /// A `POST` of a form.
    pub(super) fn form(url: Url, fields: &[(&str, &str)]) -> Self {
        let pair = |(name, value): &(&str, &str)| {
            format!("{}={}", crate::message::urlencoded(name), crate::message::urlencoded(value))
        };
        let body: Vec<String> = fields.iter().map(pair).collect();
        let body_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        Self::with_body(Method::POST, url, body_type, body.join("&").into_bytes())
    }

    /// Adds a header field.
    pub(super) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Adds a header field whose value is a secret.
    pub(super) fn secret(self, name: HeaderName, value: &str) -> Result<Self, Failure> {
        let value = HeaderValue::from_str(value);
        let mut value = value.map_err(|_| {
            Failure::never("a secret holds characters that no header field can carry")
        })?;
        value.set_sensitive(true);
        Ok(self.header(name, value))
    }

    /// Adds `Authorization: Bearer`.
    pub(super) fn bearer(self, token: &Secret) -> Result<Self, Failure> {
        self.secret(reqwest::header::AUTHORIZATION, &format!("Bearer {}", token.reveal()))
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {})", self.method, self.url.host_str().unwrap_or_default())
    }
}

/// What a provider has answered.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    retry_after: Option<Duration>,
    body: Vec<u8>,
}

impl Answer {
    /// Returns the body as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body as JSON, or `null`.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Returns why the provider has not taken the request, or nothing.
    pub(super) fn failure(&self, hidden: &Hidden) -> Option<Failure> {
        if self.status.is_success() {
            return None;
        }
        let excerpt: String = self.text().chars().take(4 * limits::EXCERPT).collect();
        let excerpt = crate::message::sentence(&hidden.mask(&excerpt), limits::EXCERPT);
        let status = self.status.as_u16();
        let what = if excerpt.is_empty() {
            format!("answered {status}")
        } else {
            format!("answered {status}: {excerpt}")
        };
        Some(if heals(self.status) {
            Failure::after(&what, self.retry_after.or_else(|| self.asked_in_body()))
        } else {
            Failure::never(&what)
        })
    }

    /// Returns the wait that Discord and Telegram ask for in JSON, in seconds.
    fn asked_in_body(&self) -> Option<Duration> {
        let body = self.json();
        let asked = body.get("retry_after").or_else(|| body.pointer("/parameters/retry_after"))?;
        Duration::try_from_secs_f64(asked.as_f64()?).ok()
    }
}

/// Whether the same request may be taken later: the provider fails, is busy, or asks to wait.
fn heals(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT
                | StatusCode::CONFLICT
                | StatusCode::LOCKED
                | StatusCode::TOO_EARLY
                | StatusCode::TOO_MANY_REQUESTS
        )
}

/// Reads `Retry-After`: seconds or a date (RFC 9110 section 10.2.3).
fn retry_after(text: &str, now: jiff::Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(secs) = text.parse::<u64>() {
        return Some(Duration::from_secs(secs));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO))
}

/// Follows a redirect that keeps method and body, to the same scheme, host and port; every other one is
/// the answer.
fn redirected(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let keeps =
        matches!(attempt.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    let from = attempt.previous().last().map(Url::origin);
    let same = from.is_some_and(|from| from == attempt.url().origin());
    if keeps && same && attempt.previous().len() <= limits::REDIRECTS {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

/// Says what went wrong on the way, without the URL, which may be a secret.
fn told(host: &str, error: &reqwest::Error) -> String {
    let stage = if error.is_connect() { "connect to" } else { "talk with" };
    let mut source = std::error::Error::source(error);
    let mut last = None;
    while let Some(cause) = source {
        last = Some(cause.to_string());
        source = cause.source();
    }
    let why = last.unwrap_or_else(|| "the connection failed".to_owned());
    format!("{stage} {host}: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: jiff::Timestamp = "1994-11-06T08:49:07Z".parse().unwrap();

        for (text, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(30)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(retry_after(text, now), expected.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn only_statuses_that_can_heal_are_tried_again() {
        for (status, expected) in [
            (400, false),
            (401, false),
            (403, false),
            (404, false),
            (408, true),
            (410, false),
            (413, false),
            (422, false),
            (425, true),
            (429, true),
            (302, false),
            (500, true),
            (503, true),
            (599, true),
        ] {
            assert_eq!(heals(StatusCode::from_u16(status).unwrap()), expected, "{status}");
        }
    }
}
