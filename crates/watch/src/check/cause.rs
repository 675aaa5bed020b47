//! The cause that one failed attempt shows, by its id in the catalogue.
//!
//! A hint for what comes next, not a verdict: an examination finds out more. Where several causes look
//! the same there is none.

use goodgate_causes::{CONFIDENT, Case, WrittenBy, weigh};
use goodgate_evidence::probe::{
    CertificateProblem, Connect, Exchange, Foreign, Http, LookupOutcome, Tls,
};
use goodgate_evidence::{Observation, Source};
use goodgate_recognise::pages;

/// Of a look-up.
pub(super) const fn of_lookup(outcome: &LookupOutcome) -> Option<&'static str> {
    match outcome {
        LookupOutcome::Addresses { .. } | LookupOutcome::NoAddress => None,
        LookupOutcome::NoSuchName => Some("dns_nxdomain"),
        LookupOutcome::ServerFailure(_) | LookupOutcome::Refused | LookupOutcome::Malformed(_) => {
            Some("dns_server_failure")
        }
        LookupOutcome::TimedOut | LookupOutcome::Temporary => Some("dns_timeout"),
        LookupOutcome::Unreachable(_) => Some("dns_server_failure"),
    }
}

/// Of a connect.
pub(super) const fn of_connect(outcome: &Connect) -> Option<&'static str> {
    match outcome {
        Connect::Refused => Some("connect_refused"),
        Connect::TimedOut => Some("connect_filtered"),
        Connect::NoRoute | Connect::NetworkUnreachable => Some("connect_unreachable"),
        Connect::Denied => Some("local_policy_denied"),
        Connect::NoFreePort => Some("source_ports_exhausted"),
        Connect::SocketMissing => Some("unix_socket_missing"),
        Connect::SocketDenied => Some("unix_socket_denied"),
        Connect::QueueFull => Some("accept_queue_full"),
        Connect::Reset => Some("connect_rejected"),
        Connect::Connected | Connect::ProxyRefused(_) | Connect::Other(_) => None,
    }
}

/// Of a handshake; alerts by their numbers (RFC 8446 section 6.2).
pub(super) fn of_handshake(outcome: &Tls) -> Option<&'static str> {
    match outcome {
        Tls::Established => None,
        Tls::Alert { number: 70, .. } => Some("tls_version_mismatch"),
        Tls::Alert { number: 112, .. } => Some("tls_sni_missing"),
        Tls::Alert { number: 116, .. } => Some("tls_client_cert_required"),
        Tls::Incompatible(why) if why.to_ascii_lowercase().contains("version") => {
            Some("tls_version_mismatch")
        }
        Tls::Alert { number: 71, .. } | Tls::Incompatible(_) => Some("tls_no_shared_cipher"),
        Tls::TimedOut => Some("tls_handshake_timeout"),
        Tls::NotTls { .. } => Some("tls_to_plaintext_port"),
        Tls::Alert { .. } | Tls::Closed | Tls::Reset | Tls::Invalid(_) => {
            Some("tls_handshake_aborted")
        }
    }
}

/// Of a certificate.
pub(super) const fn of_certificate(problem: &CertificateProblem) -> Option<&'static str> {
    match problem {
        CertificateProblem::Expired | CertificateProblem::NotYetValid => Some("tls_cert_expired"),
        CertificateProblem::WrongName => Some("tls_cert_name_mismatch"),
        CertificateProblem::SelfSigned
        | CertificateProblem::UnknownIssuer
        | CertificateProblem::Revoked => Some("tls_cert_untrusted"),
        CertificateProblem::Other(_) => None,
    }
}

/// Of an exchange without a whole answer.
pub(super) const fn of_exchange(outcome: &Http) -> Option<&'static str> {
    match outcome {
        Http::Complete | Http::Bounded | Http::ExtraBytes(_) => None,
        Http::ClosedBeforeHead | Http::FailedWhileSending => Some("closed_before_response"),
        Http::ResetBeforeHead => Some("reset_before_response"),
        Http::HeadTimedOut => Some("response_timeout"),
        Http::HeadTruncated => Some("response_header_truncated"),
        Http::HeadTooLarge => Some("response_header_too_large"),
        Http::NotHttp(Foreign::Tls) => Some("plaintext_to_tls_port"),
        Http::NotHttp(Foreign::Http2) => Some("http_version_mismatch"),
        Http::NotHttp(_) => Some("not_http"),
        Http::StatusLineInvalid(_)
        | Http::HeaderInvalid(_)
        | Http::InformationalOnly
        | Http::InformationalFlood => Some("invalid_response_head"),
        Http::FramingConflict(_) => Some("invalid_framing"),
        Http::UnexpectedUpgrade => Some("upgrade_failed"),
        Http::BodyTruncated { .. } => Some("body_truncated"),
        Http::BodyStalled => Some("body_stalled"),
        Http::ChunkingInvalid(_) => Some("invalid_chunking"),
        Http::StreamReset(_) | Http::Goaway(_) | Http::Http2Failed(_) => {
            Some("http2_stream_failure")
        }
    }
}

