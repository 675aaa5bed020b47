//! How the end of a body is found (RFC 9112 section 6.3).

use super::fields::Fields;
use super::known::Known;
use super::malformed::Class;
use super::method::{Method, Version};
use super::octets;

/// How the end of a body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is no body, and nothing is said of one.
    None,
    /// There is no body, and the head says how long it would be: an answer to HEAD, or a 304.
    Announced(u64),
    /// As many bytes as `Content-Length` says.
    Length(u64),
    /// Chunks (RFC 9112 section 7.1).
    Chunked,
    /// Until the connection closes; responses only.
    UntilClose,
}

impl Framing {
    /// Tells whether not one byte of a body follows the head.
    pub const fn is_empty(self) -> bool {
        matches!(self, Self::None | Self::Announced(_) | Self::Length(0))
    }
}

/// Decides how the body of a request ends. Whatever two readers could read differently is refused.
pub(super) fn of_request(version: Version, fields: &Fields) -> Result<Framing, Class> {
    match (fields.has(Known::TransferEncoding), fields.has(Known::ContentLength)) {
        (false, false) => Ok(Framing::None),
        (false, true) => length_of_request(fields).map(Framing::Length),
        (true, _) if version == Version::Http10 => Err(Class::CodingInHttp10),
        (true, true) => Err(Class::LengthAndCoding),
        (true, false) => coding(fields).map(|()| Framing::Chunked),
    }
}

/// Decides how the body of a response with `status` to a request with method `asked` ends.
pub(super) fn of_response(
    version: Version,
    status: u16,
    asked: Method,
    fields: &Fields,
) -> Result<Framing, Class> {
    let is_bodiless = status < 200 || status == 204;
    if is_bodiless {
        return Ok(Framing::None);
    }
    let is_head = asked == Method::Head || status == 304;
    match (fields.has(Known::TransferEncoding), fields.has(Known::ContentLength)) {
        (false, false) if is_head => Ok(Framing::None),
        (false, false) => Ok(Framing::UntilClose),
        (false, true) if is_head => length_of_response(fields).map(Framing::Announced),
        (false, true) => length_of_response(fields).map(Framing::Length),
        (true, _) if version == Version::Http10 => Err(Class::CodingInHttp10),
        (true, true) => Err(Class::LengthAndCoding),
        (true, false) if is_head => coding(fields).map(|()| Framing::None),
        (true, false) => coding(fields).map(|()| Framing::Chunked),
    }
}

/// One number, and no list of them.
pub(crate) fn length_of_request(fields: &Fields) -> Result<u64, Class> {
    let mut values = fields.all(Known::ContentLength);
    if let (Some(length), None) = (values.next().and_then(octets::decimal), values.next()) {
        return Ok(length);
    }
    match length_of_response(fields) {
        Ok(_) => Err(Class::DuplicateLength),
        Err(class) => Err(class),
    }
}

/// One number, which may be repeated (RFC 9110 section 8.6).
pub(crate) fn length_of_response(fields: &Fields) -> Result<u64, Class> {
    let members = || fields.all(Known::ContentLength).flat_map(|it| it.split(|byte| *byte == b','));
    let mut lengths = members().map(|member| octets::decimal(octets::trim(member)));
    let Some(Some(first)) = lengths.next() else { return Err(Class::InvalidLength) };
    for length in lengths {
        match length {
            None => return Err(Class::InvalidLength),
            Some(length) if length != first => return Err(Class::ConflictingLength),
            Some(_) => {}
        }
    }
    Ok(first)
}

/// Takes `chunked`, once, and no other coding.
fn coding(fields: &Fields) -> Result<(), Class> {
    let is_chunked = |member: &[u8]| member.eq_ignore_ascii_case(b"chunked");
    let members =
        || fields.all(Known::TransferEncoding).flat_map(|it| it.split(|byte| *byte == b','));
    let mut last: &[u8] = &[];
    let (mut count, mut chunked) = (0_usize, 0_usize);
    for member in members().map(octets::trim) {
        count += 1;
        chunked += usize::from(is_chunked(member));
        last = member;
    }
    match (count, chunked) {
        (1, 1) => Ok(()),
        (_, 2..) => Err(Class::ChunkedTwice),
        _ if !is_chunked(last) => Err(Class::ChunkedNotLast),
        _ => Err(Class::UnknownCoding),
    }
}
