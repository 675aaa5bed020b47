//! What was said of a failure, in one word for logs and records and in one sentence for people.

use std::fmt;

use goodgate_resilience::{Failure, Said};

use crate::http1::Class;

/// A word such as `errno:ECONNREFUSED`, `fin`, `alert:handshake_failure`, `h2:REFUSED_STREAM`,
/// `goaway:NO_ERROR`, `late:timeouts.connect`, `wrong:obs_fold`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word(Said);

impl Word {
    /// Returns the word; none where nothing was said.
    pub(crate) fn of(failure: &Failure) -> Option<Self> {
        (failure.said != Said::Nothing).then_some(Self(failure.said))
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Said::Nothing => Ok(()),
            Said::Errno(number) => named(f, "errno", &ERRNOS, number.unsigned_abs()),
            Said::Fin => f.write_str("fin"),
            Said::Alert(number) => named(f, "alert", &ALERTS, u32::from(number)),
            Said::Http2 { code, is_goaway: true, .. } => named(f, "goaway", &HTTP2, code),
            Said::Http2 { code, .. } => named(f, "h2", &HTTP2, code),
            Said::Late(setting) => write!(f, "late:{setting}"),
            Said::Wrong(class) => write!(f, "wrong:{class}"),
        }
    }
}

/// Says what was said, as a sentence.
pub(crate) fn sentence(said: Said) -> Option<String> {
    let by = |from_upstream: bool| if from_upstream { "The upstream" } else { "The gateway" };
    let sentence = match said {
        Said::Nothing => return None,
        Said::Errno(number) => {
            let name = name(&ERRNOS, number.unsigned_abs()).unwrap_or("an error");
            let words = std::io::Error::from_raw_os_error(number).to_string();
            let words = words.split(" (os error").next().unwrap_or_default();
            format!("The kernel said {name} ({number}): {}.", words.to_lowercase())
        }
        Said::Fin => "The upstream closed the connection (FIN).".to_owned(),
        Said::Alert(number) => {
            let name = name(&ALERTS, u32::from(number)).unwrap_or("unknown");
            format!("The upstream sent the TLS alert {name} ({number}).")
        }
        Said::Http2 { code, from_upstream, is_goaway } => {
            let name = name(&HTTP2, code).unwrap_or("an unknown code");
            let frame = if is_goaway { "GOAWAY" } else { "RST_STREAM" };
            format!("{} ended it with {frame} {name} ({code}).", by(from_upstream))
        }
        Said::Late(setting) => format!("The time of `{setting}` was over."),
        Said::Wrong(class) => meaning(class),
    };
    Some(sentence)
}

/// Says what was wrong with what came.
fn meaning(class: &str) -> String {
    if let Some(class) = Class::ALL.iter().find(|known| known.slug() == class) {
        return class.meaning().to_owned();
    }
    let meaning = match class {
        "certificate" => "The certificate of the upstream was refused.",
        "chunked" => "The chunked coding of the body is broken.",
        "http1_bytes" => "HTTP/1 came on a connection for HTTP/2.",
        "interim_responses" => "Interim responses came one after the other, without end.",
        "switching_protocols" => "The upstream switched protocols and was not asked to.",
        "tls_parameters" => "The two sides have no version, cipher or curve of TLS in common.",
        "tls_record" => "What answered the TLS handshake is not TLS.",
        other => return format!("What came was refused: {}.", other.replace('_', " ")),
    };
    meaning.to_owned()
}

/// Returns who ended the connection, where that is known: `upstream` or `gateway`.
pub(crate) fn ended_by(said: Said) -> Option<&'static str> {
    match said {
        Said::Fin | Said::Alert(_) => Some("upstream"),
        Said::Errno(number) => matches!(number, 32 | 103 | 104 | 111).then_some("upstream"),
        Said::Http2 { from_upstream, .. } => {
            Some(if from_upstream { "upstream" } else { "gateway" })
        }
        Said::Late(_) | Said::Wrong(_) => Some("gateway"),
        Said::Nothing => None,
    }
}

