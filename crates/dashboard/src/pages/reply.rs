//! How a page goes out: with what it may do, and never into a cache.

use std::io::Write as _;

use askama::Template;
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, Response, StatusCode};
use flate2::Compression;
use flate2::write::GzEncoder;

/// What a page may do: show pictures and styles of this host, run its one script, ask this host, and send
/// forms to it. Nothing within the page is code or style.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Pages from this size on are sent as gzip.
const WORTH: usize = 4 << 10;

/// Answers with a page.
pub(crate) fn page(
    status: StatusCode,
    headers: &HeaderMap,
    page: &impl Template,
) -> Response<Body> {
    let Ok(html) = page.render() else {
        // Writing into a string does not fail.
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "The page could not be written.\n");
    };
    let takes = |coding: &str| {
        headers.get_all("accept-encoding").iter().filter_map(|it| it.to_str().ok()).any(|line| {
            line.split(',').any(|it| {
                let (name, weight) = it.split_once(';').unwrap_or((it, ""));
                name.trim().eq_ignore_ascii_case(coding)
                    && !matches!(weight.trim(), "q=0" | "q=0.0")
            })
        })
    };
    let zipped = (html.len() >= WORTH && takes("gzip")).then(|| zip(html.as_bytes())).flatten();
    let mut response = match zipped {
        Some(bytes) => {
            let mut response = Response::new(Body::from(bytes));
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response
        }
        None => Response::new(Body::from(html)),
    };
    *response.status_mut() = status;
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, html);
    guarded(&mut response);
    response
}

/// Leads to another page, with `GET`.
pub(crate) fn see(path: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let to = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, to);
    guarded(&mut response);
    response
}

/// Answers with a line of text.
pub(crate) fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    guarded(&mut response);
    response
}

/// Adds what every answer has.
pub(crate) fn guarded(response: &mut Response<Body>) {
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
        // `no-referrer` would make browsers say `Origin: null` of our own forms.
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (VARY, "Accept-Encoding, Cookie"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

fn zip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 6), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}
