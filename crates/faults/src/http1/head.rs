//! The head of a request (RFC 9112 sections 2 and 3), read strictly.

use super::framing::Framing;

/// The head of a request.
#[derive(Debug)]
pub(crate) struct Request {
    /// The head as it came, with its empty line.
    pub(crate) raw: Vec<u8>,
    /// The method.
    pub(crate) method: String,
    /// The path of the target, without the query.
    pub(crate) path: String,
    /// How the end of the body is told; a length of 0 without a body.
    pub(crate) framing: Framing,
    /// Whether the peer wants further requests on the connection.
    pub(crate) keeps_alive: bool,
    /// Whether it is HTTP/1.0, which has to be told that the connection is kept.
    pub(crate) is_old: bool,
    /// Whether the peer waits for `100 Continue` before it sends the body.
    pub(crate) waits_for_continue: bool,
}

impl Request {
    /// Reads a head that ends with an empty line.
    pub(crate) fn parse(raw: Vec<u8>) -> Result<Self, &'static str> {
        let text = std::str::from_utf8(&raw).map_err(|_| "the head is no text")?;
        let mut lines = text.strip_suffix("\r\n\r\n").unwrap_or(text).split("\r\n");
        let (method, target, version) = request_line(lines.next().unwrap_or_default())?;
        let mut fields = Fields::default();
        for line in lines {
            fields.read(line)?;
        }
        let is_old = version == "HTTP/1.0";
        let (method, path) = (method.to_owned(), path_of(target).to_owned());
        let framing = fields.framing()?;
        let keeps_alive = if is_old { fields.keep_alive } else { !fields.close };
        let waits_for_continue = fields.expects_continue && !is_old;
        Ok(Self { raw, method, path, framing, keeps_alive, is_old, waits_for_continue })
    }

    /// Returns the value of a field; the first one, where there are several.
    pub(crate) fn field(&self, wanted: &str) -> Option<&str> {
        let text = std::str::from_utf8(&self.raw).ok()?;
        let fields = text.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
        let mut fields = fields.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        fields.next().map(|(_, value)| value.trim_matches([' ', '\t']))
    }

    /// Whether the answer has no body because it was not asked for.
    pub(crate) fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    /// Whether the request has a body.
    pub(crate) fn has_body(&self) -> bool {
        self.framing != Framing::Length(0)
    }
}

/// Returns the length of a head that is complete, with its empty line; looks from `from` on.
pub(crate) fn end(bytes: &[u8], from: usize) -> Option<usize> {
    let found = bytes.get(from..)?.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(from + found + 4)
}

fn request_line(line: &str) -> Result<(&str, &str, &str), &'static str> {
    let mut words = line.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err("the request line is not METHOD TARGET VERSION");
    };
    if !is_token(method) {
        return Err("the method is no token");
    }
    if method == "CONNECT" {
        return Err("tunnels are not made here");
    }
    if target.is_empty() || target.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("the target is empty or has control characters");
    }
    if !["HTTP/1.0", "HTTP/1.1"].contains(&version) {
        return Err("the version is neither HTTP/1.0 nor HTTP/1.1");
    }
    Ok((method, target, version))
}

/// Returns the path of a target in origin form or absolute form, without the query.
fn path_of(target: &str) -> &str {
    let target = target.split(['?', '#']).next().unwrap_or_default();
    match target.split_once("://") {
        Some((_, rest)) if !target.starts_with('/') => {
            rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/")
        }
        _ => target,
    }
}

/// What the fields say about the connection.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says whether one field was there")]
struct Fields {
    length: Option<u64>,
    is_chunked: bool,
    close: bool,
    keep_alive: bool,
    expects_continue: bool,
}

