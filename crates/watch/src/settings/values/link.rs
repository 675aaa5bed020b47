//! URLs that are secrets themselves: who knows one can call it.

use std::path::PathBuf;

use goodgate_config::show::quoted;
use goodgate_config::tree::Node;
use goodgate_config::{Fault, Reader, Scalar, SecretSource, Text as _};

use super::Url;

/// A URL that stands in the file, or where it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// It stands here.
    Plain(Url),
    /// It is kept elsewhere.
    Kept(SecretSource),
}

impl Default for Link {
    /// A file without a name, which no checked configuration has.
    fn default() -> Self {
        Self::Kept(SecretSource::File(PathBuf::new()))
    }
}

impl Scalar for Link {
    type Bound = ();

    fn allowed(_: Option<&()>) -> String {
        "a URL, or where it is kept: \"env:NAME\" or \"file:PATH\"".to_owned()
    }

    fn parse(node: &Node, reader: &Reader<'_>) -> Result<Self, Fault> {
        let text = node.text().unwrap_or_default();
        if text.starts_with("http://") || text.starts_with("https://") {
            // The path of such a URL is what makes it secret, so that it is not repeated.
            return Url::from_text(text).map(Self::Plain).map_err(Fault::secret);
        }
        if text.starts_with("env:") || text.starts_with("file:") {
            return <SecretSource as Scalar>::parse(node, reader).map(Self::Kept);
        }
        Err(Fault::new("this is neither a URL nor where one is kept").secret())
    }

    fn beyond(&self, (): &()) -> Option<String> {
        None
    }

    fn write(&self) -> String {
        match self {
            Self::Plain(url) => quoted(&url.to_text()),
            Self::Kept(source) => source.write(),
        }
    }
}

goodgate_config::scalar!(Link);
