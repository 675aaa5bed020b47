//! The lines of the access log.

use std::cell::RefCell;
use std::io::Write as _;
use std::time::{Duration, SystemTime};

use goodgate_resilience::Failure;

use crate::digits::{address, millis, number, three};
use crate::failing::Word;
use crate::http1::{Known, RequestHead, Version, is_quotable};
use crate::recorder::masked;
use crate::story::{End, Reached, Story};

/// Bytes of a field from outside that stand in a line.
const FIELD_MAX: usize = 512;

/// Writes a line as a JSON object.
pub(crate) fn json(line: &mut Vec<u8>, head: &RequestHead, story: &Story, took: Duration) {
    line.extend_from_slice(b"{\"time\":\"");
    time(line, story.at);
    line.extend_from_slice(b"\",\"id\":");
    string(line, story.id.as_bytes());
    if let Some(client) = story.client {
        line.extend_from_slice(b",\"client\":\"");
        address(line, client);
        line.push(b'"');
    }
    line.extend_from_slice(b",\"method\":");
    string(line, head.method_name());
    line.extend_from_slice(b",\"host\":");
    string(line, head.host().unwrap_or_default());
    line.extend_from_slice(b",\"path\":");
    path(line, head);
    count(line, b",\"status\":", u64::from(story.status));
    count(line, b",\"bytes\":", story.bytes_out);
    if story.bytes_in > 0 {
        count(line, b",\"bytes_in\":", story.bytes_in);
    }
    time_member(line, b",\"took_ms\":", took);
    let agent = (b",\"user_agent\":".as_slice(), Known::UserAgent);
    for (name, known) in [agent, (b",\"referer\":".as_slice(), Known::Referer)] {
        if let Some(value) = head.fields().get(known) {
            line.extend_from_slice(name);
            string(line, value);
        }
    }
    let route = (b",\"route\":".as_slice(), &story.route);
    for (name, value) in [route, (b",\"upstream\":".as_slice(), &story.upstream)] {
        if let Some(value) = value {
            line.extend_from_slice(name);
            string(line, value.as_bytes());
        }
    }
    ending(line, story);
    attempts(line, story);
    line.push(b'}');
}

fn ending(line: &mut Vec<u8>, story: &Story) {
    if !matches!(story.end, End::Open | End::Answered) {
        fault(line, story);
    }
    if let Some(denied) = story.denied {
        put(line, format_args!(",\"not_retried\":\"{}\"", denied.slug()));
    }
    if !story.held.is_zero() {
        time_member(line, b",\"held_ms\":", story.held);
    }
}

/// Writes how a request ended that the upstream did not answer whole.
fn fault(line: &mut Vec<u8>, story: &Story) {
    let end = story.end.slug();
    put(line, format_args!(",\"end\":\"{end}\""));
    if let Some(failure) = story.failure() {
        let (error, stage, blame) =
            (failure.error.slug(), failure.stage.slug(), failure.blame.slug());
        let cause = failure.cause;
        put(
            line,
            format_args!(
                ",\"cause\":\"{cause}\",\"error\":\"{error}\",\"stage\":\"{stage}\",\"blame\":\"{blame}\""
            ),
        );
    }
    if let End::Refused(error) = story.end {
        if let Some(cause) = story.cause() {
            put(line, format_args!(",\"cause\":\"{cause}\""));
        }
        put(line, format_args!(",\"error\":\"{}\"", error.slug()));
        down(line, story);
    }
}

/// Writes how endpoints had failed, where none was usable, as the record of a failure has it.
fn down(line: &mut Vec<u8>, story: &Story) {
    for (place, (endpoint, failure)) in story.down.iter().enumerate() {
        line.extend_from_slice(if place == 0 { b",\"endpoints\":[" } else { b"," });
        line.extend_from_slice(b"{\"endpoint\":");
        string(line, endpoint.as_bytes());
        put(line, format_args!(",\"last_failure\":{{\"error\":\"{}\"", failure.error.slug()));
        failed(line, failure);
        line.extend_from_slice(b"}}");
    }
    if !story.down.is_empty() {
        line.push(b']');
    }
}

fn attempts(line: &mut Vec<u8>, story: &Story) {
    line.extend_from_slice(b",\"attempts\":[");
    for (place, attempt) in story.attempts.iter().enumerate() {
        if place > 0 {
            line.push(b',');
        }
        line.extend_from_slice(b"{\"endpoint\":");
        string(line, attempt.endpoint.as_deref().unwrap_or_default().as_bytes());
        if let Some(connect) = attempt.connect {
            time_member(line, b",\"connect_ms\":", connect);
        }
        if let Some(tls) = attempt.tls {
            time_member(line, b",\"tls_ms\":", tls);
        }
        if let Reached::Kept { idle, .. } = attempt.reached {
            time_member(line, b",\"idle_ms\":", idle);
        }
        if let Some(head) = attempt.head {
            time_member(line, b",\"head_ms\":", head);
        }
        if let Some(status) = attempt.status {
            count(line, b",\"status\":", u64::from(status));
        }
        if let Some(failure) = attempt.failure {
            failed(line, &failure);
        }
        line.push(b'}');
    }
    line.push(b']');
}

