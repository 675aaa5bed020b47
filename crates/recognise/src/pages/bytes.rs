//! Bytes that came instead of an HTTP response: another protocol answered.

use goodgate_evidence::Sign;

use super::view::View;
use super::{Mark, Marks};

/// Greetings of other protocols that leave no doubt.
const BANNERS: &[(&str, &str)] = &[
    ("SSH-2.0-", "ssh"),
    ("SSH-1.99-", "ssh"),
    ("-ERR ", "redis"),
    ("-DENIED ", "redis"),
    ("* OK ", "imap"),
    ("+OK ", "pop3"),
    ("RFB 00", "vnc"),
    ("AMQP\0", "amqp"),
];

/// Adds what the first bytes say.
pub(super) fn marks(view: &View<'_>, marks: &mut Marks) {
    let body = view.body;
    if let Some((start, protocol)) = BANNERS.iter().find(|(start, _)| body.starts_with(start)) {
        marks.add(Some(foreign(line(body, start), protocol)));
    } else if let Some(protocol) = greeting(view) {
        marks.add(Some(foreign(body.lines().next().unwrap_or_default(), protocol)));
    } else if body.starts_with("\u{15}\u{3}") {
        marks.add(Some(Mark::new(Sign::TlsBytesInsteadOfHttp, "15 03").with("protocol", "tls")));
    } else if is_http2_settings(body.as_bytes()) {
        marks.add(Some(Mark::new(Sign::Http2Frames, "SETTINGS frame").with("protocol", "h2")));
    }
}

fn foreign(quote: &str, protocol: &str) -> Mark {
    Mark::new(Sign::ForeignBanner, quote).with("protocol", protocol)
}

/// Redis' errors say more on their line; a banner is its first line.
fn line<'b>(body: &'b str, start: &'b str) -> &'b str {
    body.lines().next().unwrap_or(start)
}

/// Greetings that start like ordinary text; they count only where no response came around them.
fn greeting(view: &View<'_>) -> Option<&'static str> {
    if view.status_given || view.has_fields() {
        return None;
    }
    let first = view.body.lines().next()?;
    if first.starts_with("220 ") || first.starts_with("220-") {
        let lower = first.to_ascii_lowercase();
        let is_mail = lower.contains("smtp") || lower.contains("mail");
        return Some(if is_mail { "smtp" } else { "ftp" });
    }
    mysql(view.body.as_bytes()).then_some("mysql")
}

/// `MySQL`: length, packet 0, protocol 10, version.
fn mysql(bytes: &[u8]) -> bool {
    matches!(bytes, [_, 0, 0, 0, 10, version, ..] if version.is_ascii_digit())
}

/// HTTP/2: the frame's length, type 4, stream 0 (RFC 9113 section 6.5).
fn is_http2_settings(bytes: &[u8]) -> bool {
    matches!(bytes, [0, 0, length, 4, 0 | 1, 0, 0, 0, 0, ..] if length % 6 == 0)
}
