//! The status that a text names, for pages that are pasted without their status line.

use goodgate_evidence::Sign;

use super::Mark;

/// Words after which a number is a status, in the languages of common error pages.
const BEFORE: &[&str] = &[
    "error", "http", "code", "status", "fehler", "erreur", "errore", "erro", "fout", "błąd",
    "ошибка", "エラー", "错误", "錯誤",
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

/// Returns the status that the folded text names and where: the first 5xx, or else the first 4xx.
pub(super) fn named(folded: &str) -> Option<(u16, (usize, usize))> {
    let json = folded.starts_with('{');
    let mut client_side = None;
    for (start, end) in numbers(folded) {
        let Some(status) = folded.get(start..end).and_then(|digits| digits.parse().ok()) else {
            continue;
        };
        let Some(place) = spoken_of(folded, start, end, json) else { continue };
        match status {
            500..=599 => return Some((status, place)),
            400..=499 if client_side.is_none() => client_side = Some((status, place)),
            _ => {}
        }
    }
    client_side
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
