//! A client's first TLS message, the `ClientHello` (RFC 8446 section 4.1.2), read without answering
//! it. Only the fields that faults look at are taken; no cryptography happens here.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

use super::record::HANDSHAKE;

/// Bytes of a `ClientHello` that are read: those of browsers with post-quantum keys have under
/// 2 KiB, and OpenSSL itself stops at 128 KiB.
pub(crate) const HELLO_MAX: usize = 64 * 1024;

/// Bytes of the payload of one record (RFC 8446 section 5.1).
const RECORD_MAX: usize = 16 * 1024;

const CLIENT_HELLO: u8 = 1;
const SERVER_NAME: u16 = 0;
const SUPPORTED_VERSIONS: u16 = 43;
const RENEGOTIATION_INFO: u16 = 0xff01;

/// A cipher suite that is none and stands for the extension (RFC 5746 section 3.3).
const RENEGOTIATION_INFO_SUITE: u16 = 0x00ff;

const TLS12: u16 = 0x0303;

/// What a client said first on a connection that is meant for TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Opening {
    /// A hello that could be read.
    Hello(Box<ClientHello>),
    /// These bytes, which are no hello: another protocol, or TLS that is broken.
    Other(Vec<u8>),
    /// Nothing: the client closed first.
    Nothing,
}

/// The fields of a `ClientHello` that faults look at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ClientHello {
    /// The version in the hello itself: the highest that a client up to TLS 1.2 speaks.
    pub(crate) legacy_version: u16,
    /// The cipher suites on offer, in the client's order.
    pub(crate) cipher_suites: Vec<u16>,
    /// The host name that the client asks for (SNI).
    pub(crate) server_name: Option<String>,
    /// The versions on offer, in the client's order; empty when the extension is not there.
    pub(crate) supported_versions: Vec<u16>,
    /// The client wants to hear that renegotiation is secure (RFC 5746), and may refuse a server
    /// that does not say so.
    pub(crate) wants_renegotiation_info: bool,
}

impl ClientHello {
    /// Tells whether a server from before TLS 1.2 that speaks nothing but `version` takes this
    /// client. A client without a list says its highest version alone; many such servers cannot
    /// bear one above their time.
    pub(crate) fn admits(&self, version: u16) -> bool {
        if self.supported_versions.is_empty() {
            return (version..TLS12).contains(&self.legacy_version);
        }
        self.supported_versions.contains(&version)
    }

    /// Reads a hello from the body of its handshake message, or nothing if it is not one.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let mut rest = Reader(body);
        let legacy_version = rest.u16()?;
        let _random = rest.take(32)?;
        let _session_id = rest.vector_u8()?;
        let cipher_suites = rest.vector_u16()?.u16s();
        let _compression = rest.vector_u8()?;
        let wants_renegotiation_info = cipher_suites.contains(&RENEGOTIATION_INFO_SUITE);
        let mut hello =
            Self { legacy_version, cipher_suites, wants_renegotiation_info, ..Self::default() };
        if rest.0.is_empty() {
            return Some(hello);
        }
        let mut extensions = rest.vector_u16()?;
        while !extensions.0.is_empty() {
            let kind = extensions.u16()?;
            let content = extensions.vector_u16()?;
            hello.extension(kind, content)?;
        }
        Some(hello)
    }

    fn extension(&mut self, kind: u16, mut content: Reader<'_>) -> Option<()> {
        match kind {
            SERVER_NAME => self.server_name = Some(host_name(content)?),
            SUPPORTED_VERSIONS => self.supported_versions = content.vector_u8()?.u16s(),
            RENEGOTIATION_INFO => self.wants_renegotiation_info = true,
            _ => {}
        }
        Some(())
    }
}

/// The first entry of the list, of the only kind there is (RFC 6066 section 3).
fn host_name(mut content: Reader<'_>) -> Option<String> {
    let mut list = content.vector_u16()?;
    let _kind = list.u8()?;
    let name = list.vector_u16()?;
    Some(String::from_utf8_lossy(name.0).into_owned())
}

/// Reads a client's hello, over as many records as it takes. Waits without a deadline; whoever
/// calls sets one.
pub(crate) async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Opening> {
    let mut raw = Vec::new();
    let mut message = Vec::new();
    loop {
        let Some(payload) = record(stream, &mut raw).await? else { return Ok(other(raw)) };
        message.extend_from_slice(&payload);
        if let Some(body) = whole(&message) {
            let hello = ClientHello::parse(body);
            return Ok(hello.map_or_else(|| other(raw), |hello| Opening::Hello(Box::new(hello))));
        }
        if message.first() != Some(&CLIENT_HELLO) || message.len() > HELLO_MAX {
            return Ok(other(raw));
        }
    }
}

fn other(raw: Vec<u8>) -> Opening {
    if raw.is_empty() { Opening::Nothing } else { Opening::Other(raw) }
}

/// The body of the handshake message, once it is all there.
fn whole(message: &[u8]) -> Option<&[u8]> {
    let [CLIENT_HELLO, high, middle, low, body @ ..] = message else { return None };
    body.get(..u32::from_be_bytes([0, *high, *middle, *low]) as usize)
}

