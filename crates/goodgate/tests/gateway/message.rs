//! A reader of HTTP/1.1 that takes nothing but what is right: what passes here cannot be read in
//! another way by the next one.

use std::io::{self, ErrorKind, Read};

/// A message that was read whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// The first line.
    pub(crate) start: String,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) trailers: Vec<(String, String)>,
    /// The head as it came.
    pub(crate) raw: Vec<u8>,
    /// Whether the body came in chunks.
    pub(crate) is_chunked: bool,
}

impl Message {
    /// Returns the only value of a field; an empty text where there is none.
    pub(crate) fn field(&self, name: &str) -> &str {
        let values = self.all(name);
        assert!(values.len() < 2, "{name} is there more than once: {values:?}");
        values.first().copied().unwrap_or_default()
    }

    /// Returns the values of a field.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let is_it = |(other, _): &&(String, String)| other.eq_ignore_ascii_case(name);
        self.fields.iter().filter(is_it).map(|(_, value)| value.as_str()).collect()
    }

    /// Returns the status of a response.
    pub(crate) fn status(&self) -> u16 {
        let status = self.start.split(' ').nth(1).and_then(|status| status.parse().ok());
        status.unwrap_or_else(|| panic!("no status in {:?}", self.start))
    }

    /// Returns method and target of a request.
    pub(crate) fn asked(&self) -> &str {
        self.start.strip_suffix(" HTTP/1.1").unwrap_or(&self.start)
    }

    /// Returns the body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }
}

/// Reads one message after the other.
pub(crate) struct Reader<R> {
    pub(crate) from: R,
    buffer: Vec<u8>,
}

/// How the body of a response ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// As its head says.
    Body,
    /// Without a body, whatever the head says.
    Head,
}

impl<R: Read> Reader<R> {
    pub(crate) fn new(from: R) -> Self {
        Self { from, buffer: Vec::new() }
    }

    /// Reads a request with its body; none at the end of the connection.
    pub(crate) fn request(&mut self) -> io::Result<Option<Message>> {
        let Some(mut message) = self.head()? else { return Ok(None) };
        let parts: Vec<&str> = message.start.split(' ').collect();
        if parts.len() != 3 || parts[2] != "HTTP/1.1" || parts[1].is_empty() {
            return Err(wrong(format!("request line {:?}", message.start)));
        }
        self.body(&mut message, false)?;
        Ok(Some(message))
    }

    /// Reads a response with its body; none at the end of the connection.
    pub(crate) fn response(&mut self, asked: Asked) -> io::Result<Option<Message>> {
        let Some(mut message) = self.head()? else { return Ok(None) };
        if !message.start.starts_with("HTTP/1.1 ") || message.start.split(' ').nth(1).is_none() {
            return Err(wrong(format!("status line {:?}", message.start)));
        }
        let status = message.status();
        let is_empty = asked == Asked::Head || status < 200 || matches!(status, 204 | 304);
        if !is_empty {
            self.body(&mut message, true)?;
        }
        Ok(Some(message))
    }

    /// Reads a head; none at the end of the connection.
    pub(crate) fn head(&mut self) -> io::Result<Option<Message>> {
        let end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            if self.fill()? == 0 {
                return if self.buffer.is_empty() {
                    Ok(None)
                } else {
                    Err(wrong(format!("ended in a head: {}", self.buffer.escape_ascii())))
                };
            }
        };
        let raw: Vec<u8> = self.buffer.drain(..end).collect();
        let text = str::from_utf8(&raw).map_err(|_| wrong("a head that is no text".to_owned()))?;
        let text = text.strip_suffix("\r\n\r\n").unwrap_or(text);
        let mut lines = text.split("\r\n");
        let start = lines.next().unwrap_or_default().to_owned();
        let fields = lines.map(field).collect::<io::Result<_>>()?;
        if start.contains(|letter: char| letter.is_control()) {
            return Err(wrong(format!("start line {start:?}")));
        }
        Ok(Some(Message { start, fields, raw, ..Message::default() }))
    }

    fn body(&mut self, message: &mut Message, ends_with_connection: bool) -> io::Result<()> {
        let codings = message.all("transfer-encoding");
        let lengths = message.all("content-length");
        match (codings.as_slice(), lengths.as_slice()) {
            ([], []) if ends_with_connection => {
                while self.fill()? > 0 {}
                message.body = std::mem::take(&mut self.buffer);
            }
            ([], []) => {}
            ([], [length]) if length.bytes().all(|it| it.is_ascii_digit()) => {
                let length = length.parse().map_err(|_| wrong(format!("length {length:?}")))?;
                message.body = self.exact(length)?;
            }
            (["chunked"], []) => {
                message.is_chunked = true;
                while let Some(chunk) = self.chunk()? {
                    message.body.extend(chunk);
                }
                message.trailers = self.trailers()?;
            }
            other => return Err(wrong(format!("framing {other:?}"))),
        }
        Ok(())
    }

    /// Reads a chunk; none is the last one.
    pub(crate) fn chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let line = self.line()?;
        let is_hex = !line.is_empty() && line.bytes().all(|it| it.is_ascii_hexdigit());
        let size = usize::from_str_radix(&line, 16);
        let size = size.ok().filter(|_| is_hex).ok_or_else(|| wrong(format!("chunk {line:?}")))?;
        if size == 0 {
            return Ok(None);
        }
        let chunk = self.exact(size)?;
        let end = self.exact(2)?;
        if end != b"\r\n" {
            return Err(wrong("a chunk without an end".to_owned()));
        }
        Ok(Some(chunk))
    }

    fn trailers(&mut self) -> io::Result<Vec<(String, String)>> {
        let mut trailers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                return Ok(trailers);
            }
            trailers.push(field(&line)?);
        }
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(at) = find(&self.buffer, b"\r\n") {
                let line: Vec<u8> = self.buffer.drain(..at + 2).collect();
                let line = String::from_utf8(line).map_err(|_| wrong("a line".to_owned()))?;
                return Ok(line.trim_end_matches("\r\n").to_owned());
            }
            if self.fill()? == 0 {
                return Err(wrong("ended in a line".to_owned()));
            }
        }
    }

    /// Reads so many bytes.
    pub(crate) fn exact(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < count {
            if self.fill()? == 0 {
                return Err(wrong(format!("ended {} bytes early", count - self.buffer.len())));
            }
        }
        Ok(self.buffer.drain(..count).collect())
    }

    /// Reads to the end of the connection.
    pub(crate) fn rest(&mut self) -> io::Result<Vec<u8>> {
        while self.fill()? > 0 {}
        Ok(std::mem::take(&mut self.buffer))
    }

    /// Reads what comes next; nothing is the end.
    pub(crate) fn fill(&mut self) -> io::Result<usize> {
        let mut room = vec![0; 64 << 10];
        let count = self.from.read(&mut room)?;
        self.buffer.extend_from_slice(&room[..count]);
        Ok(count)
    }

    /// Returns what was read and belongs to nothing yet.
    pub(crate) fn buffered(&self) -> &[u8] {
        &self.buffer
    }
}

fn field(line: &str) -> io::Result<(String, String)> {
    let is_token = |it: &str| {
        !it.is_empty()
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it))
    };
    let has_control = line.contains(|letter: char| letter.is_control() && letter != '\t');
    match line.split_once(':') {
        Some((name, value)) if is_token(name) && !has_control => {
            Ok((name.to_owned(), value.trim_matches([' ', '\t']).to_owned()))
        }
        _ => Err(wrong(format!("field {line:?}"))),
    }
}

pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

fn wrong(what: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}
