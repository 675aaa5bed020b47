//! Values that are one of a few words or something of one's own.

use std::path::PathBuf;

use goodgate_config::show::quoted;
use goodgate_config::tree::{Node, Value};
use goodgate_config::{Fault, Reader, Scalar, Text, mismatch, nearest, number_in};

use super::HeaderName;

/// What keeps a client at its endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HashKey {
    /// The address of the client.
    Client,
    /// The value of a header field.
    Header(HeaderName),
    /// The value of a cookie.
    Cookie(String),
}

/// Where a log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogTarget {
    /// Nowhere.
    Off,
    /// Standard output.
    Stdout,
    /// A file, which is appended to.
    File(PathBuf),
}

/// How many workers carry requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerCount {
    /// One on each core that the process may use.
    Auto,
    /// This many.
    Fixed(u16),
}

impl Text for HashKey {
    const KIND: &'static str = "what is hashed";
    const ALLOWED: &'static str = "\"client\" (its address), \"header:NAME\" or \"cookie:NAME\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        match text.split_once(':') {
            None if text == "client" => Ok(Self::Client),
            Some(("header", name)) => HeaderName::from_text(name).map(Self::Header),
            // Names of cookies are tokens, as those of header fields are, but keep their case.
            Some(("cookie", name)) => {
                HeaderName::from_text(name).map(|_| Self::Cookie(name.to_owned()))
            }
            _ => Err(Fault::new(format!("{} is nothing that can be hashed", quoted(text)))),
        }
    }

    fn to_text(&self) -> String {
        match self {
            Self::Client => "client".to_owned(),
            Self::Header(name) => format!("header:{name}"),
            Self::Cookie(name) => format!("cookie:{name}"),
        }
    }
}

goodgate_config::text!(HashKey);

impl Scalar for LogTarget {
    type Bound = ();

    fn allowed(_: Option<&()>) -> String {
        "\"stdout\", \"off\", or a path; a relative one begins at the folder of this file"
            .to_owned()
    }

    fn parse(node: &Node, reader: &Reader<'_>) -> Result<Self, Fault> {
        let text = node.text().ok_or_else(|| mismatch("a path or a word", node))?;
        match text {
            "off" => Ok(Self::Off),
            "stdout" => Ok(Self::Stdout),
            _ if !text.contains(['/', '.']) => Err(no_target(text)),
            _ if text.chars().any(char::is_control) => Err(Fault::new("this is no path")),
            _ => Ok(Self::File(reader.path_from_base(text))),
        }
    }

    fn beyond(&self, (): &()) -> Option<String> {
        None
    }

    fn write(&self) -> String {
        match self {
            Self::Off => quoted("off"),
            Self::Stdout => quoted("stdout"),
            Self::File(path) => quoted(&path.to_string_lossy()),
        }
    }
}

goodgate_config::scalar!(LogTarget);

/// A lone word is more likely a mistaken word than a file of that name.
fn no_target(text: &str) -> Fault {
    let fault = Fault::new(format!("{} is no place for a log", quoted(text)));
    match nearest(text, ["stdout", "off"]) {
        Some(meant) => fault.hint(format!("did you mean \"{meant}\"?")),
        None => {
            fault.hint(format!("a file of that name is written {}", quoted(&format!("./{text}"))))
        }
    }
}

impl Scalar for WorkerCount {
    type Bound = ();

    fn allowed(_: Option<&()>) -> String {
        format!("\"auto\", or a whole number from 1 to {MOST_WORKERS}")
    }

    fn parse(node: &Node, _: &Reader<'_>) -> Result<Self, Fault> {
        match &node.value {
            Value::Text(text) if text == "auto" => Ok(Self::Auto),
            _ => {
                let count = number_in(node, 1, i128::from(MOST_WORKERS))?;
                Ok(Self::Fixed(u16::try_from(count).unwrap_or(1)))
            }
        }
    }

    fn beyond(&self, (): &()) -> Option<String> {
        None
    }

    fn write(&self) -> String {
        match self {
            Self::Auto => quoted("auto"),
            Self::Fixed(count) => count.to_string(),
        }
    }
}

/// More threads than any host has cores are a typing error.
const MOST_WORKERS: u16 = 1024;

goodgate_config::scalar!(WorkerCount);
