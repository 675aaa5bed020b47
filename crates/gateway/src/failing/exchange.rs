//! Requests that were not taken and responses that were not whole.

use std::io;

use goodgate_evidence::{Blame, ProxyError, Stage};
use goodgate_resilience::{Failure, Progress, Said};
use h2::Reason;

use super::{failure, is_reset, of_socket, said, tls};
use crate::http1::Class;

/// How a connection ended: by FIN, or with an error of the socket.
fn ended(error: Option<&io::Error>) -> Said {
    error.map_or(Said::Fin, of_socket)
}

/// What is known of a connection on which a request met its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Used {
    /// It was opened for this request, or the upstream had it for long enough to work on it.
    Now,
    /// It had been kept, and ended so soon that both crossed on the way (RFC 9112 section 9.5).
    Stale,
}

/// Sending the request failed. `progress` says whether anything of it was taken.
pub(crate) fn send_failed(error: &io::Error, progress: Progress, used: Used) -> Failure {
    broken_off(Some(error), used, Stage::Request, progress)
}

/// The connection ended without a byte of an answer: by FIN without an error.
fn broken_off(by: Option<&io::Error>, used: Used, stage: Stage, progress: Progress) -> Failure {
    if let Some(refused) = by.and_then(|error| tls::late(error, progress)) {
        return refused;
    }
    let (cause, blame) = match used {
        Used::Stale => ("stale_keepalive", Blame::Gateway),
        Used::Now if by.is_some_and(is_reset) => ("reset_before_response", Blame::Origin),
        Used::Now => ("closed_before_response", Blame::Origin),
    };
    said(failure(ProxyError::ConnectionTerminated, cause, stage, blame, progress), ended(by))
}

/// The upstream took no more of the request for too long.
pub(crate) fn send_timed_out(progress: Progress) -> Failure {
    let failed = failure(
        ProxyError::ConnectionWriteTimeout,
        "response_timeout",
        Stage::Request,
        Blame::Origin,
        progress,
    );
    said(failed, Said::Late("timeouts.request"))
}

/// The connection ended before the head was complete. `began` tells whether any byte of it had come.
/// Without an error it was ended by FIN.
pub(crate) fn head_ended(by: Option<&io::Error>, began: bool, used: Used) -> Failure {
    if !began {
        return broken_off(by, used, Stage::ResponseHead, Progress::RequestSent);
    }
    let failed = failure(
        ProxyError::HttpResponseIncomplete,
        "response_header_truncated",
        Stage::ResponseHead,
        Blame::Origin,
        Progress::ResponseStarted,
    );
    said(failed, ended(by))
}

/// No complete head came in time.
pub(crate) fn head_timed_out(began: bool) -> Failure {
    let progress = if began { Progress::ResponseStarted } else { Progress::RequestSent };
    let failed = failure(
        ProxyError::HttpResponseTimeout,
        "response_timeout",
        Stage::ResponseHead,
        Blame::Origin,
        progress,
    );
    said(failed, Said::Late("timeouts.response_head"))
}

/// The head is no head. `bytes` are those at its beginning, as far as they are there.
pub(crate) fn head_malformed(class: Class, bytes: &[u8]) -> Failure {
    let cause = match class {
        Class::NotHttp if is_proxy_header(bytes) => "proxy_protocol_mismatch",
        class => mechanism(class),
    };
    let failed = failure(
        class.proxy_error(),
        cause,
        Stage::ResponseHead,
        whose(cause),
        Progress::ResponseStarted,
    );
    said(failed, Said::Wrong(class.slug()))
}

/// Tells whether bytes begin like a header of the PROXY protocol, version 1 or 2.
fn is_proxy_header(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PROXY ") || bytes.starts_with(b"\r\n\r\n\0\r\nQUIT\n")
}

/// Whose part of the chain has to change where the bytes of the other side are not the right ones:
/// another protocol or a longer head is a matter of how the gateway is set up.
fn whose(cause: &str) -> Blame {
    match cause {
        "invalid_response_head" | "invalid_framing" => Blame::Origin,
        _ => Blame::Gateway,
    }
}

