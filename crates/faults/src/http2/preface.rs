//! What a client of HTTP/2 says first (RFC 9113 section 3.4), told from a request of HTTP/1.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

use super::frame::PREFACE;

/// What came first on a connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct First {
    /// The bytes that were read.
    pub(crate) bytes: Vec<u8>,
    /// They are the whole preface.
    pub(crate) is_preface: bool,
}

/// Reads up to the end of the preface, or up to the first bytes that differ from it, so that a
/// short request of another protocol does not make both sides wait.
pub(crate) async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<First> {
    let mut bytes = Vec::with_capacity(PREFACE.len());
    while bytes.len() < PREFACE.len() {
        let room = (PREFACE.len() - bytes.len()) as u64;
        let read = (&mut *stream).take(room).read_buf(&mut bytes).await?;
        if read == 0 || !PREFACE.starts_with(&bytes) {
            return Ok(First { bytes, is_preface: false });
        }
    }
    Ok(First { bytes, is_preface: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_preface_is_known_and_what_follows_stays() {
        let mut bytes = &b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnext"[..];

        let first = read(&mut bytes).await.unwrap();

        assert_eq!((first.is_preface, first.bytes.len(), bytes), (true, 24, &b"next"[..]));
    }

    #[tokio::test]
    async fn a_short_request_is_given_back_without_waiting_for_more() {
        let (mut client, mut server) = tokio::io::duplex(64);
        tokio::io::AsyncWriteExt::write_all(&mut client, b"GET / HTTP/1.0").await.unwrap();

        let first = read(&mut server).await.unwrap();

        assert_eq!(first, First { bytes: b"GET / HTTP/1.0".to_vec(), is_preface: false });
    }
}
