//! An HTTP/2 client that knows as much as a benchmark needs (RFC 9113): preformed requests without
//! a body, answers that are counted and checked.
//!
//! The field section of an answer is not decoded. Its first field has to be `:status`, and every
//! encoder writes 200 as the entry 8 of the static table (RFC 7541 appendix A).

use std::collections::BTreeMap;

use anyhow::{bail, ensure};

use super::target::Request;
use crate::limits;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;

/// Of SETTINGS and PING.
const ACK: u8 = 0x1;
const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const PRIORITY: u8 = 0x20;

/// The largest window (section 6.9.1): streams never wait for us.
const WINDOW_MAX: u32 = 0x7fff_ffff;

/// The window of a connection before any update (section 6.9.2).
const WINDOW_INITIAL: u32 = 65_535;

/// The connection's window is refilled when so much of it was used.
const REFILL: u32 = 1 << 28;

const FRAME_HEAD_BYTES: usize = 9;

/// `:status: 200` of the static table.
const STATUS_200: u8 = 0x88;

/// The frame that is being read.
#[derive(Debug, Clone, Copy)]
struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    left: usize,
}

/// The answers on one HTTP/2 connection.
#[derive(Debug)]
pub(crate) struct Http2 {
    expected: usize,
    /// The field section of every request: without references to the dynamic table it never changes.
    fields: Vec<u8>,
    next_stream: u32,
    /// Bytes of the body by open stream; none before its head came.
    streams: BTreeMap<u32, Option<usize>>,
    input: Vec<u8>,
    frame: Option<Frame>,
    window_used: u32,
    /// What has to be sent.
    output: Vec<u8>,
}

impl Http2 {
    /// Begins a connection on which `request` is sent and answered with bodies of `expected` bytes.
    pub(crate) fn new(request: &Request, expected: usize) -> Self {
        let mut output = PREFACE.to_vec();
        let mut settings = Vec::new();
        // ENABLE_PUSH 0, INITIAL_WINDOW_SIZE (section 6.5.2).
        settings.extend([0, 2, 0, 0, 0, 0, 0, 4]);
        settings.extend(WINDOW_MAX.to_be_bytes());
        push_frame(&mut output, SETTINGS, 0, 0, &settings);
        let more = (WINDOW_MAX - WINDOW_INITIAL).to_be_bytes();
        push_frame(&mut output, WINDOW_UPDATE, 0, 0, &more);
        Self {
            expected,
            fields: fields(request),
            next_stream: 1,
            streams: BTreeMap::new(),
            input: Vec::new(),
            frame: None,
            window_used: 0,
            output,
        }
    }

    /// Adds a request to what has to be sent.
    pub(crate) fn request(&mut self) {
        let flags = END_STREAM | END_HEADERS;
        push_frame(&mut self.output, HEADERS, flags, self.next_stream, &self.fields);
        self.streams.insert(self.next_stream, None);
        self.next_stream += 2;
    }

    /// Returns what has to be sent, once.
    pub(crate) fn output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Takes what was read and returns how many answers it completes.
    ///
    /// # Errors
    ///
    /// When an answer is not 200 or not of the expected length, or the connection ends.
    pub(crate) fn take(&mut self, mut bytes: &[u8]) -> anyhow::Result<usize> {
        let mut complete = 0;
        while !bytes.is_empty() || self.frame.is_some_and(|frame| frame.left == 0) {
            let Some(frame) = self.frame else {
                bytes = self.take_frame_head(bytes);
                continue;
            };
            let count = frame.left.min(bytes.len());
            let (piece, rest) = bytes.split_at(count);
            bytes = rest;
            if frame.kind == DATA {
                self.on_data(frame, count)?;
            } else {
                self.input.extend_from_slice(piece);
            }
            let left = frame.left - count;
            self.frame = Some(Frame { left, ..frame });
            if left == 0 {
                complete += self.on_frame(frame)?;
                self.frame = None;
                self.input.clear();
            }
        }
        Ok(complete)
    }