/// Returns the mechanism that stands for what is wrong with a head.
fn mechanism(class: Class) -> &'static str {
    match class {
        Class::LongHead | Class::ManyFields | Class::LongField => "response_header_too_large",
        Class::TlsHello => "plaintext_to_tls_port",
        Class::NotHttp | Class::InvalidVersion => "not_http",
        Class::UnsupportedVersion => "http_version_mismatch",
        Class::InvalidLength
        | Class::DuplicateLength
        | Class::ConflictingLength
        | Class::LengthAndCoding
        | Class::CodingInHttp10
        | Class::ChunkedTwice
        | Class::ChunkedNotLast
        | Class::UnknownCoding
        | Class::FramingLookalike => "invalid_framing",
        _ => "invalid_response_head",
    }
}

/// The gateway itself could not carry the request out.
pub(crate) fn internal() -> Failure {
    failure(
        ProxyError::ProxyInternalError,
        "gateway_config_invalid",
        Stage::Gateway,
        Blame::Gateway,
        Progress::NothingSent,
    )
}

/// Interim responses came one after the other.
pub(crate) fn too_many_interim() -> Failure {
    let failed = failure(
        ProxyError::HttpProtocolError,
        "invalid_response_head",
        Stage::ResponseHead,
        Blame::Origin,
        Progress::ResponseStarted,
    );
    said(failed, Said::Wrong("interim_responses"))
}

/// `101` came and nobody had asked to switch, or to something else.
pub(crate) fn switched_unasked() -> Failure {
    let failed = failure(
        ProxyError::HttpUpgradeFailed,
        "upgrade_failed",
        Stage::ResponseHead,
        Blame::Origin,
        Progress::ResponseStarted,
    );
    said(failed, Said::Wrong("switching_protocols"))
}

/// The connection ended within the body; without an error by FIN.
pub(crate) fn body_ended(by: Option<&io::Error>) -> Failure {
    let failed = failure(
        ProxyError::HttpResponseIncomplete,
        "body_truncated",
        Stage::ResponseBody,
        Blame::Origin,
        Progress::ResponseStarted,
    );
    said(failed, ended(by))
}

/// Nothing more of the body came for too long.
pub(crate) fn body_stalled() -> Failure {
    let failed = failure(
        ProxyError::ConnectionReadTimeout,
        "body_stalled",
        Stage::ResponseBody,
        Blame::Origin,
        Progress::ResponseStarted,
    );
    said(failed, Said::Late("timeouts.between_bytes"))
}

/// The chunked coding is broken.
pub(crate) fn chunks_invalid() -> Failure {
    let failed = failure(
        ProxyError::HttpResponseTransferCoding,
        "invalid_chunking",
        Stage::ResponseBody,
        Blame::Origin,
        Progress::ResponseStarted,
    );
    said(failed, Said::Wrong("chunked"))
}

/// An HTTP/2 stream or connection failed. `progress` tells how far it had come, `first` what the
/// first bytes of the connection were.
pub(crate) fn http2(error: &h2::Error, first: First, stage: Stage, progress: Progress) -> Failure {
    if let Some(cause) = first.mismatch() {
        let failed = failure(ProxyError::HttpProtocolError, cause, stage, whose(cause), progress);
        return said(failed, Said::Wrong(first.slug()));
    }
    if let First::Alert(alert) = first {
        return tls::of_late_alert(alert, progress);
    }
    if first == First::Reset && progress != Progress::ResponseStarted {
        let reset = io::ErrorKind::ConnectionReset.into();
        return broken_off(Some(&reset), Used::Now, stage, progress);
    }
    match error.get_io() {
        Some(io) if progress == Progress::ResponseStarted => return body_ended(Some(io)),
        Some(io) => return broken_off(Some(io), Used::Now, stage, progress),
        None => {}
    }
    let reason = error.reason();
    // RFC 9113 section 8.7: neither was looked at. The crate h2 tells a stream of a GOAWAY only if
    // that named an earlier one as the last.
    let was_refused = error.is_remote()
        && (error.is_go_away() || error.is_reset() && reason == Some(Reason::REFUSED_STREAM));
    let progress = match progress {
        Progress::RequestSent if was_refused => Progress::Refused,
        progress => progress,
    };
    let cause = match reason {
        Some(Reason::HTTP_1_1_REQUIRED) if error.is_remote() => "http_version_mismatch",
        _ => "http2_stream_failure",
    };
    let blame = if cause == "http_version_mismatch" { Blame::Gateway } else { Blame::Origin };
    let proof = reason.map_or(Said::Nothing, |reason| Said::Http2 {
        code: u32::from(reason),
        from_upstream: error.is_remote(),
        is_goaway: error.is_go_away(),
    });
    said(failure(ProxyError::HttpProtocolError, cause, stage, blame, progress), proof)
}

