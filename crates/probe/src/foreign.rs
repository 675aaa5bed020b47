//! What bytes that are not HTTP/1 look like, by their beginning.

use goodgate_evidence::probe::Foreign;

/// Tells what `bytes`, the first of a connection, look like.
pub fn classify(bytes: &[u8]) -> Foreign {
    let text_protocols: [(&[u8], Foreign); 8] = [
        (b"SSH-", Foreign::Ssh),
        (b"220 ", Foreign::Greeting220),
        (b"220-", Foreign::Greeting220),
        (b"-ERR", Foreign::Redis),
        (b"-NOAUTH", Foreign::Redis),
        (b"-DENIED", Foreign::Redis),
        (b"-LOADING", Foreign::Redis),
        (b"-MISCONF", Foreign::Redis),
    ];
    if let Some((_, foreign)) = text_protocols.iter().find(|(start, _)| bytes.starts_with(start)) {
        return *foreign;
    }
    match bytes {
        bytes if is_tls_record(bytes) => Foreign::Tls,
        bytes if is_http2_frame(bytes) => Foreign::Http2,
        bytes if is_mysql_greeting(bytes) => Foreign::Mysql,
        bytes if is_fastcgi_record(bytes) => Foreign::Fastcgi,
        bytes if is_text(bytes) => Foreign::Text,
        _ => Foreign::Bytes,
    }
}

/// Tells whether `bytes` begin like a TLS record that a server may send first: an alert or a
/// handshake message of any version from SSL 3.0 on.
pub(crate) fn is_tls_record(bytes: &[u8]) -> bool {
    matches!(bytes, [0x15 | 0x16, 0x03, ..])
}

/// A server's first frame is SETTINGS, or GOAWAY when it does not like the preface; both belong to
/// stream 0 (RFC 9113 sections 6.5 and 6.8).
pub(crate) fn is_http2_frame(bytes: &[u8]) -> bool {
    matches!(bytes, [0, _, _, 0x04 | 0x07, _, 0, 0, 0, 0, ..])
}

/// Packet 0 with protocol version 10 and a version that begins with a digit, or an error packet
/// (`Host … is not allowed to connect`).
fn is_mysql_greeting(bytes: &[u8]) -> bool {
    match bytes {
        [_, _, 0, 0, 10, digit, ..] => digit.is_ascii_digit(),
        [_, _, 0, 0, 0xff, low, high, ..] => {
            (1000..5000).contains(&u16::from_le_bytes([*low, *high]))
        }
        _ => false,
    }
}

/// Version 1, a record type from 1 to 11, and the reserved byte, which is 0.
fn is_fastcgi_record(bytes: &[u8]) -> bool {
    matches!(bytes, [1, 1..=11, _, _, _, _, _, 0, ..])
}

fn is_text(bytes: &[u8]) -> bool {
    let plain = |c: char| !c.is_control() || matches!(c, '\t' | '\r' | '\n');
    let (text, whole) = match std::str::from_utf8(bytes) {
        Ok(text) => (text, true),
        // A character may be cut at the end of what was kept.
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            (std::str::from_utf8(valid).unwrap_or_default(), error.error_len().is_none())
        }
    };
    whole && !text.is_empty() && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_beginnings_are_told_apart() {
        let cases: [(&[u8], Foreign); 17] = [
            (b"\x15\x03\x01\x00\x02\x02\x16", Foreign::Tls),
            (b"\x16\x03\x03\x00\x10", Foreign::Tls),
            (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03", Foreign::Http2),
            (b"\x00\x00\x08\x07\x00\x00\x00\x00\x00", Foreign::Http2),
            (b"SSH-2.0-OpenSSH_9.2p1\r\n", Foreign::Ssh),
            (b"220 mail.example ESMTP\r\n", Foreign::Greeting220),
            (b"220-FileZilla\r\n", Foreign::Greeting220),
            (b"-ERR wrong number of arguments\r\n", Foreign::Redis),
            (b"-NOAUTH Authentication required.\r\n", Foreign::Redis),
            (b"-DENIED Redis is running in protected mode\r\n", Foreign::Redis),
            (b"\x4a\x00\x00\x00\x0a8.0.36\x00", Foreign::Mysql),
            (b"\x45\x00\x00\x00\xff\x6a\x04Host", Foreign::Mysql),
            (b"\x01\x06\x00\x01\x00\x10\x00\x00", Foreign::Fastcgi),
            (b"hello\r\n", Foreign::Text),
            ("grüß".as_bytes(), Foreign::Text),
            (b"gr\xc3", Foreign::Text),
            (b"\x00\x01\x02", Foreign::Bytes),
        ];

        let told = cases.map(|(bytes, _)| classify(bytes));

        assert_eq!(told, cases.map(|(_, foreign)| foreign));
    }

    #[test]
    fn nothing_is_bytes_of_no_known_protocol() {
        let told = classify(b"");

        assert_eq!(told, Foreign::Bytes);
    }
}
