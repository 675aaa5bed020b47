//! The bytes of a `ClientHello` (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2, RFC 6101 section
//! 5.6.1.2).

use goodgate_evidence::probe::{Ciphers, TlsVersion};

use super::suites;

/// How much randomness a hello takes: its random value, its session identifier and its key share,
/// 32 bytes each.
pub(super) const RANDOM_BYTES: usize = 96;

/// What a hello offers.
pub(super) struct Offer {
    pub(super) version: TlsVersion,
    pub(super) ciphers: Ciphers,
    /// A host name and no address.
    pub(super) sni: Option<String>,
}

impl Offer {
    /// Returns the numbers of the suites that are offered.
    pub(super) fn suites(&self) -> Vec<u16> {
        suites::offered(self.version, self.ciphers)
    }

    /// Returns the hello as one record.
    pub(super) fn to_bytes(&self, random: &[u8; RANDOM_BYTES]) -> Vec<u8> {
        let (random, rest) = random.split_at(32);
        let (session, share) = rest.split_at(32);
        let mut body = self.legacy_version().to_be_bytes().to_vec();
        body.extend_from_slice(random);
        body.extend(with_length8(self.session(session)));
        body.extend(with_length16(&self.suites_and_signal()));
        body.extend(with_length8(&[0]));
        if self.version != TlsVersion::Ssl3 {
            let extensions = self.extensions(share, body.len());
            body.extend(with_length16(&extensions));
        }
        record(self.version, &message(&body))
    }

    /// TLS 1.3 says its version in an extension, and 1.2 here (RFC 8446 section 4.1.2).
    fn legacy_version(&self) -> u16 {
        self.version.min(TlsVersion::Tls12).wire()
    }

    /// TLS 1.3 pretends to resume a session, for the sake of boxes in between (RFC 8446 appendix
    /// D.4).
    fn session<'a>(&self, random: &'a [u8]) -> &'a [u8] {
        if self.version == TlsVersion::Tls13 { random } else { &[] }
    }

    fn suites_and_signal(&self) -> Vec<u8> {
        let mut suites = self.suites();
        if self.version < TlsVersion::Tls13 {
            suites.push(RENEGOTIATION_SCSV);
        }
        numbers(&suites)
    }

    /// `before` is the length of the body without the extensions.
    fn extensions(&self, share: &[u8], before: usize) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(name) = &self.sni {
            out.extend(extension(SERVER_NAME, &server_name(name)));
        }
        out.extend(extension(SUPPORTED_GROUPS, &with_length16(&numbers(&self.groups()))));
        if self.version >= TlsVersion::Tls12 {
            let schemes = numbers(&self.signature_schemes());
            out.extend(extension(SIGNATURE_ALGORITHMS, &with_length16(&schemes)));
        }
        if self.version == TlsVersion::Tls13 {
            let version = with_length8(&self.version.wire().to_be_bytes());
            out.extend(extension(SUPPORTED_VERSIONS, &version));
            out.extend(extension(PSK_KEY_EXCHANGE_MODES, &with_length8(&[PSK_DHE_KE])));
            out.extend(extension(KEY_SHARE, &key_share(share)));
        } else {
            out.extend(extension(EC_POINT_FORMATS, &with_length8(&[UNCOMPRESSED])));
            out.extend(extension(EXTENDED_MASTER_SECRET, &[]));
        }
        let padding = padding(HEADER_BYTES + before + LENGTH_BYTES + out.len());
        out.extend(padding);
        out
    }

    fn groups(&self) -> Vec<u16> {
        match self.ciphers {
            Ciphers::Modern => GROUPS.to_vec(),
            Ciphers::Everything => [GROUPS, OLD_GROUPS].concat(),
        }
    }

    fn signature_schemes(&self) -> Vec<u16> {
        match self.ciphers {
            Ciphers::Modern => SCHEMES.to_vec(),
            Ciphers::Everything => [SCHEMES, OLD_SCHEMES].concat(),
        }
    }
}

/// Tells a server that we know secure renegotiation (RFC 5746 section 3.3).
const RENEGOTIATION_SCSV: u16 = 0x00ff;

