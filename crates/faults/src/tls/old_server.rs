//! The answers of a server that speaks SSL 3.0, TLS 1.0 or TLS 1.1 and nothing newer (RFC 6101,
//! RFC 2246, RFC 4346), as far as a client without those versions and a version probe see them.
//!
//! The key of its certificate does not exist, so a client that would go on is refused after its
//! key exchange, by the same alert as the others.

use rustls::pki_types::CertificateDer;

use super::hello::ClientHello;
use super::record::{self, BEFORE_AGREEMENT};

const PROTOCOL_VERSION: u8 = 70;
const HANDSHAKE_FAILURE: u8 = 40;

const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const SERVER_HELLO_DONE: u8 = 14;

/// Suites with RSA key exchange that servers of that age have, the better first:
/// `TLS_RSA_WITH_AES_128_CBC_SHA`, `TLS_RSA_WITH_AES_256_CBC_SHA`, `TLS_RSA_WITH_3DES_EDE_CBC_SHA`,
/// `TLS_RSA_WITH_RC4_128_SHA`, `TLS_RSA_WITH_RC4_128_MD5`.
const SUITES: [u16; 5] = [0x002f, 0x0035, 0x000a, 0x0005, 0x0004];

/// The extensions of a hello: the one of RFC 5746 for a first handshake.
const RENEGOTIATION_INFO: [u8; 7] = [0, 5, 0xff, 1, 0, 1, 0];

/// The only version that a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OldVersion {
    /// SSL 3.0.
    Ssl3,
    /// TLS 1.0.
    Tls10,
    /// TLS 1.1.
    Tls11,
}

impl OldVersion {
    /// The version as it stands in records.
    pub(crate) fn number(self) -> u16 {
        match self {
            Self::Ssl3 => 0x0300,
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
        }
    }
}

/// What the server says to a hello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// These bytes, and then it closes.
    Refusal(Vec<u8>),
    /// These bytes, and then it waits for the client's key exchange.
    Flight(Vec<u8>),
}

/// Answers `hello`. `random` is the server's, `certificate` has an RSA key.
pub(crate) fn answer(
    version: OldVersion,
    hello: &ClientHello,
    random: &[u8; 32],
    certificate: &CertificateDer<'_>,
) -> Answer {
    let number = version.number();
    if !hello.admits(number) {
        return Answer::Refusal(record::fatal_alert(BEFORE_AGREEMENT, PROTOCOL_VERSION).to_vec());
    }
    let Some(suite) = SUITES.into_iter().find(|suite| hello.cipher_suites.contains(suite)) else {
        return Answer::Refusal(record::fatal_alert(number, HANDSHAKE_FAILURE).to_vec());
    };
    let mut body = server_hello(number, random, suite);
    if hello.wants_renegotiation_info {
        body.extend(RENEGOTIATION_INFO);
    }
    let mut messages = record::message(SERVER_HELLO, &body);
    messages.extend(record::message(CERTIFICATE, &certificates(certificate)));
    messages.extend(record::message(SERVER_HELLO_DONE, &[]));
    Answer::Flight(record::handshake(number, &messages))
}

/// The refusal of a client that answered the flight: its secret cannot be read.
pub(crate) fn after_flight(version: OldVersion) -> [u8; 7] {
    record::fatal_alert(version.number(), PROTOCOL_VERSION)
}

/// No session to resume, and no compression.
fn server_hello(version: u16, random: &[u8; 32], suite: u16) -> Vec<u8> {
    let mut body = version.to_be_bytes().to_vec();
    body.extend(random);
    body.push(0);
    body.extend(suite.to_be_bytes());
    body.push(0);
    body
}

fn certificates(certificate: &CertificateDer<'_>) -> Vec<u8> {
    let mut body = record::u24(certificate.len() + 3).to_vec();
    body.extend(record::u24(certificate.len()));
    body.extend(certificate.as_ref());
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANDOM: [u8; 32] = [7; 32];

    fn offering(versions: &[u16], legacy_version: u16) -> ClientHello {
        ClientHello {
            legacy_version,
            cipher_suites: vec![0xc02b, 0x0035],
            server_name: None,
            supported_versions: versions.to_vec(),
            wants_renegotiation_info: false,
        }
    }

    fn answered(hello: &ClientHello) -> Answer {
        answer(OldVersion::Tls10, hello, &RANDOM, &CertificateDer::from(&b"DER"[..]))
    }

    #[test]
    fn a_client_without_the_version_is_refused_with_protocol_version() {
        let answer = answered(&offering(&[0x0304, 0x0303], 0x0303));

        assert_eq!(answer, Answer::Refusal(vec![21, 3, 1, 0, 2, 2, 70]));
    }

    #[test]
    fn a_client_with_the_version_gets_hello_certificate_and_done() {
        let Answer::Flight(bytes) = answered(&offering(&[0x0303, 0x0301], 0x0303)) else {
            panic!("a refusal")
        };

        assert_eq!(bytes[..11], [22, 3, 1, 0, 59, 2, 0, 0, 38, 3, 1]);
        assert_eq!(bytes[11 + 32..11 + 32 + 4], [0, 0, 0x35, 0]);
        assert_eq!(bytes[47..], *b"\x0b\0\0\x09\0\0\x06\0\0\x03DER\x0e\0\0\0");
    }

    #[test]
    fn a_client_that_asks_for_it_hears_that_renegotiation_is_secure() {
        let hello = ClientHello { wants_renegotiation_info: true, ..offering(&[], 0x0301) };

        let Answer::Flight(bytes) = answered(&hello) else { panic!("a refusal") };

        assert_eq!(bytes[47..54], RENEGOTIATION_INFO);
    }

    #[test]
    fn a_client_without_a_suite_of_that_age_is_refused_with_handshake_failure() {
        let hello = ClientHello { cipher_suites: vec![0xc02b], ..offering(&[], 0x0301) };

        let answer = answered(&hello);

        assert_eq!(answer, Answer::Refusal(vec![21, 3, 1, 0, 2, 2, 40]));
    }
}
