//! A page prepared for matching: HTML as a reader sees it, folded case, bounded size.

use std::borrow::Cow;

use goodgate_evidence::text;

use super::{BODY_MAX, FIELD_VALUE_MAX, FIELDS_MAX, Page, QUOTE_MAX, status};

/// Characters of a word that follows a match; a host name has at most 253.
const WORD_MAX: usize = 255;
/// Characters of a character reference such as `&#8217;`; longer ones are text.
const REFERENCE_MAX: usize = 12;

/// A page prepared for matching.
pub(super) struct View<'a> {
    /// The status that was given or that the text names.
    pub(super) status: Option<u16>,
    /// The words that name the status, where it was not given.
    pub(super) status_words: Option<String>,
    /// Whether the status came with the response and not from its text.
    pub(super) status_given: bool,
    /// The reason phrase, folded.
    pub(super) reason: String,
    /// Whether the head looks complete, so that a missing field means something.
    pub(super) whole_head: bool,
    /// The body as it came, bounded.
    pub(super) body: &'a str,
    /// The body with folded case and single spaces, markup and all.
    pub(super) source: String,
    /// The text as a reader sees it.
    pub(super) visible: String,
    /// The same with folded case; offsets agree with `visible`.
    pub(super) folded: String,
    fields: Vec<Field<'a>>,
}

/// A header field prepared for matching.
pub(super) struct Field<'a> {
    /// The name in lower case.
    pub(super) name: String,
    /// The value as it came, bounded.
    pub(super) value: &'a str,
    /// The value with folded case.
    pub(super) folded: String,
}

impl<'a> View<'a> {
    /// Prepares a page.
    pub(super) fn new(page: &Page<'a>) -> Self {
        let body = bounded(page.body, BODY_MAX);
        let fields: Vec<_> = page.fields.iter().take(FIELDS_MAX).map(Field::new).collect();
        let visible = tidy(&shown(body));
        let folded = fold(&visible);
        let named = if page.status.is_none() { status::named(&folded) } else { None };
        let status = page.status.or(named.as_ref().map(|(status, _)| *status));
        let framed = |field: &Field<'_>| {
            matches!(field.name.as_str(), "content-type" | "content-length" | "connection")
        };
        Self {
            status,
            status_words: named.map(|(_, place)| quoted(&visible, place.0, place.1)),
            status_given: page.status.is_some(),
            reason: fold(page.reason.unwrap_or_default().trim()),
            whole_head: page.status.is_some() && fields.iter().any(framed),
            body,
            source: fold(&tidy(body)),
            visible,
            folded,
            fields,
        }
    }

    /// Tells whether any header field is known.
    pub(super) fn has_fields(&self) -> bool {
        !self.fields.is_empty()
    }

    /// Returns the first field with this name, which is in lower case.
    pub(super) fn field(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns all fields with this name, which is in lower case.
    pub(super) fn all_fields(&self, name: &str) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(move |field| field.name == name)
    }

    /// Returns a part of the text as a reader sees it.
    pub(super) fn quote(&self, start: usize, end: usize) -> String {
        quoted(&self.visible, start, end)
    }

    /// Returns the word that starts at or after an offset of the text.
    pub(super) fn word_at(&self, at: usize) -> String {
        let rest = self.visible.get(at..).unwrap_or_default();
        let rest = rest.trim_start_matches([' ', ':', '"', '\'', '(', '`']);
        let word: String = rest
            .chars()
            .take(WORD_MAX)
            .take_while(|c| !c.is_whitespace() && !"\"'<>(),;`".contains(*c))
            .collect();
        word.trim_end_matches(['.', ':']).to_owned()
    }
}

impl<'a> Field<'a> {
    fn new((name, value): &'a (String, String)) -> Self {
        let value = bounded(value.trim(), FIELD_VALUE_MAX);
        Self { name: name.trim().to_ascii_lowercase(), value, folded: fold(value) }
    }
}

/// Returns words from a page for display: one line, shortened, without secrets.
pub(super) fn quotation(words: &str) -> String {
    let line = tidy(bounded(words, 8 * QUOTE_MAX));
    text::shorten(&text::redact(&line), QUOTE_MAX)
}

/// Returns every place of `words` in `text`, without overlaps.
pub(super) fn places<'t>(text: &'t str, words: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(words).map(|(at, _)| at)
}

/// Returns at most `max` bytes of a text, cut between characters.
pub(super) fn bounded(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default()
}

fn quoted(text: &str, start: usize, end: usize) -> String {
    text.get(start..end).unwrap_or_default().to_owned()
}

