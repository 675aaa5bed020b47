//! What may be kept of a request's head: no value of its query and of no field, which may be secrets.

use crate::http1::RequestHead;

/// Characters of a text from outside that are kept.
const TEXT_MAX: usize = 256;

/// Returns path and query without the values of the query.
pub(crate) fn masked(head: &RequestHead) -> String {
    let mut shown = text(head.path());
    let Some(query) = head.query() else { return shown };
    for (place, pair) in query.split(|byte| *byte == b'&').enumerate() {
        shown.push(if place == 0 { '?' } else { '&' });
        let end = pair.iter().position(|byte| *byte == b'=');
        shown.push_str(&text(pair.get(..end.unwrap_or(pair.len())).unwrap_or_default()));
        if end.is_some() {
            shown.push_str("=…");
        }
        if shown.len() > TEXT_MAX {
            shown.push('…');
            break;
        }
    }
    shown
}

/// Returns the beginning of bytes from outside as text.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..bytes.len().min(TEXT_MAX)).unwrap_or_default()).into_owned()
}
