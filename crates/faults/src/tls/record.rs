//! TLS records that are written by hand, for what rustls would never say.

/// The record version that servers put on an alert before a version is agreed on: TLS 1.0, which
/// every client reads.
pub(crate) const BEFORE_AGREEMENT: u16 = 0x0301;

const ALERT: u8 = 21;
/// The first byte of a record with handshake messages, and so of every client of TLS.
pub(crate) const HANDSHAKE: u8 = 22;
const FATAL: u8 = 2;

/// A fatal alert (RFC 8446 section 6) under the record version `version`.
pub(crate) fn fatal_alert(version: u16, number: u8) -> [u8; 7] {
    let [major, minor] = version.to_be_bytes();
    [ALERT, major, minor, 0, 2, FATAL, number]
}

/// A record with the handshake messages in `messages`.
pub(crate) fn handshake(version: u16, messages: &[u8]) -> Vec<u8> {
    let mut record = vec![HANDSHAKE];
    record.extend(version.to_be_bytes());
    record.extend((messages.len() as u16).to_be_bytes());
    record.extend(messages);
    record
}

/// One handshake message of type `kind`.
pub(crate) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind];
    message.extend(u24(body.len()));
    message.extend(body);
    message
}

/// A length in three bytes, as handshake messages and lists of certificates have it.
pub(crate) fn u24(length: usize) -> [u8; 3] {
    let [_, high, middle, low] = (length as u32).to_be_bytes();
    [high, middle, low]
}