const SERVER_NAME: u16 = 0;
const SUPPORTED_GROUPS: u16 = 10;
const EC_POINT_FORMATS: u16 = 11;
const SIGNATURE_ALGORITHMS: u16 = 13;
const PADDING: u16 = 21;
const EXTENDED_MASTER_SECRET: u16 = 23;
const SUPPORTED_VERSIONS: u16 = 43;
const PSK_KEY_EXCHANGE_MODES: u16 = 45;
const KEY_SHARE: u16 = 51;

const PSK_DHE_KE: u8 = 1;
const UNCOMPRESSED: u8 = 0;
const X25519: u16 = 0x001d;

/// X25519, the curves P-256, P-384 and P-521, and X448. There is a key share for the first only; a
/// server that wants another one asks for it, which is an agreement too.
const GROUPS: &[u16] = &[X25519, 0x0017, 0x0018, 0x0019, 0x001e];

/// secp256k1, the Brainpool curves, P-224 and P-192 (RFC 8422, RFC 7027).
const OLD_GROUPS: &[u16] = &[0x0016, 0x001a, 0x001b, 0x001c, 0x0015, 0x0013];

/// ECDSA, Ed25519, Ed448, RSA-PSS and RSA with SHA-2 (RFC 8446 section 4.2.3).
const SCHEMES: &[u16] = &[
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401,
    0x0501, 0x0601,
];

/// SHA-224, SHA-1 and MD5, and DSA (RFC 5246 section 7.4.1.4.1).
const OLD_SCHEMES: &[u16] =
    &[0x0303, 0x0301, 0x0203, 0x0201, 0x0602, 0x0502, 0x0402, 0x0302, 0x0202, 0x0101];

/// Type and length of a handshake message.
const HEADER_BYTES: usize = 4;

/// The length in front of a vector of up to 65535 bytes.
const LENGTH_BYTES: usize = 2;

/// Some servers hang on a hello of 256 to 511 bytes, which they take for one of SSL 2.0; those are
/// filled up to 512 (RFC 7685).
fn padding(length: usize) -> Vec<u8> {
    if !(256..512).contains(&length) {
        return Vec::new();
    }
    let zeros = 512_usize.saturating_sub(length + 2 * LENGTH_BYTES);
    extension(PADDING, &vec![0; zeros])
}

fn server_name(name: &str) -> Vec<u8> {
    const HOST_NAME: u8 = 0;
    let mut entry = vec![HOST_NAME];
    entry.extend(with_length16(name.as_bytes()));
    with_length16(&entry)
}

/// Any 32 bytes are a public value of X25519 (RFC 7748 section 5).
fn key_share(share: &[u8]) -> Vec<u8> {
    let mut entry = X25519.to_be_bytes().to_vec();
    entry.extend(with_length16(share));
    with_length16(&entry)
}

fn extension(number: u16, content: &[u8]) -> Vec<u8> {
    let mut out = number.to_be_bytes().to_vec();
    out.extend(with_length16(content));
    out
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A handshake message of type `client_hello`.
fn message(body: &[u8]) -> Vec<u8> {
    const CLIENT_HELLO: u8 = 1;
    // The length has three bytes; a hello needs two of them.
    let mut out = vec![CLIENT_HELLO, 0];
    out.extend(with_length16(body));
    out
}

/// The version of the record that carries a hello is TLS 1.0, since old servers refuse what they do
/// not know (RFC 8446 section 5.1), and SSL 3.0 where nothing newer is offered.
fn record(version: TlsVersion, message: &[u8]) -> Vec<u8> {
    const HANDSHAKE: u8 = 22;
    let [major, minor] = version.min(TlsVersion::Tls10).wire().to_be_bytes();
    let mut out = vec![HANDSHAKE, major, minor];
    out.extend(with_length16(message));
    out
}

fn with_length8(bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len());
    debug_assert!(length.is_ok(), "a list of versions or an identifier");
    let mut out = vec![length.unwrap_or(u8::MAX)];
    out.extend_from_slice(bytes);
    out
}