    fn take_frame_head<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let count = (FRAME_HEAD_BYTES - self.input.len()).min(bytes.len());
        let (piece, rest) = bytes.split_at(count);
        self.input.extend_from_slice(piece);
        if let [a, b, c, kind, flags, d, e, f, g] = *self.input.as_slice() {
            let left = u32::from_be_bytes([0, a, b, c]) as usize;
            let stream = u32::from_be_bytes([d, e, f, g]) & WINDOW_MAX;
            self.frame = Some(Frame { kind, flags, stream, left });
            self.input.clear();
        }
        rest
    }

    fn on_data(&mut self, frame: Frame, count: usize) -> anyhow::Result<()> {
        ensure!(frame.flags & PADDED == 0, "padding in a body");
        let Some(Some(received)) = self.streams.get_mut(&frame.stream) else {
            bail!("a body without a head");
        };
        *received += count;
        self.window_used += u32::try_from(count)?;
        if self.window_used >= REFILL {
            push_frame(&mut self.output, WINDOW_UPDATE, 0, 0, &self.window_used.to_be_bytes());
            self.window_used = 0;
        }
        Ok(())
    }

    /// Takes a whole frame, with its payload in `input` unless it is of a body.
    fn on_frame(&mut self, frame: Frame) -> anyhow::Result<usize> {
        ensure!(self.input.len() <= limits::HEAD_BYTES_MAX, "a frame that is too large");
        match frame.kind {
            HEADERS => self.on_head(frame)?,
            SETTINGS if frame.flags & ACK == 0 => {
                push_frame(&mut self.output, SETTINGS, ACK, 0, &[]);
            }
            PING if frame.flags & ACK == 0 => {
                let payload = std::mem::take(&mut self.input);
                push_frame(&mut self.output, PING, ACK, 0, &payload);
            }
            RST_STREAM => bail!("reset of stream {}: {:?}", frame.stream, self.input),
            GOAWAY => bail!("goaway: {:?}", self.input),
            _ => {}
        }
        let ends = matches!(frame.kind, DATA | HEADERS) && frame.flags & END_STREAM != 0;
        if !ends {
            return Ok(0);
        }
        let received = self.streams.remove(&frame.stream).flatten();
        ensure!(received == Some(self.expected), "{received:?} bytes, not {}", self.expected);
        Ok(1)
    }

    fn on_head(&mut self, frame: Frame) -> anyhow::Result<()> {
        ensure!(frame.flags & END_HEADERS != 0, "a head in several frames");
        let padding = usize::from(frame.flags & PADDED != 0);
        let priority = if frame.flags & PRIORITY == 0 { 0 } else { 5 };
        let section = self.input.get(padding + priority..).unwrap_or_default();
        // Changes of the table's size may come first (RFC 7541 section 4.2).
        let mut fields = section.iter().skip_while(|byte| **byte & 0xe0 == 0x20);
        ensure!(fields.next() == Some(&STATUS_200), "not 200: {section:?}");
        if let Some(received) = self.streams.get_mut(&frame.stream) {
            *received = Some(0);
        }
        Ok(())
    }
}

/// Encodes the request's fields as literals without indexing (RFC 7541 section 6.2.2) by names of
/// the static table.
fn fields(request: &Request) -> Vec<u8> {
    let mut fields = vec![0x82, if request.is_tls { 0x87 } else { 0x86 }];
    for (name, value) in [
        (&[0x04_u8] as &[u8], &request.path),
        (&[0x01], &request.host),
        (&[0x0f, 58 - 15], &request.agent),
        (&[0x0f, 19 - 15], &"*/*".to_owned()),
    ] {
        fields.extend(name);
        // Shorter than 127 bytes: the length is one byte.
        fields.push(value.len() as u8);
        fields.extend(value.as_bytes());
    }
    fields
}

fn push_frame(output: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let length = (payload.len() as u32).to_be_bytes();
    output.extend(length.iter().skip(1));
    output.extend([kind, flags]);
    output.extend(stream.to_be_bytes());
    output.extend(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> Http2 {
        let mut client = Http2::new(&Request::example(), 3);
        client.request();
        client
    }

    fn answer(status: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        push_frame(&mut bytes, SETTINGS, 0, 0, &[]);
        push_frame(&mut bytes, HEADERS, END_HEADERS, 1, &[0x20, status]);
        push_frame(&mut bytes, DATA, 0, 1, b"abc");
        push_frame(&mut bytes, DATA, END_STREAM, 1, b"");
        bytes
    }

    #[test]
    fn answers_are_counted_in_any_pieces() {
        let bytes = answer(STATUS_200);
        for size in 1..=bytes.len() {
            let mut client = client();

            let count: usize = bytes.chunks(size).map(|piece| client.take(piece).unwrap()).sum();

            assert_eq!(count, 1);
        }
    }

    #[test]
    fn another_status_is_an_error() {
        assert!(client().take(&answer(0x8d)).is_err());
    }

    #[test]
    fn settings_are_acknowledged() {
        let mut client = client();
        client.output();

        client.take(&answer(STATUS_200)).unwrap();

        assert_eq!(client.output(), [0, 0, 0, SETTINGS, ACK, 0, 0, 0, 0]);
    }
}
