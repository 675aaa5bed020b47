//! The field names that the gateway itself asks for, as a closed list: a look-up then compares small
//! integers and no text.

/// Declares the list: the name of the value, and the spelling that is written.
macro_rules! known {
    ($($variant:ident $name:literal,)+) => {
        /// A field name that the gateway knows.
        ///
        /// There are at most 64, so that a set of them is one integer.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        // The spellings are told as they are.
        #[allow(clippy::doc_markdown)]
        pub enum Known {
            $(#[doc = concat!("`", $name, "`")] $variant,)+
        }

        impl Known {
            /// Every name, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the usual spelling.
            #[inline]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

known! {
    Accept "Accept",
    AcceptEncoding "Accept-Encoding",
    AcceptLanguage "Accept-Language",
    AcceptRanges "Accept-Ranges",
    Age "Age",
    AltSvc "Alt-Svc",
    Authorization "Authorization",
    CacheControl "Cache-Control",
    Connection "Connection",
    ContentEncoding "Content-Encoding",
    ContentLength "Content-Length",
    ContentRange "Content-Range",
    ContentType "Content-Type",
    Cookie "Cookie",
    Date "Date",
    EarlyData "Early-Data",
    ETag "ETag",
    Expect "Expect",
    Expires "Expires",
    Forwarded "Forwarded",
    GrpcTimeout "Grpc-Timeout",
    Host "Host",
    Http2Settings "HTTP2-Settings",
    IdempotencyKey "Idempotency-Key",
    IfMatch "If-Match",
    IfModifiedSince "If-Modified-Since",
    IfNoneMatch "If-None-Match",
    IfRange "If-Range",
    IfUnmodifiedSince "If-Unmodified-Since",
    KeepAlive "Keep-Alive",
    LastModified "Last-Modified",
    Location "Location",
    MaxForwards "Max-Forwards",
    Origin "Origin",
    Pragma "Pragma",
    Priority "Priority",
    Proxy "Proxy",
    ProxyAuthenticate "Proxy-Authenticate",
    ProxyAuthorization "Proxy-Authorization",
    ProxyConnection "Proxy-Connection",
    ProxyStatus "Proxy-Status",
    Range "Range",
    Referer "Referer",
    RetryAfter "Retry-After",
    Server "Server",
    SetCookie "Set-Cookie",
    StrictTransportSecurity "Strict-Transport-Security",
    Te "TE",
    Traceparent "Traceparent",
    Tracestate "Tracestate",
    Trailer "Trailer",
    TransferEncoding "Transfer-Encoding",
    Upgrade "Upgrade",
    UserAgent "User-Agent",
    Vary "Vary",
    Via "Via",
    WwwAuthenticate "WWW-Authenticate",
    XAccelBuffering "X-Accel-Buffering",
    XForwardedFor "X-Forwarded-For",
    XForwardedHost "X-Forwarded-Host",
    XForwardedPort "X-Forwarded-Port",
    XForwardedProto "X-Forwarded-Proto",
    XRealIp "X-Real-IP",
    XRequestId "X-Request-Id",
}

const _: () = assert!(Known::ALL.len() <= 64, "a set of names is one 64-bit integer");

impl Known {
    /// Finds a name, whatever the case of its letters.
    pub fn of(name: &[u8]) -> Option<Self> {
        let mut slot = hash(name)?;
        loop {
            let known = (*SLOTS.get(slot)?)?;
            let usual = known.name().as_bytes();
            // Most peers write the usual spelling, which is compared fastest.
            if usual == name || usual.eq_ignore_ascii_case(name) {
                return Some(known);
            }
            slot = (slot + 1) % SLOTS_LEN;
        }
    }

    /// Finds the name that a server may read where underscores stand for hyphens, as in variables
    /// of CGI (RFC 3875 section 4.1.18).
    pub fn of_lookalike(name: &[u8]) -> Option<Self> {
        let is_meant = |known: &&Self| {
            let meant = known.name().as_bytes();
            meant.len() == name.len()
                && meant.iter().zip(name).all(|(meant, byte)| {
                    meant.eq_ignore_ascii_case(byte) || (*meant == b'-' && *byte == b'_')
                })
        };
        Self::ALL.iter().find(is_meant).copied()
    }

    const fn bit(self) -> u64 {
        1 << self as u8
    }
}

/// A set of known names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KnownSet(u64);

impl KnownSet {
    /// Returns the set of `names`.
    pub const fn of(names: &[Known]) -> Self {
        let mut set = 0;
        let mut rest = names;
        while let [first, others @ ..] = rest {
            set |= first.bit();
            rest = others;
        }
        Self(set)
    }

    /// Returns the set with one more name.
    #[must_use]
    pub const fn with(self, name: Known) -> Self {
        Self(self.0 | name.bit())
    }

    /// Tells whether `name` is in the set.
    pub const fn contains(self, name: Known) -> bool {
        self.0 & name.bit() != 0
    }

    /// Tells whether the two sets have a name in common.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn insert(&mut self, name: Known) {
        self.0 |= name.bit();
    }

    pub(super) const fn remove(&mut self, name: Known) {
        self.0 &= !name.bit();
    }
}

/// Four times as many slots as names, so that most names are found or missed at the first look.
const SLOTS_LEN: usize = 256;

/// The names by hash, with linear probing.
static SLOTS: [Option<Known>; SLOTS_LEN] = slots();

#[expect(clippy::indexing_slicing, reason = "evaluated when the gateway is compiled")]
const fn slots() -> [Option<Known>; SLOTS_LEN] {
    let mut slots = [None; SLOTS_LEN];
    let mut rest = Known::ALL;
    while let [known, others @ ..] = rest {
        let hashed = hash(known.name().as_bytes());
        assert!(hashed.is_some(), "a name has at least two letters");
        let Some(mut slot) = hashed else { break };
        while slots[slot].is_some() {
            slot = (slot + 1) % SLOTS_LEN;
        }
        slots[slot] = Some(*known);
        rest = others;
    }
    slots
}

/// Mixes the length and four letters; every known name has at least two. The factors were searched
/// for, so that no two names of the list meet; others only cost a second comparison.
const fn hash(name: &[u8]) -> Option<usize> {
    let [first, .., before, last] = name else {
        return match name {
            [first, last] => Some(mix(name.len(), [*first, *first, *last, *last])),
            _ => None,
        };
    };
    let (_, half) = name.split_at(name.len() / 2);
    let [middle, ..] = half else { return None };
    Some(mix(name.len(), [*first, *before, *middle, *last]))
}

const fn mix(length: usize, [first, before, middle, last]: [u8; 4]) -> usize {
    let length = length as u8;
    let sum = length
        .wrapping_mul(85)
        .wrapping_add((first | 0x20).wrapping_mul(3))
        .wrapping_add((last | 0x20).wrapping_mul(58))
        .wrapping_add((before | 0x20).wrapping_mul(245))
        .wrapping_add((middle | 0x20).wrapping_mul(78));
    sum as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_in_any_case() {
        for known in Known::ALL {
            let name = known.name();

            assert_eq!(Known::of(name.as_bytes()), Some(*known));
            assert_eq!(Known::of(name.to_ascii_lowercase().as_bytes()), Some(*known));
            assert_eq!(Known::of(name.to_ascii_uppercase().as_bytes()), Some(*known));
        }
    }

    #[test]
    fn other_names_are_not_known() {
        let names: [&[u8]; 6] = [b"", b"X", b"X-Other", b"Hosts", b"Conten-Length", b"H\0st"];

        assert_eq!(names.map(Known::of), [None; 6]);
    }

    #[test]
    fn a_set_holds_what_it_was_made_of() {
        let set = KnownSet::of(&[Known::Host, Known::XRequestId]);

        let held: Vec<_> = Known::ALL.iter().copied().filter(|it| set.contains(*it)).collect();

        assert_eq!(held, [Known::Host, Known::XRequestId]);
    }
}
