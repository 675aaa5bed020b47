//! Between our heads and those of the crate h2 (RFC 9113 section 8).

use std::borrow::Cow;

use goodgate_resilience::Failure;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode, Uri, Version};

use crate::failing;
use crate::http1::connection::HOP_BY_HOP;
use crate::http1::framing::length_of_response;
use crate::http1::{
    Class, Fields, Framing, Known, KnownSet, Method as Asked, RequestHead, ResponseHead,
};

/// Fields that belong to one connection and have no place in HTTP/2 (RFC 9113 section 8.2.2), and
/// the length, which is written from the framing.
const LEFT_OUT: KnownSet = HOP_BY_HOP.with(Known::ContentLength);

/// The end of a body that waits to be sent.
#[derive(Debug, Default)]
pub(crate) enum End {
    /// More of the body is to come.
    #[default]
    Later,
    /// It ends.
    Now,
    /// It ends with these fields.
    Trailers(Fields),
}

impl End {
    /// The end of a body, with its trailers.
    pub(crate) fn of(trailers: Option<&Fields>) -> Self {
        trailers.cloned().map_or(Self::Now, Self::Trailers)
    }
}

/// Returns the fields of a header map. What the crate h2 let through is a valid name and value.
pub(crate) fn fields_of(map: &HeaderMap) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in map {
        // A value may begin or end with white space there; ours may not.
        let value = value.as_bytes().trim_ascii();
        fields.push_by_name(name.as_str().as_bytes(), value).ok();
    }
    fields
}

/// Returns the header map of fields, without those of one connection.
pub(crate) fn map_of(fields: &Fields) -> HeaderMap {
    let mut map = HeaderMap::with_capacity(fields.len());
    for (known, name, value) in fields.iter_known() {
        if known.is_some_and(|known| LEFT_OUT.contains(known)) {
            continue;
        }
        let name = HeaderName::from_bytes(name);
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            map.append(name, value);
        }
    }
    map
}

/// Returns the head of an answer.
pub(crate) fn response_of(head: &ResponseHead) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::from_u16(head.status()).unwrap_or(StatusCode::BAD_GATEWAY);
    *response.headers_mut() = map_of(head.fields());
    if let Framing::Length(bytes) | Framing::Announced(bytes) = head.framing() {
        response.headers_mut().insert(http::header::CONTENT_LENGTH, HeaderValue::from(bytes));
    }
    response
}

/// Returns the head of a request for an endpoint; none if it has no place in HTTP/2.
pub(crate) fn request_of(
    head: &RequestHead,
    target: &[u8],
    is_secure: bool,
) -> Option<Request<()>> {
    let scheme = if is_secure { "https" } else { "http" };
    let uri = Uri::builder()
        .scheme(scheme)
        .authority(head.host().unwrap_or_default())
        .path_and_query(&*encoded(target))
        .build()
        .ok()?;
    let mut request = Request::new(());
    *request.method_mut() = Method::from_bytes(head.method_name()).ok()?;
    *request.uri_mut() = uri;
    *request.version_mut() = Version::HTTP_2;
    let mut map = map_of(head.fields());
    map.remove(http::header::HOST);
    // The one thing that TE may say in HTTP/2 (RFC 9113 section 8.2.2); gRPC asks for it.
    if head.connection().takes_trailers {
        map.insert(http::header::TE, HeaderValue::from_static("trailers"));
    }
    if let Framing::Length(bytes) = head.framing() {
        map.insert(http::header::CONTENT_LENGTH, HeaderValue::from(bytes));
    }
    *request.headers_mut() = map;
    Some(request)
}

/// Encodes the bytes that no URI may hold (RFC 3986 section 2), that clients send all the same, and
/// that the crate http does not take.
fn encoded(target: &[u8]) -> Cow<'_, [u8]> {
    if !target.iter().any(|byte| matches!(byte, b'"' | b'<' | b'>' | b'`')) {
        return Cow::Borrowed(target);
    }
    let mut encoded = Vec::with_capacity(target.len() + 8);
    for byte in target {
        match byte {
            b'"' => encoded.extend_from_slice(b"%22"),
            b'<' => encoded.extend_from_slice(b"%3C"),
            b'>' => encoded.extend_from_slice(b"%3E"),
            b'`' => encoded.extend_from_slice(b"%60"),
            other => encoded.push(*other),
        }
    }
    Cow::Owned(encoded)
}

/// Returns the head of an endpoint's answer to a request with method `asked`. `ends` tells whether
/// no body follows.
pub(crate) fn head_of(
    response: &Response<()>,
    asked: Asked,
    ends: bool,
) -> Result<ResponseHead, Failure> {
    let fields = fields_of(response.headers());
    let has_length = fields.has(Known::ContentLength);
    let length = has_length.then(|| length_of_response(&fields).map_err(malformed)).transpose()?;
    let status = response.status().as_u16();
    // Without a body by definition (RFC 9110 section 6.4.1); others are empty, and have to say so.
    let has_none = asked == Asked::Head || status < 200 || matches!(status, 204 | 304);
    let framing = match (ends, length) {
        (true, Some(bytes)) if has_none => Framing::Announced(bytes),
        (true, None) if has_none => Framing::None,
        (true, Some(1..)) => return Err(failing::body_ended(None)),
        (true, _) => Framing::Length(0),
        (false, Some(bytes)) => Framing::Length(bytes),
        (false, None) => Framing::Chunked,
    };
    let head = ResponseHead::from_parts(status, fields, framing);
    head.map_err(|fault| malformed(fault.class))
}

fn malformed(class: Class) -> Failure {
    failing::head_malformed(class, &[])
}
