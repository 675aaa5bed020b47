//! What can be wrong with bytes that should be HTTP/1.1: one closed list, for requests, responses
//! and bodies.

use goodgate_evidence::ProxyError;

/// Declares the list: value, slug, the status that answers such a request, and what it means.
macro_rules! classes {
    ($($variant:ident $slug:literal $status:literal $meaning:literal,)+) => {
        /// A way in which a message breaks RFC 9112 or a limit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Class {
            $(#[doc = $meaning] $variant,)+
        }

        impl Class {
            /// Every class, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the word for counters and logs.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug,)+ }
            }

            /// Returns the status that answers a *request* of this class: 400, 414, 417, 431, 501
            /// or 505. A response of this class is answered as its
            /// [error type](Self::proxy_error) says.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// Returns what is wrong, as a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }
        }
    };
}

classes! {
    // Lines.
    BareLf "bare_lf" 400 "A line ends with LF alone instead of CR LF.",
    BareCr "bare_cr" 400 "There is a CR that no LF follows.",
    ControlCharacter "control_character" 400 "There is a control character where none may be.",
    NulByte "nul_byte" 400 "There is a NUL.",
    // Request line.
    NotHttp "not_http" 400 "The bytes are not HTTP.",
    TlsHello "tls_hello" 400 "There is TLS where plain HTTP is spoken.",
    EmptyLines "empty_lines" 400 "More than one empty line stands before the request line.",
    RequestLine "request_line" 400 "The request line is not method, target and version, one space apart.",
    NoVersion "no_version" 400 "The request line has no version, as in HTTP/0.9.",
    InvalidMethod "invalid_method" 400 "The method holds characters that no method may hold.",
    LongMethod "long_method" 501 "The method is longer than any that exists.",
    InvalidVersion "invalid_version" 400 "The version is not spelled HTTP/1.0 or HTTP/1.1.",
    UnsupportedVersion "unsupported_version" 505 "The version is neither HTTP/1.0 nor HTTP/1.1.",
    LongRequestLine "long_request_line" 414 "The request line is longer than the limit.",
    // Target and host.
    InvalidTarget "invalid_target" 400 "The request target holds characters that have to be encoded.",
    TargetFragment "target_fragment" 400 "The request target has a fragment.",
    TargetForm "target_form" 400 "The request target has a form that the method does not allow.",
    TargetScheme "target_scheme" 400 "The request target has a scheme other than http and https.",
    TargetAuthority "target_authority" 400 "The host in the request target is not a valid one.",
    HostMismatch "host_mismatch" 400 "The Host field differs from the host in the request target.",
    Connect "connect" 501 "CONNECT asks for a tunnel, which a gateway does not offer.",
    MissingHost "missing_host" 400 "The HTTP/1.1 request has no Host field.",
    DuplicateHost "duplicate_host" 400 "The request has more than one Host field.",
    InvalidHost "invalid_host" 400 "The value of Host is not a host with an optional port.",
    // Status line.
    StatusLine "status_line" 400 "The status line is not version, status and reason.",
    InvalidStatus "invalid_status" 400 "The status is not a number from 100 to 599.",
    // Fields.
    ObsFold "obs_fold" 400 "A field goes on in a second line.",
    SpaceBeforeColon "space_before_colon" 400 "White space stands between a field name and its colon.",
    InvalidName "invalid_name" 400 "A field name is empty or holds characters that none may hold.",
    MissingColon "missing_colon" 400 "A field line has no colon.",
    LongField "long_field" 431 "A field line is longer than the limit.",
    LongHead "long_head" 431 "The head is longer than the limit.",
    ManyFields "many_fields" 431 "The head has more fields than the limit.",
    // Framing.
    InvalidLength "invalid_length" 400 "The value of Content-Length is not a number.",
    DuplicateLength "duplicate_length" 400 "The request has more than one Content-Length.",
    ConflictingLength "conflicting_length" 400 "There are different values of Content-Length.",
    LengthAndCoding "length_and_coding" 400 "There are both Content-Length and Transfer-Encoding.",
    CodingInHttp10 "coding_in_http10" 400 "An HTTP/1.0 message has Transfer-Encoding.",
    ChunkedTwice "chunked_twice" 400 "The coding chunked is named more than once.",
    ChunkedNotLast "chunked_not_last" 400 "The last transfer coding is not chunked.",
    UnknownCoding "unknown_coding" 501 "There is a transfer coding besides chunked.",
    FramingLookalike "framing_lookalike" 400 "A field name differs from a framing field only by underscores.",
    // Connection.
    EndToEndOption "end_to_end_option" 400 "Connection names a field that is not for one connection.",
    ManyOptions "many_options" 400 "Connection names more fields than the limit.",
    UnknownExpectation "unknown_expectation" 417 "Expect asks for something other than 100-continue.",
    // Chunked bodies.
    ChunkSize "chunk_size" 400 "The size of a chunk is not a hexadecimal number.",
    ChunkSizeOverflow "chunk_size_overflow" 400 "The size of a chunk is beyond 64 bits.",
    ChunkExtension "chunk_extension" 400 "Something other than an extension follows the size of a chunk.",
    LongChunkLine "long_chunk_line" 400 "The line of a chunk is longer than the limit.",
    ChunkEnd "chunk_end" 400 "No CR LF follows the data of a chunk.",
    LongTrailer "long_trailer" 431 "A trailer line is longer than the limit.",
    LongTrailers "long_trailers" 431 "The trailers are longer or more than the limit.",
    ForbiddenTrailer "forbidden_trailer" 400 "A framing or routing field stands in the trailers.",
}

