//! Secrets: the file says where one comes from, never what it is.

use std::fmt;
use std::path::PathBuf;

use crate::problem::Fault;
use crate::read::Reader;
use crate::setting::Scalar;
use crate::show::quoted;
use crate::tree::Node;

/// Where a secret comes from: `env:NAME` or `file:PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable.
    Environment(String),
    /// A file.
    File(PathBuf),
}

/// A secret that cannot be printed: `Debug` hides it and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret; white space around it is not part of it.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// Returns the secret itself, to be compared or sent; it must not reach a log or an answer.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(hidden)")
    }
}

impl Scalar for SecretSource {
    type Bound = ();

    fn allowed(_: Option<&()>) -> String {
        "where the secret is: \"env:NAME\" (a variable of the environment) or \"file:PATH\""
            .to_owned()
    }

    fn parse(node: &Node, reader: &Reader<'_>) -> Result<Self, Fault> {
        let text = node.text().unwrap_or_default();
        if let Some(name) = text.strip_prefix("env:").filter(|name| is_variable(name)) {
            return Ok(Self::Environment(name.to_owned()));
        }
        let path = text.strip_prefix("file:").filter(|path| !path.is_empty());
        if let Some(path) = path.filter(|path| !path.chars().any(char::is_control)) {
            return Ok(Self::File(reader.path_from_base(path)));
        }
        // The value may be the secret itself and is not repeated.
        Err(Fault::new("this does not say where the secret is; a secret never stands in this file")
            .hint("put it into a file that only the gateway can read and write \"file:PATH\"")
            .secret())
    }

    fn beyond(&self, (): &()) -> Option<String> {
        None
    }

    fn write(&self) -> String {
        match self {
            Self::Environment(name) => quoted(&format!("env:{name}")),
            Self::File(path) => quoted(&format!("file:{}", path.display())),
        }
    }
}

crate::scalar!(SecretSource);

fn is_variable(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !name.is_empty()
        && name.bytes().all(fits)
        && !name.starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        assert!(!format!("{:?}", Secret::new("hunter2\n")).contains("hunter2"));
    }
}
