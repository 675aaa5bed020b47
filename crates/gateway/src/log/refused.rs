//! The lines of what was no request: there is no route, no id and no attempt.

use std::net::IpAddr;
use std::time::SystemTime;

use super::line::{common_time, put, quoted, string, time};
use crate::digits::{address, number};

/// What came in place of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused<'a> {
    /// Who sent it.
    pub(crate) client: Option<IpAddr>,
    /// The status of the answer.
    pub(crate) status: u16,
    /// What is wrong with it.
    pub(crate) what: &'static str,
    /// Its first line, as far as it came. Any byte may be in there.
    pub(crate) line: &'a [u8],
}

impl Refused<'_> {
    /// The first line without its query, which may hold secrets.
    fn shown(&self) -> &[u8] {
        let end = self.line.iter().position(|byte| *byte == b'?');
        self.line.get(..end.unwrap_or(self.line.len())).unwrap_or_default()
    }

    /// Writes a line as a JSON object.
    pub(crate) fn json(&self, line: &mut Vec<u8>, at: SystemTime) {
        line.extend_from_slice(b"{\"time\":\"");
        time(line, at);
        line.push(b'"');
        if let Some(client) = self.client {
            line.extend_from_slice(b",\"client\":\"");
            address(line, client);
            line.push(b'"');
        }
        line.extend_from_slice(b",\"line\":");
        string(line, self.shown());
        line.extend_from_slice(b",\"status\":");
        number(line, u64::from(self.status));
        let what = self.what;
        put(line, format_args!(",\"end\":\"refused\",\"error\":\"http_request_error\""));
        put(line, format_args!(",\"malformed\":\"{what}\",\"attempts\":[]}}"));
    }

    /// Writes a line in the combined format.
    pub(crate) fn combined(&self, line: &mut Vec<u8>, at: SystemTime) {
        match self.client {
            Some(client) => address(line, client),
            None => line.push(b'-'),
        }
        line.extend_from_slice(b" - - [");
        common_time(line, at);
        line.extend_from_slice(b"] \"");
        quoted(line, self.shown());
        put(line, format_args!("\" {} 0 \"-\" \"-\" malformed={}", self.status, self.what));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: Refused<'_> = Refused {
        client: None,
        status: 400,
        what: "invalid_header",
        line: b"GET /\"\x1b[31m?token=secret HTTP/1.1",
    };

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut line = Vec::new();
        write(&mut line);
        String::from_utf8(line).expect("text")
    }

    #[test]
    fn a_line_is_json_without_the_query() {
        let line = text(|line| REFUSED.json(line, SystemTime::UNIX_EPOCH));
        let value: serde_json::Value = serde_json::from_str(&line).expect("JSON");

        assert_eq!(value["line"], "GET /\"\u{1b}[31m");
        assert_eq!(
            (&value["status"], &value["malformed"]),
            (&400.into(), &"invalid_header".into())
        );
        assert!(!line.contains("secret") && !line.contains('\x1b'), "{line}");
    }

    #[test]
    fn a_combined_line_holds_no_control_character() {
        let line = text(|line| REFUSED.combined(line, SystemTime::UNIX_EPOCH));

        assert_eq!(
            line,
            "- - - [01/Jan/1970:00:00:00 +0000] \"GET /\\x22\\x1B[31m\" 400 0 \"-\" \"-\" \
             malformed=invalid_header"
        );
    }
}