impl Class {
    /// Returns the error type (RFC 9209 section 2.3) of a *response* of this class.
    pub const fn proxy_error(self) -> ProxyError {
        match self {
            Self::LongHead | Self::ManyFields => ProxyError::HttpResponseHeaderSectionSize,
            Self::LongField => ProxyError::HttpResponseHeaderSize,
            Self::LongTrailers => ProxyError::HttpResponseTrailerSectionSize,
            Self::LongTrailer => ProxyError::HttpResponseTrailerSize,
            Self::ChunkSize
            | Self::ChunkSizeOverflow
            | Self::ChunkExtension
            | Self::LongChunkLine
            | Self::ChunkEnd
            | Self::ChunkedTwice
            | Self::ChunkedNotLast
            | Self::UnknownCoding => ProxyError::HttpResponseTransferCoding,
            _ => ProxyError::HttpProtocolError,
        }
    }
}

/// Bytes that are not the message they should be.
///
/// Nothing after them can be framed: the connection takes no further message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read HTTP/1.1: {} (byte {at})", .class.slug())]
pub struct Malformed {
    /// What is wrong.
    pub class: Class,
    /// Where: bytes from the beginning of the head, or of the line of a chunk. A message that is
    /// wrong as a whole (no Host) has the offset of its end.
    pub at: usize,
}

impl Malformed {
    pub(super) const fn new(class: Class, at: usize) -> Self {
        Self { class, at }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn slugs_are_words_of_their_own() {
        let slugs: BTreeSet<&str> = Class::ALL.iter().map(|class| class.slug()).collect();

        let are_words =
            |slug: &&str| slug.bytes().all(|it| it == b'_' || it.is_ascii_alphanumeric());
        assert_eq!(slugs.len(), Class::ALL.len());
        assert!(slugs.iter().all(are_words));
    }

    #[test]
    fn a_fault_of_the_client_is_never_one_of_the_gateway() {
        for class in Class::ALL {
            // 501 and 505 say what is not offered (RFC 9110 section 15.6).
            assert!(matches!(class.status(), 400 | 414 | 417 | 431 | 501 | 505), "{class:?}");
        }
    }

    #[test]
    fn meanings_are_sentences() {
        assert!(Class::ALL.iter().all(|class| class.meaning().ends_with('.')));
    }
}
