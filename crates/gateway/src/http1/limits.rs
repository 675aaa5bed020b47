//! The bounds of the codec, with their reasons.

/// How much of a head is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLimits {
    /// The most bytes of the whole head with its last empty line.
    pub bytes: usize,
    /// The most bytes of the request line or status line, without its line end.
    pub start_line: usize,
    /// The most bytes of one field line, without its line end.
    pub field_line: usize,
    /// The most fields.
    pub fields: usize,
}

impl HeadLimits {
    /// The limits of request heads: above those of the usual applications (8 to 16 KiB), so that it
    /// is they who refuse; cookies of single sign-on come near 16 KiB.
    pub const REQUEST: Self =
        Self { bytes: 64 << 10, start_line: 16 << 10, field_line: 32 << 10, fields: 128 };

    /// The limits of response heads: wider, because a response that is refused is a 502. Content
    /// security policies and preload lists reach tens of KiB.
    pub const RESPONSE: Self =
        Self { bytes: 128 << 10, start_line: 8 << 10, field_line: 64 << 10, fields: 256 };

    /// The limits of the trailers of a chunked body. Those of gRPC and of digests fit.
    pub const TRAILERS: Self =
        Self { bytes: 16 << 10, start_line: 0, field_line: 8 << 10, fields: 64 };
}

/// The most bytes that a head may have, whatever the settings say: offsets have 31 bits, and
/// nobody needs more.
pub const HEAD_BYTES_MAX: usize = 1 << 20;

/// The longest method. The longest one that is registered (`UPDATEREDIRECTREF`) has 17 letters.
pub const METHOD_MAX: usize = 32;

/// The longest field name. Longer ones are an attack; the length has 16 bits.
pub const NAME_MAX: usize = 1024;

/// The most fields that `Connection` may name. Each is compared with each field.
pub const OPTIONS_MAX: usize = 16;

/// The most bytes of the line before a chunk, with its extensions. Nobody uses these.
pub const CHUNK_LINE_MAX: usize = 256;

/// The most bytes of all chunk lines of one body that are not size digits. Extensions are thrown
/// away, so that they cost time and reach nobody (CVE-2023-39326).
pub const CHUNK_EXTENSIONS_MAX: usize = 16 << 10;

/// The most bytes of a refused request line that are shown in a log.
pub const REFUSED_LINE_MAX: usize = 1024;

/// Room for fields that is kept for the next head of a connection; more is given back.
pub(super) const FIELDS_KEPT: usize = 64;

/// Room for added fields that is kept for the next head of a connection, in bytes.
pub(super) const OWN_KEPT: usize = 4 << 10;
