//! The status that a text names, for pages that are pasted without their status line.

use goodgate_evidence::Sign;

use super::Mark;

/// Words after which a number is a status, in the languages of common error pages.
const BEFORE: &[&str] = &[
    "error",
    "http",
    "code",
    "status",
    "fehler",
    "erreur",
    "errore",
    "erro",
    "fout",
    "błąd",
    "ошибка",
    "エラー",
    "错误",
    "錯誤",
];

/// Words before which a number is a status.
const AFTER: &[&str] = &[
    "bad gateway",
    "badgateway",
    "gateway time",
    "service unavailable",
    "service temporarily",
    "internal server",
    "proxy error",
    "server error",
    "that's an error",
    "backend fetch failed",
    "backend read error",
    "first byte timeout",
    "error",
    "fehler",
    "エラー",
    "错误",
    "錯誤",
    "mauvaise passerelle",
    "fehlerhaftes gateway",
    "ungültiges gateway",
    "puerta de enlace",
    "gateway inválido",
    "плохой шлюз",
    "ошибочный шлюз",
    "不正なゲートウェイ",
    "错误网关",
    "网关错误",
];

/// What may stand between the number and those words.
const BETWEEN: &[char] = &[' ', ':', '-', '#', '(', ')', '|', '.', ',', '*', '_', '`', '/'];

/// Keys that lines of access logs have and bodies of errors have not.
const LOG_KEYS: &[&str] = &[
    "\"method\":",
    "\"request\":",
    "\"request_method\":",
    "\"request_uri\":",
    "\"remote_addr\":",
    "\"remote_ip\":",
    "\"upstream_addr\":",
    "\"level\":",
    "\"logger\":",
];

/// Bytes before a number in which a slash makes it part of a path.
const PATH_MAX: usize = 80;

/// Words that stand for a status without its number.
const PHRASES: &[(&str, u16)] = &[
    ("bad gateway", 502),
    ("the proxy server received an invalid response from an upstream server", 502),
    ("received an invalid response while acting as a gateway or proxy server", 502),
    ("an invalid response was received from the upstream server", 502),
    ("the server returned an invalid or incomplete response.", 502),
    ("mauvaise passerelle", 502),
    ("passerelle incorrecte", 502),
    ("fehlerhaftes gateway", 502),
    ("ungültiges gateway", 502),
    ("puerta de enlace incorrecta", 502),
    ("puerta de enlace no válida", 502),
    ("gateway inválido", 502),
    ("gateway non valido", 502),
    ("ongeldige gateway", 502),
    ("nieprawidłowa brama", 502),
    ("плохой шлюз", 502),
    ("ошибочный шлюз", 502),
    ("不正なゲートウェイ", 502),
    ("错误网关", 502),
    ("网关错误", 502),
    ("gateway timeout", 504),
    ("gateway time-out", 504),
    ("the server didn't respond in time.", 504),
    ("the upstream server is timing out", 504),
    ("service temporarily unavailable", 503),
    ("no server is available to handle this request.", 503),
    ("backend fetch failed", 503),
    ("twitter is over capacity", 503),
];

/// Words that stand for a status only where they are all there is.
const WHOLE_PHRASES: &[(&str, u16)] =
    &[("proxy error", 502), ("service unavailable", 503), ("internal server error", 500)];

/// Returns the sign of a status.
pub(super) fn mark(status: u16, words: Option<&str>) -> Option<Mark> {
    let sign = match status {
        200..=399 => Sign::StatusOk,
        500 => Sign::Status500,
        502 => Sign::Status502,
        503 => Sign::Status503,
        504 => Sign::Status504,
        _ => return None,
    };
    let plain = format!("status {status}");
    Some(Mark::new(sign, words.unwrap_or(&plain)).with("status", &status.to_string()))
}

/// Returns the status that the folded text names, and where: by its number, or else by its words.
pub(super) fn named(folded: &str) -> Option<(u16, (usize, usize))> {
    by_number(folded).or_else(|| by_words(folded))
}

fn by_words(folded: &str) -> Option<(u16, (usize, usize))> {
    let phrase = PHRASES.iter().find_map(|(words, status)| {
        let start = folded.find(words)?;
        Some((*status, (start, start + words.len())))
    });
    phrase.or_else(|| {
        let whole = WHOLE_PHRASES.iter().find(|(words, _)| folded.trim_end_matches('.') == *words);
        whole.map(|(words, status)| (*status, (0, words.len())))
    })
}

/// The first 5xx that is spoken of, or else the first 4xx.
fn by_number(folded: &str) -> Option<(u16, (usize, usize))> {
    let json = folded.starts_with('{') && !is_log_record(folded);
    let mut client_side = None;
    for (start, end) in numbers(folded) {
        let Some(status) = folded.get(start..end).and_then(|digits| digits.parse().ok()) else {
            continue;
        };
        if in_path(folded, start) {
            continue;
        }
        let Some(place) = spoken_of(folded, start, end, json) else { continue };
        match status {
            500..=599 => return Some((status, place)),
            400..=499 if client_side.is_none() => client_side = Some((status, place)),
            _ => {}
        }
    }
    client_side
}

/// Tells whether a JSON object is a line of an access log and not the body of an error.
fn is_log_record(folded: &str) -> bool {
    LOG_KEYS.iter().any(|key| folded.contains(key))
}

/// Tells whether the number belongs to a path such as `/error/502` or `/error-502.html`.
fn in_path(text: &str, start: usize) -> bool {
    let before = text.as_bytes().get(start.saturating_sub(PATH_MAX)..start).unwrap_or_default();
    before.iter().rev().take_while(|b| !b.is_ascii_whitespace()).any(|b| *b == b'/')
}

/// Returns the places of all runs of exactly three digits that stand alone.
fn numbers(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let bytes = text.as_bytes();
    let joined = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at)).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
    };
    text.match_indices(['4', '5']).filter_map(move |(start, _)| {
        let end = start + 3;
        let digits = bytes.get(start..end)?;
        let alone = !joined(start.checked_sub(1)) && !joined(Some(end));
        (alone && digits.iter().all(u8::is_ascii_digit)).then_some((start, end))
    })
}

/// Returns the place of the number with the words that make it a status.
fn spoken_of(text: &str, start: usize, end: usize, json: bool) -> Option<(usize, usize)> {
    let quote = |c: char| json && c == '"';
    let before = text.get(..start)?.trim_end_matches(|c| BETWEEN.contains(&c) || quote(c));
    if start - before.len() <= 4
        && let Some(word) = BEFORE.iter().find(|word| ends_with_word(before, word))
    {
        return Some((before.len() - word.len(), end));
    }
    let rest = text.get(end..)?;
    let after = rest.trim_start_matches(BETWEEN);
    let word = AFTER.iter().find(|word| after.starts_with(**word))?;
    (rest.len() - after.len() <= 4).then_some((start, text.len() - after.len() + word.len()))
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let Some(before) = text.strip_suffix(word) else { return false };
    !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}