/// Writes how an attempt failed. Words of this program's own: nothing has to be escaped.
fn failed(line: &mut Vec<u8>, failure: &Failure) {
    let (cause, stage) = (failure.cause, failure.stage.slug());
    put(line, format_args!(",\"cause\":\"{cause}\",\"stage\":\"{stage}\""));
    if let Some(said) = Word::of(failure) {
        put(line, format_args!(",\"said\":\"{said}\""));
    }
}

/// Writes a line in the combined format of Apache and nginx, with what is known besides behind it.
pub(crate) fn combined(line: &mut Vec<u8>, head: &RequestHead, story: &Story, took: Duration) {
    match story.client {
        Some(client) => address(line, client),
        None => line.push(b'-'),
    }
    line.extend_from_slice(b" - - [");
    common_time(line, story.at);
    line.extend_from_slice(b"] \"");
    quoted(line, head.method_name());
    line.push(b' ');
    if head.query().is_some() {
        quoted(line, masked(head).as_bytes());
    } else {
        quoted(line, head.target());
    }
    let version = if head.version() == Version::Http10 { "1.0" } else { "1.1" };
    put(line, format_args!(" HTTP/{version}\" {} {} \"", story.status, story.bytes_out));
    quoted(line, head.fields().get(Known::Referer).unwrap_or(b"-"));
    line.extend_from_slice(b"\" \"");
    quoted(line, head.fields().get(Known::UserAgent).unwrap_or(b"-"));
    put(line, format_args!("\" id={} took={:.6}", story.id, took.as_secs_f64()));
    if let Some(upstream) = &story.upstream {
        put(line, format_args!(" upstream={upstream}"));
    }
    for attempt in &story.attempts {
        let endpoint = attempt.endpoint.as_deref().unwrap_or("-");
        let how = attempt.failure.map_or("ok", |failure| failure.cause);
        put(line, format_args!(" attempt={endpoint}:{how}:"));
        millis(line, attempt.took);
    }
    if !matches!(story.end, End::Open | End::Answered) {
        put(line, format_args!(" end={}", story.end.slug()));
    }
    if let Some(cause) = story.cause() {
        put(line, format_args!(" cause={cause}"));
    }
    if let Some(failure) = story.failure() {
        put(line, format_args!(" error={}", failure.error.slug()));
    }
}

fn path(line: &mut Vec<u8>, head: &RequestHead) {
    if head.query().is_some() {
        string(line, masked(head).as_bytes());
    } else {
        string(line, head.target());
    }
}

/// Writes a JSON string (RFC 8259 section 7). What is no UTF-8 becomes U+FFFD.
pub(super) fn string(line: &mut Vec<u8>, value: &[u8]) {
    line.push(b'"');
    let value = value.get(..value.len().min(FIELD_MAX)).unwrap_or_default();
    if is_quotable(value) {
        line.extend_from_slice(value);
    } else {
        for letter in String::from_utf8_lossy(value).chars() {
            match letter {
                '"' | '\\' => put(line, format_args!("\\{letter}")),
                ' '..='~' => line.push(letter as u8),
                other if (other as u32) < 0x20 || (0x7f..0xa0).contains(&(other as u32)) => {
                    put(line, format_args!("\\u{:04x}", other as u32));
                }
                other => put(line, format_args!("{other}")),
            }
        }
    }
    line.push(b'"');
}

/// Writes text within quotes as nginx does: what is not plain becomes `\xHH`.
pub(super) fn quoted(line: &mut Vec<u8>, value: &[u8]) {
    for byte in value.iter().take(FIELD_MAX) {
        match byte {
            b'"' | b'\\' | 0..b' ' | 0x7f.. => put(line, format_args!("\\x{byte:02X}")),
            plain => line.push(*plain),
        }
    }
}

/// Writes the name of a member, as `,"name":`, and a number.
fn count(line: &mut Vec<u8>, name: &[u8], value: u64) {
    line.extend_from_slice(name);
    number(line, value);
}

/// Writes the name of a member, as `,"name":`, and a time in milliseconds.
fn time_member(line: &mut Vec<u8>, name: &[u8], value: Duration) {
    line.extend_from_slice(name);
    millis(line, value);
}

pub(super) fn put(line: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing into memory does not fail.
    line.write_fmt(text).ok();
}

thread_local! {
    /// The last second that was written, and its text: calendars are slow.
    static SECOND: RefCell<(u64, String, String)> =
        const { RefCell::new((u64::MAX, String::new(), String::new())) };
}

pub(super) fn time(line: &mut Vec<u8>, at: SystemTime) {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    of_second(since.as_secs(), |rfc3339, _| line.extend_from_slice(rfc3339.as_bytes()));
    line.push(b'.');
    three(line, since.subsec_millis());
    line.push(b'Z');
}

pub(super) fn common_time(line: &mut Vec<u8>, at: SystemTime) {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    of_second(since.as_secs(), |_, common| line.extend_from_slice(common.as_bytes()));
}

fn of_second(second: u64, write: impl FnOnce(&str, &str)) {
    SECOND.with_borrow_mut(|(last, rfc3339, common)| {
        if *last != second {
            let at = i64::try_from(second)
                .ok()
                .and_then(|second| jiff::Timestamp::from_second(second).ok());
            let at = at.unwrap_or_default();
            *rfc3339 = at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
            *common = at.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string();
            *last = second;
        }
        write(rfc3339, common);
    });
}
