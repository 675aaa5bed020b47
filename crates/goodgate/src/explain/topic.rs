//! Topics: a status code, a cause, a code of a product, an RFC 9209 type, a guide.

use std::io::{self, Write};

use goodgate_causes::status::{self, Registration, Status, SubCode};
use goodgate_causes::{Cause, catalogue, guides};
use goodgate_evidence::ProxyError;
use goodgate_recognise::codes::{self, Code};
use serde_json::{Value, json};

use super::audience;
use crate::cli::Reader;
use crate::render::markdown;
use crate::render::style::{Style, entry, wrap};

/// No status with its name is longer.
const STATUS_NAME_MAX: usize = 120;

/// How many near topics are offered.
const NEAR_MAX: usize = 3;

/// What a topic is.
pub(super) enum Topic {
    Status(&'static Status),
    SubCode(&'static SubCode),
    Cause(&'static Cause),
    Guide(&'static guides::Guide),
    Codes { asked: String, codes: Vec<&'static Code> },
}

/// Finds a topic.
///
/// A number of three digits is a status code first; a code that several products use gives the
/// entries of all of them.
pub(super) fn find(word: &str) -> Option<Topic> {
    let word = word.trim();
    if let Some(status) = status_code(word).and_then(status::lookup).or_else(|| status_named(word))
    {
        return Some(Topic::Status(status));
    }
    if let Some(code) = status::sub_code(word) {
        return Some(Topic::SubCode(code));
    }
    if let Some(cause) = catalogue::find(word) {
        return Some(Topic::Cause(cause));
    }
    if let Some(guide) = guides::find(&word.to_ascii_lowercase()) {
        return Some(Topic::Guide(guide));
    }
    let codes = codes::lookup(word);
    (!codes.is_empty()).then(|| Topic::Codes { asked: word.to_owned(), codes })
}

/// `502`, `HTTP 502`, `status 502`, `009`.
fn status_code(word: &str) -> Option<u16> {
    let lower = word.to_ascii_lowercase();
    let digits = ["http/1.1 ", "http ", "status ", "error ", "code "]
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix))
        .unwrap_or(&lower);
    let digits = digits.trim();
    (digits.len() == 3 || digits == "0").then(|| digits.parse().ok())?
}

/// `502 Bad Gateway`, `Bad Gateway`, `504 Gateway Time-out`.
fn status_named(word: &str) -> Option<&'static Status> {
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let asked = letters(word.get(..STATUS_NAME_MAX).unwrap_or(word));
    status::ALL.iter().copied().find(|status| {
        let name = letters(status.name);
        asked == name || asked.strip_prefix(&format!("{:03}", status.code)) == Some(&name)
    })
}

/// Returns topics that are spelled much like a word.
pub(super) fn near(word: &str) -> Vec<&'static str> {
    let word = word.to_ascii_lowercase().replace('-', "_");
    let topics = catalogue::ALL
        .iter()
        .map(|cause| cause.id)
        .chain(guides::ALL.iter().map(|guide| guide.topic));
    let mut ranked: Vec<(usize, &str)> =
        topics.map(|topic| (distance(&word, topic), topic)).collect();
    ranked.sort_unstable();
    let close = |(far, topic): &(usize, &str)| {
        *far <= topic.len() / 3 || topic.contains(&word) && word.len() > 3
    };
    ranked.into_iter().filter(close).take(NEAR_MAX).map(|(_, topic)| topic).collect()
}

/// The edit distance of two short words; words longer than any topic count as far.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, c) in a.iter().enumerate() {
        let mut diagonal = at;
        let mut left = at + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (d, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let best = (diagonal + usize::from(c != d)).min(*cell + 1).min(left + 1);
            diagonal = *cell;
            *cell = best;
            left = best;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

impl Topic {
    /// Writes the topic; the steps of `reader` come first.
    pub(super) fn text(
        &self,
        out: &mut dyn Write,
        reader: Option<Reader>,
        style: Style,
    ) -> io::Result<()> {
        match self {
            Self::Status(status) => write_status(out, status, reader, style),
            Self::SubCode(code) => write_sub_code(out, code, style),
            Self::Cause(cause) => write_cause(out, cause, reader, style),
            Self::Guide(guide) => writeln!(out, "{}", markdown::text(guide.text, style, "")),
            Self::Codes { asked, codes } => write_codes(out, asked, codes, style),
        }
    }

    /// Returns the topic as JSON.
    pub(super) fn json(&self) -> Value {
        let mut value = match self {
            Self::Status(status) => json_status(status),
            Self::SubCode(code) => json!({
                "about": "sub_code", "code": code.code, "meaning": code.meaning, "causes": code.causes,
            }),
            Self::Cause(cause) => json_cause(cause),
            Self::Guide(guide) => {
                json!({"about": "guide", "topic": guide.topic, "text": guide.text})
            }
            Self::Codes { asked, codes } => json!({
                "about": "codes",
                "asked": asked,
                "codes": codes.iter().map(|code| json_code(code)).collect::<Vec<_>>(),
            }),
        };
        if let Value::Object(fields) = &mut value {
            fields.insert("schema".to_owned(), Value::from("goodgate.explain/1"));
        }
        value
    }
}

fn write_status(
    out: &mut dyn Write,
    status: &Status,
    reader: Option<Reader>,
    style: Style,
) -> io::Result<()> {
    writeln!(out, "{}", style.bold(&format!("{:03} {}", status.code, status.name)))?;
    writeln!(out, "{}", wrap(status.meaning, style.width, ""))?;
    if let Some(guide) = reader.and_then(audience::first_guide) {
        writeln!(out, "\n{}", markdown::text(guide.text, style, ""))?;
    }
    writeln!(out)?;
    let retry = format!("{} {}", status.retry.text(), status.retry_note);
    let cache = if status.heuristically_cacheable {
        "A cache may keep it without being told to (RFC 9110 section 15.1)."
    } else {
        "A cache keeps it only when the response says so explicitly."
    };
    for (name, text) in [
        ("defined by", registration(status.registration)),
        ("sent by", status.sender.to_owned()),
        ("retry", retry.trim().to_owned()),
        ("cache", cache.to_owned()),
        ("crawlers", status.crawler.text().to_owned()),
        ("notes", status.notes.to_owned()),
    ] {
        if !text.is_empty() {
            writeln!(out, "{}", labelled(name, &text, style))?;
        }
    }
    for other in status.other_uses {
        writeln!(
            out,
            "{}",
            labelled("also", &format!("{}: {}", other.whose, other.meaning), style)
        )?;
    }
    write_causes(out, status.causes, style)?;
    let sub: Vec<&SubCode> = status::sub_codes_of(status.code).collect();
    if !sub.is_empty() {
        writeln!(out, "\n{}", style.bold("Finer codes that come with it"))?;
        for code in sub {
            writeln!(out, "{}", entry("  ", code.code, 10, code.meaning, style.width))?;
        }
    }
    if matches!(status.code, 500 | 502 | 503 | 504)
        && let Some(guide) = guides::find("differences")
    {
        writeln!(out, "\n{}", markdown::text(guide.text, style, ""))?;
    }
    Ok(())
}

fn labelled(name: &str, text: &str, style: Style) -> String {
    let wrapped = wrap(text, style.width, "              ");
    format!("  {} {}", style.dim(&format!("{name:<11}")), wrapped.trim_start())
}

fn registration(registration: Registration) -> String {
    match registration {
        Registration::Registered(document) => format!("IANA registry, {document}"),
        Registration::Temporary(document) => {
            format!("IANA registry for a limited time, {document}")
        }
        Registration::Unregistered { whose, reference } => {
            format!("not registered: {whose} ({reference})")
        }
    }
}

fn write_causes(out: &mut dyn Write, causes: &[&str], style: Style) -> io::Result<()> {
    let known: Vec<&Cause> = causes.iter().filter_map(|id| catalogue::find(id)).collect();
    if known.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", style.bold("What it points to"))?;
    for cause in known {
        writeln!(out, "{}", entry("  ", cause.id, 28, cause.summary, style.width))?;
    }
    Ok(())
}

fn write_sub_code(out: &mut dyn Write, code: &SubCode, style: Style) -> io::Result<()> {
    writeln!(out, "{}", style.bold(code.code))?;
    writeln!(out, "{}", wrap(code.meaning, style.width, ""))?;
    write_causes(out, code.causes, style)
}

fn write_cause(
    out: &mut dyn Write,
    cause: &Cause,
    reader: Option<Reader>,
    style: Style,
) -> io::Result<()> {
    let page = cause.page();
    writeln!(out, "{}", style.bold(page.title))?;
    let proxy_error = cause.proxy_error.map_or("-", ProxyError::slug);
    let facts = format!(
        "{} · {} · stage {} · blame {} · RFC 9209 {proxy_error}",
        cause.id,
        cause.kind.slug(),
        cause.stage,
        cause.blame
    );
    writeln!(out, "{}", style.dim(&facts))?;
    if !cause.shows_as.is_empty() {
        let shown: Vec<&str> = cause.shows_as.iter().map(|shown| shown.mechanism).collect();
        writeln!(out, "{}", style.dim(&format!("shows as {}", shown.join(", "))))?;
    }
    writeln!(out, "\n{}", markdown::text(page.lead, style, ""))?;
    if let Some(guide) = reader.and_then(audience::first_guide) {
        writeln!(out, "\n{}", markdown::text(guide.text, style, ""))?;
    }
    for heading in audience::order(reader) {
        let Some(section) = page.section(heading) else { continue };
        writeln!(out, "\n{}", style.bold(heading))?;
        writeln!(out, "{}", markdown::text(section.body, style, "  "))?;
        for (product, body) in &section.parts {
            writeln!(out, "\n  {}", style.bold(product))?;
            writeln!(out, "{}", markdown::text(body, style, "  "))?;
        }
    }
    Ok(())
}

fn write_codes(out: &mut dyn Write, asked: &str, found: &[&Code], style: Style) -> io::Result<()> {
    let letters = codes::letters(asked);
    let is_state = !letters.is_empty() && asked.trim().len() == letters.len();
    if is_state {
        writeln!(
            out,
            "{}",
            style.bold(&format!("{asked}: HAProxy termination state, character by character"))
        )?;
        for letter in &letters {
            writeln!(out, "{}", labelled(&letter.letter.to_string(), letter.meaning, style))?;
        }
        writeln!(out)?;
    }
    for (at, code) in found.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", style.bold(&format!("{}: {}", code.code, code.title)))?;
        writeln!(out, "{}", style.dim(&format!("{} · {}", code.family.title(), code.reference)))?;
        writeln!(out, "{}", wrap(code.meaning, style.width, ""))?;
        if let Some(status) = code.status {
            writeln!(out, "{}", labelled("status", status, style))?;
        }
        if let Some(error) = code.proxy_error {
            let text = format!("{error}: {}", error.meaning());
            writeln!(out, "{}", labelled("RFC 9209", &text, style))?;
        }
        if !code.verified {
            writeln!(out, "{}", labelled("note", "not verified against the product", style))?;
        }
        write_causes(out, code.causes, style)?;
    }
    Ok(())
}

fn json_status(status: &Status) -> Value {
    json!({
        "about": "status",
        "code": status.code,
        "name": status.name,
        "registration": registration(status.registration),
        "meaning": status.meaning,
        "sender": status.sender,
        "retry": status.retry.text(),
        "retry_note": status.retry_note,
        "heuristically_cacheable": status.heuristically_cacheable,
        "crawler": status.crawler.text(),
        "notes": status.notes,
        "causes": status.causes,
    })
}

fn json_cause(cause: &Cause) -> Value {
    let page = cause.page();
    let sections: Vec<Value> = page
        .sections()
        .iter()
        .map(|section| {
            let parts: Vec<Value> = section
                .parts
                .iter()
                .map(|(product, text)| json!({"product": product, "text": text}))
                .collect();
            json!({"heading": section.heading, "text": section.body, "parts": parts})
        })
        .collect();
    json!({
        "about": "cause",
        "id": cause.id,
        "kind": cause.kind.slug(),
        "title": page.title,
        "summary": cause.summary,
        "lead": page.lead,
        "stage": cause.stage,
        "blame": cause.blame,
        "proxy_error": cause.proxy_error,
        "shows_as": cause.shows_as.iter().map(|shown| shown.mechanism).collect::<Vec<_>>(),
        "contact": cause.contact,
        "sections": sections,
    })
}

fn json_code(code: &Code) -> Value {
    json!({
        "family": code.family.slug(),
        "code": code.code,
        "title": code.title,
        "meaning": code.meaning,
        "status": code.status,
        "proxy_error": code.proxy_error,
        "causes": code.causes,
        "reference": code.reference,
        "verified": code.verified,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_found_by_every_spelling() {
        for word in [
            "502",
            "HTTP 502",
            "009",
            "connect_refused",
            "Connect-Refused",
            "retry",
            "visitor",
            "connection_refused",
            "UF,URX",
            "sH--",
            "H12",
            "AH01102",
            "OriginConnectError",
            "ERRORINFO_UPSTREAM_NO_LIVE",
            "502.3",
        ] {
            assert!(find(word).is_some(), "{word}");
        }
    }

    #[test]
    fn near_misses_are_offered() {
        assert_eq!(near("conect_refused").first(), Some(&"connect_refused"));
        assert!(near("zzzzzzzzzz").is_empty());
    }
}
