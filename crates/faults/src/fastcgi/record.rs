//! FastCGI records (version 1 of the specification, sections 3 and 8).

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// The only version there is.
const VERSION: u8 = 1;

/// Bytes of content that fit into one record.
const CONTENT_MAX: usize = 65_535;

/// Record types (section 8).
pub(crate) mod kind {
    /// A request begins.
    pub(crate) const BEGIN_REQUEST: u8 = 1;
    /// The gateway gives a request up.
    pub(crate) const ABORT_REQUEST: u8 = 2;
    /// A request has ended.
    pub(crate) const END_REQUEST: u8 = 3;
    /// CGI variables.
    pub(crate) const PARAMS: u8 = 4;
    /// The request's body.
    pub(crate) const STDIN: u8 = 5;
    /// The response.
    pub(crate) const STDOUT: u8 = 6;
    /// Error messages.
    pub(crate) const STDERR: u8 = 7;
    /// A question about the application.
    pub(crate) const GET_VALUES: u8 = 9;
    /// The answer to that.
    pub(crate) const GET_VALUES_RESULT: u8 = 10;
    /// A record of a type that we do not know.
    pub(crate) const UNKNOWN_TYPE: u8 = 11;
}

/// One record as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// What it is.
    pub(crate) kind: u8,
    /// The request it belongs to, 0 for the connection.
    pub(crate) request: u16,
    /// What it carries, without the padding.
    pub(crate) content: Vec<u8>,
}

/// Reads one record; none if the peer closed before its first byte.
pub(crate) async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Option<Record>> {
    let mut first = [0_u8; 1];
    if stream.read(&mut first).await? == 0 {
        return Ok(None);
    }
    if first != [VERSION] {
        let why = "this is no FastCGI: its first byte is not 1, the version";
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    let mut header = [0_u8; 7];
    stream.read_exact(&mut header).await?;
    let [kind, high, low, content_high, content_low, padding, _reserved] = header;
    let length = usize::from(u16::from_be_bytes([content_high, content_low]));
    let mut content = vec![0_u8; length + usize::from(padding)];
    stream.read_exact(&mut content).await?;
    content.truncate(length);
    Ok(Some(Record { kind, request: u16::from_be_bytes([high, low]), content }))
}

/// Writes `content` as a stream of `kind`, in as many records as it takes. Without content that is
/// the one empty record that ends the stream.
pub(crate) fn stream(kind: u8, request: u16, content: &[u8]) -> Vec<u8> {
    if content.is_empty() {
        return record(kind, request, &[]);
    }
    content.chunks(CONTENT_MAX).flat_map(|part| record(kind, request, part)).collect()
}

/// The end of a request that the application has finished, with `status` as its exit status.
pub(crate) fn end(request: u16, status: u32) -> Vec<u8> {
    let mut content = status.to_be_bytes().to_vec();
    content.extend([0, 0, 0, 0]);
    record(kind::END_REQUEST, request, &content)
}

/// The answer to a record of the connection whose type is not known.
pub(crate) fn unknown(type_: u8) -> Vec<u8> {
    record(kind::UNKNOWN_TYPE, 0, &[type_, 0, 0, 0, 0, 0, 0, 0])
}

/// `content` fits into one record.
fn record(kind: u8, request: u16, content: &[u8]) -> Vec<u8> {
    let [high, low] = request.to_be_bytes();
    let [content_high, content_low] = (content.len() as u16).to_be_bytes();
    let mut record = vec![VERSION, kind, high, low, content_high, content_low, 0, 0];
    record.extend(content);
    record
}

/// Reads name-value pairs (section 3.4). What is cut off at the end is left out.
pub(crate) fn pairs(mut bytes: &[u8]) -> Vec<(String, String)> {
    std::iter::from_fn(|| pair(&mut bytes)).collect()
}

/// Writes one name-value pair.
pub(crate) fn write_pair(name: &str, value: &str) -> Vec<u8> {
    [length(name.len()), length(value.len()), name.into(), value.into()].concat()
}

fn pair(bytes: &mut &[u8]) -> Option<(String, String)> {
    let name_length = read_length(bytes)?;
    let value_length = read_length(bytes)?;
    let name = bytes.split_off(..name_length)?;
    let value = bytes.split_off(..value_length)?;
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Some((text(name), text(value)))
}

/// One byte up to 127, else four of which the first has its highest bit set.
fn read_length(bytes: &mut &[u8]) -> Option<usize> {
    let first = *bytes.first()?;
    if first < 0x80 {
        bytes.split_off(..1)?;
        return Some(usize::from(first));
    }
    let four = bytes.split_off(..4)?.try_into().ok()?;
    Some((u32::from_be_bytes(four) & 0x7fff_ffff) as usize)
}

fn length(length: usize) -> Vec<u8> {
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => vec![short],
        _ => (length as u32 | 0x8000_0000).to_be_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn long_content_comes_back_from_several_records() {
        let content = vec![7_u8; CONTENT_MAX + 1];
        let bytes = stream(kind::STDOUT, 3, &content);
        let mut rest = &bytes[..];

        let first = read(&mut rest).await.unwrap().unwrap();
        let second = read(&mut rest).await.unwrap().unwrap();

        assert_eq!((first.request, first.content.len(), second.content.len()), (3, CONTENT_MAX, 1));
    }

    #[tokio::test]
    async fn padding_is_left_out() {
        let mut bytes = &b"\x01\x04\x00\x01\x00\x02\x03\x00hi\0\0\0"[..];

        let record = read(&mut bytes).await.unwrap().unwrap();

        assert_eq!((record.content, bytes), (b"hi".to_vec(), &[][..]));
    }

    #[tokio::test]
    async fn another_protocol_is_an_error() {
        let error = read(&mut &b"GET / HTTP/1.1\r\n"[..]).await.unwrap_err();

        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn pairs_of_any_length_come_back() {
        let long = "x".repeat(300);
        let bytes = [write_pair("A", ""), write_pair("B", &long)].concat();

        let pairs = pairs(&bytes);

        assert_eq!(pairs, [("A".to_owned(), String::new()), ("B".to_owned(), long)]);
    }

    #[test]
    fn a_pair_that_is_cut_is_left_out() {
        let bytes = write_pair("NAME", "value");

        let read: Vec<usize> =
            (0..bytes.len()).filter(|&end| !pairs(&bytes[..end]).is_empty()).collect();

        assert_eq!(read, [0_usize; 0]);
    }
}