fn with_length16(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len());
    debug_assert!(length.is_ok(), "a host name has 253 bytes at most");
    let mut out = length.unwrap_or(u16::MAX).to_be_bytes().to_vec();
    out.extend_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests {
    use rustls::server::Acceptor;

    use super::*;

    const VERSIONS: [TlsVersion; 5] = [
        TlsVersion::Ssl3,
        TlsVersion::Tls10,
        TlsVersion::Tls11,
        TlsVersion::Tls12,
        TlsVersion::Tls13,
    ];

    fn bytes(version: TlsVersion, ciphers: Ciphers) -> Vec<u8> {
        let sni = (version != TlsVersion::Ssl3).then(|| "origin.example".to_owned());
        Offer { version, ciphers, sni }.to_bytes(&[7; RANDOM_BYTES])
    }

    /// Gives the name and the number of suites that a real TLS server reads from a hello.
    fn read(version: TlsVersion, ciphers: Ciphers) -> (Option<String>, usize) {
        let bytes = bytes(version, ciphers);
        let mut acceptor = Acceptor::default();
        acceptor.read_tls(&mut bytes.as_slice()).unwrap();
        let accepted = acceptor.accept().unwrap().unwrap();
        let hello = accepted.client_hello();
        (hello.server_name().map(str::to_owned), hello.cipher_suites().len())
    }

    #[test]
    fn a_tls_server_reads_every_suite_and_the_name() {
        let name = Some("origin.example".to_owned());

        let modern = read(TlsVersion::Tls13, Ciphers::Modern);
        let everything = read(TlsVersion::Tls12, Ciphers::Everything);

        // The signal of renegotiation counts as one.
        let count = suites::offered(TlsVersion::Tls12, Ciphers::Everything).len() + 1;
        assert_eq!((modern, everything), ((name.clone(), 3), (name, count)));
    }

    #[test]
    fn the_version_stands_in_record_and_message() {
        let versions = VERSIONS.map(|version| {
            let bytes = bytes(version, Ciphers::Modern);
            ([bytes[1], bytes[2]], [bytes[9], bytes[10]])
        });

        let expected = [
            ([3, 0], [3, 0]),
            ([3, 1], [3, 1]),
            ([3, 1], [3, 2]),
            ([3, 1], [3, 3]),
            ([3, 1], [3, 3]),
        ];
        assert_eq!(versions, expected);
    }

    #[test]
    fn only_tls_1_3_has_its_version_as_an_extension() {
        let extension = [0, 43, 0, 3, 2, 3, 4];

        let found = VERSIONS.map(|version| {
            let bytes = bytes(version, Ciphers::Everything);
            bytes.windows(extension.len()).any(|window| window == extension)
        });

        assert_eq!(found, [false, false, false, false, true]);
    }

    #[test]
    fn ssl_3_ends_after_the_compression_methods() {
        let bytes = bytes(TlsVersion::Ssl3, Ciphers::Modern);

        // Record, message, version, random, empty session, suites with the signal, compression.
        let suites = 2 * (suites::offered(TlsVersion::Ssl3, Ciphers::Modern).len() + 1);
        assert_eq!(bytes.len(), 5 + 4 + 2 + 32 + 1 + 2 + suites + 2);
    }

    #[test]
    fn no_hello_has_a_length_on_which_servers_hang() {
        let lengths = VERSIONS.map(|version| {
            [Ciphers::Modern, Ciphers::Everything].map(|ciphers| bytes(version, ciphers).len() - 5)
        });

        assert!(lengths.as_flattened().iter().all(|it| !(256..512).contains(it)), "{lengths:?}");
    }

    #[test]
    fn the_lengths_add_up() {
        let wrong: Vec<_> = VERSIONS
            .into_iter()
            .filter(|version| {
                let bytes = bytes(*version, Ciphers::Everything);
                let record = usize::from(u16::from_be_bytes([bytes[3], bytes[4]]));
                let message = usize::from(u16::from_be_bytes([bytes[7], bytes[8]]));
                (record, message) != (bytes.len() - 5, bytes.len() - 9)
            })
            .collect();

        assert_eq!(wrong, []);
    }
}
