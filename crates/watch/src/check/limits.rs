//! The bounds of one check, with their reasons.

/// Bytes of a body that assertions look at: every health page and status page that is meant to be read
/// by programs is far below; what is beyond is a page that nobody asserts the end of.
pub const BODY_JUDGED: usize = 256 << 10;

/// Bytes of a body that are kept as evidence: every known error page is recognised in fewer.
pub const BODY_KEPT: usize = 16 << 10;

/// Header fields of an answer that are kept as evidence; servers send some twenty.
pub const FIELDS_KEPT: usize = 64;

/// Bytes of one header field that are kept.
pub const FIELD_KEPT: usize = 512;

/// Certificates of a chain that are kept; real chains have two to four.
pub const CHAIN_KEPT: usize = 6;

/// Names of one certificate that are kept; those of CDNs have hundreds.
pub const NAMES_KEPT: usize = 16;

/// Addresses of one look-up that are kept.
pub const ADDRESSES_KEPT: usize = 16;

/// Connections of one check: the first and ten redirects, each with one more where an address of a
/// family that we do not have was taken.
pub const ATTEMPTS_MAX: usize = 22;

/// Failed assertions that are told; who repairs eight looks again.
pub const FAILURES_TOLD: usize = 8;

/// Characters of a text from outside that is repeated in a sentence.
pub const QUOTED: usize = 120;

/// Bytes of one piece of evidence. Neutralised, a byte of the body can become six in JSON.
pub const EVIDENCE_MAX: usize = 192 << 10;

/// Bytes of a `Location`: what servers take as a request line.
pub const LOCATION_MAX: usize = 8 << 10;

/// Steps of a path into JSON, and the values that a path with wildcards may lead to.
pub const PATH_STEPS: usize = 32;

/// The values that a path with wildcards may lead to: more nodes than any fleet shows on one page.
pub const PATH_VALUES: usize = 10_000;

/// Elements of an XML feed: a year of incidents with all their updates.
pub const XML_NODES: u32 = 50_000;

// The store takes what a check makes.
const _: () = assert!(EVIDENCE_MAX <= crate::store::limits::EVIDENCE);
const _: () = assert!(BODY_KEPT <= BODY_JUDGED);