/// Of the words of an answer, as far as they prove one: the page and the header fields that a gateway
/// writes into its errors, `Proxy-Status` among them.
pub(super) fn of_page(exchange: &Exchange) -> Option<&'static str> {
    let head = exchange.head.as_ref()?;
    let reading = pages::read(&pages::Page {
        status: Some(head.status),
        reason: Some(head.reason.as_str()).filter(|reason| !reason.is_empty()),
        fields: &head.fields,
        body: &String::from_utf8_lossy(&exchange.body),
    });
    let product = reading.written_by.as_ref().map(|maker| maker.product);
    let observations: Vec<Observation> = reading
        .signs
        .iter()
        .map(|mark| {
            let mut seen = Observation::new(mark.sign, Source::page_gateway());
            seen.product = product;
            "page".clone_into(&mut seen.group);
            seen.quote.clone_from(&mark.quote);
            seen
        })
        .collect();
    let written_by = reading.written_by.map(|maker| WrittenBy {
        product: maker.product,
        confidence: maker.confidence,
        because: maker.because,
    });
    let case = Case { observations: &observations, written_by, ..Case::default() };
    let (id, confidence) = weigh(&case).first().copied()?;
    (confidence >= CONFIDENT).then_some(id)
}

#[cfg(test)]
mod tests {
    use goodgate_causes::catalogue;

    use super::*;

    fn known(id: Option<&'static str>) -> bool {
        id.is_some_and(|id| catalogue::find(id).is_some())
    }

    #[test]
    fn every_hint_is_a_cause_of_the_catalogue() {
        for outcome in [
            LookupOutcome::NoSuchName,
            LookupOutcome::ServerFailure("SERVFAIL".to_owned()),
            LookupOutcome::TimedOut,
            LookupOutcome::Unreachable(String::new()),
        ] {
            assert!(known(of_lookup(&outcome)), "{outcome:?}");
        }
        for outcome in [
            Connect::Refused,
            Connect::TimedOut,
            Connect::NoRoute,
            Connect::Denied,
            Connect::NoFreePort,
            Connect::SocketMissing,
            Connect::SocketDenied,
            Connect::QueueFull,
            Connect::Reset,
        ] {
            assert!(known(of_connect(&outcome)), "{outcome:?}");
        }
        let alert = |number| Tls::Alert { number, name: String::new() };
        for outcome in [
            alert(40),
            alert(70),
            alert(71),
            alert(112),
            alert(116),
            Tls::Incompatible("no shared version".to_owned()),
            Tls::Incompatible(String::new()),
            Tls::TimedOut,
            Tls::NotTls { first_bytes: Vec::new() },
            Tls::Closed,
        ] {
            assert!(known(of_handshake(&outcome)), "{outcome:?}");
        }
        for problem in [
            CertificateProblem::Expired,
            CertificateProblem::WrongName,
            CertificateProblem::SelfSigned,
        ] {
            assert!(known(of_certificate(&problem)), "{problem:?}");
        }
        for outcome in [
            Http::ClosedBeforeHead,
            Http::ResetBeforeHead,
            Http::HeadTimedOut,
            Http::HeadTruncated,
            Http::HeadTooLarge,
            Http::NotHttp(Foreign::Tls),
            Http::NotHttp(Foreign::Http2),
            Http::NotHttp(Foreign::Ssh),
            Http::InformationalOnly,
            Http::FramingConflict(String::new()),
            Http::UnexpectedUpgrade,
            Http::BodyTruncated { missing: None },
            Http::BodyStalled,
            Http::ChunkingInvalid(String::new()),
            Http::Goaway(String::new()),
        ] {
            assert!(known(of_exchange(&outcome)), "{outcome:?}");
        }
    }
}
