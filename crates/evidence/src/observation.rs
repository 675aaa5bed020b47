//! One thing that was seen.

use std::fmt;

use serde::Serialize;

use crate::{Product, Sign};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl fmt::Display for Timestamp {
    /// Writes RFC 3339 in UTC, or the plain number where the value is beyond the calendar.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(at) => write!(f, "{at:.3}"),
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where an observation comes from: `probe:origin`, `log:nginx:FILE:12`, `text:3`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Source(pub String);

impl Source {
    /// A probe of the URL as a client sees it.
    pub fn probe_gateway() -> Self {
        Self("probe:gateway".to_owned())
    }

    /// A probe of the origin with the gateway bypassed.
    pub fn probe_origin() -> Self {
        Self("probe:origin".to_owned())
    }

    /// What the answer to a probe of the URL says: head and body, whoever wrote them.
    pub fn page_gateway() -> Self {
        Self("page:gateway".to_owned())
    }

    /// What the origin's own answer says.
    pub fn page_origin() -> Self {
        Self("page:origin".to_owned())
    }

    /// A look at the host on which we run.
    pub fn host() -> Self {
        Self("host".to_owned())
    }

    /// A line of pasted text; lines are counted from 1.
    pub fn text(line: usize) -> Self {
        Self(format!("text:{line}"))
    }

    /// A line of a file; lines are counted from 1.
    pub fn file(kind: &str, file: &str, line: usize) -> Self {
        Self(format!("{kind}:{file}:{line}"))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Named particulars of an observation, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail(Vec<(&'static str, String)>);

impl Detail {
    /// Adds one particular and returns the whole; an empty value adds nothing.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.0.push((name, value));
        }
        self
    }

    /// Returns the first particular with this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the particulars in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Detail {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// One thing that was seen: a sign, where and when, and in which words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Observation {
    /// What was seen.
    pub sign: Sign,
    /// Who wrote what was seen, where that is known.
    pub product: Option<Product>,
    /// Where it was seen.
    pub source: Source,
    /// When it happened, by the clock of the source.
    pub at: Option<Timestamp>,
    /// Repeated or correlated sightings share a group; only the strongest of a group counts.
    pub group: String,
    /// Particulars: addresses, durations, names.
    pub detail: Detail,
    /// The very words that were matched, shortened and with secrets removed.
    pub quote: String,
}

impl Observation {
    /// Returns an observation that is its own group.
    pub fn new(sign: Sign, source: Source) -> Self {
        Self {
            sign,
            product: None,
            source,
            at: None,
            group: sign.slug().to_owned(),
            detail: Detail::default(),
            quote: String::new(),
        }
    }

    /// Sets the words that were matched.
    #[must_use]
    pub fn quoting(mut self, words: impl Into<String>) -> Self {
        self.quote = words.into();
        self
    }

    /// Sets who wrote it.
    #[must_use]
    pub fn by(mut self, product: Product) -> Self {
        self.product = Some(product);
        self
    }

    /// Adds one particular.
    #[must_use]
    pub fn detailing(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.detail = self.detail.with(name, value);
        self
    }
}
