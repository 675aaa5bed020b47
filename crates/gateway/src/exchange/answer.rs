//! The gateway's own answers: to a failure that could not be kept from the client, and to what it
//! does not carry out. Every one goes through here.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use goodgate_evidence::{Blame, ProxyError, Stage};
use goodgate_resilience::Failure;

use super::client::Client;
use crate::http1::status::reason;
use crate::http1::{Class, Fields, Framing, Known, RequestHead, ResponseHead};
use crate::settings::{ErrorFormat, ProxyStatus};
use crate::site::{Route, Site};
use crate::story::{End, Story};

/// An answer that is not about an attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Own {
    status: u16,
    error: ProxyError,
    says: &'static str,
    retry_after: Option<u32>,
}

impl Own {
    /// No route serves the host and the path.
    pub(crate) const NO_ROUTE: Self =
        Self::of(404, ProxyError::DestinationNotFound, "There is nothing at this address.");

    /// The route is there and cannot be used.
    pub(crate) const ROUTE_DISABLED: Self = Self::of(
        503,
        ProxyError::ProxyConfigurationError,
        "This part of the site is not available: its configuration is at fault.",
    );

    /// No endpoint is usable, and none became so in time.
    pub(crate) const NO_ENDPOINT: Self = Self {
        retry_after: Some(5),
        ..Self::of(
            503,
            ProxyError::DestinationUnavailable,
            "The server behind this site is not available at the moment.",
        )
    };

    /// The gateway itself cannot carry the request out.
    pub(crate) const INTERNAL: Self = Self::of(
        500,
        ProxyError::ProxyInternalError,
        "The gateway could not carry the request out.",
    );

    /// The request's body is larger than the route allows.
    pub(crate) const TOO_LARGE: Self =
        Self::of(413, ProxyError::HttpRequestError, "The request is larger than this site allows.");

    /// The request's body took too long.
    pub(crate) const TOO_SLOW: Self =
        Self::of(408, ProxyError::HttpRequestError, "The request took too long to arrive.");

    const fn of(status: u16, error: ProxyError, says: &'static str) -> Self {
        Self { status, error, says, retry_after: None }
    }

    /// The upstream has as much as it may get.
    pub(crate) const fn shed(seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::of(
                503,
                ProxyError::ConnectionLimitReached,
                "The server behind this site is busy at the moment.",
            )
        }
    }

    /// The request is no request.
    pub(crate) const fn malformed(class: Class) -> Self {
        Self::of(class.status(), ProxyError::HttpRequestError, class.meaning())
    }
}

/// Answers a request that the gateway does not carry out.
pub(crate) async fn refuse(
    site: &Site,
    route: Option<&Route>,
    request: &RequestHead,
    client: &mut Client<'_>,
    story: &mut Story,
    own: Own,
) {
    story.end = End::Refused(own.error);
    let page = Page {
        status: own.status,
        error: own.error,
        says: own.says,
        retry_after: own.retry_after,
        next_hop: None,
        details: String::new(),
    };
    send(site, route, request, client, story, &page).await;
}

/// Answers a request whose attempts failed.
pub(crate) async fn failed(
    site: &Site,
    route: &Route,
    request: &RequestHead,
    client: &mut Client<'_>,
    story: &mut Story,
    failure: Failure,
) {
    story.end = End::Failed(failure);
    let status = failure.error.recommended_status().unwrap_or(502);
    let (mut next_hop, mut details) = (None, String::new());
    if route.settings.proxy_status == ProxyStatus::Details {
        let endpoint = story.attempts.last().and_then(|attempt| attempt.endpoint.clone());
        let stage = failure.stage.slug();
        write!(details, "{} at {stage} of {}", failure.cause, endpoint.as_deref().unwrap_or("?"))
            .ok();
        next_hop = endpoint;
    }
    let page = Page {
        status,
        error: failure.error,
        says: plain_words(failure),
        retry_after: (status == 503).then_some(5),
        next_hop,
        details,
    };
    send(site, Some(route), request, client, story, &page).await;
}

struct Page<'a> {
    status: u16,
    error: ProxyError,
    says: &'a str,
    retry_after: Option<u32>,
    /// The endpoint that failed, where it is shown (RFC 9209 section 2.1.2).
    next_hop: Option<Arc<str>>,
    details: String,
}

/// What a visitor is told of a failure: nothing of addresses, and whose side it is on.
fn plain_words(failure: Failure) -> &'static str {
    match (failure.stage, failure.blame) {
        (_, Blame::Gateway) => "The gateway in front of this site is not set up right.",
        (Stage::Resolve | Stage::Connect | Stage::Tls, _) => {
            "The server behind this site cannot be reached."
        }
        (_, _) if failure.error.recommended_status() == Some(504) => {
            "The server behind this site took too long to answer."
        }
        _ => "The server behind this site broke off its answer.",
    }
}

