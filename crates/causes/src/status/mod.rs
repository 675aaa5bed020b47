//! The status-code sheet: what each HTTP status code means when a gateway is involved.
//!
//! It holds every code of the IANA registry and the unregistered ones that gateways, edges and
//! frameworks use. A status code is never the cause (each gateway maps the same failure to another
//! code), so an entry only *points* to causes. Log-only values (`000`, `009`) are entries as well,
//! because people paste them. Finer codes that ride on a status (IIS `502.3`, Cloudflare `1016`)
//! are [`SubCode`]s.
//!
//! Cacheability follows RFC 9110 section 15.1; what a crawler does follows Google's documentation
//! of its crawlers.

mod client_error;
mod informational;
mod redirection;
mod retry;
mod server_error;
mod sub_codes;
mod success;
mod unregistered;

use std::sync::LazyLock;

pub use retry::Retry;
pub use sub_codes::{SUB_CODES, SubCode, sub_code, sub_codes_of};

/// One status code.
#[derive(Clone, Copy, Debug)]
pub struct Status {
    /// The number as it stands in the status line or the log.
    pub code: u16,
    /// The reason phrase or the name that its owner gives it.
    pub name: &'static str,
    /// Who defined it.
    pub registration: Registration,
    /// What it says, in one or two sentences.
    pub meaning: &'static str,
    /// Who usually sends it.
    pub sender: &'static str,
    /// Slugs of the causes that it points to, the likelier ones first.
    pub causes: &'static [&'static str],
    /// Whether the same request may sensibly be sent again.
    pub retry: Retry,
    /// What the retry rule means for this code; empty when the rule says it all.
    pub retry_note: &'static str,
    /// Whether a cache may keep the response without being told to (RFC 9110 section 15.1, and
    /// RFC 7725 for 451).
    pub heuristically_cacheable: bool,
    /// What Google's crawlers make of it.
    pub crawler: Crawler,
    /// What else is worth knowing; empty when nothing is.
    pub notes: &'static str,
    /// Other meanings that other products give to the same number.
    pub other_uses: &'static [OtherUse],
}

/// Who defined a status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// It is in the IANA registry; the text names the document.
    Registered(&'static str),
    /// It is in the IANA registry for a limited time; the text names the document.
    Temporary(&'static str),
    /// It is not registered: `whose` it is and the document or source that says so.
    Unregistered {
        /// The product that made the code up.
        whose: &'static str,
        /// Where it is documented.
        reference: &'static str,
    },
}

/// A second meaning of a number, given by another product.
#[derive(Clone, Copy, Debug)]
pub struct OtherUse {
    /// The product.
    pub whose: &'static str,
    /// What the number means there.
    pub meaning: &'static str,
}

/// The class of a status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Written to logs only; no client ever received it.
    LogOnly,
    /// 1xx: an interim answer, the final one follows.
    Informational,
    /// 2xx: the request succeeded.
    Success,
    /// 3xx: another request is needed.
    Redirection,
    /// 4xx: the request is at fault, or is said to be.
    ClientError,
    /// 5xx: the server, or a gateway before it, failed.
    ServerError,
}

/// What Google's crawlers make of a status code, as far as Google documents it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crawler {
    /// The content is passed on to indexing.
    Indexes,
    /// The crawler waits some time for content and passes on what it got.
    WaitsForContent,
    /// There is nothing to index.
    NoContent,
    /// The redirect is followed; a strong sign that the target is the canonical address.
    FollowsPermanent,
    /// The redirect is followed; a weak sign that the target is the canonical address.
    FollowsTemporary,
    /// The content counts as unchanged.
    Unchanged,
    /// The address counts as gone: it is not indexed and leaves the index.
    Drops,
    /// Crawling of the whole host slows down; the address stays indexed for a while and is dropped
    /// if the errors go on.
    SlowsDown,
    /// Nothing is documented, or a crawler never sees it.
    Undocumented,
}

/// Every status code, ascending.
pub static ALL: LazyLock<Vec<&'static Status>> = LazyLock::new(|| {
    let mut all: Vec<&'static Status> = TABLES.iter().copied().flatten().collect();
    all.sort_by_key(|status| status.code);
    all
});

const TABLES: &[&[Status]] = &[
    informational::TABLE,
    success::TABLE,
    redirection::TABLE,
    client_error::TABLE,
    server_error::TABLE,
    unregistered::TABLE,
];

/// Returns the entry of a status code.
pub fn lookup(code: u16) -> Option<&'static Status> {
    let at = ALL.binary_search_by_key(&code, |status| status.code).ok()?;
    ALL.get(at).copied()
}

impl Status {
    /// The part that most entries share; the code itself is filled in by each.
    const BASE: Self = Self {
        code: 0,
        name: "",
        registration: Registration::Registered(""),
        meaning: "",
        sender: "",
        causes: &[],
        retry: Retry::NothingToRetry,
        retry_note: "",
        heuristically_cacheable: false,
        crawler: Crawler::Undocumented,
        notes: "",
        other_uses: &[],
    };

    /// Returns the class, which is the first of the three digits.
    pub const fn class(&self) -> Class {
        match self.code {
            0..=99 => Class::LogOnly,
            100..=199 => Class::Informational,
            200..=299 => Class::Success,
            300..=399 => Class::Redirection,
            400..=499 => Class::ClientError,
            _ => Class::ServerError,
        }
    }

    /// Returns whether the code is in the IANA registry.
    pub const fn is_registered(&self) -> bool {
        !matches!(self.registration, Registration::Unregistered { .. })
    }
}

impl Class {
    /// Returns the class in a few words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::LogOnly => "not a status code: written to logs only",
            Self::Informational => "informational: the final answer follows",
            Self::Success => "success",
            Self::Redirection => "redirection: another request is needed",
            Self::ClientError => "client error: the request is at fault, or is said to be",
            Self::ServerError => "server error: the server or a gateway before it failed",
        }
    }
}

impl Crawler {
    /// Returns what a crawler does, in one sentence.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Indexes => {
                "Google passes the content on to indexing; an error page or an empty page with this \
                 status is treated as a soft 404."
            }
            Self::WaitsForContent => {
                "Google waits a limited time for content and passes on what it received."
            }
            Self::NoContent => "Google received no content and has nothing to index.",
            Self::FollowsPermanent => {
                "Google follows it (up to 10 hops by default) and takes it as a strong sign that \
                 the target is the canonical address."
            }
            Self::FollowsTemporary => {
                "Google follows it (up to 10 hops by default) and takes it as a weak sign that the \
                 target is the canonical address."
            }
            Self::Unchanged => "Google takes the content as the same as at the last crawl.",
            Self::Drops => {
                "Google takes it as: the content does not exist. The address is not indexed, and \
                 one that was indexed is removed. It does not change the crawl rate."
            }
            Self::SlowsDown => {
                "Google's crawlers slow down for the whole host. Indexed addresses stay for a while \
                 and are dropped if the errors go on; the crawl rate recovers when they end."
            }
            Self::Undocumented => "Google documents nothing for it.",
        }
    }
}

#[cfg(test)]
mod tests;
