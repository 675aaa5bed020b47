//! The bounds of one probe. Reaching one is an outcome with a name, never a surprise.

use std::time::Duration;

/// Bytes of the heads of one exchange, interim ones included. The largest head that a gateway
/// takes by configuration is far below (Go: 1 MiB of memory for it, nginx and `HAProxy`: tens of
/// KiB), so a larger one fails at every gateway that people run with its defaults.
pub const RESPONSE_HEAD_MAX: usize = 256 * 1024;

/// Bytes of one field line above which it is noted: Apache reads 8190 of a line, nginx one or two
/// pages for the whole head.
pub const FIELD_LINE_NOTED: usize = 8 * 1024;

/// Bytes of the body that are kept: enough for every known error page with its fingerprint.
pub const BODY_KEPT: usize = 16 * 1024;

/// Bytes of the body that are read: enough to see a body cut at a buffer of the gateway (the
/// largest common one is 1 MiB), little enough to be harmless.
pub const BODY_READ_MAX: u64 = 2 * 1024 * 1024;

/// Bytes of chunk lines and line ends that are read: as much as of the body itself.
pub const CHUNK_OVERHEAD_MAX: u64 = BODY_READ_MAX;

/// Bytes of one chunk line: a size has 16 digits at most, the rest is extensions that nobody uses.
pub const CHUNK_LINE_MAX: usize = 4 * 1024;

/// Bytes of the trailer section: checksums and timings, not content.
pub const TRAILERS_MAX: usize = 64 * 1024;

/// First bytes of a connection that are kept: every known greeting shows itself in fewer.
pub const RAW_PREFIX: usize = 64;

/// Interim responses of one exchange: 100 and a few 103 are usual, more is a loop.
pub const INTERIM_MAX: usize = 32;

/// Notes about departures of one exchange: a reader looks at the first few.
pub const DEPARTURES_MAX: usize = 16;

/// Characters of a name or a word from outside that are quoted in a note.
pub const QUOTED_MAX: usize = 64;

/// Bytes that are taken after the end of a response, to count them.
pub const EXTRA_READ_MAX: u64 = 64 * 1024;

/// How long to look for bytes after the end of a response: they come with its last segment.
pub const EXTRA_WAIT: Duration = Duration::from_millis(100);

/// How long to wait for more of what is not HTTP: a greeting comes in one piece.
pub const FOREIGN_WAIT: Duration = Duration::from_millis(250);

/// Requests on one kept connection: enough to find a limit of a few requests per connection by
/// asking, few enough to be harmless.
pub const KEPT_EXCHANGES_MAX: usize = 256;

/// Bytes per read: one TLS record.
pub const READ_BUFFER: usize = 16 * 1024;

/// Certificates of a chain that are kept: real chains have two to four.
pub const CERTIFICATES_MAX: usize = 16;

/// Names of one certificate that are kept; certificates of CDNs have some hundred.
pub const CERTIFICATE_NAMES_MAX: usize = 256;

/// Bytes of the head of a proxy's answer to CONNECT: a status line and a few fields.
pub const PROXY_HEAD_MAX: usize = 16 * 1024;

/// Bytes of the answer to a hand-written `ClientHello`: one record with its header. The
/// `ServerHello` comes first and has some hundred bytes.
pub const HELLO_ANSWER_MAX: usize = 16 * 1024 + 5;

/// Bytes of a path or an authority that is sent in an application protocol: uWSGI takes 4 KiB for
/// all variables together by default.
pub const APP_VARIABLE_MAX: usize = 1536;

/// Bytes of the answer in an application protocol: the head of a response and its errors.
pub const APP_ANSWER_MAX: usize = 16 * 1024;

/// Characters of what an application server wrote to its error stream.
pub const APP_ERRORS_MAX: usize = 2048;

/// How long to wait for the answer to a question of FastCGI's management. A server that knows it
/// answers at once, and one that does not is asked in another way afterwards.
pub const FASTCGI_VALUES_WAIT: Duration = Duration::from_secs(2);

/// Addresses of one lookup that are kept; the largest pools answer with a few dozen.
pub const ADDRESSES_MAX: usize = 64;

/// Bytes of a DNS name in its text form (RFC 1035 section 2.3.4).
pub const DNS_NAME_MAX: usize = 253;

/// Bytes of one DNS message over UDP: we offer no EDNS, so 512 are allowed; more room shows more.
pub const DNS_UDP_MAX: usize = 4096;

/// How often a query is sent over UDP: one lost packet is not an outage.
pub const DNS_UDP_TRIES: u32 = 2;

/// Lookups of a shared resolver that wait for a thread: one for each of ten thousand monitors, and
/// some that are asked twice.
pub const LOOKUPS_WAITING_MAX: usize = 16 * 1024;

/// How long a thread of a shared resolver stays without a question: checks come at least this often
/// where there are enough of them to matter.
pub const LOOKUP_THREAD_IDLE: Duration = Duration::from_secs(10);

/// Name servers that are read from `resolv.conf`: as many as the C library uses.
pub const NAME_SERVERS_MAX: usize = 3;

// A body is never kept beyond what is read, and a greeting fits into one read.
const _: () = assert!((BODY_KEPT as u64) <= BODY_READ_MAX);
const _: () = assert!(RAW_PREFIX <= READ_BUFFER);
