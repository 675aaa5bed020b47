//! The kinds of values that channels have in the configuration.

use std::fmt;

use goodgate_config::show::quoted;
use goodgate_config::tree::Node;
use goodgate_config::{Fault, Reader, Scalar, Secret, SecretSource, Text, mismatch};
use reqwest::Url;

/// The name of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelName(String);

impl ChannelName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Text for ChannelName {
    const KIND: &'static str = "a name";
    const ALLOWED: &'static str =
        "a name of letters, digits, `-` and `_`, at most 64, such as \"ops-mail\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if (1..=64).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Fault::new(format!("{} is no name for a channel", quoted(text))))
        }
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(ChannelName);

/// The address of a provider: a URL of the web without user, query and fragment; its path is put before
/// those of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(Url);

impl Base {
    /// Takes the address that a provider has for everybody; one that is none gives that of nobody.
    pub(super) fn known(text: &str) -> Self {
        Self::from_text(text).unwrap_or_default()
    }

    /// Returns the URL of a path below it; what is in `path` beyond the unreserved has to be encoded.
    pub(super) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let joined =
            format!("{}/{}", self.0.path().trim_end_matches('/'), path.trim_start_matches('/'));
        let (path, query) = joined
            .split_once('?')
            .map_or((joined.as_str(), None), |(path, query)| (path, Some(query)));
        url.set_path(path);
        url.set_query(query);
        url
    }
}

impl Default for Base {
    /// Nobody's address (RFC 6761 section 6.4).
    fn default() -> Self {
        // A constant that parses.
        #[allow(clippy::expect_used)]
        Self(Url::parse("https://unset.invalid/").expect("a constant URL"))
    }
}

impl Text for Base {
    const KIND: &'static str = "a URL";
    const ALLOWED: &'static str =
        "a URL without query and fragment, such as \"https://ntfy.example.org\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let url = web(text)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Fault::new("this URL has a query or a fragment"));
        }
        Ok(Self(url))
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }
}

goodgate_config::text!(Base);

/// Reads a URL of the web without user and password.
pub(super) fn web(text: &str) -> Result<Url, Fault> {
    let url = Url::parse(text).map_err(|error| Fault::new(format!("this is no URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(Fault::new("this is no URL of the web").hint("write \"https://HOST/PATH\""));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Fault::new("user and password do not belong into a URL")
            .hint("write the whole URL into a file and \"file:PATH\", or use a header")
            .secret());
    }
    Ok(url)
}

/// A text that may be a secret: as it is, or where it comes from.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// It stands in the file.
    Plain(String),
    /// It comes from elsewhere and is a secret.
    From(SecretSource),
}

impl Value {
    /// Returns the text; `fetch` gets a secret.
    pub(super) fn resolve(
        &self,
        fetch: &dyn Fn(&SecretSource) -> Result<Secret, String>,
    ) -> Result<Secret, String> {
        match self {
            Self::Plain(text) => Ok(Secret::new(text)),
            Self::From(source) => fetch(source),
        }
    }
}

impl Default for Value {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

impl fmt::Debug for Value {
    /// What stands in the file is not shown either: a URL may hold a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(_) => f.write_str("Plain(hidden)"),
            Self::From(source) => f.debug_tuple("From").field(source).finish(),
        }
    }
}

impl Scalar for Value {
    type Bound = ();

    fn allowed(_: Option<&()>) -> String {
        "text, or where it is if it is a secret: \"env:NAME\" or \"file:PATH\"".to_owned()
    }

    fn parse(node: &Node, reader: &Reader<'_>) -> Result<Self, Fault> {
        let text = node.text().ok_or_else(|| mismatch("text", node).secret())?;
        if text.starts_with("env:") || text.starts_with("file:") {
            return SecretSource::parse(node, reader).map(Self::From);
        }
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err(Fault::new("this text is empty or has control characters").secret());
        }
        Ok(Self::Plain(text.to_owned()))
    }

    fn beyond(&self, (): &()) -> Option<String> {
        None
    }

    fn write(&self) -> String {
        match self {
            Self::Plain(text) => quoted(text),
            Self::From(source) => source.write(),
        }
    }
}

goodgate_config::scalar!(Value);

/// Where a secret is that has to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretAt(pub SecretSource);

impl Default for SecretAt {
    /// Nowhere; no checked configuration has it.
    fn default() -> Self {
        Self(SecretSource::Environment(String::new()))
    }
}

impl Scalar for SecretAt {
    type Bound = ();

    fn allowed(bound: Option<&()>) -> String {
        SecretSource::allowed(bound)
    }

    fn parse(node: &Node, reader: &Reader<'_>) -> Result<Self, Fault> {
        SecretSource::parse(node, reader).map(Self)
    }

    fn beyond(&self, (): &()) -> Option<String> {
        None
    }

    fn write(&self) -> String {
        self.0.write()
    }
}

goodgate_config::scalar!(SecretAt);

/// The name of a header field (RFC 9110 section 5.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldName(String);

impl FieldName {
    /// Returns the name, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Text for FieldName {
    const KIND: &'static str = "the name of a header field";
    const ALLOWED: &'static str = "the name of a header field, such as \"authorization\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let name = reqwest::header::HeaderName::from_bytes(text.as_bytes());
        let name = name.map_err(|_| Fault::new("this is no name of a header field"))?;
        // What frames the request is ours.
        if matches!(name.as_str(), "host" | "content-length" | "transfer-encoding" | "connection") {
            return Err(Fault::new("this header field is not yours to set"));
        }
        Ok(Self(name.as_str().to_owned()))
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(FieldName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_below_the_base() {
        for (base, path, expected) in [
            ("https://a.example", "/v2/enqueue", "https://a.example/v2/enqueue"),
            ("https://a.example/am/", "api/v2/alerts", "https://a.example/am/api/v2/alerts"),
            ("http://127.0.0.1:9/x", "/y?n=1", "http://127.0.0.1:9/x/y?n=1"),
        ] {
            assert_eq!(Base::from_text(base).unwrap().join(path).as_str(), expected);
        }
    }

    #[test]
    fn a_base_is_a_plain_url_of_the_web() {
        for text in
            ["a.example", "ftp://a", "https://u:p@a", "https://a/?q", "https://a/#f", "unix:/a"]
        {
            assert!(Base::from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_is_not_printed() {
        assert_eq!(format!("{:?}", Value::Plain("https://hooks/T0".to_owned())), "Plain(hidden)");
    }
}
