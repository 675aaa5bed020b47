//! Masks secrets in text that will be shown, kept or sent to somebody.

const MASK: &str = "***";

/// Field names whose value is a secret, compared without case.
const SECRET_FIELDS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "x-auth-token",
    "x-amz-security-token",
    "x-csrf-token",
    "api-key",
    "apikey",
    "password",
    "passwd",
    "secret",
    "access_token",
    "refresh_token",
    "client_secret",
];

pub(super) fn redact(text: &str) -> String {
    text.split_inclusive('\n').map(|line| query_values(&userinfo(&fields(line)))).collect()
}

/// Masks the value of every secret field, each up to the end of the quoted string or of the line.
fn fields(line: &str) -> String {
    let mut out = line.to_owned();
    for name in SECRET_FIELDS {
        let mut from = 0;
        while let Some((start, end)) = secret(&out, name, from) {
            out.replace_range(start..end, MASK);
            from = start + MASK.len();
        }
    }
    out
}

/// Finds the value of the next field of this name at or after `from`.
fn secret(line: &str, name: &str, mut from: usize) -> Option<(usize, usize)> {
    loop {
        let at = find_ignoring_case(line, name, from)?;
        from = at + name.len();
        let starts_word = at == 0 || !line.as_bytes()[at - 1].is_ascii_alphanumeric();
        let rest = &line[from..];
        let separator =
            rest.len() - rest.trim_start_matches(['"', '\'', '\\', ' ', ':', '=', '[', '(']).len();
        if !starts_word || !rest[..separator].contains([':', '=']) {
            continue;
        }
        let value = from + separator;
        let quoted = rest[..separator].contains(['"', '\'']) || in_quotes(line, at);
        let is_argument = line[..at].ends_with('\'');
        let end = line[value..]
            .char_indices()
            .find(|(end, c)| match c {
                '\n' => true,
                '"' => quoted,
                '\'' => is_argument && ends_argument(&line[value + end + 1..]),
                _ => false,
            })
            .map_or(line.len(), |(end, _)| end + value);
        let found = &line[value..end];
        if !found.trim().is_empty() && !found.starts_with(MASK) {
            return Some((value, end));
        }
    }
}

/// Finds an ASCII word without case; the result is a character boundary because the word is ASCII.
fn find_ignoring_case(line: &str, word: &str, from: usize) -> Option<usize> {
    let windows = line.as_bytes().get(from..)?.windows(word.len());
    let at =
        windows.enumerate().find(|(_, window)| window.eq_ignore_ascii_case(word.as_bytes()))?;
    Some(from + at.0)
}

fn in_quotes(line: &str, at: usize) -> bool {
    line[..at].bytes().filter(|byte| *byte == b'"').count() % 2 == 1
}

/// Whether an argument of a shell ends with the quote before this text. A quote within one is written
/// `'\''`, and elsewhere one may be part of a secret.
fn ends_argument(behind: &str) -> bool {
    behind.is_empty() || behind.starts_with(char::is_whitespace)
}

/// Masks `user:password@` in URLs.
fn userinfo(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after
            .find(|c: char| c == '/' || c == '"' || c == '?' || c.is_whitespace())
            .unwrap_or(after.len());
        match after[..end].rfind('@') {
            Some(sign) => {
                out.push_str(MASK);
                rest = &after[sign..];
            }
            None => rest = after,
        }
    }
    out.push_str(rest);
    out
}

/// Masks the values of query parameters, keeps their names.
fn query_values(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.char_indices().peekable();
    let (mut in_query, mut in_argument) = (false, false);
    while let Some((at, c)) = chars.next() {
        if !line[..at].ends_with(|c: char| !c.is_whitespace()) {
            in_argument = c == '\'';
        }
        out.push(c);
        if c == '?' {
            in_query = line[..at].ends_with(|c: char| !c.is_whitespace());
        } else if c.is_whitespace() || c == '"' || c == '<' || c == '#' {
            in_query = false;
        } else if in_query && c == '=' {
            let ends = |c: char| {
                c.is_whitespace() || matches!(c, '&' | ';' | '"' | '<' | '>' | '#' | ')' | ',')
            };
            let mut masked = false;
            let closes = |at: usize, c| in_argument && c == '\'' && ends_argument(&line[at + 1..]);
            while chars.peek().is_some_and(|(at, c)| !ends(*c) && !closes(*at, *c)) {
                chars.next();
                masked = true;
            }
            if masked {
                out.push_str(MASK);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn query_values_are_masked_and_names_stay() {
        assert_eq!(
            redact(r#""GET /a?token=abc&x=1 HTTP/1.1" 502"#),
            r#""GET /a?token=***&x=*** HTTP/1.1" 502"#
        );
    }

    #[test]
    fn credentials_in_urls_are_masked() {
        assert_eq!(redact("http://me:pw@host/x"), "http://***@host/x");
    }

    #[test]
    fn secret_fields_are_masked() {
        assert_eq!(redact("Cookie: session=abc; b=c"), "Cookie: ***");
        assert_eq!(
            redact(r#"{"Authorization":["Bearer x"],"a":1}"#),
            r#"{"Authorization":["***"],"a":1}"#
        );
        assert_eq!(redact("header: 'Set-Cookie: a=xxxx', client"), "header: 'Set-Cookie: ***");
    }

    #[test]
    fn a_masked_command_keeps_the_quotes_around_its_arguments() {
        assert_eq!(
            redact("curl -sS 'https://shop.example/a?token=abc' | head"),
            "curl -sS 'https://shop.example/a?token=***' | head"
        );
        assert_eq!(
            redact("curl -H 'Authorization: Bearer x' 'https://shop.example/?a=1&b=2'\n"),
            "curl -H 'Authorization: ***' 'https://shop.example/?a=***&b=***'\n"
        );
    }

    #[test]
    fn a_quote_within_a_secret_ends_no_mask() {
        assert_eq!(redact(r"curl 'http://a/?q=it'\''s-mine'"), "curl 'http://a/?q=***'");
        assert_eq!(redact("GET /a?q=it's-mine HTTP/1.1"), "GET /a?q=*** HTTP/1.1");
        assert_eq!(redact("'Cookie: a='b'; c=d' x"), "'Cookie: ***' x");
    }

    #[test]
    fn every_secret_of_a_line_is_masked() {
        let line = r#"{"Cookie":["a=1"],"Authorization":["Bearer x"],"cookie":"b=2","n":1}"#;
        assert_eq!(
            redact(line),
            r#"{"Cookie":["***"],"Authorization":["***"],"cookie":"***","n":1}"#
        );
    }

    #[test]
    fn plain_lines_stay_as_they_are() {
        let line =
            r#"connect() failed (111: Connection refused), upstream: "http://127.0.0.1:1/x""#;
        assert_eq!(redact(line), line);
    }
}
