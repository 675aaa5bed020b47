//! What clients wrote into a line: the target of a request, a referrer, a user agent.
//!
//! Gateways log it beside their own words, so anybody can put the words of an error there. It is
//! blanked before words are looked for.

use std::borrow::Cow;

/// What a gateway puts before the words of a client, and what ends them.
const MARKS: &[(&str, &str)] = &[("referrer: \"", "\""), ("referer: ", "")];

/// Returns the line with the words of clients blanked; places in it stay where they are.
///
/// `format` is that of the access line, if it is one.
pub(crate) fn blank<'a>(line: &'a str, format: Option<&str>) -> Cow<'a, str> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    spans.extend(logged_request(line));
    spans.extend(upstream_path(line));
    for (mark, end) in MARKS {
        spans.extend(after(line, mark, end));
    }
    if let Some(format) = format {
        spans.extend(access_words(line, format));
    }
    if spans.is_empty() {
        return Cow::Borrowed(line);
    }
    let mut blanked = line.as_bytes().to_vec();
    for (start, end) in spans {
        if let Some(words) = blanked.get_mut(start..end) {
            words.fill(b'_');
        }
    }
    String::from_utf8(blanked).map_or(Cow::Borrowed(line), Cow::Owned)
}

/// `request: "GET /target HTTP/1.1"` of error lines.
fn logged_request(line: &str) -> Option<(usize, usize)> {
    const MARK: &str = "request: \"";
    let start = line.find(MARK)? + MARK.len();
    let rest = line.get(start..)?;
    let end = rest.find("\", ").or_else(|| rest.find('"')).unwrap_or(rest.len());
    target(line, start, start + end)
}

/// Returns where the target stands in a request line; what begins with `PROXY` is no request.
fn target(line: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let request = line.get(start..end)?;
    let (method, rest) = request.split_once(' ')?;
    if method == "PROXY" {
        return None;
    }
    let from = start + method.len() + 1;
    let length = rest.rfind(" HTTP/").unwrap_or(rest.len());
    Some((from, from + length))
}

/// The path in `upstream: "http://10.0.0.7:8000/path"`; that of a unix socket is the gateway's own.
fn upstream_path(line: &str) -> Option<(usize, usize)> {
    const MARK: &str = "upstream: \"";
    let start = line.find(MARK)? + MARK.len();
    let rest = line.get(start..)?;
    let end = rest.find('"').unwrap_or(rest.len());
    let authority = rest.get(..end)?.find("://")? + 3;
    let after = rest.get(authority..end)?;
    if after.starts_with("unix:") {
        return None;
    }
    let path = authority + after.find('/')?;
    Some((start + path, start + end))
}

fn after(line: &str, mark: &str, end: &str) -> Option<(usize, usize)> {
    let start = line.find(mark)? + mark.len();
    let rest = line.get(start..)?;
    let length = if end.is_empty() { None } else { rest.find(end) };
    Some((start, start + length.unwrap_or(rest.len())))
}

/// The target in an access line, and the quoted fields after it in which the format puts what the
/// client sent.
fn access_words(line: &str, format: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let Some(http) = line.find(" HTTP/") else { return spans };
    let Some(quote) = line.get(..http).and_then(|before| before.rfind('"')) else { return spans };
    let close = line.get(http..).and_then(|rest| rest.find('"')).map(|end| http + end);
    let close = close.unwrap_or(line.len());
    spans.extend(target(line, quote + 1, close));
    let fields = match format {
        "access log" => usize::MAX,
        "AWS load balancer log" => 1,
        _ => 0,
    };
    spans.extend(quoted_fields(line, close + 1).take(fields));
    spans
}

/// Quoted fields without a name: `"…"` after a space.
fn quoted_fields(line: &str, from: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut at = from;
    std::iter::from_fn(move || {
        loop {
            let open = line.get(at..)?.find('"')? + at;
            let length = line.get(open + 1..)?.find('"')?;
            let close = open + 1 + length;
            at = close + 1;
            let named = open.checked_sub(1).and_then(|before| line.as_bytes().get(before));
            if named == Some(&b' ') {
                return Some((open + 1, close));
            }
        }
    })
}

/// Fields of JSON logs that hold what the client sent.
const FIELDS: &[&str] = &[
    "agent",
    "args",
    "http_referer",
    "http_referrer",
    "http_user_agent",
    "http_x_forwarded_for",
    "query",
    "query_string",
    "referer",
    "referrer",
    "request_referer",
    "request_uri",
    "request_user-agent",
    "requestpath",
    "requesturl",
    "uri",
    "user-agent",
    "user_agent",
    "useragent",
];

/// Tells whether a field of a JSON log holds what the client sent.
pub(crate) fn is_field(key: &str, value: &str) -> bool {
    let key = key.to_ascii_lowercase();
    FIELDS.contains(&key.as_str()) || key == "request" && value.contains(" HTTP/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_of_a_logged_request_is_blanked() {
        let line =
            r#"connect() failed, client: 192.0.2.1, request: "GET /a?b HTTP/1.1", host: "h""#;

        let blanked = blank(line, None);

        assert!(blanked.contains("request: \"GET ____ HTTP/1.1\", host"), "{blanked}");
    }

    #[test]
    fn the_path_of_a_unix_socket_stays() {
        let line = r#"upstream: "fastcgi://unix:/run/php.sock:""#;

        assert_eq!(blank(line, None), line);
    }

    #[test]
    fn named_fields_of_an_access_line_stay() {
        let line = r#"192.0.2.1 - - [x] "GET /a HTTP/1.1" 502 1 "http://r" "agent" us="502""#;

        let blanked = blank(line, Some("access log"));

        assert!(blanked.ends_with(r#""GET __ HTTP/1.1" 502 1 "________" "_____" us="502""#));
    }

    #[test]
    fn a_proxy_header_is_no_request() {
        let line = r#"client sent invalid request: "PROXY TCP4 192.0.2.1 192.0.2.2 1 2""#;

        assert_eq!(blank(line, None), line);
    }

    #[test]
    fn characters_of_several_bytes_are_blanked_whole() {
        let line = "referrer: \"https://x.example/ä\"";

        assert_eq!(blank(line, None).len(), line.len());
    }
}