/// Returns the text with folded case; every character keeps its length.
pub(super) fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

fn fold_char(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(low), None) if low.len_utf8() == c.len_utf8() => low,
        _ => c,
    }
}

/// Returns the text on one line with single spaces and plain quotation marks and dashes.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        match c {
            c if c.is_whitespace() => space = true,
            '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' => {}
            c => {
                if space && !out.is_empty() {
                    out.push(' ');
                }
                space = false;
                out.push(plain(c));
            }
        }
    }
    out
}

fn plain(c: char) -> char {
    match c {
        '‘' | '’' | 'ʼ' | '‛' => '\'',
        '“' | '”' | '„' => '"',
        '‐' | '‑' | '‒' | '–' | '—' => '-',
        c => c,
    }
}

/// Returns the text that a reader of the HTML sees: tags, comments, scripts and styles removed,
/// character references decoded once. Plain text comes out as it is.
fn shown(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    // Searched once, so that a page of nothing but `<` stays linear.
    let last_close = html.rfind('>').map_or(0, |at| html.len() - at);
    while let Some(at) = rest.find('<') {
        let (before, tail) = rest.split_at(at);
        decode(before, &mut out);
        if tail.len() < last_close || last_close == 0 || !starts_tag(tail) {
            out.push('<');
            rest = tail.get(1..).unwrap_or_default();
            continue;
        }
        let name = tag_name(tail);
        if !is_inline(&name) {
            out.push(' ');
        }
        rest = after_tag(tail, &name);
    }
    decode(rest, &mut out);
    out
}

fn starts_tag(text: &str) -> bool {
    text.as_bytes().get(1).is_some_and(|b| b.is_ascii_alphabetic() || b"/!?".contains(b))
}

fn tag_name(tag: &str) -> String {
    tag.chars()
        .skip(1)
        .take(12)
        .take_while(|c| c.is_ascii_alphanumeric() || "/!?-".contains(*c))
        .collect::<String>()
        .to_ascii_lowercase()
}

/// Tags that do not separate words.
fn is_inline(name: &str) -> bool {
    let name = name.trim_start_matches('/');
    matches!(
        name,
        "a" | "b" | "em" | "strong" | "i" | "u" | "span" | "ins" | "code" | "tt" | "font"
    ) || name.starts_with("!--")
}

/// Returns what follows a tag, a comment, or an element whose content is not shown.
///
/// What is never closed goes on to the end.
fn after_tag<'t>(tag: &'t str, name: &str) -> &'t str {
    let end = match name {
        name if name.starts_with("!--") => "-->",
        "script" => "</script",
        "style" => "</style",
        _ => ">",
    };
    let inner = tag.get(1..).unwrap_or_default();
    let Some(at) = find_ignoring_case(inner, end) else { return "" };
    let rest = inner.get(at + end.len()..).unwrap_or_default();
    if end.starts_with("</") { rest.split_once('>').map_or("", |(_, rest)| rest) } else { rest }
}

fn find_ignoring_case(text: &str, ascii: &str) -> Option<usize> {
    if !ascii.starts_with("</") {
        return text.find(ascii);
    }
    let width = ascii.len();
    places(text, "<").find(|at| {
        text.as_bytes()
            .get(*at..at + width)
            .is_some_and(|s| s.eq_ignore_ascii_case(ascii.as_bytes()))
    })
}

/// Adds text with its character references decoded, once.
fn decode(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let (decoded, length) = reference(tail).unwrap_or((Cow::Borrowed("&"), 1));
        out.push_str(&decoded);
        rest = tail.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
}

fn reference(text: &str) -> Option<(Cow<'static, str>, usize)> {
    let end = text.bytes().take(REFERENCE_MAX).position(|b| b == b';')?;
    let name = text.get(1..end)?;
    let decoded = match name.strip_prefix('#') {
        Some(number) => Cow::Owned(numbered(number)?.to_string()),
        None => Cow::Borrowed(named(name)?),
    };
    Some((decoded, end + 1))
}

fn numbered(number: &str) -> Option<char> {
    let value = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    char::from_u32(value.ok()?)
}

fn named(name: &str) -> Option<&'static str> {
    Some(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "apos" | "rsquo" | "lsquo" => "'",
        "quot" | "ldquo" | "rdquo" => "\"",
        "nbsp" => " ",
        "ndash" | "mdash" => "-",
        "bull" => "•",
        "middot" => "·",
        "hellip" => "…",
        "copy" => "©",
        _ => return None,
    })
}
