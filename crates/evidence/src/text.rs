//! Text from outside, made harmless before it is shown or kept.

/// Returns `text` with every control character made visible, so that a terminal, a log or a page
/// shows it and obeys none of it.
///
/// Line feeds and tabs stay. Escape sequences, carriage returns, bidirectional overrides and other
/// characters that steer a terminal or hide text become `\u{…}`.
pub fn neutralise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || c == '\t' || !steers(c) {
            out.push(c);
        } else {
            out.extend(c.escape_default());
        }
    }
    out
}

/// Returns `text` as the content of an HTML element or of a quoted attribute.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in neutralise(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Returns `text` for use inside a Markdown paragraph: what would start markup is escaped.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in neutralise(text).chars() {
        match c {
            '\n' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Returns `text` as one word of a POSIX shell command.
pub fn shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,[]".contains(c);
    if !text.is_empty() && text.chars().all(plain) && !text.contains(['[', ']']) {
        return text.to_owned();
    }
    format!("'{}'", neutralise(text).replace('\'', r"'\''"))
}

/// Returns at most `max` characters of `text`, with a mark where something was cut.
pub fn shorten(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(max.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Returns `text` with secrets and query values masked: credentials in URLs, values of query
/// parameters, cookies, authorization fields and what looks like a token.
pub fn redact(text: &str) -> String {
    redact::redact(text)
}

#[path = "redact.rs"]
mod redact;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_escapes_are_shown_and_not_obeyed() {
        assert_eq!(neutralise("a\x1b[31mb\rc\nd"), "a\\u{1b}[31mb\\rc\nd");
    }

    #[test]
    fn bidirectional_overrides_are_shown() {
        assert_eq!(neutralise("a\u{202e}b"), "a\\u{202e}b");
    }

    #[test]
    fn html_is_text() {
        assert_eq!(html("<script>'\"&"), "&lt;script&gt;&#39;&quot;&amp;");
    }

    #[test]
    fn markdown_starts_no_markup() {
        assert_eq!(markdown("[x](y) <b>"), r"\[x\]\(y\) &lt;b&gt;");
    }

    #[test]
    fn shell_words_are_quoted() {
        assert_eq!(shell("https://a/b"), "https://a/b");
        assert_eq!(shell("a b'; rm -rf /"), r"'a b'\''; rm -rf /'");
        assert_eq!(shell(""), "''");
    }

    #[test]
    fn shortening_counts_characters() {
        assert_eq!(shorten("äöü", 2), "ä…");
        assert_eq!(shorten("äöü", 3), "äöü");
    }
}
