//! The catalogue of causes says which error of RFC 9209 a gateway reports for each. This gateway
//! reports that one, or another one for a reason that stands here.

use std::collections::BTreeSet;

use goodgate_causes::catalogue::find;
use goodgate_resilience::failure::LASTING;
use h2::Reason;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible};

use super::*;
use crate::http1::Class;
use crate::upstream::Missing;

/// Where the gateway knows more of one attempt than the catalogue can say of all: cause, error, why.
const EXCEPTIONS: &[(&str, ProxyError, &str)] = &[
    (
        "connect_unreachable",
        ProxyError::DestinationUnavailable,
        "an error number that says nothing of a route",
    ),
    (
        "response_timeout",
        ProxyError::ConnectionWriteTimeout,
        "the request was not taken, before any response could be late",
    ),
    (
        "gateway_config_invalid",
        ProxyError::ProxyInternalError,
        "a part of the gateway is missing or full; its file was checked at the start",
    ),
    (
        "response_header_too_large",
        ProxyError::HttpResponseHeaderSize,
        "one line is too long, not the section",
    ),
    (
        "invalid_framing",
        ProxyError::HttpProtocolError,
        "the lengths of a message are wrong, and no transfer coding is there",
    ),
    (
        "proxy_protocol_mismatch",
        ProxyError::HttpProtocolError,
        "the header came in place of a response; one that is expected ends the connection",
    ),
    (
        "tls_handshake_aborted",
        ProxyError::TlsAlertReceived,
        "it was broken off by an alert, not by an end",
    ),
    (
        "tls_no_shared_cipher",
        ProxyError::TlsProtocolError,
        "seen by the gateway itself, without an alert of the upstream",
    ),
    (
        "tls_version_mismatch",
        ProxyError::TlsProtocolError,
        "seen by the gateway itself, without an alert of the upstream",
    ),
    (
        "http_version_mismatch",
        ProxyError::TlsAlertReceived,
        "ALPN: the upstream said so by an alert, before any HTTP",
    ),
    (
        "http_version_mismatch",
        ProxyError::TlsProtocolError,
        "ALPN: the gateway saw so in the handshake, before any HTTP",
    ),
];

#[test]
fn each_cause_has_the_error_of_the_catalogue_or_an_exception() {
    let pairs: BTreeSet<_> =
        all().into_iter().map(|failure| (failure.cause, failure.error)).collect();

    let of_catalogue = |id: &str| find(id).and_then(|cause| cause.proxy_error);
    let others: BTreeSet<_> =
        pairs.into_iter().filter(|(cause, error)| of_catalogue(cause) != Some(*error)).collect();

    // One that no failure needs is one that hides the next.
    let argued: BTreeSet<_> = EXCEPTIONS.iter().map(|(cause, error, _)| (*cause, *error)).collect();
    assert_eq!(others, argued);
}

/// Everything that an attempt can be called.
fn all() -> Vec<Failure> {
    let mut all = vec![
        connect_timed_out(),
        connections_used_up(),
        tls_timed_out(),
        internal(),
        too_many_interim(),
        switched_unasked(),
        body_stalled(),
        chunks_invalid(),
    ];
    all.extend([Missing::Late, Missing::Failed, Missing::NoSuchName].map(no_address));
    all.extend([false, true].map(head_timed_out));
    for is_unix in [false, true] {
        all.extend((1..=133).map(|number| connect(&io::Error::from_raw_os_error(number), is_unix)));
        all.push(connect(&ErrorKind::TimedOut.into(), is_unix));
    }
    all.extend(of_heads());
    all.extend(of_handshakes());
    for progress in [Progress::NothingSent, Progress::RequestSent, Progress::ResponseStarted] {
        all.push(send_timed_out(progress));
        all.extend(of_ends(progress));
        all.extend(of_streams(progress));
    }
    all
}

fn of_heads() -> Vec<Failure> {
    // What is wrong with chunks and trailers is called `chunks_invalid`.
    let of_body = |class: &Class| {
        let slug = class.slug();
        slug.contains("trailer") || slug.contains("chunk_") || slug == "chunk_size"
    };
    let classes = Class::ALL.iter().filter(|class| !of_body(class));
    classes
        .map(|class| head_malformed(*class, b"HTTP/1.1 200"))
        .chain([head_malformed(Class::NotHttp, b"PROXY TCP4 ")])
        .collect()
}

fn of_handshakes() -> Vec<Failure> {
    let alerts = (0..=u8::MAX).map(|alert| Error::AlertReceived(AlertDescription::from(alert)));
    let others = [
        Error::InvalidCertificate(CertificateError::Expired),
        Error::InvalidCertificate(CertificateError::NotValidForName),
        Error::InvalidCertificate(CertificateError::UnknownIssuer),
        Error::InvalidMessage(InvalidMessage::InvalidContentType),
        Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13),
        Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon),
        Error::NoApplicationProtocol,
        Error::General(String::new()),
    ];
    let errors = alerts.chain(others);
    let all = errors.flat_map(|error| {
        [false, true].map(|is_named| tls(&io::Error::other(error.clone()), is_named))
    });
    all.chain([tls(&ErrorKind::UnexpectedEof.into(), true)]).collect()
}

/// Connections that end before or within an answer.
fn of_ends(progress: Progress) -> Vec<Failure> {
    let mut errors = vec![None];
    errors.extend((1..=133).map(|number| Some(io::Error::from_raw_os_error(number))));
    errors.push(Some(ErrorKind::UnexpectedEof.into()));
    errors.extend((0..=u8::MAX).map(|alert| {
        let alert = AlertDescription::from(alert);
        Some(io::Error::other(Error::AlertReceived(alert)))
    }));
    let mut all = Vec::new();
    for error in &errors {
        let by = error.as_ref();
        for used in [Used::Now, Used::Stale] {
            all.extend(by.map(|error| send_failed(error, progress, used)));
            all.extend([false, true].map(|began| head_ended(by, began, used)));
        }
        all.push(body_ended(by));
    }
    all
}

fn of_streams(progress: Progress) -> Vec<Failure> {
    let firsts =
        [First::Nothing, First::Http2, First::Http1, First::Tls, First::Other, First::Reset];
    let firsts = firsts.into_iter().chain((0..=u8::MAX).map(First::Alert));
    let reasons = (0..=14).map(|code| h2::Error::from(Reason::from(code)));
    let errors: Vec<_> = reasons.collect();
    let all = firsts.flat_map(|first| {
        errors.iter().map(move |error| http2(error, first, Stage::ResponseHead, progress))
    });
    all.collect()
}

#[test]
fn what_lasts_is_a_cause() {
    assert!(LASTING.iter().all(|cause| find(cause).is_some()));
}