impl Fields {
    fn read(&mut self, line: &str) -> Result<(), &'static str> {
        let (name, value) = line.split_once(':').ok_or("a field has no colon")?;
        if !is_token(name) {
            return Err("a field name is no token");
        }
        if value.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
            return Err("a field value has control characters");
        }
        let value = value.trim_matches([' ', '\t']);
        match name.to_ascii_lowercase().as_str() {
            "content-length" => self.read_length(value),
            "transfer-encoding" if value.eq_ignore_ascii_case("chunked") && !self.is_chunked => {
                self.is_chunked = true;
                Ok(())
            }
            "transfer-encoding" => Err("the transfer coding is not chunked alone"),
            "connection" => {
                self.close |= has_word(value, "close");
                self.keep_alive |= has_word(value, "keep-alive");
                Ok(())
            }
            "expect" => {
                self.expects_continue = value.eq_ignore_ascii_case("100-continue");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn read_length(&mut self, value: &str) -> Result<(), &'static str> {
        let is_plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let length = value.parse().ok().filter(|_| is_plain).ok_or("the length is no number")?;
        match self.length.replace(length) {
            Some(other) if other != length => Err("two lengths contradict each other"),
            _ => Ok(()),
        }
    }

    const fn framing(&self) -> Result<Framing, &'static str> {
        match (self.is_chunked, self.length) {
            (true, Some(_)) => Err("both a length and chunks are announced"),
            (true, None) => Ok(Framing::Chunked),
            (false, Some(length)) => Ok(Framing::Length(length)),
            (false, None) => Ok(Framing::Length(0)),
        }
    }
}

/// Whether a list of words, separated by commas, has a word.
pub(super) fn has_word(list: &str, word: &str) -> bool {
    list.split(',').any(|found| found.trim_matches([' ', '\t']).eq_ignore_ascii_case(word))
}

fn is_token(text: &str) -> bool {
    let is_tchar = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_tchar)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(head: &str) -> Result<Request, &'static str> {
        Request::parse(head.as_bytes().to_vec())
    }

    #[test]
    fn the_path_is_without_query_and_authority() {
        for (target, path) in [
            ("/a/b?c=/d", "/a/b"),
            ("http://x.test/a?b", "/a"),
            ("http://x.test", "/"),
            ("*", "*"),
            ("/redirect/http://x.test/", "/redirect/http://x.test/"),
        ] {
            assert_eq!(path_of(target), path, "{target}");
        }
    }

    #[test]
    fn framing_comes_from_the_fields() {
        let framing = |fields| {
            parse(&format!("POST / HTTP/1.1\r\n{fields}\r\n\r\n")).map(|request| request.framing)
        };

        assert_eq!(framing("Content-Length: 7"), Ok(Framing::Length(7)));
        assert_eq!(framing("Transfer-Encoding: Chunked"), Ok(Framing::Chunked));
        assert_eq!(framing("Host: x"), Ok(Framing::Length(0)));
        assert!(framing("Content-Length: 7\r\nContent-Length: 8").is_err());
        assert!(framing("Content-Length: +7").is_err());
        assert!(framing("Content-Length: 7\r\nTransfer-Encoding: chunked").is_err());
        assert!(framing("Transfer-Encoding: gzip, chunked").is_err());
    }

    #[test]
    fn versions_differ_in_what_is_kept() {
        let keeps = |head| parse(head).expect("a head").keeps_alive;

        assert!(keeps("GET / HTTP/1.1\r\n\r\n"));
        assert!(!keeps("GET / HTTP/1.1\r\nConnection: foo, Close\r\n\r\n"));
        assert!(!keeps("GET / HTTP/1.0\r\n\r\n"));
        assert!(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for head in [
            "GET /\r\n\r\n",
            "GET  / HTTP/1.1\r\n\r\n",
            "GET / HTTP/2.0\r\n\r\n",
            "G(T / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b\0\r\n\r\n",
            "\u{16}\u{3}\u{1}\r\n\r\n",
        ] {
            assert!(parse(head).is_err(), "{head:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let request = Request::parse(bytes);

            prop_assert!(request.is_err() || request.is_ok_and(|request| !request.method.is_empty()));
        }

        #[test]
        fn a_good_head_is_read_as_it_is(
            method in "[A-Z]{1,8}",
            path in "/[a-z0-9/%]{0,20}",
            name in "X-[A-Za-z]{1,8}",
            value in "[!-~]{0,20}",
        ) {
            prop_assume!(method != "CONNECT");
            let head = format!("{method} {path}?q HTTP/1.1\r\n{name}: {value}\r\n\r\n");
            let request = parse(&head).unwrap();

            prop_assert_eq!(&request.method, &method);
            prop_assert_eq!(&request.path, &path);
            prop_assert_eq!(request.field(&name.to_lowercase()), Some(value.as_str()));
            prop_assert_eq!(request.raw, head.into_bytes());
        }
    }

    #[test]
    fn the_end_is_found_behind_what_was_searched() {
        let head = b"GET / HTTP/1.1\r\n\r\nrest";

        assert_eq!(end(head, 0), Some(18));
        assert_eq!(end(head, 14), Some(18));
        assert_eq!(end(b"GET / HTTP/1.1\r\n", 0), None);
    }
}
