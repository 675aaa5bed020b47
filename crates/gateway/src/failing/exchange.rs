//! Requests that were not taken and responses that were not whole.

use std::io;

use goodgate_evidence::{Blame, ProxyError, Stage};
use goodgate_resilience::{Failure, Progress};

use super::{failure, is_reset};
use crate::http1::Class;

/// How a connection ended before an answer was complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// By FIN.
    Closed,
    /// By RST, or with another error of the socket.
    Reset,
}

impl Ended {
    /// Tells an end from an error of the socket.
    pub(crate) fn by(error: Option<&io::Error>) -> Self {
        if error.is_some() { Self::Reset } else { Self::Closed }
    }
}

/// Sending the request failed. `progress` says whether anything of it was taken, `was_idle` whether
/// the connection had carried a request before.
pub(crate) fn send_failed(error: &io::Error, progress: Progress, was_idle: bool) -> Failure {
    let cause = match (was_idle, is_reset(error)) {
        (true, true) => "stale_keepalive",
        (false, true) => "reset_before_response",
        (_, false) => "closed_before_response",
    };
    failure(ProxyError::ConnectionTerminated, cause, Stage::Request, Blame::Origin, progress)
}

/// The upstream took no more of the request for too long.
pub(crate) fn send_timed_out(progress: Progress) -> Failure {
    failure(
        ProxyError::ConnectionWriteTimeout,
        "response_timeout",
        Stage::Request,
        Blame::Origin,
        progress,
    )
}

/// The connection ended before the head was complete. `began` tells whether any byte of it had come.
pub(crate) fn head_ended(ended: Ended, began: bool, was_idle: bool) -> Failure {
    let (error, cause, progress) = match (began, was_idle, ended) {
        (true, _, _) => (
            ProxyError::HttpResponseIncomplete,
            "response_header_truncated",
            Progress::ResponseStarted,
        ),
        (false, true, _) => {
            (ProxyError::ConnectionTerminated, "stale_keepalive", Progress::RequestSent)
        }
        (false, false, Ended::Closed) => {
            (ProxyError::ConnectionTerminated, "closed_before_response", Progress::RequestSent)
        }
        (false, false, Ended::Reset) => {
            (ProxyError::ConnectionTerminated, "reset_before_response", Progress::RequestSent)
        }
    };
    failure(error, cause, Stage::ResponseHead, Blame::Origin, progress)
}

/// No complete head came in time.
pub(crate) fn head_timed_out(began: bool) -> Failure {
    let progress = if began { Progress::ResponseStarted } else { Progress::RequestSent };
    failure(
        ProxyError::HttpResponseTimeout,
        "response_timeout",
        Stage::ResponseHead,
        Blame::Origin,
        progress,
    )
}

/// The head is no head.
pub(crate) fn head_malformed(class: Class) -> Failure {
    failure(
        class.proxy_error(),
        mechanism(class),
        Stage::ResponseHead,
        Blame::Origin,
        Progress::ResponseStarted,
    )
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
    failure(
        ProxyError::HttpProtocolError,
        "invalid_response_head",
        Stage::ResponseHead,
        Blame::Origin,
        Progress::ResponseStarted,
    )
}

/// `101` came and nobody had asked to switch, or to something else.
pub(crate) fn switched_unasked() -> Failure {
    failure(
        ProxyError::HttpUpgradeFailed,
        "upgrade_failed",
        Stage::ResponseHead,
        Blame::Origin,
        Progress::ResponseStarted,
    )
}

/// The connection ended within the body.
pub(crate) fn body_ended() -> Failure {
    failure(
        ProxyError::HttpResponseIncomplete,
        "body_truncated",
        Stage::ResponseBody,
        Blame::Origin,
        Progress::ResponseStarted,
    )
}

/// Nothing more of the body came for too long.
pub(crate) fn body_stalled() -> Failure {
    failure(
        ProxyError::ConnectionReadTimeout,
        "body_stalled",
        Stage::ResponseBody,
        Blame::Origin,
        Progress::ResponseStarted,
    )
}

/// The chunked coding is broken.
pub(crate) fn chunks_invalid() -> Failure {
    failure(
        ProxyError::HttpResponseTransferCoding,
        "invalid_chunking",
        Stage::ResponseBody,
        Blame::Origin,
        Progress::ResponseStarted,
    )
}

/// An HTTP/2 stream or connection failed. `progress` tells how far it had come.
pub(crate) fn http2(error: &h2::Error, stage: Stage, progress: Progress) -> Failure {
    let refused =
        error.is_remote() && error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
    if refused {
        return failure(
            ProxyError::HttpProtocolError,
            "http2_stream_failure",
            stage,
            Blame::Origin,
            Progress::Refused,
        );
    }
    let kind = if error.is_io() {
        ProxyError::ConnectionTerminated
    } else {
        ProxyError::HttpProtocolError
    };
    let cause = if error.is_io() { "closed_before_response" } else { "http2_stream_failure" };
    failure(kind, cause, stage, Blame::Origin, progress)
}