async fn send(
    site: &Site,
    route: Option<&Route>,
    request: &RequestHead,
    client: &mut Client<'_>,
    story: &mut Story,
    page: &Page<'_>,
) {
    story.status = page.status;
    // A client that has not sent all of its body would take what follows for an answer.
    if !client.source.has_ended() {
        client.reply.close_after();
    }
    let (content_type, body) = body(route, request, story, page);
    let mut fields = Fields::new();
    let headers = &site.settings.headers;
    // Every value is made here and valid.
    fields.push(Known::ContentType, content_type).ok();
    fields.push(Known::CacheControl, b"no-store").ok();
    fields.push_by_name(headers.request_id.as_str().as_bytes(), story.id.as_bytes()).ok();
    if let Some(seconds) = page.retry_after {
        fields.push(Known::RetryAfter, seconds.to_string().as_bytes()).ok();
    }
    let shown = route.map_or(ProxyStatus::Error, |route| route.settings.proxy_status);
    if shown != ProxyStatus::Off {
        fields.push(Known::ProxyStatus, member(&headers.via, page).as_bytes()).ok();
    }
    let is_head = request.method() == crate::http1::Method::Head;
    let length = body.len() as u64;
    let framing = if is_head { Framing::Announced(length) } else { Framing::Length(length) };
    let Ok(head) = ResponseHead::from_parts(page.status, fields, framing) else { return };
    if client.reply.head(&head).is_err() {
        return;
    }
    if !is_head {
        client.reply.data(body.into());
    }
    client.reply.end(None);
    // Whoever is gone gets no answer.
    client.flush().await.ok();
}

/// The member of `Proxy-Status` (RFC 9209 section 2).
fn member(via: &str, page: &Page<'_>) -> String {
    let mut member = format!("{}; error={}", token(via), page.error.slug());
    if let Some(hop) = &page.next_hop {
        write!(member, "; next-hop=\"{}\"", hop.replace(['"', '\\'], "'")).ok();
    }
    if !page.details.is_empty() {
        write!(member, "; details=\"{}\"", page.details.replace(['"', '\\'], "'")).ok();
    }
    member
}

/// Adds to a response of the upstream that its status is the upstream's own.
pub(crate) fn add_received(fields: &mut Fields, via: &str, status: u16) {
    let member = format!("{}; received-status={status}", token(via));
    fields.push(Known::ProxyStatus, member.as_bytes()).ok();
}

/// Adds the gateway to `Via` (RFC 9110 section 7.6.3).
pub(crate) fn add_via(fields: &mut Fields, via: &str) {
    let mut own = Vec::with_capacity(4 + via.len());
    own.extend_from_slice(b"1.1 ");
    own.extend_from_slice(via.as_bytes());
    fields.push(Known::Via, &own).ok();
}

/// A name as an sf-token, or as an sf-string where it is none (RFC 8941 section 3.3).
fn token(name: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:/*".contains(&byte);
    let begins = name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic());
    if begins && name.bytes().all(plain) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("\"{}\"", name.replace(['"', '\\'], "'")))
}

fn body(
    route: Option<&Route>,
    request: &RequestHead,
    story: &Story,
    page: &Page<'_>,
) -> (&'static [u8], Vec<u8>) {
    let errors = route.map(|route| &route.settings.errors);
    let format = errors.map_or(ErrorFormat::Auto, |errors| errors.format);
    let wants_json = match format {
        ErrorFormat::Json => true,
        ErrorFormat::Html => false,
        ErrorFormat::Auto => prefers_json(request),
    };
    if wants_json {
        return (b"application/problem+json", problem(story, page).into_bytes());
    }
    let own = route.and_then(|route| route.pages.get(&page.status));
    let own = own.map(|page| page.replace("{id}", &story.id));
    let text = own.unwrap_or_else(|| html(story, page));
    (b"text/html; charset=utf-8", text.into_bytes())
}

/// Tells whether a client would rather have JSON than HTML (RFC 9110 section 12.5.1).
fn prefers_json(request: &RequestHead) -> bool {
    let Some(accept) = request.fields().get(Known::Accept) else { return false };
    let text = String::from_utf8_lossy(accept);
    let has = |word: &str| text.contains(word);
    (has("application/json") || has("application/problem+json")) && !has("text/html")
}

/// A problem as RFC 9457 has it.
fn problem(story: &Story, page: &Page<'_>) -> String {
    let problem = serde_json::json!({
        "type": "about:blank",
        "title": reason(page.status),
        "status": page.status,
        "detail": page.says,
        "error": page.error.slug(),
        "id": &*story.id,
    });
    problem.to_string()
}

fn html(story: &Story, page: &Page<'_>) -> String {
    let title = reason(page.status);
    let status = page.status;
    let advice = match status {
        404 | 400 | 408 | 413 | 414 | 431 => "Check the address, or go back and try again.",
        503 => "Please try again in a moment. It is not your connection.",
        _ => "Please try again in a few minutes. It is not your connection.",
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{status} {title}</title>\
         <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;\
         padding:0 1em;color:#222;background:#fff}}h1{{font-size:1.4em}}small{{color:#555}}\
         code{{background:#eee;padding:.1em .3em}}@media(prefers-color-scheme:dark){{body{{\
         color:#ddd;background:#111}}small{{color:#aaa}}code{{background:#333}}}}</style></head>\
         <body><h1>{status} {title}</h1><p>{says}</p><p>{advice}</p>\
         <p><small>If you report this, quote <code>{id}</code>.</small></p></body></html>\n",
        says = page.says,
        id = story.id,
    )
}
