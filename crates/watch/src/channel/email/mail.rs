//! An alert as a mail (RFC 5322): text and HTML, with ids that make a thread of an incident.

use std::time::{Duration, SystemTime};

use goodgate_incident::{AlertKind, Timestamp};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use crate::message::Message;

use super::super::Failure;

/// Writes a mail. The same alert gives the same id whenever it is written, so that a mail program shows a
/// repeated delivery once; all others of the incident refer to the first one.
pub(super) fn mail(message: &Message, from: &Mailbox, to: &[Mailbox]) -> Result<Vec<u8>, Failure> {
    let domain = from.email.domain();
    let (own, first) = ids(message, domain);
    let mut builder = lettre::Message::builder()
        .from(from.clone())
        .subject(message.subject())
        .date(time(message.alert().at))
        .message_id(Some(own.clone()))
        // No out-of-office answers, please (RFC 3834 section 5).
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Goodgate-Alert", &message.key().to_string()));
    if own != first {
        builder = builder.in_reply_to(first.clone()).references(first);
    }
    for mailbox in to {
        builder = builder.to(mailbox.clone());
    }
    let parts =
        MultiPart::alternative_plain_html(message.plain().to_owned(), message.html().to_owned());
    let mail = builder.multipart(parts);
    mail.map(|mail| mail.formatted())
        .map_err(|error| Failure::never(&format!("write the mail: {error}")))
}

/// Returns the id of a mail and that of the first one of its incident.
fn ids(message: &Message, domain: &str) -> (String, String) {
    let key = message.key();
    let id = |kind: AlertKind, number: u32| {
        format!("<{}.{}.{number}@{domain}>", message.thread(), kind.slug())
    };
    let own = id(key.kind, key.number);
    match key.kind {
        // These belong to no incident.
        AlertKind::Digest | AlertKind::Proof | AlertKind::Report => (own.clone(), own),
        _ => (own, id(AlertKind::Opened, 0)),
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).unwrap_or(0))
}
