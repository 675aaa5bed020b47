//! The PROXY protocol header (version 1 and 2), as far as a receiver has to read it to know what
//! follows. The addresses in it are checked for their form and left.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use tokio::io::{AsyncRead, AsyncReadExt};

/// The first bytes of version 1.
const V1: &[u8] = b"PROXY ";

/// The first bytes of version 2.
const V2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// Bytes of a header of version 1 with its line end, as the specification has it.
const V1_MAX: usize = 107;

/// Bytes of addresses and extensions of version 2: receivers that are in use take about as much.
const V2_MAX: usize = 4096;

/// Reads a header of either version and nothing behind it. Gives `false`, and may leave bytes
/// unread, if something else comes or the peer leaves.
pub(crate) async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<bool> {
    match read_header(stream).await {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        result => result,
    }
}

async fn read_header<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<bool> {
    let mut first = Vec::with_capacity(V2.len());
    while V1.starts_with(&first) || V2.starts_with(&first) {
        if first == V1 {
            return read_v1(stream).await;
        }
        if first == V2 {
            return read_v2(stream).await;
        }
        first.push(stream.read_u8().await?);
    }
    Ok(false)
}

/// Reads the rest of the line.
async fn read_v1<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<bool> {
    let mut line = Vec::new();
    while line.len() < V1_MAX - V1.len() {
        line.push(stream.read_u8().await?);
        if let Some(words) = line.strip_suffix(b"\r\n") {
            return Ok(std::str::from_utf8(words).is_ok_and(is_v1));
        }
    }
    Ok(false)
}

/// `TCP4 SOURCE DESTINATION PORT PORT`, the same with `TCP6`, or `UNKNOWN` and anything.
fn is_v1(words: &str) -> bool {
    match words.split(' ').collect::<Vec<_>>()[..] {
        ["UNKNOWN", ..] => true,
        ["TCP4", from, to, from_port, to_port] => {
            is::<Ipv4Addr>(from) && is::<Ipv4Addr>(to) && is::<u16>(from_port) && is::<u16>(to_port)
        }
        ["TCP6", from, to, from_port, to_port] => {
            is::<Ipv6Addr>(from) && is::<Ipv6Addr>(to) && is::<u16>(from_port) && is::<u16>(to_port)
        }
        _ => false,
    }
}

fn is<T: std::str::FromStr>(word: &str) -> bool {
    word.parse::<T>().is_ok()
}

/// Reads version and command, family, and the addresses with what follows them.
async fn read_v2<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<bool> {
    let command = stream.read_u8().await?;
    let _family = stream.read_u8().await?;
    let length = usize::from(stream.read_u16().await?);
    if !matches!(command, 0x20 | 0x21) || length > V2_MAX {
        return Ok(false);
    }
    stream.read_exact(&mut vec![0; length]).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was read as a header, and what is left.
    async fn read_of(mut bytes: &[u8]) -> (bool, &[u8]) {
        let is_there = read(&mut bytes).await.unwrap();
        (is_there, bytes)
    }

    #[tokio::test]
    async fn headers_of_both_versions_are_taken_and_no_more() {
        let v2 = [V2, b"\x21\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x01\x12\x34\0\x50GET"].concat();

        let told = [
            read_of(b"PROXY TCP4 127.0.0.1 127.0.0.1 5000 80\r\nGET").await,
            read_of(b"PROXY TCP6 ::1 ::1 5000 80\r\nGET").await,
            read_of(b"PROXY UNKNOWN\r\nGET").await,
            read_of(&v2).await,
        ];

        assert_eq!(told, [(true, &b"GET"[..]); 4]);
    }

    #[tokio::test]
    async fn what_is_no_header_is_told() {
        let endless = [V1, &[b'x'; 200]].concat();
        let wrong: [&[u8]; 8] = [
            b"",
            b"GET / HTTP/1.1\r\n\r\n",
            b"PROXY TCP4 127.0.0.1 127.0.0.1 5000\r\n",
            b"PROXY TCP4 ::1 ::1 5000 80\r\n",
            b"PROXY TCP4 127.0.0.1 127.0.0.1 5000 80000\r\n",
            b"\r\n\r\n\0\r\nQUIT\n\x11\x11\0\0",
            b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff",
            &endless,
        ];

        for bytes in wrong {
            assert!(!read_of(bytes).await.0, "{}", bytes.escape_ascii());
        }
    }
}
