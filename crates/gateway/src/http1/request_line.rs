//! Request lines (RFC 9112 section 3).

use super::fields::Span;
use super::limits::METHOD_MAX;
use super::lines::{Line, control};
use super::malformed::{Class, Malformed};
use super::method::{Method, Version};
use super::octets;
use super::target::{self, Form};

/// The request line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub(super) method: Method,
    pub(super) method_name: Span,
    pub(super) target: Span,
    pub(super) form: Form,
    pub(super) version: Version,
}

/// Tells at the first byte what will never be a request; its line end might never come.
pub(super) fn check_first(bytes: &[u8], at: usize) -> Result<(), Malformed> {
    match bytes.get(at) {
        // The type of a TLS handshake record (RFC 8446 section 5.1).
        Some(0x16) => Err(Malformed::new(Class::TlsHello, at)),
        Some(b'\r' | b'\n') => Ok(()),
        Some(byte) if byte.is_ascii_control() || !byte.is_ascii() => {
            Err(Malformed::new(Class::NotHttp, at))
        }
        _ => Ok(()),
    }
}

/// Reads the request line at `line`.
pub(super) fn read(bytes: &[u8], line: Line) -> Result<Start, Malformed> {
    let text = bytes.get(line.start..line.end).unwrap_or_default();
    let method_len = octets::token_len(text);
    let (name, rest) = text.split_at_checked(method_len).unwrap_or_default();
    let [b' ', rest @ ..] = rest else {
        let class = method_fault(name, rest);
        return Err(Malformed::new(class, line.start + method_len));
    };
    if name.is_empty() {
        return Err(Malformed::new(Class::RequestLine, line.start));
    }
    if method_len > METHOD_MAX {
        return Err(Malformed::new(Class::LongMethod, line.start + METHOD_MAX));
    }
    let target_len = octets::target_len(rest);
    let target_start = line.end - rest.len();
    let (target, rest) = rest.split_at_checked(target_len).unwrap_or_default();
    let version = match rest {
        [b' ', b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'1'] => Version::Http11,
        [b' ', b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'0'] => Version::Http10,
        _ => {
            let class = after_target_fault(target, rest);
            return Err(Malformed::new(class, target_start + target_len));
        }
    };
    let method = Method::of(name);
    let form = target::form(method, target).map_err(|class| Malformed::new(class, target_start))?;
    Ok(Start {
        method,
        method_name: Span::new(line.start, method_len),
        target: Span::new(target_start, target_len),
        form,
        version,
    })
}

/// Says what is wrong where a method is not followed by a space.
#[cold]
fn method_fault(name: &[u8], rest: &[u8]) -> Class {
    match rest {
        [] | [b'\t', ..] => Class::RequestLine,
        [b'\r' | 0, ..] => control(rest, 0),
        _ if name.is_empty() && rest.starts_with(b" ") => Class::RequestLine,
        _ => Class::InvalidMethod,
    }
}

/// Says what is wrong where a target is not followed by a space and a version of ours.
#[cold]
fn after_target_fault(target: &[u8], rest: &[u8]) -> Class {
    match rest {
        [b'#', ..] => Class::TargetFragment,
        [b'\t', ..] => Class::RequestLine,
        [] | [b' ', ..] if target.is_empty() => Class::RequestLine,
        [] => Class::NoVersion,
        [b' ', version @ ..] => version_fault(version),
        [byte, ..] if !byte.is_ascii() => Class::InvalidTarget,
        _ => control(rest, 0),
    }
}

/// Says what is wrong with a version that is not one of ours.
pub(super) fn version_fault(version: &[u8]) -> Class {
    if let Some(at) = octets::control_at(version) {
        return control(version, at);
    }
    match version {
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            Class::UnsupportedVersion
        }
        _ if version.is_empty() || version.iter().any(|byte| matches!(byte, b' ' | b'\t')) => {
            Class::RequestLine
        }
        _ => Class::InvalidVersion,
    }
}
