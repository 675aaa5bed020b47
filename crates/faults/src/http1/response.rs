//! The head of a response that is passed on: only what its framing hangs on is read, leniently.

use super::framing::Framing;

/// What the head of a response says about its body and its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    /// The status.
    pub(crate) status: u16,
    /// How the end of the body is told.
    pub(crate) framing: Framing,
    /// Whether the sender keeps the connection.
    pub(crate) keeps_alive: bool,
}

impl Response {
    /// Reads a head; none where it is no head of HTTP/1.
    pub(crate) fn parse(head: &[u8], is_answer_to_head: bool) -> Option<Self> {
        let text = String::from_utf8_lossy(head);
        let mut lines = text.split("\r\n");
        let (version, rest) = lines.next()?.split_once(' ')?;
        if !version.starts_with("HTTP/1.") {
            return None;
        }
        let status = rest.get(..3)?.parse().ok()?;
        let fields: Vec<(String, &str)> = lines.filter_map(field).collect();
        let connection = fields.iter().filter(|(name, _)| name == "connection");
        let says = |word| connection.clone().any(|(_, value)| super::head::has_word(value, word));
        let keeps_alive = if version == "HTTP/1.0" { says("keep-alive") } else { !says("close") };
        let framing = framing(status, &fields, is_answer_to_head);
        Some(Self { status, framing, keeps_alive })
    }

    /// Whether it is followed by another head.
    pub(crate) const fn is_interim(&self) -> bool {
        self.status / 100 == 1 && !self.is_upgrade()
    }

    /// Whether the connection is a tunnel from here on.
    pub(crate) const fn is_upgrade(&self) -> bool {
        self.status == 101
    }
}

fn field(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split_once(':')?;
    Some((name.to_ascii_lowercase(), value.trim_matches([' ', '\t'])))
}

/// Returns where the body ends (RFC 9112 section 6.3).
fn framing(status: u16, fields: &[(String, &str)], is_answer_to_head: bool) -> Framing {
    let values = |wanted: &'static str| {
        fields.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| *value)
    };
    if is_answer_to_head || status / 100 == 1 || status == 204 || status == 304 {
        return Framing::Length(0);
    }
    if let Some(coding) = values("transfer-encoding").next_back() {
        let is_chunked = super::head::has_word(coding, "chunked");
        return if is_chunked { Framing::Chunked } else { Framing::ToTheEnd };
    }
    let mut lengths = values("content-length").map(|value| value.parse().ok());
    match lengths.next() {
        Some(Some(length)) if lengths.all(|other| other == Some(length)) => Framing::Length(length),
        _ => Framing::ToTheEnd,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framing_of(head: &str) -> Framing {
        Response::parse(head.as_bytes(), false).expect("a head").framing
    }

    #[test]
    fn framing_follows_the_rfc() {
        for (fields, framing) in [
            ("Content-Length: 7", Framing::Length(7)),
            ("Content-Length: 7\r\nTransfer-Encoding: chunked", Framing::Chunked),
            ("Transfer-Encoding: gzip", Framing::ToTheEnd),
            ("Content-Length: 7\r\ncontent-length: 8", Framing::ToTheEnd),
            ("Server: x", Framing::ToTheEnd),
        ] {
            assert_eq!(framing_of(&format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n")), framing);
        }
    }

    #[test]
    fn some_answers_have_no_body() {
        assert_eq!(framing_of("HTTP/1.1 204 No Content\r\n\r\n"), Framing::Length(0));
        assert_eq!(framing_of("HTTP/1.1 304\r\nContent-Length: 9\r\n\r\n"), Framing::Length(0));
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
        let response = Response::parse(head, true).expect("a head");
        assert_eq!(response.framing, Framing::Length(0));
    }

    #[test]
    fn what_is_no_head_is_none() {
        for head in ["SSH-2.0-x\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1\r\n\r\n", "\r\n\r\n"] {
            assert_eq!(Response::parse(head.as_bytes(), false), None, "{head:?}");
        }
    }
}
