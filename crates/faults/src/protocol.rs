//! What a listener speaks.

/// What a listener speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1 in the clear.
    Http,
    /// HTTP over TLS.
    Https,
    /// HTTP/2 in the clear, with prior knowledge.
    H2c,
    /// FastCGI, responder role.
    Fastcgi,
    /// DNS over UDP and TCP.
    Dns,
}

impl Protocol {
    /// Every protocol, in the order in which they are offered.
    pub const ALL: &[Self] = &[Self::Http, Self::Https, Self::H2c, Self::Fastcgi, Self::Dns];

    /// What carries HTTP/1.1.
    pub(crate) const HTTP1: &[Self] = &[Self::Http, Self::Https];

    /// What carries HTTP/2.
    pub(crate) const HTTP2: &[Self] = &[Self::H2c, Self::Https];

    /// What runs over a connection.
    pub(crate) const STREAMS: &[Self] = &[Self::Http, Self::Https, Self::H2c, Self::Fastcgi];

    /// Returns the word for it on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::H2c => "h2c",
            Self::Fastcgi => "fastcgi",
            Self::Dns => "dns",
        }
    }

    /// Finds a protocol by its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|protocol| protocol.name() == word)
    }
}
