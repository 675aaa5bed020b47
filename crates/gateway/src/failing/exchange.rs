//! Requests that were not taken and responses that were not whole.

use std::io;

use goodgate_evidence::{Blame, ProxyError, Stage};
use goodgate_resilience::{Failure, Progress, Said};

use super::{failure, is_reset, of_socket, said};
use crate::http1::Class;

/// How a connection ended: by FIN, or with an error of the socket.
fn ended(error: Option<&io::Error>) -> Said {
    error.map_or(Said::Fin, of_socket)
}

/// Sending the request failed. `progress` says whether anything of it was taken, `was_idle` whether
/// the connection had carried a request before.
pub(crate) fn send_failed(error: &io::Error, progress: Progress, was_idle: bool) -> Failure {
    let cause = match (was_idle, is_reset(error)) {
        (true, true) => "stale_keepalive",
        (false, true) => "reset_before_response",
        (_, false) => "closed_before_response",
    };
    let failed =
        failure(ProxyError::ConnectionTerminated, cause, Stage::Request, Blame::Origin, progress);
    said(failed, of_socket(error))
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
pub(crate) fn head_ended(by: Option<&io::Error>, began: bool, was_idle: bool) -> Failure {
    let (error, cause, progress) = match (began, was_idle, by) {
        (true, _, _) => (
            ProxyError::HttpResponseIncomplete,
            "response_header_truncated",
            Progress::ResponseStarted,
        ),
        (false, true, _) => {
            (ProxyError::ConnectionTerminated, "stale_keepalive", Progress::RequestSent)
        }
        (false, false, None) => {
            (ProxyError::ConnectionTerminated, "closed_before_response", Progress::RequestSent)
        }
        (false, false, Some(_)) => {
            (ProxyError::ConnectionTerminated, "reset_before_response", Progress::RequestSent)
        }
    };
    said(failure(error, cause, Stage::ResponseHead, Blame::Origin, progress), ended(by))
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

/// The head is no head.
pub(crate) fn head_malformed(class: Class) -> Failure {
    let failed = failure(
        class.proxy_error(),
        mechanism(class),
        Stage::ResponseHead,
        Blame::Origin,
        Progress::ResponseStarted,
    );
    said(failed, Said::Wrong(class.slug()))
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

/// An HTTP/2 stream or connection failed. `progress` tells how far it had come.
pub(crate) fn http2(error: &h2::Error, stage: Stage, progress: Progress) -> Failure {
    let code = error.reason().map(u32::from);
    let proof = match (code, error.get_io()) {
        (_, Some(io)) => of_socket(io),
        (Some(code), None) => {
            Said::Http2 { code, from_upstream: error.is_remote(), is_goaway: error.is_go_away() }
        }
        (None, None) => Said::Nothing,
    };
    let refused =
        error.is_remote() && error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
    if refused {
        let failed = failure(
            ProxyError::HttpProtocolError,
            "http2_stream_failure",
            stage,
            Blame::Origin,
            Progress::Refused,
        );
        return said(failed, proof);
    }
    let kind = if error.is_io() {
        ProxyError::ConnectionTerminated
    } else {
        ProxyError::HttpProtocolError
    };
    let cause = if error.is_io() { "closed_before_response" } else { "http2_stream_failure" };
    said(failure(kind, cause, stage, Blame::Origin, progress), proof)
}