/// What the first bytes are that came on a connection for HTTP/2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum First {
    /// None came.
    #[default]
    Nothing,
    /// Those of HTTP/2.
    Http2,
    /// Those of HTTP/1.
    Http1,
    /// A TLS alert or handshake in the clear.
    Tls,
    /// Others.
    Other,
    /// The TLS connection was ended by an alert after its handshake.
    Alert(u8),
    /// The connection was reset.
    Reset,
}

impl First {
    /// Names the first bytes; none while there are too few.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x15 | 0x16, 3, ..] => Some(Self::Tls),
            // The server's connection preface is a SETTINGS frame (RFC 9113 section 3.4).
            [0, _, _, 4, ..] => Some(Self::Http2),
            [b'H', b'T', b'T', b'P', ..] => Some(Self::Http1),
            [_, _, _, _, ..] => Some(Self::Other),
            _ => None,
        }
    }

    fn mismatch(self) -> Option<&'static str> {
        match self {
            Self::Http1 => Some("http_version_mismatch"),
            Self::Tls => Some("plaintext_to_tls_port"),
            Self::Other => Some("not_http"),
            Self::Nothing | Self::Http2 | Self::Alert(_) | Self::Reset => None,
        }
    }

    const fn slug(self) -> &'static str {
        match self {
            Self::Http1 => "http1_bytes",
            Self::Tls => "tls_hello",
            _ => "not_http",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    #[test]
    fn an_end_without_an_answer_is_named_by_how_and_when_it_came() {
        let reset = io::Error::from(ErrorKind::ConnectionReset);
        let pipe = io::Error::from(ErrorKind::BrokenPipe);
        let cut = io::Error::from(ErrorKind::UnexpectedEof);
        let cause = |by, used| head_ended(by, false, used).cause;

        assert_eq!(cause(None, Used::Now), "closed_before_response");
        assert_eq!(cause(Some(&pipe), Used::Now), "closed_before_response");
        assert_eq!(cause(Some(&cut), Used::Now), "closed_before_response");
        assert_eq!(cause(Some(&reset), Used::Now), "reset_before_response");
        assert_eq!(cause(None, Used::Stale), "stale_keepalive");
        assert_eq!(cause(Some(&reset), Used::Stale), "stale_keepalive");
        assert_eq!(head_ended(None, true, Used::Stale).cause, "response_header_truncated");
    }

    #[test]
    fn an_alert_after_the_handshake_is_one_of_tls() {
        let alert = rustls::AlertDescription::CertificateRequired;
        let error = io::Error::other(rustls::Error::AlertReceived(alert));

        let failed = head_ended(Some(&error), false, Used::Now);

        assert_eq!((failed.cause, failed.stage), ("tls_client_cert_required", Stage::Tls));
        assert_eq!(failed.progress, Progress::RequestSent);
    }

    #[test]
    fn other_protocols_are_told_by_their_first_bytes() {
        let causes = [
            (Class::NotHttp, b"PROXY TCP4 ".as_slice(), "proxy_protocol_mismatch"),
            (Class::NotHttp, b"SSH-2.0-x", "not_http"),
            (Class::TlsHello, b"\x15\x03", "plaintext_to_tls_port"),
            (Class::UnsupportedVersion, b"\0\0\x12\x04", "http_version_mismatch"),
            (Class::ObsFold, b"HTTP/1.1", "invalid_response_head"),
        ];

        for (class, bytes, cause) in causes {
            assert_eq!(head_malformed(class, bytes).cause, cause);
        }
        assert_eq!(First::of(b"\0\0\x12\x04"), Some(First::Http2));
        assert_eq!(First::of(b"HTTP/1.1 400"), Some(First::Http1));
        assert_eq!(First::of(b"SS"), None);
    }

    #[test]
    fn a_stream_that_was_not_looked_at_may_go_again() {
        let refused = h2::Error::from(Reason::REFUSED_STREAM);

        // Made here and not by the peer: nothing is proven.
        let failed = http2(&refused, First::Http2, Stage::ResponseHead, Progress::RequestSent);

        assert_eq!(failed.progress, Progress::RequestSent);
        assert_eq!(failed.cause, "http2_stream_failure");
    }
}