/// Reads one handshake record and gives its payload; nothing if what came is no such record, or
/// ends before it is whole. All bytes go into `raw` as well.
async fn record<S: AsyncRead + Unpin>(
    stream: &mut S,
    raw: &mut Vec<u8>,
) -> io::Result<Option<Vec<u8>>> {
    let mut header = Vec::new();
    let is_whole = fill(stream, &mut header, 5).await?;
    raw.extend_from_slice(&header);
    let [HANDSHAKE, 3, _, high, low] = header[..] else { return Ok(None) };
    let length = usize::from(u16::from_be_bytes([high, low]));
    if !is_whole || length > RECORD_MAX {
        return Ok(None);
    }
    let mut payload = Vec::new();
    let is_whole = fill(stream, &mut payload, length).await?;
    raw.extend_from_slice(&payload);
    Ok(is_whole.then_some(payload))
}

/// Reads until `bytes` holds `count`, which gives `true`, or the peer closes.
async fn fill<S: AsyncRead + Unpin>(
    stream: &mut S,
    bytes: &mut Vec<u8>,
    count: usize,
) -> io::Result<bool> {
    stream.take(count as u64).read_to_end(bytes).await?;
    Ok(bytes.len() == count)
}

/// Bytes that are taken from the front.
struct Reader<'bytes>(&'bytes [u8]);

impl<'bytes> Reader<'bytes> {
    fn take(&mut self, count: usize) -> Option<&'bytes [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn u16(&mut self) -> Option<u16> {
        let bytes = self.take(2)?.try_into().ok()?;
        Some(u16::from_be_bytes(bytes))
    }

    fn vector_u8(&mut self) -> Option<Self> {
        let length = self.u8()?;
        self.take(usize::from(length)).map(Self)
    }

    fn vector_u16(&mut self) -> Option<Self> {
        let length = self.u16()?;
        self.take(usize::from(length)).map(Self)
    }

    fn u16s(mut self) -> Vec<u16> {
        std::iter::from_fn(|| self.u16()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hello of TLS 1.2 for `a.test` with one suite, and `versions` where there are any.
    fn hello(legacy_version: u16, versions: &[u16]) -> Vec<u8> {
        let mut extensions = b"\0\0\0\x0b\0\x09\0\0\x06a.test".to_vec();
        if !versions.is_empty() {
            let bytes: Vec<u8> =
                versions.iter().flat_map(|version| version.to_be_bytes()).collect();
            extensions.extend([0, 43, 0, bytes.len() as u8 + 1, bytes.len() as u8]);
            extensions.extend(bytes);
        }
        let mut body = legacy_version.to_be_bytes().to_vec();
        body.extend([7; 32]);
        body.extend([0, 0, 2, 0xc0, 0x2b, 1, 0]);
        body.extend((extensions.len() as u16).to_be_bytes());
        body.extend(extensions);
        body
    }

    fn records(body: &[u8], size: usize) -> Vec<u8> {
        let mut message = vec![CLIENT_HELLO, 0];
        message.extend((body.len() as u16).to_be_bytes());
        message.extend(body);
        let mut bytes = Vec::new();
        for part in message.chunks(size) {
            bytes.extend([HANDSHAKE, 3, 1]);
            bytes.extend((part.len() as u16).to_be_bytes());
            bytes.extend(part);
        }
        bytes
    }

    #[test]
    fn name_versions_and_suites_are_read() {
        let told = ClientHello::parse(&hello(0x0303, &[0x0304, 0x0303])).unwrap();

        let expected = ClientHello {
            legacy_version: 0x0303,
            cipher_suites: vec![0xc02b],
            server_name: Some("a.test".to_owned()),
            supported_versions: vec![0x0304, 0x0303],
            wants_renegotiation_info: false,
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn a_cut_hello_is_none_unless_it_ends_before_its_extensions() {
        let whole = hello(0x0303, &[0x0304]);

        let read: Vec<usize> =
            (0..whole.len()).filter(|&end| ClientHello::parse(&whole[..end]).is_some()).collect();

        // Version, random, session id, one suite, one compression method: SSL 3.0 has no more.
        assert_eq!(read, [2 + 32 + 1 + 4 + 2]);
    }

    #[test]
    fn clients_of_an_old_server_are_those_of_its_time_and_those_who_name_its_version() {
        let clients = [
            (0x0300, vec![]),
            (0x0301, vec![]),
            (0x0302, vec![]),
            (0x0303, vec![]),
            (0x0303, vec![0x0304, 0x0303]),
            (0x0303, vec![0x0304, 0x0301]),
        ];

        let admitted = clients.map(|(legacy_version, versions)| {
            ClientHello::parse(&hello(legacy_version, &versions)).unwrap().admits(0x0301)
        });

        assert_eq!(admitted, [false, true, true, false, false, true]);
    }

    #[tokio::test]
    async fn a_hello_over_many_records_is_one() {
        let bytes = records(&hello(0x0303, &[]), 7);

        let opening = read(&mut &bytes[..]).await.unwrap();

        assert!(matches!(opening, Opening::Hello(hello) if hello.server_name.is_some()));
    }

    #[tokio::test]
    async fn another_protocol_is_given_back() {
        let opening = read(&mut &b"GET / HTTP/1.1\r\n\r\n"[..]).await.unwrap();

        assert_eq!(opening, Opening::Other(b"GET /".to_vec()));
    }
}