/// Returns the name of an error number of Linux, a TLS alert or a code of HTTP/2.
fn name(table: &[(u32, &'static str)], number: u32) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

fn named(
    f: &mut fmt::Formatter<'_>,
    kind: &str,
    table: &[(u32, &'static str)],
    number: u32,
) -> fmt::Result {
    match name(table, number) {
        Some(name) => write!(f, "{kind}:{name}"),
        None => write!(f, "{kind}:{number}"),
    }
}

/// The error numbers of Linux that sockets give.
const ERRNOS: [(u32, &str); 19] = [
    (1, "EPERM"),
    (2, "ENOENT"),
    (11, "EAGAIN"),
    (13, "EACCES"),
    (23, "ENFILE"),
    (24, "EMFILE"),
    (32, "EPIPE"),
    (98, "EADDRINUSE"),
    (99, "EADDRNOTAVAIL"),
    (100, "ENETDOWN"),
    (101, "ENETUNREACH"),
    (103, "ECONNABORTED"),
    (104, "ECONNRESET"),
    (105, "ENOBUFS"),
    (110, "ETIMEDOUT"),
    (111, "ECONNREFUSED"),
    (112, "EHOSTDOWN"),
    (113, "EHOSTUNREACH"),
    (12, "ENOMEM"),
];

/// RFC 8446 section 6 and RFC 5246 section 7.2.
const ALERTS: [(u32, &str); 24] = [
    (0, "close_notify"),
    (10, "unexpected_message"),
    (20, "bad_record_mac"),
    (22, "record_overflow"),
    (40, "handshake_failure"),
    (42, "bad_certificate"),
    (43, "unsupported_certificate"),
    (44, "certificate_revoked"),
    (45, "certificate_expired"),
    (46, "certificate_unknown"),
    (47, "illegal_parameter"),
    (48, "unknown_ca"),
    (49, "access_denied"),
    (50, "decode_error"),
    (51, "decrypt_error"),
    (70, "protocol_version"),
    (71, "insufficient_security"),
    (80, "internal_error"),
    (86, "inappropriate_fallback"),
    (90, "user_canceled"),
    (109, "missing_extension"),
    (112, "unrecognized_name"),
    (116, "certificate_required"),
    (120, "no_application_protocol"),
];

/// RFC 9113 section 7.
const HTTP2: [(u32, &str); 14] = [
    (0, "NO_ERROR"),
    (1, "PROTOCOL_ERROR"),
    (2, "INTERNAL_ERROR"),
    (3, "FLOW_CONTROL_ERROR"),
    (4, "SETTINGS_TIMEOUT"),
    (5, "STREAM_CLOSED"),
    (6, "FRAME_SIZE_ERROR"),
    (7, "REFUSED_STREAM"),
    (8, "CANCEL"),
    (9, "COMPRESSION_ERROR"),
    (10, "CONNECT_ERROR"),
    (11, "ENHANCE_YOUR_CALM"),
    (12, "INADEQUATE_SECURITY"),
    (13, "HTTP_1_1_REQUIRED"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_word_and_a_sentence() {
        let reset = Said::Http2 { code: 7, from_upstream: true, is_goaway: false };
        let cases = [
            (Said::Errno(111), "errno:ECONNREFUSED", "ECONNREFUSED (111): connection refused."),
            (Said::Errno(9999), "errno:9999", "an error (9999)"),
            (Said::Fin, "fin", "closed the connection (FIN)."),
            (Said::Alert(40), "alert:handshake_failure", "handshake_failure (40)."),
            (reset, "h2:REFUSED_STREAM", "The upstream ended it with RST_STREAM REFUSED_STREAM"),
            (Said::Late("timeouts.tls"), "late:timeouts.tls", "`timeouts.tls` was over."),
            (Said::Wrong("obs_fold"), "wrong:obs_fold", "A field goes on in a second line."),
            (Said::Wrong("certificate"), "wrong:certificate", "certificate of the upstream"),
        ];

        for (said, word, words) in cases {
            assert_eq!(Word(said).to_string(), word);
            let sentence = sentence(said).expect("a sentence");
            assert!(sentence.contains(words), "{sentence}");
        }
    }
}
